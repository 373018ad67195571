"""A line of ABC music taken apart into its signs, each handed to the voice that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from musegen.errors import UsageError
from musegen.score.abc_voice import Voice
from musegen.score.chord_symbols import NO_CHORD, WITHOUT_CHORD, parse_chord_symbol

_TOKEN = re.compile(
    r"""(?P<note>(\^\^?|__?|=)?([A-Ga-g])([,']*)(\d*(?:/+\d*)?)(-?))
    |(?P<space>[\s`\\$*;?@)]+)
    |(?P<bar>\.?:*\[?\|[\]|:]*|:{2,})
    |(?P<quoted>"[^"]*"?)
    |(?P<broken><+|>+)
    |(?P<rest>[zx](\d*(?:/+\d*)?))
    |(?P<tuplet>\((\d{1,2})(?::(\d{0,2}))?(?::(\d{0,2}))?)
    |(?P<slur>\.?\()
    |(?P<grace>\{/?|\})
    |(?P<variant>\[?\d{1,2}(?:[,.-]\d{1,2})*)
    |(?P<field>\[([A-Za-z]):([^\]]{0,400})\])
    |(?P<chord>\[)
    |(?P<chord_end>\](\d*(?:/+\d*)?)(-?))
    |(?P<tie>\.?-)
    |(?P<whole_rest>[ZX](\d{0,4}))
    |(?P<peg>[H-Wh-w~]x(?![\d/]))
    |(?P<decoration>![^!|\n]{1,40}!|\+[a-z0-9.()<>]{2,40}\+|[.~H-Wh-w])
    |(?P<overlay>&+)
    |(?P<spacer>y\d*(?:/+\d*)?)
    |(?P<remark>%.*)
    |(?P<other>.)""",
    re.VERBOSE,
)
_ANNOTATION = ("^", "_", "<", ">", "@")
_ROOT = re.compile(r"\(?([A-G])([#b♯♭]?)(.*?)(?:/([A-Ga-g])([#b♯♭+]?))?\)?$")
_LIKE_A_CHORD = re.compile(r"[A-G][#b]?(?:m|M|maj|min|dim|aug|sus|add|\d|[+°ø(/])")  # not `Fine`, `D.C.`
_ALTER = {"#": "#", "♯": "#", "+": "#", "b": "-", "♭": "-", "": ""}


def read_line(line: str, voice: Voice, field: Callable[[str, str], Voice]) -> Voice:
    """Hand a line's signs to its voice; `field` reads a field inside the line and says which voice goes on.

    Raises:
        MalformedScore: a sign cannot be meant; its measure is the one that the voice is in.
    """
    after_bar = False
    for found in _TOKEN.finditer(line):
        kind = found.lastgroup
        if kind == "note":
            voice.note(*found.group(2, 3, 4, 5, 6))
        elif kind == "bar":
            voice.barline(found[0].lstrip("."))
        elif kind == "field":
            letter, text = _inside(found[0])
            voice = field(letter, text)
        elif kind == "variant" and not (after_bar or found[0].startswith("[")):
            voice.say(f"the number {found[0]} stands where none belongs and is left out")
        elif kind is not None and kind != "space":
            _HANDLERS[kind](voice, found[0])
        after_bar = kind == "bar"
    voice.line_end()
    return voice


def _inside(field: str) -> tuple[str, str]:
    letter, _, text = field[1:-1].partition(":")
    return letter, text


def _quoted(voice: Voice, text: str) -> None:
    """A chord symbol over the notes, or words, which are left out."""
    text = text.strip('"').strip()
    if not text or text.startswith(_ANNOTATION):
        return
    symbol = chord_symbol(text)
    if symbol:
        voice.chord_symbol(symbol)
    elif _LIKE_A_CHORD.match(text):
        voice.say(f"`{text[:20]}` is no chord symbol that is known and is left out")


@lru_cache(1024)
def chord_symbol(text: str) -> str:
    """A chord symbol of ABC as musegen writes it; nothing for other words.

    >>> [chord_symbol(text) for text in ("Bb7", "Am/c", "D/f+", "F7sus4", "N.C.", "Fine")]
    ['B-7', 'Am/C', 'D/F#', 'Fsusadd7', 'NC', '']
    """
    if text in WITHOUT_CHORD:
        return NO_CHORD
    found = _ROOT.match(text)
    if not found:
        return ""
    root, alter, kind, bass, bass_alter = found.groups("")
    name = f"{root}{_ALTER[alter]}{kind.strip()}" + (f"/{bass.upper()}{_ALTER[bass_alter]}" if bass else "")
    try:
        return parse_chord_symbol(name).text
    except UsageError:
        return ""


def _tuplet(voice: Voice, text: str) -> None:
    notes, time, count = (int(part or 0) for part in (*text[1:].split(":"), "", "")[:3])
    voice.tuplet(notes, time, count)


def _grace(voice: Voice, text: str) -> None:
    voice.grace = text != "}"


def _chord_end(voice: Voice, text: str) -> None:
    voice.close_chord(text[1:].rstrip("-"), text[-1:] if text.endswith("-") else "")


def _decoration(voice: Voice, text: str) -> None:
    voice.fermata |= text == "H" or "fermata" in text


def _other(voice: Voice, text: str) -> None:
    voice.say(f"`{text}` is no sign of music and is left out")


def _nothing(voice: Voice, text: str) -> None:
    """A sign that says nothing about notes."""


_HANDLERS: dict[str, Callable[[Voice, str], None]] = {
    "quoted": _quoted,
    "broken": Voice.broken,
    "rest": lambda voice, text: voice.rest(text[1:]),
    "tuplet": _tuplet,
    "slur": _nothing,
    "grace": _grace,
    "variant": lambda voice, text: voice.variant(text.lstrip("[")),
    "chord": lambda voice, text: voice.open_chord(),
    "chord_end": _chord_end,
    "tie": lambda voice, text: voice.tie(),
    "whole_rest": lambda voice, text: voice.whole_rests(int(text[1:] or 1)),
    "decoration": _decoration,
    "peg": _nothing,  # `Hx|`: a fermata over a barline, in O'Neill's; no time goes by
    "overlay": lambda voice, text: voice.overlay(),
    "spacer": _nothing,
    "remark": _nothing,
    "other": _other,
}
