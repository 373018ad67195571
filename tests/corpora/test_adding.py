"""A folder becomes a corpus: what is read, what is one piece, what is kept when it is made anew, what is refused."""

import shutil

import pytest

from musegen.corpora import corpus, corpus_names, pieces_of
from musegen.corpora.adding import Wishes, added
from musegen.corpora.duplicates import digest
from musegen.corpora.manifests import read_manifest
from musegen.corpora.splitting import split_of
from musegen.corpora.verifying import problems_of
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import UnreadableFile, UsageError
from musegen.score.files import corpus_folder
from musegen.score.textgrid import parse_grid

TUNE = "meter: 4/4\nS: {}\nB: {}"
HIGH = TUNE.format("c5 d5 e5 f5 | g5 . e5 .", "c3 . . . | e3 . c3 .")
HIGHER = TUNE.format("d5 e5 f#5 g5 | a5 . f#5 .", "d3 . . . | f#3 . d3 .")
SLOW = "meter: 4/2\nS: c5 . d5 . e5 . f5 . | g5 . . . e5 . . .\nB: c3 . . . . . . . | e3 . . . c3 . . ."
OTHER = TUNE.format("c5 d5 e5 f5 | g5 . a5 .", "c3 . . . | e3 . c3 .")


@pytest.fixture
def scores(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "scores"
    folder.mkdir()
    for name, grid in {"op1-1": HIGH, "op1-2": OTHER, "op2-1": HIGHER}.items():
        (folder / f"{name}.musicxml").write_bytes(write_musicxml(parse_grid(grid)))
    return folder


def make(folder, name="mine", **options):
    done = added(name, folder, options.pop("wishes", Wishes()), jobs=1, **options)
    done.save()
    return done


def test_a_transposed_copy_is_the_same_piece_and_a_slower_one_is_at_another_speed():
    plain, higher, slow, other = (parse_grid(grid) for grid in (HIGH, HIGHER, SLOW, OTHER))
    assert digest(plain) == digest(higher)
    assert digest(plain) not in (digest(slow), digest(other))
    assert digest(plain, at_any_speed=True) == digest(slow, at_any_speed=True) != digest(other, at_any_speed=True)


def test_a_folder_becomes_a_corpus_whose_duplicates_are_one_group(scores):
    done = make(scores, wishes=Wishes("Études", "CC0-1.0", "", {"genre": "étude"}))
    made = corpus("mine")
    assert (made.title, made.licence, len(made.pieces)) == ("Études", "CC0-1.0", 3)
    assert done.frozen.equal == (("op1-1.musicxml", "op2-1.musicxml"),)
    assert made["op1-1.musicxml"].group == made["op2-1.musicxml"].group != made["op1-2.musicxml"].group
    assert {piece.labels["genre"] for piece in pieces_of(["mine"])} == {"étude"}
    assert pieces_of(["mine"])[0].read().parts


def test_pieces_of_one_group_stand_in_the_split_that_the_group_draws(scores):
    make(scores, wishes=Wishes(group=r"^(op\d)"))
    assert {(piece.group, piece.split) for piece in corpus("mine").pieces} == {("op1", split_of("op1"))}


def test_variants_of_one_tune_are_one_group_though_no_note_for_note_copies(scores):
    tune = "c5 d5 e5 f5 | g5 e5 a5 f5 | b4 d5 g4 c5 | e5 d5 b4 c5"
    for name, notes in {"sung": tune, "varied": tune.replace("e5 d5 b4 c5", "e5 g5 b4 c5")}.items():
        (scores / f"{name}.musicxml").write_bytes(write_musicxml(parse_grid(f"meter: 4/4\nS: {notes}")))
    done = make(scores)
    assert all("sung.musicxml" not in names for names in done.frozen.equal)
    assert corpus("mine")["sung.musicxml"].group == corpus("mine")["varied.musicxml"].group


def test_a_new_piece_moves_no_other_when_the_corpus_is_made_anew(scores):
    make(scores)
    before = {piece.name: (piece.group, piece.split) for piece in corpus("mine").pieces}
    (scores / "a-copy.musicxml").write_bytes((scores / "op2-1.musicxml").read_bytes())
    make(scores, replace_old=True)
    after = {piece.name: (piece.group, piece.split) for piece in corpus("mine").pieces}
    assert after.items() >= before.items()
    assert after["a-copy.musicxml"] == before["op2-1.musicxml"]


def test_labels_and_licence_that_were_written_into_the_manifest_hold_when_the_corpus_is_made_anew(scores):
    manifest = make(scores, wishes=Wishes(licence="CC0-1.0")).corpus.manifest
    by_name = '[labels]\ncomposer = [{ of = "name", match = "^op1", value = "Haydn" }]\n'
    manifest.write_text(f"{manifest.read_text()}\n{by_name}")
    (scores / "torn.xml").write_text("<score-partwise><part")
    for _ in range(2):
        assert list(make(scores, replace_old=True, wishes=Wishes(labels={"place": "Rome"})).frozen.unreadable) == [
            "torn.xml"
        ]
    anew = corpus("mine")
    assert anew.licence == "CC0-1.0"
    assert {piece.name: piece.labels.get("composer") for piece in anew.pieces} == {
        "op1-1.musicxml": "Haydn", "op1-2.musicxml": "Haydn", "op2-1.musicxml": None,
    }  # fmt: skip
    assert {piece.labels["place"] for piece in anew.pieces} == {"Rome"}


def test_what_cannot_be_read_is_named_with_the_reason_and_costs_nothing_else(scores):
    (scores / "torn.xml").write_text("<score-partwise><part")
    (scores / "empty.krn").write_text("")
    done = make(scores)
    assert set(done.frozen.unreadable) == {"torn.xml", "empty.krn"}
    assert len(corpus("mine").pieces) == 3
    with pytest.raises(UsageError, match="damaged"):
        corpus("mine")["torn.xml"]


def test_a_folder_without_any_readable_score_is_one_error_and_no_corpus(scores):
    for path in scores.iterdir():
        path.write_text("<score-partwise><part")
    with pytest.raises(UnreadableFile, match="no score in this folder can be read"):
        make(scores)
    assert "mine" not in corpus_names()


def test_single_notes_are_not_taken_for_one_piece(scores):
    for name, note in {"one": "c4", "other": "d4"}.items():
        (scores / f"{name}.abc").write_text(f"X:1\nK:C\nL:1/4\n{note[0]}|\n")
    assert all("one.abc" not in names for names in make(scores).frozen.equal)


def test_titles_dates_and_places_of_the_files_become_labels(scores):
    shutil.copy(corpus_folder() / "palestrina" / "Kyrie_00.krn", scores)
    make(scores)
    assert corpus("mine")["Kyrie_00.krn"].labels["composer"].startswith("Palestrina")


def test_a_template_gives_licence_and_rules_to_a_folder_of_the_user(tmp_path, scores):
    (scores / "reels.abc").write_text("X:1\nT:Reel\nS:Trad\nM:4/4\nL:1/8\nK:D\nDEFG ABcd|\n")
    make(scores, "nottingham")
    made = corpus("nottingham")
    assert (made.licence, [piece.name for piece in made.pieces]) == ("GPL-3.0-only", ["reels.abc"])
    assert made.pieces[0].labels["genre"] == "reel"


@pytest.mark.parametrize("name", ["../up", "a/b", "", "Quartets", ".hidden", "a" * 99, "essen"])
def test_a_name_that_is_a_path_or_taken_is_refused(name, scores):
    with pytest.raises(UsageError):
        make(scores, name)


def test_a_corpus_of_that_name_is_not_overwritten_unasked(scores):
    make(scores)
    with pytest.raises(UsageError, match="--replace"):
        make(scores)


@pytest.mark.parametrize(
    "wishes",
    [Wishes(group="("), Wishes(labels={"sha256": "x"}), Wishes(labels={"Über": "x"})],
)
def test_a_wish_that_makes_no_sense_is_refused_before_anything_is_read(wishes, scores):
    with pytest.raises(UsageError):
        make(scores, wishes=wishes)


def test_a_folder_that_vanished_is_one_error(scores):
    make(scores)
    scores.rename(scores.with_name("elsewhere"))
    for ask in (lambda: pieces_of(["mine"]), lambda: problems_of(corpus("mine")), lambda: make(scores, "other")):
        with pytest.raises(UnreadableFile):
            ask()


def test_changed_missing_and_new_files_are_told_apart(scores):
    make(scores)
    (scores / "op1-1.musicxml").write_bytes(write_musicxml(parse_grid(OTHER)))
    (scores / "op1-2.musicxml").unlink()
    (scores / "new.musicxml").write_bytes(write_musicxml(parse_grid(HIGH)))
    told = {(problem.piece, problem.kind) for problem in problems_of(corpus("mine"))}
    assert told == {("op1-1.musicxml", "changed"), ("op1-2.musicxml", "missing"), ("new.musicxml", "unlisted")}


def test_a_manifest_of_strange_names_is_read_back_as_it_was(scores):
    (scores / 'say "op\\1".xml').write_text("<score-partwise><part")
    done = make(scores, wishes=Wishes(title='A "title" = [x]', group=r'^(op\d)"?', labels={"place": "Köln; Bonn"}))
    made = read_manifest(done.corpus.manifest)
    assert made.title == 'A "title" = [x]'
    assert list(made.excluded) == ['say "op\\1".xml']
    assert made.pieces[0].labels["place"] == "Köln; Bonn"
