"""`analyse`: keys, chords, functions, cadences, phrases and non-chord tones of a score."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from musegen.score.model import Score
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.theory.analysis import Analysis
from musegen.theory.annotations.given import given_analysis
from musegen.theory.classical import engine as classical
from musegen.theory.dissonance.non_chord_tones import non_chord_tones
from musegen.theory.form.cadences import cadences
from musegen.theory.form.doubtful_closes import without_doubtful
from musegen.theory.form.inner_cadences import with_inner
from musegen.theory.form.segmentation import phrases_of
from musegen.theory.harmony.functions import in_context
from musegen.theory.keys import Key
from musegen.theory.silences import from_where_it_sounds
from musegen.theory.songs.reading import completed_song, stated_by_symbols
from musegen.theory.statistics import ChoraleStatistics, statistics

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
        from musegen.theory.neural import engine as neural

        return completed(from_where_it_sounds(neural.read(score, counts), score), score, slices)
    heard = from_where_it_sounds(classical.read(score, slices, key, counts), score)
    return completed(heard, score, slices) if heard.chords else heard


def completed(analysis: Analysis, score: Score, slices: Slices) -> Analysis:
    """Functions in context and all that follows from notes and chords together."""
    found = phrases_of(score, analysis.chords, slices)
    chords = in_context(analysis.chords, found)
    closes = with_inner(score, chords, found, cadences(score, chords, found, slices), slices)
    return replace(
        analysis,
        chords=chords,
        cadences=without_doubtful(score, chords, found, closes),
        phrases=found,
        non_chord_tones=non_chord_tones(slices, chords, score, found, given=analysis.given or analysis.symbols),
    )
