"""Under chord symbols: bass, guide tones, avoid notes, minor ninths, and accompaniments that rub against the melody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from musegen.rules.bounds import Count
from musegen.rules.places import (
    Rows,
    begins,
    hit_at,
    left_by_step,
    lines_of,
    melody_and_rest,
    note_hit,
    part_name,
    sounding_at,
    times_of,
)
from musegen.rules.predicates.texture_rules import LOW_LIMITS
from musegen.rules.pulses import Times
from musegen.rules.registry import Hit, predicate
from musegen.rules.symbols import Symbol, classes_of, symbols_of, tone_name
from musegen.rules.view import View

_SEMITONE, _MAJOR_SEVENTH, _OCTAVE, _WHOLE_TONE = 1, 11, 12, 2
_FIFTH = 1  # on the line of fifths
_FEWEST = 2
"""A voicing has at least so many different notes besides the melody."""


@predicate("phrase", facts=("symbol", "missing"), needs=("chord_symbols",))
def missing_guide_tone(view: View) -> Iterator[Hit]:
    """A chord with a seventh or sixth sounds without it, or without its third, all through its span."""
    notes = view.notes
    voicing = set(melody_and_rest(view)[1].tolist())
    for symbol in symbols_of(view):
        heard = np.flatnonzero((notes["onset"] < symbol.end) & (notes.end > symbol.onset)).tolist()
        sound = classes_of(notes["fifths"][heard].tolist())
        missing = [tone_name(tone) for tone in symbol.guide_tones if not classes_of([tone]) <= sound]
        voiced = classes_of(notes["fifths"][row] for row in heard if row in voicing)
        if missing and len(voiced) >= _FEWEST:
            rows = sounding_at(view, np.array(heard, dtype=np.intp), symbol.onset)
            yield hit_at(view, symbol.onset, rows, symbol=symbol.text, missing=" and ".join(missing))


@predicate("phrase", "voices", facts=("symbol", "goal"), needs=("chord_symbols",))
def guide_tone_leap(view: View, *, most: Count = _WHOLE_TONE) -> Iterator[Hit]:
    """Where roots fall a fifth, the voice with the seventh goes on by more than `most` semitones."""
    notes, melody = view.notes, set(melody_and_rest(view)[0].tolist())
    for before, symbol in pairwise(symbols_of(view)):
        if before.seventh is None or (before.root - symbol.root) % _OCTAVE != _FIFTH or before.end != symbol.onset:
            continue
        place = int(np.searchsorted(view.onset, symbol.onset))
        if not 0 < place < len(view) or view.onset[place] != symbol.onset:
            continue
        for voice, (left, here) in enumerate(view.row[[place - 1, place]].T.tolist()):
            if min(left, here) < 0 or left in melody or not _sounds_as(view, left, before.seventh):
                continue
            if abs(int(notes["pitch"][here]) - int(notes["pitch"][left])) > most:
                goal = "" if symbol.third is None else tone_name(symbol.third)
                yield Hit(place - 1, place, (voice,), facts={"symbol": before.text, "goal": goal}, rows=(left, here))


@predicate("phrase", facts=("symbol", "part", "note"), needs=("chord_symbols",))
def avoid_note(view: View) -> Iterator[Hit]:
    """A note of a voicing lies a semitone over a member of its chord; what passes in less than a beat is free."""
    notes, others = view.notes, melody_and_rest(view)[1]
    brief = notes["duration"] < view.unit_at(notes["onset"], pulses=True)
    for symbol in symbols_of(view):
        for row in _begun(view, others, symbol):
            rubs = int(notes["pitch"][row]) % _OCTAVE in symbol.avoids
            if rubs and not (brief[row] and left_by_step(view, row)):
                yield note_hit(view, row, symbol=symbol.text)


@predicate("phrase", facts=("upper_to", "lower_to"), needs=("chord_symbols",))
def minor_ninth(view: View) -> Iterator[Hit]:
    """Two notes form a minor ninth on a felt beat, but for the ninth over a dominant's root."""
    everything, before = np.arange(len(view.notes)), set[tuple[int, int]]()
    for pulse, root in zip(view.pulses.tolist(), _dominant_roots(view).tolist(), strict=True):
        found: set[tuple[int, int]] = set()
        for low, high in combinations(sounding_at(view, everything, pulse), 2):
            ends = view.pitches[low], view.pitches[high]
            apart = ends[1] - ends[0]
            if apart > _OCTAVE and apart % _OCTAVE == _SEMITONE and ends[0] % _OCTAVE != root:
                found.add(ends)
                if ends not in before:
                    yield _pair_hit(view, pulse, low, high)
        before = found


@predicate("phrase", facts=("upper_to", "lower_to"))
def low_interval(view: View) -> Iterator[Hit]:
    """The two lowest notes lie closer than their depth allows: thirds from C3, fourths from Bb2, fifths from Bb1."""
    times, lowest, second = _two_lowest(view)
    pitch = np.append(view.notes["pitch"].astype(np.int64), 0)  # for -1, where there is no note
    apart = np.minimum(pitch[second] - pitch[lowest], len(LOW_LIMITS) - 1)
    close = (second >= 0) & (pitch[lowest] < LOW_LIMITS[np.maximum(apart, 0)])
    for place in begins(close):
        yield _pair_hit(view, int(times[place]), int(lowest[place]), int(second[place]))


@predicate("phrase", facts=("symbol", "bass", "wanted"), needs=("chord_symbols",))
def bass_off_chord(view: View, *, chord_members: bool = False, slashes_only: bool = False) -> Iterator[Hit]:
    """The lowest note at a chord symbol's moment is not the bass after its slash, or without a slash its root.

    With `chord_members` any member will do where no slash stands; with `slashes_only` only slashes are judged.
    """
    others = melody_and_rest(view)[1]
    everything = np.arange(len(view.notes))
    for symbol in symbols_of(view):
        if (slashes_only and not symbol.states_bass) or not sounding_at(view, others, symbol.onset):
            continue
        lowest = sounding_at(view, everything, symbol.onset)[0]
        free = chord_members and not symbol.states_bass
        if not any(_sounds_as(view, lowest, tone) for tone in (symbol.members if free else (symbol.bass,))):
            bass, wanted = view.note_name(lowest), tone_name(symbol.bass)
            yield hit_at(view, symbol.onset, [lowest], bass=bass, wanted=wanted, symbol=symbol.text)


@predicate("phrase", facts=("symbol", "part", "note"), needs=("chord_symbols",))
def outside_chord_symbol(view: View) -> Iterator[Hit]:
    """The accompaniment strikes a note on a beat that its chord symbol does not name, and leaves it by leap."""
    notes, others = view.notes, melody_and_rest(view)[1]
    on_beat = np.isin(notes["onset"], view.pulses)
    for symbol in symbols_of(view):
        for row in _begun(view, others, symbol):
            named = int(notes["pitch"][row]) % _OCTAVE in symbol.classes
            if on_beat[row] and not named and not left_by_step(view, row):
                yield note_hit(view, row, symbol=symbol.text)


@predicate("phrase", facts=("symbol", "part", "melody_note", "note"), needs=("chord_symbols",))
def clash_with_melody(view: View) -> Iterator[Hit]:
    """On a beat the accompaniment strikes a note a semitone from the melody's, whatever the octaves.

    Free are melody notes of half a beat or less, those that are foreign to the chord and go on by step, and two notes
    that the symbol names both.
    """
    melody, others = melody_and_rest(view)
    on_beat = np.isin(view.notes["onset"], view.pulses)
    for symbol in symbols_of(view):
        for row in _begun(view, others, symbol):
            for sung in sounding_at(view, melody, int(view.notes["onset"][row])) if on_beat[row] else ():
                if _clash(view, row, sung, melody, symbol):
                    yield _clash_hit(view, row, sung, symbol)


def _clash(view: View, row: int, sung: int, melody: Rows, symbol: Symbol) -> bool:
    notes = view.notes
    pitch, other = int(notes["pitch"][row]), int(notes["pitch"][sung])
    if (pitch - other) % _OCTAVE not in (_SEMITONE, _MAJOR_SEVENTH):
        return False
    half_beat = int(view.unit_at(notes["onset"][[sung]], pulses=True)[0]) / 2
    is_named = other % _OCTAVE in symbol.classes
    resolves = not is_named and left_by_step(view, sung, melody)
    both = is_named and pitch % _OCTAVE in symbol.classes
    return bool(notes["duration"][sung] > half_beat) and not resolves and not both


def _clash_hit(view: View, row: int, sung: int, symbol: Symbol) -> Hit:
    part, voices = part_name(view, int(view.notes["part"][row])), tuple(sorted(lines_of(view, [sung, row])))
    note, melody_note = view.note_name(row), view.note_name(sung)
    onset = int(view.notes["onset"][row])
    return hit_at(view, onset, [sung, row], voices, part=part, note=note, melody_note=melody_note, symbol=symbol.text)


def _two_lowest(view: View) -> tuple[Times, Rows, Rows]:
    """(times at which notes begin or end, lowest note from each to the next, the next higher one), -1 for none."""
    notes = view.notes
    times = times_of(view, np.arange(len(notes)))
    first, last = (np.searchsorted(times, ends).tolist() for ends in (notes["onset"], notes.end))
    lowest, second = (np.full(len(times), -1, dtype=np.intp) for _ in range(2))
    for row in np.argsort(notes["pitch"], kind="stable")[::-1].tolist():
        here = slice(first[row], last[row])
        other = np.append(notes["pitch"], -1)[lowest[here]] != notes["pitch"][row]
        second[here] = np.where(other, lowest[here], second[here])
        lowest[here] = row
    return times, lowest, second


def _pair_hit(view: View, onset: int, low: int, high: int) -> Hit:
    names = {"upper_to": view.note_name(high), "lower_to": view.note_name(low)}
    return hit_at(view, onset, [high, low], tuple(sorted(lines_of(view, [high, low]))), **names)


def _dominant_roots(view: View) -> npt.NDArray[np.int64]:
    """(pulses,): the pitch class of the root where a dominant is in force, else -1."""
    pulses = view.pulses
    roots = np.full(len(pulses), -1, dtype=np.int64)
    for symbol in symbols_of(view):
        if symbol.is_dominant:
            roots[(pulses >= symbol.onset) & (pulses < symbol.end)] = min(classes_of([symbol.root]))
    return roots


def _begun(view: View, rows: np.ndarray[tuple[int], np.dtype[np.intp]], symbol: Symbol) -> list[int]:
    onset = view.notes["onset"][rows]
    return [int(row) for row in rows[(onset >= symbol.onset) & (onset < symbol.end)]]


def _sounds_as(view: View, row: int, fifths: int) -> bool:
    return int(view.notes["pitch"][row]) % _OCTAVE in classes_of([fifths])
