"""How the chords of a progression are set for four voices: each once, under a soprano that has a shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from musegen.generation.conditions import Condition
from musegen.generation.melody import MelodySlot
from musegen.generation.requests.plan import Plan, Wish, plan_of
from musegen.generation.requests.skeletons import Skeleton, skeletons
from musegen.generation.requests.ways import Slotted, Step, Ways
from musegen.rules.predicates.tendency import unresolved_leading_tone
from musegen.score.model import Score
from musegen.score.pitch import pitch_class_of
from musegen.theory.progressions.chords import Ints, vocabulary
from musegen.theory.progressions.progression import Progression

Floats64 = npt.NDArray[np.float64]

_LOW, _HIGH = 65, 76
"""F4 to E5: where a soprano sings without effort."""
_BEYOND, _AWAY, _NO_CLOSE = 0.45, 0.25, 200.0
"""Nats: a semitone outside, squared; a semitone away from the line; a full close without the tonic on top."""
_BEGIN, _ARCH, _CLIMAX = 68.5, 4.5, 2.0
"""The line: where phrases begin and end, how far each rises, and how much further the one with the climax."""
_CLIMAX_AT = 0.6
_FALLS = {False: 12.0, True: 1.0}
"""Nats for a leading tone inside that does not rise; as a phrase closes, where Bach lets it fall to the fifth."""


def voiced(piece: Progression, bare: Score, asked: Condition) -> Skeleton:
    """The setting: a slot for every chord as it is struck; `asked` has the numerals, `bare` the measures.

    Raises:
        NoSolution: no setting of the chords was found.
    """
    return skeletons(_plan(piece, plan_of(bare, asked)), ways_of=_Led)[0]


class _Led(Ways):
    """Ways on which the leading tones of inner voices, applied ones too, rise unless a phrase closes."""

    def between(self, slot: int, before: Slotted, here: Slotted, left: Wish, met: Wish) -> Step:
        """All ways from one slot's settings to the next one's."""
        found = super().between(slot, before, here, left, met)
        if self.is_new_start(slot):
            return found
        price = _FALLS[self.plan.slots[slot].is_phrase_end]
        falls = unresolved_leading_tone(before.sound[:, None], here.sound[None, :], inner="rises").sum(axis=-1)
        return found._replace(law=found.law + price * falls)


def full_closes(piece: Progression) -> Ints:
    """(pulse,): the pitch class of the tonic where the last chord of a perfect authentic cadence begins; else -1.

    Dominant and tonic, at home or in another key, end a phrase, both in root position.

    >>> from musegen.score.meter import TimeSignature
    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.progressions.progression import grid_of
    >>> one, five = (vocabulary().sounds.index(sound) for sound in (((0, 4, 1), 0, False), ((1, 5, 2), 1, False)))
    >>> grid = grid_of(TimeSignature(2, 4), 2, phrase=2)
    >>> full_closes(Progression(Key(1), TimeSignature(2, 4), "song", grid, np.array([one, five, one, one]))).tolist()
    [-1, -1, 7, -1]
    """
    found = np.full(len(piece.chords), -1)
    starts = np.flatnonzero(piece.struck)
    for end in np.flatnonzero(piece.grid.ends_phrase).tolist():
        number = int(np.searchsorted(starts, end, side="right")) - 1
        if number:
            before, last = (vocabulary().sounds[piece.chords[starts[place]]] for place in (number - 1, number))
            upright = before.bass == before.root and last.bass == last.root and before.root == last.root + 1
            if upright and before.root + 4 in before.members:
                found[starts[number]] = pitch_class_of(piece.key.tonic + last.root)
    return found


def _plan(piece: Progression, plan: Plan) -> Plan:
    """The plan of the pulses as one of the chords as they are struck."""
    starts = np.flatnonzero(piece.struck)
    ends = [*starts[1:].tolist(), len(piece.chords)]
    slots = tuple(_slots(piece, plan, list(zip(starts.tolist(), ends, strict=True))))
    heights = _heights(piece)
    wishes = tuple(Wish(plan.wishes[start].chord, heights=tuple(heights[start].tolist())) for start in starts)
    return replace(plan, slots=slots, wishes=wishes, may_pass=False)


def _slots(piece: Progression, plan: Plan, spans: list[tuple[int, int]]) -> Iterator[MelodySlot]:
    closed = True
    for start, end in spans:
        first, last = plan.slots[start], plan.slots[end - 1]
        closes = bool(piece.grid.ends_phrase[end - 1])
        yield replace(
            first, duration=last.onset + last.duration - first.onset, is_phrase_start=closed, is_phrase_end=closes,
            is_last=last.is_last,
        )  # fmt: skip
        closed = closes


def _heights(piece: Progression) -> Floats64:
    """(pulse, MIDI pitch): what each pitch costs the soprano, in nats."""
    pitches, tonics = np.arange(128), full_closes(piece)[:, None]
    outside = np.maximum(np.maximum(_LOW - pitches, pitches - _HIGH), 0)
    away = np.abs(pitches[None, :] - _line(piece)[:, None])
    misses = (tonics >= 0) & (pitches[None, :] % 12 != tonics)
    return np.asarray(_BEYOND * outside**2 + _AWAY * away + _NO_CLOSE * misses)


def _line(piece: Progression) -> Floats64:
    """(pulse,): the height that the soprano tends to: an arch for every phrase, the highest after the middle."""
    ends = np.flatnonzero(piece.grid.ends_phrase)
    starts = np.concatenate([[0], ends[:-1] + 1])
    climax = int(_CLIMAX_AT * len(starts))
    parts = []
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        shape = np.sin(np.pi * np.linspace(0, 1, end - start + 1))
        parts.append(_BEGIN + (_ARCH + _CLIMAX * (number == climax)) * shape)
    return np.concatenate(parts)
