"""What a strict harmony teacher asks of the music on the sheets beyond what is an error."""

from itertools import pairwise

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.exercises import make_sheets
from musegen.generation.exercises.compose import compose
from musegen.generation.exercises.formulas import is_approach, pivot_reading, succession_price
from musegen.generation.exercises.judging import faults
from musegen.generation.exercises.ornaments import suspension_kind
from musegen.generation.exercises.outer import outer_tables
from musegen.generation.exercises.setting import Note, Setting
from musegen.generation.exercises.states import tendencies
from musegen.generation.exercises.tendencies import Pulls, doubles_altered, pull
from musegen.generation.voicings import Chord
from musegen.score.meter import TimeSignature
from musegen.score.pitch import diatonic_of
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

ASKED = [(level, ("E-", "f", "D", "b")[level % 4], ("4/4", "6/8", "3/4")[level % 3]) for level in (1, 3, 5, 6, 7, 8)]
ASKED += [(7, "g", "4/4"), (8, "c", "3/4"), (8, "A-", "2/4")]


def asked(level, key, meter, measures=8, pickup="none"):
    return Condition(Key.parse(key), TimeSignature.parse(meter), measures, pickup, level, pack=f"level-{level}")


def chord_of(key, figure):
    home = Key.parse(key)
    return Chord(home, parse_numeral(figure, minor=home.minor))


@pytest.fixture(scope="module")
def exercises():
    return [compose(asked(*wish), np.random.default_rng([number, 3])) for number, wish in enumerate(ASKED)]


@pytest.mark.parametrize(("level", "seed", "count", "pickup"), [(2, 5, 4, "beat"), (1, 1, 6, "none")])
def test_no_melody_comes_twice_in_a_batch(level, seed, count, pickup):
    pairs = list(make_sheets(asked(level, "D", "2/4", 4, pickup), seed=seed, count=count))
    tables = [pair.answer[0].notes for pair in pairs]
    melodies = {table.rows[table["part"] == 0][["onset", "pitch"]].tobytes() for table in tables}
    assert len(melodies) == count


def test_nearly_every_answer_is_free_of_warnings(exercises):
    told = [faults(exercise.setting, exercise.level) for exercise in exercises]
    assert [item.errors for item in told] == [0] * len(told)
    assert sum(item.warnings == 0 for item in told) >= len(told) - 1


def test_altered_notes_go_where_they_pull_in_every_voice(exercises):
    pulled = [move for exercise in exercises for move in moves_of_altered_notes(exercise.setting)]
    assert len(pulled) >= 3
    assert [move for move in pulled if move[0] not in (0, move[1], 2 * move[1])] == []


def moves_of_altered_notes(setting):
    """(staff steps, pull, chord) of each altered note that a voice leaves as the chord changes inside a phrase."""
    for (here, chord), (after, following) in pairwise(zip(setting.plan.slots, setting.chords, strict=True)):
        for notes, line in zip(setting.voices, ("soprano", "inner", "inner", "bass"), strict=True):
            left = next((note for note in notes if note.end == after.onset), None)
            if left is None or chord == following or here.phrase != after.phrase:
                continue
            if left.fifths in chord.numeral.tones(chord.key):
                met = next(note for note in notes if note.onset == after.onset)
                way = pull(chord, left.fifths - chord.key.tonic, line)
                if way:
                    yield height(met) - height(left), way, str(chord)


def height(note):
    return int(diatonic_of(note.pitch, note.fifths))


@pytest.mark.parametrize(
    ("key", "figure", "line", "tone", "way"),
    [
        ("E-", "iio6", "inner", -4, -1),  # C flat
        ("E-", "bVI", "bass", -4, 0),
        ("E-", "bVI", "soprano", -4, -1),
        ("c", "IV", "inner", 3, 1),  # A natural
        ("c", "V7/V", "inner", 3, 0),
        ("c", "V7/V", "soprano", 3, 1),
        ("A-", "N6", "inner", -5, -1),  # B double flat
        ("A-", "N6", "inner", -4, -1),  # F flat
        ("C", "Ger65", "inner", 6, 1),
        ("C", "V7", "inner", 5, 0),  # the leading tone has a rule of its own
    ],
)
def test_an_altered_note_pulls_the_way_it_was_bent(key, figure, line, tone, way):
    assert pull(chord_of(key, figure), tone, line) == way


def test_a_raised_note_may_sink_to_its_natural_form_but_not_leap():
    pulls, a_natural = Pulls([chord_of("c", "IV")], "inner"), np.array([Key.parse("c").tonic + 3])
    moves = {(1, 2): True, (0, 0): True, (0, -1): True, (-1, -2): False, (2, 3): False}
    for (steps, semitones), fits in moves.items():
        assert pulls.follow(np.array([0]), a_natural, np.array([steps]), np.array([semitones])).all() == fits


def test_no_voicing_doubles_the_flat_sixth_of_a_neapolitan():
    chord = chord_of("A-", "N6")
    d_flat, f_flat, b_double_flat = (chord.key.tonic + member for member in (-1, -4, -5))
    voicings = np.array([[f_flat, b_double_flat, f_flat, d_flat], [d_flat, b_double_flat, f_flat, d_flat]])
    assert doubles_altered([chord], np.array([0, 0]), voicings).tolist() == [True, False]


def test_a_raised_sixth_rises_to_the_leading_tone_or_not_at_all():
    assert np.isfinite(succession_price(chord_of("b", "IV"), chord_of("b", "V7")))
    assert np.isinf(succession_price(chord_of("b", "IV"), chord_of("b", "V65/VI")))


def test_a_half_cadence_comes_from_a_predominant():
    numerals = {
        figure: parse_numeral(figure, minor=False) for figure in ("I", "ii6", "IV", "vi", "V7/V", "V7", "Cad64")
    }
    assert [figure for figure, numeral in numerals.items() if is_approach(numeral, "HC")] == ["ii6", "IV", "vi", "V7/V"]


def test_minor_v_is_no_pivot():
    assert pivot_reading(chord_of("C", "ii"), Key.parse("g")) is None
    assert pivot_reading(chord_of("C", "vi"), Key.parse("e")).figure == "iv"


def test_no_melody_leaps_a_sixth_down_to_a_leading_tone():
    tables = outer_tables((Key.parse("C"),), 2)
    states, leading = tables.states, tendencies(tables.states)[0]
    lands = states.soprano_fifths == leading[states.chord]
    falls = (tables.steps[None, :] - tables.steps[:, None]) == -5
    assert (falls & lands[None, :]).any()
    assert not tables.fits[0][falls & lands[None, :]].any()


@pytest.mark.parametrize(("octave", "kind"), [(0, ""), (12, "9-8")])
def test_a_ninth_falls_to_the_octave_and_a_second_to_no_unison(octave, kind):
    bass = Note(1, 1, 48, 0)
    held, resolution = Note(0, 1, 50 + octave, 2), Note(1, 1, 48 + octave, 0)
    setting = Setting(None, (), ((), (), (held, resolution), (bass,)))
    assert suspension_kind(setting, 2, held, resolution) == kind
