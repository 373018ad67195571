"""Sheets of an exercise: what the student and the answer sheet say besides the notes, and the manifest's entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from musegen.engraving.marks import Marks, Paper, Sheet
from musegen.generation.exercises.annotations import TONE_LETTERS, TONE_WORDS, cadence_labels, tone_labels
from musegen.generation.exercises.compose import Exercise
from musegen.generation.exercises.scores import answer_score, chord_onsets, student_score
from musegen.generation.levels import Level
from musegen.score.model import Score
from musegen.theory.keys import Key

TYPE = "harmonise-melody"
CADENCE_WORDS = {
    "PAC": "perfect cadence",
    "IAC": "imperfect authentic cadence",
    "HC": "half cadence",
    "DC": "deceptive cadence",
}
_GUIDED_LEVELS = 2  # up to this level the first chord is given
_WIDE_MEASURES = 5  # from this level on a system holds three measures, not four
_MARKS_A_MEASURE = 2.5


@dataclass(frozen=True)
class SheetPair:
    """A student's sheet and its answer: scores with what is printed round them, and their entry in the manifest."""

    name: str  # the files' common stem
    student: tuple[Score, Sheet]
    answer: tuple[Score, Sheet]
    entry: dict[str, Any]


def make_pair(exercise: Exercise, *, seed: int, number: int, title: str = "", paper: Paper = "a4") -> SheetPair:
    """The two sheets of an exercise. Equal exercises give equal sheets."""
    plan, level = exercise.setting.plan, exercise.level
    heading = title or f"Harmonise the melody: {plan.key.words}"
    answer = answer_score(exercise.setting, heading)
    student = student_score(exercise.setting, heading, first_chord=level.number <= _GUIDED_LEVELS)
    common = {
        "arrangement": "choir",
        "measures_per_system": 3 if level.number >= _WIDE_MEASURES else 4,
        "equal_measures": True,
        "paper": paper,
        "fields": (("musegen-pack", level.pack),),
        "small_print": f"Level {level.number} · seed {seed}, sheet {number}",
    }
    marks = round(_MARKS_A_MEASURE * plan.measures)
    student_sheet = Sheet(
        title=heading,
        instruction=instruction(level, plan.key, marks, _cadence_words(exercise)),
        name_line=True,
        numeral_line=True,
        asterisks=chord_onsets(plan),
        hidden_parts=frozenset({1, 2, 3}),
        first_chord=level.number <= _GUIDED_LEVELS,
        harmonies=False,
        marks=Marks(labels=cadence_labels(exercise, student)),
        **common,  # type: ignore[arg-type]
    )
    labels = cadence_labels(exercise, answer) + tone_labels(answer)
    answer_sheet = Sheet(title=f"{heading} (answer)", marks=Marks(labels=labels), **common)  # type: ignore[arg-type]
    name = f"{TYPE}-{level.number}-{_file_words(plan.key)}-{seed}-{number}"
    entry = _entry(exercise, answer, name=name, seed=seed, number=number, marks=marks)
    return SheetPair(name, (student, student_sheet), (answer, answer_sheet), entry)


def instruction(level: Level, key: Key, marks: int, cadences: str) -> str:
    """One instruction in plain words.

    >>> from musegen.generation.levels import level_named
    >>> print(instruction(level_named(1), Key.parse("G"), 20, "PAC perfect cadence"))
    Add alto, tenor and bass. One chord on each *. Chords: I, IV, V. End with the cadences marked \
(PAC perfect cadence). Write key and Roman numerals below. 20 marks.
    """
    words = level.words_minor if key.minor else level.words_major
    chords = words or ", ".join(level.figures(minor=key.minor))
    tones = "" if not level.non_chord_tones else f" Mark the melody's notes outside the chords: {_tone_words(level)}."
    return (
        f"Add alto, tenor and bass. One chord on each *. Chords: {chords}.{tones} End with the cadences marked "
        f"({cadences}). Write key and Roman numerals below. {marks} marks."
    )


def _tone_words(level: Level) -> str:
    """The letters for non-chord tones that a level has, with what they mean."""
    kinds = [kind for kind in TONE_LETTERS if kind in level.non_chord_tones]
    return ", ".join(f"{TONE_LETTERS[kind]} {TONE_WORDS[kind]}" for kind in kinds)


def _cadence_words(exercise: Exercise) -> str:
    """What the cadence letters on the sheet mean."""
    used = dict.fromkeys(phrase.cadence for phrase in exercise.setting.plan.phrases)
    return ", ".join(f"{kind} {CADENCE_WORDS[kind]}" for kind in used)


def _file_words(key: Key) -> str:
    return key.words.replace(" ", "-")


def _entry(exercise: Exercise, answer: Score, *, name: str, seed: int, number: int, marks: int) -> dict[str, Any]:
    plan = exercise.setting.plan
    phrases = []
    for count, phrase in enumerate(plan.phrases):
        last = plan.slots[plan.slots_of(count)[-1]]
        phrases.append(
            {
                "first_measure": phrase.first,
                "last_measure": phrase.last,
                "cadence": phrase.cadence,
                "key": str(phrase.key),
                "end_quarter": str(last.onset + last.duration + plan.pickup),
            }
        )
    return {
        "name": name,
        "number": number,
        "seed": seed,
        "type": TYPE,
        "level": exercise.level.number,
        "pack": exercise.level.pack,
        "key": str(plan.key),
        "meter": str(plan.meter),
        "measures": plan.measures,
        "pickup_quarters": str(plan.pickup),
        "marks": marks,
        "hidden": ["A", "T", "B", "numerals"],
        "devices": list(exercise.devices),
        "phrases": phrases,
        "numerals": [
            _numeral(answer, label.onset, label.key, label.text) for label in answer.harmonies if not label.alternate
        ],
        "files": {kind: [f"{name}-{kind}.musicxml", f"{name}-{kind}.svg"] for kind in ("student", "answer")},
    }


def _numeral(score: Score, onset: int, key: str, text: str) -> dict[str, str]:
    place = score.place(onset)
    return {"measure": place.measure, "beat": str(place.beat), "key": key, "numeral": text}
