"""The plan of an exercise: phrases with their cadences and keys, and the rhythm of chords and soprano."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.levels import Level
from musegen.score.meter import TimeSignature
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key

METERS = ("2/4", "3/4", "4/4", "6/8")
PICKUPS = ("none", "beat", "auto")
SHORTEST, LONGEST = 4, 32
_MODULATING = 6  # the level from which an inner cadence may stand in another key


class Slot(NamedTuple):
    """One soprano note and the chord under it. Times in quarters from the first barline (a pickup is negative)."""

    onset: Fraction
    duration: Fraction
    measure: int  # 0 is the pickup
    strength: Fraction
    phrase: int
    is_held: bool = False  # the chord and bass of the slot before go on
    is_downbeat: bool = False


@dataclass(frozen=True)
class PhrasePlan:
    """A phrase: its measures (1 = the first full one), cadence and the key in which it ends."""

    first: int
    length: int
    cadence: CadenceKind
    key: Key
    repeats: int | None = None  # the phrase whose opening it takes up

    @property
    def last(self) -> int:
        """The measure of its cadence."""
        return self.first + self.length - 1


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before the first note."""

    key: Key
    meter: TimeSignature
    measures: int
    pickup: Fraction  # quarters; 0 = none
    phrases: tuple[PhrasePlan, ...]
    slots: tuple[Slot, ...]

    def slots_of(self, phrase: int) -> list[int]:
        """The slot numbers of a phrase."""
        return [number for number, slot in enumerate(self.slots) if slot.phrase == phrase]

    @property
    def end(self) -> Fraction:
        """Where the last note ends, in quarters from the first barline."""
        return self.slots[-1].onset + self.slots[-1].duration


# Rhythms of a measure in felt beats; `h` marks a note over a chord that goes on.
_OPENINGS = {
    "2/4": ("1 1", "1/2 1/2h 1", "1 1/2 1/2h"),
    "3/4": ("1 1 1", "2 1", "1 1h 1", "1 1 1h"),
    "4/4": ("2 1 1", "1 1 2", "1 1 1 1", "1 1h 1 1", "3 1", "1 1 1 1h"),
    "6/8": ("2/3 1/3h 1", "1 2/3 1/3h", "2/3 1/3h 2/3 1/3h"),
}
_MIDDLES = {
    "2/4": ("1 1", "2", "1/2 1/2h 1"),
    "3/4": ("2 1", "1 1 1", "1 1 1h", "3"),
    "4/4": ("2 2", "2 1 1", "1 1 2", "3 1", "1 1 1 1h"),
    "6/8": ("1 1", "2/3 1/3h 1", "1 2/3 1/3h", "2/3 1/3h 2/3 1/3h"),
}
_APPROACHES = {
    "2/4": ("1 1",),
    "3/4": ("1 1 1",),
    "4/4": ("1 1 1 1", "2 1 1", "1 1 1 1"),
    "6/8": ("1 1", "2/3 1/3h 1"),
}


def make_plan(level: Level, key: Key, meter: TimeSignature, measures: int, pickup: str, rng: Generator) -> Plan:
    """Draw the phrases and rhythms of an exercise.

    Raises:
        UsageError: a meter, length or pickup that exercises do not have.
    """
    _check(meter, measures, pickup)
    phrases = _draw_phrases(level, key, measures, rng)
    length = _pickup_length(meter, pickup, rng)
    patterns = _draw_rhythms(phrases, str(meter), rng)
    slots = _lay_slots(phrases, patterns, meter, length)
    return Plan(key, meter, measures, length, phrases, tuple(slots))


def _check(meter: TimeSignature, measures: int, pickup: str) -> None:
    if str(meter) not in METERS:
        raise UsageError(f"exercises are not written in {meter}", hint=f"meters are {', '.join(METERS)}")
    if not SHORTEST <= measures <= LONGEST:
        raise UsageError(f"{measures} measures are too few or too many", hint=f"ask for {SHORTEST} to {LONGEST}")
    if pickup not in PICKUPS:
        raise UsageError(f"`{pickup}` is not a pickup", hint=f"pickups are {', '.join(PICKUPS)}")


def _pickup_length(meter: TimeSignature, pickup: str, rng: Generator) -> Fraction:
    if pickup == "none" or (pickup == "auto" and rng.random() < 0.5):
        return Fraction(0)
    return meter.beat_quarters


def _draw_phrases(level: Level, key: Key, measures: int, rng: Generator) -> tuple[PhrasePlan, ...]:
    lengths = _phrase_lengths(measures, rng)
    cadences = _draw_cadences(len(lengths), level, rng)
    goals = _draw_goals(cadences, level, key, rng)
    likely = 0.7 if level.number < _MODULATING else 0.95
    parallel = len(lengths) > 1 and lengths[0] == lengths[1] >= 3 and cadences[0] == "HC" and rng.random() < likely
    phrases, first = [], 1
    for number, (length, cadence, goal) in enumerate(zip(lengths, cadences, goals, strict=True)):
        phrases.append(PhrasePlan(first, length, cadence, goal, 0 if parallel and number == 1 else None))
        first += length
    return tuple(phrases)


def _phrase_lengths(measures: int, rng: Generator) -> list[int]:
    """Phrases of four where it goes evenly, else of three to five; four measures are one phrase or two halves."""
    if measures == 4:
        return [4] if rng.random() < 0.6 else [2, 2]
    count = round(measures / 4)
    while not 3 * count <= measures <= 5 * count:
        count += 1
    lengths = [4] * count
    for step in range(abs(measures - 4 * count)):
        lengths[(count - 1 - step) % count] += 1 if measures > 4 * count else -1
    return lengths


def _draw_cadences(count: int, level: Level, rng: Generator) -> list[CadenceKind]:
    if count == 1:
        return ["PAC"]
    if count == 2:
        kinds: list[CadenceKind] = ["HC", "IAC", "PAC"]
        shares = (0.72, 0.28, 0.0) if level.number < _MODULATING else (0.53, 0.05, 0.42)
        return [kinds[int(rng.choice(3, p=shares))], "PAC"]
    cadences: list[CadenceKind] = ["HC", "PAC" if rng.random() < 0.5 else "IAC"]
    home_pac = cadences[1] == "PAC"
    while len(cadences) < count - 1:
        options: list[CadenceKind] = ["HC", "IAC"] if home_pac else ["HC", "IAC", "PAC"]
        if level.number >= 3 and "DC" not in cadences:
            options.append("DC")
        options = [kind for kind in options if kind != cadences[-1]]
        cadences.append(options[int(rng.integers(len(options)))])
        home_pac = home_pac or cadences[-1] == "PAC"
    return [*cadences[: count - 1], "PAC"]


def _draw_goals(cadences: list[CadenceKind], level: Level, key: Key, rng: Generator) -> list[Key]:
    """The key of each cadence: home, but where the level modulates one inner PAC or IAC may stand in a close key."""
    goals = [key] * len(cadences)
    closes = level.goals(key)
    inner = [number for number, kind in enumerate(cadences[:-1]) if kind in ("PAC", "IAC")]
    if closes and len(cadences) == 2 and cadences[0] == "PAC":
        goals[0] = closes[int(rng.integers(len(closes)))]
    elif closes and len(cadences) > 2 and inner:
        chosen = inner[int(rng.integers(len(inner)))]
        goals[chosen] = closes[int(rng.integers(len(closes)))]
    return goals


def _draw_rhythms(phrases: tuple[PhrasePlan, ...], meter: str, rng: Generator) -> dict[int, str]:
    """A rhythm for every measure but the cadences: a motive that returns, and more chords before a cadence."""
    motive = str(rng.choice(_OPENINGS[meter]))
    patterns: dict[int, str] = {}
    for phrase in phrases:
        for step in range(phrase.length - 1):
            measure = phrase.first + step
            if phrase.repeats is not None and step < phrase.length - 2:
                patterns[measure] = patterns[phrases[phrase.repeats].first + step]
            elif step == phrase.length - 2 and step > 0:
                patterns[measure] = str(rng.choice(_APPROACHES[meter]))
            elif step == 0:
                patterns[measure] = (
                    motive if phrase.first == 1 or rng.random() < 0.75 else str(rng.choice(_OPENINGS[meter]))
                )
            else:
                patterns[measure] = motive if rng.random() < 0.3 else str(rng.choice(_MIDDLES[meter]))
    if list(patterns.values()).count(motive) < 2:
        patterns[min(measure for measure in patterns if measure > 1)] = motive
    return patterns


def _lay_slots(
    phrases: tuple[PhrasePlan, ...], patterns: dict[int, str], meter: TimeSignature, pickup: Fraction
) -> list[Slot]:
    slots: list[Slot] = []
    if pickup:
        slots.append(_slot(-pickup, pickup, 0, meter, 0))
    for number, phrase in enumerate(phrases):
        for measure in range(phrase.first, phrase.last):
            slots += _measure_slots(patterns[measure], measure, meter, number)
        is_last = number == len(phrases) - 1
        barline = (phrase.last - 1) * meter.quarters
        slots.append(_slot(barline, _cadence_length(meter, pickup), phrase.last, meter, number))
        if pickup and not is_last:
            slots.append(_slot(barline + meter.quarters - pickup, pickup, phrase.last, meter, number + 1))
    return slots


def _cadence_length(meter: TimeSignature, pickup: Fraction) -> Fraction:
    """A phrase's last note gives its measure's end to the pickup; in 6/8 it is a dotted value."""
    if meter.is_compound and pickup:
        return meter.pulse_quarters
    return meter.quarters - pickup


def _measure_slots(pattern: str, measure: int, meter: TimeSignature, phrase: int) -> list[Slot]:
    slots, time = [], (measure - 1) * meter.quarters
    for item in pattern.split():
        length = Fraction(item.rstrip("h")) * meter.pulse_quarters
        slots.append(_slot(time, length, measure, meter, phrase, is_held=item.endswith("h")))
        time += length
    return slots


def _slot(
    onset: Fraction, duration: Fraction, measure: int, meter: TimeSignature, phrase: int, is_held: bool = False
) -> Slot:
    offset = onset % meter.quarters
    return Slot(onset, duration, measure, meter.strength(offset), phrase, is_held, offset == 0)
