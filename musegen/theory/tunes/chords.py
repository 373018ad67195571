"""The chords under a tune, from the chord symbols of its score."""

from __future__ import annotations

from contextlib import suppress

from musegen.errors import UsageError
from musegen.score.model import Score
from musegen.score.pitch import pitch_class_of
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.tunes.symbols import Home
from musegen.theory.tunes.telling import FAMILIES, ChordSpan
from musegen.theory.tunes.tune import Tune, tune_times

_TRIADS: dict[tuple[int, ...], str] = {(-3, 1): "minor", (-3, -6): "diminished", (4, 8): "augmented"}
_SEVENTHS = {
    ("major", -2): "seventh", ("major", 5): "major seventh", ("minor", -2): "minor seventh",
    ("diminished", -2): "half-diminished", ("augmented", -2): "seventh",
}  # fmt: skip


def chords_of(score: Score, tune: Tune) -> tuple[ChordSpan, ...]:
    """What the chord symbols of a score say, in the time of its tune; none where there are no symbols.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.tune import tune_of
    >>> score = parse_grid("key: G; meter: 2/4\\nS: g4 b4 | f#4 a4\\nC: G . | D7 .")
    >>> [(chord.onset, chord.root, FAMILIES[chord.family]) for chord in chords_of(score, tune_of(score))]
    [(0, 0, 'major'), (48, 7, 'seventh')]
    """
    labels = [label for label in score.harmonies if label.kind == "chord_symbol"]
    found: list[ChordSpan] = []
    for label, onset in zip(labels, tune_times(score, [label.onset for label in labels]), strict=True):
        with suppress(UsageError):
            found.append(span_of(label.text, onset, tune.home))
    return tuple(found)


def span_of(symbol: str, onset: int, home: Home) -> ChordSpan:
    """What a chord symbol at an onset is to a home.

    Raises:
        UsageError: it is no chord symbol.
    """
    members = members_of_symbol(symbol).members
    root = (int(pitch_class_of(members[0])) - int(pitch_class_of(home.fifths))) % 12
    return ChordSpan(onset, root, FAMILIES.index(family_of(members)))


def family_of(members: tuple[int, ...]) -> str:
    """The family of a chord by its members, root first, on the line of fifths.

    >>> [family_of(members) for members in ((0, 4, 1), (0, -3, 1, -2), (0, -3, -6, -2), (0, -3, -6, -9))]
    ['major', 'minor seventh', 'half-diminished', 'diminished']
    """
    steps = tuple(member - members[0] for member in members[1:])
    triad = _TRIADS.get(steps[:2], "major")
    seventh = next((step for step in steps[2:] if step in (-2, 5)), None)
    return triad if seventh is None else _SEVENTHS.get((triad, seventh), triad)
