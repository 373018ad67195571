"""Sheets of an exercise: what the student and the answer sheet say besides the notes, and the manifest's entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from musegen.engraving.marks import Marks, Paper, Sheet
from musegen.generation.exercises.annotations import cadence_labels, tone_labels
from musegen.generation.exercises.finishing import Exercise
from musegen.generation.exercises.instruction import TonesAsked, instruction
from musegen.generation.exercises.layout import measures_a_system, system_starts
from musegen.generation.exercises.marking import MarkRow, mark_scheme, mark_table
from musegen.generation.exercises.scores import answer_score, chord_onsets, student_score
from musegen.score.meter import ticks
from musegen.score.model import Score
from musegen.theory.keys import Key

if TYPE_CHECKING:
    from musegen.generation.harmonise import Engine

TYPE = "harmonise-melody"
_GUIDED_LEVELS = 2  # up to this level the first chord is given


@dataclass(frozen=True)
class SheetPair:
    """A student's sheet and its answer: scores with what is printed round them, and their entry in the manifest."""

    name: str  # the files' common stem
    student: tuple[Score, Sheet]
    answer: tuple[Score, Sheet]
    entry: dict[str, Any]


def make_pair(
    exercise: Exercise,
    *,
    seed: int,
    number: int,
    title: str = "",
    paper: Paper = "a4",
    engine: Engine = "classical",
) -> SheetPair:
    """The two sheets of an exercise; the manifest tells which engine made it. Equal exercises give equal sheets."""
    plan, level = exercise.setting.plan, exercise.level
    heading = title or f"Harmonise the melody: {plan.key.words}"
    name = sheet_name(level.number, plan.key, seed, number)
    answer = answer_score(exercise.setting, heading)
    letters = tone_labels(answer) if level.non_chord_tones else ()
    part_of = dict(zip(answer.notes["id"].tolist(), answer.notes["part"].tolist(), strict=True))
    tones = TonesAsked.of([part_of[letter.note] for letter in letters])
    scheme = _scheme(exercise, answer, tones)
    common = Sheet(
        title=heading,
        arrangement="choir",
        system_starts=system_starts(plan, measures_a_system(level.number, plan, answer)),
        equal_measures=True,
        paper=paper,
        fields=(("musegen-pack", level.pack), ("musegen-sheet", name)),
        small_print=f"Level {level.number} · seed {seed}, sheet {number}",
    )
    answer_sheet = replace(
        common,
        title=f"{heading} (answer)",
        marks=Marks(labels=cadence_labels(exercise, answer) + letters),
        table=mark_table(scheme),
    )
    made = {"name": name, "number": number, "seed": seed, "engine": engine}
    entry = made | _entry(exercise, answer, scheme, name)
    return SheetPair(name, _student(exercise, common, scheme, tones), (answer, answer_sheet), entry)


def _scheme(exercise: Exercise, answer: Score, tones: TonesAsked) -> tuple[MarkRow, ...]:
    plan = exercise.setting.plan
    return mark_scheme(
        exercise.level,
        plan.measures,
        len(plan.phrases),
        has_tones=any(tones),
        chords=len(chord_onsets(plan)),
        modulates=len({label.key for label in answer.harmonies}) > 1,
    )


def _student(exercise: Exercise, common: Sheet, scheme: tuple[MarkRow, ...], tones: TonesAsked) -> tuple[Score, Sheet]:
    """The student's score and sheet, which hold no trace of the answer."""
    plan, level = exercise.setting.plan, exercise.level
    is_guided = level.number <= _GUIDED_LEVELS
    score = student_score(exercise.setting, common.title, first_chord=is_guided)
    cadences = [phrase.cadence for phrase in plan.phrases]
    sheet = replace(
        common,
        instruction=instruction(level, plan.key, sum(row.marks for row in scheme), cadences, tones),
        name_line=True,
        numeral_line=True,
        asterisks=chord_onsets(plan),
        hidden_parts=frozenset({1, 2, 3}),
        first_chord=is_guided,
        harmonies=False,
        marks=Marks(labels=cadence_labels(exercise, score)),
    )
    return score, sheet


def sheet_name(level: int, key: Key, seed: int, number: int) -> str:
    """What the files of a sheet are called.

    >>> sheet_name(1, Key.parse("G"), 7, 2)
    'harmonise-melody-1-G-major-7-2'
    """
    return f"{TYPE}-{level}-{key.words.replace(' ', '-')}-{seed}-{number}"


def _entry(exercise: Exercise, answer: Score, scheme: tuple[MarkRow, ...], name: str) -> dict[str, Any]:
    plan = exercise.setting.plan
    return {
        "type": TYPE,
        "level": exercise.level.number,
        "pack": exercise.level.pack,
        "key": str(plan.key),
        "meter": str(plan.meter),
        "measures": plan.measures,
        "pickup_quarters": str(plan.pickup),
        "marks": sum(row.marks for row in scheme),
        "mark_scheme": [{"for": row.aspect, "words": row.words, "marks": row.marks} for row in scheme],
        "hidden": ["A", "T", "B", "numerals"],
        "devices": list(exercise.devices),
        "phrases": [_phrase(exercise, answer, count) for count in range(len(plan.phrases))],
        "numerals": [
            _place(answer, label.onset) | {"key": label.key, "numeral": label.text}
            for label in answer.harmonies
            if not label.alternate
        ],
        "files": {kind: [f"{name}-{kind}.musicxml", f"{name}-{kind}.svg"] for kind in ("student", "answer")},
    }


def _phrase(exercise: Exercise, answer: Score, count: int) -> dict[str, Any]:
    """A phrase with its `end`: where its last chord begins, and for how many quarters it sounds."""
    plan = exercise.setting.plan
    phrase, last = plan.phrases[count], plan.slots[plan.slots_of(count)[-1]]
    return {
        "first_measure": phrase.first,
        "last_measure": phrase.last,
        "cadence": phrase.cadence,
        "key": str(phrase.key),
        "end": _place(answer, ticks(last.onset + plan.pickup)) | {"quarters": str(last.duration)},
    }


def _place(score: Score, onset: int) -> dict[str, str]:
    place = score.place(onset)
    return {"measure": place.measure, "beat": str(place.beat)}
