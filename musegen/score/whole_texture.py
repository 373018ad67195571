"""Everything that sounds, for those who ask for chords: what no voice holds stands in lines of its own."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np

from musegen.score.keeping import kept
from musegen.score.voices import SILENT, Slices, Voices, slices_of

_MOST = 24
"""Lines that are added at most."""


def whole_slices(voices: Voices) -> Slices:
    """The slices of the voices with further columns at the right for the notes that belong to no voice.

    Rules judge voices, and leave out what is none: the piano under a choir, the fifth note of a chord. Harmony is all
    that sounds. Where nothing is left out these are the slices of the voices. Grace notes stay out. Kept with the
    voices.

    >>> from musegen.score.files import read
    >>> from musegen.score.voices import assign_voices
    >>> whole_slices(assign_voices(read("liliuokalani/aloha_oe"))).row.shape[1] > 4
    True
    """
    return kept(voices, "whole_slices", _whole)


def _whole(voices: Voices) -> Slices:
    left = np.flatnonzero(voices.line == SILENT)
    shared = [shared.row for shared in voices.shared]
    left = left[~np.isin(left, shared)]
    if not len(left):
        return slices_of(voices)
    line, count = voices.line.copy(), len(voices.names)
    free: list[tuple[int, int]] = []  # end of its last note, line
    ends = voices.notes.end
    for row in left[np.lexsort((-voices.notes["pitch"][left], voices.notes["onset"][left]))].tolist():
        if free and free[0][0] <= voices.notes["onset"][row]:
            place = heapq.heappop(free)[1]
        elif count < len(voices.names) + _MOST:
            place, count = count, count + 1
        else:
            continue
        line[row] = place
        heapq.heappush(free, (int(ends[row]), place))
    names = (*voices.names, *(str(number + 1) for number in range(len(voices.names), count)))
    return slices_of(replace(voices, line=line, names=names))
