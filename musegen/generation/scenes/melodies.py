"""The lead sheet of a cue: a melody over chords for every scene, each of which takes up the opening of the first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.generation.scenes.asking import CuePlan, Scene
from musegen.generation.scenes.harmony import Close, chart_of
from musegen.generation.tunes.making import MadeTune, TuneWish, melodies
from musegen.generation.tunes.primers import Primer
from musegen.generation.tunes.under import Chart
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import FIRST, GRID, LENGTHS, Home, alter_symbol, home_of
from musegen.theory.tunes.tune import Tune

_LONGEST = 24
"""Measures that are made in one go; a longer scene is several stretches, every other of which is the first again."""
_CANDIDATES = 8
_FEWEST = 2
"""Notes that can be heard as the opening of another melody."""
_OCTAVE = 7


class Stretch(NamedTuple):
    """Some measures of a scene with melody and chords."""

    scene: int
    made: MadeTune
    key_signature: int
    is_minor: bool


def stretches(plan: CuePlan, ending: str, rng: Generator) -> list[Stretch]:
    """The melodies of all scenes in turn."""
    found: list[Stretch] = []
    theme: Tune | None = None
    for number, scene in enumerate(plan.scenes):
        sizes = _sizes(scene.timed.measures)
        here: list[MadeTune] = []
        for place, size in enumerate(sizes):
            is_end = place == len(sizes) - 1
            is_last = is_end and number == len(plan.scenes) - 1
            close = Close(is_last and ending == "cadence", is_end and not (is_last and ending == "cadence"))
            if place and place % 2 == 0 and not is_end and size == sizes[0]:
                here.append(here[0])
                continue
            chart = _chart(scene, plan.meter, size, close, rng)
            here.append(_melody(scene, plan.meter, chart, theme if not place else None, rng))
            theme = theme or here[0].tune
        found += [Stretch(number, made, scene.key.signature, scene.key.minor) for made in here]
    return found


def _chart(scene: Scene, meter: TimeSignature, measures: int, close: Close, rng: Generator) -> Chart:
    character = scene.character
    pace = character.pace * float(meter.quarters / meter.pulse_quarters) / 4
    return chart_of(scene.key, meter, measures, close, rng, dissonance=character.dissonance, pace=pace)


def _sizes(measures: int) -> list[int]:
    """Stretches of as many measures as each other, in fours where they can be."""
    count = -(-measures // _LONGEST)
    size = -(-measures // count)
    size = min(-(-size // 4) * 4, _LONGEST) if count > 1 else size
    sizes = [size] * (measures // size)
    left = measures - sum(sizes)
    if left == 1 and len(sizes):
        sizes[-1] += 1
        return sizes
    return sizes + [left] * (left > 0)


def _melody(scene: Scene, meter: TimeSignature, chart: Chart, theme: Tune | None, rng: Generator) -> MadeTune:
    character = scene.character
    home = home_of(scene.key.tonic, "minor" if scene.key.minor else "major")
    primer = _primer(theme, home, meter, chart, character.low, character.high) if theme is not None else None
    low, high = character.low, character.high
    if primer is not None:
        pitches = [primer.tune.home.pitch(symbol).pitch for symbol in primer.tune.symbol.tolist() if symbol >= FIRST]
        low, high = min(low, *pitches), max(high, *pitches)
    wish = TuneWish(
        key=home, meter=meter, measures=len(chart.bars), pickup="none", style="song", level=character.level,
        mood=character.mood, chords=chart, range=(low, high), candidates=_CANDIDATES,
    )  # fmt: skip
    return next(melodies(wish, seed=int(rng.integers(1 << 31)), primer=primer))


def _primer(theme: Tune, home: Home, meter: TimeSignature, chart: Chart, low: int, high: int) -> Primer | None:
    """The opening of a theme in another key, as far as the first chord lasts; None where too little is left of it."""
    bar = float(meter.quarters) * GRID
    lasts = min((share for share, _ in chart.bars[0][1:]), default=1.0) * bar
    ends = theme.onset + np.array([LENGTHS[length] for length in theme.length.tolist()])
    kept = slice(0, int(np.sum((ends <= lasts) & (theme.onset >= 0))))
    symbols = theme.symbol[kept]
    notes = [symbol for symbol in symbols.tolist() if symbol >= FIRST]
    if len(notes) < _FEWEST or theme.onset[0] != 0 or any(alter_symbol(symbol) for symbol in notes):
        return None
    middle = (low + high) / 2
    homes = [home._replace(staff=home.staff % _OCTAVE + _OCTAVE * octave) for octave in range(2, 8)]
    placed = min(homes, key=lambda one: abs(float(np.mean([one.pitch(symbol).pitch for symbol in notes])) - middle))
    return Primer(theme._replace(symbol=symbols, length=theme.length[kept], onset=theme.onset[kept], home=placed))
