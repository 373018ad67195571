"""Given harmony: chord symbols and Roman numerals that a score or a condition already has, and that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.conditions import Condition
from musegen.generation.melody import Melody, MelodySlot
from musegen.generation.voicings import PARTS, Chord
from musegen.rules.figures import HELD, read_figures
from musegen.score.chord_symbols import WITHOUT_CHORD
from musegen.score.model import FiguredBass, HarmonyLabel, Notice, Score
from musegen.score.pitch import fifths_name
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.keys import Key
from musegen.theory.naming import named_chord
from musegen.theory.numerals import Numeral, member_order, parse_numeral


class Request(NamedTuple):
    """A chord that is given: how it is stated, which chords keep it, and what it may be called in a key."""

    text: str
    keeps: Callable[[Chord], bool]
    names: Callable[[Key], list[Numeral]]
    kind: str  # "numeral", "chord_symbol", "notes" or "figures"
    key: str = ""  # that a numeral is read in, where it is stated


Asked = Request | None
"""What is given at a slot; None where the melody is free."""


class Given(NamedTuple):
    """What is given at every slot of a melody, what says it on paper, and what of it could not be read."""

    asked: list[Asked]
    symbols: tuple[HarmonyLabel, ...]
    notices: tuple[Notice, ...]
    figures: tuple[FiguredBass, ...] = ()  # of a given bass


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
    >>> [request.text for request in given.asked]
    ['C/E', 'C/E']
    """
    return chords_given(melody.score, melody.slots, condition)


def chords_given(score: Score, slots: Sequence[MelodySlot], condition: Condition) -> Given:
    """`given_harmony` for any slots of a score, with a melody or without."""
    stated = sorted(condition.harmonies or score.harmonies)
    labels = [label for label in stated if label.kind in ("numeral", "chord_symbol") and not label.alternate]
    read: list[tuple[HarmonyLabel, Asked]] = []
    notices = []
    for label in labels:
        try:
            read.append((label, _request(label)))
        except UsageError as error:
            read.append((label, None))
            notices.append(_notice(score, label, f"{error.message}; the melody is harmonised freely from there"))
    functions = [label for label in stated if label.kind == "function"]
    if functions:
        notices.append(_notice(score, functions[0], "functions are no chords to keep; write numerals or chord symbols"))
    symbols = tuple(label._replace(part=0, staff=1) for label in labels if label.kind == "chord_symbol")
    asked = [_holding(read, slot.onset) for slot in slots]
    notices += [
        _notice(score, label, f"the chord {label.text} comes between two beats and is not set")
        for label in _between_beats(read, slots, score.end)
    ]
    return Given(asked, symbols, tuple(notices))


def _between_beats(read: list[tuple[HarmonyLabel, Asked]], slots: Sequence[MelodySlot], end: int) -> list[HarmonyLabel]:
    """The labels that hold at the start of no slot, though there are slots while they hold."""
    found = []
    ends = [*(label.onset for label, _ in read), end][1:]
    for (label, asked), until in zip(read, ends, strict=True):
        under = [slot for slot in slots if slot.onset < until and slot.onset + slot.duration > label.onset]
        if asked is not None and under and label.onset < until and all(slot.onset < label.onset for slot in under):
            found.append(label)
    return found


def _holding(read: list[tuple[HarmonyLabel, Asked]], onset: int) -> Asked:
    return next((asked for label, asked in reversed(read) if label.onset <= onset), None)


def with_figures(given: Given, score: Score, figures: Sequence[FiguredBass]) -> Given:
    """What is given, with the figures of a given bass; those that nobody can read are told with measure and beat.

    >>> from musegen.score.textgrid import parse_grid
    >>> bass, nothing = parse_grid("meter: 2/4\\nB: c3 d3"), Given([], (), ())
    >>> found = with_figures(nothing, bass, [FiguredBass(0, 10080, ("6",)), FiguredBass(10080, 10080, ("13",))])
    >>> len(found.figures), found.notices[0].message
    (2, 'beat 2: the figures 13 cannot be read; any chord may stand there')
    """
    strange = [one for one in figures if HELD not in one.figures and read_figures(one.figures) is None]
    told = [
        _notice(score, one, f"the figures {' '.join(one.figures)} cannot be read; any chord may stand there")
        for one in strange
    ]
    placed = tuple(one._replace(part=len(PARTS) - 1, staff=1) for one in figures)
    return given._replace(figures=placed, notices=(*given.notices, *told))


def _notice(score: Score, label: HarmonyLabel | FiguredBass, message: str) -> Notice:
    place = score.place(label.onset)
    return Notice(f"beat {place.beat}: {message}", place.measure)


def _request(label: HarmonyLabel) -> Asked:
    if label.kind == "numeral":
        return numeral_given(label)
    return None if label.text in WITHOUT_CHORD else _symbol_request(label)


def numeral_given(label: HarmonyLabel) -> Request:
    """The request of a Roman numeral; without a key it is read in any.

    Raises:
        UsageError: it is none.

    >>> from musegen.theory.numerals import parse_numeral
    >>> asked = numeral_given(HarmonyLabel(0, "numeral", "V7", "G"))
    >>> asked.keeps(Chord(Key.parse("G"), parse_numeral("V7", minor=False)))
    True
    """
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
        return any(_sounds_as(name, chord.numeral) for name in names(chord.key))

    return Request(label.text, keeps, names, "numeral", label.key)


def _sounds_as(asked: Numeral, held: Numeral) -> bool:
    """The same notes over the same bass; `I64` and `Cad64` are told apart, as they were by who wrote them."""
    alike = set(asked.members) == set(held.members) and asked.bass == held.bass
    return alike and asked.is_cadential == held.is_cadential


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

    return Request(label.text, keeps, names, "chord_symbol")


def notes_given(pitch_classes: Iterable[int], bass: int | None = None) -> Request:
    """The request for a chord of just these pitch classes, over one of them where `bass` names it.

    >>> from musegen.theory.numerals import parse_numeral
    >>> asked = notes_given({2, 7, 11}, bass=11)
    >>> asked.keeps(Chord(Key.parse("C"), parse_numeral("V6", minor=False))), asked.text
    (True, 'D G B over B')
    """
    wanted = frozenset(tone % 12 for tone in pitch_classes)

    def keeps(chord: Chord) -> bool:
        if bass is not None and _pitch_class(chord.key.tonic + chord.numeral.bass) != bass % 12:
            return False
        return {_pitch_class(tone) for tone in chord.tones} == wanted

    def names(key: Key) -> list[Numeral]:
        spelled = {tone: _near(key, tone) for tone in wanted}
        orders = [(spelled[root], *(spelled[tone] for tone in sorted(wanted - {root}))) for root in sorted(wanted)]
        basses = sorted(wanted) if bass is None else [bass % 12]
        return [
            name
            for order in orders
            for low in basses
            if low in spelled and (name := named_chord(member_order(order), spelled[low], key)) is not None
        ]

    text = " ".join(fifths_name(_near(Key(0), tone)) for tone in sorted(wanted))
    over = "" if bass is None else f" over {fifths_name(_near(Key(0), bass % 12))}"
    return Request(text + over, keeps, names, "notes")


def _pitch_class(tone: int) -> int:
    return 7 * tone % 12


def _near(key: Key, pitch_class: int) -> int:
    """The spelling of a pitch class nearest to the scale of a key: from the lowered second to the raised fourth."""
    lowest = key.tonic - 5
    return lowest + (7 * pitch_class - lowest) % 12
