"""The shipped manifests: their lists are of files that are there, fast to load, and split by what belongs together."""

import re

import pytest

from musegen.corpora import corpus, corpus_names
from musegen.corpora.adding import UNKNOWN
from musegen.corpora.freeze import refreeze
from musegen.corpora.freezing import candidates
from musegen.corpora.labelling import rules_of
from musegen.corpora.manifests import read_manifest
from musegen.corpora.verifying import problems_of
from musegen.score.data_folder import data_folder

SHIPPED = sorted(path.stem for path in data_folder("corpora").glob("*.toml"))
LISTED = [name for name in SHIPPED if corpus(name).origin.kind == "music21"]
SIZES = {
    "airds-airs": 1180, "bach-chorales": 365, "essen": 8514, "josquin": 29, "monteverdi": 48, "oneills-1850": 2009,
    "palestrina": 1318, "ryans-mammoth": 1059, "string-quartets": 51, "trecento": 101, "seven-repertories": 780,
    "nottingham": 0, "folk-tunes": 4128,
}  # fmt: skip


def test_every_corpus_has_the_pieces_that_its_count_promises():
    assert {name: len(corpus(name)) for name in SHIPPED} == SIZES
    assert all(len(corpus(name).pieces) == size for name, size in SIZES.items())
    assert set(SHIPPED) <= set(corpus_names())


@pytest.mark.parametrize("name", LISTED)
def test_the_files_of_a_corpus_are_those_that_were_listed(name):
    assert problems_of(corpus(name)) == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_no_group_straddles_a_split_and_licence_and_rules_are_said(name):
    made = corpus(name)
    assert re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", made.licence)
    assert made.licence != UNKNOWN
    assert made.licence_url.startswith("http")
    assert made.commercial in ("yes", "no", "unclear")
    for entry in made.rules.get("labels", {}).values():
        assert rules_of(entry)
    if name not in ("bach-chorales", "seven-repertories"):  # the chorales' splits are those of the literature
        sides = {(piece.group, piece.split) for piece in made.pieces}
        assert len({group for group, _ in sides}) == len(sides)


@pytest.mark.parametrize("name", [name for name in LISTED if not corpus(name).origin.made_by])
def test_a_list_names_every_piece_of_its_source_but_those_left_out(name):
    made = corpus(name)
    assert [(piece.name, piece.sha256) for piece in candidates(made)] == [
        (piece.name, piece.sha256) for piece in made.pieces
    ]


def test_variants_of_one_song_and_one_tune_in_two_books_are_one_group():
    essen, oneill = corpus("essen"), corpus("oneills-1850")
    assert essen["essenFolksong/altdeu10#2"].group == essen["essenFolksong/altdeu10#3"].group == "A0004"
    twice = oneill["oneills1850/0732-0758_bs#733"], oneill["oneills1850/0732-0758_mh#733"]
    assert twice[0].group == twice[1].group


def test_the_regions_of_essen_are_counted_with_lothringen_and_lorraine_as_one():
    regions = [piece.labels.get("region") for piece in corpus("essen").pieces]
    assert [regions.count(name) for name in ("Germany", "China", "Lorraine", "Luxembourg")] == [4725, 1237, 678, 621]


def test_parts_that_are_out_of_step_are_faults_with_their_measures():
    faults = corpus("string-quartets")["haydn/opus1no1/movement4"].faults
    assert faults[0] == "measures 33, 40: the parts fill 2, 3 quarters: read as 3"
    assert read_manifest(data_folder("corpora") / "monteverdi.toml")["monteverdi/madrigal.4.1"].faults


def told(pieces):
    """What a list says of its pieces, but for faults, which a better reader may see otherwise."""
    return [(piece.name, piece.sha256, piece.group, piece.split, dict(piece.labels)) for piece in pieces]


@pytest.mark.parametrize(
    "name",
    ["monteverdi", "josquin"]
    + [
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("palestrina", "essen", "oneills-1850", "trecento", "folk-tunes")
    ],
)
def test_freezing_a_corpus_anew_makes_the_same_list(name):
    made = refreeze(corpus(name), anew=True)
    assert made.unreadable == {}
    assert told(made.pieces) == told(corpus(name).pieces)
