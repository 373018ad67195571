"""Clausulae: where two voices or more close together, who sings which part of the close, and whether it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from musegen.score.keeping import kept
from musegen.score.model import Score
from musegen.score.pitch import fifths_name
from musegen.theory.modal.cantizans import Cantizans, cantizantes
from musegen.theory.modal.closing import Moves, Parts, is_mi, lowest, moves, parts, suspension
from musegen.theory.modal.lines import Line, lines_of

ClausulaKind = Literal["perfect", "phrygian", "evaded"]
LeadingTone = Literal["natural", "raised", "unwritten"]
"""As the signature has it, raised by an accidental (musica ficta), or a whole tone that singers would have raised."""


class Clausula(NamedTuple):
    """A close of voices on one note. Voices are named as in the score, "" where nobody sings that part of it."""

    onset: int  # of the arrival, in ticks
    pitch: str  # the note of arrival: `D`, `B-`
    kind: ClausulaKind
    cantizans: str
    tenorizans: str
    bassizans: str
    altizans: str
    suspension: str  # `7-6`, `2-3` or `4-3` against the voice that makes it a dissonance; "" without
    leading_tone: LeadingTone
    lowest: str  # the lowest note at the arrival
    evidence: str  # what evades it, or enters under it; "" where it is plainly kept
    degree: int = 0  # of the mode; 0 before the mode is known


class _Close(NamedTuple):
    """A cantizans with all that sounds around it."""

    score: Score
    line: Line
    cantizans: Cantizans
    around: tuple[Moves, ...]
    parts: Parts
    suspension: str
    is_mi: bool
    is_raised: bool  # an accidental that the signature has not makes the leading note
    lowest: tuple[Line, int]

    @property
    def is_strong(self) -> bool:
        """The arrival falls on a stronger beat than the leading note."""
        return self.score.strength(self.cantizans.arrival) > self.score.strength(self.cantizans.onset)

    @property
    def is_sung(self) -> bool:
        """The cantizans and a partner arrive."""
        return self.cantizans.arrives and (self.parts.tenorizans or self.parts.bassizans) is not None


class _Verdict(NamedTuple):
    is_evaded: bool = False
    words: str = ""


def clausulae(score: Score) -> tuple[Clausula, ...]:
    """Every clausula of a piece, in order; their degrees follow from the mode (`modes.placed`). Kept with the score.

    The cantizans closes upwards (8-7-8), the tenorizans down a step (2-1), the bassizans by a fifth down or a fourth
    up (5-1), the altizans stays on the fifth, steps up to it or goes to the third. Suspended ones are told wherever two
    parts meet; plain ones where the voices then rest or stand still. It is `phrygian` where the tenorizans has the
    semitone, and `evaded` where a suspended close was prepared and a part goes elsewhere, or the lowest voice takes its
    ground away.

    Source: Meier, The Modes of Classical Vocal Polyphony, part I, 4; Zarlino, Istitutioni harmoniche III, 53-54.

    >>> from musegen.score.textgrid import parse_grid
    >>> (close,) = clausulae(parse_grid("meter: 4/4\\nS: a4 . d5 . | . c#5 d5 .\\nT: f4 . g4 f4 | e4 . d4 ."))
    >>> close.pitch, close.kind, close.suspension, close.leading_tone
    ('D', 'perfect', '7-6', 'raised')
    """
    return kept(score, "clausulae", _found)


def _found(score: Score) -> tuple[Clausula, ...]:
    """One clausula a moment: a kept one before an evaded one, then the one that most voices make."""
    lines, found = lines_of(score), dict[int, Clausula]()
    for line in lines:
        for cantizans in cantizantes(line):
            close = _close(score, line, cantizans, [other for other in lines if other is not line])
            clausula = _judged(close) if close else None
            if clausula is None:
                continue
            known = found.get(clausula.onset)
            if known is None or _weight(clausula) > _weight(known):
                found[clausula.onset] = clausula
    return tuple(found[onset] for onset in sorted(found))


def _weight(clausula: Clausula) -> tuple[bool, int]:
    voices = (clausula.tenorizans, clausula.bassizans, clausula.altizans, clausula.suspension)
    return clausula.kind != "evaded", sum(bool(part) for part in voices)


def _close(score: Score, line: Line, cantizans: Cantizans, others: Sequence[Line]) -> _Close | None:
    """All that sounds around a cantizans; None where it does not arrive on a beat, or into silence."""
    under = lowest((line, *others), cantizans.arrival)
    if under is None or score.place(cantizans.arrival).beat.denominator > 1:
        return None
    around = tuple(moves(other, cantizans.arrival) for other in others)
    found = parts(cantizans, around)
    signature = score.measures[score.measure_index_at(cantizans.onset)].key_signature.fifths
    mi = is_mi(cantizans, found.tenor_ready, signature)
    is_raised = cantizans.leading == 1 and cantizans.leading_fifths > signature + 5
    held = suspension(cantizans, others, score.strength)
    return _Close(score, line, cantizans, around, found, held, mi, is_raised, under)


def _judged(close: _Close) -> Clausula | None:
    """The clausula that the voices make of a cantizans, None where they make none."""
    cantizans, found = close.cantizans, close.parts
    is_unwritten = cantizans.leading == 2 and not close.is_mi
    if is_unwritten and not (close.suspension and found.tenorizans):
        return None
    verdict = _verdict(close)
    if verdict is None or (verdict.is_evaded and not (close.suspension and close.is_strong)):
        return None
    if not (close.suspension or _stands(close)):
        return None
    kind: ClausulaKind = "evaded" if verdict.is_evaded else "phrygian" if close.is_mi else "perfect"
    leading: LeadingTone = "unwritten" if is_unwritten else "raised" if close.is_raised else "natural"
    line, number = close.lowest
    standing = fifths_name(int(line.fifths[number]))
    return Clausula(
        cantizans.arrival, fifths_name(cantizans.goal_fifths), kind, close.line.name, _name(found.tenorizans),
        _name(found.bassizans), _name(found.altizans), close.suspension, leading, standing, verdict.words,
    )  # fmt: skip


def _name(move: Moves | None) -> str:
    return move.line.name if move else ""


def _verdict(close: _Close) -> _Verdict | None:
    """Whether the close is kept, and what speaks against it; None where there is none to keep."""
    ready = close.parts.tenor_ready or close.parts.bass_ready
    if ready is None:
        return None
    if close.is_sung:
        return _ground(close)
    if not close.suspension:
        return None
    if close.cantizans.arrives:
        return _Verdict(True, ready.words)
    is_due = close.is_raised and ready.attacks  # a third that is raised for a last chord has nowhere to go
    return _Verdict(True, f"{fifths_name(close.cantizans.goal_fifths)} does not come") if is_due else None


def _ground(close: _Close) -> _Verdict:
    """A kept close stands on its goal or its fifth, a phrygian one also on the fifth below; and no sixth is struck.

    A lowest voice that goes elsewhere takes its ground away; one that only enters there does not.
    """
    line, number = close.lowest
    over = int(line.diatonic[number] - close.cantizans.goal) % 7
    if over in ((0, 4, 3) if close.is_mi else (0, 4)):
        return _sixth(close) if over == 0 else _Verdict()
    enters = not line.joined[number] and int(line.onset[number]) == close.cantizans.arrival
    words = f"{line.name} {'enters on' if enters else 'goes to'} {fifths_name(int(line.fifths[number]))}"
    return _Verdict(not enters, words)


def _sixth(close: _Close) -> _Verdict:
    """A voice that strikes the fourth or the sixth over the goal makes it go on; a held one is a suspension."""
    struck = [move for move in close.around if move.attacks and move.above(close.cantizans.goal, move.after) in (3, 5)]
    return _Verdict(True, struck[0].words) if struck else _Verdict()


def _stands(close: _Close) -> bool:
    """A close without a suspension: by two parts, on a stronger beat, and then a rest or notes twice as long.

    Of two voices that are alone neither goes on at once.
    """
    cantizans, found = close.cantizans, close.parts
    if found.tenorizans is None or not close.is_strong:
        return False
    line, number = close.lowest
    if close.is_mi and int(line.diatonic[number] - cantizans.goal) % 7:  # la-mi in an inner pair: a plagal end
        return False
    if cantizans.under_third:
        return True
    partners = [move for move in (found.tenorizans, found.bassizans) if move]
    voices = [(close.line, close.line.at(cantizans.arrival)), *((move.line, move.after) for move in partners)]
    rests = [last + 1 >= len(voice) or not voice.joined[last + 1] for voice, last in voices]
    leading = cantizans.arrival - cantizans.onset
    lasts = [int(voice.end[last]) - cantizans.arrival >= 2 * leading for voice, last in voices]
    if len(close.around) == 1:
        return any(rests) and all(rest or last for rest, last in zip(rests, lasts, strict=True))
    return any(rests) or (all(lasts) and (found.bassizans is not None or _has_second_leading_note(found)))


def _has_second_leading_note(found: Parts) -> bool:
    """An altizans that rises a semitone to the fifth, as in closes before 1450: it leaves no doubt either."""
    move = found.altizans
    return move is not None and move.went == 1 and int(move.line.pitch[move.after] - move.line.pitch[move.before]) == 1
