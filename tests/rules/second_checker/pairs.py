"""The second checker on two voices from one sonority to the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.registry import second

KINDS = {"fifth": 4, "octave": 0}  # steps beyond the octaves


@second("parallel-fifths", "parallel-octaves")
def parallel(music: Music, rule: Rule) -> Iterator[Place]:
    """Two voices that move the same way from one perfect interval to the next of its kind."""
    for above, above_next, below, below_next in successions(music):
        up, down = above_next.midi - above.midi, below_next.midi - below.midi
        same_notes = (above.step - above_next.step) % 7 == 0 == (below.step - below_next.step) % 7
        if up * down > 0 and not same_notes:
            kind = KINDS[rule.params["interval"]]
            if is_perfect(above, below, kind) and is_perfect(above_next, below_next, kind):
                yield music.place(above_next.onset, above.voice, below.voice)


def successions(music: Music) -> Iterator[tuple[Note, Note, Note, Note]]:
    """(upper, its next, lower, its next): two notes that sound together and are both left at one moment.

    Not across a phrase end, nor where both voices rest for a denominator unit or longer.
    """
    for upper, lower in combinations(range(len(music.voices)), 2):
        for above, above_next in pairwise(music.voices[upper]):
            for below, below_next in pairwise(music.voices[lower]):
                arrival = above_next.onset
                began, rest = max(above.onset, below.onset), arrival - max(above.end, below.end)
                together = below_next.onset == arrival and began < min(above.end, below.end)
                if together and rest < music.unit(arrival) and not music.phrase_ends_between(began, arrival):
                    yield above, above_next, below, below_next


def is_perfect(one: Note, other: Note, kind: int) -> bool:
    """A perfect fifth (4) or octave or unison (0), octaves added."""
    number, quality = interval(one, other)
    return quality == "P" and (number - 1) % 7 == kind
