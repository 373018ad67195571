"""The second checker on one sonority against its chord: doubling, missing members, spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

from musegen.rules.entries import Rule
from musegen.theory.analysis import ChordSpan
from second_checker.harmony import (
    end_of,
    fewest_at_once,
    harmonies,
    is_altered,
    is_augmented_sixth,
    is_borrowed_root,
    is_brief,
    is_last_of_phrase,
    is_one_harmony,
    notes_in,
    pulse_chords,
    sonority_at,
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
        found = [] if tone is None else singers(music, time, chord.key.tonic + tone)
        brief = any(is_brief(music, note) for note in music.sounding(time) if note and note.voice in found)
        return [] if brief and "brief-note" in rule.unless else [found]

    yield from _lasting(music, holders, least=2)


@second("doubled-altered-note")
def doubled_altered_note(music: Music, rule: Rule) -> Iterator[Place]:
    """A root, third or fifth from outside the key in two voices at a pulse."""

    def holders(music: Music, time: int, chord: ChordSpan) -> list[list[int]]:
        free = {chord.key.tonic + tone for tone in (chord.numeral.leading_tone, chord.numeral.seventh) if tone}
        judged = [tone for tone in tones(chord)[:3] if is_altered(chord, tone) and tone not in free]
        found = [singers(music, time, tone) for tone in judged if not is_borrowed_root(chord, tone)]
        return [sorted(voice for voices in found if len(voices) > 1 for voice in voices)]

    yield from _lasting(music, holders, least=2)


@second("tripled-root")
def tripled_root(music: Music, rule: Rule) -> Iterator[Place]:
    """Three of four voices on the root, not in the last chord of a phrase."""

    told: list[ChordSpan] = []
    for time, chord in pulse_chords(music) if len(music.voices) == 4 else ():
        roots = singers(music, time, tones(chord)[0])
        start = sonority_at(music, time)
        if len(roots) >= 3 and not is_last_of_phrase(music, chord, start) and chord not in told:
            yield music.place(start, *roots)
            told = next(spans for spans in harmonies(music) if chord in spans)


@second("doubled-bass-of-sixth")
def doubled_bass_of_sixth(music: Music, rule: Rule) -> Iterator[Place]:
    """The soprano doubles the bass of a major primary triad in first inversion, where the bass does not pass."""

    def holders(music: Music, time: int, chord: ChordSpan) -> list[list[int]]:
        numeral, bass = chord.numeral, music.at(3, time)
        is_primary = numeral.quality == "major" and numeral.degree in (1, 4, 5)
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
    """The notes that sound at a pulse, where the last of them began; once for as long as these notes last."""
    before: list[list[Note | None]] = []
    for time, chord in pulse_chords(music):
        now = [found for found in holders(music, time, chord) if len(found) >= least]
        notes = [[music.at(voice, time) for voice in voices] for voices in now]
        for voices, sung in zip(now, notes, strict=True):
            if sung not in before:
                yield music.place(sonority_at(music, time), *voices)
        before = notes


def _passes(music: Music, bass: Note) -> bool:
    before, after = music.before(bass), music.after(bass)
    return bool(before and after) and abs(step(before, bass)) == 1 == abs(step(bass, after))  # type: ignore[arg-type]


@second("missing-third", "missing-root", "missing-seventh", "incomplete-inversion")
def missing_member(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord of three voices or more in which one member sounds nowhere."""
    member = MEMBERS[rule.params["member"]]
    for spans in harmonies(music):
        start, end = spans[0].onset, end_of(spans[-1])
        if rule.params.get("inverted_only") and not all(chord.numeral.inversion for chord in spans):
            continue
        on_pulse = any(start <= time < end for time in music.pulses)
        if on_pulse and fewest_at_once(music, start, end) >= 3 and all(_lacks(music, one, member) for one in spans):
            yield music.place(start)


def _lacks(music: Music, chord: ChordSpan, member: int) -> bool:
    """The chord has such a member by its name, and no note sounds like it."""
    named = tones(chord)[: member + 1]
    sounding = notes_in(music, chord.onset, end_of(chord))
    thirds = {note.midi for note in sounding if (note.midi - 7 * named[0]) % 12 in (3, 4)}
    if member == MEMBERS["third"] and thirds:
        return False
    return len(named) > member and all((note.fifths - named[member]) % 12 for note in sounding)


@second("misspelled-note")
def misspelled_note(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord note under another name, or a foreign one outside the chromatic notes of the key."""
    for notes in music.voices:
        for note in notes:
            chord = music.chord_at(note.onset)
            if chord and not _leads_on(music, note, chord) and (_is_disguised(note, chord) or _is_remote(note, chord)):
                yield music.place(note.onset, note.voice)


def _is_disguised(note: Note, chord: ChordSpan) -> bool:
    """Sounds like a member of the chord and is written as another note."""
    return note.fifths not in tones(chord) and any((note.fifths - tone) % 12 == 0 for tone in tones(chord))


def _is_remote(note: Note, chord: ChordSpan) -> bool:
    """Flatter than the lowered second degree, sharper than the raised second (minor: first)."""
    place = note.fifths - chord.key.tonic
    return note.fifths not in tones(chord) and not -5 <= place <= (7 if chord.key.minor else 9)


def _leads_on(music: Music, note: Note, chord: ChordSpan) -> bool:
    """Goes on by a diatonic semitone: up if it is raised against the key, down if it is lowered."""
    after, altered = music.after(note), chord.key.scale_degree(note.fifths)[1]
    if after is None or not altered:
        return False
    way = 1 if altered > 0 else -1
    return step(note, after) == way and after.midi - note.midi == way


@second("root-position-diminished")
def root_position_diminished(music: Music, rule: Rule) -> Iterator[Place]:
    """A diminished triad on its root, in four parts, outside a sequence of falling fifths."""
    on_pulses = [(sonority_at(music, time), chord) for time, chord in pulse_chords(music)]
    chords = [item for number, item in enumerate(on_pulses) if number == 0 or item[1] != on_pulses[number - 1][1]]
    for number, (time, chord) in enumerate(chords if len(music.voices) == 4 else ()):
        if chord.numeral.quality == "dim" and chord.numeral.inversion == 0:
            around = [other for _, other in chords[max(number - 1, 0) : number + 2]]
            falls = [_falls_a_fifth(one, two) for one, two in pairwise(around)]
            if falls != [True, True]:
                yield music.place(time)


def _falls_a_fifth(one: ChordSpan, two: ChordSpan) -> bool:
    """A fifth of any size down between the roots, by their letters."""
    return 4 * (tones(two)[0] - tones(one)[0]) % 7 == 3


@second("unresolved-chromatic")
def unresolved_chromatic(music: Music, rule: Rule) -> Iterator[Place]:
    """A raised chord note that does not rise by step, a lowered one that does not fall."""
    for leaving, arriving, chord, following in successions_of_chords(music):
        tone = leaving.fifths
        tendency = (chord.numeral.leading_tone, chord.numeral.seventh)
        elsewhere = tone - chord.key.tonic in tendency or is_augmented_sixth(chord.numeral)
        judged = tone in tones(chord) and is_altered(chord, tone) and not elsewhere
        judged = judged and not is_one_harmony(music, chord, following)
        if judged and not is_borrowed_root(chord, tone) and not _goes_its_way(leaving, arriving, chord):
            yield music.place(arriving.onset, arriving.voice)


def _goes_its_way(leaving: Note, arriving: Note, chord: ChordSpan) -> bool:
    moved = step(leaving, arriving)
    if arriving.midi == leaving.midi:
        return True
    if chord.key.scale_degree(leaving.fifths)[1] > 0:
        return moved == 1 or (moved == 0 and arriving.midi == leaving.midi - 1)
    by_diminished_third = moved == -2 and leaving.midi - arriving.midi == 2
    return moved == -1 or by_diminished_third


@second("unresolved-augmented-sixth")
def unresolved_augmented_sixth(music: Music, rule: Rule) -> Iterator[Place]:
    """Where an augmented sixth is left: the lowered sixth falls a step, the raised fourth rises one."""
    faults: list[tuple[int, int]] = []
    for leaving, arriving, chord, following in successions_of_chords(music):
        is_left = is_augmented_sixth(chord.numeral) and not is_augmented_sixth(following.numeral)
        if not is_left or is_one_harmony(music, chord, following):
            continue
        degree, moved = leaving.fifths - chord.key.tonic, step(leaving, arriving)
        sinks = degree == 6 and moved == 0 and arriving.midi == leaving.midi - 1
        into_seventh = sinks and following.numeral.is_seventh and following.numeral.is_dominant
        if (degree == -4 and moved != -1) or (degree == 6 and moved != 1 and not into_seventh):
            faults.append((arriving.onset, arriving.voice))
    for onset, found in groupby(sorted(faults), key=lambda fault: fault[0]):
        yield music.place(onset, *(voice for _, voice in found))
