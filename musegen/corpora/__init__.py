"""Corpora: manifests in, checked and split pieces out; jobs over thousands of pieces, and their tables."""

from musegen.corpora.manifests import Corpus, corpus, corpus_names, read_manifest
from musegen.corpora.pieces import Piece, Split
from musegen.corpora.selecting import pieces_of

__all__ = ["Corpus", "Piece", "Split", "corpus", "corpus_names", "pieces_of", "read_manifest"]
