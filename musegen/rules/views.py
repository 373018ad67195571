"""The views of a piece that a rule may choose: every sonority, those on the felt beats, or the harmonic reduction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from musegen.rules.cantus import cantus_line
from musegen.rules.registry import ViewName
from musegen.rules.view import View
from musegen.score.model import Score
from musegen.score.table import Flag, distinct
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analysis import Analysis


def surface(
    score: Score,
    analysis: Analysis | None = None,
    *,
    phrase_ends: Iterable[int] | None = None,
    cantus_firmus: str = "",
) -> View:
    """Every sonority of the piece.

    `phrase_ends` are times in ticks after which no succession goes on; without them they are the ends of the notes that
    carry a fermata. `cantus_firmus` is `lower`, `upper` or the name of a voice; without it the cantus is found, if any.

    Raises:
        UsageError: no voice has that name.
    """
    voices = assign_voices(score)
    slices = slices_of(voices)
    notes = voices.notes
    ends = notes.end[notes.has(Flag.FERMATA)] if phrase_ends is None else np.array(list(phrase_ends), dtype=np.int64)
    harmony = None if analysis is None else analysis.harmony_at(slices.onset)
    end = slices.onset + slices.duration
    cantus = cantus_line(score, voices, cantus_firmus)
    return View(score, voices, analysis, slices.onset, end, slices.row, distinct(ends), harmony, cantus)


def on_pulses(view: View) -> View:
    """The same piece at its felt beats: the sonorities that sound when a pulse falls."""
    if not len(view):
        return view
    pulses = view.pulses
    position = np.searchsorted(view.onset, pulses, side="right") - 1
    inside = (position >= 0) & (pulses < view.end[position])
    kept, where = np.unique(position[inside], return_index=True)
    harmony = None if view.analysis is None else view.analysis.harmony_at(pulses[inside][where])
    return replace(view, onset=view.onset[kept], end=view.end[kept], row=view.row[kept], harmony=harmony)


def reduced(view: View) -> View:
    """The harmonic reduction: one sonority a harmony, of each voice the first note there that belongs to the chord.

    A voice that sings no chord note keeps the note that it has when the harmony begins. Without chords the view stays
    as it is.
    """
    number = view.harmony_number
    if view.harmony is None or number is None or not len(view):
        return view
    starts = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    stops = np.append(starts[1:], len(view))
    row = view.row[starts].copy()
    for place, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        here = view.in_chord[start:stop]
        first = start + here.argmax(axis=0)
        row[place] = np.where(here.any(axis=0), view.row[first, np.arange(row.shape[1])], row[place])
    harmony = view.harmony[starts]
    return replace(view, onset=view.onset[starts], end=view.end[stops - 1], row=row, harmony=harmony)


VIEWS: dict[ViewName, Callable[[View], View]] = {
    "surface": lambda view: view,
    "pulses": on_pulses,
    "reduction": reduced,
}
"""How each view is made from that of the surface."""
