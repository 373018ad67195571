"""What is characteristic of a corpus, as one page for a musicologist: facts, statistics by piece, plots."""
