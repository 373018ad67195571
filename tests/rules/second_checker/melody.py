"""The second checker on single lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.registry import second
from second_checker.species import counterpoints

FORBIDDEN = {"augmented second": (2, "A"), "augmented fourth": (4, "A"), "augmented fifth": (5, "A")}


@second("augmented-second", "augmented-fourth", "augmented-fifth")
def augmented(music: Music, rule: Rule) -> Iterator[Place]:
    """A voice moves by the interval of the rule."""
    wanted = FORBIDDEN[rule.params["interval"]]
    for one, other in moves(music):
        if interval(one, other) == wanted:
            yield music.place(other.onset, other.voice)


@second("leap-of-seventh")
def seventh(music: Music, rule: Rule) -> Iterator[Place]:
    """A voice leaps a seventh, but for a diminished one that turns back."""
    for one, other in moves(music):
        number, quality = interval(one, other)
        if number == 7 and not ("d" in quality and turns_back(music, one, other)):
            yield music.place(other.onset, other.voice)


@second("leap-beyond-octave")
def beyond_octave(music: Music, rule: Rule) -> Iterator[Place]:
    """A voice leaps a ninth or more."""
    for one, other in moves(music):
        if interval(one, other)[0] > 8:
            yield music.place(other.onset, other.voice)


@second("diminished-leap")
def diminished_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """A diminished interval that does not turn back by step."""
    for one, other in moves(music):
        number, quality = interval(one, other)
        following = next_pitch(music, other)
        excused = turns_back(music, one, other) or goes_by_fifths(music, one, other)
        if number in (3, 4, 5, 7) and quality == "d" and following and not excused:
            yield music.place(other.onset, other.voice)


@second("unrecovered-leap")
def unrecovered_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """A leap of a fifth or more without a step the other way after or before it."""
    for voice in lines(music, rule.params.get("lines", "upper")):
        for phrase in phrases(music, voice):
            line = without_repetitions(phrase)
            for place, (one, other, following) in enumerate(zip(line, line[1:], line[2:], strict=False)):
                before = line[place - 1] if place else None
                if interval(one, other)[0] >= 5 and not is_balanced(before, one, other, following):
                    yield music.place(other.onset, voice)


@second("unmelodic-leaps")
def unmelodic_leaps(music: Music, rule: Rule) -> Iterator[Place]:
    """Two leaps one way that make no triad or exceed an octave."""
    for voice in lines(music, rule.params.get("lines", "upper")):
        for one, two in phrase_moves(music, voice):
            three = next_in_phrase(music, two)
            if three and leaps(one, two) and leaps(two, three) and direction(one, two) == direction(two, three):
                wrong = interval(one, three)[0] > 8 or not makes_triad((one, two, three))
                yield from [music.place(three.onset, voice)] * wrong


@second("outlined-tritone", "outlined-seventh")
def outlined(music: Music, rule: Rule) -> Iterator[Place]:
    """From one turning point to the next, with notes between, a tritone or a seventh."""
    for voice in lines(music, rule.params.get("lines", "all")):
        for phrase in phrases(music, voice):
            line = without_repetitions(phrase)
            corners = turning_points(line)
            for begins, ends in pairwise(corners):
                size, following = interval(line[begins], line[ends]), line[ends + 1 : ends + 2]
                inwards = any(is_step_back(line[begins], line[ends], note) for note in following)
                if ends - begins > 1 and is_bad_outline(size, rule.params["interval"], inwards):
                    yield music.place(line[ends].onset, voice)


@second("wide-melody")
def wide_melody(music: Music, rule: Rule) -> Iterator[Place]:
    """The first note with which a line spans more than a tenth."""
    for voice in lines(music, rule.params.get("lines", "soprano")):
        notes = music.voices[voice]
        for count, note in enumerate(notes, 1):
            sung = sorted(notes[:count], key=lambda note: (note.step, note.midi))
            if interval(sung[0], sung[-1])[0] > 10:
                yield music.place(note.onset, voice)
                break


@second("no-climax")
def no_climax(music: Music, rule: Rule) -> Iterator[Place]:
    """The highest note comes again."""
    for voice in lines(music, rule.params.get("lines", "soprano")):
        notes = without_repetitions(music.voices[voice])
        measures = [measure for measure in music.score.measures if not measure.is_pickup]
        if 8 <= len(notes) <= 64 and len(measures) <= 16:
            highest = max(note.midi for note in notes)
            climaxes = [note for note in notes if note.midi == highest]
            if len(climaxes) > 1:
                yield music.place(climaxes[1].onset, voice)


@second("static-melody")
def static_melody(music: Music, rule: Rule) -> Iterator[Place]:
    """One pitch more than so often in succession: named at the first note too many."""
    most = rule.params.get("most", 3)
    for voice in lines(music, rule.params.get("lines", "soprano")):
        for phrase in phrases(music, voice):
            repetitions = 0
            for last, note in pairwise(phrase):
                repetitions = repetitions + 1 if last.midi == note.midi else 0
                if repetitions == most + 1:
                    yield music.place(note.onset, voice)


@second("literal-repetition")
def literal_repetition(music: Music, rule: Rule) -> Iterator[Place]:
    """The third of three equal measures of the soprano."""
    contents = [measure_of(music, number) for number in range(len(music.score.measures))]
    for number in range(2, len(contents)):
        first, following, third = contents[number - 2 : number + 1]
        if len(first) >= 3 and first == following == third:
            yield music.place(music.score.measures[number].onset, 0)


def moves(music: Music) -> Iterator[tuple[Note, Note]]:
    """Every two successive notes of every voice, not across a phrase end or a rest of a beat."""
    for voice in range(len(music.voices)):
        yield from phrase_moves(music, voice)


def phrase_moves(music: Music, voice: int) -> Iterator[tuple[Note, Note]]:
    """Every two successive notes of a voice, not across a phrase end or a rest of a beat."""
    return ((one, other) for one, other in pairwise(music.voices[voice]) if not music.is_broken(one, other))


def next_in_phrase(music: Music, note: Note) -> Note | None:
    """What the voice sings after a note, if neither a phrase end nor a rest of a beat comes before it."""
    following = music.after(note)
    return following if following and not music.is_broken(note, following) else None


def next_pitch(music: Music, note: Note) -> Note | None:
    """What the voice goes on to in the phrase after a note, or after its repetitions."""
    following = next_in_phrase(music, note)
    return next_pitch(music, following) if following and following.midi == note.midi else following


def phrases(music: Music, voice: int) -> list[list[Note]]:
    """The notes of a voice from one phrase end, or rest of a beat, to the next."""
    found: list[list[Note]] = []
    for note in music.voices[voice]:
        if found and not music.is_broken(found[-1][-1], note):
            found[-1].append(note)
        else:
            found.append([note])
    return found


def lines(music: Music, which: str) -> list[int]:
    """The voices that a rule judges: the soprano, all, all but the bass, or all but the cantus firmus."""
    count = len(music.voices)
    if which == "counterpoint":
        return counterpoints(music)
    most = {"soprano": 1, "all": count, "upper": max(count - 1, 1)}[which]
    return list(range(min(count, most)))


def direction(one: Note, other: Note) -> int:
    """1 up, -1 down, 0 neither, as it is written on the staff."""
    return (other.step > one.step) - (other.step < one.step)


def leaps(one: Note, other: Note) -> bool:
    """A third or wider."""
    return interval(one, other)[0] > 2


def turns_back(music: Music, one: Note, other: Note) -> bool:
    """After a leap, and repetitions of its last note, a step the other way."""
    following = next_pitch(music, other)
    return following is not None and is_step_back(one, other, following)


def is_step_back(one: Note, other: Note, following: Note) -> bool:
    """A step against the direction of the move before it."""
    return interval(other, following)[0] == 2 and direction(other, following) == -direction(one, other)


def goes_by_fifths(music: Music, one: Note, other: Note) -> bool:
    """In the bass the move before, this one and the next all fall a fifth or rise a fourth, octaves aside."""
    before, after = music.before(one), music.after(other)
    if one.voice != len(music.voices) - 1 or before is None or after is None:
        return False
    return all((two.step - one.step) % 7 == 3 for one, two in pairwise((before, one, other, after)))


def is_balanced(before: Note | None, one: Note, other: Note, following: Note) -> bool:
    """A step the other way follows or precedes, or what a wide leap asks for instead."""
    size, back = interval(one, other)[0], interval(other, following)[0]
    prepared = before is not None and interval(before, one)[0] == 2 and direction(before, one) == -direction(one, other)
    inwards = direction(other, following) == -direction(one, other)
    enough = 2 if size < 6 else 3
    return prepared or (inwards and (size == 8 or back <= enough))


def makes_triad(notes: tuple[Note, ...]) -> bool:
    """The notes are those of a major or minor triad, or some of them."""
    present = {note.fifths for note in notes}
    return any(present <= {root, root + 1, root + third} for root in present for third in (4, -3))


def without_repetitions(notes: list[Note]) -> list[Note]:
    """The notes without those that repeat the one before."""
    return [note for place, note in enumerate(notes) if not place or notes[place - 1].midi != note.midi]


def turning_points(line: list[Note]) -> list[int]:
    """The first and last note of a line, and every note at which it changes direction."""
    inner = range(1, len(line) - 1)
    turns = [place for place in inner if direction(*line[place - 1 : place + 1]) != direction(*line[place : place + 2])]
    return [0, *turns, len(line) - 1] if len(line) > 1 else []


def is_bad_outline(size: tuple[int, str], kind: str, inwards: bool) -> bool:
    """An augmented fourth; a diminished fifth or a seventh that no step inwards follows."""
    if kind == "seventh":
        return size in ((7, "M"), (7, "m"), (7, "d")) and not inwards
    return size == (4, "A") or (size == (5, "d") and not inwards)


def measure_of(music: Music, number: int) -> list[tuple[int, int, int]]:
    """The notes of the soprano that begin in a measure: when, how long, how high."""
    measure = music.score.measures[number]
    soprano = music.voices[0] if music.voices else []
    inside = (note for note in soprano if measure.onset <= note.onset < measure.onset + measure.length)
    return [(note.onset - measure.onset, note.end - note.onset, note.midi) for note in inside]
