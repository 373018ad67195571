"""A partner in counterpoint: no error of the species packs, though it does not know what comes next."""

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.generation.continuation.keys import spelled
from musegen.generation.continuation.partner import Partner
from musegen.generation.continuation.session import Note
from musegen.generation.continuation.writing import score_of_lines
from musegen.rules.engine import check
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import home_named

FOUR_FOUR = TimeSignature(4, 4)
BAR = 96
DORIAN = (62, 65, 64, 62, 67, 65, 69, 67, 65, 64, 62)
"""The cantus of Fux's first figures."""


def _together(partner, cantus, *, above):
    """The score of a cantus in whole notes with its partner."""
    given = [Note(BAR * bar, BAR, pitch, spelled(partner.home, pitch)) for bar, pitch in enumerate(cantus)]
    added = []
    for note in given:
        sung = partner.play(note.pitch)
        length = BAR // len(sung)
        added += [Note(note.onset + length * place, length, *one) for place, one in enumerate(sung)]
    lines = [added, given] if above else [given, added]
    return score_of_lines(lines, partner.home, FOUR_FOUR)


def _errors(score, pack, *, above):
    report = check(score, pack, infer=False, cantus_firmus="lower" if above else "upper")
    return [str(item) for item in report.findings if item.severity == "error"]


@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
@pytest.mark.parametrize("halves", [False, True], ids=["first species", "second species"])
def test_a_partner_that_knows_the_length_of_the_cantus_makes_no_error_of_the_pack(above, halves):
    for seed in range(8):
        partner = Partner(
            home_named("D dorian"), np.random.default_rng(seed), above=above, halves=halves, notes=len(DORIAN)
        )
        score = _together(partner, DORIAN, above=above)
        assert _errors(score, partner.pack, above=above) == []
        assert partner.forced == 0
        assert partner.not_judged == ()


@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_whatever_is_played_within_octaves_the_partner_is_wrong_at_the_end_at_most(above):
    """Any notes, in the key or not, by leaps of an octave or less: what is told besides is the player's own."""
    rng = np.random.default_rng(3)
    line = [69]
    while len(line) < 80:
        line.append(int(np.clip(line[-1] + rng.integers(-12, 13), 55, 88)))
    partner = Partner(home_named("A minor"), rng, above=above)
    score = _together(partner, line, above=above)
    report = check(score, partner.pack, infer=False, cantus_firmus="lower" if above else "upper")
    mine = "1" if above else "2"
    wrong = {item.rule for item in report.findings if item.severity == "error" and mine in item.voices}
    assert wrong <= {"imperfect-ending", "weak-cadence", "wrong-final"}
    assert partner.forced == 0


def test_notes_outside_the_key_and_wild_leaps_are_answered_too():
    partner = Partner(home_named("C"), np.random.default_rng(1))
    for pitch in (60, 61, 30, 100, 127, 0, 66, 60):
        assert len(partner.play(pitch)) == 1


def test_the_same_seed_sings_the_same_notes():
    sung = [[Partner(home_named("G"), np.random.default_rng(seed)).play(67) for _ in range(2)] for seed in (1, 1)]
    assert sung[0] == sung[1]


def test_what_is_no_line_or_note_is_refused():
    with pytest.raises(UsageError, match="1 notes"):
        Partner(home_named("C"), np.random.default_rng(1), notes=1)
    with pytest.raises(UsageError, match="no MIDI number"):
        Partner(home_named("C"), np.random.default_rng(1)).play(200)
    with pytest.raises(UsageError, match="temperature"):
        Partner(home_named("C"), np.random.default_rng(1), temperature=9)
