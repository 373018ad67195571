"""The second checker on the species: intervals of the voices, at the beginning, at the end and between."""

from __future__ import annotations

from collections.abc import Iterator

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.pairs import successions
from second_checker.registry import second
from second_checker.species import PERFECT, cantus, dissonant, downbeats, together


@second("vertical-dissonance")
def vertical_dissonance(music: Music, rule: Rule) -> Iterator[Place]:
    """Notes that begin to sound together as a dissonance, all of a moment in one finding."""
    found: dict[int, set[int]] = {}
    for above, below, begin in together(music):
        if dissonant(music, above, below, begin):
            found.setdefault(begin, set()).update((above.voice, below.voice))
    for begin, voices in found.items():
        yield music.place(begin, *voices)


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
    last = music.onsets[-1]
    arrivals = [notes for notes in successions(music) if notes[1].onset == last]
    if last > music.changes[0] and not any(_closes(*notes) or _authentic(music, *notes) for notes in arrivals):
        yield music.place(max(time for time in music.changes if time < last), *range(len(music.voices)))


def _closes(one: Note, one_next: Note, two: Note, two_next: Note) -> bool:
    """M6-8 outwards or m3-1 inwards, octaves added, both by step."""
    higher, lower = ((one, one_next), (two, two_next)) if one.midi >= two.midi else ((two, two_next), (one, one_next))
    number, quality = interval(one, two)
    steps = higher[1].step - higher[0].step, lower[1].step - lower[0].step
    forms = ((number - 1) % 7, quality, *steps)
    return is_octave(one_next, two_next) and forms in ((5, "M", 1, -1), (2, "m", -1, 1))


def _authentic(music: Music, upper: Note, upper_next: Note, lower: Note, lower_next: Note) -> bool:
    """Of three voices the lowest leaps from the fifth degree to the final, another rises to it by a semitone."""
    if lower.voice != len(music.voices) - 1 or len(music.voices) == 2:
        return False
    bass, bass_next = lower, lower_next
    if upper.midi < lower.midi:
        upper, upper_next, bass, bass_next = lower, lower_next, upper, upper_next
    leaps = bass_next.step - bass.step in (3, -4) and bass.fifths - bass_next.fifths == 1
    leading = upper_next.step - upper.step == 1 == upper_next.midi - upper.midi
    return leaps and leading and is_octave(upper_next, bass_next)


@second("inner-unison")
def inner_unison(music: Music, rule: Rule) -> Iterator[Place]:
    """Two voices strike one pitch on a downbeat, neither at their first nor at their last interval."""
    begins: dict[tuple[int, int], list[int]] = {}
    for above, below, begin in together(music):
        begins.setdefault((above.voice, below.voice), []).append(begin)
    for above, below, begin in together(music):
        struck = above.onset == below.onset and begin in downbeats(music)
        its = begins[above.voice, below.voice]
        if struck and interval(above, below) == (1, "P") and begin not in (min(its), max(its)):
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
        size, narrower = interval(above, below)[0], interval(above_next, below_next)[0]
        battuta = size in (10, 17) and narrower in (8, 15) and is_octave(above_next, below_next)
        falls = above_next.step - above.step == -1 and above_next.midi < above.midi
        contrary = falls and below.step < below_next.step < above_next.step
        if battuta and contrary and above_next.onset in downbeats(music)[1:-1]:
            yield music.place(above_next.onset, 0, 1)


def is_octave(one: Note, other: Note) -> bool:
    """A unison or an octave."""
    number, quality = interval(one, other)
    return quality == "P" and (number - 1) % 7 == 0
