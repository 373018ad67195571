"""The second checker on the species: note values, eighths and the rhythm of the measures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place
from second_checker.registry import second
from second_checker.species import cantus, counterpoints, downbeats, measure_of, measures, move, moving


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
        whole = [voice for voice in counterpoints(music) if _whole(parts(music, voice, begin, end))]
        if len(music.voices) > 2:
            all_still = len(whole) == len(counterpoints(music))
            wrong = [voice for voice in wrong if voice not in whole or (all_still and voice in moving(music))]
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
    if index == 0 and len(items) > 1 and items[0].note is None:
        items = items[1:]
    if index == 0 and species > 1 and not any(item.note for item in items):
        return True
    if any(item.note is None for item in items):
        return False
    closes = species == 2 and len(music.voices) > 2
    untied = [
        item._replace(
            tied_in=item.tied_in and not (closes and index == len(bars) - 2),
            tied_out=item.tied_out and not (closes and index == len(bars) - 3),
        )
        for item in items
    ]
    return _florid(music, items) if species == 5 else _even(music, untied, species, begin, end)


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
    return True


@second("wrong-eighths")
def wrong_eighths(music: Music, rule: Rule) -> Iterator[Place]:
    """Eighths that are no single pair by step on a weak quarter."""
    for voice in counterpoints(music):
        for begin, end in measures(music):
            for number, pair in enumerate(_pairs(music, voice, begin, end)):
                if number or not _ornament(music, pair, begin):
                    yield music.place(pair[0].begin, voice)


def _quarter(music: Music, time: int) -> Fraction:
    """A quarter of a measure, a sixth in triple meters."""
    begin, end = measure_of(music, time)
    return Fraction(end - begin, 6 if _thirds(music, begin) else 4)


def _pairs(music: Music, voice: int, begin: int, end: int) -> Iterator[list[Part]]:
    """The eighths of a measure two by two, or one that stands alone."""
    quarter = _quarter(music, begin)
    struck = [part for part in parts(music, voice, begin, end) if part.note and not part.tied_in]
    eighths = [part for part in struck if (part.end - part.begin) * 2 == quarter]
    while eighths:
        first, *eighths = eighths
        paired = bool(eighths) and eighths[0].begin == first.end and (first.begin - begin) % quarter == 0
        yield [first, eighths.pop(0)] if paired else [first]


def _ornament(music: Music, pair: list[Part], begin: int) -> bool:
    """Two eighths on the second or fourth quarter, all by step."""
    quarter = (pair[0].begin - begin) / _quarter(music, begin)
    first, last = pair[0].note, pair[-1].note
    if len(pair) == 1 or first is None or last is None or quarter % 2 != 1:
        return False
    line = [music.before(first), first, last, music.after(last)]
    return all(abs(move(music, one, two)) == 1 for one, two in pairwise(line))


@second("stiff-rhythm")
def stiff_rhythm(music: Music, rule: Rule) -> Iterator[Place]:
    """The first measure beyond the longest run of measures of the same rhythm."""
    for voice in moving(music):
        run, last = 0, None
        for begin, end in measures(music):
            rhythm = [
                (item.begin - begin, item.end - begin, item.note is None, item.tied_in)
                for item in parts(music, voice, begin, end)
            ]
            run, last = (run + 1 if rhythm == last else 1), rhythm
            silent = all(item.note is None for item in parts(music, voice, begin, end))
            if not silent and run == rule.params.get("most", 2) + 1:
                yield music.place(begin, voice)


@second("broken-syncopation")
def broken_syncopation(music: Music, rule: Rule) -> Iterator[Place]:
    """From the second on, every downbeat inside the exercise that the counterpoint strikes."""
    if cantus(music) is None:
        return
    for voice in moving(music):
        struck = [note for note in music.voices[voice] if note.onset in downbeats(music)[1:-1]]
        for note in struck[rule.params.get("most", 1) :]:
            yield music.place(note.onset, voice)
