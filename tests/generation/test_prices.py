"""What notes cost as they are drawn: foreign to their chord, jarring, or oftener than with Bach."""

from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from musegen.corpora.manifests import corpus
from musegen.generation import learn_tilts
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import harmonise
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.chord_tables import figure_numbers, key_classes
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.foreign import belonging, going, prices, unresolved
from musegen.generation.neural.frames import frame_onsets, frames_of
from musegen.generation.neural.jarring import clashes, covered, is_rest, of_chord, relations, unled, unrest
from musegen.generation.neural.listening import LOWEST, NO_INTERVAL, WIDEST
from musegen.generation.neural.said import STYLES, key_number
from musegen.generation.neural.tilting import counted, nothing, of_moves, of_pairs, tilts
from musegen.score.files import read
from musegen.score.pitch import parse_pitch
from musegen.score.table import Flag
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.sonority import Sonority
from musegen.theory.vocabulary import index_of

Array = npt.NDArray[np.int64]
PULSE, BETWEEN = np.array([True]), np.array([False])
ALTO, TENOR, BASS = 1, 2, 3


def number(name: str) -> int:
    return parse_pitch(name).pitch - LOWEST


def notes(text: str) -> Array:
    return np.array([[number(name) for name in text.split()]])


def chord(figure: str, key: str = "C") -> tuple[Array, Array]:
    home = Key.parse(key)
    local = np.array([key_number(home)])
    place = index_of(parse_numeral(figure, minor=home.minor))
    return key_classes(local), figure_numbers(local, np.array([place]))


def spelled(text: str) -> Sonority:
    """Four voices that sound."""
    pitches = [parse_pitch(name) for name in text.split()]
    columns = ([pitch.pitch for pitch in pitches], [pitch.fifths for pitch in pitches])
    pitch, fifths = (np.array([column], dtype=np.int16) for column in columns)
    every = np.ones(pitch.shape, dtype=bool)
    return Sonority(pitch, fifths, every, every)


def cost_of(name: str, before: str, now: str, then: str, *, pulse: Array = PULSE, reached: int = 0) -> float:
    """What a note costs the alto after the notes `before` in the chord `then`, in the chord `now`."""
    steps = np.full((1, 4), reached + WIDEST if reached else NO_INTERVAL)
    old, new = belonging(*chord(then)), belonging(*chord(now))
    come = going(notes(before), steps, old)
    found = prices(come, old, new, pulse, np.array([now != then]), [ALTO])
    return float(found[ALTO][0, number(name)])


def test_on_a_pulse_a_note_of_the_chord_is_cheaper_than_a_stranger_and_a_suspension_cheaper_than_all() -> None:
    cost = partial(cost_of, before="g4 e4 c4 c3", now="V", then="I")
    member, stranger = cost("d4"), cost("f4")
    held = cost_of("e4", "g4 e4 c4 a2", now="V", then="vi")  # it has d4 below it to resolve to
    assert held < member == 0 < stranger


def test_between_pulses_what_goes_by_step_to_a_note_of_the_chord_is_cheaper_than_what_leaps_to_a_stranger() -> None:
    cost = partial(cost_of, before="g4 e4 c4 c3", now="I", then="I", pulse=BETWEEN)
    assert cost("f4") < 0 < cost("a4")


def test_a_note_on_its_way_goes_on_by_step_rather_than_leaping_staying_or_going_back() -> None:
    cost = partial(cost_of, before="g4 f4 c4 c3", now="I", then="I", reached=1)
    on, back, leap = cost("g4"), cost("e4"), cost("c5")
    assert on == 0 < back
    assert leap > back


def test_a_chord_takes_up_a_note_that_is_on_its_way() -> None:
    come = going(notes("g4 f4 c4 c3"), np.full((1, 4), 1 + WIDEST), belonging(*chord("I")))
    key, tonic = chord("I")
    costs = unresolved(come, np.ones((1, 4), dtype=bool), key)[0]
    assert costs[int(tonic[0])] == 0 < costs[int(chord("IV")[1][0])]  # g4 belongs to I and not to IV


def test_a_chromatic_step_costs_in_short_notes_and_not_in_long_ones() -> None:
    names = np.array([[0, 7, 2, 9, 4, -1, 6, 1, 8, 3, 10, 5]])  # sharps, f natural
    sung, old = spelled("c5 f4 c4 d3"), np.full((1, 4), 8)
    long, short = (relations(sung, names, age, PULSE, [ALTO])[ALTO][0] for age in (old, old * 0 + 1))
    assert long[number("f#4")] == 0 < short[number("f#4")]
    assert relations(sung, names, old, PULSE, [BASS])[BASS][0, number("f#3")] > 0  # the alto has just sung f4


def test_no_letter_sounds_with_two_alterations_at_once() -> None:
    names = np.array([[0, 7, 2, 9, 4, -1, 6, 1, 8, 3, 10, 5]])
    costs = clashes(spelled("f5 d4 a3 d3"), names, BASS)[0]
    assert costs[number("f#3")] > 0 == costs[number("f3")]


@pytest.mark.parametrize(
    ("voice", "above", "before", "figure", "costs"),
    [
        (TENOR, "c5 g4 c4 c3", "c5 g4 d4 g3", "I", True),  # c and g above: e is missing
        (TENOR, "c5 e4 c4 c3", "c5 g4 d4 g3", "I", False),
        (TENOR, "c5 g4 c4 e3", "c5 g4 d4 g3", "I6", False),  # the third lies in the bass
        (ALTO, "c5 g4 c4 c3", "d5 g4 b3 g3", "I", True),  # the tenor's leading note will rise to c
    ],
)
def test_near_a_close_the_third_is_wanted(voice: int, above: str, before: str, figure: str, costs: bool) -> None:
    found = of_chord(voice, notes(above), notes(before), chord(figure), PULSE, PULSE)[0]
    wanted, other = ("e4", "g4") if voice == ALTO else ("e4", "c4")
    assert (found[number(other)] > 5) == costs
    assert found[number(wanted)] == 0


def test_the_bass_begins_its_own_chord() -> None:
    found = of_chord(BASS, notes("c5 g4 e4 c3"), notes("c5 g4 e4 c3"), chord("I6"), PULSE, BETWEEN)[0]
    assert found[number("c3")] > 0 == found[number("e3")]


def test_a_close_by_step_down_to_the_root_wants_a_leading_note_before() -> None:
    led, not_led = (unled(notes("c5 g4 e4 c3"), notes(before), PULSE)[0] for before in ("d5 b4 f4 g3", "d5 a4 f4 d3"))
    assert led[number("c3")] == 0 < not_led[number("c3")]
    assert not_led[number("f3")] == 0


def test_octaves_from_pulse_to_pulse_cost_whatever_comes_between() -> None:
    earlier, now = notes("c5 g4 e4 c3"), notes("d5 g4 f4 c3")
    costs = covered(BASS, earlier, now, PULSE)[0]
    assert costs[number("d3")] > 0 == costs[number("b2")]
    assert costs[number("d2")] == 0  # the bass falls as the soprano rises
    assert not covered(BASS, earlier, now, BETWEEN).any()


@pytest.mark.parametrize("seed", range(3))
def test_phrases_close_on_triads_in_root_position(seed: int) -> None:
    made = harmonise(read("bach/bwv133.6"), Condition(), np.random.default_rng(seed))[0].score
    frames, onsets = frames_of(made), frame_onsets(made)
    signed = made.notes["onset"][made.notes.has(Flag.FERMATA) & (made.notes["part"] == 0)]
    closes = frames.pitch[np.searchsorted(onsets, signed)]
    assert len(closes) > 3
    assert is_rest(closes, closes > 0).all()


def test_no_seventh_chord_is_a_close() -> None:
    costs = unrest(PULSE)[0]
    assert costs[int(chord("V7")[1][0])] > 0 == costs[int(chord("V")[1][0])]


def test_moves_and_successions_are_counted_as_they_are_priced() -> None:
    line = [number(name) for name in ("c4", "d4", "d4", "f4")]
    pitch = np.array([[76, note + LOWEST, 55, 48] for note in line])
    found = counted(pitch, np.arange(4))
    assert found.moves[ALTO].sum() == 3
    come = going(notes("e5 d4 g3 c3"), np.full((1, 4), 2 + WIDEST), np.ones((1, 60), dtype=bool))
    tilt = nothing()._replace(moves=found.moves)
    assert of_moves(tilt, come, BETWEEN, [ALTO])[ALTO][0, number("f4")] == 1  # d4, reached by step, leaps to f4
    pairs = nothing()._replace(pairs=found.pairs)
    over_bass = of_pairs(pairs, BASS, notes("e5 d4 g3 c3"), notes("e5 f4 g3 c3"), BETWEEN)[0]
    assert over_bass[number("c3")] == 1  # from a ninth to a fourth over a bass that stays


@pytest.mark.slow
def test_with_the_tilts_moves_are_nearer_to_bach_under_melodies_they_were_not_learned_from() -> None:
    scores = [read(piece.name) for piece in corpus("bach-chorales").split("test")[::4]]
    bach, melodies = learn_tilts.of_bach(scores), learn_tilts.sopranos(scores)
    bare, tilted = (learn_tilts.drawn(melodies, np.random.default_rng(5), tilt) for tilt in (nothing(), tilts()))
    assert learn_tilts.distance(bach, tilted) < 0.8 * learn_tilts.distance(bach, bare)


def test_a_florid_setting_moves_more_than_a_plain_one() -> None:
    melody = learn_tilts.sopranos([read("bach/bwv269")])[0]
    task = task_for(melody, Condition())
    moves = []
    for style in ("plain", "florid"):
        said = task.said._replace(style=np.full_like(task.said.style, STYLES.index(style)))
        pitch = draw([task._replace(said=said)] * 3, np.random.default_rng(0))[0][0].frames.pitch
        moves.append(int((np.diff(pitch[:, 1:], axis=0) != 0).sum()))
    assert moves[0] * 1.3 < moves[1]
