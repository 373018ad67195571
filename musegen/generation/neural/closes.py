"""What a soprano sings in the last chord of a phrase whose cadence is asked for: 1 in a PAC, 3 or 5 in an IAC."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.chord_tables import FIGURES, root_table
from musegen.generation.neural.frames import Bools
from musegen.generation.neural.listening import LOWEST, NOTES
from musegen.generation.neural.said import CADENCES
from musegen.theory.vocabulary import numerals

Array = npt.NDArray[Any]
_DOMINANT = 7
_PAC, _IAC = CADENCES.index("PAC"), CADENCES.index("IAC")


def other_sopranos(cadence: Array, is_last: Bools, tonic: Array, before: Array) -> Bools:
    """(rows, notes): what would make the cadence another one.

    `cadence` is as `Said` has it, `is_last` whether the last chord of the phrase sounds, `tonic` the pitch class of the
    local tonic, `before` the number of the chord in the frame before: an IAC after a dominant in root position
    needs another note than the tonic, after an inverted one it does not.

    >>> row = [np.array([value]) for value in (_PAC, True, 9, 0)]
    >>> (np.flatnonzero(~other_sopranos(*row)[0])[-2:] + LOWEST).tolist()
    [69, 81]
    """
    on_tonic = (np.arange(NOTES) + LOWEST - tonic[:, None]) % 12 == 0
    on_tonic[:, 0] = False
    perfect, imperfect = is_last & (cadence == _PAC), is_last & (cadence == _IAC) & _root_dominants()[before]
    return np.asarray((perfect[:, None] & ~on_tonic) | (imperfect[:, None] & on_tonic))


@cache
def _root_dominants() -> Bools:
    """(figures,): V and V7 in root position."""
    inversion = [0, *(numeral.inversion for minor in (False, True) for numeral in numerals(minor))]
    applied = [0, *(numeral.applied_tonic for minor in (False, True) for numeral in numerals(minor))]
    found = (root_table() == _DOMINANT) & (np.array(inversion) == 0) & (np.array(applied) == 0)
    return np.asarray(found & (np.arange(FIGURES) > 0))
