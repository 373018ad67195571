"""Finals: how probable each final of a system is, by last sonority, clausulae, openings and all notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.theory.keys import Key
from musegen.theory.modal.clausulae import Clausula
from musegen.theory.modal.lines import Line
from musegen.theory.modal.names import SCALES

_FLAT_SHARE = {-1: 0.5}
_USUAL_FLAT_SHARE, _LEAST_FLAT = 0.75, 0.08
"""Share of B flat among all B over which it belongs to the system: half with a final on F, else three quarters;
and the least share of all notes that it must have."""
_PART = re.compile(
    r"\b(first section|prim[ao] (pars|parte)|christe|crucifixus|pleni|benedictus|qui tollis|quoniam|domine (deus|fili)"
    r"|et in (spiritum|terra)|et (iterum|incarnatus|resurrexit|ascendit|ex patre)|qui (cum|ex) patre|benedicimus"
    r"|glorificamus|genitum)\b",
    re.IGNORECASE,
)
"""Titles of sections that often close on another degree than the whole that they belong to."""


class _Weights(NamedTuple):
    """What speaks for a final: the note itself, and the fifth over it; at the end the fourth too."""

    last: float
    last_fifth: float
    last_fourth: float
    phrygian_last: float  # E, where it is the last note: mi is seldom another mode's half close
    phrygian_fourth: float  # E, where the last note is A
    closes: tuple[float, float]
    sounds: tuple[float, float]
    opens: tuple[float, float]


_WHOLE = _Weights(4.2, 0.0, 0.0, 0.0, 0.5, (1.0, 0.3), (0.4, 0.4), (1.2, 0.5))
_SECTION = _Weights(1.8, 1.25, 0.7, 1.5, 1.2, (2.6, 1.6), (1.6, 1.4), (1.8, 2.0))
"""Conditional logits over the six finals, fitted on 384 sections of Palestrina's masses (four a mass, 250 that close a
movement and 134 inner ones) to the modes that an encoder named. With a fifth of the masses left out each time .99 and
.66 are right, by the last note alone .99 and .54. `tests/benchmarks/modes.py` measures other sections.
`phrygian_last` was found on the 139 sections of Phrygian masses: .63 of their inner ones are right; .27 without."""


def signature_of(score: Score, lines: Sequence[Line]) -> int:
    """The signature that singers would read: a flat more where B is nearly always flat, though no signature says so."""
    written = score.measures[0].key_signature.fifths
    last = last_note(lines)
    sung = _durations(lines, written)
    flat, natural = sung.get(-2, 0.0), sung.get(5, 0.0)
    share = _FLAT_SHARE.get(last - written, _USUAL_FLAT_SHARE)
    return written - 1 if flat > max(share * (flat + natural), _LEAST_FLAT) else written


def last_note(lines: Sequence[Line]) -> int:
    """The place on the line of fifths of the lowest note of the last sonority.

    A fourth over the bass closes nothing before 1650: where the tenor has it, the tenor has the final, and the voice
    under it was written, or encoded, an octave too low.
    """
    end = max(int(line.end[-1]) for line in lines)
    last = [(int(line.pitch[-1]), int(line.fifths[-1]), line.role) for line in lines if int(line.end[-1]) == end]
    lowest = min(last)[1]
    tenors = [fifths for _, fifths, role in last if role == "tenor"]
    return tenors[0] if tenors and lowest - tenors[0] == 1 else lowest


def names_a_part(score: Score) -> bool:
    """The title is that of a part of a larger piece: `Christe`, `Crucifixus`, `Prima parte`."""
    return bool(_PART.search(score.metadata.title))


def probabilities(
    lines: Sequence[Line], clausulae: Sequence[Clausula], signature: int, *, is_part: bool = False
) -> dict[int, float]:
    """The probability of each final, by its place on the line of fifths in the natural system (F -1 ... E 4).

    The last note speaks loudest; of a part of a larger piece (`is_part`) it says less than clausulae and openings do.
    """
    weights = _SECTION if is_part else _WHOLE
    last = last_note(lines) - signature
    closes = _closes(clausulae, signature)
    opens = _shares(Counter(int(line.fifths[0]) - signature for line in lines), 0)
    sounds = _durations(lines, signature)

    def score(final: int) -> float:
        ends = {final: weights.last, final + 1: weights.last_fifth, final - 1: weights.last_fourth}
        mi = {4: weights.phrygian_last, 3: weights.phrygian_fourth} if final == 4 else {}
        found = ends.get(last, 0.0) + mi.get(last, 0.0)
        for (here, fifth), shares in ((weights.closes, closes), (weights.sounds, sounds), (weights.opens, opens)):
            found += here * shares.get(final, 0.0) + fifth * shares.get(final + 1, 0.0)
        return found

    likely: npt.NDArray[np.float64] = np.exp([score(final) for final in SCALES])
    return dict(zip(SCALES, (likely / likely.sum()).tolist(), strict=True))


def _closes(clausulae: Sequence[Clausula], signature: int) -> dict[int, float]:
    """The share of each note of arrival; an evaded clausula counts half, and few clausulae say little."""
    counted: dict[int, float] = {}
    for clausula in clausulae:
        place = Key.parse(clausula.pitch).tonic - signature
        counted[place] = counted.get(place, 0.0) + (0.5 if clausula.kind == "evaded" else 1.0)
    return _shares(counted, 3)


def _shares(counted: Mapping[int, float], unheard: int) -> dict[int, float]:
    total = sum(counted.values()) + unheard
    return {place: number / total for place, number in counted.items()} if total else {}


def _durations(lines: Sequence[Line], signature: int) -> dict[int, float]:
    """The share of sounding time of each note name, as its place on the line of fifths from the signature's."""
    sung = Counter[int]()
    for line in lines:
        for fifths, duration in zip(line.fifths.tolist(), (line.end - line.onset).tolist(), strict=True):
            sung[fifths - signature] += duration
    return _shares(sung, 0)
