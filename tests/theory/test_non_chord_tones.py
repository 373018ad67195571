"""Each kind of non-chord tone in one voice over given chords."""

import pytest

from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse

HEAD = "key: C major; meter: 4/4; unit: 1/8\n"
FRAGMENTS = {
    "passing": "S: e5 d5 c5 .  | c5 . . .\nB: c3 .  a2 . | c3 . . .\nH: I . vi . | I . . .",
    "neighbor": "S: e5 f5 e5 . | e5 . . .\nB: c3 . . . | c3 . . .\nH: I . . . | I . . .",
    "suspension": "S: f5 . . . . . e5 . \nB: d3 . . . c3 . . .\nH: ii . . . I . . .",
    "retardation": "S: b4 . . . . . c5 . \nB: g3 . . . c3 . . .\nH: V . . . I . . .",
    "anticipation": "S: d5 . . c5 c5 . . .\nB: g3 . . . c3 . . .\nH: V . . . I . . .",
    "appoggiatura": "S: c5 . f5 e5 e5 . . .\nB: c3 . . . c3 . . .\nH: I . . . I . . .",
    "escape": "S: e5 f5 d5 . d5 . . .\nB: c3 . g3 . g3 . . .\nH: I . V . V . . .",
    "pedal": "S: e5 . d5 . c5 . . .\nA: g4 . f4 . e4 . . .\nB: c3 . . . . . . .\nH: I . viio6 . I . . .",
}


def grid(kind):
    rows = FRAGMENTS[kind].replace("|", "").splitlines()
    cells = [row.split(":", 1) for row in rows]
    width = 8
    return HEAD + "\n".join(f"{name}: {' '.join((body.split() + ['.'] * width)[:width])}" for name, body in cells)


@pytest.mark.parametrize("kind", FRAGMENTS)
def test_the_way_a_line_comes_and_goes_names_its_dissonance(kind):
    found = analyse(parse_grid(grid(kind))).non_chord_tones
    assert [tone.kind for tone in found] == [kind]


def test_a_dissonance_that_is_leapt_to_and_left_stays_unexplained():
    piece = parse_grid(HEAD + "S: c5 . f5 . c5 . . .\nB: c3 . . . c3 . . .\nH: I . . . I . . .")
    assert [tone.kind for tone in analyse(piece).non_chord_tones] == ["unexplained"]


def test_a_suspension_is_placed_where_it_becomes_dissonant():
    (tone,) = analyse(parse_grid(grid("suspension"))).non_chord_tones
    assert tone.onset == 2 * 10080


HALF_CADENCE = (
    "key: G major; meter: 4/4\nS: {s}\nT: {t}\nB: c3 . . . | d3{f} . . . | g3 . . .\nH: IV . . . | V . . . | I . . ."
)


def test_a_foreign_note_as_long_as_its_chord_is_no_figure():
    rows = HALF_CADENCE.format(s="c5 . . . | a4 . . . | b4 . . .", t="e4 . . . | g4 . . . | f#4 . g4 .", f="")
    assert analyse(parse_grid(rows)).non_chord_tones[0].kind == "unexplained"


@pytest.mark.parametrize(("fermata", "kind"), [("", "suspension"), ("^", "unexplained")])
def test_a_suspension_does_not_resolve_in_the_next_phrase(fermata, kind):
    line = f"c5 . . . | a4{fermata} . b4 . | b4 . . ."
    rows = HALF_CADENCE.format(s=line, t=f"e4 . . . | e4{fermata} . . . | d4 . . .", f=fermata)
    assert analyse(parse_grid(rows)).non_chord_tones[0].kind == kind
