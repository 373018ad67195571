"""The rows under the numerals of an engraved analysis: functions and their lines, framed cadences."""

from __future__ import annotations

from musegen.engraving.ink import Block, Stroke, moved, text

_CADENCE_SIZE = 0.78
_PADDING, _TOP, _FOOT = 0.16, 0.74, -0.20  # of the frame round the name of a cadence, in ems


def function_block(name: str, *, goes_on: bool = False) -> Block:
    """`T`, `PD`, `D`; in brackets where it goes on from the system before."""
    return text(f"({name})" if goes_on else name, style="italic")


def cadence_block(name: str) -> Block:
    """The name of a cadence in a frame.

    >>> cadence_block("PAC").width > cadence_block("HC").width
    True
    """
    words = moved(text(name, size=_CADENCE_SIZE, style="bold"), _PADDING)
    wide = words.width + 2 * _PADDING
    corners = ((0.0, _FOOT), (wide, _FOOT), (wide, _TOP), (0.0, _TOP))
    sides = (Stroke(*one, *other) for one, other in zip(corners, (*corners[1:], corners[0]), strict=True))
    return Block((*words.parts, *sides), wide)
