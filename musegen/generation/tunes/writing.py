"""Melodies on paper: measures with repeats and upbeats, notes tied where they hide a beat, chord symbols above."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from musegen.engraving.metrical_ties import tied_in_meter
from musegen.generation.tunes.plans import Plan
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import BASS, TREBLE, HarmonyLabel, KeySignature, Measure, Metadata, Part, Score
from musegen.score.table import NoteTable
from musegen.theory.tunes.symbols import GRID, LENGTHS, MODES, REST
from musegen.theory.tunes.tune import Tune

_TICKS = TICKS_PER_QUARTER // GRID
_MIDDLE_C = 60


def score_of(tune: Tune, plan: Plan, title: str, chords: tuple[HarmonyLabel, ...] = ()) -> Score:
    """A tune as one part; times of `chords` are ticks of the score."""
    measures = tuple(_measures(tune, plan))
    records = list(_records(tune))
    clef = BASS if np.median([record["pitch"] for record in records]) < _MIDDLE_C else TREBLE
    empty = Score(NoteTable.of([]), measures, (Part("P1", clefs=(clef,)),), chords, metadata=Metadata(title=title))
    written = NoteTable.of(tied_in_meter(records, empty))
    return Score(written, measures, empty.parts, chords, metadata=empty.metadata)


def ticks_of(plan: Plan, onset: int) -> int:
    """A time of the tune in ticks of its score."""
    return (onset + plan.pickup) * _TICKS


def _records(tune: Tune) -> Iterator[dict[str, int]]:
    start = int(tune.onset[0])
    for symbol, length, onset in zip(tune.symbol.tolist(), tune.length.tolist(), tune.onset.tolist(), strict=True):
        if symbol == REST:
            continue
        note = tune.home.pitch(symbol)
        yield {
            "onset": (onset - start) * _TICKS, "duration": LENGTHS[length] * _TICKS, "pitch": note.pitch,
            "fifths": note.fifths,
        }  # fmt: skip


def _measures(tune: Tune, plan: Plan) -> Iterator[Measure]:
    """One for each bar; where a section ends before an upbeat, the bar is two, and the second half has no number."""
    signature = KeySignature(tune.home.signature, MODES[tune.home.mode])
    onset = 0
    for piece in _pieces(plan):
        length = piece.length * _TICKS
        again = plan.repeated[piece.section]
        last = piece.ends and piece.section == len(plan.starts) - 1
        barline = "final" if last else "double" if piece.ends and not again else ""
        yield Measure(
            piece.number, onset, length, plan.meter, signature, piece.is_upbeat, barline,
            repeat_start=again and piece.begins and onset > 0, repeat_end=again and piece.ends,
        )  # fmt: skip
        onset += length


class _Piece(NamedTuple):
    """A bar, or what of it belongs to one section."""

    number: str
    length: int  # parts of the grid
    section: int
    is_upbeat: bool
    begins: bool  # the section begins here
    ends: bool  # and ends here


def _pieces(plan: Plan) -> Iterator[_Piece]:
    if plan.pickup:
        yield _Piece("0", plan.pickup, 0, True, begins=True, ends=False)
    for bar in range(plan.bars):
        section = int(plan.form.section[bar])
        ends = bar + 1 in (*plan.starts, plan.bars)
        begins = bar in plan.starts and not plan.pickup
        yield _Piece(str(bar + 1), plan.bar - plan.pickup * ends, section, False, begins, ends)
        if ends and plan.pickup and bar + 1 < plan.bars:
            yield _Piece(f"X{section + 1}", plan.pickup, section + 1, True, begins=True, ends=False)
