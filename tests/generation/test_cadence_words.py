"""Cadences in words: read, found in a melody, planned, and heard in what is made; chords that are held too long."""

from dataclasses import replace

import numpy as np
import pytest

import musegen
from musegen.errors import UsageError
from musegen.generation.cadence_words import cadences_at, parse_cadences
from musegen.generation.chorales import draw_plan
from musegen.generation.held_chords import held_against
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key

TUNE = parse_grid(
    "key: G major; meter: 4/4\nS: g4 a4 b4 g4 | c5 b4 a4^ . | b4 c5 d5 b4 | e5 c#5 d5^ . | d5 c5 b4 a4 | g4^"
)


@pytest.mark.parametrize(
    "text", ["", "HC,,PAC", "m4", "m: HC", "XX", "1: HC, 1: PAC", "m4: HC, PAC", "1: PAC in H", "0: HC", "m4b1/0: HC"]
)
def test_what_is_no_list_of_cadences_is_wrong_usage(text):
    with pytest.raises(UsageError):
        parse_cadences(text)


def test_a_cadence_is_named_by_measure_by_beat_or_by_fermata():
    by_measure, by_fermata = (
        cadences_at(parse_cadences(text), TUNE) for text in ("m4: PAC in D, m2: HC", "HC, PAC in D")
    )
    assert by_measure == by_fermata
    assert [str(TUNE.place(asked.onset)) for asked in by_measure] == ["measure 2, beat 3", "measure 4, beat 3"]
    (inside,) = cadences_at(parse_cadences("m3b3: HC"), TUNE)
    assert str(TUNE.place(inside.onset)) == "measure 3, beat 3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m3: HC", "no phrase ends in measure 3; name the beat"),
        ("m9: HC", "no measure 9; there are measures 1 to 6"),
        ("m2b5: HC", "does not sound at measure 2, beat 5"),
        ("4: HC", "no phrase 4: the melody has 3"),
        ("m2: HC, 1: PAC", "two cadences are asked for at measure 2, beat 3"),
    ],
)
def test_a_cadence_where_none_can_be_says_where_one_could(text, said):
    with pytest.raises(UsageError, match=said):
        cadences_at(parse_cadences(text), TUNE)


def test_the_network_closes_as_it_is_asked():
    made = musegen.harmonise(TUNE, engine="neural", cadences="m2: HC, m4: PAC in D")[0].score
    heard = [(cadence.kind, str(cadence.key)) for cadence in musegen.analyse(made).cadences]
    assert heard[:2] == [("HC", "G"), ("PAC", "D")]


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_closes_its_phrases_as_they_are_wished_and_ends_at_home(seed):
    wishes = parse_cadences("HC, PAC in D, 4: IAC")
    plan = draw_plan(np.random.default_rng(seed), cadences=wishes)
    first, second, _, fourth, *_ = plan.phrases
    assert (first.cadence, second.cadence, str(second.key), fourth.cadence) == ("HC", "PAC", "D", "IAC")
    assert (plan.phrases[-1].cadence, plan.phrases[-1].key) == ("PAC", plan.key)


def test_a_wish_that_leaves_all_free_changes_no_plan():
    plain, free = (draw_plan(np.random.default_rng(3), cadences=wishes) for wishes in ((), parse_cadences("any")))
    assert plain == free


@pytest.mark.parametrize(
    ("text", "wishes", "said"),
    [
        ("EC", {}, "closes no phrase"),
        ("PAC in E", {"key": Key.parse("G")}, "E major is too far from G major"),
        ("PAC in d, PAC in B", {}, "no home key is near"),
        ("m4: HC", {}, "no measure 4"),
        ("99: HC", {}, "no chorale has 99 phrases"),
        ("HC, 4: HC", {"phrases": 4}, "the last phrase closes with a PAC"),
        ("PAC in D", {"key": Key.parse("G"), "level": 2}, "leave out --level"),
    ],
)
def test_a_plan_that_cannot_be_is_wrong_usage(text, wishes, said):
    with pytest.raises(UsageError, match=said):
        draw_plan(np.random.default_rng(1), cadences=parse_cadences(text), **wishes)


def test_a_symbol_that_is_held_under_strange_notes_is_told_until_no_chord_ends_it():
    def told(*labels):
        harmonies = tuple(HarmonyLabel(10080 * beat, "chord_symbol", text) for beat, text in labels)
        return [f"{notice.measure} {notice.message}" for notice in held_against(replace(TUNE, harmonies=harmonies))]

    held = told((0, "G"), (14, "D"))[0]
    assert held.startswith(
        "1 beat 1: G is held until the next chord, under A4 (measure 1, beat 2), C5 (measure 2, beat"
    )
    assert told((0, "G"), (1, "NC"), (14, "D"), (16, "NC")) == []
