"""`musegen generate cue`: music of an asked length in asked moods, with the changes where they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import is_quiet, notice
from musegen.cli.lazy import shared_options
from musegen.cli.making import not_empty, output_option, places_for, tell_errors
from musegen.cli.options import KEY, METER, SEED, Parsed, write_output

if TYPE_CHECKING:
    from musegen.generation.scenes.making import Cue
    from musegen.score.meter import TimeSignature
    from musegen.theory.keys import Key


class TimeType(Parsed):
    """`42s`, `1:30`."""

    name = "time"

    def parse(self, text: str) -> float:
        """So many seconds."""
        from musegen.generation.scenes.moods import seconds_of

        return seconds_of(text)


@click.command(
    name="cue",
    epilog="\b\nExamples:\n  musegen generate cue --duration 42s --mood 'calm to tense' -o cue.musicxml\n"
    "  musegen generate cue --duration 1:10 --mood 'sad to hopeful at 40s, then triumphant' -o cue.pdf\n"
    "  musegen generate cue --duration 30s --valence -0.5 --arousal 0.8 --key d --meter 6/8 -o cue.mid",
)
@click.option("--duration", type=TimeType(), required=True, help="How long it sounds: 42s, 1:30, 2min.")
@click.option(
    "--mood", default="", callback=not_empty, metavar="WORDS",
    help="One or more: `to` goes over bit by bit, `then` or a comma at once, `at 20s` says when.",
)  # fmt: skip
@click.option("--at", type=TimeType(), multiple=True, help="When a mood changes; again for the next change.")
@click.option("--valence", type=click.FloatRange(-1, 1), help="Instead of words: -1 unpleasant to 1 pleasant.")
@click.option("--arousal", type=click.FloatRange(-1, 1), help="Instead of words: -1 calm to 1 active.")
@click.option("--key", type=KEY, help="Of the first mood, such as D or d; else it is drawn.")
@click.option("--meter", type=METER, help="Such as 3/4; else one in which the moods fit the time.")
@click.option(
    "--style", default="", callback=not_empty, metavar="STYLE",
    help="A style of accompaniment, or your own file, for all of it; else each mood has its own.",
)  # fmt: skip
@click.option(
    "--ending", type=click.Choice(["cadence", "open"]), default="cadence", show_default=True,
    help="On the tonic, or on the dominant.",
)  # fmt: skip
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives another cue.")
@output_option
@shared_options
def command(
    duration: float, mood: str, at: tuple[float, ...], valence: float | None, arousal: float | None, key: Key | None,
    meter: TimeSignature | None, style: str, ending: str, seed: int, output: Path,
) -> None:  # fmt: skip
    """Make a cue for melody and piano: so long, in such moods, with the changes where they are asked for.

    Moods are words such as calm, peaceful, dreamy, happy, playful, triumphant, tense, anxious, angry, sad, lonely or
    mysterious, or places on Russell's circle of valence and arousal. They say mode, tempo, register, density,
    dissonance, rhythm and loudness; tempos are chosen so that the cue is as long as asked and every change falls on a
    barline. The opening of the first mood comes back in the others.
    """
    from numpy.random import default_rng

    from musegen.engraving.render import render
    from musegen.generation.scenes.asking import CueWish
    from musegen.generation.scenes.making import make_cue
    from musegen.generation.scenes.moods import steps_of

    [path] = places_for(output, 1, [], None)
    wish = CueWish(duration, steps_of(mood, valence, arousal, at), key, meter, style, ending)
    cue = make_cue(wish, default_rng([seed]))
    write_output(path, render(cue.score, path.suffix))
    if not is_quiet():
        _tell(path, cue)


def _tell(path: Path, cue: Cue) -> None:
    from musegen.generation.scenes.making import PACKS

    scenes = []
    for scene, start in zip(cue.plan.scenes, (0.0, *cue.changes), strict=True):
        pulse = scene.timed.pulses[0]
        scenes.append(f"{scene.mood.words} from {start:.1f} s in {scene.key.words} at {pulse:g}")
    errors = f"{cue.errors or 'no'} error{'s' * (cue.errors != 1)} under {', '.join(PACKS)}"
    notice(f"{path}: {cue.seconds:.1f} s in {cue.plan.meter}; {'; '.join(scenes)}; {errors}")
    tell_errors(path, cue.errors, cue.findings, PACKS[-1])
