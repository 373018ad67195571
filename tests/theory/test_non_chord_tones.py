"""Each kind of non-chord tone in one voice over given chords."""

import pytest

import musegen
from musegen.score.pitch import pitch_name
from musegen.score.textgrid import parse_grid
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import analyse
from musegen.theory.dissonance.lines import Lines

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


def test_a_suspension_may_come_down_in_a_roundabout_way():
    piece = parse_grid(HEAD + "S: f5 . . . . c5 e5 .\nB: d3 . . . c3 . . .\nH: ii . . . I . . .")
    assert [tone.kind for tone in analyse(piece).non_chord_tones] == ["suspension"]


SHAPES = {"passing": (True, False), "neighbor": (False, True)}
HELD = {"suspension", "retardation", "pedal", "anticipation"}
"""What music21 cannot know from three notes: that the chord came later than the note, or comes while it lasts."""


@pytest.mark.parametrize("name", ["bach/bwv66.6", "bach/bwv269", "bach/bwv347", "bach/bwv40.8", "bach/bwv11.6"])
def test_passing_tones_and_neighbours_have_the_shapes_that_music21_asks_for(name):
    from music21.voiceLeading import ThreeNoteLinearSegment

    score = musegen.read(name)
    lines = Lines.of(slices_of(assign_voices(score)))
    notes, judged = lines.slices.notes, 0
    for tone in analyse(score).non_chord_tones:
        voice, at = lines.place.get(tone.note, (-1, -1))
        if voice < 0 or lines.steps(voice, at - 1, 2) is None:
            continue
        rows = lines.rows[voice][at - 1 : at + 2]
        names = [pitch_name(int(notes["pitch"][row]), int(notes["fifths"][row])) for row in rows]
        three = ThreeNoteLinearSegment(*(text.replace("b", "-") for text in names))
        shape = three.couldBePassingTone(), three.couldBeNeighborTone()
        if tone.kind in SHAPES:
            assert shape == SHAPES[tone.kind], (score.place(tone.onset), tone.kind, names)
            judged += 1
        else:
            assert shape == (False, False) or tone.kind in HELD, (score.place(tone.onset), tone.kind, names)
    assert judged > 10


def test_a_broken_third_that_touches_its_neighbours_has_two_of_them():
    figure = "g#3 e4 g#3 f#3 d#4 f#3 g#3 e4 g#3 b3 g#4 b3"
    piece = parse_grid(
        f"key: E major; meter: 12/8; unit: 1/8\nS: {figure}\nB: e2 . . . . . . . . . . .\nH: I" + " ." * 11
    )
    assert [tone.kind for tone in analyse(piece).non_chord_tones] == ["neighbor"] * 3


def test_the_rustling_leaves_of_the_linden_tree_are_neighbours():
    score = musegen.read("schubert/Lindenbaum")
    kinds = [tone.kind for tone in analyse(score).non_chord_tones]
    assert kinds.count("unexplained") < len(kinds) / 10
    assert kinds.count("neighbor") > kinds.count("appoggiatura")
