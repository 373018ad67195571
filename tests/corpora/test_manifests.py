"""Corpus manifests: the frozen list of chorales, splits, and what happens to files that changed."""

from dataclasses import replace

import pytest

from musegen.corpora import corpus, read_manifest
from musegen.errors import PackError, UsageError

CHORALES = corpus("bach-chorales")
GOOD = """
title = "t"
licence = "CC0"
source = "s"
selection = "all"
redistribution = true
pieces = [{ name = "bach/bwv66.6", sha256 = "%s", split = "%s" }]
"""


def test_the_chorale_list_is_frozen():
    assert len(CHORALES.pieces) == 365
    assert len({piece.sha256 for piece in CHORALES.pieces}) == 365
    sizes = {split: len(CHORALES.split(split)) for split in ("train", "valid", "test", "none")}
    assert sizes == {"train": 205, "valid": 67, "test": 70, "none": 23}
    assert not CHORALES.redistribution


def test_every_tenth_chorale_is_the_file_that_was_listed():
    assert replace(CHORALES, pieces=CHORALES.pieces[::10]).verify() == ()


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
    with pytest.raises(UsageError, match="bach-chorales"):
        corpus("bach-fugues")


def test_a_file_other_than_the_listed_one_is_read_with_a_notice(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD % ("0" * 64, "train"))
    made = read_manifest(path)
    assert "not the file" in made.pieces[0].read().notices[-1].message
    assert made.verify() == (("bach/bwv66.6", "another file than the manifest's"),)


@pytest.mark.parametrize(
    "text", ["title = ", "title = 3", GOOD % ("0", "train"), GOOD % ("0" * 64, "tomorrow"), "\udcff"]
)
def test_a_faulty_manifest_is_one_error_with_its_file(text, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PackError, match=r"mine\.toml"):
        read_manifest(path)
