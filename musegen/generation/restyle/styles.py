"""The styles that a piece is brought into, one entry each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from musegen.errors import UsageError, nearest

Texture = Literal["tune", "sheet", "chorale", "counterpoint", "as given"]
"""Who sounds: the melody alone, with chords and an accompaniment, in four parts, with other voices, or all that did."""
Keep = Literal["strict", "free"]
KEEPS: tuple[Keep, ...] = ("strict", "free")


@dataclass(frozen=True)
class Style:
    """What a style asks of a melody, and of what sounds with it."""

    name: str
    title: str  # for the head of the sheet
    texture: Texture
    pack: str  # the rules that are kept
    meter: str = ""  # as in `meters.stretched`; empty: the melody's own
    rhythm: str = ""  # as in `rhythms`; empty: as it comes
    mode: str = ""  # major or minor; empty: the melody's own
    accompaniment: str = ""  # a style of `generate accompaniment`
    tempo: float = 90  # quarters a minute, of a MIDI file; that of an accompaniment is its style's


_ALL = (
    Style("chorale", "as a chorale", "chorale", "chorale", meter="4/4", tempo=76),
    Style("waltz", "as a waltz", "sheet", "accompaniment", meter="3/4", rhythm="swaying", accompaniment="waltz"),
    Style("march", "as a march", "sheet", "accompaniment", meter="4/4", rhythm="dotted", accompaniment="march"),
    Style("ragtime", "as a rag", "sheet", "accompaniment", meter="4/4", rhythm="syncopated", accompaniment="ragtime"),
    Style("jig", "as a jig", "tune", "melody", meter="6/8", rhythm="lilting", tempo=165),
    Style("reel", "as a reel", "tune", "melody", meter="running", rhythm="running", tempo=190),
    Style("minor", "in minor", "as given", "melody", mode="minor"),
    Style("major", "in major", "as given", "melody", mode="major"),
    Style("counterpoint", "with counterpoint", "counterpoint", "species-5", tempo=120),
)
STYLES: dict[str, Style] = {style.name: style for style in _ALL}


def style_named(name: str) -> Style:
    """The style of a name.

    Raises:
        UsageError: there is none.

    >>> style_named("waltz").meter
    '3/4'
    """
    if name not in STYLES:
        raise UsageError(f"no piece is brought into the style `{name[:60]}`", hint=nearest(name, STYLES))
    return STYLES[name]
