"""Restyling: what of a melody stays in another meter, mode and texture, and what sounds with it keeps its rules."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.errors import MalformedScore, UsageError
from musegen.generation.restyle.cantus import cantus_of, is_sung
from musegen.generation.restyle.hymn import at_rest
from musegen.generation.restyle.identity import kept_of, quoted, structural
from musegen.generation.restyle.lines import ADDED, Line, Note, line_of, score_of
from musegen.generation.restyle.making import restyle
from musegen.generation.restyle.meters import closed, stretched
from musegen.generation.restyle.modes import in_mode, interval_breaks
from musegen.generation.restyle.ranges import COMPASS, FIDDLE, SOPRANO, has_faulty_leaps, in_range, mended
from musegen.generation.restyle.reducing import skeleton
from musegen.generation.restyle.rhythms import in_rhythm
from musegen.generation.restyle.settings import chorale_melody
from musegen.generation.restyle.styles import STYLES
from musegen.rules.engine import check
from musegen.score.files import read, read_bytes
from musegen.score.meter import TimeSignature
from musegen.score.model import BASS, TREBLE
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.tunes.symbols import GRID, METERS, home_of, symbol_of

REEL = """key: G; meter: 4/4; unit: 1/8
S: g4 b4 d5 b4 g4 b4 d5 g5 | f#5 d5 a4 d5 f#5 d5 c5 a4 | g4 b4 d5 b4 c5 e5 d5 c5 | b4 g4 a4 f#4 g4 . . ."""
HYMN = """key: F; meter: 4/4
S: f4 g4 a4 f4 | bb4 a4 g4^ . | a4 c5 bb4 a4 | g4 g4 f4^ ."""
JIG = """key: D; meter: 6/8; unit: 1/8
S: d5 f#5 a5 f#5 d5 b4 | a4 d5 f#5 e5 . a4 | d5 f#5 a5 g5 e5 c#5 | d5 . f#5 d5 . ."""
MINOR = """key: A minor; meter: 3/4
S: a4 c5 e5 | d5 b4 g4 | c5 e5 d5 | b4 g#4 b4 | a4 . ."""
TUNES = {"reel": REEL, "hymn": HYMN, "jig": JIG, "minor": MINOR}


def rng():
    return np.random.default_rng(1)


@st.composite
def lines(draw):
    """A melody of several measures in any meter and mode, in beats, halves and doubles of them."""
    meter = draw(st.sampled_from(METERS))
    bar, unit = int(meter.quarters * GRID), int(meter.beat_quarters * GRID)
    notes, onset = [], 0
    for _ in range(draw(st.integers(2, 5))):
        left = bar
        while left:
            length = min(draw(st.sampled_from((unit // 2, unit, unit, 2 * unit))), left)
            place = draw(st.integers(-3, 8))
            notes.append(Note(onset, length, symbol_of(place), len(notes)))
            onset, left = onset + length, left - length
    home = home_of(draw(st.integers(-3, 4)), draw(st.sampled_from(("major", "minor", "dorian", "mixolydian"))))
    return Line(tuple(notes), home, meter, (onset,), (onset,))


@settings(max_examples=60)
@given(lines(), st.sampled_from(("3/4", "4/4", "6/8", "running")))
def test_in_another_meter_every_note_is_there_in_its_order_and_the_last_fills_its_measure(line, into):
    made = stretched(line, into)
    assert [(note.source, note.symbol) for note in made.notes] == [(note.source, note.symbol) for note in line.notes]
    assert all(one.onset < two.onset and one.end <= two.onset for one, two in pairwise(made.notes))
    assert all(note.length > 0 for note in made.notes)
    assert made.end % made.bar == 0
    assert made.notes[-1].end == made.end


@settings(max_examples=40)
@given(lines(), st.sampled_from(sorted(style.name for style in STYLES.values() if style.meter)))
def test_strictly_kept_no_note_is_added_and_structural_ones_stay(line, name):
    style = STYLES[name]
    made = in_rhythm(stretched(line, style.meter), style.rhythm, free=False)
    kept = kept_of(line, made)
    assert kept.added == 0
    assert kept.structural_kept == kept.structural


@settings(max_examples=40)
@given(lines())
def test_a_skeleton_may_be_told_what_stays(line):
    made = stretched(line, "4/4")
    strong = {note.source for note in made.notes if note.onset % (2 * GRID) == 0}
    bare = skeleton(made, kept=frozenset(strong))
    assert strong <= {note.source for note in bare.notes}
    assert all(one.end <= two.onset for one, two in pairwise(bare.notes))


def test_upbeats_to_a_repeat_are_no_phrase_and_not_the_end():
    text = "X:1\nM:4/4\nL:1/4\nK:G\nD|:GBdB|cAFA|GAcB|A2FA|GBde|dBcA|GBAF|G3D:|\n"
    line = line_of(read_bytes(text.encode(), "tune.abc"))
    assert (line.sections, line.phrases) == ((8 * line.bar - GRID,), (4 * line.bar, 8 * line.bar - GRID))
    assert [line.pitch(note).name for note in (line.notes[0], line.notes[-1])] == ["D4", "G4"]
    whole = line_of(read_bytes(text.replace("G3D", "G4").encode(), "tune.abc"))
    assert whole.notes[-1].length == 4 * GRID


def test_a_tune_that_rests_once_is_not_divided_by_that():
    measures = ["g4 b4 d5 b4"] * 16
    resting = " | ".join([*measures[:6], "g4 b4 d5^ b4", *measures[7:]])
    line = line_of(parse_grid(f"key: G; meter: 4/4\nS: {resting}"))
    assert (line.phrases, line.has_fermatas) == (tuple(4 * bars * line.bar for bars in (1, 2, 3, 4)), False)


def test_no_chorale_has_a_leap_beyond_an_octave_where_another_way_has_none():
    clog = chorale_melody(line_of(read("ryansMammoth/CincinnatiLancashireClog")))
    assert not has_faulty_leaps(clog)


def test_stressed_notes_of_a_reel_are_downbeats_of_its_waltz():
    line = line_of(parse_grid(REEL))
    waltz = stretched(line, "3/4")
    downbeats = [note.source for note in waltz.notes if note.onset % waltz.bar == 0]
    assert downbeats == [note.source for note in line.notes if note.onset % (2 * GRID) == 0]


def test_four_eighths_of_a_reel_are_three_of_a_jig():
    line = in_rhythm(stretched(line_of(parse_grid(REEL)), "6/8"), "lilting", free=True)
    assert {note.length for note in line.notes[:-1]} == {GRID // 2}


def test_a_free_reel_runs_and_a_strict_one_does_not():
    line = stretched(line_of(parse_grid(HYMN)), "4/4")
    assert kept_of(line, in_rhythm(line, "running", free=True)).added > 3
    assert in_rhythm(line, "running", free=False) == line


def test_phrases_of_a_chorale_come_to_rest_on_strong_beats():
    line = line_of(parse_grid(REEL))._replace(phrases=(2 * 96, 4 * 96))
    ends = [note for note in at_rest(skeleton(line)).notes if note.end in (2 * 96, 4 * 96)]
    assert [note.length for note in ends] == [2 * GRID, 2 * GRID]
    assert [note.onset % (2 * GRID) for note in ends] == [0, 0]


@settings(max_examples=60)
@given(lines())
def test_the_other_mode_keeps_places_and_breaks_no_more_intervals(line):
    other = "major" if line.home.mode in (3, 4) else "minor"
    made = in_mode(line, other)
    assert [note.place for note in made.notes] == [note.place for note in line.notes]
    assert [note.onset for note in made.notes] == [note.onset for note in line.notes]
    seconds = [
        (one, two) for one, two in pairwise(made.notes) if abs(one.place - two.place) == 1
        and interval_breaks(two.place - one.place, made.pitch(two).pitch - made.pitch(one).pitch)
    ]  # fmt: skip
    assert not seconds


def test_major_to_minor_and_back_is_the_same_tune():
    line = line_of(parse_grid(REEL))
    assert in_mode(in_mode(line, "minor"), "major") == line


def test_the_leading_tone_is_raised_at_the_close_of_a_tune_in_minor():
    made = in_mode(line_of(parse_grid(REEL)), "minor")
    names = [made.pitch(note).name for note in made.notes]
    assert names[-2:] == ["F#4", "G4"]
    assert "B-4" in names
    assert "B4" not in names


def test_a_piece_that_is_in_the_mode_already_is_refused():
    with pytest.raises(UsageError, match="G major, which is major already"):
        restyle(parse_grid(REEL), "major", rng())


def test_all_voices_of_a_piece_change_their_mode():
    score = parse_grid("key: C; meter: 4/4\nS: e5 d5 c5 b4 | c5 . . .\nB: c4 g3 a3 g3 | c3 . . .")
    made = restyle(score, "minor", rng())
    assert made.score.measures[0].key_signature.fifths == -3
    assert [made.score.notes["pitch"][0], made.score.notes["pitch"][-1]] == [75, 48]
    assert len(made.score.parts) == 2


def test_a_melody_too_wide_for_a_soprano_is_folded_with_its_neighbours():
    wide = line_of(parse_grid("key: D; meter: 4/4\nS: d4 a4 d5 f#5 | a5 d6 a5 f#5 | d5 a4 d4 a3 | d4 . . ."))
    sung = in_range(wide, SOPRANO)
    assert all(57 <= pitch <= 81 for pitch in sung.pitches)
    assert [note.place % 7 for note in sung.notes] == [note.place % 7 for note in wide.notes]


def test_a_key_that_is_asked_for_is_the_key():
    for style in ("waltz", "jig", "counterpoint"):
        assert restyle(parse_grid(REEL), style, rng(), key=Key.parse("E-")).line.home.words == "E flat major"


@pytest.mark.parametrize("tune", TUNES)
@pytest.mark.parametrize("style", ["waltz", "march", "ragtime", "jig", "reel", "counterpoint"])
def test_no_error_rule_of_the_pack_is_broken(tune, style):
    made = restyle(parse_grid(TUNES[tune]), style, rng())
    assert made.errors == 0
    assert made.kept.structural_kept >= made.kept.structural / 2


def test_a_chorale_has_four_voices_under_fermatas_and_no_errors():
    made = restyle(parse_grid(HYMN), "chorale", rng(), keep="strict")
    assert [part.name for part in made.score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert made.errors == 0
    assert made.kept.structural_kept == made.kept.structural


def test_the_same_seed_gives_the_same_voice_and_another_another():
    first, again, other = (restyle(parse_grid(REEL), "counterpoint", np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.score == again.score
    assert first.score != other.score


@settings(max_examples=15)
@given(lines())
def test_a_cantus_is_sung_diatonically_and_closes_by_step(line):
    made = cantus_of(line)
    assert all(is_sung(made, one, two) for one, two in pairwise(made.notes))
    assert [note.place % 7 for note in made.notes[-2:]] == [1, 0]
    assert made.notes[-2].place == made.notes[-1].place + 1


def test_counterpoint_is_checked_by_its_species():
    made = restyle(parse_grid(MINOR), "counterpoint", rng())
    assert check(made.score, "species-5").count("error") == 0
    assert any(note.source == ADDED for note in made.line.notes) or made.kept.added == 0


def test_lines_on_paper_are_read_back_as_they_are():
    line = line_of(parse_grid(JIG))
    assert line_of(score_of(line, "")) == line


def test_structural_notes_are_those_on_strong_beats():
    assert sorted(structural(line_of(parse_grid(JIG))))[:4] == [0, 3, 6, 9]


def test_a_pickup_is_taken_from_the_last_measure():
    line = line_of(parse_grid("key: G; meter: 3/4; pickup: 1\nS: d4 | g4 b4 d5 | g4 ."))
    assert closed(line).end == line.end


def test_what_is_no_melody_is_refused_with_its_place():
    with pytest.raises(MalformedScore, match="too few"):
        restyle(parse_grid("meter: 4/4\nS: c5 d5 e5 ."), "waltz", rng())


def test_unknown_words_are_usage_errors():
    for options in ({"style": "polka"}, {"style": "waltz", "keep": "all"}):
        with pytest.raises(UsageError):
            restyle(parse_grid(REEL), options["style"], rng(), keep=options.get("keep", "free"))
    with pytest.raises(UsageError):
        stretched(line_of(parse_grid(REEL)), "5/8")
    with pytest.raises(UsageError):
        in_rhythm(line_of(parse_grid(REEL)), "limping", free=True)
    assert TimeSignature(4, 4) == stretched(line_of(parse_grid(MINOR)), "running").meter
    assert in_range(line_of(parse_grid(REEL)), FIDDLE) == line_of(parse_grid(REEL))


@settings(max_examples=60)
@given(lines())
def test_a_mended_line_has_no_augmented_leap_and_none_beyond_an_octave(line):
    made = mended(line)
    assert check(score_of(made, ""), "melody").count("error") == 0
    assert [note.onset for note in made.notes] == [note.onset for note in line.notes]
    assert made == line or check(score_of(line, ""), "melody").count("error") > 0


def test_an_augmented_fourth_of_the_tune_is_mended_in_its_reel():
    tune = parse_grid("key: C; meter: 4/4; unit: 1/8\nS: c5 d5 e5 f5 b5 a5 g5 e5 | f5 d5 b4 d5 c5 . . .")
    assert check(tune, "melody").count("error") == 1
    assert restyle(tune, "reel", rng()).errors == 0


def test_no_degree_is_in_two_forms_at_once_in_minor():
    score = parse_grid(
        "key: C; meter: 4/4\nS: e5 d5 c5 b4 | a4 b4 c5 .\nA: g4 g4 a4 g4 | f4 g4 g4 .\n"
        "T: c4 b3 e4 d4 | c4 d4 e4 .\nB: c3 g3 a3 b3 | f3 g3 c3 ."
    )
    made = restyle(score, "minor", rng()).score.notes.sounding().rows
    for one in made:
        at_once = made[
            (made["onset"] < one["onset"] + one["duration"]) & (one["onset"] < made["onset"] + made["duration"])
        ]
        assert not set((at_once["fifths"] - one["fifths"]).tolist()) & {7, -7}


def test_a_waltz_of_a_jig_is_not_in_quarters_alone():
    lengths = {note.length for note in restyle(parse_grid(JIG), "waltz", rng()).line.notes}
    assert {GRID // 2, GRID, GRID + GRID // 2} <= lengths


def test_a_chorale_is_sung_within_a_ninth_and_quotes_its_tune():
    line = stretched(line_of(parse_grid(REEL)), "4/4")
    made = chorale_melody(line)
    assert max(made.pitches) - min(made.pitches) <= COMPASS
    assert quoted(line, made) > 10
    assert len(made.notes) < len(line.notes)


def test_a_chorale_has_no_upbeat_of_triplets():
    grid = "key: G; meter: 4/4; unit: 1/12; pickup: 1\nS: d4 e4 f#4 | " + " | ".join(
        ["g4 . . b4 . . d5 . . b4 . ."] * 3 + ["g4 . . . . . . . ."]
    )
    assert all(note.onset % (GRID // 2) == 0 for note in chorale_melody(line_of(parse_grid(grid))).notes)


def test_a_florid_voice_has_quavers_and_no_two_measures_after_each_other_with_the_same_turn():
    reel = "key: G; meter: 4/4\nS: " + " | ".join(
        ["g4 a4 b4 g4", "c5 b4 a4 b4", "d5 c5 b4 a4", "g4 a4 b4 a4"] * 2 + ["g4 . . ."]
    )
    quavers = 0
    for seed in range(3):
        made = restyle(parse_grid(reel), "counterpoint", np.random.default_rng(seed))
        assert made.errors == 0
        quavers += int(np.count_nonzero(made.score.notes["duration"] * 2 == made.score.ticks_per_quarter))
    assert quavers > 0


def test_a_line_stands_in_the_clef_with_the_fewest_ledger_lines():
    tenor, low = (
        parse_grid(f"meter: 4/4\nS: {notes}") for notes in ("g3 b3 d4 g4 | a4 b4 a4 g4", "d3 e3 g3 a3 | b3 a3 g3 e3")
    )
    assert [score_of(line_of(score), "").parts[0].clefs[0] for score in (tenor, low)] == [TREBLE, BASS]
