"""Scores as frames of sixteenths and back: what is drawn is named and written as a musician would write it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.corpora import corpus
from musegen.errors import UnreadableFile, UsageError
from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import Frames, frames_of, frames_of_lines
from musegen.generation.neural.said import CADENCES, STYLES, UNSAID, key_number, key_of, nothing_said, said_of, style_of
from musegen.generation.neural.spelling import context_spelled, note_numbers, spelled, well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.refine.rereading import reread, same_music
from musegen.score.files import read
from musegen.score.pitch import fifths_name, parse_pitch
from musegen.score.table import Flag
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.kept_analyses import kept_analysis
from musegen.theory.keys import Key, scale_tones
from musegen.theory.motion import Motion
from musegen.theory.vocabulary import figures

PHRASE = """key: a minor; meter: 3/4; pickup: 1; unit: 1/8
S: c5 d5 | b4 .   a4 . g#4 . | a4^ . . . r .
A: e4 .  | e4 .   .  . e4 .  | e4^ . . . r .
T: a3 .  | g#3 .  c4 . b3 .  | c4^ . . . r .
B: a2 .  | e3 d3  c3 . e3 e2 | a2^ . . . r ."""


BARE = (
    "meter: 3/8; unit: 1/8; pickup: 1\nS: r | r r r | r r r",
    "meter: 2/2\nS: r r r r | r r r r",
    "meter: 12/8; unit: 3/8\nS: r r r r",
)


def same(one: Frames, other: Frames) -> bool:
    return all(np.array_equal(left, right) for left, right in zip(one, other, strict=True))


def chorales(every: int):
    """Bach's chorales with all that can be said of them."""
    for piece in corpus("bach-chorales").pieces[::every]:
        score = read(piece.path)
        yield piece.name, score, said_of(score, kept_analysis(score, "neural"))


def random_frames(count: int, seed: int) -> Frames:
    """Four voices that hold, repeat, leap and rest as chance will have it; somewhere each of them sings."""
    rng = np.random.default_rng(seed)
    bases, steps = np.array([72, 64, 55, 43]), rng.choice([0, 2, 4, 5, 7], (count, 4))
    pitch = np.where(rng.random((count, 4)) < 0.9, bases + steps, 0)
    pitch[rng.integers(count)] = bases
    held = rng.random((count, 4)) < 0.6
    for frame in range(1, count):
        pitch[frame] = np.where(held[frame], pitch[frame - 1], pitch[frame])
    attack = (pitch > 0) & (~held | (np.diff(pitch, axis=0, prepend=0) != 0))
    unsaid = np.full(count, UNSAID, dtype=np.int16)
    return Frames(pitch.astype(np.int16), spelled(pitch, unsaid, unsaid), attack)


def drawn_of(score) -> Drawn:
    return Drawn(frames_of(score), said_of(score, analyse(score)), 0.0, 0.0)


def chord(key: str, figure: str) -> tuple[int, int]:
    where = Key.parse(key)
    return key_number(where), figures(where.minor).index(figure)


def named(key: str, figure: str, *notes: str) -> list[str]:
    """What the notes are called in a chord, whatever they were called before."""
    local, place = chord(key, figure)
    pitch = np.array([[parse_pitch(note).pitch for note in notes]])
    return [fifths_name(int(name)) for name in spelled(pitch, np.array([local]), np.array([place]))[0]]


def line_named(key: str, figure: str, notes: str, *, home: str = "") -> list[str]:
    """What an alto line over one chord is called, a note a frame; in a piece in another key where one is named."""
    pitch = np.zeros((len(notes.split()), 4), dtype=np.int16)
    pitch[:, 1] = [parse_pitch(note).pitch for note in notes.split()]
    local, place = (np.full(len(pitch), number, dtype=np.int16) for number in chord(key, figure))
    frames = Frames(pitch, np.zeros_like(pitch), np.diff(pitch, axis=0, prepend=0) != 0)
    piece = np.full(len(pitch), key_number(Key.parse(home or key)), dtype=np.int16)
    return [fifths_name(int(name)) for name in context_spelled(frames, local, place, piece)[:, 1]]


def test_a_held_note_is_struck_once_and_notes_shorter_than_a_frame_are_heard_as_it_begins():
    piece = parse_grid(
        "meter: 1/4; unit: 1/32\nS: c5 d5 e5 . . . f5 .\nA: g4 . . . . . . .\nT: e4 . . . r . . .\nB: c3 . . . . . . ."
    )
    frames = frames_of(piece)
    assert frames.pitch.T.tolist() == [[72, 76, 76, 77], [67] * 4, [64, 64, 0, 0], [48] * 4]
    assert frames.attack.T.astype(int).tolist() == [[1, 1, 0, 1], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]]


def test_before_the_first_note_and_after_the_last_one_every_voice_is_silent():
    piece = parse_grid("meter: 3/4\nS: r c5 r\nA: r g4 r\nT: r e4 r\nB: r c3 r")
    frames = frames_of(piece)
    assert (frames.pitch[[*range(4), *range(8, 12)]] == 0).all()
    assert np.argwhere(frames.attack).tolist() == [[4, voice] for voice in range(4)]


def test_a_melody_has_not_the_voices_of_a_chorale_but_may_be_one_of_them():
    melody = parse_grid("meter: 2/4\nS: c5 d5")
    with pytest.raises(UnreadableFile, match="four voices, and here are 1"):
        frames_of(melody)
    assert frames_of_lines(melody, (-1, -1, -1, 0)).pitch[::4].tolist() == [[0, 0, 0, 72], [0, 0, 0, 74]]


def test_every_key_has_its_number():
    keys = [Key(tonic, minor) for tonic in range(-9, 13) for minor in (False, True)]
    assert [key_of(key_number(key)) for key in keys] == keys
    assert len({key_number(key) for key in keys}) == len(keys)


def test_what_is_said_of_a_phrase_counts_to_its_last_chord_from_a_barline_that_a_pickup_does_not_have():
    piece = parse_grid(PHRASE)
    said = said_of(piece, analyse(piece))
    assert said.phase[:8].tolist() == [8, 9, 10, 11, 0, 1, 2, 3]
    assert 0 == said.strength[4] < said.strength[8] < said.strength[6]
    assert said.to_phrase_end[[0, 15, 16, 23]].tolist() == [16, 1, 0, 0]
    assert {key_of(int(number)) for number in said.home} == {Key.parse("a")}
    assert said.cadence[0] == CADENCES.index("PAC")
    assert [figures(True)[place] for place in said.figure[[0, 4, 12]]] == ["i", "V", "V"]
    assert (said.motion[4], said.size[4]) == (Motion.CONTRARY, 11)
    assert (said.level == UNSAID).all()


def test_style_is_how_often_anything_moves():
    quarter, eighth, sixteenth = (np.arange(32)[:, None] % step == 0 for step in (4, 2, 1))
    assert [STYLES[style_of(attacks)] for attacks in (quarter, eighth, sixteenth)] == ["plain", "florid", "florid"]


def test_chord_notes_are_named_by_the_chord_and_others_by_the_scale():
    assert named("a", "V7", "ab4", "e4", "d4", "b3") == ["G#", "E", "D", "B"]
    assert named("c", "Ger65", "f#5", "c5", "eb4", "ab2") == ["F#", "C", "E-", "A-"]
    assert named("C", "N6", "c#5", "g#4", "e4", "f3") == ["D-", "A-", "E", "F"]
    assert named("d", "i", "c5", "c#5", "bb4", "b4") == ["C", "C#", "B-", "B"]
    assert named("F#", "V/V", "c5", "g#4", "d#4", "g#3") == ["B#", "G#", "D#", "G#"]


def test_chromatic_passing_notes_rise_as_sharps_and_fall_as_flats():
    assert line_named("C", "I", "g4 ab4 a4 bb4 b4 c5") == ["G", "G#", "A", "A#", "B", "C"]
    assert line_named("C", "I", "c5 b4 bb4 a4 ab4 g4") == ["C", "B", "B-", "A", "A-", "G"]


def test_no_chromatic_line_goes_beyond_the_names_that_a_key_has():
    assert line_named("c", "V7", "f4 e4 eb4 d4") == ["F", "E", "E-", "D"]
    assert line_named("C", "V", "c5 b4 bb4 b4 c5") == ["C", "B", "A#", "B", "C"]


def test_in_a_piece_with_two_flats_no_line_rises_by_way_of_d_sharp():
    assert line_named("C", "V", "d4 d#4 e4 f4") == ["D", "D#", "E", "F"]
    assert line_named("F", "V7", "d4 d#4 e4 f4", home="g") == ["D", "E-", "E", "F"]


@given(st.sampled_from(sorted(range(-6, 7))), st.booleans(), st.lists(st.integers(48, 84), min_size=4, max_size=12))
def test_two_accidentals_stand_before_notes_of_the_chord_or_of_the_scale_alone(tonic, minor, line):
    key = Key(tonic, minor)
    pitch = np.zeros((len(line), 4), dtype=np.int16)
    pitch[:, 1] = line
    local, unsaid = np.full(len(line), key_number(key)), np.full(len(line), UNSAID)
    names = context_spelled(Frames(pitch, np.zeros_like(pitch), pitch > 0), local, unsaid, local)[:, 1]
    of_scale = {tonic + tone for tone in scale_tones(minor=minor)}
    assert all(-8 <= name <= 12 or name in of_scale for name in names.tolist())


def test_a_lower_neighbour_of_d_sharp_in_f_sharp_minor_is_d():
    assert line_named("f#", "i", "c#4 d#4 d4 d#4 e4") == ["C#", "D#", "D", "D#", "E"]
    assert line_named("g#", "V", "g#4 f##4 g#4") == ["G#", "F##", "G#"]


def test_a_note_of_the_chord_keeps_its_name_wherever_the_line_goes():
    assert line_named("c", "i", "d4 eb4 e4 f4") == ["D", "E-", "E", "F"]


def test_a_note_that_is_held_into_another_chord_has_one_name():
    pitch = np.full((2, 4), 68, dtype=np.int16)
    frames = Frames(pitch, np.zeros_like(pitch), np.array([[True] * 4, [False] * 4]))
    key, dominant = chord("a", "V")
    names = context_spelled(frames, np.array([key, key]), np.array([UNSAID, dominant]))
    assert set(names.ravel().tolist()) == {8}


@given(st.integers(-5, 6), st.booleans(), st.data())
def test_a_piece_in_another_key_has_the_same_names_as_far_from_its_tonic(tonic, minor, data):
    figure = data.draw(st.integers(-1, len(figures(minor)) - 1))
    steps = np.array([data.draw(st.lists(st.integers(-14, 14), min_size=4, max_size=4))])
    place, home = np.array([figure]), Key(0, minor)
    here = spelled(60 + steps, np.array([key_number(home)]), place)
    there = spelled(60 + 7 * tonic % 12 + steps, np.array([key_number(Key(tonic, minor))]), place)
    assert (there - here == tonic).all()


def test_given_notes_keep_the_names_that_they_came_with():
    piece = parse_grid("key: C major; meter: 1/4\nS: db5\nA: g#4\nT: e4\nB: c3")
    drawn = Drawn(frames_of(piece), nothing_said(4), 0.0, 0.0)
    free = np.tile([False, True, True, True], (4, 1))
    assert well_spelled(drawn, free).frames.fifths[0].tolist() == [-5, 8, 4, 0]


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.slow)])
def test_bach_is_spelled_as_he_spelled_himself(every):
    right = counted = 0
    for _, score, said in chorales(every):
        frames = frames_of(score)
        names = context_spelled(frames, said.local, said.figure)
        _, first = np.unique(np.append(-1, note_numbers(frames).ravel()), return_index=True)
        right += int((names == frames.fifths).ravel()[first[1:] - 1].sum())
        counted += len(first) - 1
    assert right / counted >= 0.999


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.slow)])
def test_the_frames_of_a_chorale_written_out_are_its_frames_on_paper_too(every):
    for name, score, said in chorales(every):
        frames = frames_of(score)
        written = score_of(Drawn(frames, said, 0.0, 0.0), score)
        assert same(frames_of(written), frames), name
        assert same_music(reread(written), written), name
        assert same(frames_of(reread(written)), frames), name


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(BARE), st.integers(0, 2**32))
def test_whatever_is_drawn_is_written_and_read_again(bare, seed):
    measures = parse_grid(bare).measures
    frames = random_frames(sum(measure.length for measure in measures) // 2520, seed)
    count = len(frames.pitch)
    written = score_of(Drawn(frames, nothing_said(count), 0.0, 0.0), measures=measures, title="Drawn")
    assert same(frames_of(written), frames)
    assert same_music(reread(written), written)
    assert written.metadata.title == "Drawn"


def test_a_numeral_stands_at_every_new_chord_and_a_fermata_over_the_last_one():
    piece = parse_grid(PHRASE)
    drawn = drawn_of(piece)
    written = score_of(drawn, piece)
    assert [(label.onset // 2520, label.text, label.key, label.part) for label in written.harmonies][:2] == [
        (0, "i", "a", 3),
        (4, "V", "a", 3),
    ]
    assert len(written.harmonies) == 1 + int((np.diff(drawn.said.figure[:24]) != 0).sum())
    assert sorted(written.notes["onset"][written.notes.has(Flag.FERMATA)] // 2520) == [16] * 4
    assert [part.name for part in written.parts] == ["Soprano", "Alto", "Tenor", "Bass"]


def test_what_was_drawn_must_fill_the_measures():
    piece = parse_grid(PHRASE)
    with pytest.raises(UsageError, match="28 sixteenths were drawn for measures of 4"):
        score_of(drawn_of(piece), measures=parse_grid("meter: 1/4\nS: c5").measures)


def test_a_note_over_the_barline_is_tied_and_none_lasts_beyond_the_piece():
    measures = parse_grid("meter: 2/4\nS: r r | r r").measures
    pitch = np.tile(np.array([72, 67, 64, 48], dtype=np.int16), (16, 1))
    frames = Frames(pitch, np.tile(np.array([0, 1, 4, 0], dtype=np.int16), (16, 1)), np.arange(16)[:, None] == [0] * 4)
    written = score_of(Drawn(frames, nothing_said(16), 0.0, 0.0), measures=measures)
    assert (len(written.notes), len(written.notes.sounding())) == (8, 4)
    assert int(written.notes.end.max()) == written.end
