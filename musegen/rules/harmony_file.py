"""Another file's chords over a score's notes: RomanText, or a score with numerals under it."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from musegen.errors import MalformedScore, UsageError
from musegen.score.model import HarmonyLabel, Notice, Score
from musegen.theory.annotations.given import given_analysis

_LONGEST_FIGURE = 40


def check_harmony(other: Score, name: str = "") -> None:
    """Nothing, where a score has chords that can all be read; `name` is what the error calls it.

    Raises:
        MalformedScore: it has none, or one is no numeral; says which, with measure and beat.
    """
    if not other.harmonies:
        raise _without_chords(name)
    try:
        given_analysis(other)
    except MalformedScore as error:
        told = error.message.replace(
            "``", f"`{_as_written(other, error.measure)}`"
        )  # music21 keeps no word that is none
        raise MalformedScore(
            told, file=name or error.file, measure=error.measure, beat=error.beat, hint=error.hint
        ) from None


def _as_written(other: Score, measure: str) -> str:
    """What stands for a numeral in a measure of a RomanText file, and is none."""
    from musegen.theory.annotations.romantext.reading import read_roman_text

    with suppress(OSError, MalformedScore):
        text = Path(other.path).read_text(encoding="utf-8", errors="replace")
        unread = read_roman_text(text).unread
        return next((word[:_LONGEST_FIGURE] for number, word in unread if str(number) == measure), "")
    return ""


def _without_chords(name: str) -> MalformedScore:
    return MalformedScore("there are no chords in it", file=name, hint="give RomanText, or a score with numerals")


def with_harmony(score: Score, other: Score, name: str = "") -> Score:
    """The score with the labels of another, by measure and beat, in place of its own labels of the same kinds.

    Measures are found by their printed numbers (the second measure 1 is the second one there too). What has no place
    in the score is a notice; `name` is what that calls the other file.

    Raises:
        MalformedScore: the other file has no labels.
    """
    if not other.harmonies:
        raise _without_chords(name)
    homes = {key: index for index, key in enumerate(_keys(score))}
    theirs = _keys(other)
    placed: list[HarmonyLabel] = []
    lost: list[Notice] = []
    for label, text in zip(other.harmonies, _texts(other), strict=True):
        home = homes.get(theirs[other.measure_index_at(label.onset)])
        onset = None if home is None else _onset(label.onset, other, score, home)
        if onset is None:
            measure, beat = other.place(label.onset)
            told = f"{label.text} of {name or 'the harmony file'} at measure {measure}, beat {beat} has no place here"
            lost.append(Notice(told))
        else:
            placed.append(label._replace(onset=onset, text=text, part=len(score.parts) - 1, staff=1))
    kinds = {label.kind for label in other.harmonies}
    kept = tuple(label for label in score.harmonies if label.kind not in kinds)
    return replace(score, harmonies=(*kept, *sorted(placed)), notices=(*score.notices, *lost))


def _keys(score: Score) -> list[tuple[str, int]]:
    """The printed number of every measure, and how many measures before it had the same one."""
    seen: Counter[str] = Counter()
    keys = []
    for measure in score.measures:
        keys.append((measure.number, seen[measure.number]))
        seen[measure.number] += 1
    return keys


def _onset(onset: int, other: Score, score: Score, home: int) -> int | None:
    """The same beat of a measure of the score, in ticks; None where that has no such moment.

    A measure that is broken at a phrase end goes on in the next one, which has its number or that with a letter.
    """
    number = score.measures[home].number
    for measure in score.measures[home : home + 2]:
        if measure.number.rstrip("abcdefgX") not in (number, number.rstrip("abcdefgX")):
            break
        quarters = other.offset_in_measure(onset) - score.offset_in_measure(measure.onset)
        ticks = quarters * score.ticks_per_quarter
        if 0 <= ticks < measure.length and ticks.denominator == 1:
            return measure.onset + int(ticks)
    return None


def _texts(other: Score) -> list[str]:
    """The labels in our spelling of numerals: RomanText writes `V6/5` and minor degrees otherwise."""
    if other.source is None or other.source.format != "romantext":
        return [label.text for label in other.harmonies]
    from musegen.theory.annotations.romantext.figures import normal_figure

    minor = False
    texts = []
    for label in other.harmonies:
        minor = label.key[:1].islower() if label.key else minor
        texts.append(label.text)
        with suppress(UsageError):  # what is no numeral is told when it is read as one
            texts[-1] = normal_figure(label.text, minor=minor) if label.kind == "numeral" else label.text
    return texts
