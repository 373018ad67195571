"""What the network is asked to draw, and what it drew."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.neural.frames import Bools, Frames
from musegen.generation.neural.said import Said


class Task(NamedTuple):
    """Frames of which some notes are given and the others free, and what is said of them.

    Where `said.figure` and `said.local` are said the chord is given; elsewhere the network draws it.
    """

    given: Frames  # what stands in free places does not matter
    free: Bools  # (frames, 4): to be drawn
    said: Said
    joined: Bools  # (frames,): goes on from the frame before; False where a phrase begins: no rule of succession holds
    elapsed: int = 0  # frames of the piece before these


class Drawn(NamedTuple):
    """One answer to a task."""

    frames: Frames
    said: Said  # as asked, with `local`, `figure` and `inversion` of every frame as drawn
    log_probability: float  # of what was drawn, in nats
    cost: float  # points of the rules that only weigh
    stuck: int = 0  # frames in which nothing was lawful; where there is none, no law is broken that was drawn under
