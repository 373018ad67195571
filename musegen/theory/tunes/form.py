"""The form of a tune, bar by bar: which earlier bar each repeats and how closely, and where its phrases aim."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np

from musegen.theory.tunes.symbols import LENGTHS, Ints, place_of
from musegen.theory.tunes.tune import Tune

Kinship = Literal["new", "same", "varied", "rhythm"]
KINSHIPS: tuple[Kinship, ...] = get_args(Kinship)
"""What a bar is to the earlier bar that is most like it: nothing, the same notes, half of them or more, its rhythm."""
NEW, SAME, VARIED, RHYTHM = range(len(KINSHIPS))
PHRASE = 4
"""Bars of a phrase, counted from the start of a section."""
_ALIKE = 0.5
_FEWEST = 3  # notes of a rhythm that is worth telling
_IN_STEP = 0.01  # of two bars that are as like, that which follows the bar before's model is meant


class Form(NamedTuple):
    """What is said of every bar of a tune."""

    kinship: Ints  # (bars,): place in KINSHIPS
    source: Ints  # (bars,): the earlier bar that is meant; its own number where it is new
    section: Ints  # (bars,): the section in which it begins, from 0
    since: Ints  # (bars,): bars of the section before it
    left: Ints  # (bars,): bars of the section after it
    goal: Ints  # (bars,): the scale degree, 0 to 6, of the last note of its phrase; -1 where there is none


def form_of(tune: Tune) -> Form:
    """The form of a tune; a pickup belongs to no bar.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.tune import tune_of
    >>> form = form_of(tune_of(parse_grid("meter: 3/4\\nS: c5 d5 e5 | f5 e5 d5 | c5 d5 e5 | c5 . .")))
    >>> [KINSHIPS[kind] for kind in form.kinship], form.source.tolist(), form.goal.tolist()
    (['new', 'rhythm', 'same', 'new'], [0, 0, 0, 3], [0, 0, 0, 0])
    """
    kinship, source = _kin(tune)
    section, since, left = _places(tune)
    return Form(kinship, source, section, since, left, _goals(tune, section, since))


def scale_degree(symbol: Ints) -> Ints:
    """0 to 6 for the scale degrees of notes' symbols."""
    return np.asarray(place_of(symbol) % 7)


def _kin(tune: Tune) -> tuple[Ints, Ints]:
    bars = tune.bars
    sounding, begun = rolls(tune)
    kinship, source = np.zeros(bars, dtype=np.int64), np.arange(bars)
    rhythms = begun > 0
    whole = (begun[:, 0] > 0) & (rhythms.sum(axis=1) >= _FEWEST)
    lag = 0
    for bar in range(1, bars):
        alike = (sounding[:bar] == sounding[bar]).mean(axis=1)
        same = alike + (begun[:bar] == begun[bar]).all(axis=1)  # 2 where every note is the same
        if lag:
            same[bar - lag] += _IN_STEP
        best = int(np.argmax(same))
        if same[best] >= 2:
            kinship[bar], source[bar] = SAME, best
        elif alike[best] >= _ALIKE:
            kinship[bar], source[bar] = VARIED, best
        elif whole[bar] and (twins := np.flatnonzero((rhythms[:bar] == rhythms[bar]).all(axis=1))).size:
            kinship[bar], source[bar] = RHYTHM, int(twins[-1])
        lag = bar - int(source[bar])
    return kinship, source


def rolls(tune: Tune) -> tuple[Ints, Ints]:
    """(bars, cells) twice: the symbol that sounds in each part of the grid, and the symbol that begins there."""
    cells = tune.bars * tune.bar
    sounding, begun = np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64)
    for symbol, length, onset in zip(tune.symbol, tune.length, tune.onset, strict=True):
        sounding[max(onset, 0) : max(onset + LENGTHS[length], 0)] = symbol
        if onset >= 0:
            begun[onset] = symbol
    return sounding.reshape(-1, tune.bar), begun.reshape(-1, tune.bar)


def bars_at(tune: Tune, onset: Ints) -> Ints:
    """(...): the bar that each onset (...) belongs to; an upbeat belongs to the first bar of its section.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.tune import tune_of
    >>> tune = tune_of(parse_grid("meter: 3/4; pickup: 1\\nS: d4 | g4 b4 d5 | g4 . g4"))
    >>> bars_at(tune, tune.onset).tolist()
    [0, 0, 0, 0, 1, 1]
    """
    begins = np.array([section.onset for section in tune.sections])
    firsts = -(-begins // tune.bar)
    first = firsts[np.maximum(np.searchsorted(begins, onset, side="right") - 1, 0)]
    return np.asarray(np.clip(np.maximum(onset // tune.bar, first), 0, tune.bars - 1))


def _places(tune: Tune) -> tuple[Ints, Ints, Ints]:
    """Of every bar: its section, the bars of the section before it, and those after it."""
    firsts = sorted({0, *bars_at(tune, np.array([section.onset for section in tune.sections])).tolist()})
    number = np.arange(tune.bars)
    section = np.searchsorted(firsts, number, side="right") - 1
    starts = np.array(firsts)[section]
    ends = np.array([*firsts[1:], tune.bars])[section]
    return section, number - starts, ends - 1 - number


def _goals(tune: Tune, section: Ints, since: Ints) -> Ints:
    phrase = np.cumsum((since % PHRASE == 0).astype(np.int64))
    notes = tune.is_note
    bar = bars_at(tune, tune.onset[notes])
    degree = scale_degree(tune.symbol[notes])
    goal = np.full(tune.bars, -1)
    for number in np.unique(phrase):
        inside = phrase[bar] == number
        if inside.any():
            goal[phrase == number] = degree[inside][-1]
    return goal
