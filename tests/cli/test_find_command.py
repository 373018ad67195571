"""`musegen corpus find`: what stands where in a folder of scores, as text, JSON, CSV and a page; what fails is told."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest

from musegen import cli
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

CLOSE = (
    "key: C major; meter: 4/4\nS: e5 d5 c5 b4 | c5 . . .\nB: c3 f3 g3 g3 | c3 . . .\nH: I ii6 Cad64 V | I . . .",
    "key: G major; meter: 4/4\nS: b4 a4 g4 f#4 | g4 . . .\nB: g3 c4 d4 d4 | g3 . . .\nH: I ii6 Cad64 V | I . . .",
    "key: C major; meter: 4/4\nS: e5 d5 c5 b4 | c5 . . .\nB: c3 f3 g3 g3 | c3 . . .\nH: I IV I V6 | vi . . .",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three pieces, two of which have the passage; and a file that is none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scores").mkdir()
    for number, grid in enumerate(CLOSE):
        (tmp_path / f"scores/p{number}.musicxml").write_bytes(write_musicxml(parse_grid(grid)))
    return tmp_path


def test_text_says_how_much_was_found_in_how_much_and_shows_each_passage_in_its_context(folder, capsys):
    assert cli.run(["corpus", "find", "ii6 Cad64 V", "scores"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("'ii6 Cad64 V': 2 passages in 2 of 3 pieces; 83.33 per 1,000 beats")
    assert re.search(r"p0.musicxml +1 +2 +C: I +\| ii6 Cad64 V \| +I", out)
    assert re.search(r"p1.musicxml +1 +2 +G: I +\| ii6 Cad64 V \| +I", out)


def test_chords_that_a_single_line_only_implies_are_said_to_be_so(folder, capsys):
    tune = "key: C major; meter: 4/4\nS: e5 d5 c5 b4 | c5 . . ."
    (folder / "scores/tune.musicxml").write_bytes(write_musicxml(parse_grid(tune)))
    assert cli.run(["corpus", "find", "V I", "scores", "--engine", "classical"]) == 0
    assert "1 piece is a single line, whose chords are only implied" in capsys.readouterr().out
    assert cli.run(["corpus", "find", "V I", "scores/p0.musicxml"]) == 0
    assert "implied" not in capsys.readouterr().out


def test_a_broken_file_is_told_and_counted_as_not_searched_and_the_rest_is_done(folder, capsys):
    (folder / "scores/broken.musicxml").write_text("<score-partwise><part/>")
    assert cli.run(["corpus", "find", "ii6 Cad64 V", "scores", "--format", "json"]) == 3
    told = capsys.readouterr()
    assert "broken.musicxml" in told.err
    facts = json.loads(told.out)
    assert [one["piece"] for one in facts["not_searched"]] == ["broken.musicxml"]
    assert facts["total"]["pieces"] == 3
    assert facts["total"]["beats"] == 24.0


@pytest.mark.slow
def test_many_pieces_are_read_in_processes_of_their_own_and_what_takes_too_long_costs_itself(folder, capsys):
    for number in range(5):
        (folder / f"scores/q{number}.musicxml").write_bytes(write_musicxml(parse_grid(CLOSE[0])))
    long = "meter: 4/4\nS: " + " | ".join(["c5 d5 e5 f5"] * 1990)
    (folder / "scores/slow.musicxml").write_bytes(write_musicxml(parse_grid(long)))
    line = ["corpus", "find", "ii6 Cad64 V", "scores", "--format", "json", "--jobs", "1", "--seconds"]
    assert cli.run([*line, "4"]) == 3
    facts = json.loads(capsys.readouterr().out)
    assert [(one["piece"], one["reason"].split(":")[0]) for one in facts["not_searched"]] == [
        ("slow.musicxml", "timeout")
    ]
    assert facts["total"]["hits"] == 7


def test_chords_and_a_melody_are_asked_for_together(folder, capsys):
    assert cli.run(["corpus", "find", "V I", "scores", "--melody", "7 1", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["piece"], row["measure"], row["match"], row["voices"]) for row in rows] == [
        ("p0.musicxml", "1", "V I", "1"),
        ("p1.musicxml", "1", "V I", "1"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["V Q I", "scores"], "`Q` is no chord (letter 3 of the pattern `V Q I`)"),
        (["scores"], "a pattern and a corpus are needed"),
        (["--melody", "+2 5", "scores"], "letter 4"),
        (["V I", "scores", "--by", "composer"], "no piece has a label `composer`"),
    ],
)
def test_a_question_that_cannot_be_read_ends_with_code_2_and_says_where(folder, capsys, line, said):
    assert cli.run(["corpus", "find", *line]) == 2
    assert said in capsys.readouterr().err


class _Page(HTMLParser):
    """The targets of links, the ids, and what is loaded from elsewhere."""

    def __init__(self):
        super().__init__()
        self.links, self.ids, self.loaded, self.details = [], set(), [], 0

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.details += tag == "details"
        self.links += [named["href"]] if "href" in named else []
        self.ids |= {named["id"]} if "id" in named else set()
        self.loaded += [named["src"]] if "src" in named else []


def test_the_page_loads_nothing_and_each_number_leads_to_its_passages(folder):
    assert (
        cli.run(["corpus", "find", "ii6 Cad64 V", "scores", "--by", "split", "--engrave", "1", "-o", "hits.html"]) == 0
    )
    page = _Page()
    text = (folder / "hits.html").read_text()
    page.feed(text)
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.loaded)
    assert len(page.loaded) == 1
    assert page.details == 2
    assert text.count('class="match"') == 2
    assert "http" not in re.sub(r'src="[^"]+"', "", text)


def test_nothing_found_says_over_how_many_beats(folder, capsys):
    assert cli.run(["corpus", "find", "N6", "scores"]) == 0
    assert "nothing in 3 pieces; 0.00 per 1,000 beats" in capsys.readouterr().out


def test_a_voice_that_no_piece_has_is_wrong_usage_and_no_empty_concordance(folder, capsys):
    assert cli.run(["corpus", "find", "scores", "--melody", "7 1", "--voice", "99"]) == 2
    told = capsys.readouterr()
    assert "3 pieces were not searched: there is no voice `99` among 2" in told.err
    assert told.out == ""
