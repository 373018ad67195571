"""Chords of chorales set over a melody: Bach's habits, pulse by pulse, under the laws of chorales."""

from __future__ import annotations

from itertools import chain

import numpy as np

from musegen.errors import UsageError
from musegen.generation.progressions.arrivals import Arrival, PhraseEnd, phrase_ends
from musegen.generation.progressions.closes import after_a_close, closing_pairs
from musegen.generation.progressions.fitting import Fit, Floats64, fit_of
from musegen.generation.progressions.pacing import CADENCES
from musegen.generation.progressions.setting import MOST, ChordSetting
from musegen.generation.progressions.successions import major_tonics, successions
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.progressions.chords import Ints, place_of_numeral
from musegen.theory.songs.chorale_chain import chorale_chain, chorale_choices
from musegen.theory.songs.ranking import Chain, best_path, likelihood, ranked_paths
from musegen.theory.songs.slots import Every, Slot, sung_slots
from musegen.theory.statistics import statistics

_UNLAWFUL, _NO_CADENCE, _BOUNDARY = 30.0, 12.0, 6.0
"""Nats for a clash or a succession, a close and a beginning that the laws of chorales do not know: last resorts."""
_SUNG = 0.8
"""What the notes between beats say beside the chain, which hears those on beats."""
_OPENS_ELSEWHERE = 4.0
_GOES_ON = 3.0
"""A phrase that goes on where it would probably end."""
_SHORT = 1.5
"""Quarters of a measure that has one chord where its beats are eighths."""
_UNFINISHED = 4.0
"""More for the close of the tune that is no dominant and tonic in root position."""
_OVER_BARLINE = 2.0
"""Nats for another position of the chord before where a measure begins: the bar should be heard."""


def chorale_chords_over(score: Score, count: int = 1, *, key: Key | None = None) -> list[ChordSetting]:
    """Up to `count` settings of the top line of a score by chords that change by the beat, best first.

    Where a phrase ends (fermatas, long notes, rests) its last note has the last chord of a cadence. A succession that
    no textbook has is taken only where the tune leaves no other.

    Raises:
        UsageError: so many cannot be asked for.
        UnreadableFile: there is no melody.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"{count} candidates cannot be asked for", hint=f"1 to {MOST} can")
    slots = _sounding(sung_slots(score, _usual(score), pickup=True))
    home = key or home_keys(score, statistics())[0].key
    choices = chorale_choices(home)
    fit = fit_of(score, slots, home, [numeral.members for _, numeral in choices])
    over = _Tune(score, slots, fit, home, [numeral for _, numeral in choices])
    odds = over.chain(_arrivals(over, phrase_ends(score, slots, fit)))
    found = [(path, likelihood(odds, path)) for path in ranked_paths(odds, count)]
    return [ChordSetting(home, _labels(slots, path, [text for text, _ in choices]), nats) for path, nats in found]


def _arrivals(over: _Tune, ends: list[PhraseEnd]) -> list[Arrival]:
    """For every phrase the way to arrive that lets the tune have the likeliest chords, one phrase after the other.

    Where it only probably ends it may go on.
    """
    chosen = [end.ways[:1] for end in ends]
    for number, end in enumerate(ends):
        ways = [end.ways[place : place + 1] for place in range(len(end.ways) + (not end.is_sure))]
        if len(ways) > 1:
            tried = [[*chosen[:number], way, *chosen[number + 1 :]] for way in ways]
            likely = [over.likelihood(list(chain(*each))) - _GOES_ON * (not each[number]) for each in tried]
            chosen = tried[int(np.argmax(likely))]
    return list(chain(*chosen))


def _usual(score: Score) -> Every:
    """Chords change on beats, but not on the eighths of 3/8."""
    meter = score.measures[-1].time_signature
    return "measure" if meter.pulse_quarters < 1 and meter.quarters <= _SHORT else "beat"


def _sounding(slots: list[Slot]) -> list[Slot]:
    """The slots from the first in which anything is sung."""
    first = next((number for number, slot in enumerate(slots) if slot.sung[0].any()), 0)
    return slots[first:]


class _Tune:
    """A tune under the laws of chorales, before it is said where its phrases arrive."""

    def __init__(self, score: Score, slots: list[Slot], fit: Fit, home: Key, choices: list[Numeral]) -> None:
        self._score, self._slots, self._fit, self._home = score, slots, fit, home
        relative = Key(0, home.minor)
        self._places = np.array([place_of_numeral(numeral, relative, relative) for numeral in choices])
        self._same = np.eye(len(choices), dtype=np.bool_)
        roots = np.array([numeral.root for numeral in choices])
        self._over_root = (roots[:, None] == roots[None, :]) & ~self._same
        self._elsewhere = np.array([numeral.degree not in (1, 5) or bool(numeral.inversion) for numeral in choices])
        pairs = self._places[:, None], self._places[None, :]
        self._follows = successions("chorale", home.minor)[pairs] | self._same
        self._across = after_a_close("chorale", home.minor)[pairs] | self._same
        self._cadences = _cadence_prices(home.minor, self._places)
        self._open = ~closing_pairs("PAC", "chorale", home.minor)[pairs]

    def likelihood(self, arrivals: list[Arrival]) -> float:
        """That of the best chords that arrive so."""
        odds = self.chain(arrivals)
        return likelihood(odds, best_path(odds))

    def chain(self, arrivals: list[Arrival]) -> Chain:
        """What habits, laws, notes and phrase ends say, a table for every slot."""
        count, fit = len(self._slots), self._fit
        closes = np.isin(np.arange(count), [arrival.begins for arrival in arrivals])
        held = np.any([np.zeros(count, dtype=np.bool_), *(arrival.of(count) for arrival in arrivals)], axis=0)
        slots = [slot._replace(ends_phrase=bool(end)) for slot, end in zip(self._slots, closes | held, strict=True)]
        habits = chorale_chain(self._score, slots, self._home, statistics())
        alone = habits.alone - _SUNG * fit.foreign - _UNLAWFUL * fit.clashes
        alone[0] -= _OPENS_ELSEWHERE * self._elsewhere
        if self._home.minor:
            alone[~closes & ~held] -= _UNLAWFUL * major_tonics()[self._places]
        tables, last = [habits.steps[0]], max((arrival.begins for arrival in arrivals), default=0)
        for slot in range(1, count):
            if held[slot]:
                table = np.where(self._same, 0.0, -_NO_CADENCE)
            elif closes[slot]:
                table = habits.into(slot) * 0.5 - self._cadences - _UNFINISHED * self._open * (slot == last)
            elif closes[slot - 1] or held[slot - 1]:
                table = habits.into(slot) - _BOUNDARY * ~self._across
            else:
                table = habits.into(slot) - _UNLAWFUL * ~self._follows
                table = table - _OVER_BARLINE * self._over_root * (slots[slot].stress > 0)
            tables.append(table)
        return Chain(alone, tuple(tables), np.arange(count))


def _cadence_prices(minor: bool, places: Ints) -> Floats64:
    """(before, choice): what each pair pays where a phrase ends; to stay is no close."""
    found = np.full((len(places), len(places)), _NO_CADENCE)
    for kind, price in reversed(CADENCES.items()):
        found[closing_pairs(kind, "chorale", minor)[places][:, places]] = price
    return found


def _labels(slots: list[Slot], path: Ints, symbols: list[str]) -> tuple[HarmonyLabel, ...]:
    return tuple(
        HarmonyLabel(slot.onset, "chord_symbol", symbols[choice])
        for number, (slot, choice) in enumerate(zip(slots, path.tolist(), strict=True))
        if number == 0 or choice != path[number - 1]
    )
