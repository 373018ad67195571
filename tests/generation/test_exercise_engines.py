"""What a harmony teacher may count on whichever engine composed the sheets, and what the network adds to them."""

from itertools import pairwise

import numpy as np
import pytest

from musegen.engraving.musicxml import write_musicxml
from musegen.generation.conditions import Condition
from musegen.generation.exercises import make_sheets
from musegen.generation.exercises.compose import compose
from musegen.generation.exercises.hearing import heard
from musegen.generation.exercises.ornaments import Ornament
from musegen.generation.exercises.plan import make_plan
from musegen.generation.exercises.scores import answer_score
from musegen.generation.exercises.setting import Note, set_outline
from musegen.generation.exercises.sketches import devices_in, sketches_of
from musegen.generation.exercises.telling import task_of
from musegen.generation.levels import level_named
from musegen.generation.neural.frames import frames_of
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.meter import TimeSignature
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key

ENGINES = ("classical", "neural")
ASKED = [(1, "G", "4/4", "none"), (3, "d", "3/4", "beat"), (5, "E-", "4/4", "none"), (8, "c", "2/4", "none")]


def asked(level, key="G", meter="4/4", pickup="none", measures=8):
    return Condition(Key.parse(key), TimeSignature.parse(meter), measures, pickup, level, pack=f"level-{level}")


@pytest.fixture(scope="module", params=[(engine, *wish) for engine in ENGINES for wish in ASKED], ids=str)
def exercise(request):
    engine, *wish = request.param
    return compose(asked(*wish), np.random.default_rng(wish[0]), engine=engine)


@pytest.fixture(scope="module")
def sketch():
    """A plain setting of level 4, with its outline."""
    rng, level = np.random.default_rng(4), level_named(4)
    condition = asked(4)
    for _ in range(20):
        plan = make_plan(level, condition.key, condition.meter, 8, "none", rng)
        if found := sketches_of(plan, level, rng, 1.0):
            return found[0]
    raise AssertionError("no sketch")


def test_the_answer_breaks_no_rule_of_its_level(exercise):
    assert check(answer_score(exercise.setting, ""), load_pack(exercise.level.pack)).count("error") == 0


def test_no_chord_or_ornament_beyond_the_level_is_heard(exercise):
    level = exercise.level
    assert all(chord.numeral.figure in level.figures(minor=chord.key.minor) for chord in exercise.setting.chords)
    kinds = {tone.kind for tone in analyse(answer_score(exercise.setting, "")).non_chord_tones}
    assert kinds <= set(level.non_chord_tones)


def test_the_devices_that_are_named_are_there(exercise):
    if exercise.level.number >= 3:
        assert len(exercise.devices) >= 2
        assert set(devices_in(exercise.setting, exercise.level, ())) <= set(exercise.devices)


def test_no_voice_is_silent_or_sings_two_notes_at_once(exercise):
    for voice in exercise.setting.voices:
        assert all(one.end <= two.onset for one, two in pairwise(voice))
        assert sum(note.duration for note in voice) == sum(slot.duration for slot in exercise.setting.plan.slots)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_seed_gives_the_same_bytes_and_says_which_engine_it_was(engine):
    def written():
        (pair,) = make_sheets(asked(4, measures=4), seed=7, count=1, engine=engine)
        assert pair.entry["engine"] == engine
        return write_musicxml(pair.answer[0], sheet=pair.answer[1])

    assert written() == written()


def test_no_melody_comes_twice_in_a_batch_of_the_network():
    pairs = list(make_sheets(asked(1, "D", "2/4", measures=4), seed=1, count=3, engine="neural"))
    tables = [pair.answer[0].notes for pair in pairs]
    assert len({table.rows[table["part"] == 0][["onset", "pitch"]].tobytes() for table in tables}) == len(pairs)


def test_the_network_knows_a_clean_setting_from_one_with_wrong_notes(sketch):
    setting = sketch.setting
    alto = tuple(Note(note.onset, note.duration, note.pitch + 1, note.fifths + 7) for note in setting.voices[1])
    spoiled = type(setting)(setting.plan, setting.chords, (setting.voices[0], alto, *setting.voices[2:]))
    clean, wrong = heard([setting, spoiled])
    assert clean.nats + 0.5 < wrong.nats
    assert clean.nats == pytest.approx(heard([setting])[0].nats, abs=1e-4)


def test_what_is_told_to_the_network_is_what_the_plan_says(sketch):
    plan, task = sketch.setting.plan, task_of(sketch.setting, (1, 2), tells_chords=True)
    assert task.free[0].tolist() == [False, True, True, False]
    assert len(task.joined) == int(plan.end * 4)
    written = frames_of(answer_score(sketch.setting, ""))
    assert all(np.array_equal(*pair) for pair in zip(task.given, written, strict=True))
    last = int(plan.slots[-1].onset * 4)
    assert (task.said.to_end[last:] == 0).all()
    assert task.said.to_end[last - 1] == 1
    assert (task.said.figure >= 0).all()


def test_a_wished_setting_is_lawful_and_near_what_was_wished(sketch):
    plan, plain = sketch.setting.plan, sketch.setting
    own = np.array([[sung(plain.voices[voice], slot.onset) for voice in (1, 2)] for slot in plan.slots])
    assert set_outline(plan, sketch.outline, own).voices[1:3] == plain.voices[1:3]
    lower = set_outline(plan, sketch.outline, own - 4)
    assert check(answer_score(lower, ""), load_pack("level-4")).count("error") == 0
    assert sum(note.pitch for note in lower.voices[2]) < sum(note.pitch for note in plain.voices[2])


def sung(voice, onset):
    return next(note.pitch for note in voice if note.onset <= onset < note.end)


@pytest.mark.parametrize(
    ("made", "change"),
    [
        ((Note(0, 0.5, 60, 0), Note(0.5, 0.5, 62, 2), Note(1, 1, 64, 4)), (0.5, 62, 60)),  # a passing note
        ((Note(0, 1.5, 60, 0), Note(1.5, 0.5, 64, 4)), (1, 60, 64)),  # a suspension
    ],
)
def test_an_ornament_is_judged_where_it_is_first_heard(made, change):
    assert Ornament(1, Note(0, 1, 60, 0), Note(1, 1, 64, 4), made).change == change
