"""Views: the harmonic reduction, and who sings the cantus firmus."""

import pytest

from musegen.errors import UsageError
from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.rules.views import reduced, surface
from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.given import given_analysis

SUSPENDED = """
key: C major; meter: 4/4
S: c5 . b4 . | c5 . . .
A: e4 . g4 . | g4 . . .
T: c5~ c5 d4 . | e4 . . .
B: a3 . g3 . | c3 . . .
H: vi . V . | I . . .
"""
ADORNED = """
key: C major; meter: 2/4; unit: 1/8
S: e5 .  d5 . | c5 . . .
A: g4 .  f4 . | e4 . . .
T: g3 f3 a3 . | c4 . . .
B: c3 .  d3 . | c3 . . .
H: I  .  ii . | I . . .
"""


def test_the_reduction_has_one_sonority_a_chord_made_of_its_own_notes():
    score = parse_grid(SUSPENDED)
    view = reduced(surface(score, given_analysis(score)))
    names = [[view.note_name(row) for row in rows] for rows in view.row.tolist()]
    assert [row[3] for row in names] == ["A3", "G3", "C3"]
    assert [row[2] for row in names] == ["C5", "D4", "E4"]


def test_fifths_under_a_passing_note_are_found_in_the_reduction_only():
    rule = load_pack("strict").rule("parallel-fifths")
    score = parse_grid(ADORNED)
    on_surface, in_reduction = (
        check(score, Pack("one", "one", (rule.__class__(**{**vars(rule), "view": view}),)), given_analysis(score))
        for view in ("surface", "reduction")
    )
    assert on_surface.findings == ()
    assert [(item.measure, item.beat, item.voices) for item in in_reduction.findings] == [("1", 2, ("T", "B"))]


SPECIES = "meter: 4/4\nS: {upper}\nB: {lower}"
WHOLE = "d4 . . . | f4 . . . | e4 . . . | d4 . . ."
LOW_HALVES = "d3 . f3 . | d3 . a3 . | c#3 . a3 . | d3 . . ."
HALVES = "a4 . d5 . | a4 . c5 . | b4 . c#5 . | d5 . . ."


@pytest.mark.parametrize(
    ("upper", "lower", "asked", "cantus"),
    [
        (HALVES, WHOLE, "", 1),
        (WHOLE, LOW_HALVES, "", 0),
        (WHOLE, WHOLE, "", 1),
        (WHOLE, WHOLE, "upper", 0),
        (HALVES, LOW_HALVES, "", -1),
    ],
)
def test_the_cantus_is_the_voice_in_whole_notes_or_the_one_that_is_named(upper, lower, asked, cantus):
    score = parse_grid(SPECIES.format(upper=upper, lower=lower))
    assert surface(score, cantus_firmus=asked).cantus == cantus


def test_a_cantus_that_no_voice_is_called_is_refused():
    with pytest.raises(UsageError, match="no voice is called `tenor`"):
        surface(parse_grid(SPECIES.format(upper=HALVES, lower=WHOLE)), cantus_firmus="tenor")
