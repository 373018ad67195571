"""Laws: packs of rules as data, predicates as pure functions, the engine that runs the ones through the others.

For predicates of your own: `predicate`, `exemption` and `Hit` (docs/predicates.md).
"""

from musegen.rules.registry import Hit, exemption, predicate

__all__ = ["Hit", "exemption", "predicate"]
