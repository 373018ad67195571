"""Ambitus: how far each voice reaches around a final, and whether the piece is authentic or plagal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.score.pitch import pitch_name
from musegen.theory.modal.lines import Line, Role

_WEIGHT: dict[Role, float] = {"tenor": 2.0, "cantus": 1.5, "altus": -0.75, "bassus": -0.75, "": 0.0}
"""Tenor and cantus have the mode's own octave, altus and bassus the other one (Zarlino, Istitutioni IV, 31)."""
_AUTHENTIC, _PLAGAL = (0, 7), (-3, 4)
_STEEPNESS = 2.0
_TELLING = 5
"""Staff steps that a voice must reach to say plainly where it lies: a sixth."""


class Ambitus(NamedTuple):
    """The lowest and highest note of a voice, and where they lie around the final next to it, in staff steps."""

    lowest: str  # `D3`
    highest: str
    below: int  # steps from the final down to the lowest note
    above: int  # steps from the final up to the highest note
    is_authentic: bool

    def __str__(self) -> str:
        return f"{self.lowest}-{self.highest}"


def ambitus(line: Line, final_step: int) -> Ambitus:
    """The reach of one voice around a final (0 to 6 for C to B), in the octave that makes it fit best.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.modal.lines import lines_of
    >>> (tenor,) = lines_of(parse_grid("meter: 4/4\\nT: d3 a3 d4 c4 | a3 f3 e3 d3"))
    >>> reach = ambitus(tenor, 1)
    >>> str(reach), reach.is_authentic, reach.below, reach.above
    ('D3-D4', True, 0, 7)
    """
    low, high = int(np.argmin(line.diatonic)), int(np.argmax(line.diatonic))
    _, base, is_authentic = min(_fits(line, final_step))
    lowest, highest = (pitch_name(int(line.pitch[number]), int(line.fifths[number])) for number in (low, high))
    below, above = base - int(line.diatonic[low]), int(line.diatonic[high]) - base
    return Ambitus(lowest, highest, below, above, is_authentic)


def authentic_share(lines: Sequence[Line], final_step: int) -> float:
    """How sure it is, from 0 to 1, that the mode is authentic: each voice votes by its reach, the tenor most."""
    votes = sum(_WEIGHT[line.role] * _vote(line, final_step) for line in lines)
    weights = sum(abs(_WEIGHT[line.role]) for line in lines) or 1.0
    return 1 / (1 + math.exp(-_STEEPNESS * 2 * votes / weights))


def _vote(line: Line, final_step: int) -> float:
    """1 where a voice fills the authentic octave, -1 the plagal one, between where it is narrow or lies between."""
    fits = _fits(line, final_step)
    authentic = min(misfit for misfit, _, is_authentic in fits if is_authentic)
    plagal = min(misfit for misfit, _, is_authentic in fits if not is_authentic)
    reach = int(line.diatonic.max() - line.diatonic.min())
    return float(np.clip((plagal - authentic) / 3, -1, 1)) * min(reach / _TELLING, 1.0)


def _fits(line: Line, final_step: int) -> list[tuple[float, int, bool]]:
    """(misfit, the final's staff step, authentic?) for the finals in and around a voice; the middle counts too."""
    low, high = int(line.diatonic.min()), int(line.diatonic.max())
    centre = float(np.average(line.diatonic, weights=line.end - line.onset))
    first = low - (low - final_step) % 7
    found = []
    for base in range(first, high + 8, 7):  # one final may lie just over the highest note
        for is_authentic, (bottom, top) in ((True, _AUTHENTIC), (False, _PLAGAL)):
            edges = abs(low - base - bottom) + abs(high - base - top)
            found.append((edges / 2 + abs(centre - base - (bottom + top) / 2), base, is_authentic))
    return found
