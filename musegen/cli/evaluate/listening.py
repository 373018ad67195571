"""`musegen evaluate listening`: a blind listening test as one page, with its key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import notice, progress
from musegen.cli.failures import Failures
from musegen.cli.lazy import shared_options
from musegen.cli.options import OUTPUT, SEED, TITLE, keep_inputs, make_folder, write_output
from musegen.errors import MusegenError, UnreadableFile, UsageError

if TYPE_CHECKING:
    from numpy.random import Generator

    from musegen.corpora import Piece
    from musegen.score.model import Score

_SPARE = 3
"""So many times the pieces that are wanted are looked at, as some may not be readable."""


@click.command(
    epilog="\b\nExamples:\n  musegen evaluate listening my-tunes/ --against oneills-1850 -o test/"
    "\n  musegen evaluate listening mine/ theirs/ --against real/ --count 10 --pairs 15 --sheets -o test/"
)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True)
@click.option("--against", required=True, metavar="CORPUS|FOLDER", help="Where the real pieces are from: of a corpus "
              "with splits those that no network learned from.")  # fmt: skip
@click.option("--count", type=click.IntRange(1, 200), default=20, show_default=True, help="Pieces of each source.")
@click.option("--pairs", type=click.IntRange(0, 200), default=20, show_default=True, help="Of every two sources.")
@click.option("--measures", type=click.IntRange(1, 64), default=16, show_default=True, help="That are heard of each.")
@click.option("--sheets", is_flag=True, help="Show the notes, too.")
@click.option("--title", type=TITLE, default="Real or made?", show_default=True, help="Of the page.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of what is chosen and paired.")
@click.option("-o", "--output", type=OUTPUT, required=True, metavar="FOLDER", help="Gets listen.html and key.json.")
@shared_options
def command(
    folders: tuple[str, ...], against: str, count: int, pairs: int, measures: int, sheets: bool, title: str, seed: int,
    output: Path,
) -> int:  # fmt: skip
    """Make a page on which listeners hear real pieces and those of each FOLDER, not knowing which is which.

    They say of each piece whether it is real and how good it is, and of pairs which one is better; the order is another
    one for every listener. The page plays by itself, keeps answers in the browser and hands them out as a file for
    `musegen evaluate answers`. Keep key.json to yourself.
    """
    keep_inputs([output / "listen.html", output / "key.json"], [*folders, against])
    import numpy as np

    from musegen.evaluation.listening.making import REAL, listening_test
    from musegen.evaluation.listening.page import listening_page

    failures = Failures(several=True)
    rng = np.random.default_rng(seed)
    names = _names(folders)
    sources = {name: _read(folder, count, rng, failures) for name, folder in names.items()}
    sources[REAL] = _read(against, count, rng, failures)
    test = listening_test(
        sources, rng, count=count, pairs=pairs, measures=measures, title=title, draw=_drawn if sheets else None
    )
    make_folder(output)
    write_output(output / "listen.html", listening_page(test))
    write_output(output / "key.json", test.key())
    notice(f"{output / 'listen.html'}: {len(test.items)} pieces, {len(test.pairs)} pairs; the key is in key.json")
    return failures.exit_code


def _names(folders: Sequence[str]) -> dict[str, str]:
    from musegen.evaluation.listening.making import REAL

    found: dict[str, str] = {}
    for folder in folders:
        name = Path(folder).resolve().name
        if name in found or name == REAL:
            raise UsageError(f"two sources would be called {name}", hint="rename a folder")
        found[name] = folder
    return found


def _read(name: str, count: int, rng: Generator, failures: Failures) -> list[tuple[str, Score]]:
    """So many pieces of a folder or of the held-out splits of a corpus, drawn; those that cannot be read are told."""
    from musegen.corpora import pieces_of

    pieces = pieces_of([name])
    held = [piece for piece in pieces if piece.split in ("test", "valid")]
    chosen = _drawn_from(held or list(pieces), count * _SPARE, rng)
    found: list[tuple[str, Score]] = []
    for piece in progress(chosen, f"Reading {name}"):
        if len(found) == count:
            break
        try:
            score = piece.read()
            if not len(score.notes.sounding()) or not score.measures:
                raise UnreadableFile("there are no notes in it", file=piece.place)
            found.append((piece.place, score))
        except MusegenError as error:
            failures.add(piece.place, error)
    if not found:
        raise UnreadableFile("no piece could be read", file=name)
    return found


def _drawn_from(pieces: Sequence[Piece], most: int, rng: Generator) -> list[Piece]:
    return [pieces[number] for number in rng.permutation(len(pieces))[:most].tolist()]


def _drawn(score: Score) -> str:
    from musegen.engraving.html import svg_address
    from musegen.engraving.sheet_svg import svg

    return svg_address(svg(score))
