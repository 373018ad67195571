"""`analyse`: keys, chords, functions, cadences, phrases and non-chord tones of a score."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from musegen.score.model import Score
from musegen.score.table import distinct
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.score.whole_texture import whole_slices
from musegen.theory.analysis import Analysis
from musegen.theory.cadences import cadences
from musegen.theory.decoding import Decoded, decode
from musegen.theory.exact_chords import closes_in, declared_key, exact_chords, keys_of
from musegen.theory.form.segmentation import phrases_of
from musegen.theory.frames import Frames, frames_of, refuse_length
from musegen.theory.functions import in_context
from musegen.theory.given import given_analysis
from musegen.theory.home_key import HomeKey, home_keys
from musegen.theory.inner_cadences import with_inner
from musegen.theory.keys import Key
from musegen.theory.non_chord_tones import non_chord_tones
from musegen.theory.songs.reading import completed_song, stated_by_symbols
from musegen.theory.spans import Reading
from musegen.theory.statistics import ChoraleStatistics, statistics

RIVALS, RIVAL = 3, 0.02
"""How many home keys are tried at most, and how probable one must be to be tried."""


Engine = Literal["classical", "neural"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def analyse(
    score: Score,
    *,
    key: Key | None = None,
    counted: ChoraleStatistics | None = None,
    engine: Engine = "classical",
) -> Analysis:
    """Read a score: global and local keys, chords with numerals, functions, cadences, phrases and non-chord tones.

    `engine` is `classical`, learned from chorales, or `neural`, a network learned from textures of all kinds. `key`
    states the global key instead of finding it (the classical engine reads then); `counted` takes other statistics
    than the shipped ones (to leave a piece out of its own). Numerals that the score itself carries are kept and not
    searched for; the chord symbols of a lead sheet are its chords, read in the keys that they tell. Where nothing
    sounds, the chords are empty and the key is that of the signature. Texture that is too thin to carry chords gets low
    confidences from the classical engine.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: e5 d5 d5 d5 | c5 . . .\\nA: g4 a4 g4 f4 | e4 . . .\\n"
    ...                    "T: c4 d4 b3 b3 | g3 . . .\\nB: c3 f3 g3 g3 | c3 . . .")
    >>> found = analyse(piece)
    >>> str(found.key), found.cadences[-1].kind
    ('C', 'PAC')
    """
    given = given_analysis(score)
    slices = slices_of(assign_voices(score))
    if given is not None:
        return completed(given, score, slices)
    sung = stated_by_symbols(score, key)
    if sung is not None:
        return completed_song(completed(sung, score, slices), score)
    counts = counted or statistics()
    if engine == "neural" and key is None and len(slices):
        return completed(_heard(score, counts), score, slices)
    declared = declared_key(score)
    if key is None and declared is not None and closes_in(score, declared):
        key = declared
    homes = (HomeKey(key, 1.0),) if key else home_keys(score, counts)
    frames = frames_of(score, slices)
    if not len(frames):
        return Analysis(homes[0].key, (), ())
    home, decoded = _decode(frames, homes, counts)
    reading = Reading(score, frames, decoded, home, _trust(frames))
    heard = reading.chords()
    everything = whole_slices(assign_voices(score))
    chords = exact_chords(heard, everything, declared if declared == key else None)
    moved = [chord.key for chord in chords] != [chord.key for chord in heard]
    keys = keys_of(chords, reading.keys()) if moved else reading.keys()
    return completed(Analysis(home, keys, chords), score, slices)


def _heard(score: Score, counts: ChoraleStatistics) -> Analysis:
    """The reading of the network."""
    from musegen.theory import joint, joint_spans, neural
    from musegen.theory.encoding import encode

    piece = encode(score)
    refuse_length(len(piece))
    heard = neural.hear(piece)
    return joint_spans.read_path(score, piece, joint.decode(heard, counts), heard.lowest)


def _decode(frames: Frames, homes: tuple[HomeKey, ...], counts: ChoraleStatistics) -> tuple[Key, Decoded]:
    """The reading around the home key that explains the piece best; what the key alone says counts twice."""
    likely = [home for home in homes[:RIVALS] if home.probability >= RIVAL] or [homes[0]]
    readings = [(home, decode(frames, home.key, counts)) for home in likely]
    best = max(readings, key=lambda reading: reading[1].evidence + 2 * math.log(max(reading[0].probability, RIVAL)))
    return best[0].key, best[1]


def completed(analysis: Analysis, score: Score, slices: Slices) -> Analysis:
    """Functions in context and all that follows from notes and chords together."""
    found = phrases_of(score, analysis.chords, slices)
    chords = in_context(analysis.chords, found)
    return replace(
        analysis,
        chords=chords,
        cadences=with_inner(score, chords, found, cadences(score, chords, found, slices), slices),
        phrases=found,
        non_chord_tones=non_chord_tones(slices, chords, score, found, given=analysis.given or analysis.symbols),
    )


def _trust(frames: Frames) -> float:
    """How far the texture carries chords: 1 with three notes at a time on average, 1/4 in a single line."""
    heard = len(distinct(np.stack([frames.notes.frame, frames.notes.fifths], axis=1), axis=0)) / len(frames)
    return float(np.clip((heard - 0.7) / 2, 0.25, 1.0))
