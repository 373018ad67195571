"""The table of all measures, the adversary and originality: on Bach himself, who is no forger, and on forgeries."""

import json
from dataclasses import replace

import numpy as np
import pytest

from musegen.corpora import Piece
from musegen.evaluation.adversary import MADE, REAL, TELLING, area, features_of_music, told_apart
from musegen.evaluation.bach import bach_sample, held_out_pieces, singing, training_pieces
from musegen.evaluation.originality import taken, training_of
from musegen.evaluation.sure import Sample
from musegen.evaluation.tables import evaluation
from musegen.score.model import Score
from musegen.score.table import NoteTable


@pytest.fixture(scope="module")
def bach() -> Sample:
    """Eight chorales."""
    whole = bach_sample("test")
    return Sample("Bach", whole.scores[:8], whole.groups[:8])


def transposed(score: Score, semitones: int, fifths: int) -> Score:
    """All notes moved."""
    rows = score.notes.rows.copy()
    rows["pitch"] += semitones
    rows["fifths"] += fifths
    return replace(score, notes=NoteTable(rows))


def forged(score: Score, rng: np.random.Generator) -> Score:
    """The inner voices at random."""
    rows = score.notes.rows.copy()
    inner = np.isin(rows["part"], [1, 2])
    rows["pitch"][inner] += (12 * rng.integers(0, 2, inner.sum())).astype(rows["pitch"].dtype)
    return replace(score, notes=NoteTable(rows))


def test_bach_stands_first_and_every_set_has_every_measure(bach: Sample) -> None:
    table = evaluation({"again": bach}, real=bach, measures=("rules", "likeness"))
    assert table.sets == ("Bach", "again")
    assert table.value("all thirteen", "again") == table.value("all thirteen", "Bach")
    assert all(len(line.figures) == 2 for line in table.lines)
    with pytest.raises(KeyError):
        table.value("all thirteen", "nobody")


def test_the_table_is_text_markdown_and_json(bach: Sample) -> None:
    table = evaluation({"again": list(bach.scores[:3])}, real=bach, measures=("likeness",))
    told = json.loads(table.json())
    assert told["sets"] == {"Bach": 8, "again": 3}
    value, low, high = told["measures"]["likeness"]["sum of nine distances"]["Bach"]
    assert low <= value <= high
    assert told["measures"]["likeness"]["note"]["again"][1] is None
    assert f"| sum of nine distances | {value:.2f} [{low:.2f}, {high:.2f}] |" in table.markdown()
    heads, *rows = table.text().splitlines()
    assert heads.split() == ["Bach", "(8)", "again", "(3)"]
    assert rows[0] == "Distance from Bach (Fang et al.), medians"


def test_an_adversary_finds_a_forger_and_not_bach(bach: Sample) -> None:
    rng = np.random.default_rng(3)
    honest = bach._replace(name="honest")
    clumsy = Sample("clumsy", tuple(forged(score, rng) for score in bach.scores), bach.groups)
    assert told_apart(honest, bach, repeats=1).value <= 0.5
    assert told_apart(clumsy, bach, repeats=1).value > 0.9


def test_the_adversary_sees_music_and_no_files() -> None:
    names = {found.name for found in features_of_music()}
    assert not names & set(TELLING)
    assert len(names) > 150
    assert area(np.array([3.0, 2.0, 1.0]), np.array([True, False, False])) == 1.0
    assert np.isnan(area(np.array([1.0]), np.array([True])))
    assert REAL != MADE


def test_a_stolen_chorale_is_found_whole_in_any_key(bach: Sample) -> None:
    names = ("bach/bwv66.6", "bach/bwv269", "bach/bwv267")
    training = training_of([Piece(name) for name in names])
    stolen = transposed(Piece("bach/bwv269").read(), 2, 2)
    found, free = taken([stolen, bach.scores[0]], training)
    assert found.quarters > 40
    assert found.chords > 50
    assert found.copies >= 4
    assert free.quarters < 8


def test_a_given_soprano_proves_no_copy(bach: Sample) -> None:
    training = training_of([Piece("bach/bwv66.6"), Piece("bach/bwv267")])
    score = Piece("bach/bwv66.6").read()
    rows = score.notes.rows.copy()
    below = rows["part"] > 0
    rows["pitch"][below] = np.array([55, 50, 43])[rows["part"][below] - 1]
    drone = replace(score, notes=NoteTable(rows))
    assert taken([drone], training)[0].copies > 0
    assert taken([drone], training, given_soprano=True)[0].copies == 0


def test_bach_is_learned_from_without_what_he_is_judged_by() -> None:
    learned = {piece.name for piece in training_pieces()}
    judged = {piece.name for piece in held_out_pieces()}
    assert len(judged) == 77
    assert not learned & judged
    assert len(singing(Piece("bach/bwv171.6").read()).parts) == 4
