"""The second checker on two voices from one sonority to the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, permutations
from typing import NamedTuple

from musegen.rules.entries import Rule
from second_checker.music import Music, Note, Place, interval
from second_checker.registry import second

KINDS = {"fifth": 4, "octave": 0}  # steps beyond the octaves


class Succession(NamedTuple):
    """Two notes of a pair of voices that sound together, and the two that both begin at one moment after them."""

    above: Note
    above_next: Note
    below: Note
    below_next: Note

    @property
    def up(self) -> int:
        """By how many semitones the upper voice moves."""
        return self.above_next.midi - self.above.midi

    @property
    def down(self) -> int:
        """By how many semitones the lower voice moves."""
        return self.below_next.midi - self.below.midi

    @property
    def similar(self) -> bool:
        """Both voices move, the same way."""
        return self.up * self.down > 0

    @property
    def contrary(self) -> bool:
        """Both voices move, against each other."""
        return self.up * self.down < 0

    @property
    def from_to(self) -> tuple[tuple[int, str], tuple[int, str]]:
        """The intervals that the pair leaves and reaches."""
        return interval(self.above, self.below), interval(self.above_next, self.below_next)

    @property
    def keeps_its_notes(self) -> bool:
        """Both voices only change the octave of their notes."""
        return self.above.fifths == self.above_next.fifths and self.below.fifths == self.below_next.fifths

    def place(self, music: Music) -> Place:
        """The arrival, with both voices."""
        return music.place(self.above_next.onset, self.above.voice, self.below.voice)


@second("parallel-fifths", "parallel-octaves")
def parallel(music: Music, rule: Rule) -> Iterator[Place]:
    """Two voices that move the same way from one perfect interval to the next of its kind."""
    for move in successions(music):
        excused = "anticipation" in rule.unless and anticipates(music, move)
        if move.similar and stays_perfect(move, rule) and not move.keeps_its_notes and not excused:
            yield move.place(music)


@second("antiparallel-fifths", "antiparallel-octaves")
def antiparallel(music: Music, rule: Rule) -> Iterator[Place]:
    """Two voices that move against each other from one perfect interval to the next of its kind."""
    for move in successions(music):
        if move.contrary and stays_perfect(move, rule) and not move.keeps_its_notes:
            yield move.place(music)


@second("direct-fifth", "direct-octave")
def direct(music: Music, rule: Rule) -> Iterator[Place]:
    """Soprano and bass run the same way into a perfect interval, the soprano by leap."""
    kind = KINDS[rule.params["interval"]]
    for move in successions(music, outer(music)):
        before, after = move.from_to
        leaps = interval(move.above, move.above_next)[0] > 2
        if move.similar and leaps and is_perfect(after, kind) and not is_perfect(before, kind):
            arrival = move.above_next.onset
            if not music.same_chord(just_before(music, arrival), arrival):
                yield move.place(music)


@second("unequal-fifths")
def unequal(music: Music, rule: Rule) -> Iterator[Place]:
    """A voice rises with the bass from a diminished to a perfect fifth."""
    bass = len(music.voices) - 1
    for move in successions(music, [(voice, bass) for voice in range(bass)]):
        before, after = move.from_to
        rising = move.up > 0 and move.down > 0
        if rising and is_fifth(before, "d") and is_fifth(after, "P") and not in_rising_tenths(music, move):
            yield move.place(music)


@second("voice-overlap")
def overlap(music: Music, rule: Rule) -> Iterator[Place]:
    """One of two neighbours moves beyond the note that the other has just left."""
    for move in successions(music, neighbours(music)):
        arrival = move.above_next.onset
        crossed = move.below_next.midi > move.above_next.midi
        beyond = move.below_next.midi > move.above.midi or move.above_next.midi < move.below.midi
        if beyond and not crossed and not music.same_chord(just_before(music, arrival), arrival):
            yield move.place(music)


@second("direct-unison")
def direct_unison(music: Music, rule: Rule) -> Iterator[Place]:
    """Two neighbours run the same way into a unison."""
    for move in successions(music, neighbours(music)):
        before, after = move.from_to
        if move.similar and after == (1, "P") and not is_perfect(before, 0):
            yield move.place(music)


@second("tritone-cross-relation")
def mi_contra_fa(music: Music, rule: Rule) -> Iterator[Place]:
    """The outer voices step by whole tones in parallel major thirds or tenths."""
    for move in successions(music, outer(music)):
        thirds = all((number - 1) % 7 == 2 and quality == "M" for number, quality in move.from_to)
        upper, lower = interval(move.above, move.above_next), interval(move.below, move.below_next)
        if thirds and move.similar and upper == lower == (2, "M"):
            yield move.place(music)


@second("cross-relation")
def cross_relation(music: Music, rule: Rule) -> Iterator[Place]:
    """A voice takes a chromatic form of what another sang just before."""
    for taker, giver in permutations(range(len(music.voices)), 2):
        for had, takes in pairwise(music.voices[taker]):
            given = sung_with(music, giver, had, takes.onset)
            if given and is_chromatic(given, takes) and had.fifths not in (given.fifths, takes.fifths):
                answer = music.at(giver, takes.onset)
                alike = answer is not None and answer.fifths == takes.fifths
                if not alike and not pair_is_broken(music, had, given, takes.onset):
                    yield music.place(takes.onset, taker, giver)


def successions(music: Music, pairs: list[tuple[int, int]] | None = None) -> Iterator[Succession]:
    """Where the two voices of a pair both begin a note at one moment, after two notes that sound together.

    Not across a phrase end, nor where both voices rest for a denominator unit or longer.
    """
    for upper, lower in all_pairs(music) if pairs is None else pairs:
        for above, above_next in pairwise(music.voices[upper]):
            for below, below_next in pairwise(music.voices[lower]):
                arrival = above_next.onset
                began, rest = max(above.onset, below.onset), arrival - max(above.end, below.end)
                together = below_next.onset == arrival and began < min(above.end, below.end)
                if together and rest < music.unit(arrival) and not phrase_is_over(music, above, below, arrival):
                    yield Succession(above, above_next, below, below_next)


def all_pairs(music: Music) -> list[tuple[int, int]]:
    """Every two voices, the upper one first."""
    return list(combinations(range(len(music.voices)), 2))


def neighbours(music: Music) -> list[tuple[int, int]]:
    """Every two voices that lie next to each other."""
    return list(pairwise(range(len(music.voices))))


def outer(music: Music) -> list[tuple[int, int]]:
    """Soprano and bass."""
    return [(0, len(music.voices) - 1)] if len(music.voices) > 1 else []


def is_perfect(size: tuple[int, str], kind: int) -> bool:
    """A perfect fifth (4) or octave or unison (0), octaves added."""
    number, quality = size
    return quality == "P" and (number - 1) % 7 == kind


def is_fifth(size: tuple[int, str], wanted: str) -> bool:
    """A fifth of this quality, octaves added."""
    number, quality = size
    return quality == wanted and (number - 1) % 7 == 4


def stays_perfect(move: Succession, rule: Rule) -> bool:
    """From one perfect interval of the rule's kind to the next."""
    kind = KINDS[rule.params["interval"]]
    return all(is_perfect(size, kind) for size in move.from_to)


def is_chromatic(one: Note, other: Note) -> bool:
    """The same letter, a chromatic semitone higher or lower, in any octave."""
    return (one.step - other.step) % 7 == 0 and abs(one.alter - other.alter) == 1


def just_before(music: Music, time: int) -> int:
    """The last change of the sonority before a moment at which somebody sings."""
    return max(change for change in music.changes if change < time and any(music.sounding(change)))


def last_sung(music: Music, voice: int, time: int) -> Note | None:
    """The note of a voice just before a moment, over a rest of less than a denominator unit."""
    earlier = [note for note in music.voices[voice] if note.onset < time and time - note.end < music.unit(time)]
    return earlier[-1] if earlier else None


def sung_with(music: Music, voice: int, note: Note, time: int) -> Note | None:
    """The last note of a voice before a moment, if it sounded together with another note."""
    earlier = [one for one in music.voices[voice] if one.onset < time]
    return earlier[-1] if earlier and earlier[-1].onset < note.end and note.onset < earlier[-1].end else None


def pair_is_broken(music: Music, one: Note, other: Note, time: int) -> bool:
    """A phrase ends or both voices rest for a denominator unit between two notes and a moment."""
    rest = time - max(one.end, other.end)
    return rest >= music.unit(time) or phrase_is_over(music, one, other, time)


def phrase_is_over(music: Music, one: Note, other: Note, time: int) -> bool:
    """A phrase ends after one of two notes and before a moment."""
    return music.phrase_is_over(one, time) or music.phrase_is_over(other, time)


def anticipates(music: Music, move: Succession) -> bool:
    """One of the arriving notes is short, off the pulse, and sung again at once."""
    return any(is_anticipation(music, note) for note in (move.above_next, move.below_next))


def is_anticipation(music: Music, note: Note) -> bool:
    """A note shorter than a pulse, off the pulse, that its voice sings again on the next pulse."""
    following = music.after(note)
    again = following is not None and following.onset == note.end and following.midi == note.midi
    short = note.onset not in music.pulses and note.end - note.onset < music.pulse(note.onset)
    return again and short and note.end in music.pulses


def in_rising_tenths(music: Music, move: Succession) -> bool:
    """V43 or viio6 goes to I6 while soprano and bass rise in tenths."""
    arrival = move.below_next.onset
    before, after = music.chord_at(just_before(music, arrival)), music.chord_at(arrival)
    soprano, soprano_next = last_sung(music, 0, arrival), music.at(0, arrival)
    if not (before and after and soprano and soprano_next):
        return False
    chords = before.numeral.is_dominant and before.numeral.figure in ("V43", "viio6") and after.numeral.degree == 1
    sizes = interval(soprano, move.below), interval(soprano_next, move.below_next)
    tenths = all((number - 1) % 7 == 2 for number, _ in sizes)
    return chords and after.numeral.inversion == 1 and tenths and soprano_next.midi > soprano.midi
