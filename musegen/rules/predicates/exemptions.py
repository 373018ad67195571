"""Exceptions that a rule may name under `unless`: each says in one line why the finding may pass."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from musegen.rules.registry import Hit, exemption
from musegen.rules.view import View
from musegen.score.model import Score
from musegen.theory.sonority import Bools, Sonority


@exemption(kernel=True, axes=("pairs",))
def rising_tenths(first: Sonority, second: Sonority) -> Bools:
    """The outer voices rise in parallel tenths through a passing chord: I-V43-I6 or I-viio6-I6."""
    if first.harmony is None or second.harmony is None:
        return np.zeros((*np.broadcast_shapes(first.pitch.shape[:-1], second.pitch.shape[:-1]), 1), dtype=bool)
    chord, goal = first.harmony, second.harmony
    passing = ((chord.degree == 5) & (chord.inversion == 2)) | ((chord.degree == 7) & (chord.inversion == 1))
    arrives = (goal.degree == 1) & (goal.inversion == 1)
    tenths = [((item.diatonic[..., 0] - item.diatonic[..., -1]) % 7 == 2) for item in (first, second)]
    return np.asarray(passing & arrives & tenths[0] & tenths[1])[..., None]


@exemption(kernel=False)
def anticipation(hit: Hit, view: View) -> bool:
    """One of the arriving notes anticipates the next chord: short, off the pulse, and sung again."""
    return any(_anticipates(view, hit.at, voice) for voice in hit.voices)


def _anticipates(view: View, at: int, voice: int) -> bool:
    row = int(view.row[at, voice])
    following = view.next_row(row) if row >= 0 else -1
    if following < 0:
        return False
    notes, score = view.notes, view.score
    onset, after = int(notes["onset"][row]), int(notes["onset"][following])
    sung_again = notes["pitch"][row] == notes["pitch"][following] and after == notes.end[row]
    return bool(sung_again and _is_brief(view, [row]) and not _on_pulse(score, onset) and _on_pulse(score, after))


def _on_pulse(score: Score, onset: int) -> bool:
    meter = score.measures[score.measure_index_at(onset)].time_signature
    return score.offset_in_measure(onset) % meter.pulse_quarters == 0


@exemption(kernel=False, axes=("voices",))
def descending_bass(hit: Hit, view: View) -> bool:
    """The bass steps down through the leading tone: 8-7-6."""
    voice = hit.voices[0]
    row = int(view.row_before[hit.before, voice])
    before, after = view.previous_row(row), int(view.row[hit.at, voice])
    if voice != view.row.shape[1] - 1 or before < 0:
        return False
    steps = view.steps
    return steps[before] - steps[row] == 1 and steps[row] - steps[after] == 1


@exemption(kernel=False, axes=("voices",))
def turning_back(hit: Hit, view: View) -> bool:
    """A diminished interval turns back inwards by step."""
    row, after = int(view.row_before[hit.before, hit.voices[0]]), int(view.row[hit.at, hit.voices[0]])
    following = _next_pitch(hit, view)
    if following < 0:
        return False
    steps, fifths = view.steps, view.fifths
    way = int(np.sign(steps[after] - steps[row]))
    diminished = (fifths[after] - fifths[row]) * way < -5
    return diminished and steps[following] - steps[after] == -way


@exemption(kernel=False, axes=("voices",))
def last_of_line(hit: Hit, view: View) -> bool:
    """The line ends with this note, or its phrase does: what it would go on to is not to be known."""
    return _next_pitch(hit, view) < 0


def _next_pitch(hit: Hit, view: View) -> int:
    """What the voice goes on to after the note, or after its repetitions, in the same phrase; -1 for nothing."""
    row = int(view.row[hit.at, hit.voices[0]])
    line = next((line for line in view.moving[hit.voices[0]] if row in line), [row])
    return [*line, -1][line.index(row) + 1]


@exemption(kernel=False, axes=("voices",))
def falling_fifths(hit: Hit, view: View) -> bool:
    """The bass goes from root to root by fifths: a sequence, in which one fifth must be diminished."""
    voice = hit.voices[0]
    here, there = int(view.row_before[hit.before, voice]), int(view.row[hit.at, voice])
    line = [view.previous_row(here), here, there, view.next_row(there)]
    if voice != view.row.shape[1] - 1 or min(line) < 0:
        return False
    return all((view.steps[after] - view.steps[before]) % 7 == 3 for before, after in pairwise(line))


@exemption(kernel=False, windows=("slice",), axes=("voices",))
def semitone_onwards(hit: Hit, view: View) -> bool:
    """The note passes on by a diatonic semitone the way that its accidental points."""
    row = int(view.row[hit.at, hit.voices[0]])
    following = view.next_row(row)
    if following < 0 or view.harmony is None:
        return False
    way = int(np.sign(view.fifths[row] - int(view.harmony.tonic[hit.at]) - 2))
    return view.pitches[following] - view.pitches[row] == view.steps[following] - view.steps[row] == way


@exemption(kernel=False, windows=("slice", "pair"), axes=("voices", "pairs", "together"))
def brief_note(hit: Hit, view: View) -> bool:
    """One of the notes is shorter than a felt beat: it passes."""
    rows = view.row_before[hit.before, list(hit.voices)].tolist() if hit.before < hit.at else []
    return _is_brief(view, rows or view.row[hit.at, list(hit.voices)].tolist())


@exemption(kernel=False, windows=("slice",), axes=("pairs",))
def brief_tenor_crossing(hit: Hit, view: View) -> bool:
    """Two voices below the soprano cross for less than a felt beat: the tenor over the alto, or under the bass."""
    upper, lower = hit.voices
    if upper == 0:
        return False
    crossed, stop = view.sonority.pitch[:, upper] < view.sonority.pitch[:, lower], hit.at
    while stop < len(view) and crossed[stop] and view.sonority.sounds[stop, [upper, lower]].all():
        stop += 1
    onset = int(view.onset[hit.at])
    measure = view.score.measures[view.score.measure_index_at(onset)]
    beat = view.score.ticks(measure.time_signature.pulse_quarters)
    return int(view.end[stop - 1]) - onset < beat


@exemption(kernel=True)
def diatonic_leading_tone(first: Sonority, second: Sonority) -> Bools:
    """The leading tone is that of the subdominant: the tonic's own third, with no accidental to resolve."""
    if first.harmony is None:
        return np.zeros((*np.broadcast_shapes(first.pitch.shape[:-1], second.pitch.shape[:-1]), 1), dtype=bool)
    return np.asarray(~first.harmony.minor & (first.harmony.leading_tone == first.harmony.tonic + 4))[..., None]


def _is_brief(view: View, rows: list[int]) -> bool:
    onset = int(view.notes["onset"][rows].max())
    measure = view.score.measures[view.score.measure_index_at(onset)]
    return bool((view.notes["duration"][rows] < view.score.ticks(measure.time_signature.pulse_quarters)).any())
