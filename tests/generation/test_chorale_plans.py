"""Plans of chorales: those that are drawn look like Bach's, those of given pieces are what Bach wrote."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from musegen.corpora.selecting import pieces_of
from musegen.errors import UnreadableFile, UsageError
from musegen.generation.chorales import counted as module
from musegen.generation.chorales import draw_plan, plan_of, task_of, written_out
from musegen.generation.chorales.counting import as_text, habits_of, shipped_examples
from musegen.generation.chorales.making import other_cadences
from musegen.generation.chorales.plan import frame_at
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import frames_of
from musegen.generation.neural.said import UNSAID, Said, said_of
from musegen.generation.neural.writing import score_of
from musegen.score.files import read
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key
from musegen.theory.vocabulary import figures

QUARTER = 10080
BAR_FORM = """
key: C major; meter: 2/4
S: e5 d5 | c5^ . | e5 d5 | c5^ . | d5 e5 | d5 c5^
A: g4 g4 | g4 . | g4 g4 | g4 . | g4 g4 | g4 g4
T: c4 b3 | c4 . | c4 b3 | c4 . | b3 c4 | b3 c4
B: c3 g3 | c3 . | c3 g3 | c3 . | g3 c3 | g3 c3
"""


def drawn_plans(count=300, **wishes):
    return [draw_plan(np.random.default_rng([5, number]), **wishes) for number in range(count)]


def share(plans, holds):
    return sum(map(holds, plans)) / len(plans)


def leaves_home(plan):
    return any(phrase.key != plan.key for phrase in plan.phrases)


@pytest.mark.parametrize("meter", ["4/4", "3/4"])
@pytest.mark.parametrize("measures", [8, 11, 24])
@pytest.mark.parametrize("pickup", ["none", "beat"])
def test_a_chorale_has_the_measures_that_were_asked_for_and_its_barlines_come_out(meter, measures, pickup):
    wished = TimeSignature.parse(meter)
    for plan in drawn_plans(20, meter=wished, measures=measures, pickup=pickup):
        assert plan.full_measures == measures
        assert plan.pickup == (pickup == "beat")
        assert sum(measure.length for measure in plan.measures) == plan.end == plan.empty_score.end
        assert {measure.length for measure in plan.measures[1:-1]} == {int(wished.quarters) * QUARTER}
        joints = [time for phrase in plan.phrases for time in (phrase.onset, phrase.end)]
        assert joints[1:-1:2] == joints[2::2]
        assert all(phrase.onset < phrase.close < phrase.end for phrase in plan.phrases)


def test_a_chorale_closes_at_home_and_goes_only_to_near_keys():
    plans = drawn_plans()
    for plan in plans:
        assert (plan.phrases[-1].cadence, plan.phrases[-1].key, plan.opening) == ("PAC", plan.key, plan.key)
        assert all(abs(phrase.key.signature - plan.key.signature) <= 1 for phrase in plan.phrases)
    assert share(plans, leaves_home) > 0.9


def test_drawn_plans_are_as_often_in_minor_in_bar_form_and_brightened_at_the_end_as_bachs():
    plans, counts = drawn_plans(), module.habits()
    homes, forms, ends = counts.homes, counts.forms[""], counts.closes["PAC minor last"]
    minor = sum(homes["minor"].values()) / sum(homes[""].values())
    bar = 1 - sum(count for form, count in forms.items() if form.startswith("0")) / sum(forms.values())
    assert share(plans, lambda plan: plan.key.minor) == pytest.approx(minor, abs=0.08)
    assert share(plans, lambda plan: plan.phrases[-1].repeats is None and any(
        phrase.repeats is not None for phrase in plan.phrases)) == pytest.approx(bar, abs=0.08)  # fmt: skip
    dark = [plan for plan in plans if plan.key.minor]
    bright = sum(count for pair, count in ends.items() if pair.endswith(" I")) / sum(ends.values())
    assert share(dark, lambda plan: plan.phrases[-1].last == "I") == pytest.approx(bright, abs=0.1)


def test_the_first_phrase_of_a_major_chorale_mostly_closes_at_home():
    plans = drawn_plans(key=Key.parse("D"))
    assert share(plans, lambda plan: plan.phrases[0].key == plan.key) > 0.6
    assert share(plans, lambda plan: plan.phrases[0].key in (plan.key, Key.parse("A"), Key.parse("b"))) > 0.8


def test_the_stollen_comes_again_and_its_two_phrases_close_differently():
    plans = [plan for plan in drawn_plans() if plan.phrases[2:] and plan.phrases[2].repeats == 0]
    assert plans
    for plan in plans:
        first, second, again = plan.phrases[:3]
        assert again.end - again.onset == first.end - first.onset
        assert (again.cadence, again.key) == (first.cadence, first.key) != (second.cadence, second.key)


@pytest.mark.parametrize(("level", "journey"), [(1, 0.0), (8, 0.9)])
def test_a_level_without_modulation_stays_at_home_and_knows_no_deceptive_cadence(level, journey):
    plans = drawn_plans(50, level=level)
    assert share(plans, leaves_home) >= journey
    if not journey:
        assert {phrase.key == plan.key for plan in plans for phrase in plan.phrases} == {True}
        assert {phrase.cadence for plan in plans for phrase in plan.phrases} <= {"PAC", "IAC", "HC", "PC"}
        assert {plan.phrases[-1].last for plan in plans} == {"I", "i"}
        assert not any(plan.phrases[-1].last == "I" for plan in plans if plan.key.minor)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"meter": TimeSignature(7, 16)}, "there are 4/4, 3/4"),
        ({"measures": 4, "phrases": 12}, "no chorale in .* of 4 measures has 12 phrases"),
        ({"measures": 5000}, "no chorale has 5000 measures"),
        ({"pickup": "half"}, "there are none, beat and auto"),
        ({"key": Key.parse("C# major")}, "too many sharps or flats"),
    ],
)
def test_a_plan_that_cannot_be_is_wrong_usage(wishes, said):
    with pytest.raises(UsageError, match=said):
        draw_plan(np.random.default_rng(1), **wishes)


def test_what_the_plan_of_a_chorale_says_is_what_bach_wrote():
    agreed = {name: [0, 0] for name in Said._fields}
    for name in ("bach/bwv66.6", "bach/bwv153.1", "bach/bwv145.5", "bach/bwv360"):
        score = read(name)
        analysis = analyse(score, engine="neural")
        once = written_out_plan(plan_of(score, analysis))
        asked, heard = task_of(once).said, said_of(score, analysis)
        for column in Said._fields:
            ours, his = getattr(asked, column), getattr(heard, column)
            both = (ours != UNSAID) & (his != UNSAID)
            agreed[column][0] += int((ours == his)[both].sum())
            agreed[column][1] += int(both.sum())
    assert all(right >= 0.9 * whole for right, whole in agreed.values())
    assert agreed["phase"][0] == agreed["phase"][1] > 500
    assert min(agreed[column][1] for column in ("cadence", "local", "inversion", "figure")) > 50
    assert agreed["motion"][1] == agreed["level"][1] == 0


def written_out_plan(plan):
    return replace(plan, phrases=tuple(phrase._replace(repeats=None) for phrase in plan.phrases))


def test_a_stollen_is_drawn_once_and_sounds_twice():
    score = parse_grid(BAR_FORM)
    plan = plan_of(score)
    assert [phrase.repeats for phrase in plan.phrases] == [None, 0, None]
    task, bach = task_of(plan), frames_of(score)
    assert len(task.free) == len(bach.pitch) - 16
    assert task.free.all()
    assert np.flatnonzero(~task.joined).tolist() == [0, 16]
    kept = [*range(16), *range(32, 48)]
    drawn = Drawn(type(bach)(*(column[kept] for column in bach)), Said(*(column for column in task.said)), 0.0, 0.0)
    whole = written_out(plan, drawn)
    assert np.array_equal(whole.frames.pitch, bach.pitch)
    assert all(len(column) == len(bach.pitch) for column in whole.said)


def test_a_minor_chorale_that_ends_with_a_major_chord_is_asked_for_one_after_its_dominant():
    plan = next(plan for plan in drawn_plans() if plan.key.minor and plan.phrases[-1].last == "I")
    asked = task_of(plan).said
    close = frame_at(plan.phrases[-1].close) - len(plan_frames(plan)) + len(asked.figure)
    assert figures(True)[asked.figure[-1]] == figures(True)[asked.figure[close]] == "I"
    assert figures(True)[asked.figure[close - 1]] in ("V", "V7")
    assert asked.figure[close - 8] == UNSAID


def plan_frames(plan):
    return range(frame_at(plan.end))


def test_a_plan_moves_to_another_key_with_its_cadences():
    plan = plan_of(read("bach/bwv66.6"))
    moved = plan.transposed(Key.parse("g"))
    assert [str(phrase.key) for phrase in moved.phrases] == ["B-", "B-", "g", "B-", "g", "g"]
    assert moved.measures[0].key_signature.fifths == -2
    with pytest.raises(UsageError, match="cannot be moved to G major"):
        plan.transposed(Key.parse("G"))


@pytest.mark.parametrize(
    ("music", "said"),
    [
        ("meter: 2/4\nS: c5 d5^ | e5 c5^", "four voices"),
        ("meter: 2/4\nS: e5 d5 | d5 c5\nA: g4 g4 | g4 g4\nT: c4 b3 | b3 c4\nB: c3 g3 | g3 c3", "no fermatas"),
    ],
)
def test_a_piece_that_is_no_chorale_has_no_plan(music, said):
    with pytest.raises(UnreadableFile, match=said):
        plan_of(parse_grid(music))


def test_frames_are_sixteenths():
    assert frame_at(int(Fraction(7, 4) * QUARTER)) == 7


@pytest.mark.slow
def test_the_shipped_counts_are_those_of_the_training_chorales():
    examples = shipped_examples()
    assert as_text(habits_of(examples)) == module.COUNTS.read_text(encoding="utf-8")
    assert {piece.split for piece in pieces_of(["bach-chorales"], split="train")} == {"train"}


def test_what_the_network_draws_closes_as_planned():
    plans = drawn_plans(8, measures=8)
    answers = draw([task_of(plan) for plan in plans], np.random.default_rng(1))
    scores = [
        score_of(written_out(plan, each[0]), measures=plan.measures) for plan, each in zip(plans, answers, strict=True)
    ]
    others = [len(other_cadences(score, plan)) for score, plan in zip(scores, plans, strict=True)]
    assert sum(others) <= 0.05 * sum(len(plan.phrases) for plan in plans)
