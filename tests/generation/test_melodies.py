"""Melodies that are made: what is asked for is kept, whatever is asked for; the same seed gives the same melody."""

import numpy as np
import pytest

from musegen import read
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import UsageError
from musegen.evaluation.melodies import lines as judges
from musegen.evaluation.melodies.asked import Asked, kept
from musegen.generation.tunes.making import TuneWish, closes, melodies
from musegen.generation.tunes.periods import period_plan
from musegen.generation.tunes.plans import draw_plan
from musegen.generation.tunes.primers import primer_of
from musegen.generation.tunes.ranges import range_named
from musegen.generation.tunes.ranking import awkward, shapeless
from musegen.generation.tunes.under import chart_of_score, chart_of_words
from musegen.rules.packs import load_pack
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.tunes.form import form_of
from musegen.theory.tunes.levels import LIMITS, level_of
from musegen.theory.tunes.symbols import LENGTHS, METERS, MODES, home_named, place_of
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
    made = _made(measures=measures, meter=TimeSignature(4, 4), key=home_named("D"))
    judged = judges.line_of(made.score, "made")
    assert kept(judged, Asked("D major", "4/4", measures, cadence=False)) == {
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


_CHARTS = "F | C7 | B- | C7 | F | Gm | C7 | F", "Am | Dm | E7 | Am", "C | E7 | Am | D7 | G7 | C7 | F | G7 C", "G | D7"


@pytest.mark.parametrize("text", _CHARTS)
@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8"])
def test_what_is_no_chord_tone_comes_and_goes_by_step_and_the_last_note_is_one(text, meter):
    chart = chart_of_words(text)
    for seed in range(3):
        made = next(
            melodies(TuneWish(chords=chart, meter=TimeSignature.parse(meter), candidates=1, style="song"), seed=seed)
        )
        foreign = _foreign(made.tune, made.score)
        assert not foreign[-1]
        place, rests = place_of(made.tune.symbol), ~made.tune.is_note
        for number in np.flatnonzero(foreign):
            assert number, "a melody begins with a note of its chord"
            assert not rests[number - 1 : number + 2].any()
            assert abs(place[number] - place[number - 1]) <= 1
            assert abs(place[number + 1] - place[number]) <= 1


def _foreign(tune, score):
    """Which events begin as no member of the chord that sounds there."""
    begins = [label.onset // (10080 // 24) + int(tune.onset[0]) for label in score.harmonies]
    members = [{7 * fifths % 12 for fifths in members_of_symbol(label.text).members} for label in score.harmonies]
    at = np.searchsorted(begins, tune.onset, side="right") - 1
    return np.array(
        [
            bool(note and chord >= 0 and tune.home.pitch(symbol).pitch % 12 not in members[chord])
            for note, chord, symbol in zip(tune.is_note, at, tune.symbol.tolist(), strict=True)
        ]
    )


def test_strong_beats_of_songs_have_chord_tones_as_often_as_those_of_real_ones():
    """Of 168 lead sheets 83 in a hundred notes on downbeats are of the chord."""
    inside = total = 0
    for number, text in enumerate(_CHARTS):
        for made in melodies(TuneWish(chords=chart_of_words(text), candidates=2), seed=number, count=4):
            downbeat = made.tune.is_note & (made.tune.onset % made.tune.bar == 0) & (made.tune.onset >= 0)
            inside += int((~_foreign(made.tune, made.score))[downbeat].sum())
            total += int(downbeat.sum())
    assert inside / total > 0.83


def test_rests_of_songs_are_eighths_or_longer_and_begin_on_eighths():
    for made in melodies(TuneWish(style="song", candidates=1, measures=16), seed=5, count=6):
        rests = ~made.tune.is_note
        assert (np.array(LENGTHS)[made.tune.length][rests] % 12 == 0).all()
        assert (made.tune.onset[rests] % 12 == 0).all()


def test_a_jig_in_two_four_as_some_collections_have_it_can_still_be_made_by_judges():
    assert _made(genre="jig", meter=TimeSignature(2, 4), style="irish").tune.bars == 8


def test_over_chords_nothing_is_repeated_that_they_do_not_repeat():
    chart = chart_of_words("C | Am | F | G7 | C | Am | Dm G7 | C")
    made = next(melodies(TuneWish(chords=chart, measures=16, candidates=1), seed=2))
    assert not any(measure.repeat_end or measure.repeat_start for measure in made.score.measures)
    form = made.plan.form
    for bar in np.flatnonzero(np.isin(form.kinship, (1, 2))):
        assert chart.over(int(bar)) == chart.over(int(form.source[bar]))


@pytest.mark.parametrize(("text", "key", "measures"), [("G | D7 | C D7 | G", "G", 8), ("Am Dm | E7 | Am", "a", 9)])
def test_key_and_length_are_those_of_the_chords(text, key, measures):
    made = next(melodies(TuneWish(chords=chart_of_words(text), candidates=1), seed=1))
    assert made.tune.home[:2] == home_named(key)[:2]
    assert made.tune.bars == measures


def test_a_blues_is_in_the_key_of_its_sevenths_and_a_key_far_from_the_chords_is_refused():
    blues = chart_of_words("C7 | F7 | C7 | C7 | F7 | F7 | C7 | C7 | G7 | F7 | C7 | C7")
    assert blues.home == home_named("C")
    with pytest.raises(UsageError, match="not in E major"):
        list(melodies(TuneWish(chords=blues, key=home_named("E")), seed=1))


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_phrases_of_exercises_close_on_strong_beats_with_long_notes_that_are_come_to_by_step(level):
    for made in melodies(TuneWish(level=level, candidates=1), seed=level, count=6):
        tune, plan = made.tune, made.plan
        assert plan.bars == 8
        assert not any(plan.repeated)
        place, size = place_of(tune.symbol), np.array(LENGTHS)[tune.length]
        for end in plan.phrase_ends:
            last = int(np.flatnonzero((tune.onset < end) & tune.is_note)[-1])
            assert tune.onset[last] % plan.strong == 0
            assert size[last] >= plan.meter.pulse_quarters * 24
            assert abs(place[last] - place[last - 1]) == 1
            degree = int(place[last]) % 7
            assert degree == 0 if end == plan.end else degree in (1, 4, 6)


def test_the_answer_of_an_exercise_begins_as_the_question_did():
    for made in melodies(TuneWish(level=2, meter=TimeSignature(4, 4), candidates=4), seed=1, count=5):
        again = np.flatnonzero(made.plan.form.kinship == 1)
        form = form_of(made.tune)
        assert all(form.kinship[bar] == 1 or form.kinship[bar] == 2 for bar in again)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_no_leap_of_an_exercise_is_wider_than_its_level_even_into_its_closes(level):
    for made in melodies(TuneWish(level=level, candidates=1), seed=40 + level, count=8):
        assert abs(np.diff(place_of(made.tune.symbol[made.tune.is_note]))).max() <= LIMITS[level - 1].leap


def test_exercises_in_compound_time_do_not_divide_its_beats():
    made = _made(level=3, meter=SIX_EIGHT)
    assert np.array(LENGTHS)[made.tune.length].min() >= 12


def test_candidates_with_sevenths_leaps_on_leaps_and_rocking_are_ranked_lower():
    plan = period_plan(np.random.default_rng(0), TimeSignature(4, 4), 2)
    lines = {
        "smooth": "c5 d5 e5 f5 | g5 e5 d5 c5",
        "seventh": "c5 b5 e5 f5 | g5 e5 d5 c5",
        "leaps on leaps": "c5 g5 e6 f5 | g5 e5 d5 c5",
        "rocking": "c5 e5 c5 e5 | c5 e5 c5 c5",
    }
    costs = {name: awkward(tune_of(parse_grid(f"meter: 4/4\nS: {line}")), plan) for name, line in lines.items()}
    assert costs["smooth"] == 0
    assert all(cost > 0 for name, cost in costs.items() if name != "smooth")


def test_a_phrase_with_one_summit_is_ranked_before_one_that_stands_still():
    plan = period_plan(np.random.default_rng(0), TimeSignature(4, 4), 2)
    shaped, flat = (
        shapeless(tune_of(parse_grid(f"meter: 4/4\nS: {line}")), plan)
        for line in ("c5 d5 e5 f5 | g5 e5 d5 c5", "c5 c5 d5 c5 | c5 c5 c5 c5")
    )
    assert shaped < flat


@pytest.mark.parametrize("pickup", ["none", "beat"])
def test_an_upbeat_is_as_it_was_asked_for_whatever_form_was_drawn(pickup):
    for meter in (SIX_EIGHT, TimeSignature(3, 2)):
        made = _made(pickup=pickup, meter=meter, measures=16, style="american")
        assert int(made.tune.onset[0]) == (0 if pickup == "none" else -int(meter.beat_quarters * 24))


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
    made = list(melodies(TuneWish(), seed=21, count=25))
    assert pack.id == "melody"
    assert sum(one.errors for one in made) == 0
    assert sum(closes(one.tune) for one in made) == 25


def test_a_piece_of_music21s_corpus_can_be_the_primer():
    primer = primer_of(read("oneills1850/0001-0050#3"))
    made = next(melodies(TuneWish(measures=primer.tune.bars + 8, candidates=1), seed=1, primer=primer))
    assert made.tune.symbol[: len(primer.opening.symbol)].tolist() == primer.opening.symbol.tolist()


@pytest.mark.parametrize("asked", [{"level": 2}, {"style": "song"}, {"style": "irish"}])
def test_keys_that_are_drawn_end_inside_the_range(asked):
    wish = TuneWish(measures=8, candidates=1, range=range_named("G4-E5"), **asked)
    for made in melodies(wish, seed=1, count=12):
        pitch = made.score.notes.sounding()["pitch"]
        assert 67 <= pitch.min() <= pitch.max() <= 76
