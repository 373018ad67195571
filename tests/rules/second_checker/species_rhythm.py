"""The second checker on the species: note values, eighths and the rhythm of the measures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place
from second_checker.registry import second
from second_checker.species import cantus, counterpoints, downbeats, measure_of, measures, tied_over


class Part(NamedTuple):
    """What of a note, or of a rest, lies within one measure."""

    begin: int
    end: int
    note: Note | None
    tied_in: bool = False
    tied_out: bool = False


def parts(music: Music, voice: int, begin: int, end: int) -> list[Part]:
    """The notes and rests of a voice in a measure."""
    found, time = [], begin
    for note in music.voices[voice]:
        if note.end > begin and note.onset < end:
            if note.onset > time:
                found.append(Part(time, note.onset, None))
            piece = Part(max(note.onset, begin), min(note.end, end), note, note.onset < begin, note.end > end)
            found.append(piece)
            time = piece.end
    return [*found, Part(time, end, None)] if time < end else found


@second("wrong-values")
def wrong_values(music: Music, rule: Rule) -> Iterator[Place]:
    """Measures in which some voice has other note values than those of its species."""
    if cantus(music) is None:
        return
    for index, (begin, end) in enumerate(measures(music)):
        wrong = [voice for voice in range(len(music.voices)) if not _fits(music, rule, voice, index)]
        moving = [voice for voice in counterpoints(music) if not _whole(parts(music, voice, begin, end))]
        if len(music.voices) > 2 and moving:
            still = [voice for voice in counterpoints(music) if voice not in moving]
            wrong = [voice for voice in wrong if voice not in still]
        if wrong:
            yield music.place(begin, *wrong)


def _whole(items: list[Part]) -> bool:
    """One note from barline to barline, without ties."""
    return len(items) == 1 and items[0].note is not None and not items[0].tied_in and not items[0].tied_out


def _fits(music: Music, rule: Rule, voice: int, index: int) -> bool:
    """A measure of a voice has the note values of the species."""
    bars = measures(music)
    begin, end = bars[index]
    items, species = parts(music, voice, begin, end), rule.params["species"]
    if voice == cantus(music) or index == len(bars) - 1:
        return _whole(items)
    if index == len(bars) - 2 and species in (2, 5) and _whole(items):
        return True
    if index == 0:
        items = items[1:] if items and items[0].note is None else items
    if any(item.note is None for item in items):
        return False
    return _florid(music, items) if species == 5 else _even(music, items, species, begin, end)


def _thirds(music: Music, begin: int) -> bool:
    """A triple meter."""
    signature = music.score.measures[music.score.measure_index_at(begin)].time_signature
    return signature.numerator in (3, 9)


def _even(music: Music, items: list[Part], species: int, begin: int, end: int) -> bool:
    """All values are those of the species, tied over the barline in the fourth at most."""
    count = {1: 1, 2: 2, 3: 4, 4: 2}[species]
    count = count * 3 // 2 if _thirds(music, begin) and species > 1 else count
    ties = species != 4 and any(item.tied_in or item.tied_out for item in items)
    return not ties and all((item.end - item.begin) * count == end - begin for item in items)


def _florid(music: Music, items: list[Part]) -> bool:
    """Halves, quarters and eighths; a tie goes from a half to a half or a quarter."""
    for item in items:
        begin, end = measure_of(music, item.begin)
        half = Fraction(end - begin, 3 if _thirds(music, begin) else 2)
        length = item.end - item.begin
        if length not in (half, half / 2, half / 4):
            return False
        if (item.tied_in and length == half / 4) or (item.tied_out and length != half):
            return False
        if item.tied_in and item.note and _length_before(music, item.note, begin) != half:
            return False
    return True


def _length_before(music: Music, note: Note, barline: int) -> int:
    """How long a tied note sounds before a barline, within the measure before."""
    return barline - max(note.onset, measure_of(music, barline - 1)[0])


@second("wrong-eighths")
def wrong_eighths(music: Music, rule: Rule) -> Iterator[Place]:
    """Eighths that are no single pair by step on a weak quarter."""
    for voice in counterpoints(music):
        pairs: set[int] = set()
        for pair in _pairs(music, voice):
            begin, _ = measure_of(music, pair[0].onset)
            if begin in pairs or not _ornament(music, pair):
                yield music.place(pair[0].onset, voice)
            pairs.add(begin)


def _quarter(music: Music, time: int) -> Fraction:
    """A quarter of a measure of whole length, a sixth in triple meters."""
    begin, end = measure_of(music, time)
    return Fraction(end - begin, 6 if _thirds(music, begin) else 4)


def _is_eighth(music: Music, note: Note) -> bool:
    return 2 * (note.end - note.onset) == _quarter(music, note.onset)


def _pairs(music: Music, voice: int) -> Iterator[list[Note]]:
    """Eighths two by two, or one that stands alone."""
    waiting: list[Note] = []
    for note in music.voices[voice]:
        follows = waiting and waiting[-1].end == note.onset and _is_eighth(music, note)
        on_quarter = (note.onset - measure_of(music, note.onset)[0]) % _quarter(music, note.onset) == 0
        if waiting and (not follows or on_quarter):
            yield waiting
            waiting = []
        if _is_eighth(music, note):
            waiting.append(note)
            if len(waiting) == 2 or not on_quarter:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def _ornament(music: Music, pair: list[Note]) -> bool:
    """Two eighths on the second or fourth quarter, all by step."""
    quarter = (pair[0].onset - measure_of(music, pair[0].onset)[0]) / _quarter(music, pair[0].onset)
    line = [music.before(pair[0]), *pair, music.after(pair[-1])]
    steps = all(
        one is not None and two is not None and one.end == two.onset and abs(two.step - one.step) == 1
        for one, two in pairwise(line)
    )
    return len(pair) == 2 and quarter % 2 == 1 and steps


@second("stiff-rhythm")
def stiff_rhythm(music: Music, rule: Rule) -> Iterator[Place]:
    """The first measure beyond the longest run of measures of the same rhythm."""
    for voice in counterpoints(music):
        run, last = 0, None
        for begin, end in measures(music):
            rhythm = [
                (item.begin - begin, item.end - begin, item.note is None, item.tied_in)
                for item in parts(music, voice, begin, end)
            ]
            run, last = (run + 1 if rhythm == last else 1), rhythm
            if run == rule.params.get("most", 2) + 1:
                yield music.place(begin, voice)


@second("broken-syncopation")
def broken_syncopation(music: Music, rule: Rule) -> Iterator[Place]:
    """From the second on, every downbeat inside the exercise that the counterpoint strikes."""
    if cantus(music) is None:
        return
    for voice in counterpoints(music):
        struck = [note for note in music.voices[voice] if note.onset in downbeats(music)[1:-1]]
        for note in struck[rule.params.get("most", 1) :]:
            yield music.place(note.onset, voice)


def ties(music: Music) -> Iterator[tuple[Note, int]]:
    """Every note that is tied over a barline, with that barline."""
    for notes in music.voices:
        for note in notes:
            barline = tied_over(music, note)
            if barline is not None:
                yield note, barline
