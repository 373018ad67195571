"""What a teacher reads off the sheets of an exercise besides its notes: letters, devices, marks, phrase ends."""

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.exercises import make_sheets
from musegen.generation.exercises.compose import compose
from musegen.generation.levels import level_named
from musegen.score.meter import TimeSignature
from musegen.score.table import Flag
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key


def asked(level, key="G", meter="4/4", measures=8, pickup="none"):
    return Condition(Key.parse(key), TimeSignature.parse(meter), measures, pickup, level, pack=f"level-{level}")


def pair_of(level, seed=2, **wishes):
    (pair,) = make_sheets(asked(level, **wishes), seed=seed, count=1)
    return pair


@pytest.mark.parametrize(("level", "seed"), [(level, seed) for level in range(3, 9) for seed in (11, 12)])
def test_every_sheet_from_level_3_shows_two_devices_new_at_its_level(level, seed):
    exercise = compose(asked(level, ("E-", "b")[seed % 2], ("3/4", "4/4")[seed % 2]), np.random.default_rng(seed))
    assert len(set(exercise.devices)) >= 2


def test_what_is_new_at_a_level_was_not_there_before():
    for number in range(2, 9):
        before, new = level_named(number - 1), level_named(number).new
        for minor in (False, True):
            assert not set(new.figures(minor=minor)) & set(before.figures(minor=minor))
        assert not set(new.ornaments) & {*before.non_chord_tones, *before.suspensions}
        assert not set(new.goals(Key(0))) & set(before.goals(Key(0)))


def test_every_voices_non_chord_tones_have_their_letter_on_the_answer():
    score, sheet = pair_of(5, key="g").answer
    letters = [label for label in sheet.marks.labels if label.where in ("over", "under")]
    part_of = dict(zip(score.notes["id"].tolist(), score.notes["part"].tolist(), strict=True))
    tones = [tone for tone in analyse(score).non_chord_tones if tone.kind in ("passing", "neighbor", "suspension")]
    assert len(letters) == len(tones)
    assert {part_of[label.note] for label in letters} == {part_of[tone.note] for tone in tones} > {0}
    assert all((label.where == "under") == (part_of[label.note] % 2 == 1) for label in letters)


def test_a_suspension_is_tied_into_the_chord_that_it_disturbs_and_lettered_there():
    score, sheet = pair_of(5, key="g").answer
    rows = {int(row["id"]): row for row in score.notes.rows}
    held = [rows[label.note] for label in sheet.marks.labels if label.text == "S"]
    chords = {label.onset for label in score.harmonies}
    assert held
    assert all(row["flags"] & Flag.TIED_FROM_PREVIOUS and int(row["onset"]) in chords for row in held)
