"""Melodies that are made: what is asked for is kept, whatever is asked for; the same seed gives the same melody."""

import numpy as np
import pytest

from musegen import read
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import UsageError
from musegen.evaluation.melodies import tune as judges
from musegen.evaluation.melodies.asked import Asked, kept
from musegen.generation.tunes.making import TuneWish, closes, melodies
from musegen.generation.tunes.plans import draw_plan
from musegen.generation.tunes.primers import primer_of
from musegen.generation.tunes.ranges import range_named
from musegen.generation.tunes.under import chart_of_score, chart_of_words
from musegen.rules.packs import load_pack
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.form import form_of
from musegen.theory.tunes.levels import level_of
from musegen.theory.tunes.symbols import LENGTHS, METERS, MODES, home_named
from musegen.theory.tunes.tune import tune_of

SIX_EIGHT = TimeSignature(6, 8)


def _made(**asked):
    wish = TuneWish(**{"candidates": 2, "measures": 8} | asked)
    return next(melodies(wish, seed=asked.pop("seed", 3) if "seed" in asked else 3))


@pytest.mark.parametrize("meter", METERS, ids=str)
def test_every_meter_is_kept(meter):
    made = _made(meter=meter, key=home_named("G"))
    assert {measure.time_signature for measure in made.score.measures} == {meter}
    assert made.tune.bars == 8
    assert not made.errors


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_kept_and_ends_on_its_tonic(mode):
    home = home_named(f"D {mode}")
    made = _made(key=home)
    assert {measure.key_signature.fifths for measure in made.score.measures} == {home.signature}
    last = made.score.notes.sounding().rows[-1]
    assert (int(last["fifths"]), int(last["pitch"]) % 12) == (2, 2)


@pytest.mark.parametrize("measures", [2, 3, 5, 7, 11, 16, 20, 33, 64])
def test_every_length_is_kept(measures):
    made = _made(measures=measures, meter=TimeSignature(2, 4), key=home_named("D"))
    judged = judges.tune_of(made.score, "made")
    assert kept(judged, Asked("D major", "2/4", measures, cadence=False)) == {
        "key": True, "meter": True, "length": True
    }  # fmt: skip


@pytest.mark.parametrize("span", ["G3-D5", "E2-C4", "C5-C6", "A3-E4"])
def test_a_range_is_kept(span):
    low, high = range_named(span)
    made = _made(range=(low, high), key=home_named("C"))
    pitches = made.score.notes["pitch"]
    assert low <= pitches.min()
    assert pitches.max() <= high


@pytest.mark.parametrize("seed", range(1, 6))
def test_easy_melodies_have_notes_on_their_beats_whatever_upbeat_was_drawn(seed):
    made = next(melodies(TuneWish(level=1, measures=8, candidates=1, key=home_named("D")), seed=seed))
    assert made.tune.meter.beat_quarters * 24 * made.tune.meter.numerator >= np.array(LENGTHS)[made.tune.length].max()
    assert int(made.tune.is_note.sum()) >= 12
    assert made.score.notes.sounding().rows[-1]["pitch"] % 12 == 2


@pytest.mark.parametrize("level", range(1, 9))
def test_a_level_is_never_passed(level):
    made = _made(level=level, meter=TimeSignature(4, 4), pickup="none")
    assert level_of(made.tune) <= level


def test_what_is_written_is_the_tune_that_was_drawn():
    for seed in range(4):
        made = next(melodies(TuneWish(candidates=1, measures=16), seed=seed))
        again = tune_of(made.score)
        for one, other in ((made.tune.symbol, again.symbol), (made.tune.length, again.length)):
            assert one.tolist() == other.tolist()
        assert made.tune.sections == again.sections


def test_the_same_seed_gives_the_same_bytes_and_the_number_of_melodies_does_not_matter():
    wish = TuneWish(measures=8, candidates=2)
    one, other = (list(melodies(wish, seed=5, count=count)) for count in (1, 2))
    assert write_musicxml(one[0].score) == write_musicxml(other[0].score)
    assert write_musicxml(other[0].score) != write_musicxml(other[1].score)


def test_a_primer_is_kept_note_for_note():
    score = parse_grid("key: D dorian; meter: 6/8; unit: 1/8\nS: d4 e4 f4 g4 a4 b4 | c5 b4 a4 g4 f4 e4")
    made = next(melodies(TuneWish(measures=8, candidates=2), seed=1, primer=primer_of(score)))
    assert made.tune.home == home_named("D dorian")
    assert made.score.notes["pitch"][:12].tolist() == score.notes["pitch"].tolist()
    assert made.tune.bars == 8


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"meter": TimeSignature(3, 4)}, "another meter"),
        ({"key": home_named("G")}, "another key"),
        ({"measures": 2}, "the primer has 2 measures"),
    ],
)
def test_what_a_primer_contradicts_is_told(asked, told):
    score = parse_grid("key: D dorian; meter: 6/8; unit: 1/8\nS: d4 e4 f4 g4 a4 b4 | c5 b4 a4 g4 f4 e4")
    with pytest.raises(UsageError, match=told):
        list(melodies(TuneWish(**{"measures": 8} | asked), seed=1, primer=primer_of(score)))


def test_chords_stand_over_the_melody_where_they_were_asked_for():
    made = _made(key=home_named("F"), chords=chart_of_words("F | Gm7 C7 | F | C7"), pickup="none", style="song")
    bar = made.score.measures[0].length
    found = [(label.onset / bar, label.text) for label in made.score.harmonies]
    assert found[:4] == [(0, "F"), (1, "Gm7"), (1.5, "C7"), (2, "F")]
    assert len(found) == 10
    assert chart_of_score(made.score).bars[1] == ((0.0, "Gm7"), (0.5, "C7"))


def test_over_chords_more_notes_on_felt_beats_belong_to_them_than_without():
    chart = chart_of_words("F | C7 | B- | C7 | F | Gm | C7 | F")
    shares = []
    for chords in (chart, None):
        inside = total = 0
        for seed in range(4):
            wish = TuneWish(
                key=home_named("F"), meter=TimeSignature(4, 4), measures=8, pickup="none", style="song", chords=chords,
                candidates=1,
            )  # fmt: skip
            notes = next(melodies(wish, seed=seed)).score.notes
            members = [
                {5, 9, 0},
                {0, 4, 7, 10},
                {10, 2, 5},
                {0, 4, 7, 10},
                {5, 9, 0},
                {7, 10, 2},
                {0, 4, 7, 10},
                {5, 9, 0},
            ]
            for row in notes.rows[notes["onset"] % 20160 == 0]:
                inside += int(row["pitch"]) % 12 in members[int(row["measure_index"])]
                total += 1
        shares.append(inside / total)
    assert shares[0] > shares[1] + 0.1


@pytest.mark.parametrize(("mood", "modes"), [("happy", {"major", "mixolydian"}), ("sad", {"minor"})])
def test_a_mood_has_its_modes(mood, modes):
    assert MODES[_made(mood=mood).tune.home.mode] in modes


def test_a_quick_mood_has_more_notes_than_a_slow_one():
    counts = [
        sum(len(made.score.notes) for made in melodies(TuneWish(mood=mood, meter=TimeSignature(4, 4), measures=8,
                                                                candidates=1, pickup="none"), seed=2, count=6))
        for mood in ("tense", "sad")
    ]  # fmt: skip
    assert counts[0] > counts[1]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"style": "baroque"}, "no style"),
        ({"genre": "tango"}, "no genre"),
        ({"mood": "odd"}, "no mood"),
        ({"measures": 1}, "1 measures"),
        ({"measures": 1000}, "1000 measures"),
        ({"meter": TimeSignature(5, 4)}, "5/4"),
        ({"range": (60, 62)}, "too few notes"),
        ({"temperature": 0.0}, "temperature"),
    ],
)
def test_what_no_melody_can_be_is_told(asked, told):
    with pytest.raises(UsageError, match=told):
        list(melodies(TuneWish(**asked), seed=1))


def test_plans_come_from_real_forms_and_end_on_the_tonic():
    rng = np.random.default_rng(0)
    plans = [draw_plan(rng) for _ in range(50)]
    assert all(plan.form.goal[-1] == 0 for plan in plans)
    assert 0.3 < np.mean([plan.bars == 16 for plan in plans]) < 0.95
    assert any(any(plan.repeated) for plan in plans)
    assert all((plan.form.source <= np.arange(plan.bars)).all() for plan in plans)


@pytest.mark.slow
def test_a_melody_does_what_its_plan_says():
    """Measures that the plan has come again do: at least half of what sounds in them is that of their model."""
    alike, asked = 0, 0
    for made in melodies(TuneWish(measures=16, candidates=4), seed=11, count=10):
        form = form_of(made.tune)
        wanted = np.flatnonzero(made.plan.form.kinship == 1)
        asked += len(wanted)
        alike += sum(int(form.kinship[bar] in (1, 2)) for bar in wanted)
    assert alike > 0.7 * asked


@pytest.mark.slow
def test_rules_of_the_pack_are_kept_by_melodies_of_all_kinds():
    pack = load_pack("melody")
    made = list(melodies(TuneWish(candidates=2), seed=21, count=25))
    assert pack.id == "melody"
    assert sum(one.errors for one in made) == 0
    assert sum(closes(one.tune) for one in made) >= 24


def test_a_piece_of_music21s_corpus_can_be_the_primer():
    primer = primer_of(read("oneills1850/0001-0050#3"))
    made = next(melodies(TuneWish(measures=primer.tune.bars + 8, candidates=1), seed=1, primer=primer))
    assert made.tune.symbol[: len(primer.opening.symbol)].tolist() == primer.opening.symbol.tolist()
