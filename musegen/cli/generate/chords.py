"""`musegen generate chords`: progressions drawn, varied or blended under laws of harmony, and chords for a melody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from musegen.cli.console import notice, progress
from musegen.cli.lazy import shared_options
from musegen.cli.making import not_empty, output_option, places_for, temperature_option
from musegen.cli.options import CADENCES, KEY, LEVEL, METER, SCORE, SEED, read_score, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.generation.cadence_words import CadenceWish
    from musegen.generation.progressions.asking import ChordsAsked
    from musegen.score.meter import TimeSignature
    from musegen.score.model import Score
    from musegen.theory.keys import Key
    from musegen.theory.progressions.progression import Progression, Style

STYLES = ("song", "chorale")
"""As in `theory.progressions`, which `--help` need not load."""
_MEASURES = 8

Made = tuple["Score", str]
"""A score and what is told of it."""


@click.command(
    name="chords",
    epilog="\b\nExamples:\n  musegen generate chords --key 'B- major' --measures 8 -o chords.musicxml\n"
    "  musegen generate chords --key a --style chorale --functions 'T PD D T' -o chords.pdf\n"
    "  musegen generate chords --between one.musicxml other.musicxml --steps 5 -o path.musicxml\n"
    "  musegen generate chords --melody tune.musicxml --candidates 3 -o sheet.musicxml",
)
@click.option("--key", type=KEY, help="The home key, such as B- major or f# minor; else it is drawn, or found.")
@click.option("--meter", type=METER, help="Such as 4/4; else it is drawn.")
@click.option("--measures", type=click.IntRange(1, 64), help=f"The length. [default: {_MEASURES}]")
@click.option(
    "--phrases", type=click.IntRange(1, 32), help="How many; else one for 8 measures of a song, 4 of a chorale."
)
@click.option(
    "--style", type=click.Choice(STYLES),
    help="Songs of about 1890 to 1940, or chorales. [default: song; of a --melody with fermatas, chorale]",
)  # fmt: skip
@click.option("--level", type=LEVEL, help="Only the chords of this level, under the laws of chorales.")
@click.option("--functions", metavar="LIST", callback=not_empty, help="A plan such as `T PD D T`, in equal shares.")
@click.option("--cadences", type=CADENCES, metavar="LIST", default=(), help="How phrases close, such as `HC, PAC`.")
@click.option("--first", metavar="NUMERAL", callback=not_empty, help="The first chord, such as I.")
@click.option("--last", metavar="NUMERAL", callback=not_empty, help="The last chord.")
@click.option("--between", type=SCORE, nargs=2, metavar="SCORE SCORE", help="Go from one progression to another.")
@click.option(
    "--steps", type=click.IntRange(2, 100), default=5, show_default=True, help="Of --between, with both ends."
)
@click.option("--around", type=SCORE, metavar="SCORE", callback=not_empty, help="Vary the progression of this score.")
@click.option("--distance", type=click.FloatRange(0, 4), default=1.0, show_default=True, help="How far from --around.")
@click.option(
    "--melody", type=SCORE, metavar="SCORE", callback=not_empty, help="Set chords over this tune, which is kept."
)
@click.option("--candidates", type=click.IntRange(1, 50), default=1, show_default=True, help="Of --melody, best first.")
@click.option("--count", type=click.IntRange(1, 100), default=1, show_default=True, help="How many progressions.")
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other chords.")
@output_option
@shared_options
def command(
    key: Key | None, meter: TimeSignature | None, measures: int | None, phrases: int | None, style: Style | None,
    level: int | None, functions: str | None, cadences: tuple[CadenceWish, ...], first: str | None, last: str | None,
    between: tuple[str, str] | None, steps: int, around: str | None, distance: float, melody: str | None,
    candidates: int, count: int, temperature: float, seed: int, output: Path,
) -> None:  # fmt: skip
    """Make chord progressions: drawn from what songs or chorales do, round a given one, between two, or for a tune.

    Every progression keeps the laws of its style: chords of the key, a legal start, no retrogression, resolutions,
    cadences where phrases end, and a harmonic rhythm that fits the meter. Wishes that cannot all be kept are an error
    that names those which conflict. The sheet has block chords for four voices with Roman numerals, in songs with
    chord symbols; of a melody, its top line with chord symbols, those of chorales where fermatas mark its phrases.
    Further ones are written beside the first as NAME-2, ...
    """
    ways = [name for name, given in (("--between", between), ("--around", around), ("--melody", melody)) if given]
    if len(ways) > 1:
        raise UsageError(f"{ways[0]} and {ways[1]} are two ways to make chords", hint="choose one of them")
    if ways and (measures or meter):
        raise UsageError(f"{ways[0]} has its own meter and measures", hint="leave out --meter and --measures")
    wishes = ChordWishes(
        key, meter, measures or 0, style, level or 0, phrases or 0, functions or "", cadences, first or "", last or ""
    )
    many = candidates if melody else steps if between else count
    paths = places_for(output, many, [*(between or ()), around, melody], None)
    if melody:
        made = _for_melody(melody, wishes, candidates)
    elif between:
        made = _sheets(_between(between, steps, wishes))
    elif around:
        made = _sheets(_around(around, wishes, distance, temperature, count, seed))
    else:
        made = _sheets(_drawn(wishes, temperature, count, seed))
    for path, (score, words) in zip(paths, progress(made, "Composing", many), strict=False):
        write_output(path, _rendered(score, path, is_sheet=not melody))
        notice(f"{path}: {words}")


class ChordWishes(NamedTuple):
    """What the command line asks for; None, 0 and empty leave it free."""

    key: Key | None
    meter: TimeSignature | None
    measures: int
    style: Style | None
    level: int
    phrases: int
    functions: str
    cadences: tuple[CadenceWish, ...]
    first: str
    last: str

    def asked(self, key: Key, style: Style, meter: TimeSignature) -> ChordsAsked:
        """The request, in what was drawn or found where nothing is said."""
        from musegen.generation.progressions.asking import ChordsAsked

        return ChordsAsked(
            self.key or key, self.meter or meter, self.measures or _MEASURES, self.style or style, self.level,
            self.phrases, tuple(self.functions.split()), self.cadences, self.first, self.last,
        )  # fmt: skip


def _drawn(wishes: ChordWishes, temperature: float, count: int, seed: int) -> Iterator[Progression]:
    from numpy.random import default_rng

    from musegen.generation.progressions.making import drawn_key, drawn_meter, progression

    for number in range(1, count + 1):
        rng = default_rng([seed, number])
        style: Style = wishes.style or ("chorale" if wishes.level else "song")
        asked = wishes.asked(drawn_key(style, rng), style, drawn_meter(style, rng))
        yield progression(asked, rng, temperature=temperature)


def _around(
    name: str, wishes: ChordWishes, distance: float, temperature: float, count: int, seed: int
) -> Iterator[Progression]:
    from numpy.random import default_rng

    from musegen.generation.progressions.making import around

    piece = _progression(name)
    asked = wishes.asked(piece.key, piece.style, piece.meter)
    for number in range(1, count + 1):
        yield around(piece, asked, default_rng([seed, number]), distance=distance, temperature=temperature)


def _between(names: tuple[str, str], steps: int, wishes: ChordWishes) -> list[Progression]:
    from musegen.generation.progressions.making import between

    first, second = (_progression(name) for name in names)
    return between(first, second, steps, wishes.asked(first.key, first.style, first.meter))


def _progression(name: str) -> Progression:
    from musegen.theory.progressions.reading import progression_of

    return progression_of(read_score(name))


def _sheets(pieces: Iterable[Progression]) -> Iterator[Made]:
    from musegen.generation.progressions.sheet import sheet_of, words_of

    for piece in pieces:
        yield sheet_of(piece), f"{piece.key.words}, {piece.meter}: {words_of(piece)}"


def _for_melody(name: str, wishes: ChordWishes, candidates: int) -> Iterator[Made]:
    from musegen.generation.progressions.tune_sheets import lead_sheets

    for found in lead_sheets(read_score(name), candidates, key=wishes.key, style=wishes.style):
        yield found.score, found.words


def _rendered(score: Score, path: Path, *, is_sheet: bool) -> str | bytes:
    from musegen.engraving.marks import Sheet
    from musegen.engraving.render import render

    return render(score, path.suffix, sheet=Sheet(arrangement="choir" if is_sheet else "as written"))
