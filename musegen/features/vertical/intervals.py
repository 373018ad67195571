"""What sounds together: intervals over the bass, sets of pitch classes, inversions, incomplete and doubled chords."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import Floats, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.features.vertical.sonorities import FIGURES, SET_CLASSES, shapes, sonorities

_OVER_BASS = "octave m2 M2 m3 M3 P4 tritone P5 m6 M6 m7 M7".split()
_CLASSES = ("m2_M7", "M2_m7", "m3_M6", "M3_m6", "P4_P5", "tritone")
_MEMBERS = ("root", "third", "fifth")


@feature("vertical", unit="share of time", dims=_OVER_BASS, needs="voices", source="jSymbolic 2, Vertical Intervals")
def intervals_over_bass(view: PieceView) -> Floats:
    """How the time of all lines over the lowest one is divided among the intervals that they make with it.

    Octaves do not count, and a unison is an octave; told by sound.
    """
    found = sonorities(view)
    if found is None:
        return undefined(12)
    time, line = np.nonzero(found.sounds)
    made = np.bincount(found.above[time, line] % 12, found.duration[time], 12)
    made[0] -= found.duration.sum()  # the bass with itself
    return np.asarray(made / made.sum())


@feature("vertical", unit="share of pairs", dims=_CLASSES, needs="voices",
         source="Forte, The Structure of Atonal Music, 1973, interval vector")  # fmt: skip
def interval_class_shares(view: PieceView) -> Floats:
    """Which interval classes the pairs of different pitch classes in a sonority make, weighted by duration."""
    found = sonorities(view)
    if found is None:
        return undefined(6)
    counted = found.duration @ shapes().intervals[found.shape]
    return np.asarray(counted / counted.sum()) if counted.any() else undefined(6)


@feature("vertical", unit="share of time", dims=SET_CLASSES, needs="voices",
         source="Forte, The Structure of Atonal Music, 1973, prime forms")  # fmt: skip
def set_class_shares(view: PieceView) -> Floats:
    """How much of the time with two sounding lines or more goes to each set class; chords have their names.

    `other_four` and `five_or_more` hold what is no common seventh chord.
    """
    found = sonorities(view)
    if found is None:
        return undefined(len(SET_CLASSES))
    return shares(shapes().set_class[found.shape], len(SET_CLASSES), found.duration)


@feature("vertical", unit="share of time", dims=FIGURES, needs="voices", source="musegen; thoroughbass figures")
def sonority_figures(view: PieceView) -> Floats:
    """What a figured bass would say of each sonority as it sounds: dyads, triads and sevenths by inversion.

    `fifth` is a bare fifth, `third` a triad without its fifth, or two lines alone.
    """
    found = sonorities(view)
    if found is None:
        return undefined(len(FIGURES))
    return shares(shapes().figure[found.shape], len(FIGURES), found.duration)


@feature("vertical", unit="share of time", dims=_MEMBERS, needs="voices", source="Aldwell & Schachter on doubling")
def doubled_members(view: PieceView) -> Floats:
    """How often root, third and fifth are doubled in complete major and minor triads of four sounding lines or more.

    Shares of the time of such triads; where two members are doubled, both count.
    """
    found = sonorities(view)
    if found is None:
        return undefined(3)
    triads = np.flatnonzero((shapes().root[found.shape] >= 0) & (found.count >= 4))
    if not len(triads):
        return undefined(3)
    letters = (found.above[triads] - shapes().root[found.shape[triads]][:, None]) % 12
    sung, weight = found.sounds[triads], found.duration[triads]
    members = (letters == 0, (letters == 3) | (letters == 4), letters == 7)
    doubled = [((member & sung).sum(axis=1) > 1) @ weight for member in members]
    return np.asarray(np.array(doubled) / weight.sum())
