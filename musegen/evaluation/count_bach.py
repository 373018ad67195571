"""Counts Bach's training chorales for `likeness`: python -m musegen.evaluation.count_bach."""

from __future__ import annotations

import argparse
from pathlib import Path

from musegen.corpora import pieces_of
from musegen.evaluation.likeness import DATA, as_json, corpus_of
from musegen.score.whole_files import write_atomically

COMMAND = "python -m musegen.evaluation.count_bach"


def main() -> None:
    """Count the four-part chorales of the training split and write what they do."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, default=DATA / "bach_likeness.json")
    pieces = pieces_of(["bach-chorales"], split="train")
    write_atomically(parser.parse_args().output, as_json(corpus_of(piece.read() for piece in pieces)).encode())


if __name__ == "__main__":
    main()
