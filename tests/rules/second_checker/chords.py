"""The second checker on one sonority against its chord: doubling, missing members, spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

from musegen.rules.entries import Rule
from musegen.theory.analysis import ChordSpan
from second_checker.harmony import (
    end_of,
    harmonies,
    is_altered,
    is_augmented_sixth,
    is_borrowed_root,
    is_last_of_phrase,
    most_at_once,
    notes_in,
    pulse_chords,
    step,
    successions_of_chords,
    tones,
)
from second_checker.music import Music, Note, Place
from second_checker.registry import second

MEMBERS = {"root": 0, "third": 1, "fifth": 2, "seventh": 3}
Holders = Callable[[Music, int, ChordSpan], list[list[int]]]


@second("doubled-leading-tone", "doubled-seventh")
def doubled_tendency_tone(music: Music, rule: Rule) -> Iterator[Place]:
    """The leading tone or the seventh in two voices at a pulse."""
    is_seventh = rule.params["tone"] == "seventh"

    def holders(music: Music, time: int, chord: ChordSpan) -> list[list[int]]:
        tone = chord.numeral.seventh if is_seventh else chord.numeral.leading_tone
        return [] if tone is None else [singers(music, time, chord.key.tonic + tone)]

    yield from _lasting(music, holders, least=2)


@second("doubled-altered-note")
def doubled_altered_note(music: Music, rule: Rule) -> Iterator[Place]:
    """A root, third or fifth from outside the key in two voices at a pulse."""

    def holders(music: Music, time: int, chord: ChordSpan) -> list[list[int]]:
        free = {chord.key.tonic + tone for tone in (chord.numeral.leading_tone, chord.numeral.seventh) if tone}
        judged = [tone for tone in tones(chord)[:3] if is_altered(chord, tone) and tone not in free]
        return [singers(music, time, tone) for tone in judged if not is_borrowed_root(chord, tone)]

    yield from _lasting(music, holders, least=2)


@second("tripled-root")
def tripled_root(music: Music, rule: Rule) -> Iterator[Place]:
    """Three of four voices on the root, not in the last chord of a phrase."""

    def holders(music: Music, time: int, chord: ChordSpan) -> list[list[int]]:
        return [] if is_last_of_phrase(music, chord) else [singers(music, time, tones(chord)[0])]

    if len(music.voices) == 4:
        yield from _lasting(music, holders, least=3)


@second("doubled-bass-of-sixth")
def doubled_bass_of_sixth(music: Music, rule: Rule) -> Iterator[Place]:
    """The soprano doubles the bass of a major primary triad in first inversion, where the bass does not pass."""

    def holders(music: Music, time: int, chord: ChordSpan) -> list[list[int]]:
        numeral, bass = chord.numeral, music.at(3, time)
        is_primary = numeral.quality == "major" and numeral.degree in (1, 4, 5) and not numeral.applied_to
        if not is_primary or numeral.inversion != 1 or bass is None or _passes(music, bass):
            return []
        third = tones(chord)[1]
        return [[0, 3]] if {0, 3} <= set(singers(music, time, third)) else []

    if len(music.voices) == 4:
        yield from _lasting(music, holders, least=2)


def singers(music: Music, time: int, fifths: int) -> list[int]:
    """The voices that have a note, in any octave."""
    return [note.voice for note in music.sounding(time) if note and note.fifths == fifths]


def _lasting(music: Music, holders: Holders, least: int) -> Iterator[Place]:
    """Every pulse at which enough voices have a note, but once for as long as the same voices have it in one chord."""
    before: list[list[int]] = []
    for time, chord in pulse_chords(music):
        now = [found for found in holders(music, time, chord) if len(found) >= least]
        for voices in now:
            if voices not in before:
                yield music.place(time, *voices)
        before = now


def _passes(music: Music, bass: Note) -> bool:
    before, after = music.before(bass), music.after(bass)
    return bool(before and after) and abs(step(before, bass)) == 1 == abs(step(bass, after))  # type: ignore[arg-type]


@second("missing-third", "missing-root", "missing-seventh", "incomplete-inversion")
def missing_member(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord of three voices or more in which one member sounds nowhere."""
    member = MEMBERS[rule.params["member"]]
    for spans in harmonies(music):
        first, last = spans[0], spans[-1]
        start, end = first.onset, end_of(last)
        if rule.params.get("inverted_only") and not all(chord.numeral.inversion for chord in spans):
            continue
        tone = _member(first, member)
        if tone is None or most_at_once(music, start, end) < 3:
            continue
        if all(note.fifths != tone for note in notes_in(music, start, end)):
            yield music.place(start)


def _member(chord: ChordSpan, number: int) -> int | None:
    """A member of a chord on the line of fifths, if it has one of that name."""
    if number == 3:
        seventh = chord.numeral.seventh
        return None if seventh is None else chord.key.tonic + seventh
    return tones(chord)[number]


@second("misspelled-note")
def misspelled_note(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord note under another name, or a foreign one outside the chromatic notes of the key."""
    for notes in music.voices:
        for note in notes:
            chord = music.chord_at(note.onset)
            if chord and not _leads_on(music, note) and (_is_disguised(note, chord) or _is_remote(note, chord)):
                yield music.place(note.onset, note.voice)


def _is_disguised(note: Note, chord: ChordSpan) -> bool:
    """Sounds like a member of the chord and is written as another note."""
    return note.fifths not in tones(chord) and any((note.fifths - tone) % 12 == 0 for tone in tones(chord))


def _is_remote(note: Note, chord: ChordSpan) -> bool:
    """Flatter than the lowered second degree, sharper than the raised second (minor: first)."""
    place = note.fifths - chord.key.tonic
    return note.fifths not in tones(chord) and not -5 <= place <= (7 if chord.key.minor else 9)


def _leads_on(music: Music, note: Note) -> bool:
    """Goes on by a diatonic semitone, a sharp up or a flat down."""
    after = music.after(note)
    if after is None or not note.alter:
        return False
    way = 1 if note.alter > 0 else -1
    return step(note, after) == way and after.midi - note.midi == way


@second("root-position-diminished")
def root_position_diminished(music: Music, rule: Rule) -> Iterator[Place]:
    """A diminished triad on its root, in four parts, outside a sequence of falling fifths."""
    if len(music.voices) != 4:
        return
    chords = list(music.chords)
    for number, chord in enumerate(chords):
        if chord.numeral.quality == "dim" and chord.numeral.inversion == 0:
            around = chords[max(number - 1, 0) : number + 2]
            falls = [_falls_a_fifth(one, two) for one, two in pairwise(around)]
            if falls != [True, True]:
                yield music.place(chord.onset)


def _falls_a_fifth(one: ChordSpan, two: ChordSpan) -> bool:
    """A fifth of any size down between the roots, by their letters."""
    return 4 * (tones(two)[0] - tones(one)[0]) % 7 == 3


@second("unresolved-chromatic")
def unresolved_chromatic(music: Music, rule: Rule) -> Iterator[Place]:
    """A raised chord note that does not rise by step, a lowered one that does not fall."""
    for leaving, arriving, chord, _ in successions_of_chords(music):
        tone = leaving.fifths
        tendency = (chord.numeral.leading_tone, chord.numeral.seventh)
        elsewhere = tone - chord.key.tonic in tendency or is_augmented_sixth(chord.numeral)
        judged = tone in tones(chord) and is_altered(chord, tone) and not elsewhere
        if judged and not is_borrowed_root(chord, tone) and not _goes_its_way(leaving, arriving, chord):
            yield music.place(arriving.onset, arriving.voice)


def _goes_its_way(leaving: Note, arriving: Note, chord: ChordSpan) -> bool:
    moved = step(leaving, arriving)
    if arriving.midi == leaving.midi:
        return True
    if chord.key.scale_degree(leaving.fifths)[1] > 0:
        return moved == 1 or (moved == 0 and arriving.midi == leaving.midi - 1)
    to_leading_tone = moved == -2 and arriving.fifths == chord.key.leading_tone
    return moved == -1 or (to_leading_tone and leaving.midi - arriving.midi == 2)


@second("unresolved-augmented-sixth")
def unresolved_augmented_sixth(music: Music, rule: Rule) -> Iterator[Place]:
    """Where an augmented sixth is left: the lowered sixth falls a step, the raised fourth rises one."""
    faults: list[tuple[int, int]] = []
    for leaving, arriving, chord, following in successions_of_chords(music):
        if not is_augmented_sixth(chord.numeral) or is_augmented_sixth(following.numeral):
            continue
        degree, moved = leaving.fifths - chord.key.tonic, step(leaving, arriving)
        sinks = degree == 6 and moved == 0 and arriving.fifths == chord.key.tonic - 1
        into_seventh = sinks and following.numeral.seventh == -1 and following.numeral.is_dominant
        if (degree == -4 and moved != -1) or (degree == 6 and moved != 1 and not into_seventh):
            faults.append((arriving.onset, arriving.voice))
    for onset, found in groupby(sorted(faults), key=lambda fault: fault[0]):
        yield music.place(onset, *(voice for _, voice in found))
