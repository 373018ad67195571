"""Chords of chorales set over a melody: Bach's habits, pulse by pulse, under the laws of chorales."""

from __future__ import annotations

import numpy as np

from musegen.errors import UsageError
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
from musegen.theory.songs.ranking import Chain, likelihood, ranked_paths
from musegen.theory.songs.slots import Slot, sung_slots
from musegen.theory.statistics import statistics

_UNLAWFUL, _NO_CADENCE, _BOUNDARY = 30.0, 12.0, 6.0
"""Nats for a clash or a succession, a close and a beginning that the laws of chorales do not know: last resorts."""
_SUNG = 0.8
"""What the notes between beats say beside the chain, which hears those on beats."""
_OPENS_ELSEWHERE = 4.0


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
    slots = sung_slots(score, "beat", pickup=True)
    slots = _sounding(slots)
    home = key or home_keys(score, statistics())[0].key
    choices = chorale_choices(home)
    fit = fit_of(score, slots, home, [numeral.members for _, numeral in choices])
    chain = _lawful(chorale_chain(score, slots, home, statistics()), fit, [n for _, n in choices], home)
    found = [(path, likelihood(chain, path)) for path in ranked_paths(chain, count)]
    return [ChordSetting(home, _labels(slots, path, [text for text, _ in choices]), nats) for path, nats in found]


def _sounding(slots: list[Slot]) -> list[Slot]:
    """The slots from the first in which anything is sung."""
    first = next((number for number, slot in enumerate(slots) if slot.sung[0].any()), 0)
    return slots[first:]


def _lawful(chain: Chain, fit: Fit, choices: list[Numeral], home: Key) -> Chain:
    """The chain with what laws, notes and phrase ends say, a table for every slot."""
    places = np.array([place_of_numeral(numeral, Key(0, home.minor), Key(0, home.minor)) for numeral in choices])
    same = np.eye(len(places), dtype=np.bool_)
    follows = successions("chorale", home.minor)[places][:, places] | same
    across = after_a_close("chorale", home.minor)[places][:, places] | same
    cadences = _cadence_prices(home.minor, places)
    alone = chain.alone - _SUNG * fit.foreign - _UNLAWFUL * fit.clashes
    alone[0] -= _OPENS_ELSEWHERE * np.array(
        [numeral.degree not in (1, 5) or bool(numeral.inversion) for numeral in choices]
    )
    if home.minor:
        alone[fit.closes < 1] -= _UNLAWFUL * major_tonics()[places]
    tables = [chain.steps[0]]
    for slot in range(1, len(alone)):
        if fit.held[slot]:
            table = np.where(same, 0.0, -_NO_CADENCE)
        elif fit.closes[slot] >= 1:
            table = chain.into(slot) * 0.5 - cadences
        elif _begins(fit, slot):
            table = chain.into(slot) - _BOUNDARY * ~across
        else:
            table = chain.into(slot) - _UNLAWFUL * ~follows
        tables.append(table)
    return Chain(alone, tuple(tables), np.arange(len(alone)))


def _begins(fit: Fit, slot: int) -> bool:
    """A phrase ended just before."""
    return bool(fit.held[slot - 1] or fit.closes[slot - 1] >= 1)


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
