"""Learned features: the same in every key and octave, the same twice, NaN of what is no tune, only where asked for."""

import numpy as np
import pytest

import musegen
from musegen.errors import UnreadableFile, UsageError
from musegen.features.extractor import column_names, feature_row, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.features.similarity.character import storage
from musegen.features.similarity.character.index import CharacterEntry, alike, build
from musegen.features.similarity.character.passages import passages_of
from musegen.features.similarity.character.storage import load, save
from musegen.features.style.classifying import told_labels
from musegen.features.style.measurements import Measurements
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


def test_learned_and_hand_made_numbers_judge_apart_and_agree():
    rng = np.random.default_rng(1)
    labels = np.array(["reel", "jig"] * 40, dtype=object)
    told = np.where(labels == "reel", 1.0, -1.0)
    columns = ("texture.number_of_lines", "learned.melody_thoughts.mean_000", "learned.melody_thoughts.mean_001")
    values = np.column_stack([rng.normal(size=80), told + rng.normal(size=80) / 9, rng.normal(size=80)])
    pieces = tuple(map(str, range(80)))
    both = Measurements(pieces, labels, np.array(pieces, dtype=object), columns, values)
    made, learned = both.kinds
    assert made.columns == columns[:1]
    assert learned.columns == columns[1:]
    assert [kind.columns for kind in learned.kinds] == [columns[1:]]
    names = ("jig", "reel")
    right = np.array([names.index(label) for label in labels])
    assert (told_labels(both, names, 5, 1) == right).mean() > 0.95
    assert (told_labels(made, names, 5, 1) == right).mean() < 0.8


def test_passages_cover_a_tune_and_an_upbeat_is_in_the_first():
    score = parse_grid(
        "key: G; meter: 3/4; pickup: 1\nS: d4 | g4 b4 d5 | g4 . a4 | b4 c5 d5 | g4 . . | a4 b4 c5 | g4 . a4"
    )
    assert [(passage.first, passage.last) for passage in passages_of(score)] == [(0, 4), (3, 6)]
    assert passages_of(parse_grid("meter: 5/4\nS: c5 d5 e5 f5 g5")) == ()


def test_an_index_of_character_comes_back_from_its_file_and_one_of_other_weights_does_not(tune, tmp_path, monkeypatch):
    numbers = [measure.number for measure in tune.measures]
    made = build([CharacterEntry("one", "", "One", numbers, passages_of(tune)), CharacterEntry("none", "", "", [], ())])
    save(made, tmp_path / "kept.npz")
    back = load(tmp_path / "kept.npz")
    assert (back.pieces, back.titles, back.groups) == (made.pieces, made.titles, made.groups)
    assert [found.piece for found in alike(tune, back)] == ["one"]
    assert alike(tune, back)[0].likeness == pytest.approx(1, abs=1e-3)
    assert alike(tune, back, without="one") == ()
    monkeypatch.setattr(storage, "thinker_id", lambda: "of other weights")
    with pytest.raises(UnreadableFile, match="build it again"):
        load(tmp_path / "kept.npz")
