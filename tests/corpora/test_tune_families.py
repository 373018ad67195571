"""Tune families: variants of one tune are one group, a corpus of corpora divides them anew, copies are left out."""

import os

import numpy as np
import pytest

from musegen.corpora import corpus, pieces_of
from musegen.corpora.adding import Wishes, added
from musegen.corpora.freeze import main, refreeze
from musegen.corpora.kinship import beats_of, kin, melody_of, sharing, tones_of
from musegen.corpora.verifying import problems_of
from musegen.errors import PackError, UsageError
from musegen.score.files import read
from musegen.score.textgrid import parse_grid

FOLK = corpus("folk-tunes")
HEAD = "X:{}\nT:{}\nM:4/4\nL:1/8\nK:{}\n"
PLAIN = "G2B2 d2B2 | c2e2 d2B2 | A2c2 B2G2 | F2A2 D2F2 | G2B2 g2d2 | e2c2 A2d2 | B2G2 A2F2 | G8 |"
ORNATE = "GABc dcBA | cdef dcBd | ABcA BcBG | FGAB DEFA | GABd gfed | efec AGAd | BAGB AGFA | G8 |"
OTHER = "A2F2 E2A2 | d2c2 A2F2 | E2G2 F2D2 | C2E2 A2E2 | d2f2 a2f2 | g2e2 c2A2 | B2G2 E2C2 | D8 |"
MANIFEST = """
title = "Two books"
licence = "CC0-1.0"
redistribution = true
[source]
kind = "corpora"
corpora = ["one", "other"]
[labels]
book = {{ of = "corpus" }}
{}
"""


def grid(notes, meter="4/4"):
    return parse_grid(f"meter: {meter}\nS: {notes}")


@pytest.fixture
def books(tmp_path, monkeypatch):
    """Two books of one user: the second has a tune of the first in another key, and one with ornaments."""
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path / "cache"))
    transposed = PLAIN.translate(str.maketrans("GABcdefgFDE", "ABcdefgaGEF"))
    tunes = {
        "one": [("first", "Plain", "G", PLAIN), ("first", "Other", "D", OTHER)],
        "other": [("second", "Higher", "A", transposed), ("second", "Ornate", "G", ORNATE)],
    }
    for name, entries in tunes.items():
        folder = tmp_path / name
        folder.mkdir()
        text = "\n".join(
            HEAD.format(number, title, key) + music + "\n"
            for number, (_, title, key, music) in enumerate(entries, start=1)
        )
        (folder / f"{entries[0][0]}.abc").write_text(text)
        added(name, folder, Wishes(licence="CC0-1.0"), jobs=1).save()
    return tmp_path / "corpora"


def write(folder, rules):
    (folder / "both.toml").write_text(MANIFEST.format(rules))
    return corpus("both")


FAMILIES = '[group]\nbeats = { notes = 6, share = 0.25 }\nduplicates = "first"\n[split]\nseed = 3\n'


def test_ornaments_and_mode_leave_the_notes_on_the_beats():
    plain = grid("c5 . d5 . e5 . | g5 . f5 . d5 .", "3/4; unit: 1/8")
    turned = grid("c5 b4 d5 c5 eb5 f5 | g5 ab5 f5 eb5 d5 c5", "3/4; unit: 1/8")
    assert beats_of(plain).tolist() == beats_of(turned).tolist() == [1, 1, 2, -1, -2]
    assert melody_of(plain).tolist() != melody_of(turned).tolist()


def test_beats_go_on_in_the_second_half_of_a_measure_that_a_repeat_cuts_in_two(tmp_path):
    whole, cut = "GAB cde|fed cBA|G2A B2c|", "GAB cde|fed:|:cBA|G2A B2c|"
    for name, music in {"whole": whole, "cut": cut}.items():
        (tmp_path / f"{name}.abc").write_text(f"X:1\nM:6/8\nL:1/8\nK:C\n{music}\n")
    found = [beats_of(read(str(tmp_path / f"{name}.abc"))).tolist() for name in ("whole", "cut")]
    assert found[0] == found[1] == [3, 3, -3, -3, 2]


def test_a_reel_in_two_four_has_the_beats_of_the_same_reel_in_two_two():
    slow, fast = grid("c5 e5 g5 e5 | f5 d5 c5 .", "2/2"), grid("c5 e5 g5 e5 | f5 d5 c5 .", "2/4; unit: 1/8")
    assert beats_of(slow).tolist() == beats_of(fast).tolist()


def test_a_turn_that_does_not_move_makes_no_kin():
    drone, tune = np.zeros(40, np.int8), np.array([2, -1, 3, -2, 1, 4, -5, 2, 1, -3, 2, 6, -4], np.int8)
    assert list(kin([drone, drone, tune, tune], notes=6, share=0.5)) == [(2, 3)]


def test_a_run_is_shared_where_intervals_and_lengths_are_equal():
    tune, higher, dotted = (
        tones_of(grid(notes))
        for notes in ("c5 d5 e5 f5 | g5 e5 d5 c5", "d5 e5 f#5 g5 | a5 f#5 e5 d5", "c5 . d5 e5 | f5 g5 e5 d5 | c5 . . .")
    )
    assert list(sharing([tune, higher], notes=8)) == [(0, 1)]
    assert list(sharing([tune, dotted], notes=8)) == []


def test_a_corpus_of_ones_own_corpora_is_divided_by_family_and_keeps_one_of_two_copies(books):
    made = write(books, FAMILIES)
    main(["both"], anew=False)
    made = corpus("both")
    assert [piece.labels["title"] for piece in made.pieces] == ["Plain", "Other", "Ornate"]
    assert len(made) == 3
    plain, other, ornate = made.pieces
    assert plain.group == ornate.group != other.group
    assert plain.split == ornate.split
    assert [piece.labels["book"] for piece in made.pieces] == [piece.corpus for piece in made.pieces]
    assert {piece.corpus for piece in pieces_of(["both"], where=["corpus=other"])} == {"other"}
    assert len(ornate.read().notes) > 40
    assert problems_of(made) == ()


def test_a_tune_that_stands_in_the_list_keeps_its_split_when_that_is_made_anew(books):
    write(books, FAMILIES)
    main(["both"], anew=False)
    before = [(piece.name, piece.group, piece.split) for piece in corpus("both").pieces]
    again = refreeze(write(books, FAMILIES.replace("seed = 3", "seed = 4")))
    assert [(piece.name, piece.group, piece.split) for piece in again.pieces] == before


def test_a_corpus_of_corpora_without_rules_of_its_own_takes_over_groups_and_splits(books):
    made = write(books, "")
    assert not made.is_divided_anew
    assert len(made.pieces) == 4
    with pytest.raises(UsageError):
        refreeze(made)


def test_a_corpus_of_corpora_that_has_no_list_yet_says_how_to_make_it(books):
    with pytest.raises(PackError, match=r"musegen\.corpora\.freeze both"):
        assert write(books, FAMILIES).pieces


def test_a_listed_tune_that_its_corpus_lost_is_one_error(books):
    write(books, FAMILIES)
    main(["both"], anew=False)
    (books / "other.csv").write_text((books / "other.csv").read_text().replace("second.abc#2", "second.abc#9"))
    for name in ("other", "both"):  # what was read before is forgotten
        os.utime(books / f"{name}.toml", (0, 0))
    with pytest.raises(PackError, match="no longer"):
        assert corpus("both").pieces


@pytest.mark.parametrize(
    "rule",
    ["run = 3", 'run = "16"', 'duplicates = "last"', "beats = { notes = 6 }", "melodies = { notes = 99, share = 1 }"],
)
def test_a_rule_of_families_that_makes_no_sense_is_one_error(rule, books):
    with pytest.raises(PackError, match=r"both\.toml"):
        refreeze(write(books, f"[group]\n{rule}\n"))


def test_copies_of_a_users_folder_are_left_out_with_the_reason_where_the_manifest_asks_it(books):
    manifest = books / "other.toml"
    music = (books.parent / "other" / "second.abc").read_text()
    (books.parent / "other" / "copy.abc").write_text(music)
    manifest.write_text(manifest.read_text() + '\n[group]\nduplicates = "first"\n')
    added("other", books.parent / "other", Wishes(), jobs=1, replace_old=True).save()
    made = corpus("other")
    assert [piece.name for piece in made.pieces] == ["copy.abc#1", "copy.abc#2"]
    assert made.excluded["second.abc#1"] == "the same notes as copy.abc#1"
    assert problems_of(made) == ()


def test_the_shipped_families_have_no_copies_and_tell_the_collections_apart():
    assert {piece.labels["collection"] for piece in FOLK.pieces} == {"O'Neill", "Ryan", "Aird"}
    assert len(pieces_of(["folk-tunes"], where=["collection=Aird", "genre=jig"], split="test")) > 0
    names = {piece.name for piece in FOLK.pieces}
    assert {"oneills1850/1701-1780#1750", "ryansMammoth/7thRegimentReel"} & names == {"oneills1850/1701-1780#1750"}
    lillibullero = "oneills1850/0001-0050#19", "ryansMammoth/LillibulleroOrProtestantBoys", "airdsAirs/book3#0481"
    gobby = "oneills1850/0811-0899#844", "ryansMammoth/GobbyOJigOrJeffersonAndLiberty", "airdsAirs/book4#0694"
    assert [len({FOLK[name].group for name in names}) for names in (lillibullero, gobby)] == [1, 1]


def test_no_sixteen_notes_in_a_row_straddle_the_shipped_splits():
    tunes = [piece for piece in FOLK.pieces if "0001-0050" in piece.name or piece.labels["collection"] == "Ryan"]
    tones = [tones_of(piece.read()) for piece in tunes]
    assert all(tunes[one].split == tunes[other].split for one, other in sharing(tones, notes=16))
