"""The second checker on the species: dissonances off and on the downbeat, suspensions, and what they hide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.registry import second
from second_checker.species import (
    cantus,
    dissonant,
    downbeats,
    is_dissonant,
    joined,
    lowest,
    measure_of,
    move,
    others,
    tied_over,
    together,
)
from second_checker.species_rhythm import ties


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
    for notes in music.voices:
        for note in notes:
            if note.onset in downbeats(music) or tied_over(music, note) is not None:
                continue
            against = [other for other in others(music, note, note.onset) if dissonant(music, note, other, note.onset)]
            if len(music.voices) > 2:
                against = [other for other in against if not _gives_way(music, other, note)]
            if against and not any(FIGURES[figure](music, note) for figure in rule.params["figures"]):
                yield music.place(note.onset, note.voice)


def _passing(music: Music, note: Note) -> bool:
    return move(music.before(note), note) == move(note, music.after(note)) in (1, -1)


def _neighbour(music: Music, note: Note) -> bool:
    before, after = music.before(note), music.after(note)
    begin, end = measure_of(music, note.onset)
    turns = abs(move(before, note)) == 1 == abs(move(note, after)) and _same(before, after)
    return turns and 2 * (note.onset - begin) != end - begin


def _cambiata(music: Music, note: Note) -> bool:
    before, third = music.before(note), music.after(note)
    back = music.after(third) if third else None
    if before is None or third is None or back is None:
        return False
    shape = (move(before, note), move(note, third), move(third, back)) == (-1, -2, 1)
    return shape and not any(is_dissonant(music, one, one.onset) for one in (before, third))


def _double_neighbour(music: Music, note: Note) -> bool:
    """Either neighbour: a note, the one, the other, the note again."""
    before, after = music.before(note), music.after(note)
    first = [before, note, after, music.after(after) if after else None]
    other = [music.before(before) if before else None, before, note, after]
    return _turns_round(first) or _turns_round(other)


def _turns_round(line: list[Note | None]) -> bool:
    moves = tuple(move(one, two) for one, two in pairwise(line))
    return moves in ((1, -2, 1), (-1, 2, -1)) and _same(line[0], line[3])


def _same(one: Note | None, two: Note | None) -> bool:
    return one is not None and two is not None and (one.step, one.alter) == (two.step, two.alter)


FIGURES = {
    "passing": _passing,
    "neighbour": _neighbour,
    "cambiata": _cambiata,
    "double neighbour": _double_neighbour,
}


def _gives_way(music: Music, other: Note, note: Note) -> bool:
    """A third voice passes, or holds a suspension that steps down."""
    held = other.onset < note.onset and tied_over(music, other) is not None and move(other, music.after(other)) == -1
    return held or (other.onset not in downbeats(music) and _passing(music, other))


@second("unprepared-syncopation")
def unprepared_syncopation(music: Music, rule: Rule) -> Iterator[Place]:
    """A note that will be tied over a barline begins as a dissonance."""
    for note, _ in ties(music):
        against = [other for other in others(music, note, note.onset) if dissonant(music, note, other, note.onset)]
        if len(music.voices) > 2:
            against = [other for other in against if not _gives_way(music, other, note)]
        if against:
            yield music.place(note.onset, note.voice)


@second("unresolved-syncopation")
def unresolved_syncopation(music: Music, rule: Rule) -> Iterator[Place]:
    """A tied dissonance that finds no consonance a step below it by the middle of the measure."""
    for note, barline in ties(music):
        if _suspended(music, note, barline) and not _resolves(music, note, barline):
            after = music.after(note)
            if after:
                yield music.place(after.onset, note.voice)


def _suspended(music: Music, note: Note, barline: int) -> bool:
    """A tied note is a dissonance against a note struck on the downbeat."""
    struck = [other for other in others(music, note, barline) if other.onset == barline]
    return any(dissonant(music, note, other, barline) for other in struck)


def _resolves(music: Music, note: Note, barline: int) -> bool:
    """A consonance a step below comes by the middle of the measure, after other consonances at most."""
    begin, end = measure_of(music, barline)
    last, after = note, music.after(note)
    while after and joined(last, after) and 2 * (after.onset - begin) <= end - begin:
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
        above = note.midi > below.midi
        if number == 2 if above else number % 7 == 0:
            yield music.place(barline, note.voice)


@second("suspended-octaves")
def suspended_octaves(music: Music, rule: Rule) -> Iterator[Place]:
    """A suspended ninth above the cantus in the measure after another."""
    ninths = {
        (note.voice, barline)
        for note, barline, below in _against_cantus(music)
        if note.midi > below.midi and interval(note, below)[0] in (9, 16)
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
        if below and note.voice != firmus:
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
    """Nothing stands between, or much does, or a leap, or a tie where ties save."""
    lines = [[note for note in music.voices[voice] if note.onset <= next_ and note.end > first] for voice in voices]
    between = {note.onset for line in lines for note in line if first < note.onset < next_}
    leap = any(abs(move(one, two)) >= 3 for line in lines if len(line) > 2 for one, two in pairwise(line))
    tied = rule.params.get("ties_save", False) and any(line[-1].onset < next_ for line in lines)
    return not between or len(between) > rule.params.get("most", 3) or leap or tied


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
            if fourth and not _passes(music, upper, bass, begin) and not _four_three(music, upper, begin):
                yield music.place(begin, upper.voice, bass.voice)


def _passes(music: Music, upper: Note, bass: Note, begin: int) -> bool:
    """The voice that brings the fourth off the downbeat comes and goes by step, down if it is tied over."""
    for note in (upper, bass):
        if note.onset == begin and begin not in downbeats(music):
            leaves = move(note, music.after(note))
            down = tied_over(music, note) is None or leaves == -1
            if abs(move(music.before(note), note)) == 1 == abs(leaves) and down:
                return True
    return False


def _four_three(music: Music, upper: Note, begin: int) -> bool:
    return upper.onset < begin and move(upper, music.after(upper)) == -1


@second("incomplete-triad")
def incomplete_triad(music: Music, rule: Rule) -> Iterator[Place]:
    """Three voices strike a downbeat inside the piece together, but no full 5/3 or 6/3."""
    for begin in downbeats(music)[1:-1]:
        notes = [note for note in music.sounding(begin) if note and note.onset == begin]
        if len(notes) == 3 == len(music.voices):
            over = {(note.step - lowest(music, begin).step) % 7 for note in notes}
            if over not in ({0, 2, 4}, {0, 2, 5}):
                yield music.place(begin, 0, 1, 2)
