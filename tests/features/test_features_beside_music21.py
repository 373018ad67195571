"""Where a feature of music21 has the same definition, it has the same value."""

import numpy as np
import pytest
from music21 import corpus
from music21 import features as theirs

from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.files import read

SAME = {
    "P1": "commonest_pitch_share.pitch",
    "P2": "commonest_pitch_share.class",
    "P3": "second_pitch_strength.pitch",
    "P4": "second_pitch_strength.class",
    "P5": "interval_of_commonest.pitch",
    "P6": "interval_of_commonest.class",
    "P7": "number_of_common_pitches",
    "P8": "pitch_variety.pitches",
    "P9": "pitch_variety.classes",
    "P10": "ambitus.whole",
    "P12": "pitch_height.mean",
    "P13": "register_note_shares.bass",
    "P14": "register_note_shares.middle",
    "P15": "register_note_shares.high",
    "P20": "pitch_classes_from_commonest",
    "M2": "mean_interval.all",
    "M3": "commonest_interval.size",
    "M4": "commonest_interval.to_second",
    "M5": "commonest_interval_share.first",
    "M6": "commonest_interval_share.second_to_first",
    "M7": "number_of_common_intervals",
    "M8": "arpeggiation",
    "m17": "rising_share.all",
    "M18": "arc_length.all",
    "M19": "arc_size.all",
    "QL1": "number_of_values.values",
    "QL3": "commonest_value_share.first",
    "T1": "number_of_lines",
    "R35": "meter_changes.changes",
}
"""music21's extractor, and ours with its dimension; music21 counts grace notes; of equal ones its first."""
IN_SECONDS = {
    "R15": "events_per_quarter.notes",
    "R17": "note_lengths.mean",
    "R22": "times_between_onsets.between_onsets",
}
QUARTERS_A_SECOND = {"bach/bwv66.6": 96 / 60, "bach/bwv347": 2.0}  # music21 takes 120 where no tempo stands


@pytest.fixture(scope="module", params=QUARTERS_A_SECOND)
def piece(request):
    """(name, ours by feature and dimension, theirs by id)."""
    view = PieceView(read(request.param))
    ours = {}
    for found in chosen(("pitch", "melody", "rhythm", "texture")):
        values = np.atleast_1d(np.asarray(found.measure(view), dtype=float))
        ours[found.name] = values
        ours |= {f"{found.name}.{dim}": value for dim, value in zip(found.dims, values, strict=True)}
    data = theirs.DataInstance(corpus.parse(request.param))
    given = {
        extractor.id: np.array(extractor(data).extract().vector, dtype=float)
        for extractor in theirs.extractorsById([*SAME, *IN_SECONDS, "M1"])
    }
    return request.param, ours, given


def test_same_definitions_give_same_values(piece):
    _, ours, given = piece
    differ = {key: (given[key], ours[name]) for key, name in SAME.items() if not np.allclose(given[key], ours[name])}
    assert differ == {}


def test_densities_differ_by_the_tempo_alone(piece):
    name, ours, given = piece
    tempo = QUARTERS_A_SECOND[name]
    assert given["R15"] == pytest.approx(tempo * ours[IN_SECONDS["R15"]])
    assert given["R17"] == pytest.approx(ours[IN_SECONDS["R17"]] / tempo)
    assert given["R22"] == pytest.approx(ours[IN_SECONDS["R22"]] / tempo)


def test_intervals_without_their_direction_are_jsymbolics_histogram(piece):
    _, ours, given = piece
    signed = ours["interval_shares"]
    folded = [signed[12], *(signed[12 - size] + signed[12 + size] for size in range(1, 13))]
    assert [*given["M1"][:12], given["M1"][12:].sum()] == pytest.approx(folded)
