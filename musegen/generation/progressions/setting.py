"""Chords set over a melody: whole settings under the laws of songs, ranked, and the odds of every slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.generation.progressions.closes import closing_pairs, last_pairs, openings
from musegen.generation.progressions.fitting import fit_of
from musegen.generation.progressions.pacing import CADENCES, NO_CADENCE, Pace
from musegen.generation.progressions.successions import successions
from musegen.generation.progressions.tunes import LAGS, Tune, melody_tune
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import Bools, Ints, Sound, symbol_of, vocabulary
from musegen.theory.progressions.network import Parts, shipped
from musegen.theory.songs.slots import Every, sung_slots
from musegen.theory.songs.song_statistics import KINDS, STATES
from musegen.theory.statistics import statistics

Floats64 = npt.NDArray[np.float64]

BEAM = 96
"""Settings that are kept from slot to slot."""
MOST = 50
_UNLIKE = 0.15
"""The share of slots in which a further setting differs from every better one, as long as there are such."""
_LATE = 2
"""So many measures before the last note begins the last chord may come."""
_HEARD = 0.7
"""What the network says counts so much beside the prices."""
_OPENS_ELSEWHERE = 1.2
"""Nats for a first chord that is not the tonic's."""
_KIND_NAMES = {"o": "d7"}


class ChordSetting(NamedTuple):
    """Chords over a melody."""

    key: Key
    labels: tuple[HarmonyLabel, ...]  # chord symbols, one where a chord begins
    log_probability: float  # nats: what the network says, less what `fitting` and `pacing` find against it


@dataclass(frozen=True, eq=False)
class _Laws:
    """What songs forbid, for states."""

    first: Bools  # (state,)
    follows: Bools  # (before, state); a chord may go on
    closes: Bools  # (before, state): the last change of chord
    ahead: list[Bools] = field(default_factory=list)  # a slot: (closed, state) from which it can be finished


def chords_over(
    score: Score, count: int = 1, *, key: Key | None = None, every: Every | None = None, parts: Parts | None = None
) -> list[ChordSetting]:
    """Up to `count` settings of the top line of a score, best first; chords that the score has are not asked.

    The key is found from the melody unless it is given. `every` says how often a chord may change: a half measure where
    a measure has two or four beats, else a measure. Every setting keeps the laws of songs: a legal first chord,
    resolutions, a cadence at the end (`successions`, `closes`); a melody of one slot has the likeliest tonic. Settings
    are judged by the network, by what the tune asks (`fitting`) and by when chords change and phrases close (`pacing`).

    Raises:
        UsageError: so many cannot be asked for.
        UnreadableFile: there is no melody.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"{count} candidates cannot be asked for", hint=f"1 to {MOST} can")
    every = every or _usual(score)
    slots = sung_slots(score, every)
    home = key or home_keys(score, statistics())[0].key
    tune, fit = melody_tune(score, home, every), fit_of(score, slots, home, _members())
    pace = Pace(fit, [slot.stress > 0 for slot in slots], _cadence_prices(home.minor))
    paths = _searched(tune, _laws(home.minor, pace), pace, parts or shipped(), max(BEAM, 4 * count))
    found = _unlike(paths, count)
    return [ChordSetting(home, _labels([slot.onset for slot in slots], path, home), nats) for path, nats in found]


def _usual(score: Score) -> Every:
    meter = score.measures[-1].time_signature
    pulses = meter.quarters / meter.pulse_quarters
    if len(score.measures) == 1:
        return "measure"
    return "half" if pulses == 4 else "beat" if pulses == 2 else "measure"


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


def _searched(tune: Tune, laws: _Laws, pace: Pace, parts: Parts, beam: int) -> list[tuple[Ints, float]]:
    """Whole settings, the likeliest first."""
    context = parts.run("hearing", heard=tune.heard[None], alike=tune.alike[None])["told"]
    chords = np.full((1, len(tune)), STATES)
    closed, total = np.zeros(1, dtype=np.bool_), np.zeros(1)
    memory = np.zeros((1, 1, parts.size("setting", "state", 2)), np.float32)
    for slot in range(len(tune)):
        scores, memory = _step(tune, context, chords, slot, memory, parts)
        scores = scores - (
            pace.prices(chords[:, :slot], slot) if slot else _OPENS_ELSEWHERE * _away() + pace.foreign(0)
        )
        allowed = _allowed(laws, slot, chords[:, slot - 1] if slot else None, closed)
        reached = np.where(allowed, (total[:, None] + scores)[:, None, :], -np.inf)
        order = np.argsort(-reached, axis=None, kind="stable")[:beam]
        order = order[np.isfinite(reached.ravel()[order])]
        source, flag, state = np.unravel_index(order, reached.shape)
        chords = chords[source]
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


def _allowed(laws: _Laws, slot: int, before: Ints | None, closed: Bools) -> Bools:
    """(setting, closed, state): what may come in a slot so that the setting can be finished."""
    ahead = laws.ahead[slot]
    if before is None:
        return np.stack([laws.first & ahead[0], laws.first & ahead[1]])[None]
    goes_on = np.arange(STATES)[None, :] == before[:, None]
    stays_open = (laws.follows[before] | goes_on) & ahead[0] & ~closed[:, None]
    closes = ((laws.closes[before] & ~closed[:, None]) | (goes_on & closed[:, None])) & ahead[1]
    return np.stack([stays_open, closes], axis=1)


def _laws(minor: bool, pace: Pace) -> _Laws:
    """The laws of songs; the last chord comes before the last note is over, and not much before it begins."""
    places, slots, last = _places(), len(pace), pace.fit.last
    follows = successions("song", minor)[places][:, places]
    closes = last_pairs("song", minor)[places][:, places]
    tonic = closes.any(axis=0)
    laws = _Laws(openings("song", minor)[places], follows, closes)
    if slots < 2:
        laws.ahead.append(np.stack([tonic, tonic]))
        return laws
    early = max(last - _LATE * pace.slots_a_measure, 1)
    ahead = np.stack([np.zeros(STATES, dtype=np.bool_), np.ones(STATES, dtype=np.bool_)])
    laws.ahead.append(ahead)
    for slot in range(slots - 2, -1, -1):
        closing = closes if early <= slot + 1 <= max(last, 1) else np.zeros_like(closes)
        opened = (follows & ahead[0]).any(axis=1) | ahead[0] | (closing & ahead[1]).any(axis=1)
        ahead = np.stack([opened, ahead[1] if slot >= early else np.zeros(STATES, dtype=np.bool_)])
        laws.ahead.insert(0, ahead)
    laws.ahead[0][1] = False
    return laws


def _away() -> Bools:
    """(state,): it does not stand on the tonic."""
    return np.asarray(np.arange(STATES) % 12 != 0)


def _members() -> Bools:
    """(state, pitch class): the notes of each, from the tonic; sevenths and sixths are members."""
    found = np.zeros((STATES, 12), dtype=np.bool_)
    for state in range(STATES):
        found[state, [7 * tone % 12 for tone in _sound(state).members]] = True
    return found


def _cadence_prices(minor: bool) -> npt.NDArray[np.float64]:
    """(before, state): what each pair pays where a phrase ends."""
    places, found = _places(), np.full((STATES, STATES), NO_CADENCE)
    for kind, price in reversed(CADENCES.items()):
        found[closing_pairs(kind, "song", minor)[places][:, places]] = price
    return found


def _places() -> Ints:
    """(state,): its place in the list of chords, in root position."""
    return np.array([vocabulary().sounds.index(_sound(state)) for state in range(STATES)])


def _sound(state: int) -> Sound:
    from musegen.theory.progressions.chords import song_sound

    kind = KINDS[state // 12]
    return song_sound(state % 12, _KIND_NAMES.get(kind, kind))


def _labels(onsets: list[int], path: Ints, home: Key) -> tuple[HarmonyLabel, ...]:
    return tuple(
        HarmonyLabel(onset, "chord_symbol", symbol_of(_sound(state), home))
        for place, (onset, state) in enumerate(zip(onsets, path.tolist(), strict=True))
        if place == 0 or state != path[place - 1]
    )


def _unlike(paths: list[tuple[Ints, float]], count: int) -> list[tuple[Ints, float]]:
    """The likeliest, then the likeliest of those that differ enough from it and each other, then what is left."""
    taken: list[tuple[Ints, float]] = []
    for path in paths:
        if all((path[0] != other[0]).mean() >= _UNLIKE for other in taken):
            taken.append(path)
    rest = [path for path in paths if not any(path is other for other in taken)]
    return sorted((taken + rest)[:count], key=lambda path: -path[1])
