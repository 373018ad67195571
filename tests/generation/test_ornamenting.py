"""What ornaments are put upon a skeleton, and which are dropped."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.given import notes_given
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import Frames
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.ornamenting import ornamented, spotless
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import skeletons
from musegen.rules.engine import check
from musegen.score.files import read
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key

QUARTER = 10080
ALTO, TENOR, BASS = 1, 2, 3


class Piece:
    """A skeleton of chords that are asked for, set by hand where `pitch` says so, and answers to be made of it."""

    def __init__(self, score, condition, chords=None, pitch=None):
        found = skeletons(plan_of(score, condition, chords=chords))[0]
        self.skeleton = found if pitch is None else replace(found, pitch=np.array(pitch, dtype=np.int16))
        self.whole = task_for(score, condition)
        self.score, self.task = score, ornamented(self.whole, self.skeleton)

    def plain(self):
        """Every note held to the next chord."""
        pitch = self.task.given.pitch.copy()
        for time in range(1, len(pitch)):
            pitch[time] = np.where(self.task.free[time], pitch[time - 1], pitch[time])
        return self.answer(pitch)

    def answer(self, pitch):
        begins = np.vstack([np.ones((1, 4), dtype=bool), np.diff(pitch, axis=0) != 0])
        attack = np.where(self.task.free, begins, self.task.given.attack)
        fifths = np.where(self.task.free, 0, self.task.given.fifths)
        return Drawn(Frames(pitch.astype(np.int16), fifths.astype(np.int16), attack), self.task.said, 0.0, 0.0)

    def with_notes(self, voice, first, pitches):
        """The plain answer with these notes in a voice, a frame each."""
        pitch = self.plain().frames.pitch.copy()
        pitch[first : first + len(pitches), voice] = pitches
        return self.answer(pitch)

    def write(self, answer):
        return score_of(well_spelled(answer, self.whole.free), self.score, task=self.whole)

    def kept(self, *answers, pack="chorale"):
        return spotless(answers, self.task, self.skeleton, self.write, pack)

    def findings(self, answer, pack="chorale"):
        return Counter((item.rule, item.onset, item.voices) for item in check(self.write(answer), pack).findings)


def strayed(rng, free):
    """Semitones by which, in the last eighth of a quarter, one voice or another goes astray."""
    steps = np.repeat(
        rng.integers(-2, 3, (len(free) // 4 + 1, 4)) * (rng.random((len(free) // 4 + 1, 4)) < 0.2), 4, axis=0
    )
    return np.where(free & (np.arange(len(free)) % 4 > 1)[:, None], steps[: len(free)], 0)


@pytest.fixture(scope="module")
def tonic_and_dominant():
    tune = parse_grid("key: C major; meter: 2/4\nS: g4 g4 | e4 .")
    asked = tuple(HarmonyLabel(n * QUARTER, "numeral", text, "C") for n, text in enumerate(("I", "V", "I")))
    pitch = [[67, 64, 60, 48], [67, 62, 59, 43], [64, 60, 55, 48]]
    return Piece(tune, Condition(key=Key.parse("C"), harmonies=asked), pitch=pitch)


def test_an_alto_that_runs_into_parallel_fifths_with_the_bass_is_held_instead(tonic_and_dominant):
    piece = tonic_and_dominant
    planted = piece.with_notes(ALTO, 2, [67, 67])  # G4-D4 over C3-G2
    assert [rule for rule, *_ in piece.findings(planted) - piece.findings(piece.plain())] == ["parallel-fifths"]
    assert piece.kept(planted).frames.pitch.tolist() == piece.plain().frames.pitch.tolist()


def test_another_answers_ornament_stands_where_the_first_one_s_is_a_fault(tonic_and_dominant):
    piece = tonic_and_dominant
    planted, passing = piece.with_notes(ALTO, 2, [67, 67]), piece.with_notes(TENOR, 6, [57, 57])
    kept = piece.kept(planted, passing).frames.pitch
    assert kept[:4].tolist() == piece.plain().frames.pitch[:4].tolist()
    assert kept[4:8, TENOR].tolist() == [59, 59, 57, 57]


def test_a_chord_that_is_asked_for_between_two_beats_is_not_dropped_with_a_faulty_ornament():
    tune = parse_grid("key: C major; meter: 2/4\nS: e5 d5 | c5 .")
    places = ((0, "I"), (QUARTER, "V"), (QUARTER * 3 // 2, "V42"), (2 * QUARTER, "I6"))
    asked = tuple(HarmonyLabel(onset, "numeral", text, "C") for onset, text in places)
    pitch = [[76, 67, 60, 48], [74, 67, 59, 55], [72, 67, 60, 52]]
    piece = Piece(tune, Condition(key=Key.parse("C"), harmonies=asked), pitch=pitch)
    answer = piece.with_notes(BASS, 6, [53, 53]).frames.pitch.copy()
    answer[6:8, TENOR] = 65  # doubles the seventh, and leaves it by a leap
    assert piece.kept(piece.answer(answer)).frames.pitch[6:8, BASS].tolist() == [53, 53]


@pytest.mark.parametrize("pack", ["chorale", "strict"])
def test_whatever_is_drawn_nothing_is_found_that_the_skeleton_has_not(pack):
    score = replace(read("bach/bwv66.6"), harmonies=(), figures=())
    heard, condition = analyse(score), Condition(pack=pack)
    slots = plan_of(score, condition).slots
    spans = [heard.chords[number] for number in heard.chord_indices(np.array([slot.onset for slot in slots]))]
    chords = {
        slot.onset: notes_given({7 * tone % 12 for tone in span.tones}, 7 * (span.key.tonic + span.numeral.bass) % 12)
        for slot, span in zip(slots, spans, strict=True)
    }
    piece, rng = Piece(score, replace(condition, key=heard.key), chords), np.random.default_rng(7)
    plain = piece.plain()
    wild = [piece.answer(plain.frames.pitch + strayed(rng, piece.task.free)) for _ in range(4)]
    allowed = piece.findings(plain, pack)
    assert all(piece.findings(answer, pack) - allowed for answer in wild)
    kept = piece.kept(*wild, pack=pack)
    assert not piece.findings(kept, pack) - allowed
    assert kept.frames.pitch.tolist() != plain.frames.pitch.tolist()
