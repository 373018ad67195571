"""`musegen harmonise`: four parts for a melody, every given note kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from musegen.cli.console import notice
from musegen.cli.lazy import shared_options
from musegen.cli.options import KEY, OUTPUT, PACK, SCORE, SEED, STANDARD, one_of_suffixes, without_suffix

if TYPE_CHECKING:
    from musegen.score.model import Score
    from musegen.theory.keys import Key

_SUFFIXES = (".musicxml", ".xml", ".svg", ".png", ".pdf", ".mid")


@click.command(name="harmonise", epilog="Example: musegen harmonise bach/bwv66.6 -o setting.musicxml")
@click.argument("melody", type=SCORE)
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    required=True,
    callback=one_of_suffixes(*_SUFFIXES),
    help="Where to; the suffix says what.",
)
@click.option("--key", type=KEY, default=None, help="The home key; found from the melody unless given.")
@click.option("--pack", type=PACK, metavar="PACK", default="chorale", show_default=True, help="The rules to keep.")
@click.option(
    "--layout", type=click.Choice(["closed", "open"]), default="closed", show_default=True, help="Two staves or four."
)
@click.option(
    "--candidates", type=click.IntRange(1, 20), default=1, show_default=True, help="So many settings, best first."
)
@click.option(
    "--engine", type=click.Choice(["classical"]), default="classical", show_default=True, help="How they are found."
)
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other second candidates.")
@shared_options
def command(
    melody: str, output: Path, key: Key | None, pack: str, layout: str, candidates: int, engine: str, seed: int
) -> None:
    """Set a melody for soprano, alto, tenor and bass.

    MELODY is a file (MusicXML, .mxl, ABC, kern, MIDI), `-`, or a name of music21's corpus such as bach/bwv66.6, whose
    soprano is used. Every given note is kept; fermatas become cadences; chord symbols and numerals in it are kept.
    Of a pack with a vocabulary, such as level-1 to level-8, no other chords are used.
    Further candidates are written beside the first as NAME-2, NAME-3, ...
    """
    import numpy as np

    from musegen.cli.options import keep_inputs, read_score, shown_name, write_output
    from musegen.engraving.marks import Sheet
    from musegen.engraving.render import render
    from musegen.generation.conditions import Condition
    from musegen.generation.harmonise import harmonise

    paths = [output] + [output.with_stem(f"{output.stem}-{number}") for number in range(2, candidates + 1)]
    keep_inputs(paths, [melody])
    score = read_score(melody)
    condition = Condition(key=key, pack=pack, candidates=candidates)
    sheet = Sheet(arrangement="choir" if layout == "closed" else "open")
    proposals = harmonise(score, condition, np.random.default_rng(seed))
    for told in proposals[0].score.notices:
        notice(f"{shown_name(melody)}: {f'measure {told.measure}, ' if told.measure else ''}{told.message}")
    for path, proposal in zip(paths, proposals, strict=False):
        write_output(path, render(_titled(proposal.score, melody), path.suffix, sheet=sheet))
        if proposal.errors:
            places = "1 place breaks" if proposal.errors == 1 else f"{proposal.errors} places break"
            notice(f"{path}: {places} an error rule of {pack}; see musegen check {path} --pack {pack}")


def _titled(score: Score, melody: str) -> Score:
    """The setting with a title: its own, else the name of the file or of the piece that the melody came from."""
    if score.metadata.title:
        return score
    stem = "" if melody == STANDARD else without_suffix(PurePath(melody).name)
    title = f"{stem}, harmonised" if stem else "Harmonised melody"
    return replace(score, metadata=score.metadata._replace(title=title))
