"""The page on predicates of one's own: every field that it promises is there, and every field of a chord is told."""

import re
from dataclasses import fields
from inspect import signature
from pathlib import Path

import pytest

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.rules.views import surface
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.sonority import Harmony, Sonority

PAGE = (Path(__file__).parent.parent.parent / "docs" / "predicates.md").read_text(encoding="utf-8")
CADENCE = parse_grid("key: C major; meter: 4/4\nS: e5 d5 d5 c5\nA: g4 a4 g4 g4\nT: c4 f4 f4 e4\nB: c3 d3 b2 c3")


def told(heading: str) -> list[str]:
    """The names in the first column of the table under a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2] or PAGE.partition(f"\n### {heading}\n")[2]
    rows = [line.split("|")[1] for line in section.partition("\n#")[0].splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)(?:\(row\)|\(position\))?`", row)]


@pytest.fixture(scope="module")
def view() -> View:
    return surface(CADENCE, analyse(CADENCE))


def test_every_field_that_the_page_names_is_there(view: View) -> None:
    for heading, item in (("Sonority", view.sonority), ("Harmony", view.harmony), ("View", view)):
        assert len(told(heading)) > 5
        assert [name for name in told(heading) if not hasattr(item, name)] == []


def test_no_field_of_a_sonority_or_a_chord_is_left_out() -> None:
    for kind in (Sonority, Harmony):
        assert {item.name for item in fields(kind)} <= set(told(kind.__name__))
    assert [item.name for item in fields(View) if item.name not in told("View")] == []
    assert [name for name in Hit._fields if f"`{name}`" not in PAGE and name != "end"] == []


def test_what_the_page_says_of_shapes_is_so(view: View) -> None:
    assert view.harmony is not None
    sound = view.sonority
    shapes = {"(..., voices)": (4, 4), "(..., pairs)": (4, 6), "(...)": (4,), "(..., 4)": (4, 4)}
    rows = re.findall(r"^\| (`.*`) \| (\(.*?\)) \|", PAGE, re.MULTILINE)
    said = [(name, shape) for names, shape in rows for name in re.findall(r"`(\w+)`", names) if shape in shapes]
    assert len(said) > 15
    for name, shape in said:
        item = sound if hasattr(sound, name) else view.harmony
        assert getattr(item, name).shape == shapes[shape], name


def test_every_option_of_the_decorator_is_told() -> None:
    assert set(signature(predicate).parameters) <= set(re.findall(r"^\| `(\w+)", PAGE, re.MULTILINE))
