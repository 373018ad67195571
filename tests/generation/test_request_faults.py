"""What is asked for is set with as few faults as can be, as a strict stranger counts them, and as the network would."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from musegen.evaluation.core_rules import chords_of
from musegen.evaluation.likelihood import likelihood
from musegen.generation.conditions import CadenceAsked, Condition
from musegen.generation.given import notes_given
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.frames import frames_of
from musegen.generation.requests.by_ear import Heard, faults_after, faults_alone, faults_between
from musegen.generation.requests.by_network import NetworkScorer
from musegen.generation.requests.cadences import closes
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import skeletons
from musegen.generation.requests.writing import plain_score
from musegen.rules.core.chords import chords_in
from musegen.rules.core.counting import counted
from musegen.rules.core.templates import read_sonorities
from musegen.score.files import read
from musegen.theory.analyse import analyse


def asking_for_bachs_chords(name):
    """A plan that asks for the chord and bass of every beat under a chorale's soprano, and for its cadences."""
    score = replace(read(name), harmonies=(), figures=())
    heard = analyse(score)
    cadences = tuple(CadenceAsked(cadence.onset, cadence.kind, cadence.key) for cadence in heard.cadences)
    condition = Condition(key=heard.key, cadences=cadences)
    slots = plan_of(score, condition).slots
    spans = [heard.chords[number] for number in heard.chord_indices(np.array([slot.onset for slot in slots]))]
    asked = {
        slot.onset: notes_given({7 * tone % 12 for tone in span.tones}, 7 * (span.key.tonic + span.numeral.bass) % 12)
        for slot, span in zip(slots, spans, strict=True)
    }
    return condition, plan_of(score, condition, chords=asked)


def sounding(pitch, fifths, home):
    pitch, fifths = np.asarray(pitch, dtype=np.int64), np.asarray(fifths, dtype=np.int64)
    return Heard(pitch, fifths, read_sonorities(pitch, fifths, np.full(len(pitch), home)))


@pytest.mark.parametrize("seed", range(20))
def test_faults_of_arrivals_add_up_to_what_is_counted_in_the_piece(seed):
    rng = np.random.default_rng(seed)
    pitch = np.repeat([[70, 65, 58, 48]], 40, axis=0) + rng.integers(-7, 8, (40, 4)) * (rng.random((40, 4)) < 0.6)
    fifths = 7 * pitch % 12
    all_of_it, rows = sounding(pitch, fifths, pitch[-1, 3] % 12), np.arange(40)
    found = faults_after(all_of_it.at(rows[:-1]), all_of_it.at(rows[1:])).sum() + faults_alone(all_of_it)[0]
    assert found == counted(chords_in(pitch, fifths, np.ones(40))).everything > 20


def every_voicing(wish):
    """The chord that is asked for, complete, over its bass and under what the soprano sings first; voices in order."""
    names, _, bass = wish.chord.text.partition(" over ")
    number = {notes_given({pitch_class}).text: pitch_class for pitch_class in range(12)}
    wanted, low = {number[name] for name in names.split()}, number[bass]
    sung = next((note for note in wish.notes[0] if note.pitch % 12 in wanted), wish.notes[0][0])
    ways = [
        (sung.pitch, alto, tenor, lowest)
        for alto in range(50, sung.pitch + 1)
        for tenor in range(45, alto + 1)
        for lowest in range(36, min(tenor, 64) + 1)
        if lowest % 12 == low and {alto % 12, tenor % 12} <= wanted <= {sung.pitch % 12, alto % 12, tenor % 12, low}
    ]
    return np.array(ways or [(sung.pitch, 62, 55, 48 + low % 12)])


def fewest_faults(plan):
    """That any voicings of the chords can have, one a beat, by dynamic programming."""
    home, best, before = 7 * plan.home.tonic % 12, None, None
    for wish in plan.wishes:
        pitch = every_voicing(wish)
        spelled = (7 * (pitch - plan.home.tonic * 7) + 5) % 12 - 5 + plan.home.tonic
        first, *others = (
            sounding(
                np.where(np.arange(4) == 0, note.pitch, pitch), np.where(np.arange(4) == 0, note.fifths, spelled), home
            )
            for note in wish.notes[0]
        )
        own = sum((faults_after(*pair) for pair in pairwise((first, *others))), np.zeros(len(pitch), dtype=int))
        reached = faults_alone(first) if best is None else (best[:, None] + faults_between(before, first)).min(axis=0)
        best, before = reached + own, (first, *others)[-1]
    return int(best.min())


@pytest.mark.parametrize("name", ["bach/bwv339", "bach/bwv361", "bach/bwv85.6"])
def test_chords_from_beat_to_beat_have_no_more_faults_than_the_best_complete_voicings(name, monkeypatch):
    condition, plan = asking_for_bachs_chords(name)
    with_passing_chords = counted(chords_of(plain_score(skeletons(plan)[0], condition))).everything
    monkeypatch.setattr("musegen.generation.requests.skeletons.eased", lambda ways, moments, rules: moments)
    alone = counted(chords_of(plain_score(skeletons(plan)[0], condition))).everything
    assert with_passing_chords <= alone <= fewest_faults(plan)


def test_the_network_finds_what_it_has_judged_likelier_and_everything_is_still_met():
    condition, plan = asking_for_bachs_chords("bach/bwv66.6")
    judged = skeletons(plan, score_voicings=NetworkScorer(task_for(plan.score, condition)))[0]
    nats = [
        likelihood([frames_of(plain_score(one, condition))], given=(0,)).per_piece
        for one in (judged, skeletons(plan)[0])
    ]
    assert nats[0] < nats[1] - 0.01
    moments = list(zip(judged.plan.wishes, judged.chords, judged.fifths[:, 0].tolist(), strict=True))
    assert all(wish.chord is None or wish.chord.keeps(chord) for wish, chord, _ in moments)
    for (_, before, _), (wish, last, sung) in pairwise(moments):
        assert wish.cadence is None or closes(wish.cadence, before, last, sung)
