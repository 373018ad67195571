"""What was asked for of a melody, and which of it a score keeps: judged from the notes, apart from any generator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.errors import UsageError, nearest
from musegen.evaluation.melodies.lines import MODES, MelodyLine
from musegen.score.meter import TimeSignature
from musegen.score.pitch import STEP_FIFTHS, STEPS, fifths_name, pitch_class_of

IN_SCALE = 0.85
"""The least part of a tune's time that its scale, with the raised sixth and seventh in minor, must hold."""
_KEY = re.compile(r"([A-Ga-g])(#|b|-| ?sharp| ?flat|)\s*([a-z]*)$")
_RAISED = {"minor": (9, 11), "aeolian": (9, 11), "dorian": (11,), "mixolydian": (11,)}
"""Semitones over the tonic that cadences sing besides their mode's own."""


class Asked(NamedTuple):
    """What a melody was asked to be; empty texts and nought are nothing."""

    key: str = ""  # "D dorian"
    meter: str = ""  # "6/8"
    measures: int = 0  # whole measures, a pickup not counted
    lowest: int = 0  # MIDI numbers
    highest: int = 0
    cadence: bool = True  # it ends on one


ASPECTS = ("key", "meter", "length", "range", "cadence")


def kept(tune: MelodyLine, asked: Asked) -> dict[str, bool]:
    """For each aspect that was asked for whether the tune keeps it.

    - key: the scale of the mode (with the raised seventh, and sixth, that cadences use) holds 85 % of the time, and the
      signature is that of the mode
    - meter: it stands at every measure
    - length: so many whole measures; two that make one, a pickup and a last measure that lacks it, are one
    - range: no note is beyond it
    - cadence: the last note is the tonic (of a key that was not asked for, of the stated mode), on a felt beat, and
      nothing shorter than the middle note of the tune

    Raises:
        UsageError: the key or the meter cannot be read.

    >>> from musegen.evaluation.melodies.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> tune = line_of(parse_grid("key: G major; meter: 4/4\\nS: g4 a4 b4 c5 | d5 c5 a4 f#4 | g4 . . ."))
    >>> kept(tune, Asked(key="G major", measures=4))
    {'key': True, 'length': False, 'cadence': True}
    """
    found = {}
    if asked.key:
        found["key"] = _in_key(tune, asked.key)
    if asked.meter:
        wanted = TimeSignature.parse(asked.meter)
        found["meter"] = all(measure.time_signature == wanted for measure in tune.score.measures)
    if asked.measures:
        found["length"] = whole_measures(tune) == asked.measures
    if asked.lowest or asked.highest:
        highest = asked.highest or 127
        found["range"] = bool(asked.lowest <= tune.pitch.min() and tune.pitch.max() <= highest)
    if asked.cadence:
        found["cadence"] = ends_on_cadence(tune, tonic_and_mode(asked.key)[0] % 12 if asked.key else None)
    return found


def whole_measures(tune: MelodyLine) -> int:
    """How many whole measures a tune has: a pickup is none, and measures that a repeat divides are one.

    >>> from musegen.evaluation.melodies.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> whole_measures(line_of(parse_grid("meter: 4/4; pickup: 1\\nS: g4 | c5 d5 e5 f5 | g5 a5 g5 .")))
    2
    """
    measures = tune.score.measures[tune.first_measure :]
    ticks = sum(
        measure.length / (measure.time_signature.quarters * tune.score.ticks_per_quarter) for measure in measures
    )
    pickup = tune.score.measures[0] if tune.first_measure else None
    missing = pickup.length / (pickup.time_signature.quarters * tune.score.ticks_per_quarter) if pickup else 0
    return round(ticks + (missing if ticks % 1 else 0))


def ends_on_cadence(tune: MelodyLine, tonic: int | None = None) -> bool:
    """Whether the last note is the tonic, on a felt beat, and not shorter than the middle note."""
    home = tune.tonic if tonic is None else tonic
    strong = tune.grid.place[-1] % max(_pulse(tune), 1) == 0
    lasting = tune.length[-1] >= np.median(tune.length)
    return bool(tune.pitch[-1] % 12 == home and strong and lasting)


def tonic_and_mode(key: str) -> tuple[int, str, int]:
    """The pitch class of a tonic, the mode, and the sharps of its signature.

    Raises:
        UsageError: it is no key.

    >>> tonic_and_mode("D dorian"), tonic_and_mode("Bb"), tonic_and_mode("e")
    ((2, 'dorian', 0), (10, 'major', -2), (4, 'minor', 1))
    """
    found = _KEY.match(key.strip())
    mode = (found[3].lower() or ("minor" if found[1].islower() else "major")) if found else ""
    mode = {"m": "minor", "min": "minor", "maj": "major", "mix": "mixolydian", "dor": "dorian"}.get(mode, mode)
    if not found or mode not in MODES:
        raise UsageError(f"`{key}` is no key", hint=f"write it like D dorian; {nearest(mode, MODES)}")
    sign = found[2].strip()
    fifths = int(STEP_FIFTHS[STEPS.index(found[1].upper())]) + 7 * {"#": 1, "sharp": 1, "": 0}.get(sign, -1)
    return int(pitch_class_of(fifths)), mode, fifths - MODES[mode]


def asked_as_is(tune: MelodyLine) -> Asked:
    """What a real tune would have been asked for: its own key, meter, length and range; how strict this judge is."""
    first = tune.score.measures[0]
    mode = first.key_signature.mode
    key = ""
    if mode in MODES:
        key = f"{fifths_name(first.key_signature.fifths + MODES[mode]).replace('-', 'b')} {mode}"
    low, high = int(tune.pitch.min()), int(tune.pitch.max())
    return Asked(key, str(first.time_signature), whole_measures(tune), low, high)


def shares_kept(tunes: Sequence[MelodyLine], asked: Sequence[Asked]) -> dict[str, tuple[int, int]]:
    """For each aspect how many tunes keep it, of how many that were asked to; at last `everything`."""
    told = [kept(tune, wish) for tune, wish in zip(tunes, asked, strict=True)]
    found = {
        name: (sum(one[name] for one in told if name in one), sum(name in one for one in told)) for name in ASPECTS
    }
    found["everything"] = (sum(all(one.values()) for one in told), len(told))
    return {name: count for name, count in found.items() if count[1]}


def _in_key(tune: MelodyLine, key: str) -> bool:
    tonic, mode, sharps = tonic_and_mode(key)
    scale = {(7 * fifths) % 12 for fifths in range(sharps - 1, sharps + 6)}
    scale |= {(tonic + raised) % 12 for raised in _RAISED.get(mode, ())}
    inside = np.isin(tune.pitch % 12, list(scale))
    signed = all(measure.key_signature.fifths == sharps for measure in tune.score.measures)
    return bool(signed and (tune.length * inside).sum() >= IN_SCALE * tune.length.sum())


def _pulse(tune: MelodyLine) -> int:
    measure = tune.score.measures[int(tune.measure[-1])]
    return int(measure.time_signature.pulse_quarters * tune.score.ticks_per_quarter)
