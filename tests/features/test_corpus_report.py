"""The report of a corpus: what it counts, compares, warns of and names; that files cannot write into it."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from musegen import cli
from musegen.corpora import pieces_of
from musegen.corpora.pieces import Piece
from musegen.features.report.data import data_of
from musegen.features.report.figures import figures
from musegen.features.report.gathering import Asked, gathered
from musegen.features.report.mapping import comparable, map_of, medoid, neighbours, oddities
from musegen.features.report.page import report_page
from musegen.features.report.sections.method import CITED
from musegen.features.report.statistics import means, shares
from musegen.features.report.years import correlations
from musegen.score.unfolding import played, unfolded

ROOT = Path(__file__).resolve().parents[2]
CHORALES = ("bach/bwv66.6", "bach/bwv10.7", "bach/bwv101.7", "bach/bwv102.7", "bach/bwv103.6", "bach/bwv104.6")
TUNE = "X:1\nT:{title}\nC:{composer}\nM:{meter}\nL:1/4\nK:{key}\n{music}\n"
HOSTILE = "<img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """What a reader of the page meets: tags, headings, links, and what elements lack their words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.targets, self.unnamed, self.outside = [], set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        self.ids.add(found.get("id"))
        if tag == "a":
            self.targets.add(found["href"])
        if (tag == "img" and not found.get("alt")) or (tag == "svg" and not found.get("aria-label")):
            self.unnamed.append(self.get_starttag_text())
        self.outside += [value for name, value in attributes if name in ("src", "href") and "//" in (value or "")[:20]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Tunes by two makers: the one steps in 4/4, the other leaps in 3/8; one file is broken, titles are hostile."""
    place = tmp_path_factory.mktemp("tunes")
    for number, key in enumerate(["C", "G", "D", "F", "Bb", "A"]):
        steps = TUNE.format(
            title=f"Walk {number}", composer="Step", meter="4/4", key=key, music="CDEF|GFED|EFGA|G2C2|]"
        )
        leaps = TUNE.format(title=HOSTILE, composer="Leap", meter="3/8", key=key, music="C/G/C/|E/c/E/|G/C/G/|c3/2|]")
        (place / f"step{number}.abc").write_text(steps)
        (place / f"leap{number}.abc").write_text(leaps)
    (place / "<b>broken&.musicxml").write_text("<score-partwise><part-list/></score-partwise>")
    return place


@pytest.fixture(scope="module")
def told(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "report.html"
    assert cli.run(["corpus", "report", str(folder), "-o", str(out), "--jobs", "1"]) == 3
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chorales():
    return gathered([Piece(name, labels={"source": name[:10]}) for name in CHORALES], jobs=1)


def test_one_page_needs_nothing_from_elsewhere_and_every_picture_says_what_it_is(told):
    page = Page(told)
    assert page.unnamed == []
    assert page.outside == []
    assert "script" not in page.tags
    assert page.tags.count("h1") == 1
    assert page.tags.count("table") == page.tags.count("caption") > 5
    assert {target[1:] for target in page.targets} <= page.ids
    assert len(told) < 1_000_000


def test_no_word_of_a_file_becomes_markup(told):
    assert HOSTILE not in told
    assert "<b>broken" not in told
    assert "&lt;b&gt;broken&amp;.musicxml" in told


def test_no_name_of_a_file_turns_the_page_or_keeps_it_from_being_written(tmp_path):
    music = TUNE.format(title="\u202eT\x1b[2J", composer="C", meter="4/4", key="C", music="CDEF|G4|]")
    for name in (b"\xff\xfe.abc", "turned\u202e.abc".encode(), b"\x1b[2J.abc"):
        Path(tmp_path, os.fsdecode(name)).write_text(music, encoding="utf-8")
    found = gathered(pieces_of([str(tmp_path)]), jobs=1)
    page = report_page(data_of(os.fsdecode(b"\xff"), found)).encode().decode()
    assert len(found.pieces) == 3
    assert not any(letter in page for letter in "\u202e\x1b")
    assert page.count("\ufffd") > 6


def test_the_piece_that_cannot_be_read_is_named_and_in_no_number(told):
    assert "1 piece could not be read" in told
    assert "12 pieces in 12 works" in told


def test_the_same_pieces_give_the_same_page_and_the_second_time_none_is_read(folder, told, tmp_path, monkeypatch):
    monkeypatch.setattr("musegen.features.report.gathering.run", None)
    assert cli.run(["corpus", "report", str(folder), "-o", str(tmp_path / "again.html")]) == 3
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == told


def test_a_table_of_features_gives_the_same_features_as_its_corpus(chorales, tmp_path):
    table = tmp_path / "features.csv"
    names = list(CHORALES)
    assert cli.run(["corpus", "features", *names, "-o", str(table), "--jobs", "1"]) == 0
    assert cli.run(["corpus", "report", str(table), "-o", str(tmp_path / "a.html"), "--jobs", "1"]) == 0
    assert cli.run(["corpus", "report", *names, "-o", str(tmp_path / "b.html"), "--jobs", "1"]) == 0
    ours, theirs = (re.sub("features.csv|CORPUS", "", (tmp_path / name).read_text()) for name in ("a.html", "b.html"))
    plots = [re.findall("<svg.*?</svg>", page, re.DOTALL) for page in (ours, theirs)]
    assert plots[0] == plots[1]
    assert len(plots[0]) > 6


def test_makers_who_differ_in_nothing_but_leaps_and_meter_are_told_apart_and_the_meter_is_warned_of(folder, tmp_path):
    pieces = [
        Piece(
            f"{kind}{number}.abc", folder=str(folder), group=f"{kind}{number}", labels={"composer": kind.capitalize()}
        )
        for kind in ("step", "leap")
        for number in range(6)
    ]
    data = data_of("Tunes", gathered(pieces, jobs=1))
    assert data.by == "composer"
    assert data.values == ("Leap", "Step")
    page = report_page(data)
    part = page[page.index('id="characteristic"') : page.index('id="map"')]
    assert part.count("<tr>") > 16
    assert "None of these holds" not in part
    warned = page[page.index('id="confounds"') :]
    assert "Warning." in warned
    assert "1/8 is Leap" in warned


def test_against_another_corpus_pieces_are_told_apart_by_it_and_shared_pieces_are_refused(
    chorales, folder, capsys, tmp_path
):
    names = [*CHORALES[:4], "--against", str(folder)]
    out = tmp_path / "against.html"
    assert cli.run(["corpus", "report", *names, "-o", str(out), "--jobs", "1", "--title", "Bach"]) == 3
    assert f"What sets {folder.name} apart" in out.read_text()
    assert cli.run(["corpus", "report", CHORALES[0], "--against", CHORALES[0], "-o", str(out)]) == 2
    assert "share pieces" in capsys.readouterr().err


def test_a_label_that_no_piece_has_is_told_before_any_is_read(monkeypatch, folder, tmp_path):
    monkeypatch.setattr("musegen.features.report.gathering.run", None)
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    assert cli.run(["corpus", "report", str(folder), "--by", "compser", "-o", str(tmp_path / "none.html")]) == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["--by", "compser"], "compser"), (["--by", "genre", "--against", "essen"], "do not go together")],
)
def test_what_cannot_be_asked_is_one_line(words, reason, folder, tmp_path, capsys):
    out = tmp_path / "none.html"
    assert cli.run(["corpus", "report", str(folder), *words, "-o", str(out), "--jobs", "1"]) == 2
    assert reason in capsys.readouterr().err
    assert not out.exists()


def test_counts_of_chords_are_those_that_the_printed_command_finds(chorales, capsys):
    count = sum(facts["pairs"].get("V7 I", 0) for facts in chorales.facts)
    assert cli.run(["corpus", "find", "V7 I", *CHORALES, "--engine", "classical"]) == 0
    assert capsys.readouterr().out.startswith(f"'V7 I': {count} passages")


def test_of_a_single_line_no_chords_or_cadences_are_counted(told):
    assert "12 pieces of one line alone" in told
    assert "there are no numerals to count" in told


def test_a_long_piece_counts_no_more_than_a_short_one():
    counts = [{"PAC": 1}, {"PAC": 90, "HC": 90}, {}]
    (mean,) = means(["PAC"], shares(counts, ["PAC"]), ["a", "b", "c"], 0)
    assert mean.mean == 0.75
    assert np.isnan(mean.low)


def test_pieces_of_one_work_widen_the_interval():
    values = np.repeat([[0.0], [1.0]], 30, axis=0)
    alone, together = ([f"{number}" for number in range(60)], [f"{number // 6}" for number in range(60)])
    (narrow,), (wide,) = (means(["x"], values, groups, 0) for groups in (alone, together))
    assert wide.high - wide.low > 1.8 * (narrow.high - narrow.low)


def test_the_map_puts_what_differs_apart_and_no_feature_of_the_edition_on_its_axes(chorales):
    data = data_of("Chorales", chorales)
    columns = comparable(data.measured).columns
    assert 500 < len(columns) < len(data.measured.columns)
    assert not any(name.startswith(("rhythm.note_value_shares", "pitch.pitch_height")) for name in columns)
    found = map_of(comparable(data.measured))
    assert found.explained[0] >= found.explained[1] > 0
    again = map_of(comparable(data.measured.rows(np.arange(6)[::-1])))
    assert np.allclose(np.abs(found.scores[::-1, 0]), np.abs(again.scores[:, 0]), atol=1e-6)


def test_neighbours_are_of_other_works_and_the_medoid_lies_in_the_middle():
    scores = np.array([[0.0], [0.1], [5.0], [5.2], [5.4]])
    found = neighbours(scores, ["a", "a", "b", "c", "d"])
    assert found.nearest[0, 0] == 2
    assert medoid(found, scores, np.array([2, 3, 4])) == 3


def test_a_feature_that_rises_with_the_years_has_rho_one_and_a_constant_none():
    years = np.array([1700.0, 1710, 1720, 1730, 1740, 1750])
    values = np.column_stack([years**2, np.ones(6), np.where(years > 1745, np.nan, -years)])
    assert np.allclose(correlations(values, years)[[0, 2]], [1, -1])
    assert np.isnan(correlations(values, years)[1])


def _bars(words):
    """Measures such as `|: 1 2 3. 4` written as words: `s` starts a repeat, `e` ends one, `1`/`2` are endings."""
    from musegen.score.meter import TimeSignature
    from musegen.score.model import KeySignature, Measure

    return [
        Measure(str(number), 0, 1, TimeSignature(4, 4), KeySignature(0), repeat_start="s" in word,
                repeat_end="e" in word, ending="".join(letter for letter in word if letter.isdigit() or letter in ",-"))
        for number, word in enumerate(words)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ([".", ".", "."], [0, 1, 2]),
        ([".", "e", "."], [0, 1, 0, 1, 2]),
        ([".", "s", "e", "."], [0, 1, 2, 1, 2, 3]),
        (["s", "1e", "2", "."], [0, 1, 0, 2, 3]),
        (["s", "1e", "2e", "s", "e"], [0, 1, 0, 2, 3, 4, 3, 4]),
        (["s", "1,2e", "3", "."], [0, 1, 0, 1, 0, 2, 3]),
        (["e", "e"], [0, 0, 1, 1]),
        (["s", "1", "1e", "2", ".", "e"], [0, 1, 2, 0, 3, 4, 5, 4, 5]),
        (["s", "9999e", "."], [0, 2]),
    ],
)
def test_repeats_are_played_as_signs_and_endings_say(words, order):
    assert played(_bars(words)) == order


def test_an_unfolded_chorale_has_its_repeated_notes_twice_each_with_an_id_of_its_own():
    import musegen

    score = musegen.read("bach/bwv103.6")
    out = unfolded(score)
    assert len(out.measures) > len(score.measures)
    assert out.end == sum(bar.length for bar in out.measures)
    assert len(set(out.notes["id"].tolist())) == len(out.notes) > len(score.notes)
    assert out.notes["pitch"][:60].tolist() == score.notes["pitch"][:60].tolist()
    assert unfolded(out) is out


def test_unfolding_is_said_and_changes_the_counts(chorales):
    unfolded_ones = gathered([Piece("bach/bwv103.6")], Asked(unfold=True), jobs=1)
    assert unfolded_ones.facts[0]["notes"] > chorales.facts[4]["notes"]
    assert "as played, repeats written out" in report_page(data_of("One", unfolded_ones, asked=Asked(unfold=True)))


@pytest.mark.parametrize("music", ["C4|]", "C4|z4|]", "[CEG]4|[CEG]4|]"])
def test_a_corpus_of_one_short_piece_makes_a_page(music, tmp_path):
    (tmp_path / "short.abc").write_text(TUNE.format(title="", composer="", meter="4/4", key="C", music=music))
    found = gathered([Piece("short.abc", folder=str(tmp_path))], jobs=1)
    assert "too few pieces" in report_page(data_of("Short", found))


def test_a_folder_in_which_nothing_can_be_read_is_one_line_and_no_page(tmp_path, capsys):
    (tmp_path / "a.musicxml").write_text("<score-partwise/>")
    assert cli.run(["corpus", "report", str(tmp_path), "-o", str(tmp_path / "out.html"), "--jobs", "1"]) == 3
    assert "no piece could be read" in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()


def test_every_plot_is_a_figure_of_its_own_with_its_colours_in_it(told):
    drawn = figures(told)
    assert next(iter(drawn)) == "01-global-keys-along-the-circle-of-fifths.svg"
    assert len(drawn) == told.count('<svg class="plot"')
    for picture in drawn.values():
        assert etree.fromstring(picture).get("width") == "680"
        assert "var(" not in picture


def test_the_piece_that_is_most_unusual_says_in_what(chorales):
    measured = comparable(data_of("Chorales", chorales).measured)
    values = np.tile(measured.values[:1], (9, 1)) + np.arange(9)[:, None] / 100
    column = measured.columns.index("rhythm.note_density") if "rhythm.note_density" in measured.columns else 40
    values[8, column] += 50
    odd = measured._replace(values=values, pieces=tuple("abcdefghi"))
    ((name, value, middle),) = oddities(odd, 8, most=1)
    assert name == measured.columns[column]
    assert value - middle > 49


def test_the_page_cites_what_the_citation_file_says():
    said = (ROOT / "CITATION.cff").read_text()
    assert f'title: "{CITED.title}"' in said
    assert CITED.authors in said
    assert f"date-released: {CITED.released}" in said
