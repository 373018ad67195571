"""How good a generator is: rules broken, likeness to a corpus, liveliness, a judge of real and made; all on scores."""
