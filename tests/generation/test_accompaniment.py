"""Accompaniments: given notes are kept, chords are those of the symbols, hands can play them, the last one rings."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from musegen.errors import PackError, UsageError
from musegen.generation.accompaniment.guitar import can_finger, shapes
from musegen.generation.accompaniment.judging import own_findings
from musegen.generation.accompaniment.making import accompany
from musegen.generation.accompaniment.styles import load_style, style_names
from musegen.generation.accompaniment.voicings import candidates
from musegen.score.model import Direction
from musegen.score.pitch import pitch_class_of
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid
from musegen.theory.songs.sheet import read_symbol, sheet_chords

SHEETS = {
    "2/4": """key: G major; meter: 2/4; unit: 1/8
S: g4 a4 b4 d5 | c5 . a4 . | b4 c5 d5 b4 | g4 . . .
C: G . . . | Am . D7/F# . | G . D7 . | G . . .""",
    "3/4": """key: F major; meter: 3/4; pickup: 1
S: c5 | a4 . c5 | d5 . bb4 | g4 a4 bb4 | a4 . .
C: NC | F . . | Bb . . | Gm7 . C7 | F . .""",
    "4/4": """key: C major; meter: 4/4
S: e5 . g5 e5 | d5 . c5 a4 | f5 e5 d5 b4 | c5 . . . | r . . g4 | c5 . . .
C: C . Am7 . | Dm7/G . G7 . | Fmaj7 . G7 . | C . . . | NC . . . | C6 . . .""",
    "2/2": """key: D major; meter: 2/2
S: f#5 . a5 . | g5 f#5 e5 . | d5 . . .
C: D . Bm . | Em7 . A7 . | D . . .""",
    "6/8": """key: a minor; meter: 6/8; unit: 1/8
S: e5 . a4 c5 . e5 | d5 . b4 g#4 . b4 | a4 . . . . .
C: Am . . . . . | Dm . . E7 . . | Am . . . . .""",
    "9/8": """key: Bb major; meter: 9/8; unit: 1/8
S: bb4 . d5 f5 . d5 c5 . . | bb4 . . . . . . . .
C: Bb . . Eb . . F7 . . | Bb . . . . . . . .""",
    "12/8": """key: E major; meter: 12/8; unit: 1/8
S: g#5 . b4 e5 . . f#5 . e5 d#5 . . | e5 . . . . . . . . . . .
C: E . . . . . B7 . . . . . | E . . . . . . . . . . .""",
}
LEVELS = (1, 2, 3, 4, 5, 6, 7, 8)


@cache
def sheet(meter):
    return parse_grid(SHEETS[meter])


@cache
def made(meter, style, level, seed=1, parts=("bass", "chords", "drums")):
    return accompany(sheet(meter), np.random.default_rng(seed), style=style, level=level, parts=parts)


def added(piece):
    notes = piece.score.notes.sounding()
    return notes.rows[notes["part"] >= piece.first_part]


@pytest.mark.parametrize("style", style_names())
@pytest.mark.parametrize("meter", SHEETS)
def test_every_style_plays_in_every_meter_and_level(style, meter):
    for level in LEVELS:
        piece = made(meter, style, level)
        found = own_findings(piece)
        assert [str(item) for item in found if item.severity == "error"] == []
        assert not {"bass-off-chord", "outside-chord-symbol", "crossed-hands", "too-many-fingers"} & {
            item.rule for item in found
        }


@pytest.mark.parametrize("style", style_names())
def test_what_was_given_stays_as_it_is(style):
    piece = made("3/4", style, 4)
    given = piece.score.notes.where(piece.score.notes["part"] < piece.first_part)
    assert given == sheet("3/4").notes
    assert piece.score.measures == sheet("3/4").measures
    assert piece.score.harmonies == sheet("3/4").harmonies


@pytest.mark.parametrize("style", style_names())
def test_a_sheet_without_a_tempo_goes_at_that_of_the_style(style):
    known = load_style(style)
    assert made("3/4", style, 4).score.directions == (Direction(0, "tempo", known.title, known.tempo),)


def test_a_sheet_keeps_its_own_tempo_and_players_have_short_names():
    slow = replace(sheet("3/4"), directions=(Direction(0, "tempo", "Adagio", 50.0),))
    piece = accompany(slow, np.random.default_rng(1), style="swing")
    assert piece.score.directions == slow.directions
    assert [part.abbreviation for part in piece.score.parts[1:]] == ["Pno.", "D. B.", "Dr."]


@pytest.mark.parametrize("style", style_names())
@pytest.mark.parametrize("meter", SHEETS)
def test_a_chord_begins_with_its_bass_and_its_third_is_heard(style, meter):
    for level in (1, 4, 8):
        piece = made(meter, style, level)
        rows = added(piece)
        for chord in piece.chords:
            begun = rows[rows["onset"] == chord.onset]
            assert len(begun), (style, level, chord.text)
            assert int(begun["pitch"].min()) % 12 == int(pitch_class_of(chord.bass))
            heard = rows[(rows["onset"] < chord.end) & (rows["onset"] + rows["duration"] > chord.onset)]
            everything = piece.score.notes.sounding().rows
            sung = everything[(everything["onset"] < chord.end)]
            sung = sung[sung["onset"] + sung["duration"] > chord.onset]
            third = int(pitch_class_of(chord.members[1]))
            assert third in {int(pitch) % 12 for pitch in (*heard["pitch"], *sung["pitch"])}


@pytest.mark.parametrize("style", style_names())
def test_chords_have_no_foreign_notes_and_basses_pass_by_step_only(style):
    piece = made("4/4", style, 7)
    rows = added(piece)
    for part in sorted(set(rows["part"].tolist())):
        for staff in (1, 2):
            here = rows[(rows["part"] == part) & (rows["staff"] == staff)]
            for row in here:
                chord = next(one for one in piece.chords if one.onset <= row["onset"] < one.end)
                if int(row["pitch"]) % 12 not in {int(pitch_class_of(tone)) for tone in (*chord.members, chord.bass)}:
                    later = here[here["onset"] > row["onset"]]
                    following = later[later["onset"] == later["onset"].min()]["pitch"].astype(int)
                    assert (abs(following - int(row["pitch"])) <= 2).any()


def test_nothing_sounds_without_a_chord():
    for style in style_names():
        piece = made("4/4", style, 6)
        chord = piece.chords[-2]
        silent = added(piece)
        inside = (silent["onset"] < piece.chords[-1].onset) & (silent["onset"] + silent["duration"] > chord.end)
        assert not inside.any()
        assert int(silent["onset"].min()) >= 0
    assert int(added(made("3/4", "waltz", 3))["onset"].min()) == 10080


@pytest.mark.parametrize("style", style_names())
@pytest.mark.parametrize("meter", SHEETS)
def test_the_last_chord_rings_to_the_end(style, meter):
    piece = made(meter, style, 8)
    rows, score = added(piece), piece.score
    last = rows[rows["onset"] >= piece.chords[-1].onset]
    last = last[last["onset"] >= score.measures[-1].onset]
    assert set(last["onset"].tolist()) == {max(piece.chords[-1].onset, score.measures[-1].onset)}
    assert set((last["onset"] + last["duration"]).tolist()) == {score.end}


def test_more_is_played_from_level_to_level():
    for style in style_names():
        counts = [len(set(added(made("4/4", style, level))["onset"].tolist())) for level in LEVELS]
        assert counts[0] == min(counts)
        assert counts[7] >= 2 * counts[0]


def test_no_bass_leaps_beyond_an_octave():
    for style in ("swing", "bossa", "rock", "chorale", "march"):
        for meter in SHEETS:
            piece = made(meter, style, 6)
            rows = added(piece)
            line = rows[(rows["part"] == rows["part"].max()) & (rows["staff"] == rows["staff"].max())]
            lows = [int(line["pitch"][line["onset"] == onset].min()) for onset in sorted(set(line["onset"].tolist()))]
            assert max(abs(two - one) for one, two in pairwise(lows)) <= 12


def test_a_walking_bass_moves_and_arrives_by_step_or_fifth():
    piece = made("4/4", "swing", 4)
    bass = added(piece)
    bass = bass[bass["part"] == bass["part"].max()]
    onsets, pitch = bass["onset"].tolist(), bass["pitch"].tolist()
    arrivals = [
        abs(pitch[n] - pitch[n - 1]) for n, onset in enumerate(onsets) if n and onset in {c.onset for c in piece.chords}
    ]
    assert set(arrivals) <= {1, 2, 5, 7, 12, 0, 3, 4}
    assert sum(step in (1, 2, 5, 7) for step in arrivals) > len(arrivals) / 2


def test_the_same_seed_gives_the_same_music_and_another_another():
    again = accompany(sheet("4/4"), np.random.default_rng(1), style="swing", level=6)
    assert again.score == made("4/4", "swing", 6).score
    others = [made("4/4", "swing", 6, seed=seed).score.notes for seed in range(2, 6)]
    assert any(other != again.score.notes for other in others)


def test_parts_are_left_out_on_request():
    everything = made("4/4", "swing", 3)
    assert [part.name for part in everything.score.parts][1:3] == ["Piano", "Double Bass"]
    alone = made("4/4", "swing", 3, parts=("bass",))
    assert [part.name for part in alone.score.parts[1:]] == ["Double Bass"]
    chords = made("4/4", "ballad", 3, parts=("chords",))
    assert [(part.name, len(part.clefs)) for part in chords.score.parts[1:]] == [("Piano", 1)]
    assert not [item for item in own_findings(chords) if item.rule == "bass-off-chord"]
    with pytest.raises(UsageError, match="Alberti bass has no bass"):
        accompany(sheet("4/4"), np.random.default_rng(1), style="alberti", parts=("bass",))


def test_a_melody_without_symbols_gets_chords():
    tune = replace(sheet("4/4"), harmonies=())
    piece = accompany(tune, np.random.default_rng(1), style="ballad")
    assert piece.are_found
    assert len(sheet_chords(piece.score)) > 2
    assert not [item for item in own_findings(piece) if item.severity == "error"]


def test_symbols_over_one_note_are_played_and_written_one_after_the_other():
    label = sheet("4/4").harmonies[0]
    two = replace(sheet("4/4"), harmonies=(label, label._replace(text="G7"), *sheet("4/4").harmonies[2:]))
    piece = accompany(two, np.random.default_rng(1), style="ballad", level=1)
    assert [(one.onset, one.text) for one in piece.score.harmonies[:2]] == [(0, "C"), (20160, "G7")]


def test_voicings_fit_a_hand_and_guitar_shapes_four_fingers():
    piano = load_style("ballad").layers["chords"]
    for symbol in ("C", "F#m7b5", "B-maj7", "E7addb9", "Asus4", "D13", "C5", "Bdim"):
        for voicing, _ in candidates(read_symbol(symbol), piano, 2):
            assert voicing[-1] - voicing[0] <= piano.span[1] <= 14
        assert shapes(read_symbol(symbol))
    assert not can_finger((5, 1, 2))
    assert (40, 47, 52, 56, 59, 64) in shapes(read_symbol("E"))


def test_over_a_foreign_bass_the_chord_keeps_its_root():
    piano = load_style("ballad").layers["chords"]
    for voicing, _ in candidates(read_symbol("Am7b5/C"), piano, 1):
        assert {pitch % 12 for pitch in voicing} == {9, 3, 7}


STYLE = """
[style]
title = "Mine"
tempo = 100
[chords]
part = "Piano"
low = "C4"
high = "C6"
[[pattern]]
meter = "4/4"
level = 1
chords = "x . u ."
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"x . u ."', '"x . y ."', "`y` is no cell of a row of chords"),
        ('"x . u ."', '". x u ."', "begins with a hold"),
        ('"x . u ."', '"x x x x x x x x x x x"', "11 cells do not divide a measure of 4/4"),
        ("level = 1", "level = 9", "level 9"), ('"4/4"', '"4/5"', "not a time signature"),
        ("Piano", "Pianola", "Pianola"), ('"C6"', '"D4"', "no room"), ("tempo = 100", "tempo = 1", "tempo of 1"),
        ("tempo = 100", "", "has no `tempo`"), ("tempo = 100", 'tempo = "x"', "`tempo`"),
        ("tempo = 100", "tempo = 100\nphrase = 0", "`phrase` cannot be 0"),
        ('part = "Piano"', 'part = "Piano"\nstaff = 9', "`staff` cannot be 9"),
        ("[style]", "[styl]", "styl"), ('chords = "x . u ."', 'bass = "1 . 5 ."', "nobody plays"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_named(old, new, said, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STYLE.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError, match=said) as caught:
        load_style(str(path))
    assert caught.value.file == str(path)


def test_a_style_of_ones_own_is_one_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STYLE, encoding="utf-8")
    piece = accompany(sheet("4/4"), np.random.default_rng(1), style=str(path), level=8, parts=("chords",))
    assert len(added(piece)) > 20
    with pytest.raises(UsageError, match="no style `polka`"):
        load_style("polka")


def spoilt(piece, change):
    """The accompaniment with the notes of its first player changed."""
    rows = piece.score.notes.rows.copy()
    ours = np.flatnonzero(rows["part"] == piece.first_part)
    change(rows, ours)
    return replace(piece, score=replace(piece.score, notes=NoteTable(rows).ordered()))


def lift_the_bass(rows, ours):
    low = ours[rows["staff"][ours] == 2]
    rows["pitch"][low] += 2
    rows["fifths"][low] += 2


def throw_the_left_hand_up(rows, ours):
    rows["pitch"][ours[rows["staff"][ours] == 2]] += 36


def spread_the_right_hand(rows, ours):
    for onset in set(rows["onset"][ours].tolist()):
        here = ours[(rows["onset"][ours] == onset) & (rows["staff"][ours] == 1)]
        rows["pitch"][here[rows["pitch"][here] == rows["pitch"][here].min()]] -= 12


def sharpen_the_chords(rows, ours):
    high = ours[rows["staff"][ours] == 1]
    rows["pitch"][high] += 1
    rows["fifths"][high] += 7


def sink_the_bass(rows, ours):
    rows["pitch"][ours[rows["staff"][ours] == 2]] -= 24


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lift_the_bass, "bass-off-chord"), (throw_the_left_hand_up, "crossed-hands"),
        (spread_the_right_hand, "wide-hand"), (sharpen_the_chords, "outside-chord-symbol"),
        (sink_the_bass, "instrument-range"),
    ],
)  # fmt: skip
def test_the_pack_finds_what_is_spoilt(change, rule):
    piece = made("4/4", "ballad", 3)
    assert not [item for item in own_findings(piece) if item.severity == "error"]
    assert rule in {item.rule for item in own_findings(spoilt(piece, change)) if item.severity == "error"}


def test_drums_keep_time_to_the_last_stroke_and_fill_where_phrases_end():
    long = "meter: 4/4\nS: " + " | ".join(["c5 d5 e5 d5"] * 8) + "\nC: " + " | ".join(["C . . ."] * 8)
    piece = accompany(parse_grid(long), np.random.default_rng(1), style="rock", level=5)
    rows = piece.score.notes.rows[piece.score.notes["part"] == len(piece.score.parts) - 1]
    names = {drum.number: drum.name for drum in piece.score.parts[-1].kit}
    by_measure = [{names[int(row["pitch"])] for row in rows[rows["measure_index"] == index]} for index in range(8)]
    assert by_measure[0] == {"closed hi-hat", "kick", "snare"}
    assert "floor tom" in by_measure[3]
    assert "floor tom" not in by_measure[2]
    assert by_measure[7] == {"kick", "crash"}
    assert set(rows["duration"][rows["measure_index"] == 7].tolist()) == {4 * 10080}
