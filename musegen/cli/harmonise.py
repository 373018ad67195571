"""`musegen harmonise`: four parts for a melody, or for what else is given of them, every given note kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from musegen.cli.console import notice
from musegen.cli.destinations import numbered
from musegen.cli.lazy import shared_options
from musegen.cli.making import layout_option, output_option, temperature_option
from musegen.cli.options import ENGINE, KEY, PACK, SCORE, SEED, STANDARD, without_suffix

if TYPE_CHECKING:
    from musegen.generation.harmonise import Engine
    from musegen.generation.refine import Refined
    from musegen.score.model import Score
    from musegen.theory.keys import Key


@click.command(
    name="harmonise",
    epilog="\b\nExamples:\n  musegen harmonise bach/bwv66.6 -o setting.musicxml\n"
    "  musegen harmonise tune.abc --candidates 3 --originality -o setting.pdf\n"
    "  musegen harmonise chorale.musicxml --measures 5-8,12 --voices A,T -o mended.musicxml",
)
@click.argument("melody", type=SCORE)
@output_option
@click.option("--key", type=KEY, default=None, help="The home key; found from the melody unless given.")
@click.option("--pack", type=PACK, metavar="PACK", default="chorale", show_default=True, help="The rules to keep.")
@layout_option
@click.option(
    "--measures",
    metavar="LIST",
    default="",
    help="Of a score in four voices, the measures that are left to be set, such as 5-8,12; what else it has is kept.",
)
@click.option("--voices", metavar="LIST", default="", help="The voices that are left to be set, such as A,T,B.")
@click.option(
    "--candidates", type=click.IntRange(1, 20), default=1, show_default=True, help="So many settings, best first."
)
@click.option("--engine", type=ENGINE, default="classical", show_default=True, help="How they are found.")
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other settings.")
@click.option("--originality", is_flag=True, help="Tell the longest passage that each shares with a chorale of Bach's.")
@shared_options
def command(
    melody: str, output: Path, key: Key | None, pack: str, layout: str, measures: str, voices: str, candidates: int,
    engine: Engine, temperature: float, seed: int, originality: bool,
) -> None:  # fmt: skip
    """Set a melody for soprano, alto, tenor and bass.

    MELODY is a file (MusicXML, .mxl, ABC, kern, MIDI), `-`, or a name of music21's corpus such as bach/bwv66.6, whose
    soprano is used. Every given note is kept; fermatas become cadences; chord symbols and numerals in it are kept.
    Of a pack with a vocabulary, such as level-1 to level-8, no other chords are used.
    With --measures or --voices it is a score in four voices, of which only these are set anew.
    Further candidates are written beside the first as NAME-2, NAME-3, ...

    The neural engine draws what Bach's chorales would do from a network that has heard them; the classical one searches
    for what is usual in them, in plain chords.
    """
    import numpy as np

    from musegen.cli.options import keep_inputs, read_score, shown_name
    from musegen.generation.conditions import Condition, Left
    from musegen.generation.harmonise import harmonise

    paths = numbered(output, candidates)
    keep_inputs(paths, [melody])
    left = Left.parse(voices, measures) if measures or voices else None
    score = read_score(melody)
    condition = Condition(key=key, pack=pack, candidates=candidates, left=left)
    found = harmonise(score, condition, np.random.default_rng(seed), engine=engine, temperature=temperature)
    for told in found[0].score.notices:
        notice(f"{shown_name(melody)}: {f'measure {told.measure}, ' if told.measure else ''}{told.message}")
    if len(found) < candidates:
        notice(f"{shown_name(melody)}: {len(found)} of {candidates} settings were found that differ")
    for path, setting in zip(paths, found, strict=False):
        _write(path, replace(setting, score=_titled(setting.score, melody)), layout, pack)
        if originality:
            _tell_originality(path, setting)


def _write(path: Path, setting: Refined, layout: str, pack: str) -> None:
    from musegen.cli.options import write_output
    from musegen.engraving.marks import Sheet
    from musegen.engraving.render import render

    sheet = Sheet(arrangement="choir" if layout == "closed" else "open")
    write_output(path, render(setting.score, path.suffix, sheet=sheet))
    if setting.errors:
        places = "1 place breaks" if setting.errors == 1 else f"{setting.errors} places break"
        notice(f"{path}: {places} an error rule of {pack}; see musegen check {path} --pack {pack}")


def _tell_originality(path: Path, setting: Refined) -> None:
    from musegen.generation.refine.originality import longest_shared

    click.echo(f"{path}: {longest_shared(setting.score)}", err=str(path) == STANDARD)


def _titled(score: Score, melody: str) -> Score:
    """The setting with a title: its own, else the name of the file or of the piece that the melody came from."""
    if score.metadata.title:
        return score
    stem = "" if melody == STANDARD else without_suffix(PurePath(melody).name)
    title = f"{stem}, harmonised" if stem else "Harmonised melody"
    return replace(score, metadata=score.metadata._replace(title=title))
