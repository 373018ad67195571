"""Species exercises full of faults, drawn by chance: a cantus, and one or two voices that almost keep their species."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

MODES = {
    "d dorian": 0, "e phrygian": 0, "C ionian": 0, "G mixolydian": 0, "a aeolian": 0, "F lydian": 0, "g dorian": -1,
    "D ionian": 2, "C major": 0, "d minor": -1,
}  # fmt: skip
METERS = {"4/4": 8, "2/2": 8, "3/2": 12, "6/8": 6, "3/4": 6}  # eighths in a measure
FLORID = (1, 2, 2, 2, 4, 4, 4, 8)
MOVES = (-4, -3, -2, -1, -1, -1, 0, 1, 1, 1, 2, 3, 5, 7)
MIDDLES = {2: (35, 29), 3: (36, 31, 26)}  # staff steps
SHADOWS = (2, 4, 5, 7, 7, 9)  # steps from the cantus: thirds, fifths, sixths, octaves, tenths
STEPS = "cdefgab"
HOLD, REST = "held", "rest"


class Exercise(NamedTuple):
    """A text grid and the voice that is named as its cantus."""

    grid: str
    cantus: str


class Frame(NamedTuple):
    """What the voices of an exercise share."""

    species: int
    length: int  # eighths in a measure
    measures: int
    sharps: int


def random_exercise(rng: Random, species: int) -> Exercise:
    """Three to eight measures for two or three voices; in one of three the voices do as they like."""
    mode, meter = rng.choice(list(MODES)), rng.choice((*METERS, "4/4", "4/4", "4/4"))
    frame = Frame(species, METERS[meter], rng.randint(4, 8), MODES[mode])
    count = rng.choice((2, 2, 3))
    firmus = rng.randrange(count)
    line = _walk(rng, MIDDLES[count][firmus], frame.measures)
    free = rng.random() < 0.3
    rows = []
    for voice, middle in enumerate(MIDDLES[count]):
        cantus = voice == firmus and not (free and rng.random() < 0.3)
        whole = cantus or (count == 3 and rng.random() < 0.4)
        pitches = line if cantus else _walk(rng, middle, frame.measures)
        notes = [pitches[bar] if not at else HOLD for bar in range(frame.measures) for at in range(frame.length)]
        if not whole:
            notes = _counterpoint(rng, frame, middle, line, free)
        rows.append(_row(rng, frame, voice + 1, notes))
    named = rng.random() < 0.7
    head = f"key: {mode}; meter: {meter}; unit: 1/8"
    return Exercise("\n".join([head, *rows]), str(firmus + 1) if named else rng.choice(("", "upper", "lower")))


def _walk(rng: Random, middle: int, count: int) -> list[int]:
    step, line = middle + rng.randint(-2, 2), []
    moves = (-1, -1, -1, -1, 2) if rng.random() < 0.3 else MOVES
    for _ in range(count):
        line.append(step)
        step += rng.choice(moves)
        step = step if abs(step - middle) <= 6 else middle
    return line


def _counterpoint(rng: Random, frame: Frame, middle: int, line: list[int], free: bool) -> list[int | str]:
    """For each eighth the step that begins, or what goes on; often it follows the cantus at one distance."""
    distance = rng.choice(SHADOWS) * (1 if middle > line[0] else -1)
    follows, ties = rng.random() < 0.6, rng.random() < 0.6
    step, notes = middle, [HOLD] * (frame.length * frame.measures)
    found: list[int | str] = list(notes)
    for bar in range(frame.measures):
        for number, at in enumerate(_attacks(rng, frame, free, bar)):
            tied = number == 0 and bar and ties and frame.species >= 4 and rng.random() < 0.85
            if not tied:
                shadowed = follows and (at == 0 or ties) and rng.random() < 0.9
                step = line[bar] + distance if shadowed else step + rng.choice(MOVES)
                step = step if abs(step - middle) <= 8 else middle
                found[bar * frame.length + at] = step if rng.random() > 0.04 else REST
    if found[0] == HOLD or rng.random() < 0.4:
        found[0] = REST
    return found


def _attacks(rng: Random, frame: Frame, free: bool, bar: int) -> list[int]:
    """Where notes begin in a measure, in eighths."""
    if bar == frame.measures - 1 and rng.random() < 0.8:
        return [0]
    if frame.species == 5 or free:
        values = [rng.choice(FLORID) for _ in range(frame.length)]
        return [place for number in range(len(values)) if (place := sum(values[:number])) < frame.length]
    parts = {1: 1, 2: 2, 3: 4, 4: 2}[frame.species]
    return list(range(0, frame.length, max(frame.length // parts, 1)))


def _row(rng: Random, frame: Frame, name: int, notes: list[int | str]) -> str:
    cells = [_cell(rng, frame.sharps, note) for note in notes]
    bars = [cells[start : start + frame.length] for start in range(0, len(cells), frame.length)]
    return f"{name}: " + " | ".join(" ".join(bar) for bar in bars)


def _cell(rng: Random, sharps: int, note: int | str) -> str:
    if isinstance(note, str):
        return "." if note == HOLD else "r"
    place = (1, 3, 5, 0, 2, 4, 6)[note % 7]
    alter = (1 if place < sharps else -1 if place >= 7 + sharps else 0) + rng.choice((0,) * 12 + (1, -1))
    accidental = "#" * alter if alter > 0 else "b" * -alter
    return f"{STEPS[note % 7]}{accidental}{note // 7}{'^' * (rng.random() < 0.01)}"
