"""What stands at each chord that a sheet asks for, judged by its notes: numerals that they contradict do not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from musegen.rules.marks import Assignment
from musegen.rules.messages import voice_word
from musegen.rules.view import View
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.pitch import fifths_name, step_of
from musegen.theory.analysis import Analysis, ChordSpan, KeySpan
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.vocabulary import numerals

Nature = Literal["right", "outside", "near", "none", "doubtful"]
Reading = tuple[Key, Numeral]

_SHAPES = {
    frozenset(shape)
    for shape in ((4, 1), (-3, 1), (-3, -6), (4, 8), (4, 1, -2), (4, 1, 5), (-3, 1, -2), (-3, -6, -9), (-3, -6, -2))
}
"""Triads and seventh chords, above their root on the line of fifths."""


class Fault(NamedTuple):
    """One thing that speaks against a reading: a voice outside the chord, a member missing, another bass."""

    words: str  # in the student's notes
    kind: Literal["alien", "altered", "missing", "bass"]
    row: int = -1  # of the note at fault


class Chord(NamedTuple):
    """One chord that was asked for, as its notes read. Times in ticks.

    `right`: the notes hold root, third and bass, and no voice stays outside it. `outside`: so they do, but of a chord
    that the level has not. `near`: one thing is wrong. `none`: it is no chord. `doubtful`: it is one, but of no key of
    the sheet, where the level may leave the key.
    """

    onset: int
    end: int
    reading: Reading
    nature: Nature
    written: Reading | None  # the student's numeral
    faults: tuple[Fault, ...]  # what is wrong with a chord that is near
    names: str  # its notes from the bass up, `D-D-F#-A`

    @property
    def holds(self) -> bool:
        """Its root and third sound over its bass."""
        return self.nature in ("right", "outside") or (self.nature == "near" and not self.lacks)

    @property
    def lacks(self) -> bool:
        """Root, third or bass is missing."""
        return any(fault.kind in ("missing", "bass") for fault in self.faults)

    @property
    def agrees(self) -> bool:
        """The numeral that was written, if any, is that of the notes."""
        return self.written is None or _sound(self.written) == _sound(self.reading)


class Stretch:
    """The notes of one chord: what every voice sings while it lasts."""

    def __init__(self, view: View, onset: int, end: int) -> None:
        self.view, self.onset, self.end = view, onset, end
        inside = np.flatnonzero((view.onset < end) & (view.end > onset))
        self.rows = view.row[inside]
        self.lengths = (np.minimum(view.end[inside], end) - np.maximum(view.onset[inside], onset)).tolist()

    @cached_property
    def voices(self) -> list[list[int]]:
        """For each voice the rows of its notes in time; empty where it is silent."""
        return [list(dict.fromkeys(row for row in column if row >= 0)) for column in self.rows.T.tolist()]

    @cached_property
    def heard(self) -> set[int]:
        """The pitch classes, as places on the line of fifths modulo 12."""
        return {self.view.fifths[row] % 12 for line in self.voices for row in line}

    @cached_property
    def bass(self) -> list[int]:
        """The lowest notes in time, as pitch classes on the line of fifths."""
        pitches = self.view.pitches
        lowest = (
            min((row for row in rows if row >= 0), key=pitches.__getitem__, default=-1) for rows in self.rows.tolist()
        )
        return [self.view.fifths[row] % 12 for row in lowest if row >= 0]

    @cached_property
    def names(self) -> str:
        """The notes as it begins, from the bass up: `D-D-F#-A`."""
        rows = [row for row in self.rows[0].tolist()[::-1] if row >= 0] if len(self.rows) else []
        return "-".join(self.view.note_name(row).rstrip("0123456789-") for row in rows)

    def faults(self, reading: Reading) -> Iterator[Fault]:
        """What speaks against a reading."""
        key, numeral = reading
        tones = [tone % 12 for tone in numeral.tones(key)]
        letters = {step_of(tone) for tone in numeral.tones(key)}
        for name, line in zip(self.view.voices.names, self.voices, strict=True):
            if line and not any(self.view.fifths[row] % 12 in tones for row in line):
                altered = step_of(self.view.fifths[line[0]]) in letters
                yield Fault(self._alien(name, line[0], reading), "altered" if altered else "alien", line[0])
        for tone, name in zip(tones[:4], ("root", "third", "", "seventh"), strict=False):
            if name and tone not in self.heard:
                yield Fault(f"The chord {numeral.figure} has no {name}", "missing")
        if self.bass and self.bass[0] != tones[numeral.inversion % len(tones)]:
            own = tones[numeral.inversion % len(tones)]
            if self.bass[0] in tones or own not in self.bass:
                yield Fault(f"{numeral.figure} has another bass", "bass")

    def _alien(self, voice: str, row: int, reading: Reading) -> str:
        """What to say of a note outside a chord: the melody is given, so the chord is at fault."""
        key, numeral = reading
        note = self.view.note_name(row)
        if voice == FOUR_PARTS[0]:
            return f"{numeral.figure} does not hold the melody's {note}"
        step = step_of(self.view.fifths[row])
        own = [fifths_name(tone) for tone in numeral.tones(key) if step_of(tone) == step]
        return f"{voice_word(voice).capitalize()} {note} is no note of {numeral.figure}" + (
            f", which has {own[0]}" if own else ""
        )

    def fits(self, reading: Reading) -> bool:
        """Nothing speaks against it."""
        return next(self.faults(reading), None) is None

    def foreign(self, reading: Reading) -> int:
        """How long notes sound that are not of the chord, in ticks, all voices together."""
        key, numeral = reading
        tones = {tone % 12 for tone in numeral.tones(key)}
        strange = (
            [row >= 0 and self.view.fifths[row] % 12 not in tones for row in rows] for rows in self.rows.tolist()
        )
        return sum(length * sum(rows) for length, rows in zip(self.lengths, strange, strict=True))

    @property
    def is_some_chord(self) -> bool:
        """The notes that begin it spell a triad or a seventh chord of whatever key."""
        tones = {self.view.fifths[row] for row in (self.rows[0].tolist() if len(self.rows) else []) if row >= 0}
        return any(frozenset(tone - root for tone in tones - {root}) in _SHAPES for root in tones)


def chords_asked(view: View, asked: Assignment, given: Analysis | None) -> tuple[Chord, ...]:
    """How every chord that a sheet asks for reads; `given` are the numerals that the student wrote."""
    written = {chord.onset: (chord.key, chord.numeral) for chord in given.chords} if given else {}
    meant = dict(asked.chords)
    ends = sorted({*asked.slots, *written, *asked.phrase_ends, view.score.end})
    stretches = [Stretch(view, onset, next((end for end in ends if end > onset), onset)) for onset in asked.slots]
    found = []
    for stretch, after in zip(stretches, [*stretches[1:], None], strict=True):
        told = (written.get(stretch.onset), meant.get(stretch.onset))
        own = [item for item in told if item] or [_tonic(view, given)]
        found.append(_read(stretch, after, own, asked)._replace(written=written.get(stretch.onset)))
    return tuple(found)


def analysis_of(view: View, chords: Sequence[Chord], given: Analysis | None) -> Analysis:
    """The chords as an analysis that rules can lean on; where there is none they are told nothing."""
    read = {item.onset: (item.reading, float(item.nature not in ("none", "doubtful"))) for item in chords}
    for extra in given.chords if given else ():
        stretch = Stretch(view, extra.onset, extra.onset + extra.duration)
        read.setdefault(extra.onset, ((extra.key, extra.numeral), float(stretch.fits((extra.key, extra.numeral)))))
    onsets = sorted(read)
    spans = []
    for onset, end in zip(onsets, [*onsets[1:], max(view.score.end, onsets[-1])], strict=True):
        (key, numeral), sure = read[onset]
        measure, beat = view.score.place(onset)
        spans.append(ChordSpan(onset, end - onset, measure, beat, key, numeral, numeral.function, sure))
    starts = [span for number, span in enumerate(spans) if not number or span.key != spans[number - 1].key]
    ends = [*(span.onset for span in starts[1:]), spans[-1].onset + spans[-1].duration]
    keys = (KeySpan(span.onset, end - span.onset, span.key, 1.0) for span, end in zip(starts, ends, strict=True))
    return Analysis(spans[0].key, tuple(keys), tuple(spans))


def _read(stretch: Stretch, after: Stretch | None, own: list[Reading], asked: Assignment) -> Chord:
    """What holds first: the chord that was meant, one of the level, any of the key; else what is nearest."""
    keys = list(dict.fromkeys(key for key, _ in own))
    of_level = [item for item in _level_chords(keys, asked) if _is_plausible(item[1], stretch, after)]
    right = next((item for item in own if stretch.fits(item)), None) or _best(stretch, of_level)
    if right:
        return _chord(stretch, right, "right")
    near = {item: found for item in (*own, *of_level) if _is_near(found := list(stretch.faults(item)))}
    altered = next((item for item in own if item in near and near[item][0].kind == "altered"), None)
    every = [(key, numeral) for key in keys for numeral in numerals(key.minor)]
    other = _best(stretch, [item for item in every if _is_plausible(item[1], stretch, after)])
    if other and not altered:
        return _chord(stretch, other, "outside" if of_level else "right")
    free = any(name.startswith("modulations") for name in asked.pack.allow) and stretch.is_some_chord
    nearest = altered or min(
        (item for item in near if item in own or not free), key=lambda item: len(near[item]), default=None
    )
    if nearest:
        return _chord(stretch, nearest, "near", tuple(near[nearest]))
    return _chord(stretch, own[0], "doubtful" if free else "none")


def _best(stretch: Stretch, readings: Sequence[Reading]) -> Reading | None:
    """The chord that fits and explains most of what sounds; None where none fits."""
    return min((item for item in readings if stretch.fits(item)), key=stretch.foreign, default=None)


def _chord(stretch: Stretch, reading: Reading, nature: Nature, faults: tuple[Fault, ...] = ()) -> Chord:
    return Chord(stretch.onset, stretch.end, reading, nature, None, faults, stretch.names)


def _is_near(faults: Sequence[Fault]) -> bool:
    """One voice is wrong, and what it leaves out; or notes of the chord are but wrongly altered."""
    count = {kind: sum(fault.kind == kind for fault in faults) for kind in ("alien", "missing", "bass")}
    return max(count["alien"], count["missing"]) + count["bass"] <= 1


def _level_chords(keys: Sequence[Key], asked: Assignment) -> Iterator[Reading]:
    """The chords that the pack allows, in these keys."""
    for key in keys:
        for figure in asked.pack.allow.get("minor" if key.minor else "major", ()):
            yield key, parse_numeral(figure, minor=key.minor)


def _is_plausible(numeral: Numeral, stretch: Stretch, after: Stretch | None) -> bool:
    """A cadential six-four keeps its bass for the chord that it leads to."""
    return not numeral.is_cadential or (after is not None and stretch.bass[-1:] == after.bass[:1])


def _tonic(view: View, given: Analysis | None) -> Reading:
    """Where nothing says which chord is meant: the tonic of the key that is known."""
    signature = view.score.measures[0].key_signature
    key = given.key if given else Key.of_signature(signature.fifths, minor=signature.mode == "minor")
    return key, parse_numeral("i" if key.minor else "I", minor=key.minor)


def _sound(reading: Reading) -> tuple[frozenset[int], int]:
    """What a chord sounds like: its notes and its bass, as places on the line of fifths modulo 12."""
    key, numeral = reading
    tones = [tone % 12 for tone in numeral.tones(key)]
    return frozenset(tones[:4]), tones[numeral.inversion % len(tones)]
