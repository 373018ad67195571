"""Text grids full of faults, drawn by habits: what rules of voices and lines have to tell apart."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

RULES_OF_LINES = tuple(f"second_checker.{name}" for name in ("pairs", "independence", "texture", "melody"))
"""Modules of the second checker whose rules such music breaks."""
KEYS = {"C major": 0, "G major": 1, "F major": -1, "Eb major": -3, "a minor": 0, "d minor": -1, "e minor": 1}
METERS = {"4/4": 8, "3/4": 6, "2/4": 4, "6/8": 6, "2/2": 8, "3/8": 3, "5/4": 10}  # eighths in a measure
NUMERALS = "I I6 ii6 IV V V6 V7 V65 V43 viio6 vi Cad64 IV6".split()
MIDDLES = {1: (35,), 2: (36, 27), 3: (36, 31, 24), 4: (36, 33, 29, 24), 5: (37, 34, 31, 28, 23)}  # staff steps
SHADOWS = (-2, -4, -7, -9, -11)
RANGE = 7  # staff steps from the middle


class Habit(NamedTuple):
    """How lines are drawn: probabilities, but for `voices`, `moves` (staff steps) and `measures`."""

    voices: tuple[int, ...]
    moves: tuple[int, ...]
    measures: int = 2
    shadow: float = 0.0  # a voice doubles the top one at some distance
    rest: float = 0.06
    fermata: float = 0.03
    chromatic: float = 0.05
    again: float = 0.0  # a measure is that before once more
    numerals: float = 0.0


class Frame(NamedTuple):
    """What all voices of a piece share."""

    key: str
    lengths: list[int]  # eighths in each measure, the pickup included
    attacks: list[bool]  # where most voices begin a note


HABITS = {
    "leaping lines": Habit((1, 2, 3), (-7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 9), measures=3),
    "shadows": Habit((2, 3, 4, 5), (-3, -2, -1, 0, 1, 2, 3), shadow=0.6, numerals=0.3),
    "chorales": Habit((4,), (-4, -2, -1, -1, 0, 1, 1, 2, 3), shadow=0.2, numerals=0.6, chromatic=0.1),
    "one way": Habit((2, 4), (-2, -1, 1), measures=4, shadow=0.97, rest=0.01, fermata=0.0, chromatic=0.0),
    "again and again": Habit((1, 2), (-1, 0, 0, 1, 2), measures=6, rest=0.02, fermata=0.01, again=0.6),
}


def random_grid(rng: Random, habit: Habit) -> str:
    """A text grid of one to five voices in eighths."""
    meter, eighths = rng.choice(list(METERS.items()))
    pickup = rng.choice((0, 0, 1)) * (1 if meter.endswith("8") else int(8 / int(meter[-1])))
    lengths = [pickup] * (pickup > 0) + [eighths] * habit.measures
    coarse = rng.choice((1, 2, 2))
    attacks = [place % coarse == 0 and rng.random() < 0.75 for place in range(sum(lengths))]
    frame = Frame(rng.choice(list(KEYS)), lengths, attacks)
    count = rng.choice(habit.voices)
    lines = _lines(rng, habit, frame, MIDDLES[count])
    rows = {name: _bars(line, lengths) for name, line in zip("SATB" if count == 4 else "12345", lines, strict=False)}
    if rng.random() < habit.numerals:
        rows["H"] = _bars(_numerals(rng, frame), lengths)
    head = f"key: {frame.key}; meter: {meter}; unit: 1/8; pickup: {int(pickup * int(meter[-1]) / 8)}"
    return "\n".join([head, *(f"{name}: {bars}" for name, bars in rows.items())])


def _lines(rng: Random, habit: Habit, frame: Frame, middles: tuple[int, ...]) -> list[list[str]]:
    top: list[int | None] = [None] * len(frame.attacks)
    lines = []
    for voice, middle in enumerate(middles):
        shadowed: list[int | None] = top if voice and rng.random() < habit.shadow else [None] * len(top)
        steps = _steps(rng, habit, frame, middle, shadowed)
        lines.append(_repeated(rng, habit, frame, [_cell(rng, habit, frame.key, step) for step in steps]))
        if not voice:
            top = [step if step != _HOLD else None for step in steps]
    return lines


_HOLD = 10_000


def _steps(rng: Random, habit: Habit, frame: Frame, middle: int, shadowed: list[int | None]) -> list[int | None]:
    """For each eighth the staff step that begins, `_HOLD`, or None for a rest."""
    step, distance = middle + rng.randint(-2, 2), rng.choice(SHADOWS)
    steps: list[int | None] = []
    for place, (attack, above) in enumerate(zip(frame.attacks, shadowed, strict=True)):
        if place and not (attack if rng.random() < 0.85 else rng.random() < 0.4):
            steps.append(_HOLD)
        elif rng.random() < habit.rest and place:
            steps.append(None)
        else:
            wanted = step + rng.choice(habit.moves) if above is None else above + distance
            step = wanted if abs(wanted - middle) <= RANGE else middle + rng.randint(-2, 2)
            steps.append(step)
    return steps


def _cell(rng: Random, habit: Habit, key: str, step: int | None) -> str:
    if step is None:
        return "r"
    if step == _HOLD:
        return "."
    alter = _signature(key, step) + (rng.choice((-1, 1)) if rng.random() < habit.chromatic else 0)
    accidental = "#" * alter if alter > 0 else "b" * -alter
    return f"{'cdefgab'[step % 7]}{accidental}{step // 7}{'^' * (rng.random() < habit.fermata)}"


def _signature(key: str, step: int) -> int:
    """The accidental of the key signature on a staff step."""
    place, sharps = (1, 3, 5, 0, 2, 4, 6)[step % 7], KEYS[key]
    return 1 if place < sharps else -1 if place >= 7 + sharps else 0


def _repeated(rng: Random, habit: Habit, frame: Frame, cells: list[str]) -> list[str]:
    """The line with some measures like those before them."""
    start = 0
    for before, length in zip([0, *frame.lengths], frame.lengths, strict=False):
        if before == length and rng.random() < habit.again:
            cells[start : start + length] = cells[start - length : start]
        start += length
    return cells


def _numerals(rng: Random, frame: Frame) -> list[str]:
    figures = [figure.lower() if "minor" in frame.key and figure[0] == "I" else figure for figure in NUMERALS]
    return [rng.choice(figures) if not place or rng.random() < 0.3 else "." for place in range(len(frame.attacks))]


def _bars(cells: list[str], lengths: list[int]) -> str:
    ends = [sum(lengths[: number + 1]) for number in range(len(lengths))]
    return " | ".join(" ".join(cells[end - length : end]) for end, length in zip(ends, lengths, strict=True))
