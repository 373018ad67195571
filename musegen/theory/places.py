"""Places of a piece in words, for lines that tell of an aspect; the phrase at a time, the chords that open phrases."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from musegen.score.model import Score
from musegen.theory.analysis import ChordSpan, Phrase

_NAMED = 4
"""Places that a line names before it only counts."""


def full_measure(score: Score, onset: int) -> int:
    """How long the measure at a time is by its meter, in ticks, though it may be written shorter.

    >>> from musegen.score.textgrid import parse_grid
    >>> full_measure(parse_grid("meter: 2/4\\nS: c5 d5 | e5 ."), 20160) // 10080
    2
    """
    return score.ticks(score.measures[score.measure_index_at(onset)].time_signature.quarters)


def measures(score: Score, onset: int, end: int) -> str:
    """The measures from a moment to the last one before another, times in ticks.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5 | e5 f5 | g5 .")
    >>> measures(piece, 0, 20160), measures(piece, 10080, 50400)
    ('measure 1', 'measures 1 to 3')
    """
    first, last = score.place(onset).measure, score.place(max(onset, end - 1)).measure
    return f"measure {first}" if first == last else f"measures {first} to {last}"


def listed(places: Sequence[str]) -> str:
    """Some places by name, the rest counted.

    >>> listed(["measure 1", "measure 3"]), listed([f"measure {number}" for number in range(1, 9)])
    ('measure 1; measure 3', 'measure 1; measure 2; measure 3; measure 4 and 4 more')
    """
    rest = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return "; ".join(places[:_NAMED]) + rest


def voice_words(name: str) -> str:
    """A voice as a reader takes it for one: numbers alone would be read as how often.

    >>> voice_words("S"), voice_words("2")
    ('S', 'voice 2')
    """
    return f"voice {name}" if name.isdigit() else name


def opening_chords(chords: Sequence[ChordSpan], phrases: Sequence[Phrase]) -> frozenset[int]:
    """The onsets of the chords that begin a phrase, in ticks: the first at or after it, a rest between them or not.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> found = analyse(parse_grid("meter: 4/4\\nS: e5 d5 c5^ r | e5 d5 c5^ .\\nH: I V I . | I V I ."))
    >>> sorted(onset // 10080 for onset in opening_chords(found.chords, found.phrases))
    [0, 4]
    """
    onsets = [chord.onset for chord in chords]
    places = (bisect_left(onsets, phrase.onset) for phrase in phrases)
    return frozenset(onsets[place] for place in places if place < len(onsets))


def phrase_at(phrases: Sequence[Phrase], onset: int) -> Phrase | None:
    """The phrase that goes on at a time in ticks; None between phrases.

    >>> phrase_at((Phrase(0, 10), Phrase(20, 30)), 25), phrase_at((Phrase(0, 10), Phrase(20, 30)), 10)
    (Phrase(onset=20, end=30), None)
    """
    return next((phrase for phrase in phrases if phrase.onset <= onset < phrase.end), None)
