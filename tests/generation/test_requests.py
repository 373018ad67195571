"""What a musician may count on when chords, figures, cadences or notes are asked for."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.errors import NoSolution, NotFound, UnreadableFile
from musegen.generation.conditions import CadenceAsked, Condition, Left
from musegen.generation.given import notes_given
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import contradiction, skeletons
from musegen.generation.requests.writing import plain_score
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.files import read
from musegen.score.model import FiguredBass, HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key

QUARTER = 10080
C = Key.parse("C")
EVERYTHING = Left(("S", "A", "T", "B"))


def numerals(*figures, key="C"):
    """One a quarter; the empty string asks for nothing and ends nothing."""
    return tuple(HarmonyLabel(n * QUARTER, "numeral", text, key) for n, text in enumerate(figures) if text)


def plan(grid, lenient=True, **asked):
    return replace(plan_of(parse_grid(grid), Condition(key=C, **asked)), lenient=lenient)


def names(skeleton):
    return [chord.numeral.figure for chord in skeleton.chords]


@pytest.fixture(scope="module")
def bwv66():
    return replace(read("bach/bwv66.6"), harmonies=(), figures=())


@pytest.fixture(scope="module")
def heard(bwv66):
    return analyse(bwv66)


def bachs_chords(score, heard, condition):
    """A plan that asks for Bach's chord and bass, by pitch class, on every beat."""
    slots = plan_of(score, condition).slots
    spans = [heard.chords[number] for number in heard.chord_indices(np.array([slot.onset for slot in slots]))]
    asked = {
        slot.onset: notes_given({7 * tone % 12 for tone in span.tones}, 7 * (span.key.tonic + span.numeral.bass) % 12)
        for slot, span in zip(slots, spans, strict=True)
    }
    return plan_of(score, condition, chords=asked)


@pytest.mark.parametrize("left", [None, EVERYTHING], ids=["under Bach's soprano", "with no voice given"])
def test_bachs_chord_and_bass_on_every_beat_are_met_without_parallels(bwv66, heard, left):
    condition = Condition(key=heard.key, left=left)
    asked = bachs_chords(bwv66, heard, condition)
    found = skeletons(asked)[0]
    on_beats = [moment for moment in zip(found.plan.wishes, found.pitch, strict=True) if moment[0].chord is not None]
    assert len(on_beats) == len(asked.slots)
    for wish, pitches in on_beats:
        sounding = {int(pitch) % 12 for pitch in pitches[1:]}
        kept = [chord for chord in found.chords if wish.chord.keeps(chord)]
        assert sounding <= {7 * tone % 12 for tone in kept[0].tones}
        assert int(pitches[3]) % 12 == 7 * (kept[0].key.tonic + kept[0].numeral.bass) % 12
    report = check(plain_score(found, condition), load_pack("chorale"))
    assert [item.message for item in report.findings if item.rule.startswith("parallel")] == []


def test_a_given_soprano_is_kept_note_for_note(bwv66, heard):
    condition = Condition(key=heard.key)
    score = plain_score(skeletons(bachs_chords(bwv66, heard, condition))[0], condition)
    columns = ["onset", "duration", "pitch", "fifths", "flags"]
    ours, bachs = (item.notes.rows[item.notes["part"] == 0][columns].tolist() for item in (score, bwv66))
    assert sorted(ours) == sorted(bachs)


def test_a_figured_bass_is_realised_as_its_figures_say():
    figures = (FiguredBass(QUARTER, QUARTER, ("6",)), FiguredBass(2 * QUARTER, QUARTER, ("6", "5")))
    asked = plan("meter: 4/4\nB: c3 e3 f3 g3 | c3 . . .", left=Left(("S", "A", "T")), figures=figures)
    found = skeletons(asked)[0]
    assert names(found)[:5] == ["I", "I6", "ii65", "V", "I"]
    assert found.pitch[:4, 3].tolist() == [48, 52, 53, 55]


def test_the_figured_bass_pack_finds_no_fault_with_its_realisation():
    figures = tuple(
        FiguredBass(n * QUARTER, QUARTER, signs, part=3)
        for n, signs in enumerate([(), ("6",), ("6", "5"), (), ("4", "2"), ("6",), ("4",), ("7",)])
        if signs
    )
    score = parse_grid("key: C major; meter: 4/4\nB: c3 e3 f3 g3 | f3 e3 g3 g3 | c3 . . .")
    condition = Condition(key=C, left=Left(("S", "A", "T")), figures=figures)
    realised = replace(plain_score(skeletons(plan_of(score, condition))[0], condition), figures=figures)
    report = check(realised, load_pack("figured-bass"))
    assert [item.message for item in report.findings if item.rule.startswith("figure")] == []


def test_an_accidental_in_the_figures_raises_the_leading_tone():
    figures = (FiguredBass(QUARTER, QUARTER, ("#",)),)
    score = parse_grid("key: a minor; meter: 3/4\nB: d3 e3 a2")
    condition = Condition(key=Key.parse("a"), left=Left(("S", "A", "T")), figures=figures)
    found = skeletons(plan_of(score, condition))[0]
    assert 8 in found.fifths[1].tolist()  # G sharp


def test_a_perfect_cadence_in_bare_measures_ends_with_the_soprano_on_the_tonic():
    asked = plan("meter: 4/4\nS: r . . .", cadences=(CadenceAsked(3 * QUARTER, "PAC", C),))
    found = skeletons(asked)[0]
    assert names(found)[-1] == "I"
    assert names(found)[-2] in ("V", "V7")
    assert found.fifths[-1, [0, 3]].tolist() == [0, 0]


@pytest.mark.parametrize(("kind", "endings"), [("HC", {"V"}), ("DC", {"vi"}), ("PC", {"I"})])
def test_other_cadences_end_on_their_chords(kind, endings):
    asked = plan("meter: 4/4\nS: r . . .", cadences=(CadenceAsked(3 * QUARTER, kind, C),))
    found = skeletons(asked)[0]
    assert names(found)[-1] in endings
    assert (names(found)[-2] in ("IV", "iv", "ii65", "iiø65", "IV6")) == (kind == "PC")


@pytest.mark.parametrize("figure", ["I64", "Cad64"])
@pytest.mark.parametrize(("tune", "goal"), [("e5 f5 e5 d5", "V"), ("e5 f5 e5 f5", "IV6")])
def test_a_six_four_is_told_as_it_was_asked(tune, goal, figure):
    asked = plan(f"meter: 4/4\nS: {tune}", harmonies=numerals("I", "IV", figure, goal))
    assert names(skeletons(asked)[0]) == ["I", "IV", figure, goal]


def test_a_given_tenor_and_bass_stand_in_the_skeleton():
    asked = plan("meter: 4/4\nT: g3 a3 g3 e3\nB: c3 f3 g3 c3", left=Left(("S", "A")))
    found = skeletons(asked)[0]
    assert found.pitch[:, 2].tolist() == [55, 57, 55, 52]
    assert found.pitch[:, 3].tolist() == [48, 53, 55, 48]


def test_a_score_with_other_voices_than_are_given_is_told():
    with pytest.raises(UnreadableFile, match="2 voices are given, and the score has 1"):
        plan("meter: 2/4\nS: c5 d5", left=Left(("A", "T")))


CONFLICTS = {
    "the sung bass is not the bass of the chord": (
        "meter: 4/4\nS: e5 d5 e5 f5\nB: c3 g3 c3 d3",
        {"left": Left(("A", "T")), "harmonies": numerals("I", "V6", "I", "ii")},
        ["measure 1, beat 2: the given bass G3", "measure 1, beat 2: the given chord V6"],
    ),
    "outer voices that are given move in octaves": (
        "meter: 4/4\nS: e5 d5 e5 f5\nB: c3 d3 e3 a3",
        {"left": Left(("A", "T"))},
        [
            "measure 1, beat 2: the given bass D3",
            "measure 1, beat 2: the melody's D5",
            "measure 1, beat 3: the given bass E3",
            "measure 1, beat 3: the melody's E5",
            "the rule parallel-octaves of chorale",
        ],
    ),
    "a seventh in the bass that may not resolve": (
        "meter: 4/4\nS: e5 d5 c5 c5",
        {"lenient": False, "harmonies": numerals("I", "V42", "vi", "IV")},
        [
            "measure 1, beat 2: the given chord V42",
            "measure 1, beat 3: the given chord vi",
            "the rule unresolved-seventh of chorale",
        ],
    ),
    "a subdominant where a perfect cadence is asked for": (
        "meter: 4/4\nS: e5 d5 b4 c5",
        {"harmonies": numerals("I", "ii", "IV", "I"), "cadences": (CadenceAsked(3 * QUARTER, "PAC"),)},
        ["measure 1, beat 3: the given chord IV", "measure 1, beat 4: the cadence PAC"],
    ),
    "a note under every alto": ("meter: 4/4\nS: e5 c3 e5 f5", {}, ["measure 1, beat 2: the melody's C3"]),
}


@pytest.mark.parametrize("story", CONFLICTS)
def test_requests_that_contradict_each_other_are_named_by_measure_and_beat(story):
    grid, asked, named = CONFLICTS[story]
    with pytest.raises(NoSolution) as caught:
        skeletons(plan(grid, **asked))
    assert not isinstance(caught.value, NotFound)
    assert caught.value.exit_code == 4
    assert list(caught.value.conflicts) == named


def without(asked, conflict):
    """The plan without one request that was named."""
    place, _, what = conflict.partition(": ")
    (slot,) = [n for n, item in enumerate(asked.slots) if str(asked.score.place(item.onset)) == place]
    wish = asked.wishes[slot]
    voice = {"the melody's": 0, "the given soprano": 0, "the given bass": 3}.get(what.rsplit(" ", 1)[0])
    if voice is not None:
        wish = wish._replace(notes=tuple(() if n == voice else sung for n, sung in enumerate(wish.notes)))
    wish = wish._replace(**{part: None for part in ("chord", "cadence") if f"{part} " in what})
    return replace(asked, wishes=(*asked.wishes[:slot], wish, *asked.wishes[slot + 1 :]))


@pytest.mark.parametrize("story", CONFLICTS)
def test_without_any_one_of_them_there_is_a_solution(story):
    grid, asked, named = CONFLICTS[story]
    requests = [conflict for conflict in named if not conflict.startswith("the rule")]
    assert [contradiction(without(plan(grid, **asked), conflict)) for conflict in requests] == [None] * len(requests)


def test_a_pack_may_forbid_what_another_lets_pass():
    grid, given = "meter: 3/4\nS: c5 d5 c5\nB: f3 g2 a2", {"left": Left(("A", "T"))}
    assert contradiction(plan(grid, **given)) is None
    error = contradiction(plan(grid, pack="strict", **given))
    assert error.conflicts[-1] == "the rule antiparallel-fifths of strict"


class LowTenor:
    """A scorer that hears nothing but the tenor, and remembers how it was asked."""

    def __init__(self):
        self.asked = []

    def start(self, plan):
        return np.zeros(1)

    def scores(self, state, slot, settings):
        self.asked.append((slot, len(state)))
        return np.tile(-3.0 * settings.pitch[:, 2], (len(state), 1))

    def advance(self, state, slot, parents, chosen):
        return state[parents] + chosen.pitch[:, 2]


def test_a_scorer_is_asked_once_a_slot_and_heeded():
    asked = plan("meter: 4/4\nS: e5 f5 d5 e5", harmonies=numerals("I", "IV", "V", "I"))
    listener = LowTenor()
    low, plain = skeletons(asked, score_voicings=listener)[0], skeletons(asked)[0]
    assert low.pitch[:, 2].mean() < plain.pitch[:, 2].mean()
    assert [slot for slot, _ in listener.asked] == [0, 1, 2, 3]
    assert listener.asked[0] == (0, 1)


def test_several_skeletons_differ_and_come_again_with_the_same_seed():
    asked = plan("meter: 4/4\nS: e5 d5 d5 c5", harmonies=numerals("I", "ii6", "V", "I"))
    first, again = (skeletons(asked, count=4, rng=np.random.default_rng(3)) for _ in range(2))
    assert len({skeleton.pitch.tobytes() for skeleton in first}) == 4
    assert [skeleton.pitch.tolist() for skeleton in first] == [skeleton.pitch.tolist() for skeleton in again]
    assert first[0].pitch.tolist() == skeletons(asked)[0].pitch.tolist()


def test_a_dominant_that_follows_itself_over_a_fermata_is_no_dead_end():
    tune = parse_grid(
        "key: C major; meter: 4/4\nS: e5 d5 c5 d5 | d5 b4 c5 .",
    )
    asked = Condition(key=C, harmonies=numerals("I", "V6", "I", "V", "V", "V7", "I"))
    found = skeletons(plan_of(tune, asked))[0]
    assert names(found)[3:5] == ["V", "V"]
