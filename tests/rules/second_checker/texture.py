"""The second checker on single sonorities: ranges, spacing, crossing, clashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from musegen.rules.entries import Rule
from musegen.score.pitch import parse_pitch
from second_checker.music import Music, Note, Place
from second_checker.registry import second

VOICES = ("soprano", "alto", "tenor", "bass")
SEMITONES = {"octave": 12, "twelfth": 19}
LOWEST = {1: "E3", 2: "E3", 3: "C3", 4: "Bb2", 5: "Bb2", 6: "Bb2", 7: "Bb1"}  # semitones: the lower note from here up


@second("voice-crossing")
def crossing(music: Music, rule: Rule) -> Iterator[Place]:
    """A lower voice sounds above a higher one; where the pack lets it, the tenor for less than a felt beat."""
    may_be_brief = "brief-tenor-crossing" in rule.unless
    for upper, lower, start, end in spans(music, music.changes, every_pair(music), is_crossed):
        if not (may_be_brief and upper > 0 and end - start < music.pulse(start)):
            yield music.place(start, upper, lower)


def is_crossed(upper: Note, lower: Note) -> bool:
    """The lower voice sounds above."""
    return lower.midi > upper.midi


@second("simultaneous-cross-relation")
def clash(music: Music, rule: Rule) -> Iterator[Place]:
    """A note and its chromatic form sound together."""
    return lasting(music, music.changes, every_pair(music), is_clash)


@second("wide-spacing")
def wide_spacing(music: Music, rule: Rule) -> Iterator[Place]:
    """Two neighbours above the bass lie more than an octave apart at a pulse."""
    pairs = [(voice, voice + 1) for voice in range(len(music.voices) - 2)]
    return lasting(music, on_pulses(music), pairs, lambda upper, lower: upper.midi - lower.midi > 12)


@second("wide-bass")
def wide_bass(music: Music, rule: Rule) -> Iterator[Place]:
    """Tenor and bass lie more than a twelfth apart at a pulse."""
    limit = SEMITONES[rule.params["bass_limit"]]
    bass = len(music.voices) - 1
    pairs = [(bass - 1, bass)] if bass else []
    return lasting(music, on_pulses(music), pairs, lambda upper, lower: upper.midi - lower.midi > limit)


@second("low-close-spacing")
def low_close_spacing(music: Music, rule: Rule) -> Iterator[Place]:
    """The two lowest notes that sound lie too close for where they lie."""
    held: tuple[int, ...] = ()
    for time in music.changes:
        notes = sorted((note for note in music.sounding(time) if note), key=lambda note: (note.midi, -note.voice))[:2]
        muddy = len(notes) == 2 and is_muddy(*notes)
        pair = tuple(sorted(note.voice for note in notes)) if muddy else ()
        if pair and pair != held:
            yield music.place(time, *pair)
        held = pair


@second("out-of-range")
def out_of_range(music: Music, rule: Rule) -> Iterator[Place]:
    """A note outside the range of its voice."""
    for note, name in four_voices(music):
        low, high = (parse_pitch(limit).pitch for limit in rule.params[name])
        if not low <= note.midi <= high:
            yield music.place(note.onset, note.voice)


@second("uncomfortable-range")
def uncomfortable_range(music: Music, rule: Rule) -> Iterator[Place]:
    """A note inside the range of its voice but outside its comfortable part."""
    for note, name in four_voices(music):
        lowest, low, high, highest = (parse_pitch(limit).pitch for limit in rule.params[name])
        if lowest <= note.midi < low or high < note.midi <= highest:
            yield music.place(note.onset, note.voice)


def four_voices(music: Music) -> Iterator[tuple[Note, str]]:
    """Every note with the name of its voice, where there are four."""
    if len(music.voices) == 4:
        for notes, name in zip(music.voices, VOICES, strict=True):
            yield from ((note, name) for note in notes)


def on_pulses(music: Music) -> list[int]:
    """When the sonorities, silences among them, began that stand on the pulses."""
    end = max((note.end for notes in music.voices for note in notes), default=0)
    begun = [[change for change in music.changes if change <= pulse] for pulse in music.pulses if pulse < end]
    return sorted({max(changes) for changes in begun if changes})


def every_pair(music: Music) -> list[tuple[int, int]]:
    """Every two voices, the upper one first."""
    return list(combinations(range(len(music.voices)), 2))


def is_clash(one: Note, other: Note) -> bool:
    """The same letter, a chromatic semitone higher or lower, in any octave."""
    return (one.step - other.step) % 7 == 0 and abs(one.alter - other.alter) == 1


def is_muddy(lower: Note, upper: Note) -> bool:
    """The lower of two notes lies below the limit for their interval."""
    limit = LOWEST.get(upper.midi - lower.midi)
    return limit is not None and lower.midi < parse_pitch(limit).pitch


def lasting(
    music: Music, times: Iterable[int], pairs: list[tuple[int, int]], wrong: Callable[[Note, Note], bool]
) -> Iterator[Place]:
    """Where something wrong between two voices begins, looked at from time to time; it lasts until it is not so."""
    for upper, lower, start, _ in spans(music, times, pairs, wrong):
        yield music.place(start, upper, lower)


def spans(
    music: Music, times: Iterable[int], pairs: list[tuple[int, int]], wrong: Callable[[Note, Note], bool]
) -> Iterator[tuple[int, int, int, int]]:
    """The same as (upper voice, lower voice, first time, the time from which it is not so)."""
    for upper, lower in pairs:
        start: int | None = None
        for time in times:
            above, below = music.at(upper, time), music.at(lower, time)
            now = above is not None and below is not None and wrong(above, below)
            if start is not None and not now:
                yield upper, lower, start, time
            start = (time if start is None else start) if now else None
        if start is not None:
            yield upper, lower, start, music.score.end
