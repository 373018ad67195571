"""Corpus manifests: the frozen list of chorales, splits, and what happens to files that changed."""

import pytest

from musegen.corpora import corpus, read_manifest
from musegen.errors import PackError, UsageError

CHORALES = corpus("bach-chorales")
GOOD = """
title = "t"
licence = "CC0-1.0"
redistribution = true
source.kind = "music21"
"""
LIST = "name,sha256,group,split,faults,place\nbach/bwv66.6,%s,66,%s,,Leipzig\n"


def written(folder, text=GOOD, digest="0" * 64, split="train", listed=LIST):
    (folder / "mine.csv").write_text(listed % (digest, split) if "%" in listed else listed)
    path = folder / "mine.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def test_the_chorale_list_is_frozen():
    assert len(CHORALES.pieces) == 365
    assert len({piece.sha256 for piece in CHORALES.pieces}) == 365
    sizes = {split: len(CHORALES.split(split)) for split in ("train", "valid", "test", "none")}
    assert sizes == {"train": 205, "valid": 67, "test": 70, "none": 23}
    assert not CHORALES.redistribution


def test_settings_of_one_melody_share_a_group():
    passion = [CHORALES[f"bach/bwv{number}"].group for number in ("244.15", "244.17", "244.54", "270")]
    assert len(set(passion)) == 1
    assert CHORALES["bach/bwv66.6"].group not in passion


def test_known_errors_of_the_encoding_name_their_measure():
    assert any(fault.startswith("measure 4:") for fault in CHORALES["bach/bwv268"].faults)
    assert any(fault.startswith("measure 6:") for fault in CHORALES["bach/bwv39.7"].faults)


def test_a_piece_that_is_left_out_is_refused_with_the_reason():
    with pytest.raises(UsageError, match="Trumpet"):
        CHORALES["bach/bwv137.5"]
    with pytest.raises(UsageError, match="corpus list"):
        corpus("bach-fugues")


def test_a_file_other_than_the_listed_one_is_read_with_a_notice(tmp_path):
    made = read_manifest(written(tmp_path))
    assert made.pieces[0].labels == {"place": "Leipzig"}
    assert "not the file" in made.pieces[0].read().notices[-1].message


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "labels = 3",
        GOOD + "split = []",
        GOOD + "source.globs = 'x'",
        GOOD + "source.every = 3",
        GOOD + "excluded = ['x']",
        "title = ",
        "title = 3",
        GOOD + "licence_url = 3",
        GOOD.replace("music21", "web"),
        "\udcff",
    ],
)
def test_a_faulty_manifest_is_one_error_with_its_file(text, tmp_path):
    with pytest.raises(PackError, match=r"mine\.toml"):
        read_manifest(written(tmp_path, text))


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "0"},
        {"split": "tomorrow"},
        {"listed": "name,place\n"},
        {"listed": LIST % ("0" * 64, "train") + "bach/bwv66.6,"},
        {"listed": LIST % ("0" * 64, "train") + f"bach/bwv66.6,{'0' * 64},,none,,\n"},
        {"listed": '"'},
    ],
)
def test_a_faulty_list_is_one_error_with_its_file(wrong, tmp_path):
    made = read_manifest(written(tmp_path, **wrong))
    with pytest.raises(PackError, match=r"mine\.csv"):
        assert made.pieces


@pytest.mark.parametrize(
    "source",
    [
        'corpora = ["mine"]',
        'corpora = ["no-such-corpus"]',
        'corpora = ["monteverdi"]\nwhere = { monteverdi = ["date"] }',
        'corpora = ["monteverdi"]\n[labels]\ncomposer = 3',
        'corpora = ["monteverdi"]\n[labels]\ncomposer = { of = "name", match = "(" }',
        'corpora = ["monteverdi"]\n[labels]\ncomposer = { of = "name", value = "\\\\7" }',
    ],
)
def test_a_corpus_of_corpora_that_cannot_be_gathered_is_one_error(source, tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path))
    text = f'title = "t"\nlicence = "CC0-1.0"\nredistribution = true\n[source]\nkind = "corpora"\n{source}\n'
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(PackError, match=r"mine\.toml"):
        assert corpus("mine").pieces


def test_a_file_in_place_of_the_users_folder_of_corpora_hides_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "file"))
    assert len(corpus("monteverdi").pieces) == 48
