"""The doctor finds what is wrong and names a remedy; it never deletes what is not ours."""

import json

import pytest

from musegen import cli
from musegen.cli import diagnosis


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def report(capsys, *options):
    code = cli.run(["doctor", "--json", *options])
    return code, {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}


def test_a_whole_installation_has_nothing_to_mend(capsys):
    code, checks = report(capsys)
    assert [name for name, check in checks.items() if check["remedy"]] == []
    assert code == 0
    assert {"Python", "verovio", "rule packs", "corpora", "music21's corpus", "cache", "fonts", "engraving"} <= set(
        checks
    )


def test_a_library_that_is_missing_or_too_old_is_named_with_its_remedy(capsys, monkeypatch):
    monkeypatch.setattr(diagnosis.metadata, "requires", lambda _: ["no-such-thing>=2", "click<2", "x; extra == 'test'"])
    code, checks = report(capsys)
    assert code == 1
    assert (checks["no-such-thing"]["found"], checks["no-such-thing"]["remedy"]) == (
        "not installed",
        'pip install "no-such-thing>=2"',
    )
    assert checks["click"]["remedy"] == 'pip install "click<2"'
    assert "x" not in checks


def test_a_cache_that_cannot_be_written_is_told(capsys, own_cache):
    own_cache.write_text("a file where the folder should be")
    code, checks = report(capsys)
    assert code == 1
    assert "MUSEGEN_CACHE" in checks["cache"]["remedy"]


def test_a_check_that_breaks_is_a_finding_and_not_a_crash(capsys, monkeypatch):
    def broken():
        raise RuntimeError("no such symbol")

    monkeypatch.setitem(diagnosis.CHECKS, "engraving", broken)
    code, checks = report(capsys)
    assert code == 1
    assert checks["engraving"]["found"] == "RuntimeError: no such symbol"


def test_clearing_the_cache_leaves_what_is_not_ours(capsys, own_cache):
    (own_cache / "fonts-0.1").mkdir(parents=True)
    (own_cache / "thesis.tex").write_text("years of work")
    diagnosis.clear_cache()
    assert [path.name for path in own_cache.iterdir()] == ["thesis.tex"]
