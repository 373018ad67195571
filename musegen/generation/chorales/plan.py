"""The plan of a chorale: its key, meter and phrases, where each closes, with which cadence and in which key."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.neural.frames import A_QUARTER
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.model import KeySignature, Measure, Score
from musegen.score.table import NoteTable
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import EXERCISE_KEYS, Key
from musegen.theory.vocabulary import figures

_MOST_SIGNS = 6


class PhrasePlan(NamedTuple):
    """A phrase from its upbeat to the end of its fermata. Times in ticks."""

    onset: int
    close: int  # where its last chord begins
    end: int
    key: Key  # of the cadence
    cadence: CadenceKind | None = None  # None: any
    approach: str = ""  # the numeral of the chord before the last one; "": any
    last: str = ""  # that of the last chord
    repeats: int | None = None  # the number of the phrase whose notes come again


@dataclass(frozen=True)
class ChoralePlan:
    """What stands before a note is written; the phrases follow each other without a gap, from 0 to the end.

    Its ticks are those of a score that needs no finer ones: `TICKS_PER_QUARTER`.
    """

    key: Key
    measures: tuple[Measure, ...]
    phrases: tuple[PhrasePlan, ...]
    opening: Key  # in which it begins

    @property
    def meter(self) -> TimeSignature:
        """The time signature of the beginning."""
        return self.measures[0].time_signature

    @property
    def pickup(self) -> Fraction:
        """Quarters before the first barline; 0 where the piece begins with it."""
        first = self.measures[0]
        return Fraction(first.length * first.is_pickup, TICKS_PER_QUARTER)

    @property
    def full_measures(self) -> int:
        """How many measures there are besides the pickup; those that a double bar divides count once."""
        return ceil((Fraction(self.end, TICKS_PER_QUARTER) - self.pickup) / self.meter.quarters)

    @property
    def end(self) -> int:
        """In ticks."""
        return self.phrases[-1].end

    @property
    def empty_score(self) -> Score:
        """The measures without notes or parts."""
        return Score(NoteTable.of([]), self.measures, ())

    @property
    def words(self) -> str:
        """The plan in one line: `G major, 4/4, 12 measures: IAC G, PAC D, ...`."""
        told = ", ".join(f"{phrase.cadence or 'any'} {phrase.key}" for phrase in self.phrases)
        count = self.full_measures
        return f"{self.key.words}, {self.meter}, {count} measure{'s' * (count != 1)}: {told}"

    def transposed(self, home: Key) -> ChoralePlan:
        """The plan in another key of the same mode.

        Raises:
            UsageError: the key is of the other mode, or too far away.
        """
        check_home(home)
        if home.minor != self.key.minor:
            told = f"the plan is in {self.key.words}, and cannot be moved to {home.words}"
            raise UsageError(told, hint=f"choose a {self.key.mode} key")
        steps = home.tonic - self.key.tonic
        measures = tuple(_measure_moved(measure, steps) for measure in self.measures)
        phrases = tuple(phrase._replace(key=_moved(phrase.key, steps)) for phrase in self.phrases)
        return ChoralePlan(home, measures, phrases, _moved(self.opening, steps))


def check_home(key: Key) -> None:
    """Make sure that a key and its neighbours can be written with a key signature.

    Raises:
        UsageError: it has more than six sharps or flats.
    """
    if abs(key.signature) > _MOST_SIGNS:
        hint = f"keys are {' '.join(EXERCISE_KEYS)} (small letters minor)"
        raise UsageError(f"{key.words} has too many sharps or flats for a chorale", hint=hint)


def check_plan(plan: ChoralePlan) -> None:
    """Make sure that a plan of somebody's own making can be sung; those that `draw_plan` and `plan_of` make can.

    Raises:
        UsageError: phrases do not follow each other from the first measure to the end of the last one, one does not
            close inside itself, its chords have no place in its key, or it repeats none that is as long.
    """
    reached = 0
    for number, phrase in enumerate(plan.phrases, 1):
        told = f"phrase {number} of the plan"
        if phrase.onset != reached or not phrase.onset <= phrase.close < phrase.end:
            raise UsageError(f"{told} does not begin where the one before ends, and close before its own end")
        if phrase.repeats is not None and not _is_alike(plan.phrases[: number - 1], phrase):
            raise UsageError(f"{told} repeats none before it that is as long and closes alike")
        for figure in (phrase.approach, phrase.last):
            if figure and figure not in figures(phrase.key.minor):
                raise UsageError(f"{told} has no chord `{figure}` in {phrase.key.words}", hint='write "" for any')
        reached = phrase.end
    if not plan.phrases or reached != sum(measure.length for measure in plan.measures):
        raise UsageError("the phrases of the plan do not fill its measures")


def _is_alike(before: tuple[PhrasePlan, ...], phrase: PhrasePlan) -> bool:
    """The phrase that this one repeats is as long and closes alike."""
    if phrase.repeats is None or phrase.repeats not in range(len(before)):
        return False
    first = before[phrase.repeats]
    same = (phrase.end - phrase.onset, phrase.close - phrase.onset, phrase.cadence, phrase.key)
    return first.repeats is None and same == (
        first.end - first.onset, first.close - first.onset, first.cadence, first.key
    )  # fmt: skip


def _moved(key: Key, steps: int) -> Key:
    return Key(key.tonic + steps, key.minor)


def _measure_moved(measure: Measure, steps: int) -> Measure:
    signature = measure.key_signature
    return measure._replace(key_signature=signature._replace(fifths=signature.fifths + steps))


def measures_for(key: Key, meter: TimeSignature, pickup: Fraction, count: int) -> tuple[Measure, ...]:
    """A pickup, where there is one, and so many measures, of which the last one makes it up.

    >>> [measure.length // 10080 for measure in measures_for(Key.parse("G"), TimeSignature(4, 4), Fraction(1), 2)]
    [1, 4, 3]
    """
    whole, upbeat = int(meter.quarters * TICKS_PER_QUARTER), int(pickup * TICKS_PER_QUARTER)
    lengths = [*([upbeat] if upbeat else []), *[whole] * (count - 1), whole - upbeat]
    signature = KeySignature(key.signature, key.mode)
    found, onset = [], 0
    for number, length in enumerate(lengths, start=0 if upbeat else 1):
        final = "final" if number == count else ""
        found.append(Measure(str(number), onset, length, meter, signature, number == 0, final))
        onset += length
    return tuple(found)


def frame_at(ticks: int) -> int:
    """The frame of the network's grid that holds a tick of a plan.

    >>> frame_at(3 * 10080)
    12
    """
    return ticks * A_QUARTER // TICKS_PER_QUARTER
