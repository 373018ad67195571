"""What a network hears of a tune before an event: what was before, what earlier bars do here, where the line goes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.theory.tunes.form import NEW, SAME, VARIED, Form, bars_at
from musegen.theory.tunes.symbols import END, LENGTHS, Ints
from musegen.theory.tunes.tune import Tune

LAGS = (1, 2, 4, 8, 16)
"""Bars ago that are listened to at every moment; after these comes the bar that the form names."""
ECHOES = len(LAGS) + 1
SILENT = 0
"""Of echoes: nothing had begun yet (a symbol), or nothing begins here (a length); known lengths are one more."""
LONGEST_RUN = 8
BEFORE_ANY = len(LENGTHS)
"""The length of the event before the first one; its symbol is END."""


class Heard(NamedTuple):
    """A row an event, and one for the end. What is heard is past when the event is chosen."""

    before: Ints  # (..., 3): symbol and length of the event before, symbol of the last note; END where there is none
    offset: Ints  # (...): parts of the grid since the barline
    symbol: Ints  # (..., ECHOES): what sounded at this place of an earlier bar
    length: Ints  # (..., ECHOES): one more than the length of what began there, SILENT where nothing did
    run: Ints  # (..., ECHOES): how many events before this one were equal to that bar's, up to LONGEST_RUN
    ahead: Ints  # (..., 2): what the next bar begins with if the form has it repeat one, how closely; or SILENT, NEW


class Rolls:
    """What sounds and begins in each part of the grid, for some tunes of one meter; grows as they are made."""

    def __init__(self, tunes: int, bar: int, bars: int, pickup: int = 0) -> None:
        """Room for `bars` bars of `bar` parts each, after a pickup of so many parts."""
        self.bar, self._first = bar, pickup
        cells = pickup + bar * (bars + 1)
        self._sounding = np.zeros((tunes, cells), dtype=np.int64)
        self._begun = np.zeros((tunes, cells), dtype=np.int64)

    def add(self, tune: int, symbol: int, length: int, onset: int) -> None:
        """An event of a tune."""
        first = onset + self._first
        self._sounding[tune, first : first + LENGTHS[length]] = symbol
        self._begun[tune, first] = length + 1

    def echoes(self, onset: Ints, ago: Ints) -> tuple[Ints, Ints]:
        """What sounded so many bars `ago` (tunes, events, ECHOES) at each onset (tunes, events), and what began.

        0 bars ago is none.
        """
        at = onset[..., None] - ago * self.bar + self._first
        known = (ago > 0) & (at >= 0)
        flat = np.where(known, at, 0).reshape(len(at), -1)
        symbol, length = (
            np.where(known, np.take_along_axis(roll, flat, axis=1).reshape(at.shape), SILENT)
            for roll in (self._sounding, self._begun)
        )
        return symbol, length

    def ahead(self, onset: Ints, form: Form) -> Ints:
        """(tunes, events, 2): where the line must go from each onset (tunes, events), as `Heard.ahead` says it."""
        following = onset // self.bar + 1
        bar = np.minimum(following, len(form.source) - 1)
        kinship, begins = form.kinship[bar], form.source[bar] * self.bar
        known = (following == bar) & ((kinship == SAME) | (kinship == VARIED)) & (begins < onset)
        symbol = np.take_along_axis(self._sounding, np.where(known, begins + self._first, 0), axis=1)
        return np.stack([np.where(known, symbol, SILENT), np.where(known, kinship, NEW)], axis=-1)


def bars_ago(form: Form, bar: Ints) -> Ints:
    """(..., ECHOES): how many bars ago each echo of a bar (...) lies; 0 where the form names no bar."""
    named = np.where(form.kinship[bar] != NEW, bar - form.source[bar], 0)
    fixed = np.broadcast_to(LAGS, (*bar.shape, len(LAGS)))
    return np.concatenate([fixed, named[..., None]], axis=-1)


def heard(tune: Tune, form: Form) -> Heard:
    """All that is heard before each event of a whole tune, and before its end: (events + 1, ...).

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.form import form_of
    >>> from musegen.theory.tunes.tune import tune_of
    >>> tune = tune_of(parse_grid("meter: 3/4\\nS: c5 d5 e5 | c5 d5 c5"))
    >>> told = heard(tune, form_of(tune))
    >>> told.offset.tolist(), told.run[:, 0].tolist(), told.symbol[3:, 0].tolist() == tune.symbol[:3].tolist() + [0]
    ([0, 24, 48, 0, 24, 48, 0], [0, 0, 0, 0, 1, 2, 0], False)
    """
    pickup = max(0, -int(tune.onset.min(initial=0)))
    rolls = Rolls(1, tune.bar, tune.bars + 1, pickup)
    for symbol, length, onset in zip(tune.symbol.tolist(), tune.length.tolist(), tune.onset.tolist(), strict=True):
        rolls.add(0, symbol, length, onset)
    onset = np.append(tune.onset, tune.end)
    echo, begun = (found[0] for found in rolls.echoes(onset[None], bars_ago(form, bars_at(tune, onset))[None]))
    last = np.maximum.accumulate(np.append(0, np.where(tune.is_note, np.arange(1, len(tune.symbol) + 1), 0)))
    symbols = np.append(END, tune.symbol)
    before = np.stack([symbols, np.append(BEFORE_ANY, tune.length), symbols[last]], axis=-1)
    equal = (echo[:-1] == tune.symbol[:, None]) & (begun[:-1] == tune.length[:, None] + 1)
    return Heard(before, onset % tune.bar, echo, begun, runs(equal), rolls.ahead(onset[None], form)[0])


def without_named(heard: Heard) -> Heard:
    """The same where no form is told: of the bars that it would name nothing is heard."""
    symbol, length, run = (echo.copy() for echo in (heard.symbol, heard.length, heard.run))
    for echo in (symbol, length, run):
        echo[..., -1] = SILENT
    return heard._replace(symbol=symbol, length=length, run=run, ahead=np.zeros_like(heard.ahead))


def runs(equal: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Ints:
    """(events + 1, ECHOES): how many events in a row, up to this one, were `equal` (events, ECHOES).

    >>> runs(np.array([[True], [True], [False], [True]]))[:, 0].tolist()
    [0, 1, 2, 0, 1]
    """
    found = np.zeros((len(equal) + 1, equal.shape[1]), dtype=np.int64)
    for row, here in enumerate(equal):
        found[row + 1] = np.where(here, np.minimum(found[row] + 1, LONGEST_RUN), 0)
    return found
