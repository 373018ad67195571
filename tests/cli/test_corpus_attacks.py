"""What strangers' names, lists and patterns may do to the corpus commands: nothing but one error."""

import csv
import os
import time

import numpy as np
import pytest

from musegen import cli
from musegen.corpora import corpus, pieces_of
from musegen.corpora.expressions import LONGEST, expression
from musegen.corpora.tables import Table, read_table, texts, write_table
from musegen.errors import PackError, UnreadableFile, UsageError
from musegen.features.similarity.index import Entry, build
from musegen.features.similarity.lines import Line
from musegen.features.similarity.storage import load, save

AIR = "X:1\nT:=HYPERLINK(1)\nC:@SUM(1)\nK:C\nCDEF GABc|\n"
ENDLESS = ("(a+)+$", "(a|aa)*$", "(a{1,9}){1,9}b", "a*a*a*a*b", "a?" * 9 + "a" * 9, "x" * 501)
MANIFEST = 'title = "x"\nlicence = "CC0-1.0"\nredistribution = true\n[source]\nkind = "folder"\nfolder = "{}"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a tune in `tunes`, and a folder of corpora of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    os.makedirs("tunes")
    os.makedirs("corpora")
    (tmp_path / "tunes" / "=cmd|calc.abc").write_text(AIR)
    return tmp_path


def test_no_text_of_a_table_is_a_formula_and_all_are_read_as_they_were(tmp_path):
    names = ["=1+1", "+1", "-1", "@x", "'=1", "plain", "'quoted'", "\t=1"]
    write_table(Table({"piece": texts(names), "n": texts(["a"] * 8)}), tmp_path / "a.csv")
    with open(tmp_path / "a.csv", newline="") as stream:
        assert not any(row["piece"][0] in "=+-@\t" for row in csv.DictReader(stream))
    assert read_table(tmp_path / "a.csv").columns["piece"].tolist() == names


def test_a_concordance_holds_no_formula(folder, capsys):
    assert cli.run(("corpus", "find", "--melody", "+2 +2", "tunes", "--format", "csv", "--engine", "classical")) == 0
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert len(rows) > 1
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


@pytest.mark.parametrize(
    "name", ["../secret.abc", "a/../../secret.abc", "/etc/passwd", "..\\secret.abc", "C:\\secret.abc"]
)
def test_a_list_names_no_file_outside_its_folder(folder, name):
    (folder / "corpora" / "evil.toml").write_text(MANIFEST.format(folder / "tunes"))
    (folder / "corpora" / "evil.csv").write_text(f"name,sha256,group,split,faults\n{name},{'0' * 64},g,test,\n")
    with pytest.raises(PackError, match=r"line 2: .* leads out of the folder"):
        pieces_of(["evil"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_a_manifest_that_is_no_file_is_not_waited_for(folder, capsys):
    os.mkfifo("corpora/pipe.toml")
    with pytest.raises(PackError, match="no regular file"):
        corpus("pipe")
    assert cli.run(("corpus", "list")) == 3
    told = capsys.readouterr()
    assert "bach-chorales" in told.out
    assert "no regular file" in told.err


@pytest.mark.parametrize("text", ENDLESS)
def test_an_expression_that_might_search_for_ages_is_refused_at_once(text):
    with pytest.raises(UsageError, match="regular expression"):
        expression(text)


def test_the_worst_expression_that_is_taken_is_soon_done():
    begun = time.process_time()
    expression(".*.*.*x").search("a" * LONGEST)
    assert time.process_time() - begun < 10


def test_resuming_with_other_pieces_throws_no_rows_away(folder, capsys):
    (folder / "others").mkdir()
    (folder / "others" / "air.abc").write_text(AIR.replace("CDEF", "GFED"))
    first = ("corpus", "features", "tunes", "--features", "pitch", "--jobs", "1", "-o", "rows.csv")
    assert cli.run(first) == 0
    before = (folder / "rows.csv").read_bytes()
    capsys.readouterr()
    assert cli.run(("corpus", "features", "others", *first[3:], "--resume")) == 2
    assert "rows of other pieces" in capsys.readouterr().err
    assert (folder / "rows.csv").read_bytes() == before


@pytest.mark.parametrize("command", ["similar", "originality"])
def test_a_corpus_of_unreadable_files_is_unreadable_input(folder, capsys, command):
    (folder / "broken").mkdir()
    (folder / "broken" / "a.krn").write_text("no music")
    assert cli.run(("corpus", command, "tunes/=cmd|calc.abc", "broken")) == 3
    assert "broken/a.krn: " in capsys.readouterr().err


@pytest.mark.parametrize("column", ["owner", "begins", "measure", "place_0", "first_1", "interval_bits", "step"])
@pytest.mark.parametrize("change", ["longer", "elsewhere", "words"])
def test_an_index_whose_arrays_do_not_fit_is_no_index(folder, column, change):
    index = build([Entry("a", "", ("1",), [Line.of([60, 62, 64, 65, 67, 69])])])
    save(index, "a.npz")
    with np.load("a.npz") as stored:
        arrays = dict(stored)
    old = arrays[column]
    arrays[column] = {
        "longer": np.concatenate([old, old[:1]]),
        "elsewhere": old * 0 + (2**30 if old.dtype == np.int32 else 255 if old.dtype == np.uint8 else np.nan),
        "words": np.array(["x"] * len(old)),
    }[change]
    np.savez("a.npz", **arrays)
    with pytest.raises(UnreadableFile, match="no index"):
        load("a.npz")


@pytest.mark.parametrize("output", ["tunes/=cmd|calc.abc", "./tunes/../tunes/=cmd|calc.abc", "link.abc"])
def test_a_page_takes_the_place_of_no_score_of_the_folder_that_is_read(folder, capsys, output):
    os.symlink("tunes/=cmd|calc.abc", "link.abc")
    assert cli.run(("corpus", "report", "tunes", "-o", output)) == 2
    assert "is a file that is read" in capsys.readouterr().err
    assert (folder / "tunes" / "=cmd|calc.abc").read_text() == AIR
