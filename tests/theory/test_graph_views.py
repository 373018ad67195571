"""The graph leaves and comes back: GraphML, JSON, .npz, networkx, PyTorch Geometric; its page tells every column."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import musegen
from musegen.errors import MissingExtra, MusegenError, UsageError
from musegen.score.model import Metadata
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.graph import (
    feature_names,
    from_graphml,
    from_json,
    from_npz,
    to_graphml,
    to_hetero,
    to_hetero_data,
    to_json,
    to_networkx,
    to_npz,
    voice_leading_graph,
)
from musegen.theory.graph.schema import EDGES, KINDS, NODES
from musegen.theory.graph.structure import MODES

FORMS = [(to_graphml, from_graphml), (to_json, from_json), (to_npz, from_npz)]
PAGE = Path(__file__).parents[2] / "docs" / "graph.md"


@pytest.fixture(scope="module")
def chorale():
    score = musegen.read("bach/bwv66.6")
    analysis = analyse(score)
    return {mode: voice_leading_graph(score, analysis, mode) for mode in MODES}


@pytest.mark.parametrize(("write", "read"), FORMS)
@pytest.mark.parametrize("mode", MODES)
def test_a_chorale_comes_back_as_it_went(chorale, mode, write, read):
    assert read(write(chorale[mode])) == chorale[mode]
    assert read(write(chorale[mode].condensed())) == chorale[mode].condensed()


@pytest.mark.parametrize(("write", "read"), FORMS)
@settings(max_examples=20)
@given(title=st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn"]), max_size=12), bars=st.integers(1, 3))
def test_a_piece_with_any_title_comes_back(write, read, title, bars):
    score = parse_grid("meter: 2/4\nS: " + " | ".join(["c5+e5 r", "d5 ."][bar % 2] for bar in range(bars)))
    object.__setattr__(score, "metadata", Metadata(title=title))
    graph = voice_leading_graph(score, analyse(score))
    assert read(write(graph)) == graph


def test_equal_pieces_give_equal_bytes(chorale):
    score = musegen.read("bach/bwv66.6")
    again = voice_leading_graph(score, analyse(score))
    for write, _ in FORMS:
        assert write(again) == write(chorale["score"])


def test_networkx_reads_what_we_write_as_we_make_it(chorale):
    ours = to_networkx(chorale["score"])
    graphml = networkx.read_graphml(io.BytesIO(to_graphml(chorale["score"])))
    node_link = networkx.node_link_graph(json.loads(to_json(chorale["score"])), edges="edges")
    for other in (graphml, node_link):
        assert dict(other.nodes(data=True)) == dict(ours.nodes(data=True))
        edges = {key: (one, two, values) for one, two, key, values in other.edges(keys=True, data=True)}
        assert edges == {key: (one, two, values) for one, two, key, values in ours.edges(keys=True, data=True)}
        assert other.graph["title"] == ours.graph["title"]
    assert isinstance(ours, networkx.MultiDiGraph)
    assert ours.number_of_nodes() == sum(len(getattr(chorale["score"], kind.name)) for kind in NODES)


def test_the_condensed_graph_is_a_walk_through_the_chords(chorale):
    walk = to_networkx(chorale["score"].condensed())
    chords = [node for node, values in walk.nodes(data=True) if values["kind"] == "chord"]
    assert networkx.is_directed_acyclic_graph(walk)
    steps = [edge for edge in walk.edges(data="kind") if edge[2] == "progression"]
    assert len(steps) == len(chords) - 1


def test_hetero_arrays_have_the_shape_that_pytorch_geometric_wants(chorale):
    found = to_hetero(chorale["score"])
    for key, arrays in found.items():
        if isinstance(key, tuple):
            index = arrays["edge_index"]
            sizes = [len(found[end]["x"]) for end in (key[0], key[2])]
            assert (index.dtype, index.shape[0]) == (np.int64, 2)
            assert (index >= 0).all()
            assert (index.max(axis=1, initial=-1) < sizes).all()
        if "edge_attr" in arrays:
            assert arrays["edge_attr"].shape == (arrays["edge_index"].shape[1], len(feature_names(key[1])))
    for kind in NODES:
        assert found[kind.name]["x"].shape == (len(getattr(chorale["score"], kind.name)), len(feature_names(kind.name)))
        assert found[kind.name]["x"].dtype == np.float32


def test_the_relations_of_graphmuse_are_those_of_the_clock(chorale):
    notes = chorale["score"].note
    onset, end = notes["onset"], notes["onset"] + notes["duration"]
    found = {name: set(zip(*to_hetero(chorale["score"])["note", name, "note"]["edge_index"].tolist(), strict=True))
             for name in ("onset", "during", "consecutive", "rest")}  # fmt: skip
    every = [(one, two) for one in range(len(notes)) for two in range(len(notes)) if one != two]
    assert found["onset"] == {(one, two) for one, two in every if onset[one] == onset[two]}
    assert found["during"] == {(one, two) for one, two in every if onset[one] < onset[two] < end[one]}
    assert found["consecutive"] == {(one, two) for one, two in every if end[one] == onset[two]}


def test_a_rest_leads_from_the_notes_that_end_to_those_that_begin_next():
    graph = voice_leading_graph(parse_grid("meter: 4/4\nS: c5 r e5 f5\nB: c3 . r ."))
    names = graph.note["name"]
    index = to_hetero(graph)["note", "rest", "note"]["edge_index"]
    assert [(str(names[one]), str(names[two])) for one, two in index.T] == [("C5", "E5")]


def test_a_hetero_data_is_filled_where_torch_geometric_is_there(chorale, monkeypatch):
    class HeteroData(dict):
        def __missing__(self, key):
            return self.setdefault(key, SimpleNamespace())

    with monkeypatch.context() as without:
        without.setitem(sys.modules, "torch_geometric.data", None)
        with pytest.raises(MissingExtra, match="to_hetero"):
            to_hetero_data(chorale["score"])
    monkeypatch.setitem(sys.modules, "torch_geometric.data", SimpleNamespace(HeteroData=HeteroData))
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(from_numpy=lambda array: array))
    data = to_hetero_data(chorale["score"])
    assert data["note", "succession", "note"].edge_index.shape == (2, 159)
    assert data["note"].x.shape[0] == 163


GOOD = to_json(voice_leading_graph(parse_grid("meter: 2/4\nS: c5 d5\nB: c3 .")))
SPOILT = {
    '"note:2"': '"note:7"', '"note:1"': '"slice:1"', '"pitch": 72, ': "", '"STEP"': '"HOP"',
    '"version": 1': '"version": 2', '"voices": "score"': '"voices": "all"', '"pitch": 74': '"pitch": "high"',
    '"duration": 10080': '"duration": 1e99', '"fifths": 0': '"fifths": 99999', '"fermata": false': '"fermata": 7',
}  # fmt: skip
"""What somebody's editor did to the JSON of a graph."""
ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph/></graphml>'


@pytest.mark.parametrize("before", SPOILT)
def test_a_spoilt_graph_is_one_typed_error(before):
    assert before in GOOD
    with pytest.raises(MusegenError):
        from_json(GOOD.replace(before, SPOILT[before]))


@pytest.mark.parametrize("number", ["nan", "1e999", "-inf"])
def test_a_number_of_a_graph_is_finite(chorale, number):
    whole = to_graphml(chorale["score"]).decode()
    with pytest.raises(MusegenError):
        from_graphml(re.sub('(key="node.confidence">)[^<]*', rf"\g<1>{number}", whole).encode())


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (from_json, "{"), (from_json, "[]"), (from_json, "[" * 10**5), (from_json, '{"graph": 1, "nodes": 2}'),
        (from_graphml, b"<graphml/>"), (from_graphml, b"<"), (from_graphml, b""), (from_graphml, ENTITY),
        (from_npz, b""), (from_npz, b"PK\x03\x04"),
    ],
)  # fmt: skip
def test_what_is_no_graph_is_one_typed_error(read, content):
    with pytest.raises(MusegenError):
        read(content)


def test_codes_of_an_npz_are_read_by_their_names(chorale):
    """A later musegen may number the kinds of non-chord tones otherwise."""
    with np.load(io.BytesIO(to_npz(chorale["score"]))) as file:
        columns = {name: file[name] for name in file.files}
    for table in ("note", "note_in_chord"):
        names = columns[f"{table}.non_chord_tone.names"]
        columns[f"{table}.non_chord_tone.names"] = names[::-1]
        columns[f"{table}.non_chord_tone"] = len(names) - 1 - columns[f"{table}.non_chord_tone"]
    file = io.BytesIO()
    np.savez(file, **columns)
    assert from_npz(file.getvalue()) == chorale["score"]


def test_fractions_are_no_pitches_in_an_npz(chorale, recwarn):
    with np.load(io.BytesIO(to_npz(chorale["score"]))) as file:
        columns = dict(file)
    columns["note.pitch"] = np.full(columns["note.pitch"].shape, np.nan)
    written = io.BytesIO()
    np.savez(written, **columns)
    with pytest.raises(MusegenError, match=r"note\.pitch holds no whole numbers"):
        from_npz(written.getvalue())
    assert not recwarn


def test_a_small_npz_that_unfolds_to_a_flood_is_refused(monkeypatch):
    monkeypatch.setattr("musegen.theory.graph.arrays.MAX_BYTES", 1 << 20)
    file = io.BytesIO()
    np.savez_compressed(file, about=np.zeros(1 << 22))
    assert len(file.getvalue()) < 1 << 16
    with pytest.raises(MusegenError, match="unfolds"):
        from_npz(file.getvalue())


def test_a_damaged_npz_is_one_typed_error(chorale):
    whole = to_npz(chorale["score"])
    secret = bytearray(whole)
    secret[whole.index(b"PK\x01\x02") + 8] |= 1  # says that it is encrypted
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        starts = [part.header_offset + 54 + len(part.filename) for part in archive.infolist()]
    for start in starts:
        with pytest.raises(MusegenError):
            from_npz(whole[:start] + b"\xff" * 20 + whole[start + 20 :])
    with pytest.raises(MusegenError):
        from_npz(bytes(secret))


@pytest.mark.parametrize("shape", ["(10**12,)", "(" + "9" * 30 + ",)", "(-1,)", "("])
@pytest.mark.parametrize("kind", ["<i8", "|V0", "|O"])
def test_an_array_of_an_npz_is_as_large_as_its_head_says(shape, kind):
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape.replace('10**12', '1' + '0' * 12)}, }}\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("about.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
    with pytest.raises(MusegenError):
        from_npz(file.getvalue())


def test_an_npz_of_something_else_is_refused():
    file = io.BytesIO()
    np.savez(file, about=np.array("{}"), pitch=np.arange(3))
    with pytest.raises(MusegenError):
        from_npz(file.getvalue())


def test_the_page_tells_every_table_and_every_column():
    page = PAGE.read_text(encoding="utf-8")
    sections = {head.strip("`"): text for head, _, text in (part.partition("\n") for part in page.split("\n### ")[1:])}
    assert list(sections) == [kind.name for kind in (*NODES, *EDGES)], "run docs/write_graph.py"
    for name, text in sections.items():
        told = re.findall(r"^\| `(\w+)` \| \w+ \| (.*) \|$", text, re.MULTILINE)
        assert [column for column, _ in told] == [column.name for column in KINDS[name].columns], name
        for (_, meaning), column in zip(told, KINDS[name].columns, strict=True):
            assert meaning.startswith(column.meaning), "run docs/write_graph.py"


def test_a_graph_of_millions_of_edges_is_not_written_one_by_one(chorale, monkeypatch):
    monkeypatch.setattr("musegen.theory.graph.records.MAX_RECORDS", 1000)
    for write in (to_json, to_graphml, to_networkx):
        with pytest.raises(UsageError, match="npz"):
            write(chorale["score"])
    assert from_npz(to_npz(chorale["score"])) == chorale["score"]


def test_making_a_graph_loads_no_music21_no_networkx_and_no_torch():
    code = ("import sys, musegen; from musegen.theory.graph import voice_leading_graph, to_npz;"
            "to_npz(voice_leading_graph(musegen.read('bach/bwv66.6')));"
            "print(*{name.split('.')[0] for name in sys.modules})")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & {"music21", "networkx", "torch", "scipy", "sklearn", "onnxruntime"} == set()
