"""What comes out of the post-filter: settings that are read again, judged, mended, ranked, and that differ."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.generation.classical_settings import settings
from musegen.generation.conditions import Condition
from musegen.generation.refine import Candidate, refined
from musegen.generation.refine.judging import by_ear, by_numerals
from musegen.generation.refine.merit import BACH, SPREAD, liveliness, strangeness
from musegen.generation.refine.originality import longest_shared
from musegen.generation.refine.rereading import reread, same_music
from musegen.generation.refine.variety import LEAST_DISTANCE, distance, ground_of
from musegen.rules.edits import repitched
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.files import read
from musegen.score.model import HarmonyLabel
from musegen.score.pitch import SpelledPitch
from musegen.score.textgrid import parse_grid

UPPER = """key: C major; meter: 4/4
S: e5 d5 e5 d5 | c5^ . . .
A: g4 g4 g4 g4 | e4^ . . .
T: c4 b3 c4 b3 | c4^ . . ."""


def candidate(bass="c3 g3 c3 g3 | c3^ . . .", upper=UPPER, likely=-0.5):
    """Five chords, I V I V I, in C major, under their numerals."""
    score = parse_grid(f"{upper}\nB: {bass}")
    numerals = enumerate(["I", "V", "I", "V", "I"])
    labels = tuple(
        HarmonyLabel(number * score.ticks_per_quarter, "numeral", text, "C", part=3) for number, text in numerals
    )
    return Candidate(replace(score, harmonies=labels), likely)


@pytest.fixture(scope="module")
def chorale():
    return replace(read("bach/bwv66.6"), harmonies=())


@pytest.fixture(scope="module")
def found(chorale):
    return settings(chorale, Condition(candidates=3), np.random.default_rng(1))


@pytest.fixture(scope="module")
def with_fifths(found):
    """A setting with its soprano given, but that the tenor begins with two fifths over the bass."""
    score = found[0].score
    tenor, bass = (score.notes.where(score.notes["part"] == part).rows[:2] for part in (2, 3))
    over = {
        int(high["id"]): SpelledPitch(int(low["pitch"]) + 7, int(low["fifths"]) + 1)
        for high, low in zip(tenor, bass, strict=True)
    }
    return found[0]._replace(score=repitched(score, over))


def errors(score):
    return [item.rule for item in check(score).findings if item.severity == "error"]


def notes_of(score, part):
    rows = score.notes.rows[score.notes["part"] == part]
    return [tuple(int(row[name]) for name in ("onset", "duration", "pitch", "fifths")) for row in rows]


def test_a_chorale_with_pickup_ties_and_fermatas_is_read_again_as_it_was_written(found, chorale):
    assert same_music(reread(chorale), chorale)
    assert same_music(reread(found[0].score), found[0].score)
    assert not same_music(found[0].score, found[1].score)


def test_a_planted_parallel_fifth_is_mended_and_no_given_note_with_it(with_fifths):
    assert "parallel-fifths" in errors(with_fifths.score)
    (setting,) = refined([with_fifths], pack="chorale", count=1)
    assert setting.errors == 0 == len(errors(setting.score))
    assert setting.repairs
    assert all(item.fix for item in setting.repairs)
    assert notes_of(setting.score, 0) == notes_of(with_fifths.score, 0)


def test_where_every_note_is_given_a_fault_stays_and_the_setting_comes_last(with_fifths, found):
    fixed = with_fifths._replace(given=frozenset(with_fifths.score.notes["id"].tolist()), log_probability=0.0)
    first, last = refined([fixed, found[1]], pack="chorale", count=2)
    assert (first.errors, first.log_probability) == (0, found[1].log_probability)
    assert last.errors
    assert not last.repairs
    assert last.score.notes == with_fifths.score.notes


def test_of_settings_without_errors_the_likelier_comes_first_and_a_copy_comes_not_at_all():
    low, high = candidate(likely=-0.9), candidate("c3 g2 c3 g2 | c3^ . . .", likely=-0.3)
    told = refined([low, high, low], pack="chorale", count=3)
    assert [setting.log_probability for setting in told] == [-0.3, -0.9]


def test_all_that_comes_out_differs_in_bass_or_chord(found):
    told = refined([*found, *found], pack="chorale", count=6)
    grounds = [ground_of(reading) for reading in by_numerals([setting.score for setting in told], load_pack("chorale"))]
    assert 1 < len(told) <= 3
    for number, ground in enumerate(grounds):
        assert all(distance(ground, other) >= LEAST_DISTANCE for other in grounds[:number])


def test_bach_is_as_lively_as_bach_and_plain_chords_are_not(chorale, found):
    pack = load_pack("chorale")
    assert strangeness(by_ear(chorale, pack)) < 6 < strangeness(by_ear(found[0].score, pack))
    assert liveliness(found[0].score, None).sonorities < BACH.sonorities - SPREAD.sonorities


def test_a_copied_chorale_is_told_in_any_key_and_a_new_setting_shares_little(chorale, found):
    higher = repitched(
        chorale,
        {int(row["id"]): SpelledPitch(int(row["pitch"]) + 2, int(row["fifths"]) + 2) for row in chorale.notes.rows},
    )
    copied, new = longest_shared(higher), longest_shared(found[0].score)
    assert (copied.piece, copied.measure, copied.bach) == ("bach/bwv66.6", "0", 0.0)
    assert copied.quarters == chorale.end / chorale.ticks_per_quarter
    assert new.sonorities < 12
    assert new.bach > 0
