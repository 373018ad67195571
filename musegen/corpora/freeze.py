"""Writes the frozen list of a corpus anew: `python -m musegen.corpora.freeze palestrina [--anew]`.

Pieces that stand in the present list keep their groups and splits, but with --anew. What cannot be read, and what is
one piece twice, is told on stderr: put it into the manifest, under [excluded], with the reason.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from musegen.corpora.freezing import Frozen, candidates, frozen
from musegen.corpora.lists import read_list
from musegen.corpora.manifests import Corpus, corpus
from musegen.corpora.pieces import Piece
from musegen.corpora.scanning import Scan, scanned
from musegen.errors import MusegenError, ScoreError, UsageError
from musegen.score.whole_files import write_atomically


def scan_here(
    pieces: Sequence[Piece], on_done: Callable[[int], None] | None = None
) -> tuple[dict[str, Scan], dict[str, str]]:
    """The pieces read one after another in this process: scans, and the reasons of those that cannot be read."""
    scans, failed = {}, {}
    for number, piece in enumerate(pieces, start=1):
        try:
            scans[piece.name] = scanned(piece)
        except ScoreError as error:
            failed[piece.name] = str(error).removeprefix(f"{piece.place}: ")
        if on_done:
            on_done(number)
    return scans, failed


def refreeze(made: Corpus, *, anew: bool = False) -> Frozen:
    """The list of a corpus as it is now.

    Raises:
        UsageError: it is made in another way.
        UnreadableFile: its source is not there.
    """
    if made.origin.made_by or (made.origin.kind == "corpora" and not made.is_divided_anew) or made.is_template:
        raise UsageError(f"the list of {made.name} is not made here", hint=made.origin.made_by)
    before = {} if anew or not made.list_file.exists() else {piece.name: piece for piece in read_list(made.list_file)}
    return frozen(made, candidates(made), scan_here, before)


def main(names: Sequence[str], *, anew: bool) -> None:
    """Write the lists."""
    for name in names:
        made = corpus(name)
        done = refreeze(made, anew=anew)
        write_atomically(made.list_file, done.text.encode())
        groups = Counter(piece.group for piece in done.pieces)
        largest = max(groups.values(), default=0)
        lines = [f"{name}: {len(done.pieces)} pieces in {len(groups)} groups, {largest} in the largest"]
        lines += [f"  unreadable: {piece}: {reason}" for piece, reason in done.unreadable.items()]
        lines += [f"  one piece: {', '.join(pieces)}" for pieces in done.equal]
        lines += [f"  one piece at another speed: {', '.join(pieces)}" for pieces in done.rescaled]
        lines += [f"  left out: {piece}: {reason}" for piece, reason in done.copies.items()]
        sys.stderr.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--anew", action="store_true", help="forget the present list")
    asked = parser.parse_args()
    try:
        main(asked.names, anew=asked.anew)
    except MusegenError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
