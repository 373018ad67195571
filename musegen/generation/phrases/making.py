"""Sheets of phrases: sketched by the generator, sung again under the rules of a pack, the best of some written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from musegen.errors import NotFound, UsageError
from musegen.generation.chorales.plan import ChoralePlan
from musegen.generation.naming import named
from musegen.generation.phrases.asking import draw_wish, plan_for
from musegen.generation.phrases.encoding import Wish
from musegen.generation.phrases.network import Floats, PhraseNetwork, phrase_network
from musegen.generation.phrases.singing import Asked, Singing
from musegen.generation.refine import Choice
from musegen.generation.wishes import check_temperature
from musegen.rules.findings import Finding
from musegen.rules.packs import load_pack
from musegen.score.model import Score
from musegen.theory.keys import Key

AGAIN = 6
"""How often the best sheet is drawn again where it errs, as long as something is wrong with it."""


@dataclass(frozen=True)
class Sheet:
    """Phrases one after the other, in four parts."""

    score: Score
    plan: ChoralePlan
    errors: int  # findings of severity error under the pack
    findings: tuple[Finding, ...]
    judged: float  # what the critic thinks of the sketch, the mean of its phrases; 0 is Bach's


def sheets(asked: Asked, *, seed: int, count: int = 1, network: PhraseNetwork | None = None) -> Iterator[Sheet]:
    """So many sheets; the one of a number is the same, however many are asked for. `network` is what ships, or another.

    Raises:
        UsageError: there is no such pack, or something that is asked for cannot be.
        NotFound: the search spent its effort under this pack.
    """
    _check(asked, seed, count)
    for number in range(1, count + 1):
        rng = np.random.default_rng([seed, number])
        home, wish = draw_wish(rng, asked.phrases, asked.key)
        used = network or phrase_network()
        latents = rng.standard_normal((asked.candidates, asked.phrases, used.latent), dtype=np.float32)
        yield sheet_of(latents, (home, wish), asked, rng, used)


def between(first: int, last: int, asked: Asked, *, count: int) -> Iterator[Sheet]:
    """So many sheets on the way from the first one of a seed to that of another, both included; all of the same wishes.

    Latents lie on the great circle between both (White 2016); what else chance does is the same for all.

    Raises:
        UsageError: as `sheets` does, or there are fewer than two.
        NotFound: the search spent its effort under this pack.
    """
    _check(asked, first, count)
    _check(asked, last, count)
    if count < 2:
        raise UsageError(f"{count} sheet is no way from one to another", hint="ask for --count 2 or more")
    home, wish = draw_wish(np.random.default_rng([first, 1]), asked.phrases, asked.key)
    ends = [np.random.default_rng([seed, 2]).standard_normal((asked.phrases, phrase_network().latent), dtype=np.float32)
            for seed in (first, last)]  # fmt: skip
    for part in np.linspace(0.0, 1.0, count):
        latent = np.repeat(on_the_way(ends[0], ends[1], float(part))[None], asked.candidates, axis=0)
        yield sheet_of(latent, (home, wish), asked, np.random.default_rng([first, last]), phrase_network())


def on_the_way(first: Floats, last: Floats, part: float) -> Floats:
    """Latents (rows, numbers) between two others, as long as these: spherical interpolation, row by row.

    >>> on_the_way(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), 0.5).round(3)
    array([[0.707, 0.707]], dtype=float32)
    """
    lengths = np.linalg.norm(first, axis=1, keepdims=True) * np.linalg.norm(last, axis=1, keepdims=True)
    angle = np.arccos(np.clip((first * last).sum(axis=1, keepdims=True) / lengths, -1, 1))
    sine = np.maximum(np.sin(angle), 1e-6)
    found = (np.sin((1 - part) * angle) * first + np.sin(part * angle) * last) / sine
    return np.asarray(found, dtype=np.float32)


def sheet_of(latents: Floats, wished: tuple[Key, Wish], asked: Asked, rng: Generator, network: PhraseNetwork) -> Sheet:
    """The best of the sheets that latents (candidates, phrases, numbers) make: the fewest errors, then the likeliest.

    Raises:
        NotFound: the search spent its effort under this pack.
    """
    home, wish = wished
    sketches = [network.sung(latent, wish, rng, asked.temperature) for latent in latents]
    draughts = [network.draught(latent, wish) for latent in latents]
    work = Singing(network, sketches, draughts, plan_for(home, wish), asked, rng)
    choice = Choice(asked.pack, 1)
    choice.take(work.first())
    for _ in range(AGAIN):
        if choice.is_enough:
            break
        choice.take(work.again(choice.nearest))
    found = choice.best()
    if not found:
        raise NotFound(f"the search found no phrase under the pack {asked.pack}", hint="another --seed or pack may do")
    best = named(found[0], asked.pack)
    told = float(network.judged(sketches[work.sketch_of(best.candidate.number)]).mean())
    return Sheet(best.score, work.plan, best.errors, best.findings, told)


def _check(asked: Asked, seed: int, count: int) -> None:
    load_pack(asked.pack)
    check_temperature(asked.temperature)
    for many in (count, asked.candidates):
        if not isinstance(many, int) or many < 1:
            raise UsageError(f"{many} sheets cannot be made", hint="ask for 1 or more")
    if not isinstance(seed, int) or seed < 0:
        raise UsageError(f"{seed} is no seed", hint="whole numbers from 0 on are")
