"""A progression on paper: voice-led block chords with numerals, in songs with chord symbols too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musegen.generation.conditions import Condition
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import skeletons
from musegen.generation.requests.writing import plain_score
from musegen.score.meter import ticks
from musegen.score.model import HarmonyLabel, KeySignature, Measure, Metadata, Part, Score
from musegen.score.table import NoteTable
from musegen.theory.progressions.chords import symbol_of, vocabulary
from musegen.theory.progressions.progression import Progression
from musegen.theory.songs.chord_names import song_numeral
from musegen.theory.songs.sheet import SheetChord, read_symbol

_BASS = 3


def sheet_of(piece: Progression, title: str = "") -> Score:
    """The score: each chord set for four voices, its numeral under it, in songs its symbol over it.

    Raises:
        NoSolution: no setting of the chords was found.
    """
    name = title or f"Chords in {piece.key.words}"
    bare = Score(NoteTable.of([]), _measures(piece), (Part("P1"),), metadata=Metadata(title=name))
    asked = Condition(key=piece.key, harmonies=_numerals(piece), pack="chorale")
    voiced = plain_score(skeletons(plan_of(bare, asked))[0], asked)
    return replace(voiced, harmonies=labels_of(piece), notices=())


def labels_of(piece: Progression) -> tuple[HarmonyLabel, ...]:
    """The numerals of its chords; of a song with chord symbols, and numerals as songs name them."""
    if piece.style == "chorale":
        return _numerals(piece)
    chords = sheet_chords_of(piece)
    found = []
    for number, chord in enumerate(chords):
        figure = song_numeral(chord, chords[number + 1 : number + 3], piece.key).figure
        found.append(HarmonyLabel(chord.onset, "chord_symbol", chord.text))
        found.append(HarmonyLabel(chord.onset, "numeral", figure, str(piece.key), part=_BASS))
    return tuple(found)


def sheet_chords_of(piece: Progression) -> tuple[SheetChord, ...]:
    """The chords as symbols name them, in time."""
    onset, end = _times(piece)
    sounds = vocabulary().sounds
    return tuple(
        read_symbol(symbol_of(sounds[chord], piece.key), begin, stop)
        for chord, begin, stop in zip(piece.chords[piece.begins].tolist(), onset, end, strict=True)
    )


def _numerals(piece: Progression) -> tuple[HarmonyLabel, ...]:
    onset, _ = _times(piece)
    return tuple(
        HarmonyLabel(time, "numeral", figure, str(piece.key), part=_BASS)
        for time, figure in zip(onset, piece.figures, strict=True)
    )


def _times(piece: Progression) -> tuple[list[int], list[int]]:
    """(onsets, ends) of the chords, in ticks."""
    pulse = ticks(piece.meter.pulse_quarters)
    starts = np.flatnonzero(piece.begins)
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
            new_system=number in phrases,
        )
        for number, (first, end) in enumerate(zip(firsts, ends, strict=True))
    )
