"""Learned features: the same in every key and octave, the same twice, NaN of what is no tune, only where asked for."""

import numpy as np
import pytest

import musegen
from musegen.errors import UsageError
from musegen.features.extractor import column_names, feature_row, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.features.style.measuring import measured_rows
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.thinking import WIDTH, thoughts
from musegen.theory.tunes.tune import tune_of
from tests.theory.transposing import transposed

LEARNED = chosen(("learned",))


def of(score):
    return measured(PieceView(score), LEARNED)


@pytest.fixture(scope="module")
def tune():
    return musegen.read("oneills1850/0001-0050#4")


def test_a_tune_in_another_key_is_thought_of_alike(tune):
    here = of(tune)
    assert np.isfinite(here).all()
    for fifths in (-3, -1, 2, 4):
        assert np.array_equal(of(transposed(tune, fifths)), here)


def test_a_tune_in_another_octave_is_thought_of_alike(tune):
    rows = tune.notes.rows.copy()
    rows["pitch"] -= 12
    lower = type(tune)(type(tune.notes)(rows), tune.measures, tune.parts)
    assert np.array_equal(of(lower), of(tune))


def test_the_same_tune_gives_the_same_bytes_twice(tune):
    assert of(tune).tobytes() == of(tune).tobytes()


def test_other_notes_are_thought_of_otherwise(tune):
    other = musegen.read("oneills1850/0001-0050#5")
    assert not np.allclose(of(tune), of(other), atol=0.05)


def test_there_is_a_thought_before_every_event_and_before_the_end(tune):
    found = thoughts(tune_of(tune))
    assert found.shape == (len(tune_of(tune).symbol) + 1, WIDTH)


@pytest.mark.parametrize("grid", ["meter: 2/4\nS: r r", "meter: 2/4\nS: c5 d5", "meter: 5/4\nS: c5 d5 e5 f5 g5"])
def test_what_is_no_tune_has_none(grid):
    assert np.isnan(of(parse_grid(grid))).all()


def test_they_are_measured_only_where_they_are_named(tune):
    class Known:
        def read(self):
            return tune

    usual, both = feature_row(Known(), {}), feature_row(Known(), {"groups": ["hand-made", "learned"]})
    assert not any(name.startswith("learned.") for name in usual)
    assert set(both) - set(usual) == set(column_names(LEARNED))
    with pytest.raises(UsageError, match="learned"):
        chosen(("lerned",))


def test_style_measures_what_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = ["oneills1850/0001-0050#4", "oneills1850/0001-0050#5"]
    usual = measured_rows(names).rows
    asked = measured_rows(names, features=("learned", "number_of_lines")).rows
    assert "learned.melody_thoughts.mean_000" not in usual.columns
    assert {"learned.melody_thoughts.mean_000", "texture.number_of_lines"} <= set(asked.columns)
    assert "rhythm.npvi.top" not in asked.columns
