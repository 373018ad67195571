"""The names of notes that the network gives as MIDI pitches: they follow from the local key and the chord."""

from __future__ import annotations

from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import Bools, Frames, Ints


def spelled(pitch: Ints, local: Ints, figure: Ints) -> Ints:
    """(n, 4) places on the line of fifths of MIDI pitches (n, 4) in local keys and chords (n,), numbered as in `Said`.

    Chord notes first, else the scale; an UNSAID figure leaves the key alone. 0 where a voice is silent.
    """
    raise NotImplementedError


def context_spelled(frames: Frames, local: Ints, figure: Ints) -> Ints:
    """(frames, 4): the same for whole lines. A note has one name; chromatic ones rise as sharps and fall as flats."""
    raise NotImplementedError


def well_spelled(drawn: Drawn, free: Bools) -> Drawn:
    """An answer whose free notes are named in context; given ones keep their names."""
    raise NotImplementedError
