"""The umpire: which of two readings of a span explains its notes better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.comparison.note_time import Floats, NoteTime, mask
from musegen.theory.keys import Key, scale_tones

if TYPE_CHECKING:
    from musegen.theory.comparison.differences import Moment

Side = Literal["human", "machine", "even"]
CLEAR, BASS_CLEAR, SCALE_CLEAR = 0.1, 0.25, 0.04
"""By how much one reading must be better: in notes explained, in basses, in notes of the key's scale."""
_MISSING = 0.4
"""What a member that never sounds costs, as a share of the notes."""


class Explained(NamedTuple):
    """What of a span a reading accounts for, as shares of 1."""

    notes: float  # of the sounding note time, by members of its chords
    bass: float  # how well its basses are the lowest notes: see `NoteTime.has_bass`
    scale: float  # of the sounding note time, by the scales of its keys
    missing: float  # of its chords' members, never heard


class Verdict(NamedTuple):
    """Who explains the notes better, and why."""

    better: Side
    why: str  # one clause: `notes 100% to 75%`, `bass 100% to 0%`, `scale 98% to 92%`
    human: Explained
    machine: Explained


def judge(run: Sequence[Moment], human: Analysis, machine: Analysis, time: NoteTime) -> Verdict:
    """The umpire's word on a span: notes that the chords hold, then the bass, then the scales of the keys."""
    one = _explained([(item.onset, item.end, human.chords[item.human]) for item in run], time)
    other = _explained(
        [(item.onset, item.end, machine.chords[item.machine] if item.machine >= 0 else None) for item in run], time
    )
    for gain, clear, words in (
        (one.notes - other.notes - _MISSING * (one.missing - other.missing), CLEAR, "notes"),
        (one.bass - other.bass, BASS_CLEAR, "bass"),
        (one.scale - other.scale, SCALE_CLEAR, "scale"),
    ):
        if abs(gain) >= clear:
            better: Side = "human" if gain > 0 else "machine"
            return Verdict(better, _why(words, one, other, better), one, other)
    return Verdict("even", "the notes allow both", one, other)


def _why(words: str, one: Explained, other: Explained, better: Side) -> str:
    first, second = (one, other) if better == "human" else (other, one)
    if words == "notes" and first.notes - second.notes < CLEAR / 2:
        return "the other names notes that do not sound"
    values = getattr(first, words), getattr(second, words)
    return f"{words} {values[0]:.0%} to {values[1]:.0%}"


def _explained(spans: list[tuple[int, int, ChordSpan | None]], time: NoteTime) -> Explained:
    total = notes = bass = length = scale = 0.0
    missing = members = 0
    for onset, end, chord in spans:
        sounding = time.between(onset, end)
        total += float(sounding.sum())
        length += end - onset
        if chord is None:
            continue
        tones = chord.tones
        notes += float(sounding @ mask(tones))
        scale += float(sounding @ scale_mask(chord.key))
        bass += (end - onset) * time.has_bass(chord.key.tonic + chord.numeral.bass, chord.onset, chord.end)
        held = time.between(chord.onset, chord.end)
        missing += sum(not float(held @ mask((tone,))) for tone in tones)
        members += len(tones)
    return Explained(
        notes / total if total else 0.0,
        bass / length if length else 0.0,
        scale / total if total else 0.0,
        missing / members if members else 0.0,
    )


def scale_mask(key: Key) -> Floats:
    """1 at the scale of a key, in minor with either sixth and seventh degree."""
    return mask(key.tonic + tone for tone in scale_tones(minor=key.minor))
