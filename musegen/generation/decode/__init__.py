"""Constrained decoding: the laws of a pack as masks and costs on what a network or a search proposes."""
