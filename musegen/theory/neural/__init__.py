"""The neural engine: a network's reading of a piece, and the decoder that makes an analysis of it."""
