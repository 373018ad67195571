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
from musegen.theory.numerals import Function, Numeral, parse_numeral
from musegen.theory.places import listed, measures, opening_chords

_LONGEST = 3
"""Chords inside a frame at most."""
_LINES = 10
"""Lines that a report gives to prolongations."""
_FIRST_CHOICE: dict[Function, tuple[int, ...]] = {"T": (1,), "PD": (4, 2), "D": (5,)}


class Frame(NamedTuple):
    """Places in the row of chords: a harmony, and where it is reached again."""

    first: int
    last: int
    kind: str  # passing, neighbor, ...: what the chord inside does, told by the bass; "" for several chords


class FunctionSpan(NamedTuple):
    """A function as long as it lasts in one key and phrase. Times in ticks."""

    onset: int
    end: int
    key: Key
    function: Function
    head: str  # the numeral that the others prolong
    chords: tuple[str, ...]
    prolonging: tuple[str, ...]  # those that by themselves would have another function, as `viio6 passing`
    below: tuple[str, ...]  # one level below: `V65/V: D of V`, `VII: D of III`


def frames(chords: Sequence[ChordSpan], starts: frozenset[int] = frozenset()) -> tuple[Frame, ...]:
    """Every frame of a row of chords; none reaches over a change of key or into a phrase (`starts`, in ticks).

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("meter: 4/4\\nS: e5 f5 g5 e5 | d5 e5 f5 e5\\nH: I viio6 I6 I | ii V42 I6 V")
    >>> frames(given_analysis(piece).chords)
    (Frame(first=0, last=2, kind='passing'), Frame(first=3, last=6, kind=''))
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


def prolonging(chords: Sequence[ChordSpan], starts: frozenset[int] = frozenset()) -> dict[int, tuple[int, str]]:
    """Index of each chord that prolongs another to (index of an earlier chord whose function it takes, kind).

    The chords inside frames; six-fours between two chords of one function; a dominant through which the bass passes
    down from the tonic to the sixth degree (I-V6-vi, i-v6-iv6).

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> prolonging(given_analysis(parse_grid("key: A minor; meter: 4/4\\nS: c5 b4 a4 g#4\\nH: i v6 iv6 V")).chords)
    {1: (0, 'passing')}
    """
    found = {}
    for index in range(1, len(chords) - 1):
        before, chord, after = (chords[place].numeral for place in (index - 1, index, index + 1))
        if chord.is_cadential or chord.applied_to:
            continue
        is_six_four = chord.inversion == 2 and not chord.is_seventh and before.function == after.function
        stays = chords[index - 1].key == chords[index].key == chords[index + 1].key
        if is_six_four or (stays and _passes_down(before, chord, after)):
            is_same = chord.root in (before.root, after.root)
            kind = "arpeggiated" if is_same else _kind(before, chords[index : index + 2])
            found[index] = index - 1, kind if stays else ""
    for frame in frames(chords, starts):
        found |= dict.fromkeys(range(frame.first + 1, frame.last), (frame.first, frame.kind))
    return dict(sorted(found.items()))


def function_spans(score: Score, analysis: Analysis) -> tuple[FunctionSpan, ...]:
    """The functions of a piece as spans, in order: neighbours of one function, key and phrase are one.

    Chords whose function is withheld are passed over.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 4/4\\nS: e5 f5 g5 f5 | d5 . c5 .\\nH: I viio6 I6 ii6 | V . I .")
    >>> [(span.function, "-".join(span.chords)) for span in function_spans(piece, analyse(piece))]
    [('T', 'I-viio6-I6'), ('PD', 'ii6'), ('D', 'V'), ('T', 'I')]
    """
    chords, starts = analysis.chords, opening_chords(analysis.chords, analysis.phrases)
    led = prolonging(chords, starts)
    phrase = 0
    numbered = []
    for index, chord in enumerate(chords):
        phrase += chord.onset in starts
        numbered.append((phrase, chord.key, chord.function, index))
    found = []
    for (_, _, function), group in groupby(numbered, key=lambda item: item[:3]):
        indices = [item[3] for item in group]
        if function is not None:
            found.append(_span(chords, indices, function, led))
    return tuple(found)


def function_lines(score: Score, rows: Sequence[FunctionSpan]) -> list[str]:
    """The prolonged functions, each row of chords once: `T: I-viio6-I6, viio6 passing: measure 1; measure 7`.

    Of a long piece the most frequent ones.
    """
    told: dict[str, list[str]] = {}
    for row in rows:
        if row.prolonging:
            kinds = [name for name in row.prolonging if " " in name]
            words = ", ".join([f"{row.function}: {'-'.join(row.chords)}", *kinds])
            told.setdefault(words, []).append(measures(score, row.onset, row.end))
    chosen = sorted(sorted(told, key=lambda words: -len(told[words]))[:_LINES], key=list(told).index)
    rest = sum(len(bars) for words, bars in told.items() if words not in chosen)
    lines = [f"{words}: {listed(list(dict.fromkeys(told[words])))}" for words in chosen]
    return lines + [f"and {rest} more"] * bool(rest)


def function_line(score: Score, row: FunctionSpan) -> str:
    """One span that is prolonged; "" for any other."""
    return "".join(function_lines(score, [row]))


def _span(
    chords: Sequence[ChordSpan], indices: list[int], function: Function, led: dict[int, tuple[int, str]]
) -> FunctionSpan:
    inside = [chords[index] for index in indices]
    foreign = [index for index in indices if index in led and chords[index].numeral.function != function]
    words = dict.fromkeys(_led_words(chords, index, led[index][1], indices[-1]) for index in foreign)
    figures = tuple(figure for figure, _ in groupby(chord.numeral.figure for chord in inside))
    below = dict.fromkeys(_below(chords[index].numeral, chords[index + 1 : index + 2]) for index in indices)
    return FunctionSpan(
        inside[0].onset, inside[-1].end, inside[0].key, function, _head(inside, function), figures, tuple(words),
        tuple(word for word in below if word),
    )  # fmt: skip


def _led_words(chords: Sequence[ChordSpan], index: int, kind: str, last: int) -> str:
    """`V43 passing`; of the last chord of a span also where it leads: `V6 passing to vi`."""
    goal = f" to {chords[index + 1].numeral.figure}" if index == last and kind and index + 1 < len(chords) else ""
    return f"{chords[index].numeral.figure} {kind}".strip() + goal


def _below(numeral: Numeral, after: Sequence[ChordSpan]) -> str:
    """What an applied chord is in the key that it borrows, and VII of minor before III; "" for any other."""
    if numeral.applied_to:
        own = parse_numeral(numeral.figure.partition("/")[0], minor=numeral.minor).function
        return f"{numeral.figure}: {own} of {numeral.applied_to}"
    to_relative = numeral.minor and (numeral.degree, numeral.quality) in ((7, "major"), (7, "dom7"))
    leads = to_relative and after and (after[0].numeral.minor, after[0].numeral.root) == (True, -3)
    return f"{numeral.figure}: D of III" if leads else ""


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
        return not closes and 2 not in (before.inversion, after.inversion) and _expands_tonic(before, numerals, after)
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
    """By weak dominants, perhaps prepared; by a pedal or neighbouring IV, a passing ii, a common-tone viio7."""
    if len(inside) == 1:
        one = inside[0]
        if one.applied_to:
            return one.quality == "dim7" and one.bass == before.bass == after.bass
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


def _passes_down(before: Numeral, chord: Numeral, after: Numeral) -> bool:
    """The bass goes from the tonic by the seventh to the sixth degree: the chord between only passes."""
    plain = not any(numeral.applied_to for numeral in (before, chord, after))
    is_bass = (before.bass, before.root) == (0, 0) and _letters(before, chord) == _letters(chord, after) == -1
    return plain and is_bass and chord.degree in (5, 7) and after.degree in (2, 4, 6)


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
        return ""
    if moves == [0, 0]:
        return "pedal"
    if abs(moves[0]) == 1 == abs(moves[1]):
        return "passing" if moves[0] == moves[1] else "neighbor"
    return "incomplete neighbor" if 1 in (abs(moves[0]), abs(moves[1])) else "neighbor"
