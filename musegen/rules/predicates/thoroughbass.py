"""The realisation of a figured bass: notes that the figures ask for, notes that they do not, figured suspensions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.rules.figures import HELD, Asked, fifths_above, read_figures, size_above
from musegen.rules.places import hit_at, lines_of, sounding_at
from musegen.rules.registry import Hit, predicate
from musegen.rules.symbols import tone_name
from musegen.rules.view import View
from musegen.score.model import FiguredBass

_SUSPENSIONS = ((9, 8), (7, 6), (4, 3))


class _Figured(NamedTuple):
    """Figures over one bass note, with the notes above it that sound during their span."""

    onset: int
    end: int
    bass: int  # row
    asked: Asked
    text: str
    upper: npt.NDArray[np.intp]  # rows
    sizes: tuple[int, ...]  # of each of these, 1 to 7
    signature: int

    def at(self, size: int) -> list[int]:
        """The upper notes so many steps above the bass."""
        return [int(row) for row, found in zip(self.upper, self.sizes, strict=True) if (found - size) % 7 == 0]


@predicate("phrase", facts=("figures", "missing", "bass"), needs=("figures",))
def figure_missing(view: View) -> Iterator[Hit]:
    """A note that the figures ask for sounds in no upper voice; with few voices the most important notes must."""
    for item in _figured(view):
        missing = [size for size in item.asked.required if not item.at(size)]
        voices = len(set(lines_of(view, item.upper.tolist())))
        if len(missing) > max(0, len(item.asked.required) - voices):
            names = " and ".join(tone_name(_wanted(view, item, size)[0]) for size in missing)
            rows = sounding_at(view, np.append(item.upper, item.bass), item.onset)
            bass = view.note_name(item.bass)
            yield hit_at(view, item.onset, rows, figures=item.text, missing=names, bass=bass)


@predicate("phrase", facts=("figures", "note", "bass"), needs=("figures",))
def figure_foreign(view: View) -> Iterator[Hit]:
    """A note over the bass belongs to no interval that the figures ask for; one that passes off the beat is free."""
    notes, on_beat = view.notes, set(view.pulses.tolist())
    for item in _figured(view):
        for row, size in zip(item.upper.tolist(), item.sizes, strict=True):
            sounds = notes["onset"][row] <= item.onset
            if not sounds or item.asked.allows(size) or (item.onset not in on_beat and _steps_away(view, row)):
                continue
            yield _note_hit(view, item, [row], item.onset)


@predicate("phrase", facts=("figures", "note", "bass", "wanted"), needs=("figures",))
def figure_altered(view: View) -> Iterator[Hit]:
    """An interval that the figures ask for sounds with another accidental than they or the signature say."""
    fifths = view.notes["fifths"]
    for item in _figured(view):
        for size in sorted(item.asked.sizes):
            wanted, rows = _wanted(view, item, size), item.at(size)
            if (size - 1) % 7 and rows and not any(int(fifths[row]) in wanted for row in rows):
                for row in _one_a_voice(view, rows):
                    yield _note_hit(view, item, [row], item.onset, wanted=tone_name(wanted[0]))


@predicate("phrase", facts=("figures",), needs=("figures",))
def figure_unreadable(view: View) -> Iterator[Hit]:
    """Figures that no thoroughbass knows: numbers over nine or under two, letters, one figure twice."""
    for label in view.score.figures if len(view) else ():
        if HELD not in label.figures and read_figures(label.figures) is None:
            yield hit_at(view, label.onset, [], figures=" ".join(label.figures))


@predicate("phrase", facts=("figures", "note", "bass"), needs=("figures",))
def figure_suspension(view: View) -> Iterator[Hit]:
    """Over one held bass 4 goes to 3, 7 to 6 or 9 to 8, and the voice that has the first does not step down."""
    for before, here in pairwise(_figured(view)):
        if before.bass != here.bass or before.end != here.onset:
            continue
        for dissonance, resolution in _SUSPENSIONS:
            if dissonance in before.asked.written and resolution in here.asked.written:
                held = [row for row in before.at(dissonance) if view.notes.end[row] >= before.end]
                if held and not any(_resolves(view, row, here, resolution) for row in held):
                    yield _note_hit(view, before, held, here.onset)


def _figured(view: View) -> list[_Figured]:
    """All figures that can be read and stand over a sounding bass, in time; each lasts as long as its bass note."""
    found = []
    for label in sorted((*view.score.figures, *_unfigured(view)), key=lambda label: label.onset):
        place = int(np.searchsorted(view.onset, label.onset, side="right")) - 1
        bass = int(view.row[place, -1]) if place >= 0 and view.row.shape[1] > 1 else -1
        asked = None if HELD in label.figures else read_figures(label.figures)
        if bass >= 0 and asked is not None and view.notes.end[bass] > label.onset:
            item = _over(view, label, bass, asked)
            found += [item] if len(item.upper) else []
    return found


def _over(view: View, label: FiguredBass, bass: int, asked: Asked) -> _Figured:
    """What sounds over a bass note while figures stand."""
    notes = view.notes
    end = min(label.onset + label.duration, int(notes.end[bass]))
    above = (view.voices.line != view.row.shape[1] - 1) & (notes["onset"] < end) & (notes.end > label.onset)
    upper = np.flatnonzero(above)
    sizes = tuple(size_above(int(notes["fifths"][bass]), int(notes["fifths"][row])) for row in upper)
    signature = view.score.measures[view.score.measure_index_at(label.onset)].key_signature.fifths
    return _Figured(label.onset, end, bass, asked, " ".join(label.figures) or "no figure", upper, sizes, signature)


def _unfigured(view: View) -> Iterator[FiguredBass]:
    """Triads over bass notes without figures: those that begin on a beat with a chord, while no figures stand."""
    if not view.score.figures or view.row.shape[1] < 2:
        return
    covered = [(item.onset, item.onset + item.duration) for item in view.score.figures]
    struck = view.sonority.attack
    for place in np.flatnonzero(np.isin(view.onset, view.pulses) & struck[:, -1] & struck[:, :-1].any(axis=1)).tolist():
        onset, row = int(view.onset[place]), int(view.row[place, -1])
        if not any(start <= onset < end for start, end in covered):
            yield FiguredBass(onset, int(view.notes["duration"][row]), ())


def _wanted(view: View, item: _Figured, size: int) -> tuple[int, ...]:
    bass = int(view.notes["fifths"][item.bass])
    return fifths_above(bass, size, item.asked.accidentals[size], item.signature)


def _one_a_voice(view: View, rows: list[int]) -> list[int]:
    return list({int(view.voices.line[row]): row for row in reversed(rows)}.values())


def _steps_away(view: View, row: int) -> bool:
    after = view.next_row(row)
    return after >= 0 and abs(int(view.notes.diatonic[after]) - int(view.notes.diatonic[row])) == 1


def _resolves(view: View, row: int, here: _Figured, size: int) -> bool:
    """The voice of a dissonance sings the note a step lower while the resolving figure stands."""
    lower = view.notes.diatonic[row] - 1
    line = view.voices.line
    return any(line[other] == line[row] and view.notes.diatonic[other] == lower for other in here.at(size))


def _note_hit(view: View, item: _Figured, rows: list[int], onset: int, **facts: str) -> Hit:
    facts |= {"figures": item.text, "note": view.note_name(rows[0]), "bass": view.note_name(item.bass)}
    return hit_at(view, onset, rows, lines_of(view, rows), **facts)
