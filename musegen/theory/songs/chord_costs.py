"""How foreign a chord is to a key of popular song: 0 for the tonic, 2.5 for a chord that tells of another key.

Diatonic chords are at home; next come secondary dominants, chords borrowed from the parallel key, blue sevenths,
diminished passing chords and substitute dominants (Nettles & Graf, *The Chord Scale Theory and Jazz Harmony*, chs. 3 to
5; Mulholland & Hojnacki, *The Berklee Book of Jazz Harmony*, chs. 2 to 6). The order is theirs, the numbers are ours.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

FOREIGN = 2.5
QUALITIES = ("M", "m", "d", "+", "7", "M7", "m7", "h", "d7", "s")
"""As `SheetChord.quality` names them."""
_MAJOR = {
    0: "M 0 M7 0 7 1 m 1.5 m7 1.8 + .8 d 1.2 d7 1 s .3",
    1: "M 1.7 M7 1.6 7 1.5 d .9 d7 .9",
    2: "m .3 m7 .1 7 .9 M 1 h .7 d 1.2 d7 1.2 s .5 + 1.5",
    3: "M 1.6 M7 1.6 7 1.6 d .9 d7 .9",
    4: "m .6 m7 .6 7 1 M 1.2 h 1.1 d 1.3 + 1.4",
    5: "M .2 M7 .3 m .9 m7 1.2 7 1.1 d 1.4 d7 1.2 s .5 + 1.2",
    6: "d .9 d7 .9 h 1.1 7 1.8",
    7: "M .2 7 -.3 s .1 m 1.4 m7 1 + .3 d 1.4 d7 1.2",
    8: "M 1.4 M7 1.4 7 1.4 d7 1.1 d 1.1",
    9: "m .4 m7 .4 7 .9 M 1.1 + 1.4 h 1.5 d 1.4 d7 1.4",
    10: "M 1.1 M7 1.4 7 1.2",
    11: "d .9 h .7 d7 .8 7 1.2 m7 1.5 m 1.5 M 1.5",
}
_MINOR = {
    0: "m 0 m7 .1 M 1.3 7 1.1 s .3 d 1.3",
    1: "M 1.1 M7 1.1 7 1.2 d 1.2 d7 1.2",
    2: "h .1 d .4 m7 .9 7 .9 m 1.1 M 1.3",
    3: "M .5 M7 .5 7 1 + .7 d7 1.2 d 1.2",
    4: "d 1.2 d7 1.2 h 1.4",
    5: "m .2 m7 .2 M 1 7 .8 s .6",
    6: "d 1 d7 1 h 1.1",
    7: "7 -.3 M .2 m .9 m7 .9 + .4 s .3 d7 1.2",
    8: "M .4 M7 .4 7 .5",
    9: "h .8 d .9 d7 .9",
    10: "M .5 7 .6 m 1.6 m7 1.3 M7 1.3",
    11: "d .5 d7 .2",
}


@cache
def chord_costs() -> npt.NDArray[np.float64]:
    """(mode, semitones above the tonic, quality): the costs, major first.

    >>> costs = chord_costs()
    >>> float(costs[0, 7, QUALITIES.index("7")]), float(costs[0, 6, QUALITIES.index("m")])
    (-0.3, 2.5)
    """
    found = np.full((2, 12, len(QUALITIES)), FOREIGN)
    for mode, table in enumerate((_MAJOR, _MINOR)):
        for semitones, row in table.items():
            words = row.split()
            for quality, cost in zip(words[::2], words[1::2], strict=True):
                found[mode, semitones, QUALITIES.index(quality)] = float(cost)
    return found
