"""Odd scores give full rows of the features of notes: nothing raises, nothing warns, every value lies in its range."""

import numpy as np
import pytest

from musegen.features.extractor import measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.meter import TICKS_PER_QUARTER as QUARTER
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Measure, Part, Score
from musegen.score.table import Flag, NoteTable

FEATURES = chosen(("pitch", "melody", "rhythm", "texture", "learned"))


def score_of(records, meters=((4, 4),), parts=1, pickup=False):
    """Notes with {onset, ...} in quarters, in one measure a meter."""
    measures, onset = [], 0
    for number, meter in enumerate(meters):
        signature = TimeSignature(*meter)
        length = int(signature.quarters * QUARTER) // (2 if pickup and number == 0 else 1)
        measures.append(Measure(str(number), onset, length, signature, KeySignature(0), pickup and number == 0))
        onset += length
    notes = [
        {"pitch": 60, "fifths": 0, **record, "onset": int(record["onset"] * QUARTER),
         "duration": int(record.get("duration", 1) * QUARTER)} for record in records
    ]  # fmt: skip
    return Score(NoteTable.of(notes), tuple(measures), tuple(Part(f"P{part}") for part in range(parts)))


ODD = {
    "nothing at all": score_of([], meters=()),
    "measures without notes": score_of([], meters=((4, 4), (3, 8))),
    "notes without measures": score_of([{"onset": 0}, {"onset": 1, "pitch": 62}], meters=()),
    "one note": score_of([{"onset": 2}]),
    "one pitch for ever": score_of([{"onset": beat} for beat in range(4)]),
    "a cluster in one voice": score_of([{"onset": 0, "pitch": pitch} for pitch in range(40, 80)]),
    "overlapping notes of a voice": score_of([{"onset": 0, "duration": 4}, {"onset": 1, "pitch": 64, "duration": 4}]),
    "the ends of the keyboard": score_of([{"onset": 0, "pitch": 0}, {"onset": 1, "pitch": 127}]),
    "spellings far out": score_of([{"onset": 0, "fifths": -20}, {"onset": 1, "fifths": 26}]),
    "a note a year long": score_of([{"onset": 0, "duration": 10**8}, {"onset": 1, "part": 1}], parts=2),
    "notes beyond the last measure": score_of([{"onset": 0}, {"onset": 100, "pitch": 65}]),
    "a unit of a 128th": score_of([{"onset": 0, "duration": 1 / 32}], meters=((99, 128), (1, 128))),
    "a pickup, then changing meters": score_of(
        [{"onset": 0}, {"onset": 2, "measure_index": 1}], meters=((4, 4), (7, 8), (1, 1)), pickup=True
    ),
    "sixty parts": score_of([{"onset": part % 4, "part": part, "pitch": 90 - part} for part in range(60)], parts=60),
    "all silent": score_of([{"onset": 0, "flags": int(Flag.UNPITCHED)}, {"onset": 0, "flags": int(Flag.GRACE)}]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ODD)
def test_an_odd_score_is_a_full_row_within_the_ranges(name):
    for found in FEATURES:
        values = np.atleast_1d(np.asarray(found.measure(PieceView(ODD[name])), dtype=float))
        told = values[~np.isnan(values)]
        assert len(values) == len(found.dims), found.name
        assert ((told >= found.low - 1e-9) & (told <= found.high + 1e-9)).all(), (found.name, values)
    assert len(measured(PieceView(ODD[name]), FEATURES)) == sum(len(found.dims) for found in FEATURES)
