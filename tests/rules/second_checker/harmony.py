"""What the second checker asks of chords: who has which member, what changes when a chord is left, who holds on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import Numeral
from second_checker.music import Music, Note

AUGMENTED_SIXTHS = ("It", "Ger", "Fr")
LEANING = ("suspension", "retardation", "appoggiatura")


class Succession(NamedTuple):
    """A voice's last note in one chord and its first in the next."""

    leaving: Note
    arriving: Note
    chord: ChordSpan
    following: ChordSpan


def end_of(chord: ChordSpan) -> int:
    """Where a chord ends, in ticks."""
    return chord.onset + chord.duration


def tones(chord: ChordSpan) -> tuple[int, ...]:
    """Root, third, fifth ... of a chord on the line of fifths."""
    return chord.numeral.tones(chord.key)


def same_chord(one: ChordSpan, other: ChordSpan) -> bool:
    """The same notes in the same key, whatever the bass."""
    return one.key == other.key and set(tones(one)[:4]) == set(tones(other)[:4])


def harmonies(music: Music) -> list[list[ChordSpan]]:
    """The chords, each alone; together with the next one on its root, if that is the same with more or fewer notes,

    goes a chord that is short, holds a suspension or is only written once more.
    """
    found: list[list[ChordSpan]] = []
    for chord in music.chords:
        if found and _is_completed_by(music, found[-1][-1], chord):
            found[-1].append(chord)
        else:
            found.append([chord])
    return found


def _is_completed_by(music: Music, chord: ChordSpan, after: ChordSpan) -> bool:
    notes, others = set(tones(chord)), set(tones(after))
    if chord.key != after.key or tones(chord)[0] != tones(after)[0] or not (notes <= others or others <= notes):
        return False
    if chord.numeral == after.numeral:
        return True
    foreign = music.analysis.non_chord_tones if music.analysis else ()
    leans = [tone for tone in foreign if tone.kind in LEANING and chord.onset <= tone.onset < after.onset]
    return bool(leans) or chord.duration < music.pulse(chord.onset)


def is_one_harmony(music: Music, one: ChordSpan, other: ChordSpan) -> bool:
    """Both are taken together."""
    return any(one in spans and other in spans for spans in harmonies(music))


def notes_in(music: Music, start: int, end: int) -> list[Note]:
    """Every note that sounds between two moments."""
    return [note for notes in music.voices for note in notes if note.onset < end and note.end > start]


def fewest_at_once(music: Music, start: int, end: int) -> int:
    """The smallest number of voices that sound together between two moments."""
    times = [start, *(time for time in music.changes if start < time < end)]
    return min(sum(note is not None for note in music.sounding(time)) for time in times)


def lowest(music: Music, time: int) -> Note | None:
    """The lowest note at a moment."""
    return min((note for note in music.sounding(time) if note), key=lambda note: note.midi, default=None)


def pulse_chords(music: Music) -> Iterator[tuple[int, ChordSpan]]:
    """Every pulse at which something sounds, with its chord."""
    for time in music.pulses:
        chord = music.chord_at(time)
        if chord is not None and any(music.sounding(time)):
            yield time, chord


def successions_of_chords(music: Music) -> Iterator[Succession]:
    """Every voice wherever the chord changes: not across a phrase end or a rest of a denominator unit."""
    for chord, following in pairwise(music.chords):
        if same_chord(chord, following):
            continue
        for notes in music.voices:
            for leaving, arriving in pairwise(notes):
                inside = leaving.onset < following.onset <= arriving.onset < end_of(following)
                first = min((time for time in music.onsets if time >= following.onset), default=0)
                inside = inside and leaving.end <= following.onset and arriving.onset == first
                rest = arriving.onset - leaving.end
                ends = music.phrase_ends_between(leaving.onset, arriving.onset)
                if inside and 0 <= rest < music.unit(arriving.onset) and not ends:
                    yield Succession(leaving, arriving, chord, following)


def is_brief(music: Music, note: Note) -> bool:
    """Shorter than a felt beat."""
    return note.end - note.onset < music.pulse(note.onset)


def step(one: Note, other: Note) -> int:
    """Staff steps from one note up to another."""
    return other.step - one.step


def is_altered(chord: ChordSpan, fifths: int) -> bool:
    """Outside the key; minor has both forms of its sixth and seventh degrees."""
    return fifths not in chord.key.degrees and not (chord.key.minor and fifths - chord.key.tonic in (3, 5))


def is_borrowed_root(chord: ChordSpan, fifths: int) -> bool:
    """The root of bIII, bVI or bVII."""
    return fifths == tones(chord)[0] and fifths - chord.key.tonic in (-3, -4, -2)


def is_augmented_sixth(numeral: Numeral) -> bool:
    """An Italian, German or French sixth."""
    return numeral.figure.startswith(AUGMENTED_SIXTHS)


def is_last_of_phrase(music: Music, chord: ChordSpan, time: int) -> bool:
    """From this moment on a fermata ends while the chord stands, or the piece does."""
    return chord == music.chords[-1] or music.phrase_ends_between(time, end_of(chord))


def sonority_at(music: Music, time: int) -> int:
    """Where what sounds at a moment began to sound so."""
    return max(change for change in music.changes if change <= time)
