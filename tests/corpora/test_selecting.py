"""Which pieces are meant: corpora, folders, files, tunes, and conditions on what is known of each."""

import shutil

import pytest

from musegen.corpora import corpus, pieces_of
from musegen.errors import UnreadableFile, UsageError
from musegen.score.files import corpus_folder

JIG = "X:7\nT:One\nM:6/8\nL:1/8\nK:D\nDED FAd|\n\nX:8\nT:Two\nM:6/8\nL:1/8\nK:G\nGAG Bdg|\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "old").mkdir()
    shutil.copy(corpus_folder() / "bach" / "bwv66.6.mxl", tmp_path / "old" / "hymn.mxl")
    (tmp_path / "jigs.abc").write_text(JIG)
    (tmp_path / "notes.txt").write_text("no score")
    return tmp_path


def test_a_folder_means_its_scores_with_those_of_folders_in_it_and_each_tune_of_a_collection(folder):
    pieces = pieces_of([str(folder)])
    assert [piece.name for piece in pieces] == ["jigs.abc#7", "jigs.abc#8", "old/hymn.mxl"]
    assert [piece.read().metadata.title for piece in pieces[:2]] == ["One", "Two"]
    assert all(piece.read().source.digest == piece.sha256 for piece in pieces)


def test_one_tune_of_a_collection_can_be_named_and_one_that_is_not_there_is_refused(folder):
    (tune,) = pieces_of([f"{folder}/jigs.abc#8"])
    assert tune.read().metadata.title == "Two"
    with pytest.raises(UnreadableFile, match="no tune `9`"):
        pieces_of([f"{folder}/jigs.abc#9"])


def test_a_piece_that_two_names_mean_is_taken_once():
    assert len(pieces_of(["bach/bwv66.6", "bach/bwv66.6", "bach-chorales"])) == len(corpus("bach-chorales"))


def test_conditions_choose_by_label_year_and_pattern():
    late = pieces_of(["string-quartets"], ["composer=beethoven", "date>=1809"])
    assert [piece.name for piece in late] == ["beethoven/opus132", "beethoven/opus133", "beethoven/opus74"]
    assert {piece.labels["movement"] for piece in pieces_of(["palestrina"], ["movement~^(Kyrie|Agnus)"])} == {
        "Kyrie",
        "Agnus",
    }


def test_a_year_that_is_a_span_holds_only_as_a_whole():
    with pytest.raises(UsageError, match="none of 51 pieces"):
        pieces_of(["string-quartets"], ["date<1760"])
    assert len(pieces_of(["string-quartets"], ["date<=1762"])) == 5


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("composer", "no condition"),
        ("date<soon", "compares numbers"),
        ("title~(", "regular expression"),
        ("compser=x", "composer"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_with_a_way_out(where, told):
    with pytest.raises(UsageError, match=told):
        pieces_of(["monteverdi"], [where])


@pytest.mark.parametrize("name", ["bach-chorale", "no/such/folder", "", "a\0b"])
def test_what_is_not_there_is_one_error(name):
    with pytest.raises(UnreadableFile):
        pieces_of([name])


def test_a_corpus_that_waits_for_a_folder_says_what_to_do():
    with pytest.raises(UsageError, match="musegen corpus add nottingham FOLDER"):
        pieces_of(["nottingham"])


def test_seven_repertories_take_groups_splits_and_faults_from_the_corpora_that_they_name():
    taken = pieces_of(["seven-repertories"])
    assert {piece.labels["repertory"] for piece in taken} == set(
        "Bach Palestrina Trecento Monteverdi Beethoven Mozart Haydn".split()
    )
    chorale = next(piece for piece in taken if piece.name == "bach/bwv268")
    listed = corpus("bach-chorales")["bach/bwv268"]
    assert (chorale.group, chorale.split, chorale.faults) == (listed.group, listed.split, listed.faults)
