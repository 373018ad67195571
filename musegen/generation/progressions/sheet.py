"""A progression on paper: voice-led block chords with numerals, in songs with chord symbols too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musegen.generation.conditions import Condition
from musegen.generation.progressions.voicing import voiced
from musegen.generation.requests.writing import plain_score
from musegen.score.meter import ticks
from musegen.score.model import HarmonyLabel, KeySignature, Measure, Metadata, Part, Score
from musegen.score.table import Flag, NoteTable
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import KINDS, Sound, symbol_of, vocabulary
from musegen.theory.progressions.local_keys import local_keys, numeral_in
from musegen.theory.progressions.progression import Progression
from musegen.theory.songs.chord_names import song_numeral
from musegen.theory.songs.sheet import SheetChord, read_symbol

_BASS = 3
_SYSTEM = 4
"""Measures of a song on a line."""
_DIMINISHED = "d7"
"""As `SheetChord.quality` names a diminished seventh."""
_UP, _DOWN = 1, 11
"""Semitones up to the next root, of a diminished seventh whose root leads there."""
_TURN, _LEADING, _FLATTEST, _FLATTEST_NAME = 12, 5, -6, -8
"""Fifths from a name to the other of the same sound; the leading tone, and the flattest, above the tonic; F flat."""


def sheet_of(piece: Progression, title: str = "") -> Score:
    """The score: each chord set once for four voices, its numeral under it, in songs its symbol over it.

    Where a phrase ends the chord is struck again, and in chorales a fermata stands there.

    Raises:
        NoSolution: no setting of the chords was found.
    """
    name = title or f"Chords in {piece.key.words}"
    bare = Score(NoteTable.of([]), _measures(piece), (Part("P1"),), metadata=Metadata(title=name))
    at_home = (piece.key,) * int(piece.struck.sum())
    asked = Condition(key=piece.key, harmonies=_numerals(piece, at_home), pack="chorale")
    score = plain_score(voiced(piece, bare, asked), asked)
    notes = _with_fermatas(score, piece) if piece.style == "chorale" else _respelled(score, piece)
    return replace(score, notes=notes, harmonies=labels_of(piece), notices=())


def labels_of(piece: Progression) -> tuple[HarmonyLabel, ...]:
    """The numerals of its chords in their local keys; of a song with chord symbols, and numerals as songs name them."""
    if piece.style == "chorale":
        return _numerals(piece)
    chords, keys = sheet_chords_of(piece), local_keys(piece)
    found = []
    for number, (chord, key) in enumerate(zip(chords, keys, strict=True)):
        figure = song_numeral(chord, chords[number + 1 : number + 3], key).figure
        found.append(HarmonyLabel(chord.onset, "chord_symbol", chord.text))
        found.append(HarmonyLabel(chord.onset, "numeral", figure, str(key), part=_BASS))
    return tuple(found)


def words_of(piece: Progression) -> str:
    """A line to read: the numerals of the sheet between bars, a dash for a pulse on which a chord goes on.

    Where the key changes its name stands before the numeral: `C: I`.
    """
    labels = [label for label in labels_of(piece) if label.kind == "numeral"]
    keys = [str(piece.key), *(label.key for label in labels)]
    news = [f"{label.key}: " * (label.key != before) for label, before in zip(labels, keys, strict=False)]
    figures = iter([new + label.text for new, label in zip(news, labels, strict=True)])
    told: list[str] = []
    for begins, first in zip(piece.struck.tolist(), piece.grid.begins_measure.tolist(), strict=True):
        told.append(("| " if first and told else "") + (next(figures) if begins else "-"))
    return " ".join(told)


def sheet_chords_of(piece: Progression) -> tuple[SheetChord, ...]:
    """The chords as symbols name them, in time; a diminished seventh that falls a semitone has a root that falls."""
    onset, end = _times(piece)
    sounds = [vocabulary().sounds[chord] for chord in piece.chords[piece.struck].tolist()]
    return tuple(
        read_symbol(symbol_of(_by_function(sound, after), piece.key), begin, stop)
        for sound, after, begin, stop in zip(sounds, [*sounds[1:], None], onset, end, strict=True)
    )


def _by_function(sound: Sound, after: Sound | None) -> Sound:
    """E flat diminished before D minor, though D sharp diminished before E minor."""
    is_diminished = tuple(tone - sound.root for tone in sound.members[1:]) == KINDS["d7"]
    if after is None or not is_diminished or sound.bass != sound.root:
        return sound
    up = 7 * (after.root - sound.root) % 12
    turn = {_UP: _TURN * (sound.root < 0), _DOWN: -_TURN * (sound.root > _LEADING)}.get(up, 0)
    return Sound(tuple(tone + turn for tone in sound.members), sound.bass + turn)


def _respelled(score: Score, piece: Progression) -> NoteTable:
    """The notes of diminished sevenths spelled as their symbols, without double flats."""
    rows = score.notes.rows.copy()
    for chord in sheet_chords_of(piece):
        if chord.quality == _DIMINISHED:
            names = {7 * tone % 12: _simple(tone, piece.key.tonic) for tone in chord.members}
            here = (rows["onset"] >= chord.onset) & (rows["onset"] < chord.end)
            rows["fifths"][here] = [names[int(pitch) % 12] for pitch in rows["pitch"][here]]
    return NoteTable(rows)


def _simple(tone: int, tonic: int) -> int:
    is_far = tone - tonic < _FLATTEST or tone < _FLATTEST_NAME
    return tone + _TURN if is_far else tone


def _with_fermatas(score: Score, piece: Progression) -> NoteTable:
    pulse = ticks(piece.meter.pulse_quarters)
    ends = (np.flatnonzero(piece.grid.ends_phrase) + 1) * pulse
    rows = score.notes.rows.copy()
    rows["flags"][np.isin(rows["onset"] + rows["duration"], ends)] |= int(Flag.FERMATA)
    return NoteTable(rows)


def _numerals(piece: Progression, keys: tuple[Key, ...] | None = None) -> tuple[HarmonyLabel, ...]:
    """The numerals, in the local keys unless others are given."""
    onset, _ = _times(piece)
    chords: list[int] = piece.chords[piece.struck].tolist()
    told = keys or local_keys(piece)
    names = [numeral_in(chord, key, piece.key) for chord, key in zip(chords, told, strict=True)]
    return tuple(
        HarmonyLabel(time, "numeral", name.figure if name else "?", str(key), part=_BASS)
        for time, name, key in zip(onset, names, told, strict=True)
    )


def _times(piece: Progression) -> tuple[list[int], list[int]]:
    """(onsets, ends) of the chords, in ticks."""
    pulse = ticks(piece.meter.pulse_quarters)
    starts = np.flatnonzero(piece.struck)
    return (starts * pulse).tolist(), (np.append(starts[1:], len(piece.chords)) * pulse).tolist()


def _measures(piece: Progression) -> tuple[Measure, ...]:
    pulse = ticks(piece.meter.pulse_quarters)
    firsts = np.flatnonzero(piece.grid.begins_measure).tolist()
    ends = [*firsts[1:], len(piece.chords)]
    signature = KeySignature(piece.key.signature, piece.key.mode)
    phrases = {int(number) + 1 for number in piece.grid.measure[piece.grid.ends_phrase]}
    return tuple(
        Measure(
            str(number + 1),
            first * pulse,
            (end - first) * pulse,
            piece.meter,
            signature,
            barline="final" if number == len(firsts) - 1 else "",
            new_system=number in phrases or (piece.style == "song" and number > 0 and number % _SYSTEM == 0),
        )
        for number, (first, end) in enumerate(zip(firsts, ends, strict=True))
    )
