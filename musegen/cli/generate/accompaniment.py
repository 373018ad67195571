"""`musegen generate accompaniment`: bass, chords and drums under a lead sheet or a melody, in styles and levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import is_quiet, notice
from musegen.cli.lazy import shared_options
from musegen.cli.making import SOUND, not_empty, output_option, places_for, tell_errors
from musegen.cli.options import LEVEL, PACK, SCORE, SEED, Parsed, read_score, write_output

if TYPE_CHECKING:
    from musegen.generation.accompaniment.making import Accompaniment
    from musegen.generation.accompaniment.styles import LayerName


class PartsType(Parsed):
    """`bass,chords`."""

    name = "parts"

    def parse(self, text: str) -> tuple[LayerName, ...]:
        """The layers of these names."""
        from musegen.errors import UsageError
        from musegen.generation.accompaniment.styles import LAYERS

        words = [word.strip() for word in text.split(",")]
        for word in words:
            if word not in LAYERS:
                raise UsageError(f"nobody plays `{word[:60]}`", hint=f"there are {', '.join(LAYERS)}")
        return tuple(layer for layer in LAYERS if layer in words)


@click.command(
    name="accompaniment",
    epilog="\b\nExamples:\n  musegen generate accompaniment sheet.musicxml --style swing --level 4 -o band.pdf\n"
    "  musegen generate accompaniment tune.abc --style alberti --level 3 -o piano.musicxml\n"
    "  musegen generate accompaniment sheet.musicxml --style bossa --parts bass,chords -o play-along.mid\n"
    "  musegen generate accompaniment sheet.musicxml --style my-style.toml -o mine.musicxml",
)
@click.argument("score", type=SCORE)
@click.option(
    "--style", default="ballad", show_default=True, callback=not_empty, metavar="STYLE",
    help="A shipped style (they are named above), or a file of your own, NAME.toml.",
)  # fmt: skip
@click.option("--level", type=LEVEL, default=3, show_default=True, help="From one chord a measure to a busy texture.")
@click.option(
    "--parts", type=PartsType(), default="bass,chords,drums", show_default=True, help="Who plays, as the style has it."
)
@click.option("--pack", type=PACK, default="accompaniment", show_default=True, metavar="PACK", help="The rules to ask.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other bass lines and turns.")
@output_option
@shared_options
def command(
    score: str, style: str, level: int, parts: tuple[LayerName, ...], pack: str, seed: int, output: Path
) -> None:
    """Put an accompaniment under a lead sheet, which is kept as it is; or under a melody, for which chords are found.

    Styles: alberti, ballad, bossa, chorale, folk, march, ragtime, rock, swing, waltz. Each plays in every meter. At
    level 1 each chord is struck once a measure, level 8 is active, syncopated and full. Fills stand where phrases end,
    and the last chord rings. A MIDI file goes at the style's tempo, with the repeats played.
    """
    from numpy.random import default_rng

    from musegen.generation.accompaniment.making import accompany

    [path] = places_for(output, 1, [score], None)
    made = accompany(read_score(score), default_rng([seed]), style=style, level=level, parts=parts)
    write_output(path, _rendered(made, path))
    if not is_quiet():
        _tell(path, made, pack)


def _rendered(made: Accompaniment, path: Path) -> bytes:
    from musegen.engraving.midi import midi
    from musegen.engraving.render import render

    if path.suffix.lower() == SOUND:
        return midi(made.score, quarters_per_minute=made.style.tempo, repeats=True)
    return render(made.score, path.suffix)


def _tell(path: Path, made: Accompaniment, pack: str) -> None:
    from musegen.generation.accompaniment.judging import own_findings

    findings = own_findings(made, pack)
    errors = sum(finding.severity == "error" for finding in findings)
    found = " to chords found for the melody" * made.are_found
    counted = f"{errors or 'no'} error{'s' * (errors != 1)} under {pack}"
    notice(f"{path}: {made.style.title}, level {made.level}{found}; {counted}")
    tell_errors(path, errors, findings, pack)
