"""A florid voice over a cantus firmus: measure by measure, what counterpoint of the fifth species may do, by search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from numpy.random import Generator

from musegen.generation.restyle.cantus import WHOLE
from musegen.generation.restyle.lines import ADDED, Line, Note
from musegen.theory.tunes.symbols import GRID, Home, symbol_of

BEAM = 20
"""Voices that are kept from measure to measure."""
_Rhythm = tuple[int, ...]
"""Quarters of each note."""
_RHYTHMS: tuple[_Rhythm, ...] = ((2, 2), (2, 1, 1), (1, 1, 2), (1, 1, 1, 1))
_PERFECT, _IMPERFECT = {0: (0,), 4: (7,)}, {2: (3, 4), 5: (8, 9)}
_LEAP_PRICES = {1: 0.0, 2: 0.5, 3: 1.2, 4: 1.5, 5: 2.5, 7: 2.5}
"""What melodic intervals cost, by staff steps; others are not sung."""
_STEPS = tuple(way * size for size in _LEAP_PRICES for way in (1, -1))
_QUICK = (1, -1, 2, -2)
"""Steps to and from quarters inside a measure."""
_DEAREST = 4.0
"""What a measure may cost at most beyond the beginning of it."""
_NARROW, _WIDE = 2, 11
"""Staff steps between the voices."""
_MIDDLE = 8
_SUSPENDED, _TIED, _TIED_AGAIN, _SAME_RHYTHM, _ONLY_QUARTERS, _PERFECT_PRICE, _FAR = -1.2, 0.2, 1.3, 1.2, 0.5, 0.7, 0.06
_NOISE = 1.2
_SAME_TURN, _REMEMBERED = 1.5, 5
"""What it costs that rhythm and steps of a measure are those of one of the last ones; of how many."""


class Tone(NamedTuple):
    """A note of the counterpoint."""

    place: int  # on the staff, from the tonic of the cantus
    quarters: int
    pitch: int
    is_tied: bool = False  # from the note before


class Voice(NamedTuple):
    """A counterpoint as far as it goes."""

    cost: float
    tones: tuple[Tone, ...]
    rhythm: tuple[int, ...]
    must: int  # the step that a dissonance has to go on by; 0 for none
    times: int  # the same rhythm in a row
    turns: tuple[object, ...] = ()  # rhythm and steps of the last measures


def florid(cantus: Line, rng: Generator) -> tuple[Note, ...] | None:
    """The notes of a voice above a cantus, in its symbols and measures; None where the search found none.

    The downbeats are consonant but for suspensions, which are prepared and go down by step; other dissonances pass by
    step.
    Perfect consonances are not come to by similar motion; the close is a raised seventh over the supertonic.
    """
    home, places = cantus.home, [note.place for note in cantus.notes]
    beam = [Voice(0.0, (), (), 0, 0)]
    for number in range(len(places) - 1):
        last = number == len(places) - 2
        grown = [
            voice._replace(cost=voice.cost + _NOISE * float(chance))
            for voice, chance in _with_chance(_grown(beam, home, places, number, closes=last), rng)
        ]
        beam = _best(grown)
    found = [ended for voice in beam if (ended := _ended(voice, home, places))]
    return _notes(min(found, key=lambda voice: voice.cost).tones, home) if found else None


def _with_chance(voices: list[Voice], rng: Generator) -> Iterator[tuple[Voice, float]]:
    return zip(voices, rng.random(len(voices)).tolist(), strict=True)


def _best(voices: list[Voice]) -> list[Voice]:
    """The cheapest that differ in how they end."""
    kept: dict[tuple[object, ...], Voice] = {}
    for voice in sorted(voices, key=lambda voice: voice.cost):
        kept.setdefault((voice.tones[-2:], voice.must), voice)
        if len(kept) == BEAM:
            break
    return list(kept.values())


def _grown(beam: list[Voice], home: Home, places: list[int], number: int, *, closes: bool) -> list[Voice]:
    if not beam or number == 0:
        return list(_openings(home, places[0])) if number == 0 else []
    return [longer for voice in beam for longer in (_closing if closes else _measures)(voice, home, places, number)]


def _openings(home: Home, cantus: int) -> Iterator[Voice]:
    """A half rest, then a fifth or an octave."""
    for steps in (4, 7, 11):
        tone = Tone(cantus + steps, 2, _pitch(home, cantus + steps))
        if _is_perfect(home, cantus, tone):
            yield Voice(abs(steps - 7) * 0.2, (tone,), (2,), 0, 0)


def _measures(voice: Voice, home: Home, places: list[int], number: int) -> Iterator[Voice]:
    """Every way to go on for a measure."""
    before, cantus = places[number - 1], places[number]
    for rhythm in _RHYTHMS:
        price = _rhythm_price(voice, rhythm)
        for first, cost in _downbeats(voice, home, before, cantus, rhythm[0]):
            dissonant = first.is_tied and not _is_consonant(home, cantus, first)
            if dissonant and rhythm[0] != 2:
                continue
            start = Voice(voice.cost + cost + price, (*voice.tones, first), rhythm, -1 if dissonant else 0, 0)
            for grown in _filled(start, home, cantus, rhythm[1:]):
                yield _remembering(grown, voice)


def _remembering(voice: Voice, before: Voice) -> Voice:
    """The voice, a measure longer than before, with the price of a turn that it has had of late."""
    places = [tone.place for tone in voice.tones[len(before.tones) - 1 :]]
    turn = voice.rhythm, tuple(two - one for one, two in pairwise(places))
    times = before.times + 1 if before.rhythm == voice.rhythm else 0
    cost = voice.cost + _SAME_TURN * before.turns.count(turn)
    return voice._replace(cost=cost, times=times, turns=(*before.turns[1 - _REMEMBERED :], turn))


def _rhythm_price(voice: Voice, rhythm: _Rhythm) -> float:
    again = voice.rhythm == rhythm
    return _SAME_RHYTHM * (1 + 2 * voice.times) * again + _ONLY_QUARTERS * (len(rhythm) == 4)


def _downbeats(voice: Voice, home: Home, before: int, cantus: int, quarters: int) -> Iterator[tuple[Tone, float]]:
    """First notes of a measure: tied over from a half, or struck in consonance."""
    last = voice.tones[-1]
    if last.quarters == 2 and not last.is_tied and not voice.must and _is_consonant(home, before, last):
        held = Tone(last.place, quarters, last.pitch, is_tied=True)
        again = _TIED_AGAIN * voice.tones[-len(voice.rhythm)].is_tied
        if _is_consonant(home, cantus, held):
            yield held, _TIED + again
        elif _resolves(home, cantus, held):
            yield held, _SUSPENDED + again
    for tone, cost in _moves(voice, home, quarters):
        if not _is_consonant(home, cantus, tone) or tone.place == cantus:
            continue
        perfect = _is_perfect(home, cantus, tone)
        if perfect and _is_similar(before, cantus, last.place, tone.place):
            continue
        yield tone, cost + _PERFECT_PRICE * perfect + _far(cantus, tone)


def _resolves(home: Home, cantus: int, held: Tone) -> bool:
    """A seventh or fourth over the cantus, with a sixth or third below it."""
    below = Tone(held.place - 1, 2, _pitch(home, held.place - 1))
    return (held.place - cantus) % 7 in (3, 6) and _is_consonant(home, cantus, below)


def _filled(voice: Voice, home: Home, cantus: int, rhythm: _Rhythm, spent: float = 0.0) -> Iterator[Voice]:
    """The rest of a measure, note by note."""
    if not rhythm:
        yield voice
        return
    for tone, cost in _moves(voice, home, rhythm[0]):
        step = tone.place - voice.tones[-1].place
        consonant = _is_consonant(home, cantus, tone)
        if tone.place == cantus or (not consonant and (abs(step) != 1 or voice.must)):
            continue
        must = 0 if consonant else step
        price = cost + _far(cantus, tone)
        if spent + price > _DEAREST:
            continue
        longer = Voice(voice.cost + price, (*voice.tones, tone), voice.rhythm, must, 0)
        yield from _filled(longer, home, cantus, rhythm[1:], spent + price)


def _moves(voice: Voice, home: Home, quarters: int) -> Iterator[tuple[Tone, float]]:
    """Notes that may follow the last one."""
    last = voice.tones[-1]
    quick = quarters == 1 and last.quarters == 1
    steps: Sequence[int] = (voice.must,) if voice.must else _QUICK if quick else _STEPS
    for step in steps:
        tone = Tone(last.place + step, quarters, _pitch(home, last.place + step))
        semitones = tone.pitch - last.pitch
        if not _is_singable(step, semitones):
            continue
        cost = _LEAP_PRICES[abs(step)] * (1.6 if quarters == 1 or last.quarters == 1 else 1)
        yield tone, cost + _turning(voice, step)


def _is_singable(step: int, semitones: int) -> bool:
    size = abs(semitones)
    if abs(step) in (3, 4, 7):
        return size == {3: 5, 4: 7, 7: 12}[abs(step)]
    return semitones == 8 if abs(step) == 5 else size <= 4


def _turning(voice: Voice, step: int) -> float:
    """Leaps want to be left by step the other way; lines that go one way for long tire; turns on the spot, too."""
    places = [tone.place for tone in voice.tones[-5:] if not tone.is_tied]
    moves = [two - one for one, two in pairwise(places)]
    cost = 0.0
    if moves and abs(moves[-1]) > 2:
        cost += 0.0 if moves[-1] * step < 0 and abs(step) == 1 else 2.5
    if moves and moves[-1] * step > 0 and abs(moves[-1]) > 1 and abs(step) > 1:
        cost += 2.0
    if len(moves) >= 3 and moves[-1] == -step and moves[-2] == step:
        cost += 1.5
    if len(moves) >= 4 and all(move * step > 0 for move in moves):
        cost += 0.8
    return cost


def _closing(voice: Voice, home: Home, places: list[int], number: int) -> Iterator[Voice]:
    """The last measure but one: the raised seventh, suspended where it can be."""
    before, cantus = places[number - 1], places[number]
    last = voice.tones[-1]
    for octave in (0, 7):
        leading = Tone(cantus + 5 + octave, 2, _leading(home, cantus + 5 + octave))
        tonic = leading.place + 1
        may_hold = last.quarters == 2 and not last.is_tied and not voice.must and _is_consonant(home, before, last)
        if last.place == tonic and may_hold:
            held = Tone(tonic, 2, last.pitch, is_tied=True)
            yield Voice(voice.cost + 3 * _SUSPENDED, (*voice.tones, held, leading), (2, 2), 0, 0)
        step = leading.place - last.place
        whole = leading._replace(quarters=4)
        reached = _is_singable(step, leading.pitch - last.pitch) and step and (not voice.must or step == voice.must)
        if reached and not (abs(step) == 1 and abs(leading.pitch - last.pitch) > 2):
            yield Voice(voice.cost + _LEAP_PRICES.get(abs(step), 3), (*voice.tones, whole), (4,), 0, 0)


def _ended(voice: Voice, home: Home, places: list[int]) -> Voice | None:
    """With the final, an octave above that of the cantus."""
    final = voice.tones[-1].place + 1
    if (final - places[-1]) % 7:
        return None
    return voice._replace(tones=(*voice.tones, Tone(final, 4, _pitch(home, final))))


def _far(cantus: int, tone: Tone) -> float:
    """How far a note is from where the voice is at home above the cantus."""
    steps = tone.place - cantus
    beyond = max(_NARROW - steps, steps - _WIDE, 0)
    return 3.0 * beyond + _FAR * abs(steps - _MIDDLE)


def _is_similar(before: int, cantus: int, one: int, two: int) -> bool:
    return (cantus - before) * (two - one) > 0


@lru_cache(1 << 16)
def _is_consonant(home: Home, cantus: int, tone: Tone) -> bool:
    steps, semitones = tone.place - cantus, (tone.pitch - _pitch(home, cantus)) % 12
    return steps >= 0 and semitones in {**_PERFECT, **_IMPERFECT}.get(steps % 7, ())


@lru_cache(1 << 16)
def _is_perfect(home: Home, cantus: int, tone: Tone) -> bool:
    return (tone.pitch - _pitch(home, cantus)) % 12 in _PERFECT.get((tone.place - cantus) % 7, ())


@lru_cache(4096)
def _pitch(home: Home, place: int) -> int:
    return home.natural(place).pitch


def _leading(home: Home, place: int) -> int:
    """The raised seventh; in Phrygian, whose second degree is a semitone from the final, it stays as it is."""
    natural = _pitch(home, place)
    close = _pitch(home, place + 1) - natural == 1 or _pitch(home, place + 3 - 1) - _pitch(home, place + 1) == 1
    return natural if close else natural + 1


def _notes(tones: tuple[Tone, ...], home: Home) -> tuple[Note, ...]:
    """The tones as notes in symbols; the first comes after a half rest, ties are one note."""
    found: list[Note] = []
    onset = WHOLE // 2
    for tone in tones:
        length = tone.quarters * GRID
        if tone.is_tied:
            found[-1] = found[-1]._replace(length=found[-1].length + length)
        else:
            raised = tone.pitch - _pitch(home, tone.place)
            found.append(Note(onset, length, symbol_of(tone.place, raised), ADDED))
        onset += length
    return tuple(found)
