"""The second checker on the realisation of a figured bass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from musegen.rules.entries import Rule
from musegen.score.pitch import LINE_OF_FIFTHS, STEPS
from second_checker.music import Music, Note, Place
from second_checker.registry import second

LEFT_OUT: dict[str, str] = {}

SIGN = r"##|bb|[#bn+/\\|]"
FIGURE = re.compile(rf"(?P<before>{SIGN})?(?P<number>[2-9])?(?P<after>{SIGN})?$")
HELD_BY_A_LINE = "_"
SUSPENSIONS = ((4, 3), (7, 6), (9, 8))


class Span(NamedTuple):
    """Figures with the bass note under them, as long as both stand. Times in ticks."""

    onset: int
    end: int
    bass: Note
    written: dict[int, str]  # number to its sign, as they stand there
    asked: dict[int, str]  # with those that go without saying
    above: list[Note]  # what sounds over the bass at some time of the span


@second("figure-unreadable")
def figure_unreadable(music: Music, rule: Rule) -> Iterator[Place]:
    """Figures that nobody can read."""
    for item in music.score.figures:
        if HELD_BY_A_LINE not in item.figures and read(item.figures) is None:
            yield music.place(item.onset)


@second("figure-missing")
def figure_missing(music: Music, rule: Rule) -> Iterator[Place]:
    """Too many of the notes that the figures ask for are not there."""
    for span in spans(music):
        needed = set(span.asked) - {8} - (set() if set(span.asked) & {2, 4, 6} else {5})
        missing = {number for number in needed if not any(is_at(span, note, number) for note in span.above)}
        voices = {note.voice for note in span.above}
        if len(missing) > max(0, len(needed) - len(voices)):
            yield music.place(span.onset)


@second("figure-foreign")
def figure_foreign(music: Music, rule: Rule) -> Iterator[Place]:
    """A note over the bass that no figure asks for."""
    for span in spans(music):
        for note in music.sounding(span.onset)[:-1]:
            if note and not any(is_at(span, note, number) for number in (*span.asked, 8)):
                following = music.after(note)
                by_step = following is not None and abs(following.step - note.step) == 1
                if span.onset in music.pulses or not by_step:
                    yield music.place(span.onset, note.voice)


@second("figure-altered")
def figure_altered(music: Music, rule: Rule) -> Iterator[Place]:
    """The right interval with another accidental than the figure or the signature gives it."""
    for span in spans(music):
        for number, sign in span.asked.items():
            notes = [note for note in span.above if is_at(span, note, number) and number != 8]
            if not any(note.alter in alterations(music, span, number, sign) for note in notes):
                yield from (music.place(span.onset, note.voice) for note in notes)


@second("figure-suspension")
def figure_suspension(music: Music, rule: Rule) -> Iterator[Place]:
    """4 3, 7 6 or 9 8 over one bass note that no voice sings as a suspension and its resolution."""
    for one, two in pairwise(spans(music)):
        for high, low in SUSPENSIONS:
            if one.bass == two.bass and one.end == two.onset and high in one.written and low in two.written:
                held = [note for note in one.above if is_at(one, note, high) and note.end >= one.end]
                if held and not any(steps_down(note, two) for note in held):
                    yield music.place(two.onset, *{note.voice for note in held})


def read(figures: tuple[str, ...]) -> dict[int, str] | None:
    """Each number with its sign; none where the figures cannot be read. A sign alone belongs to the third."""
    found: dict[int, str] = {}
    for figure in figures:
        one = FIGURE.match(figure)
        if not figure or one is None or (one["before"] and one["after"]) or int(one["number"] or 3) in found:
            return None
        found[int(one["number"] or 3)] = one["before"] or one["after"] or ""
    return found


def completed(written: dict[int, str]) -> dict[int, str]:
    """The figures with those that go without saying."""
    numbers = set(written)
    if 2 in numbers:
        silent = {4} - {4 for number in numbers if number == 5} | ({6} if not numbers & {5, 7} else set())
    elif 4 in numbers:
        silent = {6} if 3 in numbers else set() if 6 in numbers else {5}
    else:
        silent = {3} if 6 in numbers else {5, 3}
    return dict.fromkeys(silent, "") | written


def spans(music: Music) -> list[Span]:
    """Every set of figures that can be read, and every bass note without any that begins a chord on the beat."""
    given = [(item.onset, item.onset + item.duration, item.figures) for item in music.score.figures]
    basses = music.voices[-1] if len(music.voices) > 1 else []
    unfigured: list[tuple[int, int, tuple[str, ...]]] = [
        (bass.onset, bass.end, ())
        for bass in basses
        if bass.onset in music.pulses
        and any(note and note.onset == bass.onset for note in music.sounding(bass.onset)[:-1])
        and not any(start <= bass.onset < end for start, end, _ in given)
    ]
    found = [span_over(music, *item) for item in sorted([*given, *(unfigured if given else [])])]
    return [span for span in found if span and span.above]


def span_over(music: Music, onset: int, end: int, figures: tuple[str, ...]) -> Span | None:
    """Figures over the bass that sounds with them; none where it rests, or nobody can read them."""
    bass = music.at(len(music.voices) - 1, onset) if len(music.voices) > 1 else None
    written = read(figures)
    if bass is None or written is None:
        return None
    end = min(end, bass.end)
    above = [note for notes in music.voices[:-1] for note in notes if note.onset < end and note.end > onset]
    return Span(onset, end, bass, written, completed(written), above)


def is_at(span: Span, note: Note, number: int) -> bool:
    """The note stands at this interval over the bass, octaves and accidentals aside."""
    return (note.step - span.bass.step - (number - 1)) % 7 == 0


def alterations(music: Music, span: Span, number: int, sign: str) -> set[int]:
    """The accidentals, in semitones, with which the note may sound."""
    letter = STEPS[(span.bass.step + number - 1) % 7]
    measure = music.score.measures[music.score.measure_index_at(span.onset)]
    signed = (measure.key_signature.fifths - LINE_OF_FIFTHS.index(letter) + 6) // 7
    fixed = {"": signed, "n": 0, "##": 2, "bb": -2}
    if sign in fixed:
        return {fixed[sign]}
    if sign == "b":
        return {-1, -2} if signed < 0 else {signed - 1}
    if sign == "#":
        return {1, 2} if signed > 0 else {signed + 1}
    return {signed + 1} if signed < 0 and number != 5 else {signed, signed + 1}


def steps_down(note: Note, later: Span) -> bool:
    """The voice of a note sings the next lower step while the later figure stands."""
    return any(other.voice == note.voice and note.step - other.step == 1 for other in later.above)
