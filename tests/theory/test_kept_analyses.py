"""Kept analyses: what comes back from the disk is what was found, and nothing stale or damaged ever is."""

from dataclasses import replace

import pytest

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory import kept_analyses
from musegen.theory.kept_analyses import kept_analysis
from musegen.theory.modal.reading import read_by

CADENCE = "meter: 4/4\nS: e5 d5 d5 d5 | c5 . . .\nA: g4 a4 g4 f4 | e4 . . .\nB: c3 f3 g3 g3 | c3 . . ."


@pytest.fixture
def no_analyser(monkeypatch):
    """Whoever analyses anew is found out."""

    def forbidden(*_arguments, **_names):
        raise AssertionError("analysed anew")

    return lambda: monkeypatch.setattr(kept_analyses, "read_by", forbidden)


@pytest.mark.parametrize(
    ("name", "engine", "reading"),
    [
        ("bach/bwv66.6", "neural", "auto"),
        ("bach/bwv66.6", "classical", "auto"),
        ("trecento/PMFC_04-Cara mi donna.xml", "classical", "auto"),
        ("leadSheet/fosterBrownHair.mxl", "classical", "tonal"),
    ],
)
def test_a_kept_analysis_is_the_fresh_one_and_is_not_made_twice(name, engine, reading, no_analyser):
    score = musegen.read(name)
    fresh = read_by(score, reading, engine=engine)
    assert kept_analysis(score, engine, reading) == fresh
    no_analyser()
    assert kept_analysis(musegen.read(name), engine, reading) == fresh


def test_the_same_file_with_other_notes_is_another_piece():
    score = parse_grid(CADENCE)
    closed = kept_analysis(score, "classical")
    cut = kept_analysis(replace(score, notes=score.notes.where(score.notes["id"] < 9)), "classical")
    assert closed != cut


def test_a_damaged_entry_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    found = kept_analysis(parse_grid(CADENCE), "classical")
    (entry,) = tmp_path.rglob("*.npz")
    entry.write_bytes(entry.read_bytes()[:200])
    assert kept_analysis(parse_grid(CADENCE), "classical") == found


def test_another_analyser_does_not_get_the_old_ones_analysis(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    kept_analysis(parse_grid(CADENCE), "classical")
    monkeypatch.setattr(kept_analyses, "analyser_id", lambda engine: "another")
    kept_analysis(parse_grid(CADENCE), "classical")
    assert len(list(tmp_path.rglob("*.npz"))) == 2
