"""A score that is continued: its melody is kept note for note, and goes on in its key and meter to a proper end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from musegen.errors import UsageError
from musegen.generation.tunes.making import MadeTune, TuneWish, melodies
from musegen.generation.tunes.plans import MOST_BARS, Plan
from musegen.generation.tunes.primers import Primer, primer_of
from musegen.models.networks import Parts
from musegen.score.model import Score
from musegen.score.voices import assign_voices
from musegen.theory.tunes.form import Form, bars_at, form_of
from musegen.theory.tunes.symbols import MODES

_PERIOD = 8
"""A melody goes on to a multiple of so many measures."""
_FEWEST = 4
"""Measures that are added at least, where nobody says how many."""
_OCTAVE = 12


class _Whole(Primer):
    """A primer that is a whole piece: what it is, it stays in the plan, too."""

    def fitted(self, plan: Plan) -> Plan:
        """The plan, with the upbeat, sections and form of the piece as far as the piece goes."""
        plan = super().fitted(plan)
        bars, form = self.tune.bars, form_of(self.tune)
        starts, repeated = _sections(self, plan)
        section = np.searchsorted(starts, np.arange(plan.bars), side="right") - 1
        since = np.arange(plan.bars) - np.array(starts)[section]
        left = np.array([*starts[1:], plan.bars])[section] - 1 - np.arange(plan.bars)
        kinship, source, goal = (
            np.concatenate([known[:bars], drawn[bars:]])
            for known, drawn in zip(
                (form.kinship, form.source, form.goal),
                (plan.form.kinship, plan.form.source, plan.form.goal),
                strict=True,
            )
        )
        whole = Form(kinship, source, section, since, left, goal)
        return replace(plan, form=whole, starts=starts, repeated=repeated, breaths=())


def continuations(
    score: Score, wish: TuneWish, *, seed: int, count: int = 1, weights: Parts | None = None
) -> Iterator[MadeTune]:
    """So many melodies that begin with that of the score and go on; the one of a number is always the same.

    `wish.measures` are those that are added; 0 goes on to a whole period of eight, by four measures or more. Meter and
    key are those of the score; `wish.key` may say which of the keys of its signature that is. The range, unless it is
    wished, is an octave or more around its notes.

    Raises:
        MalformedScore: it is no tune: another meter than tunes have, a change of it, no notes.
        UsageError: the whole would be too long, or another key or meter is wished.
    """
    primer = _Whole(primer_of(score, wish.key).tune)
    bars = primer.tune.bars
    total = bars + (wish.measures or _usual(bars))
    if total > MOST_BARS:
        told = f"{bars} measures and {total - bars} more are too many"
        raise UsageError(told, hint=f"a melody has {MOST_BARS} measures at most")
    wish = replace(wish, measures=total, range=wish.range or _range(score))
    for made in melodies(wish, seed=seed, count=count, primer=primer, weights=weights):
        title = score.metadata.title or made.score.metadata.title
        yield replace(made, score=replace(made.score, metadata=made.score.metadata._replace(title=title)))


def unwritten_home(score: Score) -> str:
    """The key that a melody is taken for, where its signature says another; empty where they agree.

    >>> from musegen.score.textgrid import parse_grid
    >>> unwritten_home(parse_grid("key: G; meter: 2/4; unit: 1/8\\nS: g4 b4 a4 b4 | d5 b4 a4 . | a4 b4 a4 ."))
    'A dorian'
    """
    home, written = primer_of(score).tune.home, score.measures[0].key_signature.mode
    return home.words if (written or "major") == "major" != MODES[home.mode] else ""


def lines_of(score: Score) -> int:
    """How many lines a score has: of more than one, a continuation keeps the top line of the first part."""
    return len(assign_voices(score).names)


def _usual(bars: int) -> int:
    """How many measures lead to a multiple of eight, by four or more.

    >>> [_usual(bars) for bars in (2, 4, 6, 8, 12, 13)]
    [6, 4, 10, 8, 4, 11]
    """
    return _FEWEST + -(bars + _FEWEST) % _PERIOD


def _range(score: Score) -> tuple[int, int]:
    """The notes of the melody and what lies around them: an octave and a third at least, in MIDI numbers."""
    pitch = score.notes.sounding()["pitch"]
    low, high = int(pitch.min()), int(pitch.max())
    room = max(0, _OCTAVE + 4 - (high - low))
    return low - room // 2, high + room - room // 2


def _sections(primer: Primer, plan: Plan) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """Bars in which the sections of the whole begin, and which are repeated; what is new is a section of its own."""
    tune = primer.tune
    begins = bars_at(tune, np.array([section.onset for section in tune.sections]))
    again = {int(bar): section.is_repeated for bar, section in zip(begins, tune.sections, strict=True)}
    ends_whole = len(tune.sections) > 1 or tune.sections[-1].is_repeated
    later = {bar: False for bar in plan.starts if bar > tune.bars or (bar == tune.bars and ends_whole)}
    if ends_whole:
        later[tune.bars] = False
    starts = dict(sorted((again | later | {0: again.get(0, False)}).items()))
    return tuple(starts), tuple(starts.values())
