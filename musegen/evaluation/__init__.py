"""How good a generator is: rule counts, likeness to a corpus, liveliness, a judge that tells real from made; every measure takes scores."""
