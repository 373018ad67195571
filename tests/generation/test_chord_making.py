"""Progressions drawn, varied and blended by the shipped network, chords set over tunes, and how they stand on paper."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from musegen.engraving.render import render
from musegen.errors import UnreadableFile, UsageError
from musegen.generation.progressions.asking import ChordsAsked
from musegen.generation.progressions.choosing import longest_stand, loops, most_telling
from musegen.generation.progressions.closes import last_pairs, openings
from musegen.generation.progressions.making import around, between, progression
from musegen.generation.progressions.setting import chords_over
from musegen.generation.progressions.sheet import labels_of, sheet_of
from musegen.generation.progressions.successions import known_chords, successions
from musegen.rules.engine import check
from musegen.score.files import read
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import place_of_symbol
from musegen.theory.progressions.progression import Grid
from musegen.theory.progressions.reading import progression_of
from musegen.theory.songs.sheet import read_symbol

C = Key.parse("C")
TUNE = """
key: C major; meter: 4/4
S: e5 . g5 . | a5 . g5 . | f5 . e5 . | d5 . . . | e5 . g5 . | a5 . g5 . | d5 . e5 d5 | c5 . . .
"""
SHEET = TUNE + "C: C . . . | F . . . | Dm7 . . . | G7 . . . | C . . . | F . . . | Dm7 . G7 . | C . . .\n"


def assert_lawful(piece):
    """Looked for chord by chord, without the masks that it was drawn with."""
    table = successions(piece.style, piece.key.minor)
    begins, ends = np.flatnonzero(piece.begins), piece.grid.ends_phrase
    assert openings(piece.style, piece.key.minor)[piece.chords[0]]
    assert known_chords(piece.style, piece.key.minor)[piece.chords].all()
    for before, after in pairwise(begins.tolist()):
        assert table[piece.chords[before], piece.chords[after]] or ends[after - 1]
    assert last_pairs(piece.style, piece.key.minor)[piece.chords[begins[-2]], piece.chords[begins[-1]]]


@pytest.mark.parametrize("style", ["song", "chorale"])
@pytest.mark.parametrize("key", ["B-", "a"])
def test_what_is_drawn_is_lawful_and_as_long_as_asked(style, key):
    asked = ChordsAsked(Key.parse(key), TimeSignature(3, 4), 8, style)
    for number in range(3):
        piece = progression(asked, np.random.default_rng(number))
        assert len(piece.grid) == 24
        assert_lawful(piece)


def test_the_same_chance_gives_the_same_chords():
    one, again, other = (progression(ChordsAsked(C), np.random.default_rng(seed)).words for seed in (5, 5, 6))
    assert one == again != other


def test_a_variation_is_lawful_and_near():
    sheet = progression_of(parse_grid(SHEET))
    asked = ChordsAsked(sheet.key)
    near = around(sheet, asked, np.random.default_rng(1), distance=0.0)
    assert near.figures == ["I", "IV", "ii7", "V7", "I", "IV", "ii7", "V7", "I"]
    far = [around(sheet, asked, np.random.default_rng(number), distance=2.0) for number in range(4)]
    for piece in far:
        assert_lawful(piece)
        assert len(piece.grid) == len(sheet.grid)
    assert len({piece.words for piece in far}) > 1


def test_at_no_distance_a_lawful_progression_is_itself():
    for number, style in enumerate(("song", "chorale")):
        piece = progression(ChordsAsked(Key.parse("e"), measures=12, style=style), np.random.default_rng(number))
        same = around(piece, ChordsAsked(piece.key, style=style), np.random.default_rng(9), distance=0.0)
        np.testing.assert_array_equal(same.chords, piece.chords)


def test_a_passage_that_is_cut_inside_a_phrase_can_be_varied():
    piece = progression(ChordsAsked(C, style="chorale"), np.random.default_rng(4))
    grid = piece.grid
    kept = grid.measure < 6
    cut = replace(
        piece,
        grid=Grid(grid.measure[kept], grid.pulse[kept], grid.pulses[kept], grid.ends_phrase[kept]),
        chords=piece.chords[kept],
    )
    found = around(cut, ChordsAsked(C, style="chorale"), np.random.default_rng(1), distance=0.0)
    assert_lawful(found)


def test_at_no_distance_as_little_is_changed_as_laws_ask():
    sheet = progression_of(parse_grid(SHEET.replace("G7 . . . | C", "G7 . Dm7 . | C")))
    found = around(sheet, ChordsAsked(C), np.random.default_rng(1), distance=0.0)
    assert_lawful(found)
    assert (found.chords != sheet.chords).sum() <= 2


def test_ends_of_a_path_are_kept_though_their_lengths_differ():
    ends = [progression(ChordsAsked(C, measures=many, style="chorale"), np.random.default_rng(many)) for many in (4, 9)]
    path = between(*ends, 4, ChordsAsked(C, style="chorale"))
    for end, piece in zip(ends, (path[0], path[-1]), strict=True):
        np.testing.assert_array_equal(piece.chords, end.chords)
    lengths = [int(piece.grid.measure[-1]) + 1 for piece in path]
    assert lengths == sorted(lengths)
    for piece in path:
        assert_lawful(piece)


def test_a_blend_leads_from_one_progression_to_the_other():
    one = progression_of(parse_grid(SHEET))
    other = progression_of(
        parse_grid(TUNE + "C: C . A7 . | Dm . G7 . | C . C7 . | F . Fm . | C . A7 . | D7 . . . | G7 . . . | C . . .\n")
    )
    path = between(one, other, 5, ChordsAsked(C))
    assert len(path) == 5
    for piece in path:
        assert_lawful(piece)
    assert path[0].figures == one.figures
    differs = [np.mean(piece.chords != one.chords) for piece in path]
    assert differs[0] < differs[2] < differs[4]
    assert np.mean(path[4].chords == other.chords) > 0.9


def test_progressions_of_two_meters_are_not_blended():
    one = progression_of(parse_grid(SHEET))
    waltz = progression_of(
        parse_grid("key: C major; meter: 3/4\nS: c5 . . | g4 . . | c5 . .\nC: C . . | G7 . . | C . .")
    )
    with pytest.raises(UsageError, match="4/4"):
        between(one, waltz, 5, ChordsAsked(C))


def test_a_seesaw_is_told_from_a_progression():
    piece = progression_of(parse_grid(SHEET))
    assert loops(piece) == 0
    turning = replace(piece, chords=np.tile(piece.chords[[0, 0, 4, 4]], 8))
    assert loops(turning) > 8


def test_standing_over_one_root_is_told_whatever_is_in_the_bass():
    piece = progression_of(parse_grid("key: C major; meter: 2/4\nS: c5 c5 | c5 c5 | b4 b4\nH: I I6 | I I6 | V V"))
    assert longest_stand(piece) == 2


@pytest.mark.parametrize(
    "dull", ["I - I6 - | I - - - | I - - - | V - I -", "I - V - | I - V - | I - vi - | viio6 - I -"]
)
def test_of_two_the_one_that_moves_and_closes_in_full_is_chosen(dull):
    good = "I - vi - | ii6 - V - | vi - IV - | V - I -"
    pieces = [_chords(one) for one in (dull, good)]
    assert most_telling(pieces, np.zeros(2)) is pieces[1]


def _chords(text):
    cells = " ".join(text.replace("-", ".").split())
    notes = " ".join("c5" if cell not in "|" else cell for cell in cells.split())
    return progression_of(parse_grid(f"key: C major; meter: 4/4\nS: {notes}\nH: {cells}"))


@pytest.mark.parametrize("style", ["song", "chorale"])
def test_a_sheet_holds_its_chords_note_for_note(style):
    piece = progression(ChordsAsked(Key.parse("D"), measures=4, style=style), np.random.default_rng(2))
    sheet = sheet_of(piece)
    assert [part.name for part in sheet.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert {label.kind for label in sheet.harmonies} == (
        {"numeral"} if style == "chorale" else {"numeral", "chord_symbol"}
    )
    assert sheet.end == 4 * 4 * 10080
    again = progression_of(sheet)
    assert again.style == style
    np.testing.assert_array_equal(again.chords, piece.chords)


def test_a_chorale_sheet_has_no_retrogression():
    asked = ChordsAsked(Key.parse("G"), measures=8, style="chorale")
    for number in range(3):
        sheet = sheet_of(progression(asked, np.random.default_rng(number)))
        found = [item.rule for item in check(sheet, "chorale").findings]
        assert "retrogression" not in found


def test_a_sheet_survives_writing_and_reading(tmp_path):
    piece = progression(ChordsAsked(C, measures=4), np.random.default_rng(1))
    path = tmp_path / "chords.musicxml"
    path.write_bytes(bytes(render(sheet_of(piece), ".musicxml")))
    np.testing.assert_array_equal(progression_of(read(path)).chords, piece.chords)


def test_symbols_of_a_sheet_are_those_of_songs():
    piece = progression_of(parse_grid(SHEET))
    assert [
        label.text for label in labels_of(piece) if label.kind == "chord_symbol"
    ] == "C F Dm7 G7 C F Dm7 G7 C".split()


def test_chords_over_a_tune_are_ranked_and_lawful():
    found = chords_over(parse_grid(TUNE), 3, key=C)
    assert len(found) == 3
    assert [one.log_probability for one in found] == sorted((one.log_probability for one in found), reverse=True)
    assert len({one.labels for one in found}) == 3
    table = successions("song", False)
    for one in found:
        chords = [place_of_symbol(read_symbol(label.text), C) for label in one.labels]
        assert all(table[before, after] for before, after in pairwise(chords))
        assert one.labels[-1].text in ("C", "C6")
        assert one.labels[0].onset == 0


def test_a_tune_of_one_measure_has_its_tonic():
    (found,) = chords_over(parse_grid("key: C major; meter: 4/4\nS: e5 g5 e5 c5"), 1, key=C)
    assert [label.text for label in found.labels] == ["C"]


def test_no_tune_no_chords():
    with pytest.raises(UnreadableFile, match="no melody"):
        chords_over(parse_grid("meter: 4/4\nS: r r r r"))
