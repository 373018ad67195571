"""Prolongation: chords that only lead from one form of a harmony to another, and the function that goes on.

A frame is a harmony, the chords that prolong it, and the harmony again: I-viio6-I6, I-ii42-V65-I, IV6-I64-IV,
V-IV6-V65. Caplin, *Classical Form*, ch. 2 (prolongational progressions); Aldwell & Schachter, chs. 7, 8, 16 (passing,
neighbouring and pedal chords); Laitz, *The Complete Musician*, chs. 9 to 13. A dominant in root position makes no frame
around the tonic: it may close.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from musegen.score.model import Score
from musegen.score.pitch import step_of
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.keys import Key
from musegen.theory.numerals import Function, Numeral

_LONGEST = 3
"""Chords inside a frame at most."""
_PLACES = 4
"""Places that a line names before it only counts."""
_FIRST_CHOICE: dict[Function, tuple[int, ...]] = {"T": (1,), "PD": (4, 2), "D": (5,)}


class Frame(NamedTuple):
    """Places in the row of chords: a harmony, and where it is reached again."""

    first: int
    last: int
    kind: str  # passing, neighbor, pedal, progression: what the chords inside do, told by the bass


class FunctionSpan(NamedTuple):
    """A function as long as it lasts in one key and phrase. Times in ticks."""

    onset: int
    end: int
    key: Key
    function: Function
    head: str  # the numeral that the others prolong
    chords: tuple[str, ...]
    prolonging: tuple[str, ...]  # those that would have another function by themselves
    kinds: tuple[str, ...]  # the frames in it


def frames(chords: Sequence[ChordSpan], starts: frozenset[int] = frozenset()) -> tuple[Frame, ...]:
    """Every frame of a row of chords; none reaches over a change of key or into a phrase (`starts`, in ticks).

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.given import given_analysis
    >>> piece = parse_grid("meter: 4/4\\nS: e5 f5 g5 e5 | d5 e5 f5 e5\\nH: I viio6 I6 I | ii V42 I6 V")
    >>> frames(given_analysis(piece).chords)
    (Frame(first=0, last=2, kind='passing'), Frame(first=3, last=6, kind='progression'))
    """
    found = []
    for first, chord in enumerate(chords):
        for last in range(first + 2, min(first + _LONGEST + 2, len(chords))):
            inside = chords[first + 1 : last + 1]
            if any(one.key != chord.key or one.onset in starts for one in inside):
                break
            closes = last + 1 == len(chords) or chords[last + 1].onset in starts
            if _frames(chord, inside[:-1], inside[-1], closes=closes):
                found.append(Frame(first, last, _kind(chord.numeral, inside)))
                break
    return tuple(found)


def passes_down(before: Numeral, chord: Numeral, after: Numeral) -> bool:
    """The bass goes from the tonic by the seventh to the sixth degree: the chord between only passes.

    >>> from musegen.theory.numerals import parse_numeral
    >>> passes_down(*(parse_numeral(figure, minor=True) for figure in ("i", "v6", "iv6")))
    True
    """
    plain = not any(numeral.applied_to for numeral in (before, chord, after))
    is_bass = (before.bass, before.root) == (0, 0) and _letters(before, chord) == _letters(chord, after) == -1
    return plain and is_bass and chord.degree in (5, 7) and after.degree in (2, 4, 6)


def function_spans(score: Score, analysis: Analysis) -> tuple[FunctionSpan, ...]:
    """The functions of a piece as spans, in order: neighbours of one function, key and phrase are one.

    Chords whose function is withheld are passed over.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 4/4\\nS: e5 f5 g5 f5 | d5 . c5 .\\nH: I viio6 I6 ii6 | V . I .")
    >>> [(span.function, "-".join(span.chords)) for span in function_spans(piece, analyse(piece))]
    [('T', 'I-viio6-I6'), ('PD', 'ii6'), ('D', 'V'), ('T', 'I')]
    """
    chords, starts = analysis.chords, frozenset(phrase.onset for phrase in analysis.phrases)
    framed = frames(chords, starts)
    phrase = 0
    numbered = []
    for index, chord in enumerate(chords):
        phrase += chord.onset in starts
        numbered.append((phrase, chord.key, chord.function, index))
    found = []
    for (_, key, function), group in groupby(numbered, key=lambda item: item[:3]):
        indices = [item[3] for item in group]
        if function is not None:
            found.append(_span(chords[indices[0] : indices[-1] + 1], key, function, _within(framed, indices)))
    return tuple(found)


def _within(framed: tuple[Frame, ...], indices: list[int]) -> tuple[str, ...]:
    return tuple(frame.kind for frame in framed if indices[0] <= frame.first and frame.last <= indices[-1])


def function_lines(score: Score, rows: Sequence[FunctionSpan]) -> list[str]:
    """The prolonged functions, each progression once with its places: `T: I-viio6-I6, passing (measures 1, 7)`."""
    told: dict[str, list[str]] = {}
    for row in rows:
        if row.prolonging:
            kinds = ", ".join(dict.fromkeys(row.kinds))
            words = f"{row.function}: {'-'.join(row.chords)}{', ' * bool(kinds)}{kinds}"
            told.setdefault(words, []).append(score.place(row.onset).measure)
    return [f"{words} ({_places(bars)})" for words, bars in told.items()]


def function_line(score: Score, row: FunctionSpan) -> str:
    """One span that is prolonged; "" for any other."""
    return "".join(function_lines(score, [row]))


def _places(bars: list[str]) -> str:
    named = list(dict.fromkeys(bars))
    words = ("measures " if len(named) > 1 else "measure ") + ", ".join(named[:_PLACES])
    return words + (f" and {len(named) - _PLACES} more" if len(named) > _PLACES else "")


def _span(chords: Sequence[ChordSpan], key: Key, function: Function, kinds: tuple[str, ...]) -> FunctionSpan:
    figures = [figure for figure, _ in groupby(chord.numeral.figure for chord in chords)]
    foreign = [chord.numeral.figure for chord in chords if chord.numeral.function != function]
    prolonging = tuple(dict.fromkeys(foreign)) if kinds or len(foreign) < len(chords) > 1 else ()
    end = chords[-1].onset + chords[-1].duration
    return FunctionSpan(chords[0].onset, end, key, function, _head(chords, function), tuple(figures), prolonging, kinds)


def _head(chords: Sequence[ChordSpan], function: Function) -> str:
    """The chord that stands for a span: of its main degree, in root position, the first such."""
    rank = _FIRST_CHOICE[function]

    def worth(chord: ChordSpan) -> tuple[int, int]:
        numeral = chord.numeral
        is_main = numeral.degree in rank and not numeral.applied_to and not numeral.is_cadential
        return (rank.index(numeral.degree) if is_main else len(rank)), numeral.inversion

    return min(chords, key=worth).numeral.figure


def _frames(chord: ChordSpan, inside: Sequence[ChordSpan], again: ChordSpan, *, closes: bool) -> bool:
    """Whether the chords inside prolong the harmony on either side; `closes`: the phrase ends with it."""
    before, after = chord.numeral, again.numeral
    if before.is_cadential or after.is_cadential or before.applied_to or after.applied_to:
        return False
    if any(one.duration > 2 * max(chord.duration, again.duration) for one in inside):
        return False
    numerals = [one.numeral for one in inside]
    if before.root == after.root and _expands_by_its_dominant(before, numerals, closes=closes):
        return True
    if before.root == after.root == 0:
        return not closes and _expands_tonic(before, numerals, after)
    if len(numerals) > 1:
        return False
    if before.root == after.root == 1:
        return _expands_dominant(before, numerals[0], after)
    return {before.degree, after.degree} <= {2, 4} and _expands_predominant(before, numerals[0], after)


def _expands_by_its_dominant(before: Numeral, inside: Sequence[Numeral], *, closes: bool) -> bool:
    """ii-V65/ii-ii: a harmony other than the tonic and dominants applied to it, not in root position."""
    if closes or before.root == 0:
        return False
    return all(one.applied_to and one.applied_tonic == before.root and _is_weak_dominant(one) for one in inside)


def _expands_tonic(before: Numeral, inside: Sequence[Numeral], after: Numeral) -> bool:
    """By weak dominants, each perhaps prepared; by a pedal or neighbouring IV; by a passing ii."""
    if len(inside) == 1:
        one = inside[0]
        if one.applied_to:
            return one.quality == "dim7" and 0 in one.members
        if one.degree == 4:
            return one.inversion != 1 or _both_steps(before, one, after)
        if one.degree == 2:
            return _passes(before, one, after)
    prepared = [one.degree in (2, 4) and not one.applied_to for one in inside]
    weak = [_is_weak_dominant(one) and not one.applied_to for one in inside]
    return weak[-1] and all(a or b for a, b in zip(prepared, weak, strict=True)) and prepared == sorted(prepared)[::-1]


def _is_weak_dominant(numeral: Numeral) -> bool:
    """V in inversion, or vii on any note."""
    if numeral.degree == 5:
        return numeral.inversion > 0
    return numeral.degree == 7 and numeral.quality in ("dim", "dim7", "hdim7")


def _expands_dominant(before: Numeral, one: Numeral, after: Numeral) -> bool:
    """By a six-four, by chords over neighbouring or passing bass notes, by its own dominant or an augmented sixth."""
    if not (before.is_dominant and after.is_dominant) or one.is_cadential:
        return False
    if one.quality in ("Ger", "It", "Fr"):
        return True
    if one.applied_to:
        return False
    if one.root == 0:
        return one.inversion == 2 and not one.is_seventh
    return one.degree in (2, 4, 6) and _both_steps(before, one, after)


def _expands_predominant(before: Numeral, one: Numeral, after: Numeral) -> bool:
    """By a tonic in inversion over a passing bass, or a six-four over the same bass."""
    if one.applied_to or one.is_cadential or one.degree not in (1, 5, 6) or one.inversion == 0:
        return False
    return _passes(before, one, after) and (one.root == 0 or one.inversion == 2)


def _both_steps(before: Numeral, one: Numeral, after: Numeral) -> bool:
    return abs(_letters(before, one)) == 1 == abs(_letters(one, after))


def _passes(before: Numeral, one: Numeral, after: Numeral) -> bool:
    return _both_steps(before, one, after) and _letters(before, one) == _letters(one, after)


def _letters(before: Numeral, after: Numeral) -> int:
    """Letters from bass to bass, the shorter way: -3 to 3."""
    return (int(step_of(after.bass)) - int(step_of(before.bass)) + 3) % 7 - 3


def _kind(before: Numeral, after: Sequence[ChordSpan]) -> str:
    """What the bass under the chords inside does."""
    basses = [before, *(chord.numeral for chord in after)]
    moves = [_letters(one, other) for one, other in pairwise(basses)]
    if len(moves) > 2:
        return "progression"
    if moves == [0, 0]:
        return "pedal"
    if abs(moves[0]) == 1 == abs(moves[1]):
        return "passing" if moves[0] == moves[1] else "neighbor"
    return "incomplete neighbor" if 1 in (abs(moves[0]), abs(moves[1])) else "neighbor"
