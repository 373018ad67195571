"""The second checker on what instruments and singers can do."""

from __future__ import annotations

from collections.abc import Iterator

from musegen.rules.entries import Rule
from second_checker.music import Music, Place
from second_checker.registry import second
from second_checker.written import Head, attacks, heard, place, player

LEFT_OUT: dict[str, str] = {}

BREATHING = ("wind", "brass", "voice")
BOWED = ("Violin", "Viola", "Cello")
HAND = 9  # semitones between the fingers of a stopped tenth, on strings a fifth apart
LONGEST_BREATH = 32  # beats


@second("instrument-range")
def instrument_range(music: Music, rule: Rule) -> Iterator[Place]:
    """A note that the instrument does not have."""
    for head in heard(music):
        who = player(music, head.part)
        if who and not who.hard[0] <= head.midi <= who.hard[1]:
            yield place(music, head.onset, head)


@second("instrument-comfort")
def instrument_comfort(music: Music, rule: Rule) -> Iterator[Place]:
    """A note that the instrument has, but not with ease."""
    for head in heard(music):
        who = player(music, head.part)
        if who and who.hard[0] <= head.midi <= who.hard[1] and not who.easy[0] <= head.midi <= who.easy[1]:
            yield place(music, head.onset, head)


@second("no-breath")
def no_breath(music: Music, rule: Rule) -> Iterator[Place]:
    """One player or singer goes on without a breath for more than 32 quarters, or halves where halves are counted."""
    beat = music.score.ticks(2 if counts_halves(music) else 1)
    for part in range(len(music.score.parts)):
        who = player(music, part)
        if who and not who.several and who.instrument.family in BREATHING:
            for sung in breaths(music, part, beat // 2):
                limit = sung[0].onset + LONGEST_BREATH * beat
                if max(head.end for head in sung) > limit:
                    yield place(music, limit, *(head for head in sung if head.onset <= limit < head.end))


@second("double-stop")
def double_stop(music: Music, rule: Rule) -> Iterator[Place]:
    """Notes that the left hand of a string player cannot stop together."""
    for part in range(len(music.score.parts)):
        who = player(music, part)
        if who and not who.several and who.instrument.name in BOWED:
            for chord in attacks(head for head in heard(music) if head.part == part):
                if not can_be_stopped(sorted({head.midi for head in chord}), who.instrument.strings):
                    yield place(music, chord[0].onset)


@second("monophonic-chord")
def monophonic_chord(music: Music, rule: Rule) -> Iterator[Place]:
    """Two notes at once for one player who has one."""
    for chord in attacks(heard(music)):
        for one in chord:
            who = player(music, one.part)
            if who and not who.several and who.instrument.family in BREATHING:
                place_on_paper = (one.part, one.staff, one.written_voice)
                if any(other[6:9] == place_on_paper and other.midi != one.midi for other in chord):
                    yield place(music, one.onset)


def breaths(music: Music, part: int, rest: int) -> Iterator[list[Head]]:
    """The notes of a part in groups, each from one rest of that length, or phrase end, to the next."""
    group: list[Head] = []
    for head in sorted(head for head in heard(music) if head.part == part):
        silence = head.onset - max((before.end for before in group), default=head.onset)
        if group and (silence >= rest or music.phrase_ends_between(group[-1].onset, head.onset)):
            yield group
            group = []
        group.append(head)
    if group:
        yield group


def counts_halves(music: Music) -> bool:
    """The meter counts halves."""
    return any(measure.time_signature.denominator == 2 for measure in music.score.measures)


def can_be_stopped(pitches: list[int], strings: tuple[int, ...]) -> bool:
    """Different notes, low to high, find strings side by side, the fingers near enough together."""
    for first in range(len(strings) - len(pitches) + 1):
        fingers = [pitch - string for pitch, string in zip(pitches, strings[first:], strict=False)]
        stopped = [finger for finger in fingers if finger > 0]
        if min(fingers) >= 0 and max(stopped, default=0) - min(stopped, default=0) <= HAND:
            return True
    return len(pitches) == 1
