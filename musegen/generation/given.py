"""Given harmony: chord symbols and Roman numerals that a score or a condition already has, and that are kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.conditions import Condition
from musegen.generation.melody import Melody
from musegen.generation.voicings import Chord
from musegen.score.chord_symbols import WITHOUT_CHORD
from musegen.score.model import HarmonyLabel, Notice, Score
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.keys import Key
from musegen.theory.naming import named_chord
from musegen.theory.numerals import Numeral, parse_numeral


class Request(NamedTuple):
    """A chord that is given: the label that states it, which chords keep it, and what it may be called in a key."""

    label: HarmonyLabel
    keeps: Callable[[Chord], bool]
    names: Callable[[Key], list[Numeral]]


Asked = Request | None
"""What is given at a slot; None where the melody is free."""


class Given(NamedTuple):
    """What is given at every slot of a melody, the chord symbols that say it, and what of it could not be read."""

    asked: list[Asked]
    symbols: tuple[HarmonyLabel, ...]
    notices: tuple[Notice, ...]


def given_harmony(melody: Melody, condition: Condition) -> Given:
    """The label that holds at every slot and which chords keep it.

    A label holds from its onset to the next one. A numeral fixes members, bass and, where it names one, key; a chord
    symbol the members, and the bass where it names one or is more than a triad or seventh. After `NC`, and after a
    label that is no chord, the melody is free. The latter is a notice with measure and beat, and so is a chord that
    comes and goes between two beats, where the setting has no chord.

    >>> from musegen.generation.melody import melody_of
    >>> from musegen.score.textgrid import parse_grid
    >>> asked = Condition(harmonies=(HarmonyLabel(0, "chord_symbol", "C/E"),))
    >>> given = given_harmony(melody_of(parse_grid("meter: 2/4\\nS: c5 b4")), asked)
    >>> [request.label.text for request in given.asked]
    ['C/E', 'C/E']
    """
    stated = sorted(condition.harmonies or melody.score.harmonies)
    labels = [label for label in stated if label.kind in ("numeral", "chord_symbol") and not label.alternate]
    read: list[tuple[int, Asked]] = []
    notices = []
    for label in labels:
        try:
            read.append((label.onset, _request(label)))
        except UsageError as error:
            read.append((label.onset, None))
            notices.append(_notice(melody.score, label, f"{error.message}; the melody is harmonised freely from there"))
    symbols = tuple(label._replace(part=0, staff=1) for label in labels if label.kind == "chord_symbol")
    asked = [_holding(read, slot.onset) for slot in melody.slots]
    notices += [
        _notice(melody.score, label, f"the chord {label.text} comes between two beats and is not set")
        for label in _between_beats(read, melody)
    ]
    return Given(asked, symbols, tuple(notices))


def _between_beats(read: list[tuple[int, Asked]], melody: Melody) -> list[HarmonyLabel]:
    """The labels that hold at the start of no slot, though the melody sings while they hold."""
    found = []
    for (onset, asked), (end, _) in pairwise([*read, (melody.score.end, None)]):
        slots = [slot for slot in melody.slots if slot.onset < end and slot.onset + slot.duration > onset]
        if asked is not None and slots and onset < end and all(slot.onset < onset for slot in slots):
            found.append(asked.label)
    return found


def _holding(read: list[tuple[int, Asked]], onset: int) -> Asked:
    return next((asked for start, asked in reversed(read) if start <= onset), None)


def _notice(score: Score, label: HarmonyLabel, message: str) -> Notice:
    place = score.place(label.onset)
    return Notice(f"beat {place.beat}: {message}", place.measure)


def _request(label: HarmonyLabel) -> Asked:
    if label.kind == "numeral":
        return _numeral_request(label)
    return None if label.text in WITHOUT_CHORD else _symbol_request(label)


def _numeral_request(label: HarmonyLabel) -> Request:
    stated = Key.parse(label.key) if label.key else None
    readings: dict[bool, Numeral] = {}
    for minor in (False, True):
        with suppress(UsageError):
            readings[minor] = parse_numeral(label.text, minor=minor)
    if not readings:
        parse_numeral(label.text, minor=False)

    def names(key: Key) -> list[Numeral]:
        return [readings[key.minor]] if key.minor in readings and stated in (None, key) else []

    def keeps(chord: Chord) -> bool:
        held = chord.numeral
        return any(set(name.members) == set(held.members) and name.bass == held.bass for name in names(chord.key))

    return Request(label, keeps, names)


def _symbol_request(label: HarmonyLabel) -> Request:
    symbol = members_of_symbol(label.text)

    def keeps(chord: Chord) -> bool:
        if symbol.tones != set(chord.tones):
            return False
        if symbol.states_bass:
            return chord.key.tonic + chord.numeral.bass == symbol.bass
        if chord.key.tonic + chord.numeral.root != symbol.members[0] or chord.numeral.is_cadential:
            return False
        return symbol.may_turn or chord.numeral.inversion == 0

    def names(key: Key) -> list[Numeral]:
        basses = symbol.members if symbol.may_turn else (symbol.bass,)
        return [name for bass in basses if (name := named_chord(symbol.members, bass, key)) is not None]

    return Request(label, keeps, names)
