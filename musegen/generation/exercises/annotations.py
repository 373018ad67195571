"""Words over and under the notes of a sheet: the names of cadences, and the letters of non-chord tones."""

from __future__ import annotations

from musegen.engraving.marks import Label
from musegen.generation.exercises.finishing import Exercise
from musegen.score.meter import ticks
from musegen.score.model import Score
from musegen.theory.analyse import analyse

TONE_LETTERS = {"passing": "P", "neighbor": "N", "suspension": "S"}
TONE_WORDS = {"passing": "passing note", "neighbor": "neighbour note", "suspension": "suspension"}


def cadence_labels(exercise: Exercise, score: Score) -> tuple[Label, ...]:
    """The name of each cadence over the soprano's note at the end of its phrase."""
    plan = exercise.setting.plan
    soprano = {int(row["onset"]): int(row["id"]) for row in score.notes.rows if row["part"] == 0}
    labels = []
    for number, phrase in enumerate(plan.phrases):
        onset = ticks(plan.slots[plan.slots_of(number)[-1]].onset + plan.pickup)
        where = "" if phrase.key == plan.key else f" in {phrase.key.words}"
        labels.append(Label(soprano[onset], phrase.cadence + where))
    return tuple(labels)


def tone_labels(answer: Score) -> tuple[Label, ...]:
    """A letter by every non-chord tone of every voice: over the upper voice of a staff, under the lower one."""
    rows = answer.notes.rows
    part_of = dict(zip(rows["id"].tolist(), rows["part"].tolist(), strict=True))
    written = {(int(row["part"]), int(row["onset"])): int(row["id"]) for row in rows}
    labels = []
    for tone in analyse(answer).non_chord_tones:
        if tone.kind in TONE_LETTERS:
            part = part_of[tone.note]
            note = written.get((part, tone.onset), tone.note)
            labels.append(Label(note, TONE_LETTERS[tone.kind], "under" if part % 2 else "over"))
    return tuple(labels)
