"""Corpora: manifests in, checked and split pieces out; jobs over thousands of pieces, and their tables."""

from musegen.corpora.manifests import Corpus, Piece, Split, corpus, corpus_names, read_manifest

__all__ = ["Corpus", "Piece", "Split", "corpus", "corpus_names", "read_manifest"]
