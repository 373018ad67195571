"""Judges the generator of chord progressions: what was asked for, laws looked for chord by chord, blends, sheets."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from musegen.evaluation.judgement import Aim
from musegen.generation.progressions.asking import ChordsAsked
from musegen.generation.progressions.making import between, drawn_key, drawn_meter, progression
from musegen.generation.progressions.sheet import sheet_of
from musegen.generation.progressions.successions import successions
from musegen.score.model import Score
from musegen.theory.progressions.progression import STYLES, Progression
from musegen.theory.progressions.reading import progression_of

MEASURES, STEPS = 8, 5
PAIRS, READ_AGAIN = 20, 20


def made(count: int, rng: Generator) -> list[tuple[ChordsAsked, Progression]]:
    """So many progressions with what each was asked to be: styles in turn, usual keys and meters."""
    found = []
    for number in range(count):
        style = STYLES[number % len(STYLES)]
        asked = ChordsAsked(drawn_key(style, rng), drawn_meter(style, rng), MEASURES, style)
        found.append((asked, progression(asked, rng)))
    return found


def figures(pieces: Sequence[tuple[ChordsAsked, Progression]], rng: Generator) -> tuple[Aim, ...]:
    """What was asked for and is kept, successions against the laws, blends between two, and how many are alike."""
    count, every = len(pieces), [piece for _, piece in pieces]
    read = [progression_of(sheet_of(piece)) for piece in every[:READ_AGAIN]]
    same = sum(one.figures == other.figures for one, other in zip(every, read, strict=False))
    kept = sum(_kept(*both) for both in pieces)
    lawful = sum(not faults(piece) for piece in every)
    blends = _blends(every, rng)
    good = sum(not faults(piece) for piece in blends)
    different = len({(piece.key.minor, piece.style, tuple(piece.figures)) for piece in every})
    return (
        Aim("key, meter and length that were asked for", f"{kept} of {count}", "all", kept == count),
        Aim("sheets that say these chords when read again", f"{same} of {len(read)}", "all", same == len(read)),
        Aim("progressions without a fault", f"{lawful} of {count}", "all", lawful == count),
        Aim("blends between two without a fault", f"{good} of {len(blends)}", "all", good == len(blends)),
        Aim("different progressions", f"{different} of {count}", "nine of ten", different >= 0.9 * count),
    )


def faults(piece: Progression) -> list[str]:
    """What a progression does against the laws of its style, chord by chord."""
    table, chords = successions(piece.style, piece.key.minor), piece.chords
    ends, strength = piece.grid.ends_phrase, piece.grid.strength
    found, begun = [], 0
    for pulse in range(1, len(chords)):
        if chords[pulse] == chords[pulse - 1]:
            begun = pulse if ends[pulse - 1] else begun  # a chord that goes on into a new phrase begins it
            if strength[pulse] > strength[begun] and not ends[pulse - 1]:
                found.append(f"held over a stronger pulse at {pulse}")
            continue
        begun = pulse
        if not table[chords[pulse - 1], chords[pulse]] and not ends[pulse - 1]:
            found.append(f"no succession at {pulse}")
    return found


def sheets_of(pieces: Sequence[tuple[ChordsAsked, Progression]]) -> tuple[Score, ...]:
    """The sheets, to be shown."""
    return tuple(sheet_of(piece) for _, piece in pieces)


def _kept(asked: ChordsAsked, piece: Progression) -> bool:
    measures = int(piece.grid.measure[-1]) + 1 if len(piece.chords) else 0
    return piece.key == asked.key and piece.meter == asked.meter and measures == asked.measures


def _blends(pieces: Sequence[Progression], rng: Generator) -> list[Progression]:
    """The steps between pairs of one style and meter."""
    found: list[Progression] = []
    for _ in range(PAIRS):
        first = pieces[int(rng.integers(len(pieces)))]
        others = [one for one in pieces if (one.meter, one.style) == (first.meter, first.style) and one is not first]
        if others:
            second = others[int(rng.integers(len(others)))]
            found += between(first, second, STEPS, ChordsAsked(first.key, style=first.style))
    return found
