"""The second checker on notes that want to go somewhere: leading tones, sevenths, suspensions and other dissonances."""

from __future__ import annotations

from collections.abc import Iterator

from musegen.rules.entries import Rule
from musegen.theory.analysis import ChordSpan
from second_checker.harmony import (
    Succession,
    end_of,
    is_brief,
    step,
    successions_of_chords,
    tones,
)
from second_checker.music import Music, Note, Place
from second_checker.registry import second


@second("unresolved-leading-tone")
def unresolved_leading_tone(music: Music, rule: Rule) -> Iterator[Place]:
    """A leading tone that does not rise, although a chord with its tonic follows."""
    for going in successions_of_chords(music):
        leaving, arriving, chord, following = going
        numeral = chord.numeral
        tonic = chord.key.tonic + numeral.applied_tonic
        is_leading_tone = numeral.leading_tone is not None and leaving.fifths == tonic + 5
        if not is_leading_tone or tonic not in tones(following)[:3] or _rises_or_waits(leaving, arriving, tonic):
            continue
        if rule.params.get("inner") == "free" and 0 < leaving.voice < len(music.voices) - 1:
            continue
        if not any(EXCUSES[name](music, going) for name in rule.unless):
            yield music.place(arriving.onset, arriving.voice)


def _rises_or_waits(leaving: Note, arriving: Note, tonic: int) -> bool:
    sinks = arriving.step == leaving.step and arriving.midi == leaving.midi - 1
    if sinks or arriving.midi == leaving.midi:
        return True
    return arriving.fifths == tonic and step(leaving, arriving) == 1


def _bass_walks_down(music: Music, going: Succession) -> bool:
    """8-7-6 in the lowest voice."""
    before = music.before(going.leaving)
    is_bass = going.leaving.voice == len(music.voices) - 1
    return is_bass and before is not None and step(before, going.leaving) == -1 == step(going.leaving, going.arriving)


def _is_leading_tone_of_subdominant(music: Music, going: Succession) -> bool:
    """In V7/IV of a major key the leading tone is the third of the tonic itself."""
    chord = going.chord
    return chord.numeral.applied_tonic == -1 and going.leaving.fifths in chord.key.degrees


def _is_brief(music: Music, going: Succession) -> bool:
    """Shorter than a felt beat."""
    return is_brief(music, going.leaving)


EXCUSES = {
    "descending-bass": _bass_walks_down,
    "diatonic-leading-tone": _is_leading_tone_of_subdominant,
    "brief-note": _is_brief,
}


@second("unresolved-seventh")
def unresolved_seventh(music: Music, rule: Rule) -> Iterator[Place]:
    """A seventh that does not fall a step when its chord is left."""
    for going in successions_of_chords(music):
        leaving, arriving, chord, _ = going
        seventh = chord.numeral.seventh
        if seventh is None or leaving.fifths != chord.key.tonic + seventh:
            continue
        elsewhere = any(note and note.fifths == leaving.fifths for note in music.sounding(arriving.onset))
        resolved = step(leaving, arriving) in (0, -1) or elsewhere or _rises_with_the_bass(going)
        if not resolved and not any(EXCUSES[name](music, going) for name in rule.unless):
            yield music.place(arriving.onset, arriving.voice)


def _rises_with_the_bass(going: Succession) -> bool:
    """V43-I6."""
    numeral, goal = going.chord.numeral, going.following.numeral
    is_goal = goal.root == numeral.applied_tonic and goal.inversion == 1
    return numeral.degree == 5 and numeral.inversion == 2 and is_goal and step(going.leaving, going.arriving) == 1


@second("unresolved-six-four")
def unresolved_six_four(music: Music, rule: Rule) -> Iterator[Place]:
    """A fourth or sixth of a cadential six-four that moves otherwise than a step down."""
    for leaving, arriving, chord, following in successions_of_chords(music):
        root, third, fifth = tones(chord)[:3]
        to_dominant = tones(following)[0] == fifth
        is_upper = chord.numeral.is_cadential and leaving.fifths in (root, third)
        falls_or_stays = arriving.midi == leaving.midi or step(leaving, arriving) == -1
        if is_upper and to_dominant and not falls_or_stays:
            yield music.place(arriving.onset, arriving.voice)


@second("unprepared-seventh")
def unprepared_seventh(music: Music, rule: Rule) -> Iterator[Place]:
    """A seventh reached by leap where the root is new."""
    for leaving, arriving, chord, following in successions_of_chords(music):
        seventh = following.numeral.seventh
        is_new = tones(chord)[0] != tones(following)[0] and arriving.onset == following.onset
        is_seventh = seventh is not None and arriving.fifths == following.key.tonic + seventh
        if is_new and is_seventh and abs(step(leaving, arriving)) > 1:
            yield music.place(arriving.onset, arriving.voice)


@second("unresolved-suspension")
def unresolved_suspension(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord note held into a chord that it is foreign to, and left otherwise than by a step down."""
    for note, chord in _held_into(music):
        line = music.voices[note.voice]
        at = line.index(note)
        while at + 1 < len(line) and line[at + 1].midi == note.midi and not _is_member(music, line[at + 1]):
            at += 1
        left = line[at : at + 4]
        if len(left) > 1 and left[1].midi != note.midi and not _resolves(left, chord):
            yield music.place(left[1].onset, note.voice)


def _held_into(music: Music) -> Iterator[tuple[Note, ChordSpan]]:
    """Every note held from a chord that has it into one that it is foreign to, and in no later chord that has it."""
    for note in (note for notes in music.voices for note in notes):
        chords = [chord for chord in music.chords if chord.onset < note.end and end_of(chord) > note.onset]
        inside = [note.fifths in tones(chord) for chord in chords]
        for number in range(1, len(chords)):
            if inside[number - 1] and not any(inside[number:]):
                yield note, chords[number]


def _is_member(music: Music, note: Note) -> bool:
    chord = music.chord_at(note.onset)
    return chord is not None and note.fifths in tones(chord)


def _resolves(left: list[Note], chord: ChordSpan) -> bool:
    """A step down within three notes, or a step up where the note below is no chord note."""
    if step(left[0], left[1]) == 1:
        return not any(4 * (tone - left[0].fifths) % 7 == 6 for tone in tones(chord))
    return falls_within(left)


def falls_within(notes: list[Note]) -> bool:
    """The step below the first of these notes is among the others."""
    return any(step(notes[0], other) == -1 for other in notes[1:])


@second("unexplained-dissonance")
def unexplained_dissonance(music: Music, rule: Rule) -> Iterator[Place]:
    """A note outside its chord that is no figure, and that lasts as long or does not fall a step within three notes."""
    for note, onset, kind in foreign_notes(music):
        line = music.voices[note.voice]
        at = line.index(note)
        if kind == "unexplained" and (lasts_as_long(music, note, onset) or not falls_within(line[at : at + 4])):
            yield music.place(onset, note.voice)


def lasts_as_long(music: Music, note: Note, onset: int) -> bool:
    """The note sounds all through the chord in which it is foreign: a felt beat if that is given, more if heard."""
    chord, is_given = music.chord_at(onset), bool(music.analysis and music.analysis.given)
    if chord is None or note.onset > chord.onset or note.end < end_of(chord):
        return False
    if any((note.fifths - tone) % 7 == 0 or (note.fifths - tone) % 12 == 0 for tone in tones(chord)):
        return False
    if (note.midi - 7 * tones(chord)[0]) % 12 in (3, 4):  # sounds a third over the root
        return False
    beat = music.pulse(chord.onset)
    return chord.duration >= beat if is_given else chord.duration > beat


def foreign_notes(music: Music) -> Iterator[tuple[Note, int, str]]:
    """(note, where it becomes foreign, kind) of every non-chord tone of the voices."""
    numbers = {note.number: note for notes in music.voices for note in notes}
    for tone in music.analysis.non_chord_tones if music.analysis else ():
        if tone.note in numbers:
            yield numbers[tone.note], tone.onset, tone.kind


def suspensions(music: Music) -> Iterator[tuple[Note, int, Note]]:
    """(note, where it becomes foreign, the note that it resolves to) of every suspension, once each."""
    seen = set()
    for note, onset, kind in foreign_notes(music):
        line = music.voices[note.voice]
        following = line[line.index(note) + 1 :][:3]
        if kind == "suspension" and following and note not in seen:
            seen.add(note)
            yield note, onset, next((later for later in following if later.step == note.step - 1), following[0])


@second("suspension-unprepared")
def suspension_unprepared(music: Music, rule: Rule) -> Iterator[Place]:
    """The note that prepares belongs to no chord while it prepares."""
    for note, onset, _ in suspensions(music):
        line = music.voices[note.voice]
        at = line.index(note)
        while at and line[at - 1].midi == note.midi and line[at - 1].end == line[at].onset:
            at -= 1
        chords = [chord for chord in music.chords if chord.onset < onset and end_of(chord) > line[at].onset]
        if chords and all(note.fifths not in tones(chord) for chord in chords):
            yield music.place(onset, note.voice)


@second("suspension-on-weak-beat")
def suspension_on_weak_beat(music: Music, rule: Rule) -> Iterator[Place]:
    """Suspended on a weaker place than the resolution has."""
    for note, onset, resolution in suspensions(music):
        if music.score.strength(onset) < music.score.strength(resolution.onset):
            yield music.place(onset, note.voice)


@second("suspension-with-resolution")
def suspension_with_resolution(music: Music, rule: Rule) -> Iterator[Place]:
    """Another voice than a bass an octave lower has the note of resolution when the suspension begins."""
    for note, onset, resolution in suspensions(music):
        for other in music.sounding(onset):
            if other is None or other.voice == note.voice or other.fifths != resolution.fifths:
                continue
            is_bass = other.voice == len(music.voices) - 1
            if not (is_bass and resolution.midi - other.midi >= 12):
                yield music.place(onset, note.voice, other.voice)
