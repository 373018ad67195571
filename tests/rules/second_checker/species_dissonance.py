"""The second checker on the species: dissonances off and on the downbeat, suspensions, and what they hide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.registry import second
from second_checker.species import (
    barlines,
    cantus,
    dissonant,
    downbeats,
    is_dissonant,
    joined,
    lowest,
    measure_of,
    move,
    moving,
    ties,
    together,
)


@second("downbeat-dissonance")
def downbeat_dissonance(music: Music, rule: Rule) -> Iterator[Place]:
    """Two notes struck on a downbeat as a dissonance."""
    for above, below, begin in together(music):
        struck = above.onset == below.onset and begin in downbeats(music)
        if struck and dissonant(music, above, below, begin):
            yield music.place(begin, above.voice, below.voice)


@second("dissonance-by-leap")
def dissonance_by_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """A dissonance struck off the downbeat that is no figure of the species."""
    for voice in moving(music):
        for note in music.voices[voice]:
            if note.onset in downbeats(music) or barlines(music, note):
                continue
            free = not is_dissonant(music, note, note.onset)
            if not free and not any(FIGURES[figure](music, note) for figure in rule.params["figures"]):
                yield music.place(note.onset, note.voice)


def _passing(music: Music, note: Note) -> bool:
    return move(music, music.before(note), note) == move(music, note, music.after(note)) in (1, -1)


def _neighbour(music: Music, note: Note) -> bool:
    before, after = music.before(note), music.after(note)
    begin, end = measure_of(music, note.onset)
    turns = abs(move(music, before, note)) == 1 == abs(move(music, note, after)) and _same(before, after)
    return turns and 2 * (note.onset - begin) != end - begin


def _cambiata(music: Music, note: Note) -> bool:
    before, third = music.before(note), music.after(note)
    back = music.after(third) if third else None
    if before is None or third is None or back is None:
        return False
    shape = (move(music, before, note), move(music, note, third), move(music, third, back)) == (-1, -2, 1)
    return shape and not any(is_dissonant(music, one, one.onset) for one in (before, third))


def _double_neighbour(music: Music, note: Note) -> bool:
    """Either neighbour: a note, the one, the other, the note again."""
    before, after = music.before(note), music.after(note)
    first = [before, note, after, music.after(after) if after else None]
    other = [music.before(before) if before else None, before, note, after]
    return _turns_round(music, first) or _turns_round(music, other)


def _turns_round(music: Music, line: list[Note | None]) -> bool:
    moves = tuple(move(music, one, two) for one, two in pairwise(line))
    return moves in ((1, -2, 1), (-1, 2, -1)) and _same(line[0], line[3])


def _same(one: Note | None, two: Note | None) -> bool:
    return one is not None and two is not None and (one.step, one.alter) == (two.step, two.alter)


FIGURES = {
    "passing": _passing,
    "neighbour": _neighbour,
    "cambiata": _cambiata,
    "double neighbour": _double_neighbour,
}


@second("unprepared-syncopation")
def unprepared_syncopation(music: Music, rule: Rule) -> Iterator[Place]:
    """A note that will be tied over a barline begins as a dissonance."""
    for note, _ in ties(music):
        if is_dissonant(music, note, note.onset):
            yield music.place(note.onset, note.voice)


@second("unresolved-syncopation")
def unresolved_syncopation(music: Music, rule: Rule) -> Iterator[Place]:
    """A tied dissonance that finds no consonance a step below it by the middle of the measure."""
    for note, barline in ties(music):
        if barline in music.onsets and is_dissonant(music, note, barline) and not _resolves(music, note, barline):
            after = music.after(note) or note
            yield music.place(after.onset, note.voice)


def _resolves(music: Music, note: Note, barline: int) -> bool:
    """A consonance a step below comes by the middle of the measure, after other consonances at most."""
    begin, end = measure_of(music, barline)
    last, after = note, music.after(note)
    while after and joined(music, last, after) and 2 * (after.onset - begin) <= end - begin:
        if is_dissonant(music, after, after.onset):
            return False
        if after.step == note.step - 1:
            return True
        last, after = after, music.after(after)
    return False


@second("weak-suspension")
def weak_suspension(music: Music, rule: Rule) -> Iterator[Place]:
    """A suspended second above the cantus, or a seventh below it."""
    for note, barline, below in _against_cantus(music):
        number = interval(note, below)[0]
        above = note.step > below.step
        if number == 2 if above else number % 7 == 0:
            yield music.place(barline, note.voice)


@second("suspended-octaves")
def suspended_octaves(music: Music, rule: Rule) -> Iterator[Place]:
    """A suspended ninth above the cantus in the measure after another."""
    ninths = {
        (note.voice, barline)
        for note, barline, below in _against_cantus(music)
        if note.step > below.step and interval(note, below)[0] in (9, 16)
    }
    for one, two in pairwise(downbeats(music)):
        for voice in range(len(music.voices)):
            if (voice, one) in ninths and (voice, two) in ninths:
                yield music.place(two, voice)


def _against_cantus(music: Music) -> Iterator[tuple[Note, int, Note]]:
    """(tied note of the counterpoint, barline, the note of the cantus there)."""
    firmus = cantus(music)
    for note, barline in ties(music):
        below = music.at(firmus, barline) if firmus is not None else None
        if below and barline in music.onsets:
            yield note, barline, below


@second("downbeat-fifths", "downbeat-octaves")
def downbeat_intervals(music: Music, rule: Rule) -> Iterator[Place]:
    """Fifths, or octaves, on two successive downbeats, not far enough apart."""
    kind = 4 if rule.params["interval"] == "fifth" else 0
    for first, next_ in pairwise(downbeats(music)):
        for upper, lower in combinations(range(len(music.voices)), 2):
            notes = [music.at(voice, time) for time in (first, next_) for voice in (upper, lower)]
            above, below, above_next, below_next = notes
            if above is None or below is None or above_next is None or below_next is None:
                continue
            ways = (above_next.midi - above.midi) * (below_next.midi - below.midi)
            pairs = ((above, below), (above_next, below_next))
            perfect = all(interval(*pair)[1] == "P" and (interval(*pair)[0] - 1) % 7 == kind for pair in pairs)
            if perfect and ways > 0 and not _saved(music, rule, (upper, lower), first, next_):
                yield music.place(next_, upper, lower)


def _saved(music: Music, rule: Rule, voices: tuple[int, int], first: int, next_: int) -> bool:
    """Nothing stands between, or much does, or a voice with a note between leaps, or a tie where ties save."""
    lines = [[note for note in music.voices[voice] if note.onset <= next_ and note.end > first] for voice in voices]
    between = [[note.onset for note in line if first < note.onset < next_] for line in lines]
    count = len({onset for onsets in between for onset in onsets})
    active = [line for line, its in zip(lines, between, strict=True) if its]
    leap = any(abs(two.step - one.step) >= 3 for line in active for one, two in pairwise(line))
    tied = rule.params.get("ties_save", False) and any(line[-1].onset < next_ for line in lines)
    return count == 0 or count > rule.params.get("most", 3) or leap or tied


@second("bass-fourth")
def bass_fourth(music: Music, rule: Rule) -> Iterator[Place]:
    """A fourth above the lowest of three voices that neither passes nor is a 4-3."""
    if len(music.voices) < 3:
        return
    for one, other, begin in together(music):
        bass = lowest(music, begin)
        if bass in (one, other):
            upper = other if bass == one else one
            number, quality = interval(upper, bass)
            fourth = (number - 1) % 7 == 3 and quality in ("P", "A")
            if fourth and not any(_excused(music, note, begin) for note in (upper, bass)):
                yield music.place(begin, upper.voice, bass.voice)


def _excused(music: Music, note: Note, begin: int) -> bool:
    """A note of the fourth is held from before and steps down, at once or next but one, or passes, or is in a figure.

    What passes begins off the downbeat by step and goes on by step, down if it is tied over first.
    """
    leaves = move(music, note, music.after(note))
    if note.onset < begin:
        after = music.after(note)
        return leaves == -1 or (leaves != 0 and leaves + move(music, after, music.after(after)) == -1)
    if begin in downbeats(music):
        return False
    if not barlines(music, note) and (_cambiata(music, note) or _double_neighbour(music, note)):
        return True
    down = not barlines(music, note) or leaves == -1
    return abs(move(music, music.before(note), note)) == 1 == abs(leaves) and down


@second("incomplete-triad")
def incomplete_triad(music: Music, rule: Rule) -> Iterator[Place]:
    """Three voices strike a downbeat inside the piece together, but no full 5/3 or 6/3."""
    for begin in downbeats(music)[1:-1]:
        notes = [note for note in music.sounding(begin) if note and note.onset == begin]
        if len(notes) == 3 == len(music.voices):
            over = {(note.step - lowest(music, begin).step) % 7 for note in notes}
            if over not in ({0, 2, 4}, {0, 2, 5}):
                yield music.place(begin, 0, 1, 2)
