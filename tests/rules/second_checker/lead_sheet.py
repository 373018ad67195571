"""The second checker on voicings under chord symbols."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from musegen.rules.entries import Rule
from musegen.score.pitch import parse_pitch
from second_checker.music import Music, Note, Place
from second_checker.registry import second
from second_checker.written import (
    Head,
    Symbol,
    accompaniment,
    at,
    has_symbols,
    heard,
    named,
    next_of_staff,
    place,
    starts,
    symbol_at,
    symbols,
)

LEFT_OUT: dict[str, str] = {}

CLEAR_FROM = dict(
    zip(range(1, 8), (parse_pitch(name).pitch for name in "E3 E3 C3 Bb2 Bb2 Bb2 Bb1".split()), strict=True)
)
"""Semitones between the two lowest notes to the lowest pitch on which they are clear."""
SECOND_UP, THIRD, FOURTH, SIXTH, SEVENTH = 1, 2, 3, 5, 6  # letters over the root


@second("missing-guide-tone")
def missing_guide_tone(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord symbol whose third or seventh (or sixth) is never heard."""
    for symbol in symbols(music):
        colour = member(symbol, SEVENTH, SIXTH)
        wanted = {sound(tone) for tone in (colour, member(symbol, THIRD, FOURTH, SECOND_UP)) if tone is not None}
        voiced = {head.midi % 12 for head in accompaniment(music) if sounds_under(head, symbol)}
        there = {head.midi % 12 for head in heard(music) if sounds_under(head, symbol)}
        if colour is not None and len(voiced) > 1 and not wanted <= there:
            yield music.place(symbol.onset)


@second("guide-tone-leap")
def guide_tone_leap(music: Music, rule: Rule) -> Iterator[Place]:
    """A seventh that leaps although the next root lies a fifth lower."""
    for one, two in pairwise(symbols(music)):
        seventh = member(one, SEVENTH)
        falls = (sound(one.chord.members[0]) - sound(two.chord.members[0])) % 12 == 7
        for note, following in accompanying_steps(music) if falls else ():
            at_change = one.end == two.onset == note.end == following.onset
            if (
                at_change
                and seventh is not None
                and note.midi % 12 == sound(seventh)
                and abs(following.midi - note.midi) > 2
            ):
                yield music.place(following.onset, note.voice)


@second("avoid-note")
def avoid_note(music: Music, rule: Rule) -> Iterator[Place]:
    """A foreign note a semitone over a member of the chord."""
    for head in accompaniment(music):
        symbol = symbol_at(music, head.onset)
        if symbol and blurs(head, symbol) and not passes(music, head):
            yield place(music, head.onset, head)


@second("minor-ninth")
def minor_ninth(music: Music, rule: Rule) -> Iterator[Place]:
    """Two notes a minor ninth apart, octaves added, on a felt beat and not yet on the one before."""
    before: list[tuple[int, int]] = []
    for time in music.pulses if has_symbols(music) else []:
        pairs = list(combinations(at(heard(music), time), 2))
        ninths = [(low, high) for low, high in pairs if is_harsh(low, high, symbol_at(music, time))]
        for low, high in ninths:
            if (low.midi, high.midi) not in before:
                yield place(music, time, low, high)
        before = [(low.midi, high.midi) for low, high in ninths]


@second("low-interval")
def low_interval(music: Music, rule: Rule) -> Iterator[Place]:
    """The two lowest notes lie too close for where they lie."""
    for time in starts(music, lambda time: is_muddy(music, time)):
        low, high = two_lowest(music, time)
        yield place(music, time, low, high)


def member(symbol: Symbol, *letters: int) -> int | None:
    """The first member of a chord that lies so many letters over its root, as a place on the line of fifths."""
    root = symbol.chord.members[0]
    found = {4 * (tone - root) % 7: tone for tone in reversed(symbol.chord.members)}
    return next((found[letter] for letter in letters if letter in found), None)


def sound(fifths: int) -> int:
    """The pitch class, C = 0, of a place on the line of fifths."""
    return 7 * fifths % 12


def sounds_under(head: Head, symbol: Symbol) -> bool:
    """The note sounds at some time while the symbol holds."""
    return head.onset < symbol.end and head.end > symbol.onset


def accompanying_steps(music: Music) -> Iterator[tuple[Note, Note]]:
    """Every two successive notes of the voices that accompany."""
    others = {head.number for head in accompaniment(music)}
    for notes in music.voices:
        yield from ((one, two) for one, two in pairwise(notes) if one.number in others)


def blurs(head: Head, symbol: Symbol) -> bool:
    """A note that the symbol does not name stands a semitone over a member of it, but over a dominant's root."""
    members = {sound(tone) for tone in symbol.chord.members}
    under = (head.midi - 1) % 12
    flat_ninth = is_dominant(symbol) and under == sound(symbol.chord.members[0])
    unnamed = head.midi % 12 not in {sound(tone) for tone in named(symbol)}
    return is_judged(symbol) and unnamed and under in members and not flat_ninth


def is_judged(symbol: Symbol) -> bool:
    """A chord with a major third, or a minor-seventh chord."""
    steps = {sound(tone) - sound(symbol.chord.members[0]) for tone in symbol.chord.members}
    above = {step % 12 for step in steps}
    return 4 in above or above >= {3, 7, 10}


def is_dominant(symbol: Symbol) -> bool:
    """A chord with minor seventh and major third, or a fourth instead of it."""
    above = {(sound(tone) - sound(symbol.chord.members[0])) % 12 for tone in symbol.chord.members}
    return 10 in above and (4 in above or (5 in above and 3 not in above))


def passes(music: Music, head: Head) -> bool:
    """Shorter than a felt beat, and left by step."""
    short = head.end - head.onset < music.pulse(head.onset)
    return short and any(abs(other.step - head.step) == 1 for other in next_of_staff(music, head))


def is_harsh(low: Head, high: Head, symbol: Symbol | None) -> bool:
    """The two notes stand a minor ninth apart that is not the ninth over the root of a dominant."""
    excused = symbol is not None and is_dominant(symbol) and low.midi % 12 == sound(symbol.chord.members[0])
    return high.midi - low.midi > 12 and (high.midi - low.midi) % 12 == 1 and not excused


def two_lowest(music: Music, time: int) -> list[Head]:
    """The two lowest notes that sound, unisons counted once."""
    by_pitch = {head.midi: head for head in reversed(at(heard(music), time))}
    return [by_pitch[pitch] for pitch in sorted(by_pitch)][:2]


def is_muddy(music: Music, time: int) -> bool:
    """The two lowest notes are closer than their depth allows."""
    pair = two_lowest(music, time)
    return len(pair) == 2 and pair[0].midi < CLEAR_FROM.get(pair[1].midi - pair[0].midi, 0)
