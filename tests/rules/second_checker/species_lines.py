"""The second checker on the species: the line of one voice, its mode, and two lines beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.pairs import successions
from second_checker.registry import second
from second_checker.species import (
    barlines,
    cantus,
    counterpoints,
    downbeats,
    is_dissonant,
    joined,
    measure_of,
    move,
    moving,
)

SUNG = {(1, "P"), (2, "m"), (2, "M"), (3, "m"), (3, "M"), (4, "P"), (5, "P"), (8, "P")}
CHURCH = {"ionian": 0, "dorian": 2, "phrygian": 4, "lydian": -1, "mixolydian": 1, "aeolian": 3, "locrian": 5}
MODES = {"major": 0, "minor": 3} | CHURCH


@second("forbidden-leap")
def forbidden_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """What is hard to sing in tune, outside the cantus."""
    for one, two in music.steps():
        if one.voice in counterpoints(music) and joined(music, one, two):
            kind = interval(one, two)
            sixth_up = kind == (6, "m") and two.midi > one.midi
            if kind not in SUNG and not sixth_up and kind[0] != 1:
                yield music.place(two.onset, two.voice)


@second("chromatic-step")
def chromatic_step(music: Music, rule: Rule) -> Iterator[Place]:
    """A note and its own alteration."""
    for one, two in music.steps():
        if joined(music, one, two) and one.step == two.step and one.alter != two.alter:
            yield music.place(two.onset, two.voice)


@second("repeated-note")
def repeated_note(music: Music, rule: Rule) -> Iterator[Place]:
    """The counterpoint strikes a pitch again, but for an early resolution struck in its place."""
    for one, two in music.steps():
        same = joined(music, one, two) and one.midi == two.midi
        if same and one.voice in moving(music) and not _resolution_again(music, one, two):
            yield music.place(two.onset, two.voice)


def _resolution_again(music: Music, early: Note, again: Note) -> bool:
    """A suspension resolves before the middle of the measure, and its resolution is struck there once more."""
    tied = music.before(early)
    begin, end = measure_of(music, early.onset)
    if tied is None or begin not in barlines(music, tied) or move(music, tied, early) != -1:
        return False
    in_its_place = 2 * (again.onset - begin) == end - begin
    suspended = begin in music.onsets and is_dissonant(music, tied, begin)
    return in_its_place and suspended and not is_dissonant(music, early, early.onset)


@second("unrecovered-large-leap")
def unrecovered_large_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """A leap of a sixth or more that neither what follows nor a step before balances."""
    for voice in counterpoints(music):
        for line in sung(music, voice):
            for number, (one, two, three) in enumerate(zip(line, line[1:], line[2:], strict=False)):
                before = line[number - 1] if number else one
                if abs(two.step - one.step) >= rule.params["least"] and not _balanced(before, one, two, three):
                    yield music.place(two.onset, voice)


def sung(music: Music, voice: int) -> list[list[Note]]:
    """The notes of a voice from rest to rest and phrase end to phrase end, repetitions taken as one note."""
    lines: list[list[Note]] = []
    for note in music.voices[voice]:
        if not joined(music, music.before(note), note):
            lines.append([note])
        elif lines[-1][-1].midi != note.midi:
            lines[-1].append(note)
    return lines


def _balanced(before: Note, one: Note, two: Note, three: Note) -> bool:
    """A leap is followed by a step or a third back, after an octave by any move back, or comes from a step back."""
    up = 1 if two.step > one.step else -1
    size, back, prepared = abs(two.step - one.step), up * (two.step - three.step), up * (before.step - one.step)
    return prepared == 1 or 1 <= back <= 2 or (back > 0 and size == 7)


@second("outside-mode")
def outside_mode(music: Music, rule: Rule) -> Iterator[Place]:
    """Notes beyond the signature, but for the raised seventh and sixth of a close and B flat."""
    for notes in music.voices:
        for note in notes:
            if not 0 <= _degree(music, note) <= 6 and not _raised(music, note) and not _flat(music, note):
                yield music.place(note.onset, note.voice)


def _degree(music: Music, note: Note) -> int:
    """Fifths above the lowest note of the signature: F = 0 and B = 6 without any."""
    return note.fifths - music.score.measures[0].key_signature.fifths + 1


def final(music: Music) -> int:
    """The final on the line of fifths: of the church mode, else the last of the cantus or of the lowest voice."""
    signature = music.score.measures[0].key_signature
    voice = cantus(music)
    if signature.mode in (MODES if voice is None else CHURCH):
        return signature.fifths + MODES[signature.mode]
    return music.voices[-1 if voice is None else voice][-1].fifths


def _mode(music: Music) -> int:
    """The place of the final in the signature: -1 Lydian, 0 Ionian, 1 Mixolydian, 2 Dorian, 3 Aeolian."""
    return final(music) - music.score.measures[0].key_signature.fifths


def _raised(music: Music, note: Note) -> bool:
    """The raised seventh of a close, in Aeolian the raised sixth before it; the third at the end of three voices."""
    mode, above = _mode(music), note.fifths - final(music)
    if above == 4:
        return len(music.voices) > 2 and measure_of(music, note.onset)[0] == downbeats(music)[-1]
    begins = downbeats(music)
    if above == 5 and mode in (1, 2, 3):
        return measure_of(music, note.onset)[0] in begins[-3 if mode == 1 else -2 : -1]
    begin, end = measure_of(music, note.onset)
    later = [other for other in music.voices[note.voice] if note.onset < other.onset < end]
    to_seventh = any(other.fifths - final(music) == 5 for other in later)
    return above == 3 and mode == 3 and begin in begins[-2:-1] and to_seventh


def _flat(music: Music, note: Note) -> bool:
    """B flat: free in Dorian and Lydian, elsewhere beside an F or with it."""
    if _degree(music, note) != -1:
        return False
    neighbours = [music.before(note), music.after(note)]
    sounding = [other for voice in music.voices for other in voice if other.onset < note.end and note.onset < other.end]
    return _mode(music) in (2, -1) or any(other and _degree(music, other) == 0 for other in (*neighbours, *sounding))


@second("wrong-final")
def wrong_final(music: Music, rule: Rule) -> Iterator[Place]:
    """The lowest voice ends on another note than the final."""
    last = music.voices[-1][-1]
    if last.fifths != final(music):
        yield music.place(last.onset, last.voice)


@second("shared-climax")
def shared_climax(music: Music, rule: Rule) -> Iterator[Place]:
    """The highest notes of two voices sound together, each sung once."""
    if len(music.voices) == 2:
        tops = [max(note.midi for note in notes) for notes in music.voices]
        upper, lower = (
            [note for note in notes if note.midi == top] for notes, top in zip(music.voices, tops, strict=True)
        )
        if len(upper) == len(lower) == 1:
            begin = max(upper[0].onset, lower[0].onset)
            if begin < min(upper[0].end, lower[0].end):
                yield music.place(begin, 0, 1)


@second("both-leap")
def both_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """All voices leap a fourth or more the same way, the cantus not by an octave."""
    for above, above_next, below, below_next in successions(music, [(0, len(music.voices) - 1)]):
        leaps = [(above, above_next), (below, below_next)]
        octave = any(one.voice == cantus(music) and interval(one, two)[0] == 8 for one, two in leaps)
        begun = [(one, two) for one, two in music.steps() if two.onset == above_next.onset]
        sizes = [two.step - one.step for one, two in begun]
        if len(sizes) == len(music.voices) and (min(sizes) >= 3 or max(sizes) <= -3) and not octave:
            yield music.place(above_next.onset, above.voice, below.voice)


@second("late-start")
def late_start(music: Music, rule: Rule) -> Iterator[Place]:
    """The counterpoint enters in the second half of the first measure, or later."""
    begin, end = measure_of(music, 0)
    if cantus(music) is not None:
        for voice in counterpoints(music):
            if 2 * (music.voices[voice][0].onset - begin) > end - begin:
                yield music.place(begin, voice)


@second("long-crossing")
def long_crossing(music: Music, rule: Rule) -> Iterator[Place]:
    """The third note, of whichever voice, at which two voices are crossed without a break."""
    for upper, lower in combinations(range(len(music.voices)), 2):
        run = 0
        for time in music.changes:
            above, below = music.at(upper, time), music.at(lower, time)
            crossed = bool(above and below and above.midi < below.midi)
            struck = time in (above.onset if above else None, below.onset if below else None)
            run = run + struck if crossed else 0
            if crossed and struck and run == rule.params.get("most", 2) + 1:
                yield music.place(time, upper, lower)
