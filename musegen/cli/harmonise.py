"""`musegen harmonise`: four parts for a melody, or for what else is given of them, every given note kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from musegen.cli.console import busy, notice, progress
from musegen.cli.lazy import shared_options
from musegen.cli.making import (
    layout_option,
    not_empty,
    output_option,
    piece_data,
    places_for,
    report_option,
    tell_errors,
    tell_given_errors,
    temperature_option,
    write_report,
)
from musegen.cli.options import CADENCES, ENGINE, KEY, PACK, SCORE, SEED, STANDARD, without_suffix
from musegen.errors import NoSolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from musegen.generation.cadence_words import CadenceWish
    from musegen.generation.conditions import Condition
    from musegen.generation.harmonise import Engine
    from musegen.generation.refine import Refined
    from musegen.rules.findings import Finding
    from musegen.score.model import Score
    from musegen.theory.keys import Key


@click.command(
    name="harmonise",
    epilog="\b\nExamples:\n  musegen harmonise bach/bwv66.6 -o setting.musicxml\n"
    "  musegen harmonise tune.abc --candidates 3 --originality -o setting.pdf\n"
    "  musegen harmonise hymn.musicxml --cadences 'm4: HC, m8: PAC in D' -o setting.musicxml\n"
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
    callback=not_empty,
    help="Of a score in four voices, the measures that are left to be set, such as 5-8,12; what else it has is kept.",
)
@click.option(
    "--voices",
    metavar="LIST",
    default="",
    callback=not_empty,
    help="The voices that are left to be set, such as A,T,B.",
)
@click.option(
    "--cadences",
    type=CADENCES,
    metavar="LIST",
    default=(),
    help="How phrases close, by measure, such as `m4: HC, m8: PAC in D`, or by fermata, `1: HC`; else they are free.",
)
@click.option(
    "--candidates", type=click.IntRange(1, 20), default=1, show_default=True, help="So many settings, best first."
)
@click.option("--engine", type=ENGINE, default="neural", show_default=True, help="How they are found.")
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other settings.")
@click.option("--originality", is_flag=True, help="Tell the longest passage that each shares with a chorale of Bach's.")
@report_option
@shared_options
def command(
    melody: str, output: Path, key: Key | None, pack: str, layout: str, measures: str, voices: str,
    cadences: tuple[CadenceWish, ...], candidates: int, engine: Engine, temperature: float, seed: int,
    originality: bool, report: Path | None,
) -> None:  # fmt: skip
    """Set a melody for soprano, alto, tenor and bass.

    MELODY is a file (MusicXML, .mxl, ABC, kern, MIDI), `-`, or a name of music21's corpus such as bach/bwv66.6, whose
    soprano is used. Its notes are kept; fermatas become cadences; chord symbols and numerals in it are kept, each until
    the next one or N.C. Other parts are kept where --voices does not name them.
    Of a pack with a vocabulary, such as level-1 to level-8, no other chords are used.
    With --measures or --voices it is a score in four voices, of which only these are set anew.
    Further candidates are written beside the first as NAME-2, NAME-3, ...

    The neural engine draws what Bach's chorales would do from a network that has heard them; the classical one searches
    for what is usual in them, in plain chords.
    """
    import numpy as np

    from musegen.cli.options import read_score, shown_name
    from musegen.generation.cadence_words import cadences_at
    from musegen.generation.conditions import Condition, Left
    from musegen.generation.harmonise import harmonise

    paths = places_for(output, candidates, [melody], report)
    if engine == "classical":
        _tell_of_chance(candidates)
    left = Left.parse(voices, measures) if measures or voices else None
    score = read_score(melody)
    closes = cadences_at(cadences, score) if cadences else ()
    condition = Condition(key=key, pack=pack, candidates=candidates, left=left, cadences=closes)
    with busy("Harmonising"), _naming(shown_name(melody)):
        found = harmonise(score, condition, np.random.default_rng(seed), engine=engine, temperature=temperature)
    _tell_of_given(shown_name(melody), score, found[0].score, condition)
    if len(found) < candidates:
        notice(f"{shown_name(melody)}: {len(found)} of {candidates} settings were found that differ")
    made = [replace(setting, score=_titled(setting.score, melody)) for setting in found]
    told = [_written(path, setting, layout, condition) for path, setting in zip(paths, made, strict=False)]
    if originality or report:
        pieces = _compared(paths, made, aloud=originality)
        write_report(report, pieces, melody=shown_name(melody), engine=engine, pack=pack, seed=seed)
    if len(told) > 1:
        notice(f"{len(told)} settings, the best first: {', '.join(told)}")


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Requests that contradict each other are those of this file."""
    try:
        yield
    except NoSolution as error:
        error.message = f"{name}: {error.message}"
        raise


def _tell_of_given(name: str, given: Score, made: Score, condition: Condition) -> None:
    """What of the given score could not be read, is not kept, or does not fit together."""
    from musegen.generation.held_chords import held_against
    from musegen.score.voices import assign_voices

    lines = len(assign_voices(given).names)
    if condition.left is None and lines not in (1, len(made.parts)):
        how = "--engine neural with --voices, such as --voices A,T, sets only those voices and keeps the others"
        notice(f"{name}: of {lines} voices only the top one is kept; {how}")
    for told in (*made.notices, *(held_against(given) if condition.left is None else ())):
        notice(f"{name}: {f'measure {told.measure}, ' if told.measure else ''}{told.message}")


def _tell_of_chance(candidates: int) -> None:
    """Options of chance that are named and have no effect with the classical engine."""
    source = click.get_current_context().get_parameter_source
    idle = {"temperature": "the classical engine", "seed": "one setting of the classical engine"}
    for name, why in idle.items():
        if source(name) is ParameterSource.COMMANDLINE and (name != "seed" or candidates == 1):
            notice(f"--{name} has no effect on {why}; --engine neural draws by chance")


def _written(path: Path, setting: Refined, layout: str, condition: Condition) -> str:
    """Write a setting, tell what is wrong with it; its name comes back."""
    from musegen.cli.options import write_output
    from musegen.engraving.marks import Sheet
    from musegen.engraving.render import render

    sheet = Sheet(arrangement="choir" if layout == "closed" else "open")
    write_output(path, render(setting.score, path.suffix, sheet=sheet))
    if setting.errors:
        ours, given = _errors_of(setting, condition)
        tell_errors(path, len(ours), ours, condition.pack)
        tell_given_errors(path, given, condition.pack)
    return str(path)


def _errors_of(setting: Refined, condition: Condition) -> tuple[list[Finding], list[Finding]]:
    """What breaks error rules in what was set, and in what was given alone; the chords are ours, whatever is given."""
    from musegen.rules.engine import check
    from musegen.rules.packs import load_pack

    names, pack = {setting.score.note_name(note) for note in setting.candidate.given}, load_pack(condition.pack)
    left = condition.left.measures if condition.left else ()
    found: tuple[list[Finding], list[Finding]] = [], []
    for item in check(setting.score, pack).at_or_above("error"):
        of_chords = not item.notes or pack.rule(item.rule).kind.needs_harmony
        is_given = bool(left) and item.measure not in left if of_chords else set(item.notes) <= names
        found[is_given].append(item)
    return found


def _compared(paths: Sequence[Path], made: Sequence[Refined], *, aloud: bool) -> list[dict[str, Any]]:
    """What each setting shares with Bach, for the report; told where that is asked for."""
    from musegen.generation.refine.originality import longest_shared

    pieces = []
    for path, setting in zip(paths, progress(made, "Comparing with Bach"), strict=False):
        shared = longest_shared(setting.score)
        if aloud:
            click.echo(f"{path}: {shared}")
        pieces.append(piece_data(path, setting.score, setting.findings, shared))
    return pieces


def _titled(score: Score, melody: str) -> Score:
    """The setting with a title: its own, else the name of the file or of the piece that the melody came from."""
    if score.metadata.title:
        return score
    stem = "" if melody == STANDARD else without_suffix(PurePath(melody).name)
    title = f"{stem}, harmonised" if stem else "Harmonised melody"
    return replace(score, metadata=score.metadata._replace(title=title))
