"""A second checker, written note by note without arrays: what the vectorised rules are compared with."""

from itertools import combinations, pairwise
from typing import NamedTuple

from music21 import interval, note, pitch

from musegen.score.model import Score
from musegen.score.pitch import SpelledPitch


class Event(NamedTuple):
    """One sung note of one voice, times in ticks."""

    onset: int
    end: int
    name: str  # as music21 spells it
    midi: int


Finding = tuple[str, int, str]
"""Rule, onset of the arrival in ticks, voices."""


def sung(score: Score) -> dict[str, list[Event]]:
    """The notes of each part by its name, ties merged."""
    notes = score.notes.sounding()
    voices: dict[str, list[Event]] = {part.name: [] for part in score.parts}
    for row in sorted(notes.rows.tolist()):
        onset, duration, midi, fifths, part = row[:5]
        voices[score.parts[part].name].append(Event(onset, onset + duration, SpelledPitch(midi, fifths).name, midi))
    return voices


def pair_findings(score: Score) -> set[Finding]:
    """Parallel and antiparallel fifths and octaves between notes that follow each other without a rest."""
    voices = sung(score)
    return {
        found
        for upper, lower in combinations(voices, 2)
        for found in _of_pair(voices, upper, lower)
        if found is not None
    }


def melodic_findings(score: Score) -> set[Finding]:
    """Augmented seconds and fourths, sevenths and leaps beyond the octave in each voice."""
    found: set[Finding] = set()
    for voice, events in sung(score).items():
        for first, second in pairwise(events):
            size = interval.Interval(note.Note(first.name), note.Note(second.name))
            if size.generic.undirected > 8:
                found.add(("leap-beyond-octave", second.onset, voice))
            elif size.generic.undirected == 7:
                found.add(("leap-of-seventh", second.onset, voice))
            elif size.name == "A2":
                found.add(("augmented-second", second.onset, voice))
            elif size.name == "A4":
                found.add(("augmented-fourth", second.onset, voice))
    return found


def _of_pair(voices: dict[str, list[Event]], upper: str, lower: str) -> list[Finding]:
    found: list[Finding] = []
    for above, above_next in pairwise(voices[upper]):
        for below, below_next in pairwise(voices[lower]):
            if above_next.onset != below_next.onset:
                continue
            if above.end != above_next.onset or below.end != below_next.onset:
                continue
            found += _of_four(above, above_next, below, below_next, upper + lower)
    return found


def _of_four(above: Event, above_next: Event, below: Event, below_next: Event, voices: str) -> list[Finding]:
    up, down = above_next.midi - above.midi, below_next.midi - below.midi
    size = _perfect(above, below)
    if not up or not down or size is None or size != _perfect(above_next, below_next):
        return []
    if _letter(above) == _letter(above_next) and _letter(below) == _letter(below_next):
        return []  # octave leaps in both voices
    kind = "parallel" if (up > 0) == (down > 0) else "antiparallel"
    return [(f"{kind}-{size}", above_next.onset, voices)]


def _perfect(one: Event, other: Event) -> str | None:
    low, high = sorted((one, other), key=lambda event: event.midi)
    if low.midi == high.midi:
        low, high = other, one
    simple = interval.Interval(pitch.Pitch(low.name), pitch.Pitch(high.name)).semiSimpleName
    return {"P5": "fifths", "P8": "octaves", "P1": "octaves"}.get(simple)


def _letter(event: Event) -> str:
    return event.name.rstrip("0123456789")
