"""Which instrument a part is written for: by its name in three languages, else by its MIDI program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from musegen.score.data_folder import data_folder
from musegen.score.model import Part
from musegen.score.pitch import parse_pitch

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\b(?:\d+|[IVX]+)\b")
_ROMAN = re.compile(r"[ivx]+$")
_IGNORED = ("solo", "soli", "choir", "chor", "coro")
_IRREGULAR = {"horn": "hörner", "bass": "bässe", "tenor": "tenöre", "basso": "bassi", "cello": "celli"}
_BASS_GUITARS, _BASS_GUITAR = range(33, 41), 34
_KEYBOARDS = range(1, 25)
_FURTHEST_SHIFT = 7


class Instrument(NamedTuple):
    """One row of the table. Sounding MIDI pitches; `easy` is the range in which a good amateur has a good tone."""

    name: str
    family: str  # wind, brass, string, plucked, keyboard, percussion, voice
    hard: tuple[int, int]
    easy: tuple[int, int]
    monophonic: bool
    transpose: int
    program: int
    strings: tuple[int, ...] = ()  # open, lowest first
    english: tuple[tuple[str, ...], ...] = ()  # its English names, as words
    names: tuple[tuple[str, ...], ...] = ()  # its names in all languages
    short: tuple[tuple[str, ...], ...] = ()  # abbreviations, as words
    abbreviation: str = ""  # the usual one, as it is printed


class Player(NamedTuple):
    """Who plays a part: the instrument, whether there are several of them, and how much lower or higher it is built."""

    instrument: Instrument
    several: bool = False
    shift: int = 0  # semitones: a horn in D sounds three lower than the one in F

    @property
    def hard(self) -> tuple[int, int]:
        """What can be played at all, lowest and highest sounding pitch."""
        return self.instrument.hard[0] + self.shift, self.instrument.hard[1] + self.shift

    @property
    def easy(self) -> tuple[int, int]:
        """What can be played with ease."""
        return self.instrument.easy[0] + self.shift, self.instrument.easy[1] + self.shift


@cache
def instrument_table() -> tuple[Instrument, ...]:
    """All instruments of rules/tables/instruments.toml."""
    content = tomllib.loads((data_folder("rules") / "tables" / "instruments.toml").read_text(encoding="utf-8"))
    return tuple(_read(entry) for entry in content["instrument"])


@cache
def player_of(part: Part) -> Player | None:
    """Who plays a part; None where neither its name nor its MIDI program tells.

    Names match by whole words, the longest first: `Alto Flute` before `Flute` and `Alto`. A part that names two
    (`Soprano Alto`) has the range of both.

    >>> player_of(Part("P1", "Corni in Fa")).several, player_of(Part("P2", "Alto Saxophone")).instrument.family
    (True, 'wind')
    >>> player_of(Part("P1", "Bass")).instrument.family, player_of(Part("P1", "Bass", midi_program=34)).instrument.name
    ('voice', 'Bass Guitar')
    """
    found = _by_name(part.name) or _by_name(part.abbreviation)
    if found is None or found.instrument.family == "voice":
        other = _by_program(part.midi_program, _words(part.name))
        found = found if other is None else Player(other)
    return None if found is None else found._replace(shift=_shift(found.instrument, part))


def _by_name(name: str) -> Player | None:
    words = _words(name)
    numbered = len(set(_NUMBER.findall(name))) > 1
    if words in _short_names():
        return Player(_short_names()[words], numbered)
    found: list[tuple[Instrument, bool]] = []
    for wanted, named in _long_names().items():
        start = next((at for at in range(len(words) - len(wanted) + 1) if words[at : at + len(wanted)] == wanted), -1)
        if start >= 0:
            words = (*words[:start], "", *words[start + len(wanted) :])
            found.append(named)
    players = list(dict.fromkeys(instrument for instrument, _ in found))
    return Player(_together(players), numbered or len(players) > 1 or found[0][1]) if players else None


def _together(players: list[Instrument]) -> Instrument:
    """One entry for all who share a part."""
    first = players[0]
    if len(players) == 1:
        return first
    return first._replace(
        name=" and ".join(item.name for item in players),
        hard=(min(item.hard[0] for item in players), max(item.hard[1] for item in players)),
        easy=(min(item.easy[0] for item in players), max(item.easy[1] for item in players)),
        monophonic=all(item.monophonic for item in players),
    )


def _by_program(program: int, words: tuple[str, ...]) -> Instrument | None:
    """The instrument of a MIDI program: the usual size, or the one that the part's name tells.

    A program of the keyboards says nothing against a singer's name: writers give it to every part.
    """
    program = _BASS_GUITAR if program in _BASS_GUITARS else program
    if words and program in _KEYBOARDS:
        return None
    same = [item for item in instrument_table() if item.program == program and item.family != "voice"]
    sized = [item for item in same for name in item.names if set(words) & set(name) and len(name) > 1]
    usual = [item for item in same for name in item.english if len(name) == 1]
    return next(iter([*sized, *usual, *same]), None)


def _shift(instrument: Instrument, part: Part) -> int:
    """How far another size of the same wind instrument lies from that of the table."""
    apart = part.transpose[1] - instrument.transpose
    is_wind = instrument.family in ("wind", "brass")
    return apart if is_wind and part.transpose[1] and abs(apart) <= _FURTHEST_SHIFT else 0


def _words(name: str) -> tuple[str, ...]:
    words = tuple(word for word in _WORD.findall(name.replace("♭", " flat ").casefold()) if word not in _IGNORED)
    kept = tuple(word for word in words if not _ROMAN.match(word))
    return kept or words


@cache
def _short_names() -> Mapping[tuple[str, ...], Instrument]:
    return {words: instrument for instrument in reversed(instrument_table()) for words in instrument.short}


@cache
def _long_names() -> Mapping[tuple[str, ...], tuple[Instrument, bool]]:
    """Names with their instrument and whether they are plurals, the longest first; a singular wins over a plural."""
    found: dict[tuple[str, ...], tuple[Instrument, bool]] = {}
    for several in (False, True):
        for instrument in instrument_table():
            for words in instrument.names:
                for form in _plurals(words) if several else (words,):
                    found.setdefault(form, (instrument, several))
    return dict(sorted(found.items(), key=lambda item: -sum(map(len, item[0]))))


def _plurals(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The name with one of its words in the plural, in English, German or Italian."""
    for place, word in enumerate(words):
        forms = [word + ending for ending in ("s", "es", "n", "en", "e")]
        forms += [word[:-1] + {"o": "i", "e": "i", "a": "e"}[word[-1]]] if word[-1] in "oea" else []
        forms += [_IRREGULAR[word]] if word in _IRREGULAR else []
        for form in forms:
            yield (*words[:place], form, *words[place + 1 :])


def _read(entry: Mapping[str, Any]) -> Instrument:
    def pitches(key: str) -> tuple[int, ...]:
        return tuple(parse_pitch(name).pitch for name in entry.get(key, ()))

    english, others = (tuple(map(_words, names)) for names in (entry["english"], entry["german"] + entry["italian"]))
    (low, high), (easy_low, easy_high) = pitches("hard"), pitches("comfortable")
    return Instrument(
        entry["english"][0], entry["family"], (low, high), (easy_low, easy_high), entry["monophonic"],
        entry["transpose"], entry["program"], pitches("strings"), english, english + others,
        tuple(map(_words, entry["abbreviations"])), next(iter(entry["abbreviations"]), ""),
    )  # fmt: skip
