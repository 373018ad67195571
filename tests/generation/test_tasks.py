"""What a score and a condition ask of the network: the given notes come back exactly, whatever is drawn beside them."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from musegen.corpora import corpus
from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import NoSolution, UnreadableFile, UsageError
from musegen.generation.conditions import CadenceAsked, Condition, Left
from musegen.generation.melody import melody_of
from musegen.generation.neural.asking import chords_at_frames, task_for
from musegen.generation.neural.cadencing import with_cadences
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import Frames, frames_of, frames_of_lines
from musegen.generation.neural.keeping import kept_notes
from musegen.generation.neural.said import CADENCES, STYLES, UNSAID, key_number, key_of
from musegen.generation.neural.writing import score_of
from musegen.generation.refine.rereading import reread, same_music
from musegen.rules.views import surface
from musegen.score.barlines import split_at_barlines
from musegen.score.files import read
from musegen.score.model import FiguredBass, HarmonyLabel, Lyric, Score
from musegen.score.musicxml import read_musicxml
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.vocabulary import figures

FREE_UNDER_A_MELODY = [False, True, True, True]
PHRASES = """key: G major; meter: 4/4; pickup: 1
S: d5 | b4 a4 g4 a4 | b4^ . . d5 | c5 b4 a4 . | g4^ . . r
A: g4 | g4 f#4 e4 f#4 | g4^ . . g4 | e4 d4 e4 f#4 | d4^ . . r
T: b3 | d4 d4 b3 d4 | d4^ . . b3 | c4 d4 c4 . | b3^ . . r
B: g3 | g3 d3 e3 d3 | g2^ . . g3 | a3 b3 c4 d4 | g3^ . . r"""
METERS = {
    "meter: 3/8; unit: 1/8; pickup: 1\nS: r | r r r | r r r": "3/8 with a pickup",
    "meter: 6/8; unit: 1/8\nS: r r r r r r | r r r r r r": "6/8",
    "meter: 2/2; unit: 1/2; pickup: 1\nS: r | r r | r r": "2/2 with a pickup",
    "meter: 12/8; unit: 3/8\nS: r r r r | r r r r": "12/8",
    "meter: 5/4\nS: r r r r r | r r r r r": "5/4",
}
LENGTHS = [
    Fraction(1, 8),
    Fraction(1, 6),
    Fraction(1, 3),
    Fraction(1, 4),
    Fraction(1, 2),
    Fraction(1),
    Fraction(3, 2),
    Fraction(2),
]


def written(score: Score, part: int = 0) -> list[tuple[int, ...]]:
    """The rows of a part as they stand on paper."""
    found = score.notes.rows[score.notes["part"] == part]
    return sorted(
        tuple(int(row[name]) for name in ("onset", "duration", "pitch", "fifths", "flags", "id")) for row in found
    )


def answered(task: Task, seed: int = 0, hold: float = 0.5) -> Drawn:
    """Something in every free place: each voice sings about its middle, as chance will have it."""
    rng = np.random.default_rng(seed)
    pitch, attack = task.given.pitch.copy(), task.given.attack.copy()
    for frame, voice in np.argwhere(task.free).tolist():
        before = int(pitch[frame - 1, voice]) if frame else 0
        if before and rng.random() < hold:
            pitch[frame, voice] = before
        else:
            pitch[frame, voice], attack[frame, voice] = [72, 64, 57, 48][voice] + 12 * int(rng.integers(2)), True
    fifths = np.where(task.free, (pitch * 7 + 60) % 12 - 12 * ((pitch * 7 + 60) % 12 > 5), task.given.fifths)
    return Drawn(Frames(pitch, fifths.astype(np.int16), attack), task.said, 0.0, 0.0)


def tune(grid: str, seed: int) -> Score:
    """A melody in lengths down to 32nds and triplets, with rests, fermatas, and notes over barlines."""
    rng = np.random.default_rng(seed)
    bare, now, records = parse_grid(grid), Fraction(0), []
    end = bare.quarters(bare.end)
    while now < end:
        length = min(LENGTHS[rng.integers(len(LENGTHS))], end - now)
        if length in (Fraction(1, 3), Fraction(1, 6)):
            length = min(Fraction(1), end - now)
            pieces = [length / 3] * 3
        else:
            pieces = [length]
        for piece in pieces:
            flags = int(Flag.FERMATA) if rng.random() < 0.05 else 0
            if rng.random() < 0.85 or not records:
                pitch, fifths = [(72, 0), (74, 2), (76, 4), (67, 1)][rng.integers(4)]
                record = {"onset": bare.ticks(now), "duration": bare.ticks(piece), "pitch": pitch, "fifths": fifths}
                records.append({**record, "flags": flags})
            now += piece
    return replace(bare, notes=NoteTable.of(split_at_barlines(records, bare.measures)))


def connected(score: Score) -> dict[int, bool]:
    """By frame, for those with an arrival since the frame before: whether the rules see any voice go on all the way."""
    view = surface(score, None)
    goes_on = {0: np.zeros(4, dtype=bool)}
    for time, voices in zip(view.onset[1:].tolist(), view.connected_voices, strict=True):
        frame = -(-time // 2520)
        goes_on[frame] = goes_on.get(frame, True) & voices
    return {frame: bool(voices.any()) for frame, voices in goes_on.items()}


def test_under_a_melody_three_voices_are_free_wherever_it_sings():
    melody = parse_grid("key: G major; meter: 4/4; pickup: 1\nS: d5 | b4 a4 g4 a4 | b4 . . r")
    task = task_for(melody, Condition())
    assert (task.free[:32] == FREE_UNDER_A_MELODY).all()
    assert not task.free[32:].any()
    assert task.given.pitch[:8:4, 0].tolist() == [74, 71]
    assert task.said.phase[:5].tolist() == [12, 13, 14, 15, 0]
    assert key_of(int(task.said.home[0])) == Key.parse("G")
    assert (task.said.figure[:20] == UNSAID).all()
    assert set(task.said.figure[20:].tolist()) == {figures(False).index("I")}  # the last chord, and nothing else


def test_phrases_end_under_fermatas_and_no_succession_goes_over_one():
    task = task_for(parse_grid(PHRASES), Condition())
    assert task.said.to_phrase_end[[0, 19, 20, 31, 32, 51, 52]].tolist() == [20, 1, 0, 0, 20, 1, 0]
    assert task.said.to_end[[0, 51, 52]].tolist() == [52, 1, 0]
    assert np.flatnonzero(~task.joined).tolist() == [0, 32, 64]


@pytest.mark.parametrize(("line", "breaks"), [("c5 d5 r e5", [0, 12]), ("c5 d5 . e5", [0]), ("c5 d5^ e5 f5", [0, 8])])
def test_a_rest_of_a_beat_or_a_fermata_ends_a_succession_and_nothing_else_does(line, breaks):
    assert np.flatnonzero(~task_for(parse_grid(f"meter: 4/4\nS: {line}"), Condition()).joined).tolist() == breaks


def test_a_shorter_rest_of_the_melody_silences_nobody():
    task = task_for(parse_grid("meter: 2/4; unit: 1/8\nS: c5 r d5 . | e5 . . ."), Condition())
    assert (task.free == FREE_UNDER_A_MELODY).all()


def test_a_bass_under_figures_is_given_as_the_bass_and_its_figures_say_inversions():
    bass = replace(parse_grid("meter: 4/4\nB: c3 e3 f3 g3"), figures=(FiguredBass(10080, 10080, ("6",)),))
    task = task_for(bass, Condition())
    assert (task.free == [True, True, True, False]).all()
    assert task.given.pitch[::4, 3].tolist() == [48, 52, 53, 55]
    assert task.said.inversion[::4].tolist() == [UNSAID, 1, UNSAID, UNSAID]


def test_any_voices_of_any_measures_may_be_left_to_the_network():
    score = parse_grid(PHRASES)
    task = task_for(score, Condition(left=Left(("A", "B"), ("1", "3"))))
    inside = np.zeros(68, dtype=bool)
    inside[4:20] = inside[36:52] = True
    assert (task.free == inside[:, None] & np.array([False, True, False, True])).all()
    assert (task.given.pitch[~task.free] == frames_of(score).pitch[~task.free]).all()
    assert (task.given.pitch[task.free] == 0).all()


@pytest.mark.parametrize(
    ("grid", "left", "error", "told"),
    [
        ("meter: 2/4\nS: r r", None, UnreadableFile, "no melody"),
        (PHRASES, Left((), ()), NoSolution, "nothing is left"),
        (PHRASES, Left(("A",), ("12",)), UsageError, "there is no measure 12"),
        (PHRASES, Left(("alto",)), UsageError, "`alto` is no voice"),
        ("meter: 2/4\nS: c5 d5", Left(("S", "A", "T", "B")), UnreadableFile, "no voice would be given, and here is 1"),
        ("meter: 2/4\nS: c5 d5\nB: c3 d3", Left(("A",)), UnreadableFile, "S T B would be given, and here are 2"),
    ],
)
def test_what_cannot_be_asked_is_one_error(grid, left, error, told):
    with pytest.raises(error, match=told):
        task_for(parse_grid(grid), Condition(left=left))


def test_a_melody_that_is_too_long_or_too_crowded_is_refused_with_its_place():
    crowd = parse_grid("meter: 4/4; unit: 1/280\nS: " + " ".join(["c5", "d5"] * 140))
    with pytest.raises(UnreadableFile, match="measure 1, beat 1: 70 notes in one beat"):
        task_for(crowd, Condition())
    long = parse_grid("meter: 4/4\nS: " + " | ".join(["c5 r r r"] * 900) + " | " + " | ".join(["r r r r"] * 1200))
    with pytest.raises(UnreadableFile, match="too long to harmonise"):
        task_for(long, Condition())


def test_given_chords_stand_in_their_keys_for_as_long_as_they_hold():
    labels = (
        HarmonyLabel(0, "numeral", "V65", "G"),
        HarmonyLabel(10080, "chord_symbol", "Am"),
        HarmonyLabel(20160, "chord_symbol", "NC"),
        HarmonyLabel(30240, "chord_symbol", "nonsense"),
    )
    score = parse_grid("meter: 4/4\nS: d5 c5 b4 c5")
    condition = Condition(key=Key.parse("C"), harmonies=labels)
    said = task_for(score, condition).said
    assert [key_of(int(number)) for number in said.local[[0, 4]]] == [Key.parse("G"), Key.parse("C")]
    assert [figures(False)[place] for place in said.figure[[3, 4]]] == ["V65", "vi"]
    assert said.inversion[[0, 4]].tolist() == [1, 0]
    assert said.figure[8:].tolist() == [UNSAID] * 4 + [figures(False).index("I")] * 4  # the end is at home
    given_chords = chords_at_frames(score, condition)
    assert [label.text for label in given_chords.symbols] == ["Am", "NC", "nonsense"]
    assert len(given_chords.notices) == 1


def test_cadences_level_and_style_are_said_where_they_are_asked():
    condition = Condition(level=3, style="walking", cadences=(CadenceAsked(5 * 10080, "HC", Key.parse("D")),))
    said = task_for(parse_grid(PHRASES), condition).said
    assert (said.level == 3).all()
    assert (said.style == STYLES.index("walking")).all()
    assert (said.cadence[:32] == CADENCES.index("HC")).all()
    assert (said.cadence[32:] == UNSAID).all()
    assert np.flatnonzero(said.local == key_number(Key.parse("D"))).tolist() == list(range(20, 32))
    with pytest.raises(UsageError):
        task_for(parse_grid(PHRASES), Condition(style="baroque"))


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(METERS)), st.integers(0, 2**32))
def test_the_given_melody_comes_back_note_for_note_in_every_meter_and_on_every_grid(grid, seed):
    melody = tune(grid, seed)
    task = task_for(melody, Condition())
    drawn = answered(task, seed)
    score = score_of(drawn, melody, task=task)
    assert written(score) == written(melody)
    for part, row in enumerate(zip(frames_of_lines(score, range(4)).pitch.T, drawn.frames.pitch.T, strict=True)):
        assert np.array_equal(*row), part
    assert same_music(reread(score), score)
    sounding = (drawn.frames.pitch > 0).any(axis=1)
    for frame, goes_on in connected(score).items():
        assert frame == len(sounding) or not sounding[frame] or goes_on == task.joined[frame], frame


@settings(deadline=None, max_examples=40)
@given(
    st.sets(st.sampled_from("SATB"), min_size=1), st.sets(st.sampled_from("01234"), min_size=1), st.integers(0, 2**32)
)
def test_all_that_is_not_left_comes_back_whatever_is_drawn_in_the_rest(voices, measures, seed):
    source = parse_grid(PHRASES)
    task = task_for(source, Condition(left=Left(tuple(voices), tuple(measures))))
    drawn = answered(task, seed)
    score = score_of(drawn, source, task=task)
    kept = {int(note) for note in kept_notes(source, task)["id"]}
    for part in range(4):
        before = [row[:4] for row in written(source, part) if row[5] in kept]
        assert [row[:4] for row in written(score, part) if row[5] in kept] == before
    assert np.array_equal(frames_of(score).pitch, drawn.frames.pitch)
    assert same_music(reread(score), score)


@pytest.mark.parametrize("measure", ["0", "1", "2"])
def test_where_barlines_stand_inside_frames_new_notes_and_given_ones_do_not_overlap(measure):
    line = "{0} | {1} . . {0} . . | {0} . . {1} . ."
    rows = [
        f"{voice}: {line.format(*notes)}"
        for voice, *notes in (("S", "c5", "d5"), ("A", "g4", "a4"), ("T", "e4", "f4"), ("B", "c3", "d3"))
    ]
    source = parse_grid("\n".join(["meter: 2/4; unit: 1/12; pickup: 1/3", *rows]))
    task = task_for(source, Condition(left=Left(tuple("SATB"), (measure,))))
    score = score_of(answered(task, hold=0.9), source, task=task)
    kept = {int(note) for note in kept_notes(source, task)["id"]}
    assert {source.measures[int(index)].number for index in source.notes["measure_index"]} == {"0", "1", "2"}
    assert kept == {
        int(row["id"]) for row in source.notes.rows if source.measures[row["measure_index"]].number != measure
    }
    for part in range(4):
        mine = score.notes.where(score.notes["part"] == part)
        assert (mine.end[:-1] <= mine["onset"][1:]).all()


def test_a_note_that_is_drawn_on_from_a_given_one_is_tied_to_it_and_a_given_one_is_never_tied_to_what_is_new():
    source = parse_grid(
        "meter: 2/4\nS: c5 d5~ | d5 e5~ | e5 c5\nA: g4 . | . . | . .\nT: e4 . | . . | . .\nB: c3 . | . . | . ."
    )
    task = task_for(source, Condition(left=Left(("S",), ("2",))))
    pitch, attack = frames_of(source).pitch, frames_of(source).attack
    assert task.given.attack[16, 0]
    held = score_of(Drawn(Frames(pitch, frames_of(source).fifths, attack), task.said, 0.0, 0.0), source, task=task)
    sung = [(row[0] // 10080, row[1] // 10080) for row in written(replace(held, notes=held.notes.sounding()))]
    assert sung == [(0, 1), (1, 2), (3, 1), (4, 1), (5, 1)]


def test_a_given_note_that_ends_with_its_measure_keeps_its_value_whatever_is_held_after_it():
    source = parse_grid("meter: 2/4\nS: c5 d5 | d5 c5\nA: g4 g4 | g4 g4\nT: e4 d4 | d4 e4\nB: c3 b2 | b2 c3")
    task = task_for(source, Condition(left=Left(("S",), ("2",))))
    frames = frames_of(source)
    attack = frames.attack.copy()
    attack[8, 0] = False
    made = score_of(Drawn(frames._replace(attack=attack), task.said, 0.0, 0.0), source, task=task)
    sung = replace(made, notes=made.notes.sounding())
    assert [(row[0] // 10080, row[1] // 10080) for row in written(sung)] == [(0, 1), (1, 1), (2, 1), (3, 1)]


def test_a_note_that_two_voices_of_a_staff_share_is_given_to_both():
    source = parse_grid("meter: 2/4\nS: c5 d5 | e5 c5\nA: g4 d5 | c5 .\nT: e4 f4 | g4 .\nB: c3 bb2 | c3 .")
    document = etree.fromstring(write_musicxml(source, sheet=Sheet(arrangement="choir")))
    shared = document.xpath("part[1]/measure[1]/note[voice='2'][pitch/step='D']")[0]
    forward = etree.Element("forward")
    forward.append(shared.find("duration"))
    shared.getparent().replace(shared, forward)
    closed = read_musicxml(etree.tostring(document))
    assert len(closed.notes) == len(source.notes) - 1
    task = task_for(closed, Condition(left=Left(("T", "B"), ("2",))))
    score = score_of(Drawn(frames_of(source), task.said, 0.0, 0.0), closed, task=task)
    assert np.array_equal(frames_of(score).pitch, frames_of(source).pitch)
    assert len(set(score.notes["id"].tolist())) == len(score.notes)


def test_words_stay_under_the_given_notes_and_ornaments_before_them():
    melody = parse_grid("meter: 2/4\nS: c5 d5 | e5 .")
    rows = melody.notes.rows.copy()
    grace = rows[:1].copy()
    grace["duration"], grace["pitch"], grace["fifths"], grace["flags"], grace["id"] = 0, 74, 2, int(Flag.GRACE), 40
    melody = replace(
        melody,
        notes=NoteTable(np.concatenate([rows, grace])).ordered(),
        lyrics=(Lyric(0, "1", "Lob"), Lyric(40, "1", "x")),
    )
    task = task_for(melody, Condition())
    score = score_of(answered(task), melody, task=task)
    assert written(score) == written(melody)
    assert score.lyrics == melody.lyrics
    assert len({int(note) for note in score.notes["id"]}) == len(score.notes)


def test_new_voices_have_fermatas_where_the_melody_has_them_and_only_there():
    melody = parse_grid("meter: 4/4\nS: c5 d5 e5^ . | d5 c5 b4 . | c5 . . .")
    task = task_for(melody, Condition())
    score = score_of(answered(task, hold=0.9), melody, task=task)
    ends = {int(time) for time in score.notes.end[score.notes.has(Flag.FERMATA)]}
    assert ends == {4 * 10080}


def test_all_four_voices_may_be_left_and_the_phrases_stay():
    task = task_for(parse_grid(PHRASES), Condition(left=Left(("S", "A", "T", "B"))))
    assert task.free.all()
    assert task.said.to_phrase_end[[0, 20, 32, 52]].tolist() == [20, 0, 20, 0]
    assert np.flatnonzero(~task.joined).tolist() == [0, 32]


def test_a_measure_that_is_all_new_keeps_its_phrase_end():
    source = parse_grid(PHRASES)
    task = task_for(source, Condition(left=Left(("S", "A", "T", "B"), ("2",))))
    assert np.flatnonzero(~task.joined).tolist() == [0, 32, 64]
    score = score_of(answered(task), source, task=task)
    assert connected(score)[32] is False


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.slow)])
def test_the_melodies_of_bach_come_back_with_all_that_stood_at_their_notes(every):
    for piece in corpus("bach-chorales").pieces[::every]:
        source = read(piece.path)
        task = task_for(source, Condition())
        score = score_of(answered(task), source, task=task)
        soprano = {row[5]: row for row in written(score)}
        kept = kept_notes(source, task)
        columns = ("onset", "duration", "pitch", "fifths", "flags", "id")
        assert soprano == {int(row["id"]): tuple(int(row[name]) for name in columns) for row in kept}
        assert np.array_equal(frames_of_lines(source, (0, -1, -1, -1)).pitch[:, 0], frames_of(score).pitch[:, 0])


def test_a_tune_that_steps_home_is_told_to_close_with_a_dominant():
    tune = parse_grid("key: G major; meter: 4/4\nS: b4 c5 b4 a4 | g4^ . b4 b4 | c5 b4 a4 f#4 | g4 . . .")
    task, rng = task_for(tune, Condition()), np.random.default_rng(0)
    told = [with_cadences(task, melody_of(tune), rng).said.figure for _ in range(20)]
    dominant, tonic = (figures(False).index(name) for name in ("V", "I"))
    assert all(each[44:49].tolist() == [dominant] * 4 + [tonic] for each in told)
    inner = [each[12:17].tolist() for each in told]
    assert [dominant] * 4 + [tonic] in inner
    assert [UNSAID] * 5 in inner
