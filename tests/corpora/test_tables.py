"""Tables go to disk and come back the same, whichever way they are written."""

import subprocess
import sys

import numpy as np
import pytest

from musegen.corpora.tables import read_table, stacked, table_of, write_table
from musegen.errors import MissingExtra, UnreadableFile, UsageError

ROWS = [
    {"piece": "a", "date": "1600", "count": 3, "third": np.float32(1 / 3), "exact": 1 / 7, "text": 'so, "he" said\nit'},
    {"piece": "b", "date": "", "count": -4, "third": np.float32("nan"), "exact": float("inf"), "text": "1.50"},
]


def plain(table):
    return {name: [str(value) for value in values.tolist()] for name, values in table.columns.items()}


@pytest.mark.parametrize("suffix", [".parquet", ".npz"])
def test_what_is_written_is_read_again_with_its_types(tmp_path, suffix):
    table = table_of(ROWS)
    write_table(table, tmp_path / f"t{suffix}")
    again = read_table(tmp_path / f"t{suffix}")
    assert plain(again) == plain(table)
    assert [values.dtype for values in again.columns.values()] == [values.dtype for values in table.columns.values()]


def test_in_csv_quotes_tell_texts_from_numbers_and_empty_is_undefined(tmp_path):
    write_table(table_of(ROWS), tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().split("\n", 2)
    assert lines[:2] == [
        "piece,date,count,third,exact,text",
        '"a","1600",3,0.33333334,0.14285714285714285,"so, ""he"" said',
    ]
    again = read_table(tmp_path / "t.csv", ("date", "third", "count", "text")).columns
    assert again["date"].tolist() == ["1600", ""]
    assert again["text"].tolist() == ['so, "he" said\nit', "1.50"]
    assert again["count"].tolist() == [3, -4]
    assert np.isnan(again["third"]).tolist() == [False, True]


def test_a_csv_of_other_people_has_numbers_where_all_is_numbers(tmp_path):
    (tmp_path / "t.csv").write_text("name,x,y\r\na,1,2.5\r\n7,2,\r\n")
    found = read_table(tmp_path / "t.csv").columns
    assert [values.dtype for values in found.values()] == [object, np.int64, np.float64]


def test_equal_tables_are_equal_bytes(tmp_path):
    for name in ("a.csv", "b.csv", "a.parquet", "b.parquet"):
        write_table(table_of(ROWS), tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_name_that_is_no_text_can_be_written(tmp_path):
    for name in ("t.csv", "t.parquet"):
        write_table(table_of([{"piece": "caf\udce9.mxl"}]), tmp_path / name)
        assert read_table(tmp_path / name).columns["piece"].tolist() == ["caf\\udce9.mxl"]


def test_columns_that_only_some_tables_have_are_filled():
    below = stacked([table_of([{"x": 1}]), table_of([{"y": np.float32(2), "z": "b"}])]).columns
    assert [str(values.dtype) for values in below.values()] == ["float64", "float32", "object"]
    assert below["z"].tolist() == ["", "b"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.csv", b"a,b\n1\n"), ("t.csv", b"\xff\xfe"), ("t.csv", b""), ("t.parquet", b"PAR1 no"), ("t.npz", b"PK\3\4")],
)
def test_what_is_no_table_is_one_typed_error(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile):
        read_table(tmp_path / name)
    with pytest.raises(UsageError):
        write_table(table_of(ROWS), tmp_path / "t.xlsx")


def test_without_pyarrow_parquet_says_what_to_install_and_csv_works(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"pip install 'musegen\[corpus\]'"):
        write_table(table_of(ROWS), tmp_path / "t.parquet")
    write_table(table_of(ROWS), tmp_path / "t.csv")


def test_tables_load_no_pyarrow_until_it_is_asked_for():
    code = "import sys, musegen.corpora.running; print([name for name in sys.modules if name in ('pyarrow', 'dask')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
