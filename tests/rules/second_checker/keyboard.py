"""The second checker on what two hands can play, and on an accompaniment under its melody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from musegen.rules.entries import Rule
from second_checker.music import Music, Place
from second_checker.registry import second
from second_checker.written import (
    Head,
    Symbol,
    accompaniment,
    at,
    attacks,
    heard,
    melody,
    named,
    next_of_staff,
    place,
    player,
    starts,
    staves,
    symbol_at,
    symbols,
)

LEFT_OUT: dict[str, str] = {}

TENTH = 16
TWELFTH = 19
FINGERS = 5


@second("wide-right-hand")
def wide_right_hand(music: Music, rule: Rule) -> Iterator[Place]:
    """More than an octave from the highest to the lowest voice over the bass."""
    before: set[int] = set()
    for time in music.changes:
        upper = [note for note in music.sounding(time)[:-1] if note]
        highest, lowest = (pick(upper, key=lambda note: note.midi, default=None) for pick in (max, min))
        ends = {highest.voice, lowest.voice} if highest and lowest and highest.midi - lowest.midi > 12 else set()
        if ends and ends != before:
            yield music.place(time, *ends)
        before = ends


@second("wide-hand")
def wide_hand(music: Music, rule: Rule) -> Iterator[Place]:
    """More than a major tenth in one hand, the other hand being busy."""
    for chord in hands(music):
        if chord[-1].midi - chord[0].midi > TENTH and other_hand_plays(music, chord[0]):
            yield place(music, chord[0].onset)


@second("too-many-fingers")
def too_many_fingers(music: Music, rule: Rule) -> Iterator[Place]:
    """More than five keys in one hand, the other hand being busy."""
    for chord in hands(music):
        if len({head.midi for head in chord}) > FINGERS and other_hand_plays(music, chord[0]):
            yield place(music, chord[0].onset)


@second("hand-leap")
def hand_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """The whole hand moves more than an octave and a fifth in less than a quarter."""
    for heads in keyboard_staves(music).values():
        for one, two in pairwise(attacks(heads)):
            quick = two[0].onset - one[0].onset < music.score.ticks(1)
            moves = abs(two[0].midi - one[0].midi), abs(two[-1].midi - one[-1].midi)
            if quick and min(moves) > TWELFTH:
                yield place(music, two[0].onset)


@second("crossed-hands")
def crossed_hands(music: Music, rule: Rule) -> Iterator[Place]:
    """The left hand reaches over the right one."""
    hands_of = keyboard_staves(music)
    for part in range(len(music.score.parts)):
        upper, lower = hands_of.get((part, 1), []), hands_of.get((part, 2), [])

        def crossed(time: int, upper: list[Head] = upper, lower: list[Head] = lower) -> bool:
            right, left = at(upper, time), at(lower, time)
            return bool(right and left) and left[-1].midi > right[-1].midi

        for time in starts(music, crossed):
            yield place(music, time)


@second("melody-covered")
def melody_covered(music: Music, rule: Rule) -> Iterator[Place]:
    """Another part sounds over the melody."""

    def covered(time: int) -> bool:
        tune, others = at(melody(music), time), at(accompaniment(music), time)
        return bool(tune and others) and others[-1].midi > tune[-1].midi

    for time in starts(music, covered):
        yield place(music, time)


@second("clash-with-melody")
def clash_with_melody(music: Music, rule: Rule) -> Iterator[Place]:
    """A semitone between the melody and what the accompaniment strikes on the beat."""
    for head in accompaniment(music):
        symbol = symbol_at(music, head.onset)
        for tune in at(melody(music), head.onset):
            semitone = (tune.midi - head.midi) % 12 in (1, 11)
            if symbol and semitone and head.onset in music.pulses and not excused(music, tune, head, symbol):
                yield place(music, head.onset, tune, head)


@second("bass-off-chord", "wrong-slash-bass")
def bass_off_chord(music: Music, rule: Rule) -> Iterator[Place]:
    """The lowest note under a new chord symbol is none that it asks for."""
    for symbol in symbols(music):
        sounding, others = at(heard(music), symbol.onset), at(accompaniment(music), symbol.onset)
        slash = bool(symbol.parsed.bass)
        judged = bool(others) and (slash or not rule.params.get("slashes_only"))
        wanted = {symbol.chord.bass}
        if rule.params.get("chord_members") and not slash:
            wanted |= set(symbol.chord.members)
        if judged and not sounds_as(sounding[0], wanted):
            yield place(music, symbol.onset)


@second("outside-chord-symbol")
def outside_chord_symbol(music: Music, rule: Rule) -> Iterator[Place]:
    """A note of the accompaniment on the beat that the symbol does not name and that does not go on by step."""
    for head in accompaniment(music):
        symbol = symbol_at(music, head.onset)
        foreign = symbol and head.onset in music.pulses and not sounds_as(head, named(symbol))
        if foreign and not any(is_step(head, other) for other in next_of_staff(music, head)):
            yield place(music, head.onset, head)


def hands(music: Music) -> Iterator[list[Head]]:
    """What each hand strikes at once."""
    for heads in keyboard_staves(music).values():
        yield from attacks(heads)


def keyboard_staves(music: Music) -> dict[tuple[int, int], list[Head]]:
    """The staves of keyboards and harps, and of parts that do not tell their instrument."""
    found = {}
    for (part, staff), heads in staves(music).items():
        who = player(music, part)
        if who is None or who.instrument.family == "keyboard" or who.instrument.name == "Harp":
            found[part, staff] = heads
    return found


def other_hand_plays(music: Music, head: Head) -> bool:
    """The part has one staff, or something sounds on the other."""
    others = [other for other in heard(music) if other.part == head.part and other.staff != head.staff]
    return not others or bool(at(others, head.onset))


def excused(music: Music, tune: Head, head: Head, symbol: Symbol) -> bool:
    """The melody's note is short, or steps out of being foreign, or the symbol names both notes."""
    if tune.end - tune.onset <= music.pulse(tune.onset) // 2:
        return True
    if sounds_as(tune, named(symbol)):
        return sounds_as(head, named(symbol))
    following = [other for other in melody(music) if other.onset >= tune.end]
    return any(is_step(tune, other) for other in following if other.onset == min(following).onset)


def sounds_as(head: Head, tones: set[int] | frozenset[int]) -> bool:
    """The note sounds like one of these places on the line of fifths."""
    return head.midi % 12 in {7 * tone % 12 for tone in tones}


def is_step(one: Head, other: Head) -> bool:
    """A second on the staff, no matter which."""
    return abs(one.step - other.step) == 1
