"""The kinds of difference between two readings of a moment, in the words of music."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from musegen.score.pitch import pitch_class_of
from musegen.theory.analysis import ChordSpan, KeySpan
from musegen.theory.comparison.agreement import Reading, reading, same_chord, same_root
from musegen.theory.numerals import Numeral
from musegen.theory.vocabulary import index_of

Kind = Literal[
    "relative_key", "parallel_key", "tonicization", "key_boundary", "other_key", "name", "segmentation", "inversion",
    "cadential_six_four", "enharmonic", "seventh", "quality", "rare_chord", "non_chord_tone", "related_chord",
    "other_chord",
]  # fmt: skip
KINDS: dict[Kind, str] = {
    "relative_key": "same chord, relative key",
    "parallel_key": "same chord, parallel key",
    "tonicization": "same chord, a key that only one of them hears",
    "key_boundary": "same chord, the key changes elsewhere",
    "other_key": "same chord, another key",
    "name": "same chord by another name",
    "segmentation": "the chord changes elsewhere",
    "inversion": "inversion",
    "cadential_six_four": "cadential six-four or its dominant",
    "enharmonic": "same sound, other spelling",
    "seventh": "a note of the chord more or less",
    "quality": "same root, other quality",
    "rare_chord": "a rare chord",
    "non_chord_tone": "a chord of its own or non-chord tones",
    "related_chord": "chords that share two tones",
    "other_chord": "another chord",
}
KEY_KINDS = frozenset({"relative_key", "parallel_key", "tonicization", "key_boundary", "other_key"})
_SIXTHS = ("It", "Ger", "Fr")


def key_kind(onset: int, human: Sequence[KeySpan], machine: Sequence[KeySpan]) -> Kind:
    """How the keys of a moment differ: by relation, and by whether both agree before and after."""
    spans = [_around(onset, keys) for keys in (human, machine)]
    (one_before, one, one_after), (other_before, other, other_after) = spans
    keys = {one.key, other.key}
    if one.onset >= other.end or other.onset >= one.end:
        return "other_key"
    before = _agreed(one, other, one_before, other_before, first=True)
    after = _agreed(one, other, one_after, other_after, first=False)
    if before and after and {before.key, after.key} == keys:
        return "key_boundary"
    if one.key.signature == other.key.signature:
        return "relative_key"
    if one.key.tonic == other.key.tonic:
        return "parallel_key"
    ends = [span.key for span in (before, after) if span]
    return "tonicization" if ends and ends[0] == ends[-1] and ends[0] in keys else "other_key"


def _around(onset: int, keys: Sequence[KeySpan]) -> tuple[KeySpan | None, KeySpan, KeySpan | None]:
    """The key at a moment with those before and after it."""
    place = max(sum(span.onset <= onset for span in keys) - 1, 0)
    return keys[place - 1] if place else None, keys[place], keys[place + 1] if place + 1 < len(keys) else None


def _agreed(
    one: KeySpan, other: KeySpan, one_beside: KeySpan | None, other_beside: KeySpan | None, *, first: bool
) -> KeySpan | None:
    """The key that both readings are in just before (`first`) or just after they part; None where they do not meet."""

    def edge(span: KeySpan) -> int:
        return span.onset if first else span.end

    if edge(one) == edge(other):
        both = one_beside, other_beside
    elif (edge(one) > edge(other)) == first:  # the first reading changes key while the other stays in its own
        both = one_beside, other
    else:
        both = one, other_beside
    return both[0] if both[0] and both[1] and both[0].key == both[1].key else None


def chord_kind(here: tuple[int, int], human: Sequence[ChordSpan], machine: Sequence[ChordSpan]) -> Kind:
    """How two different chords differ; `here` are their numbers among all chords of the two readings."""
    one, other = reading(human[here[0]]), reading(machine[here[1]])
    if same_chord(one, other):
        return "name"
    if _is_moved(here, human, machine):
        return "segmentation"
    if same_root(one, other) and one.numeral.quality == other.numeral.quality:
        return "inversion"
    if _is_cadential(one, other) or _is_cadential(other, one):
        return "cadential_six_four"
    if _sounds(one) == _sounds(other):
        return "enharmonic"
    if same_root(one, other):
        smaller, larger = sorted((set(one.tones), set(other.tones)), key=len)
        return "seventh" if smaller <= larger else "quality"
    if _is_rare(one.numeral) or _is_rare(other.numeral):
        return "rare_chord"
    if _is_inside(one, here[1], machine) or _is_inside(other, here[0], human):
        return "non_chord_tone"
    return "related_chord" if len(set(one.tones) & set(other.tones)) > 1 else "other_chord"


def _is_moved(here: tuple[int, int], human: Sequence[ChordSpan], machine: Sequence[ChordSpan]) -> bool:
    """One reading goes from a chord to the next where the other has done so already, or has yet to."""
    first, second = here
    late = _same(human, first, machine, second - 1) and _same(human, first + 1, machine, second)
    early = _same(human, first - 1, machine, second) and _same(human, first, machine, second + 1)
    return late or early


def _same(one: Sequence[ChordSpan], first: int, other: Sequence[ChordSpan], second: int) -> bool:
    inside = 0 <= first < len(one) and 0 <= second < len(other)
    return inside and same_chord(reading(one[first]), reading(other[second]))


def _is_inside(chord: Reading, number: int, chords: Sequence[ChordSpan]) -> bool:
    """The other reading has this chord too, just before or after the one in question."""
    beside = [place for place in (number - 1, number + 1) if 0 <= place < len(chords)]
    return any(same_chord(chord, reading(chords[place])) for place in beside)


def _is_cadential(one: Reading, other: Reading) -> bool:
    is_six_four = one.numeral.is_cadential or (one.numeral.degree == 1 and one.numeral.inversion == 2)
    return is_six_four and other.numeral.root == one.numeral.root + 1 and one.key.tonic == other.key.tonic


def _sounds(chord: Reading) -> frozenset[int]:
    return frozenset(int(pitch_class_of(tone)) for tone in chord.tones)


def _is_rare(numeral: Numeral) -> bool:
    """Outside the analyser's vocabulary, or a Neapolitan or an augmented sixth."""
    head = numeral.figure.partition("/")[0]
    return index_of(numeral) is None or head.startswith(("N", *_SIXTHS))
