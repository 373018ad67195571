"""`musegen generate melody`: tunes for one voice, free, or in a given key, meter, length, style, mood, over chords."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import is_quiet, notice, progress
from musegen.cli.lazy import shared_options
from musegen.cli.making import (
    melody_candidates_option,
    melody_pack_option,
    not_empty,
    output_option,
    places_for,
    tell_errors,
    temperature_option,
    weights_option,
)
from musegen.cli.options import HOME, LEVEL, METER, SCORE, SEED, Parsed, read_score, write_output

if TYPE_CHECKING:
    from musegen.generation.tunes.making import MadeTune
    from musegen.generation.tunes.under import Chart
    from musegen.score.meter import TimeSignature
    from musegen.theory.tunes.symbols import Home

STYLES = ("irish", "american", "british", "song")
GENRES = ("jig", "slip jig", "reel", "hornpipe", "march", "air", "waltz", "strathspey")
MOODS = ("happy", "calm", "sad", "tense")
"""As in `generation.tunes`, which `--help` need not load."""
_CHORDS_FILE = (".musicxml", ".mxl", ".xml", ".abc")


class RangeType(Parsed):
    """`G3-D5`."""

    name = "range"

    def parse(self, text: str) -> tuple[int, int]:
        """The MIDI numbers of two notes."""
        from musegen.generation.tunes.ranges import range_named

        return range_named(text)


@click.command(
    name="melody",
    epilog="\b\nExamples:\n  musegen generate melody --key 'D dorian' --meter 6/8 --measures 16 -o jig.musicxml\n"
    "  musegen generate melody --primer tune.abc --measures 16 -o tune.pdf\n"
    "  musegen generate melody --key G --chords 'G | D7 | C D7 | G' --measures 8 -o sheet.musicxml\n"
    "  musegen generate melody --weights my-style --count 10 -o mine.musicxml",
)
@click.option(
    "--key",
    type=HOME,
    help="Such as G major, e, D dorian or A mixolydian; else that of the chords or the primer, or it is drawn.",
)
@click.option("--meter", type=METER, help="Such as 6/8; else it is drawn, as genre and level have it.")
@click.option(
    "--measures",
    type=click.IntRange(2, 128),
    help="The length, repeats not counted; else as long as the chords are, or it is drawn.",
)
@click.option("--pickup", type=click.Choice(["none", "beat", "auto"]), help="An upbeat; else it is drawn.")
@click.option("--style", type=click.Choice(STYLES), help="Whose tunes it takes after; else it is left free.")
@click.option("--genre", type=click.Choice(GENRES), help="What kind of tune; else it is left free.")
@click.option("--mood", type=click.Choice(MOODS), help="What its mode, pace and span tell.")
@click.option("--level", type=LEVEL, help="How hard it is at most; 1 to 4 are exercises in phrases that close.")
@click.option(
    "--range",
    "span",
    type=RangeType(),
    metavar="LOW-HIGH",
    help="No note is beyond, such as G3-D5; else that of the tune whose form is taken, inside B3-F5 for songs and "
    "levels 1 to 4, G3-B5 for others.",
)
@click.option("--primer", type=SCORE, metavar="SCORE", callback=not_empty, help="Go on from this opening.")
@click.option(
    "--chords", metavar="CHORDS", callback=not_empty, help="Over these, `G | D7 | C D7 | G`, or those of a score."
)
@weights_option
@melody_pack_option
@click.option("--count", type=click.IntRange(1, 1000), default=1, show_default=True, help="How many melodies.")
@melody_candidates_option
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other melodies.")
@output_option
@shared_options
def command(
    key: Home | None, meter: TimeSignature | None, measures: int | None, pickup: str | None, style: str | None,
    genre: str | None, mood: str | None, level: int | None, span: tuple[int, int] | None, primer: str | None,
    chords: str | None, weights: str | None, pack: str, count: int, candidates: int, temperature: float, seed: int,
    output: Path,
) -> None:  # fmt: skip
    """Make melodies, with repeats where the tunes that it learned from have them.

    First a plan is drawn: sections, which measures come again, where phrases aim; from the forms of real tunes, or,
    of songs, exercises and melodies over chords, in phrases without repeats. Then the notes are drawn by the network,
    under the rules of the pack, in the key, range and meter asked for. Over chords strong beats have their notes, and
    what is none of them comes and goes by step. The last note is the tonic, if the last chord has it. Further melodies
    are written beside the first as NAME-2, NAME-3, ...
    """
    from musegen.engraving.render import render
    from musegen.generation.tunes.asking import completed, remarks
    from musegen.generation.tunes.making import TuneWish, melodies
    from musegen.generation.tunes.primers import primer_of
    from musegen.models.networks import open_folder

    own = open_folder(weights, "melody") if weights else None
    chart, chart_file = _chart(chords)
    paths = places_for(output, count, [primer, chart_file], None)
    wish = TuneWish(
        key=key, meter=meter, measures=measures or 0, pickup=pickup or "auto", style=style or "own" * bool(own),
        genre=genre or "", level=level or 0, mood=mood or "", chords=chart, range=span, pack=pack,
        candidates=candidates, temperature=temperature,
    )  # fmt: skip
    opening = primer_of(read_score(primer), key) if primer else None
    told = remarks(completed(wish, opening))
    for remark in () if is_quiet() else told:
        notice(remark)
    made = melodies(wish, seed=seed, count=count, primer=opening, weights=own)
    since = time.perf_counter()
    for path, melody in zip(paths, progress(made, "Composing", count), strict=True):
        write_output(path, render(melody.score, path.suffix))
        if not is_quiet():
            _tell(path, melody, pack, time.perf_counter() - since)
        since = time.perf_counter()


def _chart(chords: str | None) -> tuple[Chart | None, str | None]:
    """The chords that are asked for, and the file that they are in, if they are in one."""
    from musegen.generation.tunes.under import chart_of_score, chart_of_words

    if not chords:
        return None, None
    if chords.lower().endswith(_CHORDS_FILE):
        return chart_of_score(read_score(chords)), chords
    return chart_of_words(chords), None


def _tell(path: Path, melody: MadeTune, pack: str, seconds: float) -> None:
    errors = f"{melody.errors or 'no'} error{'s' * (melody.errors != 1)} under {pack}"
    notice(f"{path}: {melody.tune.home.words}, {melody.plan.words}; {errors}; {seconds:.1f} s")
    tell_errors(path, melody.errors, melody.findings, pack)
