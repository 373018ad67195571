"""What is said of a tune to a network, event by event: form, style, range and more; each may be left unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from musegen.theory.tunes.form import KINSHIPS, Form, bars_at
from musegen.theory.tunes.levels import LEVELS, level_of
from musegen.theory.tunes.symbols import GRID, HIGHEST, LOWEST, METERS, MODES, Ints, place_of
from musegen.theory.tunes.tune import Tune

UNSAID = 0
STYLES = ("irish", "american", "british", "song", "own")
"""O'Neill's, Ryan's and Aird's collections, songs with chords, and a user's own corpus."""
_COLLECTIONS = {"O'Neill": "irish", "Ryan": "american", "Aird": "british"}
GENRES = ("jig", "slip jig", "reel", "hornpipe", "march", "air", "waltz", "strathspey", "polka", "song")
FAMILIES = ("major", "minor", "diminished", "augmented", "seventh", "major seventh", "minor seventh", "half-diminished")
"""Of a chord under the tune."""
_DENSITIES = (1.0, 1.4, 1.8, 2.2, 2.8, 3.6)
"""Notes a quarter between two classes."""
_CHANGES = (GRID // 2, GRID, 2 * GRID, 4 * GRID)


class Told(NamedTuple):
    """A row an event, and one for the end; UNSAID, or one more than what is meant."""

    meter: Ints
    mode: Ints
    kinship: Ints
    since: Ints  # bars of the section before this one
    left: Ints  # bars of the section after this one
    remaining: Ints  # bars of the tune after this one
    section: Ints
    goal: Ints  # the scale degree that the phrase ends on
    style: Ints
    genre: Ints
    level: Ints
    density: Ints  # notes a quarter, in classes
    lowest: Ints  # staff places of the tune's range
    highest: Ints
    root: Ints  # of the chord at this moment, in semitones above the tonic
    family: Ints
    change: Ints  # how soon another chord comes, in classes


SIZES = {
    "meter": len(METERS), "mode": len(MODES), "kinship": len(KINSHIPS), "since": 17, "left": 17, "remaining": 33,
    "section": 5, "goal": 7, "style": len(STYLES), "genre": len(GENRES), "level": LEVELS,
    "density": len(_DENSITIES) + 1, "lowest": HIGHEST - LOWEST + 1, "highest": HIGHEST - LOWEST + 1, "root": 12,
    "family": len(FAMILIES), "change": 5,
}  # fmt: skip
"""How many values each column has, besides UNSAID; what is more is the last one."""
HEAD = ("meter", "mode")
"""What the head of a sheet says, and any judge of its notes knows."""
TOGETHER = (
    ("meter",), ("mode",), ("kinship",), ("since", "left"), ("remaining",), ("section",), ("goal",), ("style",),
    ("genre",), ("level",), ("density",), ("lowest", "highest"), ("root", "family", "change"),
)  # fmt: skip
"""Columns that are said or left unsaid together."""


class ChordSpan(NamedTuple):
    """A chord under a tune, from an onset in parts of the grid until the next."""

    onset: int
    root: int  # semitones above the tonic
    family: int  # place in FAMILIES


class Wish(NamedTuple):
    """What is said of a tune as a whole; an empty word or None is left unsaid."""

    style: str = ""
    genre: str = ""
    level: int = 0
    density: int | None = None  # the class
    lowest: int | None = None  # staff places
    highest: int | None = None


def told(tune: Tune, form: Form, wish: Wish, chords: tuple[ChordSpan, ...] = ()) -> Told:
    """All that is said before each event of a whole tune, and before its end: (events + 1,) each.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.form import form_of
    >>> from musegen.theory.tunes.tune import tune_of
    >>> tune = tune_of(parse_grid("key: G; meter: 3/4\\nS: g4 a4 b4 | g4 . ."))
    >>> said = told(tune, form_of(tune), wish_of(tune, style="irish"))
    >>> MODES[said.mode[0] - 1], said.remaining.tolist(), STYLES[said.style[0] - 1]
    ('major', [2, 2, 2, 1, 1], 'irish')
    """
    onset = np.append(tune.onset, tune.end)
    return said_at(onset, tune, form, wish, chords)


def said_at(onset: Ints, tune: Tune, form: Form, wish: Wish, chords: tuple[ChordSpan, ...] = ()) -> Told:
    """The same at any onsets (...); of the tune only its home, meter and sections are looked at."""
    bar = bars_at(tune, onset)
    bars = len(form.source)
    whole = {
        "meter": METERS.index(tune.meter), "mode": tune.home.mode, "style": place_in(wish.style, STYLES),
        "genre": place_in(wish.genre, GENRES), "level": wish.level - 1,
        "density": -1 if wish.density is None else wish.density,
        "lowest": -1 if wish.lowest is None else wish.lowest - LOWEST,
        "highest": -1 if wish.highest is None else wish.highest - LOWEST,
    }  # fmt: skip
    here = {
        "kinship": form.kinship[bar], "since": form.since[bar], "left": form.left[bar],
        "remaining": bars - 1 - bar, "section": form.section[bar], "goal": form.goal[bar],
    } | _chord_columns(onset, chords)  # fmt: skip
    columns = {name: np.full(onset.shape, value, dtype=np.int64) for name, value in whole.items()} | here
    return Told(*(np.minimum(columns[name] + 1, size) for name, size in SIZES.items()))


def wish_of(tune: Tune, style: str = "", genre: str = "") -> Wish:
    """What is true of a tune as a whole."""
    places = [place_of(int(symbol)) for symbol in tune.symbol[tune.is_note]]
    return Wish(style, genre, level_of(tune), density_of(tune), min(places), max(places))


def style_of(labels: Mapping[str, str]) -> str:
    """The style that a corpus's labels tell; "" where they tell none.

    >>> style_of({"collection": "Ryan"})
    'american'
    """
    return _COLLECTIONS.get(labels.get("collection", ""), "")


def genre_of(labels: Mapping[str, str]) -> str:
    """The genre that a corpus's labels tell, if the network knows it.

    >>> genre_of({"genre": "jig"}), genre_of({"genre": "tango"})
    ('jig', '')
    """
    genre = labels.get("genre", "")
    return genre if genre in GENRES else ""


def density_of(tune: Tune) -> int:
    """The class of how many notes a quarter a tune has."""
    span = (tune.end - int(tune.onset[0])) / GRID
    return int(np.searchsorted(_DENSITIES, tune.is_note.sum() / max(span, 1.0)))


def place_in(word: str, words: tuple[str, ...]) -> int:
    """Where a word stands among others; -1 where it does not."""
    return words.index(word) if word in words else -1


def _chord_columns(onset: Ints, chords: tuple[ChordSpan, ...]) -> dict[str, Ints]:
    nothing = np.full(onset.shape, -1, dtype=np.int64)
    if not chords:
        return {"root": nothing, "family": nothing, "change": nothing}
    begins = np.array([chord.onset for chord in chords])
    at = np.searchsorted(begins, onset, side="right") - 1
    until = np.append(begins, np.iinfo(np.int64).max)[at + 1] - onset
    known = at >= 0
    columns = {
        "root": np.array([chord.root for chord in chords])[at],
        "family": np.array([chord.family for chord in chords])[at],
        "change": np.searchsorted(_CHANGES, until),
    }
    return {name: np.where(known, column, -1) for name, column in columns.items()}
