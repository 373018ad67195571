"""The second checker on one chord after another, on cadences, measures and written numerals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from musegen.rules.entries import Rule
from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import Numeral, parse_numeral
from second_checker.harmony import end_of, is_augmented_sixth, lowest, notes_in, same_chord, tones
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
    found = [note for note in (lowest(music, time) for time in times) if note]
    return (found[-1] if last else found[0]) if found else None


def _is_cadential(music: Music, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """V or V7 follows over the same bass, no stronger."""
    if after is None or tones(chord)[0] != chord.key.tonic or chord.key != after.key:
        return False
    is_dominant = after.numeral.degree == 5 and after.numeral.inversion == 0 and after.numeral.is_dominant
    here, there = (music.score.strength(item.onset) for item in (chord, after))
    return is_dominant and not after.numeral.applied_to and there <= here


def _passes_or_rests(music: Music, before: ChordSpan | None, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """The bass steps through the chord in one direction, or stays where it was and will be."""
    if before is None or after is None:
        return False
    come, here = _bass(music, before, last=True), _bass(music, chord, last=False)
    left, go = _bass(music, chord, last=True), _bass(music, after, last=False)
    if not (come and here and left and go):
        return False
    moves = (here.step - come.step, go.step - left.step)
    return moves in ((1, 1), (-1, -1)) or come.midi == here.midi == go.midi


def _is_arpeggiated(music: Music, before: ChordSpan | None, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """The same triad stands before or after it in another position."""
    around = [other for other in (before, after) if other and other.key == chord.key]
    return any(set(tones(other)) == set(tones(chord)) and other.numeral.inversion != 2 for other in around)


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
        return not (one.degree == 5 and two.degree == 4 and two.inversion == 1)
    to_tonic = one.degree == 2 and two.degree == 1 and two.inversion == 0
    return to_tonic or (one.degree == 3 and two.degree == 7 and two.is_dominant)


def _is_sequence(chords: tuple[ChordSpan, ...], number: int) -> bool:
    """The root motion from this chord to the next comes back two chords earlier or later, from another root."""
    here = _root_motion(chords, number)
    others = [other for other in (number - 2, number + 2) if 0 <= other < len(chords) - 1]
    return any(_root_motion(chords, other) == here for other in others)


def _root_motion(chords: tuple[ChordSpan, ...], number: int) -> int:
    return 4 * (tones(chords[number + 1])[0] - tones(chords[number])[0]) % 7


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
            yield music.place(chord.onset, *sorted({note.voice for note in natural}))


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


@second("measure-length")
def measure_length(music: Music, rule: Rule) -> Iterator[Place]:
    """A measure that is too long or too short, and no part of a divided one."""
    measures = music.score.measures
    for number, measure in enumerate(measures):
        full = music.score.ticks(measure.time_signature.quarters)
        if measure.length == full or measure.is_pickup:
            continue
        divided = [measure.length + other.length for other in _partners(measures, number)]
        if full not in divided:
            yield music.place(measure.onset)


def _partners(measures: tuple, number: int) -> Iterator:  # type: ignore[type-arg]
    """The measures that may complete one: across a repeat or double bar, and the pickup of its section."""
    measure = measures[number]
    is_last = number == len(measures) - 1
    if number and _is_divided(measures[number - 1], measure):
        yield measures[number - 1]
    if not is_last and _is_divided(measure, measures[number + 1]):
        yield measures[number + 1]
    if is_last or _is_divided(measure, measures[number + 1]):
        starts = [at for at in range(number + 1) if at == 0 or _is_divided(measures[at - 1], measures[at])]
        yield from (measures[at] for at in (0, starts[-1]) if at != number)


def _is_divided(one, two) -> bool:  # type: ignore[no-untyped-def]
    return bool(one.repeat_end or two.repeat_start or one.barline)


@second("syncopated-harmony")
def syncopated_harmony(music: Music, rule: Rule) -> Iterator[Place]:
    """A harmony that begins inside a measure and still stands on the next downbeat."""
    downbeats = [measure.onset for measure in music.score.measures if not measure.is_pickup]
    runs = _runs(music)
    for number, run in enumerate(runs):
        start, end = run[0].onset, end_of(run[-1])
        crossed = [time for time in downbeats if start < time < end]
        first_of_phrase = number == 0 or music.phrase_ends_between(runs[number - 1][-1].onset, start)
        if start in downbeats or not crossed or first_of_phrase or _over_pedal(music, start, crossed[0]):
            continue
        if music.at(0, crossed[0]) or lowest(music, crossed[0]):
            yield music.place(crossed[0])


def _runs(music: Music) -> list[list[ChordSpan]]:
    """Chords of one root in one key that follow each other inside a phrase."""
    runs: list[list[ChordSpan]] = []
    for chord in music.chords:
        before = runs[-1][-1] if runs else None
        same = before is not None and before.key == chord.key and tones(before)[0] == tones(chord)[0]
        if same and before and not music.phrase_ends_between(before.onset, chord.onset):
            runs[-1].append(chord)
        else:
            runs.append([chord])
    return runs


def _over_pedal(music: Music, start: int, downbeat: int) -> bool:
    """The bass has the same note before the harmony, as it comes, and at the barline."""
    basses = [lowest(music, time) for time in (start - 1, start, downbeat)]
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
        last = [number for number in range(len(inside)) if all(same_chord(inside[-1], one) for one in inside[number:])]
        if inside and not any(_is_cadence(inside[: number + 1]) for number in last):
            yield music.place(inside[-1].onset)
        start = end


def _ends(music: Music) -> list[int]:
    """The end of the last note of each fermata, and of the piece."""
    held = [note for notes in music.voices for note in notes if note.fermata]
    last = [note.end for note in held if not any(other.onset < note.end < other.end for other in held)]
    return sorted({*last, music.score.end})


def _is_cadence(chords: list[ChordSpan]) -> bool:
    """V or viio to I, V at the end, IV to I, V to vi: after the last chord of another degree."""
    last = chords[-1].numeral
    others = [chord for chord in chords[:-1] if chord.numeral.degree != last.degree or chord.numeral.applied_to]
    if last.degree == 5 and last.is_dominant and not last.applied_to:
        return last.inversion < 2
    if not others or others[-1].key != chords[-1].key or last.applied_to or last.is_cadential:
        return False
    before = others[-1].numeral
    if before.applied_to and before.is_dominant:
        return before.applied_tonic == last.root and before == chords[-2].numeral
    if last.degree == 1:
        return before.is_dominant or (before.degree == 4 and last.inversion == 0)
    return before.is_dominant and before.degree == 5 and before.inversion == 0 and 0 in last.members


@second("numeral-mismatch")
def numeral_mismatch(music: Music, rule: Rule) -> Iterator[Place]:
    """A written numeral whose root or third never sounds while others do, or over another bass than it names."""
    for chord in music.chords if music.analysis and music.analysis.given else ():
        inside = notes_in(music, chord.onset, end_of(chord))
        sounding = {note.fifths for note in inside}
        root, third = tones(chord)[:2]
        other_chord = not {root, third} <= sounding and bool(sounding - set(tones(chord)))
        if other_chord or _stands_on_another_bass(music, chord):
            yield music.place(chord.onset)


def _stands_on_another_bass(music: Music, chord: ChordSpan) -> bool:
    bass = music.at(len(music.voices) - 1, chord.onset)
    named = chord.key.tonic + chord.numeral.bass
    if bass is None or bass.fifths == named or bass.fifths not in tones(chord):
        return False
    after = music.after(bass)
    comes_late = after is not None and after.fifths == named and after.onset < end_of(chord)
    waits = bass.onset < chord.onset or bass.end - bass.onset < music.pulse(bass.onset)
    return not (comes_late and waits)


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
