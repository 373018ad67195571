"""The second checker on the species: intervals of the voices, at the beginning, at the end and between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.pairs import successions
from second_checker.registry import second
from second_checker.species import PERFECT, cantus, dissonant, downbeats, lowest, together


@second("vertical-dissonance")
def vertical_dissonance(music: Music, rule: Rule) -> Iterator[Place]:
    """Any two notes that begin to sound together as a dissonance."""
    for above, below, begin in together(music):
        if dissonant(music, above, below, begin):
            yield music.place(begin, above.voice, below.voice)


@second("imperfect-opening")
def imperfect_opening(music: Music, rule: Rule) -> Iterator[Place]:
    """The first two notes together: unison, octave, or above the cantus a fifth."""
    if len(music.voices) != 2 or cantus(music) is None:
        return
    for above, below, begin in sorted(together(music), key=lambda item: item[2])[:1]:
        number, quality = interval(above, below)
        good = (0,) if cantus(music) == 0 else PERFECT
        if quality != "P" or (number - 1) % 7 not in good:
            yield music.place(begin, 0, 1)


@second("imperfect-ending")
def imperfect_ending(music: Music, rule: Rule) -> Iterator[Place]:
    """The last two notes together: unison or octave."""
    if len(music.voices) == 2:
        for above, below, begin in sorted(together(music), key=lambda item: item[2])[-1:]:
            if not is_octave(above, below):
                yield music.place(begin, 0, 1)


@second("weak-cadence")
def weak_cadence(music: Music, rule: Rule) -> Iterator[Place]:
    """No two voices close by step from sixth to octave or from third to unison, no leading note rises over V-I."""
    if len(music.onsets) < 2:
        return
    before, last = music.onsets[-2:]
    pairs = combinations(range(len(music.voices)), 2)
    closes = any(_closes(music, upper, lower, before, last) for upper, lower in pairs)
    if not closes and not _leading_note_over_fifth(music, before, last):
        yield music.place(before, *(note.voice for note in music.sounding(before) if note))


def _closes(music: Music, upper: int, lower: int, before: int, last: int) -> bool:
    """M6-8 outwards or m3-1 inwards, octaves added, both by step."""
    notes = [music.at(voice, time) for time in (before, last) for voice in (upper, lower)]
    if None in notes:
        return False
    above, below, above_next, below_next = sorted(notes[:2], key=_height)[::-1] + sorted(notes[2:], key=_height)[::-1]
    if above.voice != above_next.voice and interval(above_next, below_next)[0] == 1:
        above_next, below_next = below_next, above_next
    number, quality = interval(above, below)
    rises, falls = above_next.step - above.step, below_next.step - below.step
    if not is_octave(above_next, below_next) or above.voice != above_next.voice:
        return False
    outwards = ((number - 1) % 7, quality, rises, falls) == (5, "M", 1, -1)
    return outwards or ((number - 1) % 7, quality, rises, falls) == (2, "m", -1, 1)


def _height(note: Note) -> tuple[int, int]:
    return note.midi, note.step


def _leading_note_over_fifth(music: Music, before: int, last: int) -> bool:
    """Of three voices the lowest leaps from the fifth degree to the final, another rises to it by a semitone."""
    if len(music.voices) < 3:
        return False
    bass, final = lowest(music, before), lowest(music, last)
    leaps = bass.voice == final.voice and bass.fifths - final.fifths == 1 and abs(bass.step - final.step) > 1
    rises = (
        one.step + 1 == two.step and one.midi + 1 == two.midi and two.fifths == final.fifths
        for one, two in zip(music.sounding(before), music.sounding(last), strict=True)
        if one and two
    )
    return leaps and any(rises)


@second("inner-unison")
def inner_unison(music: Music, rule: Rule) -> Iterator[Place]:
    """Two voices strike one pitch on a downbeat, neither at the first nor at the last interval."""
    begins = [begin for _, _, begin in together(music)]
    for above, below, begin in together(music):
        struck = above.onset == below.onset and begin in downbeats(music)
        if struck and interval(above, below) == (1, "P") and begin not in (min(begins), max(begins)):
            yield music.place(begin, above.voice, below.voice)


@second("direct-perfect")
def direct_perfect(music: Music, rule: Rule) -> Iterator[Place]:
    """The outer voices move the same way into a perfect interval from one of another kind."""
    for above, above_next, below, below_next in successions(music):
        outer = (above.voice, below.voice) == (0, len(music.voices) - 1)
        up, down = above_next.midi - above.midi, below_next.midi - below.midi
        steps = len(music.voices) > 2 and abs(above_next.step - above.step) < 2
        if outer and up * down > 0 and not steps:
            number, quality = interval(above_next, below_next)
            kind = (number - 1) % 7
            was, was_quality = interval(above, below)
            parallel = was_quality == "P" and (was - 1) % 7 == kind
            if quality == "P" and kind in PERFECT and not parallel:
                yield music.place(above_next.onset, above.voice, below.voice)


@second("too-many-thirds-or-sixths")
def too_many_imperfect(music: Music, rule: Rule) -> Iterator[Place]:
    """The first downbeat that goes beyond the longest run of thirds, or of sixths."""
    if len(music.voices) != 2:
        return
    run, kind = 0, None
    for begin in downbeats(music):
        now = _imperfect(music, begin)
        run = run + 1 if now == kind and now is not None else int(now is not None)
        kind = now
        if run == rule.params.get("most", 3) + 1:
            yield music.place(begin, 0, 1)


def _imperfect(music: Music, time: int) -> int | None:
    """2 for a third, 5 for a sixth, octaves taken away."""
    upper, lower = music.sounding(time)
    simple = (interval(upper, lower)[0] - 1) % 7 if upper and lower else None
    return simple if simple in (2, 5) else None


@second("voices-too-far")
def voices_too_far(music: Music, rule: Rule) -> Iterator[Place]:
    """Where neighbouring voices begin to be more than a twelfth apart."""
    for upper in range(len(music.voices) - 1):
        wide = False
        for time in music.changes:
            above, below = music.at(upper, time), music.at(upper + 1, time)
            was, wide = wide, bool(above and below and above.midi - below.midi > 19)
            if wide and not was:
                yield music.place(time, upper, upper + 1)


@second("battuta")
def battuta(music: Music, rule: Rule) -> Iterator[Place]:
    """From a tenth by contrary motion to the octave of a downbeat, the upper voice by step."""
    if len(music.voices) != 2:
        return
    for above, above_next, below, below_next in successions(music):
        falls, rises = above_next.step - above.step, below_next.step - below.step
        tenth, octave = interval(above, below)[0] == 10, interval(above_next, below_next) == (8, "P")
        if tenth and octave and falls == -1 and rises > 0 and above_next.onset in downbeats(music)[1:-1]:
            yield music.place(above_next.onset, 0, 1)


def is_octave(one: Note, other: Note) -> bool:
    """A unison or an octave."""
    number, quality = interval(one, other)
    return quality == "P" and (number - 1) % 7 == 0
