"""The second checker on one chord after another, on cadences, measures and written numerals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from musegen.rules.entries import Rule
from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import Numeral, parse_numeral
from second_checker.harmony import end_of, is_augmented_sixth, notes_in, same_chord, tones
from second_checker.music import Music, Note, Place
from second_checker.registry import second


@second("improper-six-four")
def improper_six_four(music: Music, rule: Rule) -> Iterator[Place]:
    """A second inversion of a triad that is neither cadential, passing, pedal nor arpeggiated."""
    chords: list[ChordSpan | None] = [None, *music.chords, None]
    for before, chord, after in zip(chords, chords[1:], chords[2:], strict=False):
        if chord is None or chord.numeral.inversion != 2 or len(chord.numeral.members) != 3:
            continue
        proper = _is_cadential(music, chord, after) or _is_arpeggiated(music, before, chord, after)
        if not proper and not _passes_or_rests(music, before, chord, after):
            yield music.place(chord.onset)


def _bass(music: Music, chord: ChordSpan, *, last: bool) -> Note | None:
    times = [chord.onset, *(time for time in music.changes if chord.onset < time < end_of(chord))]
    sounding = [[note for note in music.sounding(time) if note] for time in times]
    found = [notes[-1] for notes in sounding if notes]
    return (found[-1] if last else found[0]) if found else None


def _is_cadential(music: Music, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """V or V7 follows over the same bass, no stronger."""
    if after is None or tones(chord)[0] != after.key.tonic + after.numeral.applied_tonic:
        return False
    is_dominant = after.numeral.degree == 5 and after.numeral.inversion == 0 and after.numeral.is_dominant
    here, there = (music.score.strength(item.onset) for item in (chord, after))
    return is_dominant and there <= here


def _passes_or_rests(music: Music, before: ChordSpan | None, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """The bass steps through the chord in one direction, or stays where it was and will be."""
    if before is None or after is None:
        return False
    come, here = _bass(music, before, last=True), _bass(music, chord, last=False)
    go = _bass(music, after, last=False)
    if not (come and here and go):
        return False
    moves = (here.step - come.step, go.step - here.step)
    return moves in ((1, 1), (-1, -1)) or come.midi == here.midi == go.midi


def _is_arpeggiated(music: Music, before: ChordSpan | None, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """Its triad stands beside it in another position, and no leap joins it to a chord that is another."""
    sides = [(before, chord), (chord, after)]
    near = [other is not None and _is_inversion(chord, other) for other in (before, after)]
    joined = [same or None in side or _bass_steps(music, *side) for same, side in zip(near, sides, strict=True)]
    return any(near) and all(joined)


def _is_inversion(chord: ChordSpan, other: ChordSpan) -> bool:
    """The same root, third and fifth, another bass."""
    return set(tones(chord)[:3]) == set(tones(other)[:3]) and other.numeral.inversion != 2


def _bass_steps(music: Music, one: ChordSpan | None, two: ChordSpan | None) -> bool:
    """From one chord to the next the bass keeps its note, in any octave, or moves by step."""
    assert one is not None
    assert two is not None
    left, come = _bass(music, one, last=True), _bass(music, two, last=False)
    return bool(left and come) and come.step - left.step in (-14, -7, -1, 0, 1, 7, 14)  # type: ignore[union-attr]


@second("retrogression")
def retrogression(music: Music, rule: Rule) -> Iterator[Place]:
    """A dominant that falls back, ii that goes to I, iii to viio, outside sequences."""
    chords = music.chords
    for number, (chord, after) in enumerate(pairwise(chords)):
        if chord.key != after.key or music.phrase_ends_between(chord.onset, after.onset):
            continue
        if _goes_back(music, chord, after) and not _is_sequence(chords, number):
            yield music.place(after.onset)


def _goes_back(music: Music, chord: ChordSpan, after: ChordSpan) -> bool:
    one, two = chord.numeral, after.numeral
    if one.applied_to or two.applied_to or one.is_cadential or any(map(is_augmented_sixth, (one, two))):
        return False
    if one.is_dominant and two.degree in (2, 4):
        return two.degree == 2 or two.inversion != 1 or not _bass_steps(music, chord, after)
    if one.degree == 2 and two.degree == 1:
        return two.inversion == 0 and not (one.is_seventh and one.inversion == 1)
    return one.degree == 3 and two.degree == 7 and two.is_dominant


def _is_sequence(chords: tuple[ChordSpan, ...], number: int) -> bool:
    """The root motion from this chord to the next comes back two chords earlier or later, from another root."""
    roots = [tones(chord)[0] for chord in chords]
    others = [other for other in (number - 2, number + 2) if 0 <= other < len(chords) - 1]
    motion = roots[number + 1] - roots[number]
    return any(roots[other + 1] - roots[other] == motion and roots[other] != roots[number] for other in others)


@second("unraised-leading-tone")
def unraised_leading_tone(music: Music, rule: Rule) -> Iterator[Place]:
    """The natural seventh where the leading tone is due."""
    chords: list[ChordSpan | None] = [*music.chords, None]
    for chord, after in pairwise(chords):
        assert chord is not None
        due = chord.key.tonic + chord.numeral.applied_tonic + 5
        if not _wants_leading_tone(music, chord, after):
            continue
        inside = notes_in(music, chord.onset, end_of(chord))
        natural = [note for note in inside if note.fifths == due - 7]
        if natural and all(note.fifths != due for note in inside):
            first = min(max(note.onset, chord.onset) for note in natural)
            yield music.place(first, *(note.voice for note in natural if note.onset <= first))


def _wants_leading_tone(music: Music, chord: ChordSpan, after: ChordSpan | None) -> bool:
    numeral = chord.numeral
    if numeral.is_dominant:
        return chord.key.minor or bool(numeral.applied_to)
    if not chord.key.minor or numeral.applied_to:
        return False
    ends = after is None or music.phrase_ends_between(chord.onset, after.onset)
    if numeral.degree == 5:
        return ends or (after is not None and after.key == chord.key and after.numeral.degree in (1, 6))
    closes = after is not None and after == music.chords[-1]
    closes = closes or (after is not None and music.phrase_ends_between(after.onset, end_of(after)))
    given = music.analysis is not None and music.analysis.given
    return numeral.degree == 7 and given and closes and not ends and after is not None and after.numeral.degree == 1


@second("syncopated-harmony")
def syncopated_harmony(music: Music, rule: Rule) -> Iterator[Place]:
    """A harmony that begins inside a measure and still stands on the next downbeat."""
    downbeats = [measure.onset for measure in music.score.measures if not measure.is_pickup]
    runs = _runs(music)
    for number, run in enumerate(runs):
        start, end = run[0].onset, end_of(run[-1])
        crossed = [time for time in downbeats if start < time < end]
        if start in downbeats or not crossed or number == 0 or not any(music.sounding(crossed[0])):
            continue
        heard = [phrase.end for phrase in music.analysis.phrases] if music.analysis else []
        first_of_phrase = any(start <= end <= crossed[0] for end in (*music.phrase_ends, *heard))
        if not first_of_phrase and not _over_pedal(music, start, crossed[0]):
            yield music.place(crossed[0])


def _runs(music: Music) -> list[list[ChordSpan]]:
    """Chords of one root in one key that follow each other."""
    runs: list[list[ChordSpan]] = []
    for chord in music.chords:
        before = runs[-1][-1] if runs else None
        same = before is not None and before.key == chord.key and tones(before)[0] == tones(chord)[0]
        if same:
            runs[-1].append(chord)
        else:
            runs.append([chord])
    return runs


def _over_pedal(music: Music, start: int, downbeat: int) -> bool:
    """The bass has the same note before the harmony, as it comes, and at the barline."""
    basses = [music.at(len(music.voices) - 1, time) for time in (start - 1, start, downbeat)]
    return all(basses) and len({note.midi for note in basses if note}) == 1


@second("weak-ending")
def weak_ending(music: Music, rule: Rule) -> Iterator[Place]:
    """The last chord is no tonic triad in root position."""
    for chord in music.chords[-1:]:
        numeral = chord.numeral
        is_tonic = numeral.degree == 1 and not numeral.applied_to and numeral.quality in ("major", "minor")
        if not is_tonic or numeral.inversion:
            yield music.place(chord.onset)


@second("no-cadence")
def no_cadence(music: Music, rule: Rule) -> Iterator[Place]:
    """A phrase whose last two chords make no cadence; the last one counts in any position that it takes."""
    start = -1
    for end in _ends(music):
        inside = [chord for chord in music.chords if start <= chord.onset < end]
        alike = [number for number in range(len(inside)) if all(same_chord(inside[-1], one) for one in inside[number:])]
        tries = alike if inside and inside[-1].numeral.degree == 1 else [len(inside) - 1]
        if inside and not any(_is_cadence(inside[: number + 1]) for number in tries):
            yield music.place(inside[-1].onset)
        start = end


def _ends(music: Music) -> list[int]:
    """The end of the last note of each fermata, and of the piece."""
    held = [note for notes in music.voices for note in notes if note.fermata]
    last = [note.end for note in held if not any(other.onset < note.end < other.end for other in held)]
    return sorted({*last, music.score.end})


def _is_cadence(chords: list[ChordSpan]) -> bool:
    """V or viio to I, V at the end, its own or another degree's, IV to I, V to vi: after the last other degree."""
    last = chords[-1].numeral
    others = [chord for chord in chords[:-1] if chord.numeral.degree != last.degree or chord.numeral.applied_to]
    if last.degree == 5 and last.is_dominant and not last.applied_to:
        return last.inversion < 2
    if last.applied_to and last.degree == 5 and len(last.members) == 3 and last.inversion == 0:
        return last.is_dominant and last.applied_to.lower() != "iv"
    if not others or others[-1].key != chords[-1].key or last.applied_to or last.is_cadential:
        return False
    before = others[-1].numeral
    if before.applied_to and before.is_dominant:
        return before.applied_tonic == last.root and before == chords[-2].numeral
    if last.degree == 1:
        added_sixth = before.degree == 2 and before.is_seventh and before.inversion == 1
        return before.is_dominant or ((before.degree == 4 or added_sixth) and last.inversion == 0)
    return before.is_dominant and before.degree == 5 and before.inversion == 0 and 0 in last.members


@second("numeral-mismatch")
def numeral_mismatch(music: Music, rule: Rule) -> Iterator[Place]:
    """A written numeral whose root or third never sounds while others do, or over another bass than it names."""
    for chord in music.chords if music.analysis and music.analysis.given else ():
        inside = notes_in(music, chord.onset, end_of(chord))
        sounding, named = {note.midi % 12 for note in inside}, [7 * tone % 12 for tone in tones(chord)]
        other_chord = not set(named[:2]) <= sounding and bool(sounding - set(named))
        if other_chord or _stands_on_another_bass(music, chord):
            yield music.place(chord.onset)


def _stands_on_another_bass(music: Music, chord: ChordSpan) -> bool:
    """Not the named note, nor a foreign one that it follows, nor a pedal."""
    times = [chord.onset, *(time for time in music.changes if chord.onset < time < end_of(chord))]
    basses = [found[-1] for time in times if (found := [note for note in music.sounding(time) if note])]
    named = 7 * (chord.key.tonic + chord.numeral.bass) % 12
    if not basses or basses[0].midi % 12 == named:
        return False
    comes_late = any(note.midi % 12 == named for note in basses) or _is_pedal(music, chord)
    return basses[0].midi % 12 in [7 * tone % 12 for tone in tones(chord)] or not comes_late


def _is_pedal(music: Music, chord: ChordSpan) -> bool:
    """The lowest voice has one note from before the chord to after it."""
    bass = len(music.voices) - 1
    inside = [time for time in music.changes if chord.onset <= time <= end_of(chord)]
    notes = [music.at(bass, time) for time in (chord.onset - 1, *inside, end_of(chord))]
    return all(notes) and len({note.midi for note in notes if note}) == 1


@second("outside-vocabulary")
def outside_vocabulary(music: Music, rule: Rule) -> Iterator[Place]:
    """A chord of a pulse or more that the level does not teach."""
    chords: list[ChordSpan | None] = [*music.chords, None]
    for chord, after in pairwise(chords):
        assert chord is not None
        allowed = rule.params.get("minor" if chord.key.minor else "major") or ()
        known = {_shape(parse_numeral(figure, minor=chord.key.minor)) for figure in allowed}
        if not rule.params.get("major") or chord.duration < music.pulse(chord.onset):
            continue
        if _shape(_as_cadential(chord, after)) not in known:
            yield music.place(chord.onset)


def _shape(numeral: Numeral) -> tuple[object, ...]:
    return numeral.members, numeral.inversion, numeral.is_cadential, numeral.applied_to


def _as_cadential(chord: ChordSpan, after: ChordSpan | None) -> Numeral:
    """A tonic six-four before its dominant is the cadential one."""
    numeral = chord.numeral
    is_six_four = numeral.degree == 1 and numeral.inversion == 2 and len(numeral.members) == 3
    if not is_six_four or after is None or after.key != chord.key:
        return numeral
    leads_on = after.numeral.degree == 5 and after.numeral.is_dominant
    return parse_numeral("Cad64", minor=chord.key.minor) if leads_on else numeral
