"""The second checker on how far voices keep apart: fifths on neighbouring pulses, motion all one way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from musegen.rules.entries import Rule
from second_checker.music import Music, Place, interval
from second_checker.pairs import KINDS, Succession, is_perfect, just_before, last_sung, outer
from second_checker.registry import second


@second("afterbeat-fifths", "afterbeat-octaves")
def afterbeat(music: Music, rule: Rule) -> Iterator[Place]:
    """Perfect intervals of one kind on two neighbouring pulses with something else between."""
    kind = KINDS[rule.params["interval"]]
    for upper, lower in combinations(range(len(music.voices)), 2):
        for pulse, following in pairwise(music.pulses):
            corners = (music.at(voice, time) for voice in (upper, lower) for time in (pulse, following))
            above, above_next, below, below_next = corners
            if above and above_next and below and below_next:
                move = Succession(above, above_next, below, below_next)
                alike = move.similar and all(is_perfect(size, kind) for size in move.from_to)
                if alike and is_afterbeat(music, move, pulse, following, kind):
                    yield move.place(music)


def is_afterbeat(music: Music, move: Succession, pulse: int, following: int, kind: int) -> bool:
    """Both begin on the second pulse, something else sounds between, nobody leaps a fourth there, no line breaks."""
    anew = move.above_next.onset == move.below_next.onset == following
    upper, lower = move.above.voice, move.below.voice
    between = [(music.at(upper, time), music.at(lower, time)) for time in music.changes if pulse < time < following]
    other = any(one and two and not is_perfect(interval(one, two), kind) for one, two in between)
    return anew and other and all(goes_smoothly(music, voice, pulse, following) for voice in (upper, lower))


def goes_smoothly(music: Music, voice: int, pulse: int, following: int) -> bool:
    """From one pulse to the next without a break, and without a leap of a fourth before the second is reached."""
    sung = [note for note in music.voices[voice] if note.end > pulse and note.onset <= following]
    leaps = any(interval(one, two)[0] > 3 for one, two in pairwise(sung[:-1]))
    return not leaps and not any(music.is_broken(one, two) for one, two in pairwise(sung))


@second("all-voices-similar")
def all_similar(music: Music, rule: Rule) -> Iterator[Place]:
    """All voices, four or more, move the same way while the chord changes."""
    count = len(music.voices)
    for time in music.onsets[1:]:
        arriving = [two for voice in range(count) if (two := music.at(voice, time)) and two.onset == time]
        moves = [(one, two) for two in arriving if (one := music.before(two)) and not music.is_broken(one, two)]
        directions = {(two.midi > one.midi) - (two.midi < one.midi) for one, two in moves}
        together = len(moves) == count >= 4 and len(directions) == 1 and 0 not in directions
        if together and not music.same_chord(just_before(music, time), time):
            yield music.place(time, *range(count))


@second("little-contrary-motion")
def little_contrary_motion(music: Music, rule: Rule) -> Iterator[Place]:
    """Of at least 16 moves of the outer voices fewer than 30 % are contrary or oblique."""
    moves = [move for move in outer_moves(music) if any(move)]
    contrary = [move for move in moves if move[0] * move[1] <= 0]
    if len(moves) >= 16 and 10 * len(contrary) < 3 * len(moves):
        yield music.place(music.onsets[0], 0, len(music.voices) - 1)


def outer_moves(music: Music) -> Iterator[tuple[int, int]]:
    """What soprano and bass do, in semitones, whenever one of them begins a note while both sing."""
    for soprano, bass in outer(music):
        for time in music.onsets:
            notes = [(last_sung(music, voice, time), music.at(voice, time)) for voice in (soprano, bass)]
            steps = [two.midi - one.midi for one, two in notes if one and two and not music.phrase_is_over(one, time)]
            if len(steps) == 2:
                yield steps[0], steps[1]
