"""Around a cantizans: what each other voice does, which part of the close it is ready for, and which one it sings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from musegen.score.pitch import fifths_name
from musegen.theory.modal.cantizans import Cantizans
from musegen.theory.modal.lines import Line

SECOND, FOURTH, FIFTH = 1, 3, 4
"""Staff steps above the goal, octaves left out."""
_STAYING = ((FOURTH, 2), (FIFTH, 2), (FIFTH, FIFTH))
_RISING = (FOURTH, FIFTH, 1)
"""What an altizans does: it stays on the fifth or goes to the third; in older closes it steps up to the fifth."""


class Moves(NamedTuple):
    """What a voice does around an arrival."""

    line: Line
    before: int  # number of its note before the arrival, -1 in a rest
    after: int  # number of the note that it has or strikes at the arrival, -1 in a rest
    attacks: bool

    def above(self, goal: int, number: int) -> int:
        """Staff steps of one of its notes above a goal, octaves left out; -1 in a rest."""
        return int(self.line.diatonic[number] - goal) % 7 if number >= 0 else -1

    @property
    def went(self) -> int | None:
        """Staff steps that it goes at the arrival; None where it holds or rests."""
        is_move = self.attacks and self.before >= 0
        return int(self.line.diatonic[self.after] - self.line.diatonic[self.before]) if is_move else None

    @property
    def words(self) -> str:
        """`Tenor goes to F`."""
        if self.after < 0:
            return f"{self.line.name} rests"
        goes = f"goes to {fifths_name(int(self.line.fifths[self.after]))}" if self.attacks else "stays"
        return f"{self.line.name} {goes}"


class Parts(NamedTuple):
    """Who sings each part of a close to its end; of the tenorizans and bassizans also who was ready for it."""

    tenorizans: Moves | None = None
    bassizans: Moves | None = None
    altizans: Moves | None = None
    tenor_ready: Moves | None = None
    bass_ready: Moves | None = None


def moves(line: Line, arrival: int) -> Moves:
    """What a voice does around an arrival, in ticks."""
    after = line.at(arrival)
    return Moves(line, line.at(arrival - 1), after, after >= 0 and int(line.onset[after]) == arrival)


def parts(close: Cantizans, around: Sequence[Moves]) -> Parts:
    """The parts that the other voices have in a close; the voice named last is the lowest of several."""
    found = Parts()
    for move in around:
        above, then = move.above(close.goal, move.before), move.above(close.goal, move.after)
        arrives = close.arrives and then == 0 and int(move.line.fifths[move.after]) == close.goal_fifths
        if above == SECOND:
            found = found._replace(tenor_ready=move)
            found = found._replace(tenorizans=move) if arrives and move.went == -1 else found
        elif close.arrives and ((above, then) in _STAYING or (above, then, move.went) == _RISING):
            found = found._replace(altizans=found.altizans or move)
        elif above == FIFTH:
            found = found._replace(bass_ready=move)
            found = found._replace(bassizans=move) if arrives and move.went in (-4, 3) else found
    return found


def suspension(close: Cantizans, others: Sequence[Line], strength: Callable[[int], Fraction]) -> str:
    """`7-6`, `2-3` or `4-3`: the dissonance when another voice strikes the second or the fifth above the held goal.

    It is heard on no weaker beat than its resolution (`strength` of a time in ticks): else the voices pass by.
    """
    if close.prepared < 0:
        return ""
    struck = []
    for other in others:
        number = other.at(close.onset - 1)
        begun = int(other.onset[number]) if number >= 0 else close.onset
        if close.prepared < begun < close.onset and strength(begun) >= strength(close.onset):
            apart = int(other.diatonic[number]) - close.goal
            struck.append((apart % 7, apart > 0))
    named = {(SECOND, False): "7-6", (SECOND, True): "2-3", (FIFTH, False): "4-3"}
    return next((name for figure, name in named.items() if figure in struck), "")


def is_mi(close: Cantizans, ready: Moves | None, signature: int) -> bool:
    """The semitone lies above the goal, which no accidental raises: the voice that falls to it has the half."""
    if close.leading != 2 or ready is None or close.goal_fifths > signature + 5:
        return False
    return int(ready.line.fifths[ready.before]) - close.goal_fifths == -5


def lowest(lines: Sequence[Line], time: int) -> tuple[Line, int] | None:
    """The voice that is lowest at a time, and the number of its note; None in a general rest."""
    sounding = [(line, number) for line in lines if (number := line.at(time)) >= 0]
    return min(sounding, key=lambda pair: int(pair[0].pitch[pair[1]]), default=None)
