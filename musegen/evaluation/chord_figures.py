"""How good the networks of chord progressions are: bits a chord, reconstruction, the true chord among the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.evaluation.ngrams import learn, learn_events, pasts
from musegen.generation.progressions.drawing import past_at
from musegen.generation.progressions.setting import odds
from musegen.generation.progressions.tunes import Tune
from musegen.theory.progressions.chords import Ints, vocabulary
from musegen.theory.progressions.encoding import (
    GROUPS,
    Floats,
    columns_of,
    lag_places,
    past_of,
    positions_of,
    said_of,
)
from musegen.theory.progressions.network import Latents, Parts, at_pulses
from musegen.theory.progressions.progression import MOST_PULSES, Progression

BARE = ("style", "mode")
"""What a network is told of the pieces that it is measured on."""


class Bits(NamedTuple):
    """Bits a chord; when a chord begins is paid for, too."""

    bare: float  # without latents
    bound: float  # the evidence lower bound with latents
    weighted: float  # the importance-weighted bound with latents
    mixture: float  # of the whole network, a piece bare or with latents by the toss of a coin; the weighted bound


def bits_a_chord(pieces: Sequence[Progression], parts: Parts, rng: Generator, *, samples: int = 8) -> Bits:
    """The bits of held-out pieces, told only style and mode; `samples` latents a piece are drawn for the bounds."""
    rows, chords = [], 0
    for piece in pieces:
        bare = -nats_of(piece, parts, None)
        gaussian = parts.latents(piece)
        drawn = [_one_bound(piece, parts, gaussian, rng) for _ in range(samples)]
        weighted = float(np.logaddexp.reduce(drawn)) - math.log(samples)
        rows.append((bare, float(np.mean(drawn)), weighted, float(np.logaddexp(bare, weighted)) - math.log(2)))
        chords += int(piece.begins.sum())
    return Bits(*(-float(total) / chords / math.log(2) for total in np.sum(rows, axis=0)))


def nats_of(piece: Progression, parts: Parts, latent: Floats | None) -> float:
    """What a progression costs, told style and mode, and the latents (measure, size) of its measures or none."""
    past = past_of(piece.chords, lag_places(piece.grid))
    count = len(piece.chords)
    size = parts.size("step", "latent", 2)
    shown = np.zeros((count, size), np.float32) if latent is None else at_pulses(latent, piece.grid)
    found = parts.run(
        "step", before=past.chord[None], held=past.held[None], lag=past.lag[None], agreed=past.agreed[None],
        position=positions_of(piece.grid)[None], said=_told(piece)[None], latent=shown[None],
        known=np.full((1, count, 1), float(latent is not None)), state=parts.begin(1),
    )  # fmt: skip
    change, chord = found["change"][0].astype(np.float64), found["chord"][0].astype(np.float64)
    begins = piece.begins
    gate = np.where(begins, np.logaddexp(0, -change), np.logaddexp(0, change))
    gate[0] = 0
    return float(gate.sum() - chord[np.arange(count), piece.chords][begins].sum())


def _one_bound(piece: Progression, parts: Parts, gaussian: Latents, rng: Generator) -> float:
    """log p(piece, latent) - log q(latent, piece), of one latent drawn from q."""
    noise = rng.standard_normal(gaussian.mean.shape)
    latent = gaussian.mean + noise * np.exp(0.5 * gaussian.log_variance)
    prior, posterior = -0.5 * (latent**2).sum(), -0.5 * (noise**2 + gaussian.log_variance).sum()
    return float(prior - posterior) - nats_of(piece, parts, latent.astype(np.float32))


def _told(piece: Progression) -> Floats:
    told = said_of(piece)
    for group in GROUPS:
        told[:, columns_of(group)] *= group in BARE
    return told


def reconstruction(piece: Progression, parts: Parts) -> Ints:
    """(pulse,): the likeliest chords, one after the other, for which the mean latents of the measures speak."""
    latent = at_pulses(parts.latents(piece).mean, piece.grid)
    lags, position, told = lag_places(piece.grid), positions_of(piece.grid), _told(piece)
    chords, memory = np.zeros((1, len(piece.chords)), dtype=np.int64), parts.begin(1)
    for pulse in range(len(piece.chords)):
        past = past_at(chords, lags, pulse)
        odds_here, memory = parts.step(past, position[pulse][None], told[pulse][None], latent[pulse][None], memory)
        goes_on = pulse > 0 and odds_here.change[0] < 0
        chords[0, pulse] = chords[0, pulse - 1] if goes_on else int(odds_here.chord[0].argmax())
    return np.asarray(chords[0])


def right_chords(piece: Progression, chords: Ints) -> tuple[int, int]:
    """(chords that begin where they did and are the same, all chords of the piece)."""
    begins = piece.begins & (np.diff(chords, prepend=-1) != 0)
    return int((begins & (chords == piece.chords)).sum()), int(piece.begins.sum())


class Ranked(NamedTuple):
    """Shares of slots whose own chord is ranked first, and in the first three."""

    first: float
    in_three: float
    slots: int


def ranked(tunes: Sequence[Tune], parts: Parts, *, told: bool) -> Ranked:
    """How high the sheet's own chord is ranked in each slot, with the chords before it told or not."""
    places: list[npt.NDArray[np.int64]] = []
    for tune in tunes:
        known = tune.own >= 0
        scores = odds(tune, told=told, parts=parts)[known]
        own = scores[np.arange(len(scores)), tune.own[known]]
        places.append((scores > own[:, None]).sum(axis=1))
    rank = np.concatenate(places)
    return Ranked(float((rank < 1).mean()), float((rank < 3).mean()), len(rank))


def ngram_bits(learnt: Sequence[Progression], held: Sequence[Progression], order: int = 3) -> dict[str, float]:
    """Bits a chord of held-out pieces by back-off n-grams that learned the same tokens, a way each.

    `interleaved` tells a chord, how long it lasts, the next chord, ... in one stream; `chords, lengths` are two,
    P(chord | the chords before) and P(length | this chord, the lengths before); `chords, places` gives the lengths what
    the network knows of the meter, too: P(length | pulse and pulses of the measure, this chord, the length before).
    Lengths are in pulses, the longest alike.
    """
    streams = [[_events(piece) for piece in pieces] for pieces in (learnt, held)]
    chords = sum(len(chord) for chord, _, _ in streams[1])
    size = len(vocabulary())
    mixed = [[np.stack([chord, size + length], 1).ravel() for chord, length, _ in events] for events in streams]
    joint = learn(mixed[0], order, size + _LONGEST)
    found = {"interleaved": sum(float(joint.bits(line).sum()) for line in mixed[1]) / chords}
    names = learn([chord for chord, _, _ in streams[0]], order, size)
    named = sum(float(names.bits(chord).sum()) for chord, _, _ in streams[1]) / chords
    for name, places in (("chords, lengths", False), ("chords, places", True)):
        events = [[_contexts(*event, order, places=places) for event in side] for side in streams]
        model = learn_events(
            np.concatenate([rows for rows, _ in events[0]]), np.concatenate([own for _, own in events[0]]), _LONGEST
        )
        found[name] = named + sum(float(model.bits_of(rows, own).sum()) for rows, own in events[1]) / chords
    return found


_LONGEST = 33
"""Pulses, 0 among them, that lengths are told apart by."""


def _events(piece: Progression) -> tuple[Ints, Ints, Ints]:
    """(chord, length in pulses, where in what measure) of each chord."""
    starts = np.flatnonzero(piece.begins)
    length = np.minimum(np.diff(np.append(starts, len(piece.chords))), _LONGEST - 1)
    return piece.chords[starts], length, piece.grid.pulses[starts] * MOST_PULSES + piece.grid.pulse[starts]


def _contexts(chord: Ints, length: Ints, place: Ints, order: int, *, places: bool) -> tuple[Ints, Ints]:
    """(events, items) contexts of lengths, the most telling item first, and the lengths."""
    before = pasts(length, order - 1)
    first = [place, chord] if places else [chord]
    return np.stack([*first, *before.T][:order], axis=1), length
