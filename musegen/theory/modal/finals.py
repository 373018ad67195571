"""Finals: how probable each final of a system is, by the last sonority, the clausulae, the openings and the notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
_IS_LAST, _FIFTH_LAST = 2.9, 0.9
_E_LAST, _FOURTH_LAST = 1.0, 1.8
_CLOSES, _FIFTH_CLOSES = 2.7, 1.5
_SOUNDS, _FIFTH_SOUNDS = 2.2, 1.7
_OPENS, _FIFTH_OPENS = 1.8, 1.8
"""Weights of a conditional logit over the six finals, fitted on 384 sections of Palestrina's masses, four a mass, whose
modes an editor named; with a fifth of the masses left out each time .84 are right, by the last note alone .83 (inner
sections often close on another degree). That an E at the end is a final, since its mode closes on A too, was added."""


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


def probabilities(lines: Sequence[Line], clausulae: Sequence[Clausula], signature: int) -> dict[int, float]:
    """The probability of each final, by its place on the line of fifths in the natural system (F -1 ... E 4)."""
    last = last_note(lines) - signature
    closes = Counter[int]()
    for clausula in clausulae:
        closes[Key.parse(clausula.pitch).tonic - signature] += 1 if clausula.kind != "evaded" else 0.5  # type: ignore[assignment]
    opens = Counter(int(line.fifths[0]) - signature for line in lines)
    sounds = _durations(lines, signature)
    total = sum(closes.values()) + 3  # with few clausulae they say little

    def score(final: int) -> float:
        phrygian = final == 4
        return (
            _IS_LAST * (last == final) + _FIFTH_LAST * (last == final + 1)
            + phrygian * (_E_LAST * (last == final) + _FOURTH_LAST * (last == final - 1))
            + (_CLOSES * closes[final] + _FIFTH_CLOSES * closes[final + 1]) / total
            + _SOUNDS * sounds.get(final, 0.0) + _FIFTH_SOUNDS * sounds.get(final + 1, 0.0)
            + (_OPENS * opens[final] + _FIFTH_OPENS * opens[final + 1]) / len(lines)
        )  # fmt: skip

    weights: npt.NDArray[np.float64] = np.exp([score(final) for final in SCALES])
    return dict(zip(SCALES, (weights / weights.sum()).tolist(), strict=True))


def _durations(lines: Sequence[Line], signature: int) -> dict[int, float]:
    """The share of sounding time of each note name, as its place on the line of fifths from the signature's."""
    shares = Counter[int]()
    for line in lines:
        for fifths, duration in zip(line.fifths.tolist(), (line.end - line.onset).tolist(), strict=True):
            shares[fifths - signature] += duration
    total = sum(shares.values()) or 1
    return {fifths: duration / total for fifths, duration in shares.items()}
