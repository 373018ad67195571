"""Cues: as long as asked, moods where they are asked for, under the rules, the same for the same seed."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.engraving.midi import midi
from musegen.errors import UsageError
from musegen.generation.refine.rereading import reread, same_music
from musegen.generation.scenes.asking import CueWish, planned
from musegen.generation.scenes.character import character_of
from musegen.generation.scenes.making import make_cue
from musegen.generation.scenes.moods import MOODS, Mood, mood_at, mood_named, seconds_of, steps_named, steps_of
from musegen.generation.scenes.timing import shares, strain, timed
from musegen.score.meter import TimeSignature
from musegen.score.midi_events import parse_midi
from musegen.theory.keys import Key

METERS = [TimeSignature.parse(text) for text in ("2/4", "3/4", "4/4", "6/8", "2/2")]
UNIT = st.floats(-1, 1)


def cue_of(duration, words, *, seed=1, **wishes):
    return make_cue(CueWish(duration, steps_named(words), **wishes), np.random.default_rng(seed))


def heard_seconds(content):
    """From the beginning of a MIDI file to the end of its last note."""
    file = parse_midi(content)
    events = [event for track in file.tracks for event in track]
    last = max(event.tick for event in events if event.kind & 0xF0 == 0x80 and event.kind < 0xF0)
    tempos = [(event.tick, int.from_bytes(event.body, "big")) for event in events if event.kind == 0xFF51]
    edges = [*tempos, (last, 0)]
    return sum((after - tick) * micro for (tick, micro), (after, _) in pairwise(edges)) / file.division / 1e6


@pytest.fixture(scope="module")
def calm_to_tense():
    return cue_of(24.0, "calm to tense at 13s", key=Key.parse("D"), meter=TimeSignature(4, 4))


def test_a_cue_sounds_as_long_as_asked_and_changes_where_asked(calm_to_tense):
    assert heard_seconds(midi(calm_to_tense.score)) == pytest.approx(24.0, abs=0.2)
    assert calm_to_tense.changes[0] == pytest.approx(13.0, abs=0.1)
    assert calm_to_tense.errors == 0


def test_the_change_is_heard_in_mode_tempo_and_loudness(calm_to_tense):
    score, border = calm_to_tense.score, calm_to_tense.plan.scenes[0].timed.measures
    first, second = score.measures[0], score.measures[border]
    assert (first.key_signature, second.key_signature) == ((2, "major"), (-1, "minor"))
    assert score.measures[border - 1].barline == "double"
    tempos = {one.onset: one for one in score.directions if one.kind == "tempo"}
    assert tempos[0].text == "Calm"
    assert tempos[second.onset].text == "Tense"
    speeds = [tempo.tempo for _, tempo in sorted(tempos.items())]
    assert speeds == sorted(speeds)
    assert speeds[-1] > 1.4 * speeds[0]
    assert len(speeds) > 2
    signs = {one.onset: one.text for one in score.directions if one.kind == "dynamic"}
    assert signs[0] == "p"
    assert signs[second.onset] == "f"


def test_the_opening_comes_back_in_the_other_mode(calm_to_tense):
    score, border = calm_to_tense.score, calm_to_tense.plan.scenes[0].timed.measures
    notes = score.notes.where(score.notes["part"] == 0).sounding().rows
    openings = []
    for measure in (score.measures[0], score.measures[border]):
        inside = (notes["onset"] >= measure.onset) & (notes["onset"] < measure.onset + measure.length)
        openings.append((notes["onset"][inside] - measure.onset).tolist())
    common = min(map(len, openings))
    assert common >= 2
    assert openings[0][:2] == openings[1][:2]


def test_a_cue_comes_back_from_its_file_with_all_its_marks(calm_to_tense):
    again = reread(calm_to_tense.score)
    assert same_music(again, calm_to_tense.score)
    assert again.directions == calm_to_tense.score.directions


def test_the_same_seed_gives_the_same_cue_and_another_one_another():
    one, same, other = (cue_of(9.0, "sad", seed=seed) for seed in (5, 5, 6))
    assert one.score == same.score
    assert not same_music(one.score, other.score)


def test_a_sudden_change_bends_no_tempo_and_an_open_end_is_no_tonic():
    cue = cue_of(20.0, "tense, then calm", ending="open", seed=3)
    assert [one.text for one in cue.score.directions if one.kind == "tempo"] == ["Tense", "Calm"]
    home, last = cue.plan.scenes[1].key, cue.score.harmonies[-1].text
    assert home.minor is False
    assert cue.errors == 0
    assert not last.startswith(str(home).rstrip("-#")) or last[1:2] in ("#", "-", "m")


@pytest.mark.slow
@pytest.mark.parametrize("words", ["happy", "dreamy", "angry", "lonely", "sad to hopeful then triumphant"])
def test_cues_of_every_corner_keep_the_rules(words):
    for seed in (1, 2):
        cue = cue_of(25.0, words, seed=seed)
        assert (cue.errors, round(cue.seconds)) == (0, 25)


@settings(max_examples=40, deadline=None)
@given(st.floats(5, 300), UNIT, UNIT, st.sampled_from(METERS), st.one_of(st.none(), st.floats(-1, 1)))
def test_measures_and_tempos_make_any_length(seconds, valence, arousal, meter, onward):
    pulse = character_of(mood_at(valence, arousal), is_compound=meter.is_compound).pulse
    towards = 0.0 if onward is None else character_of(mood_at(valence, onward)).pulse
    scene = timed(seconds, pulse, meter, towards)
    assert scene.seconds(meter) == pytest.approx(seconds, abs=0.1)
    assert scene.measures >= 2
    assert seconds < 12 or strain(seconds, pulse, meter, towards) < 0.5


@given(UNIT, UNIT)
def test_what_is_pleasant_is_in_major_and_what_is_active_is_fast_loud_and_busy(valence, arousal):
    mood = Mood("", valence, arousal)
    here, quicker = character_of(mood), character_of(mood._replace(arousal=min(1.0, arousal + 0.5)))
    assert here.is_minor == (valence < 0)
    assert here.pulse <= quicker.pulse
    assert here.busy <= quicker.busy
    assert here.low < here.high
    brighter = character_of(mood._replace(valence=min(1.0, valence + 0.5)))
    assert brighter.dissonance <= here.dissonance <= quicker.dissonance or arousal == 1.0


def test_named_moods_lie_in_four_corners_and_are_found_by_their_places():
    assert {mood_named(word).quadrant for word in MOODS} == {"cheerful", "peaceful", "tense", "sad"}
    for word, place in MOODS.items():
        assert MOODS[mood_at(*place).words] == place, word


@pytest.mark.parametrize(
    ("text", "seconds"), [("42", 42), ("42s", 42), ("1:30", 90), ("1.5 min", 90), ("500ms", 0.5), ("2m", 120)]
)
def test_times_are_read_as_people_write_them(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3", "1:2", "1e3", "nan", "4 2", "99999999s"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(UsageError, match="is no time"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a cue without a mood"), ("clam", "there is no mood `clam`"), ("calm to", "leaves a mood out"),
        ("calm to tense at soon", "is no time"), ("calm at 3s", "begins with the cue"), ("to", "leaves a mood out"),
        (", ".join(["calm"] * 9), "a cue of 9 moods"), ("calm then then sad", "leaves a mood out"),
    ],
)  # fmt: skip
def test_moods_that_are_none_are_refused(text, said):
    with pytest.raises(UsageError, match=said):
        steps_of(text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("calm", 0.5, None), "in words and in numbers"), (("", 2.0, 0.0), "a valence of 2"),
        (("calm", None, None, [3.0]), "1 time for 0 changes|1 times for 0 changes"),
        (("calm to sad at 3s", None, None, [4.0]), "said twice"),
        (("calm to sad", None, None, [4.0, 5.0]), "2 times for 1 change"),
    ],
)  # fmt: skip
def test_wishes_that_contradict_each_other_are_refused(asked, said):
    with pytest.raises(UsageError, match=said):
        steps_of(*asked)


@pytest.mark.parametrize(
    ("duration", "starts", "said"),
    [
        (3.0, [None], "a cue of 3 seconds"), (601.0, [None], "a cue of 601"), (float("nan"), [None], "a cue of nan"),
        (20.0, [None, 20.0], "a change at"), (20.0, [None, 12.0, 8.0], "a change at"), (20.0, [None, 0.0], "a change"),
    ],
)  # fmt: skip
def test_times_outside_the_cue_are_refused(duration, starts, said):
    with pytest.raises(UsageError, match=said):
        shares(duration, starts)


def test_a_mood_too_short_for_music_and_an_unknown_ending_are_refused():
    wish = CueWish(20.0, steps_named("calm, tense at 19.5s"))
    with pytest.raises(UsageError, match="too short for a mood"):
        planned(wish, np.random.default_rng(1))
    with pytest.raises(UsageError, match="no two measures of 4/4"):
        planned(replace(wish, meter=TimeSignature(4, 4)), np.random.default_rng(1))
    with pytest.raises(UsageError, match="does not end with"):
        planned(replace(wish, ending="bang"), np.random.default_rng(1))
