"""Melodies on paper: measures with repeats and upbeats, notes tied where they hide a beat, chord symbols above."""

from __future__ import annotations

from collections.abc import Iterator

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
    """One for each bar; where a section ends before an upbeat, the bar is two."""
    signature = KeySignature(tune.home.signature, MODES[tune.home.mode])
    cuts = {start: number for number, start in enumerate(plan.starts)}
    onset, number, section = 0, 0, 0

    def measure(length: int, *, upbeat: bool, begins: bool, ends: bool) -> Measure:
        last = ends and section == len(plan.starts) - 1
        barline = "final" if last else "double" if ends and not plan.repeated[section] else ""
        again = plan.repeated[section]
        printed = "0" if upbeat and not onset else str(number)
        return Measure(
            printed, onset, length * _TICKS, plan.meter, signature, upbeat, barline,
            repeat_start=again and begins and onset > 0, repeat_end=again and ends,
        )  # fmt: skip

    for bar in range(-1 if plan.pickup else 0, plan.bars):
        follows = bar + 1 in cuts or bar + 1 == plan.bars
        body = 0 if bar < 0 else plan.bar - (plan.pickup if follows else 0)
        if body:
            number += 1
            made = measure(body, upbeat=False, begins=bar in cuts and not plan.pickup, ends=follows)
            onset += made.length
            yield made
        if follows and plan.pickup and bar + 1 < plan.bars:
            section = cuts[bar + 1]
            number += bar >= 0
            made = measure(plan.pickup, upbeat=True, begins=True, ends=False)
            onset += made.length
            yield made
        section = cuts.get(bar + 1, section)
