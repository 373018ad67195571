"""Accompaniments on request: a score and a style in, the score with bass, chords and drums out, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.random import Generator

from musegen.errors import UnreadableFile, UsageError
from musegen.generation.accompaniment.bass import bass_line
from musegen.generation.accompaniment.drums import drum_part
from musegen.generation.accompaniment.heard import Heard, Sounding
from musegen.generation.accompaniment.plan import OCTAVES, Place, Strike, ending_of, places_of, strikes_of
from musegen.generation.accompaniment.rows import UPPER, WHOLE
from musegen.generation.accompaniment.styles import LAYERS, LEVELS, LayerName, Style, load_style
from musegen.generation.accompaniment.voicings import Passage, Pitches, voicings_for
from musegen.generation.accompaniment.writing import Played, with_parts
from musegen.generation.progressions.setting import chords_over
from musegen.score.model import Direction, Score
from musegen.score.musicxml_labels import label_order
from musegen.score.pitch import pitch_class_of
from musegen.theory.songs.sheet import SheetChord, placed_symbols, sheet_chords


@dataclass(frozen=True)
class Accompaniment:
    """A score with its accompaniment, and what was played."""

    score: Score
    style: Style
    level: int
    chords: tuple[SheetChord, ...]
    are_found: bool  # the chords: by a network, for a melody without symbols
    first_part: int  # of those that were added


def accompany(
    score: Score,
    rng: Generator,
    *,
    style: str | Style = "ballad",
    level: int = 3,
    parts: Sequence[LayerName] = LAYERS,
) -> Accompaniment:
    """The score with an accompaniment below it, which plays its chord symbols; given notes and signs stay as they are.

    A score without symbols gets those that `generate chords --melody` would set, one without a tempo the style's. A
    style has not every part; what it has not, nobody plays.

    Raises:
        UsageError: no such style, level or part; nothing of what is asked for is in this style.
        UnreadableFile: there is no melody, or `N.C.` throughout.
        MalformedScore: a symbol names no chord; says measure and beat.
    """
    known = load_style(style) if isinstance(style, str) else style
    asked = _layers(known, parts)
    if not 1 <= level <= LEVELS:
        raise UsageError(f"there is no level {level}", hint=f"1 to {LEVELS}")
    score, are_found = _with_chords(score)
    chords = sheet_chords(score)
    places = places_of(score, known.phrase, rng)
    played: dict[LayerName, list[Played]] = {}
    heard = Heard(score)
    if "chords" in asked.layers:
        played["chords"], lowest = _chords(score, asked, level, chords, places, heard)
        heard = Heard(score, lowest)
    if "bass" in asked.layers:
        played["bass"] = _bass(score, asked, level, chords, places, heard, rng)
    if "drums" in asked.layers:
        played["drums"] = drum_part(score, known, level, places, ending_of(score, chords))
    made = with_parts(score, asked.layers, {name: notes for name, notes in played.items() if notes})
    return Accompaniment(_at_tempo(made, known), known, level, chords, are_found, len(score.parts))


def _at_tempo(score: Score, style: Style) -> Score:
    """The score with the style's tempo over its beginning, unless it says one of its own."""
    if any(one.kind == "tempo" for one in score.directions):
        return score
    mark = Direction(0, "tempo", style.title, style.tempo)
    return replace(score, directions=(mark, *score.directions))


def _layers(style: Style, parts: Sequence[LayerName]) -> Style:
    """The style with the layers that are asked for alone; chords without a bass carry it themselves."""
    layers = {name: layer for name, layer in style.layers.items() if name in parts}
    if not layers:
        raise UsageError(f"{style.title} has no {' or '.join(parts)}", hint=f"it has {', '.join(style.layers)}")
    if "chords" in layers and "bass" not in layers and "bass" in style.layers:
        layers["chords"] = layers["chords"]._replace(carries_bass=True, staff=0)
    return replace(style, layers=layers)


def _with_chords(score: Score) -> tuple[Score, bool]:
    """The score with each chord symbol where it is played, and whether the symbols are ours."""
    if sheet_chords(score):
        return _with_symbols_apart(score), False
    if placed_symbols(score):
        hint = "without these symbols, chords would be found"
        raise UnreadableFile("its symbols say N.C. throughout: there is nothing to play", file=score.path, hint=hint)
    labels = chords_over(score)[0].labels
    return replace(score, harmonies=(*score.harmonies, *labels), source=None, stream=None), True


def _with_symbols_apart(score: Score) -> Score:
    """Symbols that share a moment, as many programs write the chords of a long note, each at its own."""
    placed = placed_symbols(score)
    moved = {id(label) for label, _ in placed}
    if all(label.onset == onset for label, onset in placed):
        return score
    others = [label for label in score.harmonies if id(label) not in moved]
    labels = [*others, *(label._replace(onset=onset) for label, onset in placed)]
    return replace(score, harmonies=tuple(sorted(labels, key=label_order)), source=None, stream=None)


def _chords(
    score: Score, style: Style, level: int, chords: tuple[SheetChord, ...], places: Sequence[Place], heard: Heard
) -> tuple[list[Played], list[Sounding]]:
    """What the chords play, and their lowest notes."""
    strikes = strikes_of(score, style, level, "chords", chords, places)
    groups: dict[tuple[int, int], list[Strike]] = {}
    for strike in strikes:
        groups.setdefault((strike.chord, score.measure_index_at(strike.onset)), []).append(strike)
    passages = [
        Passage(chords[chord], heard.shares([(one.onset, one.end) for one in group]))
        for (chord, _), group in groups.items()
    ]
    voicings = voicings_for(passages, style.layers["chords"], level)
    struck = [
        (strike, _struck(strike.cell, voicing), voicing)
        for group, voicing in zip(groups.values(), voicings, strict=True)
        for strike in group
    ]
    played: list[Played] = []
    lowest: list[Sounding] = []
    told: set[int] = set()
    for strike, some, voicing in struck:
        chord = chords[strike.chord]
        is_first = strike.chord not in told
        told.add(strike.chord)
        pitches = voicing if is_first and not _is_told(chord, strike.chord, struck) else some
        names = {int(pitch_class_of(tone)): tone for tone in (*reversed(chord.members), chord.bass)}
        lowest.append(Sounding(strike.onset, strike.end, pitches[0]))
        played += [Played(strike.onset, strike.end, pitch, names[pitch % 12]) for pitch in pitches]
    return played, lowest


def _is_told(chord: SheetChord, number: int, struck: Sequence[tuple[Strike, Pitches, Pitches]]) -> bool:
    """Whether what is struck under a chord tells its third, and all else that its voicing has."""
    heard = {pitch % 12 for strike, some, _ in struck if strike.chord == number for pitch in some}
    meant = {pitch % 12 for strike, _, whole in struck if strike.chord == number for pitch in whole}
    return meant <= heard


def _struck(cell: str, voicing: Pitches) -> Pitches:
    """The voices that a cell names; voices that a chord has not are its highest."""
    if cell == WHOLE:
        return voicing
    if cell == UPPER:
        return voicing[1:] or voicing
    return tuple(sorted({voicing[min(int(number), len(voicing)) - 1] for number in cell.split("+")}))


def _bass(
    score: Score, style: Style, level: int, chords: tuple[SheetChord, ...], places: Sequence[Place], heard: Heard,
    rng: Generator,
) -> list[Played]:  # fmt: skip
    strikes = strikes_of(score, style, level, "bass", chords, places)
    line = bass_line(strikes, chords, style.layers["bass"], heard, rng)
    played = []
    for strike, (pitch, fifths) in zip(strikes, line, strict=True):
        played.append(Played(strike.onset, strike.end, pitch, fifths))
        if strike.cell == OCTAVES:
            played.append(Played(strike.onset, strike.end, pitch + 12, fifths))
    return played
