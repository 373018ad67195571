"""Laws: rule packs as data, predicates as small functions, and the engine that runs them."""
