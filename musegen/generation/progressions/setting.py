"""Chords set over a melody: whole settings under the laws of songs, ranked, and the odds of every slot."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.generation.progressions.basses import Placed, with_basses
from musegen.generation.progressions.closes import closing_pairs
from musegen.generation.progressions.fitting import fit_of
from musegen.generation.progressions.pacing import CADENCES, NO_CADENCE, Pace
from musegen.generation.progressions.tune_laws import (
    TuneLaws,
    authentic,
    has_room,
    state_places,
    state_sound,
    tune_laws,
)
from musegen.generation.progressions.tunes import LAGS, Tune, melody_tune
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import Bools, Ints, symbol_of
from musegen.theory.progressions.network import Parts, shipped
from musegen.theory.songs.slots import Every, Slot, sung_slots
from musegen.theory.songs.song_statistics import STATES
from musegen.theory.statistics import statistics

Floats64 = npt.NDArray[np.float64]

BEAM = 96
"""Settings that are kept from slot to slot."""
MOST = 50
_UNLIKE = 0.15
"""The share of slots in which a further setting differs from every better one, as long as there are such."""
_HEARD = 0.7
"""What the network says counts so much beside the prices."""
_OPENS_ELSEWHERE = 1.2
"""Nats for a first chord that is not the tonic's."""


class ChordSetting(NamedTuple):
    """Chords over a melody."""

    key: Key
    labels: tuple[HarmonyLabel, ...]  # chord symbols, one where a chord begins
    log_probability: float  # nats: what the network says, less what `fitting` and `pacing` find against it


def chords_over(
    score: Score, count: int = 1, *, key: Key | None = None, every: Every | None = None, parts: Parts | None = None
) -> list[ChordSetting]:
    """Up to `count` settings of the top line of a score, best first; chords that the score has are not asked.

    The key is found from the melody unless it is given. `every` says how often a chord may change: a half measure where
    a measure has four beats, a beat where it has two or three, else a measure. Every setting keeps the laws of songs: a
    legal first chord, resolutions, a cadence at the end, no more clashes with the tune than must be (`tune_laws`); a
    melody of one slot has a tonic. Settings are judged by the network, by what the tune asks (`fitting`) and by when
    chords change and phrases close (`pacing`).

    Raises:
        UsageError: so many cannot be asked for.
        UnreadableFile: there is no melody.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"{count} candidates cannot be asked for", hint=f"1 to {MOST} can")
    every = every or _usual(score)
    slots = sung_slots(score, every)
    home = key or home_keys(score, statistics())[0].key
    members = [state_sound(state).members for state in range(STATES)]
    tune, fit = melody_tune(score, home, every), fit_of(score, slots, home, members)
    room = np.array([has_room(fit, slot) for slot in range(len(slots))])
    pace = Pace(fit, [slot.stress > 0 for slot in slots], _cadence_prices(home.minor), authentic(home.minor), room)
    laws = tune_laws(home.minor, fit, pace.slots_a_measure)
    paths = _searched(tune, laws, pace, parts or shipped(), max(BEAM, 4 * count))
    found = _unlike(paths, count)
    return [ChordSetting(home, _labels(slots, path, pace, home), nats) for path, nats in found]


def _usual(score: Score) -> Every:
    meter = score.measures[-1].time_signature
    pulses = meter.quarters / meter.pulse_quarters
    if len(score.measures) == 1:
        return "measure"
    return "half" if pulses == 4 else "beat" if pulses in (2, 3) else "measure"


def odds(tune: Tune, *, told: bool, parts: Parts | None = None) -> Floats64:
    """(slot, state): log-probabilities of the chord of each slot, with the sheet's own chords before it told or not."""
    from musegen.generation.progressions.tunes import before_of, lagged

    played = parts or shipped()
    heard, alike = tune.heard[None], tune.alike[None]
    context = played.run("hearing", heard=heard, alike=alike)["told"]
    scores = played.run(
        "setting", told=context, heard=heard, alike=alike, before=before_of(tune.own)[None], lag=lagged(tune.own)[None],
        known=np.full((1, len(tune), 1), float(told)), state=np.zeros((1, 1, played.size("setting", "state", 2))),
    )["scores"]  # fmt: skip
    return np.asarray(scores[0], dtype=np.float64)


def _searched(tune: Tune, laws: TuneLaws, pace: Pace, parts: Parts, beam: int) -> list[tuple[Ints, float]]:
    """Whole settings, the likeliest first."""
    context = parts.run("hearing", heard=tune.heard[None], alike=tune.alike[None])["told"]
    chords = np.full((1, len(tune)), STATES)
    closed, total, spent = np.zeros(1, dtype=np.bool_), np.zeros(1), np.zeros(1, dtype=np.int64)
    memory = np.zeros((1, 1, parts.size("setting", "state", 2)), np.float32)
    for slot in range(len(tune)):
        scores, memory = _step(tune, context, chords, slot, memory, parts)
        scores = scores - (
            pace.prices(chords[:, :slot], slot) if slot else _OPENS_ELSEWHERE * _away() + pace.foreign(0)
        )
        allowed = laws.allowed(slot, chords[:, slot - 1] if slot else None, closed, spent)
        reached = np.where(allowed, (total[:, None] + scores)[:, None, :], -np.inf)
        order = np.argsort(-reached, axis=None, kind="stable")[:beam]
        order = order[np.isfinite(reached.ravel()[order])]
        source, flag, state = np.unravel_index(order, reached.shape)
        chords, spent = chords[source], spent[source] + laws.clashes[slot, state]
        chords[:, slot] = state
        closed, total, memory = flag.astype(np.bool_), reached.ravel()[order], memory[:, source]
    return list(zip(chords, total.tolist(), strict=True))


def _step(
    tune: Tune, context: npt.NDArray[np.float32], chords: Ints, slot: int, memory: npt.NDArray[np.float32], parts: Parts
) -> tuple[Floats64, npt.NDArray[np.float32]]:
    count = len(chords)
    places = slot - np.array(LAGS)
    lag = np.where(places >= 0, chords[:, np.maximum(places, 0)], STATES)
    before = chords[:, slot - 1] if slot else np.full(count, STATES)

    def alone(column: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.repeat(column[slot][None, None], count, axis=0)

    found = parts.run(
        "setting", told=alone(context[0]), heard=alone(tune.heard), alike=alone(tune.alike), before=before[:, None],
        lag=lag[:, None], known=np.ones((count, 1, 1)), state=memory,
    )  # fmt: skip
    return _HEARD * np.round(found["scores"][:, 0].astype(np.float64) * 1024) / 1024, found["after"]


def _away() -> Bools:
    """(state,): it does not stand on the tonic."""
    return np.asarray(np.arange(STATES) % 12 != 0)


def _cadence_prices(minor: bool) -> npt.NDArray[np.float64]:
    """(before, state): what each pair pays where a phrase ends."""
    places, found = state_places(), np.full((STATES, STATES), NO_CADENCE)
    for kind, price in reversed(CADENCES.items()):
        found[closing_pairs(kind, "song", minor)[places][:, places]] = price
    return found


def _labels(slots: list[Slot], path: Ints, pace: Pace, home: Key) -> tuple[HarmonyLabel, ...]:
    starts = np.flatnonzero(np.diff(path, prepend=-1)).tolist()
    placed = [_placed(slots, path, pace, home, begin, end) for begin, end in pairwise([*starts, len(path)])]
    sounds = with_basses(placed, home.minor)
    return tuple(
        HarmonyLabel(slots[start].onset, "chord_symbol", symbol_of(sound, home))
        for start, sound in zip(starts, sounds, strict=True)
    )


def _placed(slots: list[Slot], path: Ints, pace: Pace, home: Key, begin: int, end: int) -> Placed:
    """The chord of these slots. Where it opens or closes, or leads to a close, or lasts, its bass is fixed."""
    after = int((np.flatnonzero(np.append(path[end:], -1) != path[min(end, len(path) - 1)]) + end)[0])
    outer = begin == 0 or after >= len(path)
    closes = bool((pace.fit.closes[begin:after] >= 1).any())
    lasts = end - begin > pace.slots_a_measure
    enters, leaves = (
        int((sung.argmax() - 7 * home.tonic) % 12) if sung.any() else -1
        for sung in (slots[begin].sung[1], slots[end - 1].sung[2])
    )
    is_fixed, is_strong = outer or closes or lasts, slots[begin].stress > 0
    return Placed(state_sound(int(path[begin])), enters, leaves, is_fixed, is_strong)


def _unlike(paths: list[tuple[Ints, float]], count: int) -> list[tuple[Ints, float]]:
    """The likeliest, then the likeliest of those that differ enough from it and each other, then what is left."""
    taken: list[tuple[Ints, float]] = []
    for path in paths:
        if all((path[0] != other[0]).mean() >= _UNLIKE for other in taken):
            taken.append(path)
    rest = [path for path in paths if not any(path is other for other in taken)]
    return sorted((taken + rest)[:count], key=lambda path: -path[1])
