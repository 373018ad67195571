"""The chord symbols of a score as chords in time: what each names, and how long it lasts."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from musegen.errors import MalformedScore, UsageError
from musegen.score.chord_symbols import PEDAL, WITHOUT_CHORD, usual_writing
from musegen.score.keeping import kept
from musegen.score.model import HarmonyLabel, Score
from musegen.score.pitch import pitch_class_of
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.numerals import letters_above

_THIRD, _FOURTH, _FIFTH, _SIXTH, _SEVENTH = 2, 3, 4, 5, 6
_THIN = 1.5
"""Notes that sound at a time on average in a lead sheet: fewer. A guitar's bass notes or a second voice may stand."""
_DENSE = 2
"""Measures to a symbol, at most, where a thicker texture is read by its symbols."""
_QUALITIES = {
    (4, 1, None): "M", (-3, 1, None): "m", (-3, -6, None): "d", (4, 8, None): "+",
    (4, 1, -2): "7", (4, 1, 5): "M7", (-3, 1, -2): "m7", (-3, 1, 5): "m", (-3, -6, -2): "h", (-3, -6, -9): "d7",
    (4, 8, -2): "7", (4, -6, -2): "7", (4, None, -2): "7", (4, None, None): "M", (-3, None, None): "m",
    (4, 8, 5): "M7", (4, None, 5): "M7", (-3, None, -2): "m7",
}  # fmt: skip


class SheetChord(NamedTuple):
    """A chord of a lead sheet. Times in ticks; members, root and bass are places on the line of fifths."""

    onset: int
    end: int
    text: str  # the symbol, flats as `-`
    members: tuple[int, ...]  # root first
    bass: int

    @property
    def root(self) -> int:
        """The root."""
        return self.members[0]

    @property
    def quality(self) -> str:
        """Kind by third, fifth and seventh: `M m d + 7 M7 m7 h d7`, `s` for a suspension.

        >>> read_symbol("C13").quality, read_symbol("Csus4").quality, read_symbol("Cm6").quality
        ('7', 's', 'm')
        """
        place = {letters_above(self.root, tone): tone - self.root for tone in self.members[1:]}
        third, fifth = place.get(_THIRD), place.get(_FIFTH)
        if third is None:
            return "7" if place.get(_SEVENTH) == -2 else "s"
        return _QUALITIES.get((third, fifth, place.get(_SEVENTH)), "M" if third > 0 else "m")

    @property
    def pitch_class(self) -> int:
        """0 to 11: that of the root."""
        return int(pitch_class_of(self.root))

    def falls_to(self, other: SheetChord) -> int:
        """Semitones down from this root to another, octaves left out: 7 is a fifth, 1 a substitute's step.

        >>> read_symbol("G7").falls_to(read_symbol("C")), read_symbol("D-7").falls_to(read_symbol("C"))
        (7, 1)
        """
        return (self.pitch_class - other.pitch_class) % 12

    @property
    def printed(self) -> str:
        """The symbol as musicians write it.

        >>> [read_symbol(text).printed for text in ("B-7", "Csusadd7add9", "F#m7addb9", "C7alterb5/E")]
        ['Bb7', 'C9sus4', 'F#m7(b9)', 'C7(b5)/E']
        """
        return usual_writing(self.text).replace("-", "b")


def read_symbol(text: str, onset: int = 0, end: int = 0) -> SheetChord:
    """A symbol as a chord.

    Raises:
        UsageError: the text names no chord.

    >>> read_symbol("Dm7/G").members, read_symbol("Dm7/G").bass
    ((2, -1, 3, 0), 1)
    """
    chord = members_of_symbol(text)
    return SheetChord(onset, end, text, chord.members, chord.bass)


def sheet_chords(score: Score) -> tuple[SheetChord, ...]:
    """The chords that the symbols of a score state, in order of time; none where it has no symbols. Kept with it.

    Each lasts to the next symbol or to `N.C.`, through a pedal; one that is repeated goes on. Several symbols over one
    note, as many programs write the chords of a long note, share its time up to the next symbol or barline.

    Raises:
        MalformedScore: a symbol names no chord; says measure and beat.

    >>> from musegen.score.textgrid import parse_grid
    >>> chords = sheet_chords(parse_grid("meter: 4/4\\nS: c5 d5 e5 . | c5 . . .\\nC: C . Dm7 G7 | C . NC ."))
    >>> [(chord.text, (chord.end - chord.onset) // 10080) for chord in chords]
    [('C', 2), ('Dm7', 1), ('G7', 1), ('C', 2)]
    """
    return kept(score, "sheet_chords", _chords)


def _chords(score: Score) -> tuple[SheetChord, ...]:
    placed = _placed(score)
    ends = [*(onset for onset, _ in placed), max(score.end, placed[-1][0] if placed else 0)][1:]
    found: list[SheetChord] = []
    for (onset, label), end in zip(placed, ends, strict=True):
        if label.text in WITHOUT_CHORD or end <= onset:
            continue
        if found and found[-1].text == label.text and found[-1].end == onset:
            found[-1] = found[-1]._replace(end=end)
        else:
            found.append(_chord(score, label, onset, end))
    return tuple(found)


def states_chords(score: Score) -> bool:
    """Whether the symbols of a score are its chords: in a lead sheet, or where they go through a thicker texture.

    >>> from musegen.score.textgrid import parse_grid
    >>> states_chords(parse_grid("meter: 2/4\\nS: c5 d5\\nC: C G")), states_chords(parse_grid("meter: 2/4\\nS: c5 d5"))
    (True, False)
    """
    symbols = [label for label in _labels(score) if label.text not in WITHOUT_CHORD]
    if not symbols or not score.measures:
        return False
    notes = score.notes.sounding()
    last = int(notes.end.max()) if len(notes) else 0
    if int(notes["duration"].sum()) < _THIN * last:
        return True
    return len(symbols) * _DENSE >= len(score.measures)


def placed_symbols(score: Score) -> tuple[tuple[HarmonyLabel, int], ...]:
    """The labels that state a chord or silence, each with the time that it is read at, which may be later than its own.

    >>> from musegen.score.textgrid import parse_grid
    >>> [label.text for label, _ in placed_symbols(parse_grid("meter: 2/4\\nS: c5 d5\\nC: C NC"))]
    ['C', 'NC']
    """
    return tuple((label, onset) for onset, label in _placed(score))


def _labels(score: Score) -> list[HarmonyLabel]:
    """The symbols that state a chord or silence; a pedal (`Gpedal`) is a bass held under chords that go on."""
    symbols = (label for label in score.harmonies if label.kind == "chord_symbol" and not label.alternate)
    return [label for label in symbols if PEDAL not in label.text]


def _placed(score: Score) -> list[tuple[int, HarmonyLabel]]:
    """The labels, each at its own time."""
    groups = [(onset, list(group)) for onset, group in groupby(_labels(score), key=lambda label: label.onset)]
    nexts = [*(onset for onset, _ in groups), score.end][1:]
    placed = []
    for (onset, group), following in zip(groups, nexts, strict=True):
        unique = [label for number, label in enumerate(group) if not number or label.text != group[number - 1].text]
        measure = score.measures[score.measure_index_at(onset)]
        end = min(following, measure.onset + measure.length)
        placed += [(onset + (end - onset) * number // len(unique), label) for number, label in enumerate(unique)]
    return placed


def _chord(score: Score, label: HarmonyLabel, onset: int, end: int) -> SheetChord:
    try:
        return read_symbol(label.text, onset, end)
    except UsageError as error:
        measure, beat = score.place(label.onset)
        raise MalformedScore(error.message, file=score.path, measure=measure, beat=beat, hint=error.hint) from None
