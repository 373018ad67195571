"""Melodies on request: key, meter, length, style and more in, the best of several out, checked as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.refine.rereading import reread
from musegen.generation.tunes.asking import TuneWish, completed, planned
from musegen.generation.tunes.critic import praised
from musegen.generation.tunes.drawing import NOTHING, Melody, Opening, draw
from musegen.generation.tunes.laws import Laws, laws_of, symbols_of
from musegen.generation.tunes.moods import MOODS
from musegen.generation.tunes.plans import SONG, Character, Plan
from musegen.generation.tunes.primers import Primer
from musegen.generation.tunes.ranking import closes, price
from musegen.generation.tunes.under import labels_of, laws_of_chart, spans_of, with_room
from musegen.generation.tunes.writing import score_of
from musegen.generation.wishes import check_temperature
from musegen.models.networks import Parts
from musegen.rules.engine import check_all
from musegen.rules.findings import Finding
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import HarmonyLabel, Score
from musegen.score.pitch import fifths_name
from musegen.theory.tunes.levels import LIMITS
from musegen.theory.tunes.symbols import HIGHEST, LOWEST, Home
from musegen.theory.tunes.telling import Wish
from musegen.theory.tunes.tune import Tune

__all__ = ["COMFORTABLE", "MadeTune", "TuneWish", "closes", "melodies"]

COMFORTABLE = 55, 83
"""MIDI numbers between which a melody stays of which no range is asked: those of a fiddle in first position."""
SINGABLE = 59, 77
"""The same of songs and exercises: what most voices sing."""
_OF_A_VOICE, _ALL = 9, HIGHEST - LOWEST
"""Staff places between the lowest and the highest note of a song, and of any melody."""
_FEWEST = 4
"""Staff places between the lowest and the highest note, at least."""
_TELLING = 15
"""Staff places between the lowest and the highest note that a tune may reach both of: wider ranges are only a limit."""
_COOLER = 0.85
"""Times the temperature that is asked, where a critic chooses: from likelier candidates it chooses better ones."""
_UNSUNG = 2.0
"""Nats a note that it costs to sing of no chord what it has outside the key."""
_FLOORS = (-4, -3, -2, -1, 0)
"""Staff places from the tonic that melodies begin their range with."""


@dataclass(frozen=True)
class MadeTune:
    """A melody as it is written and read again, its plan, and what the rules say of it."""

    score: Score
    tune: Tune
    plan: Plan
    nats_a_note: float
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)


def melodies(
    wish: TuneWish, *, seed: int, count: int = 1, primer: Primer | None = None, weights: Parts | None = None
) -> Iterator[MadeTune]:
    """So many melodies, each the best of some; the one of a number is the same, however many are asked for.

    `weights` are a user's own, from `models.networks.open_folder`.

    Raises:
        UsageError: something is wished that no melody has, or that a primer contradicts.
        PackError: there is no such pack.
    """
    pack = load_pack(wish.pack)
    check_temperature(wish.temperature)
    wish = completed(wish, primer)
    for number in range(count):
        yield _best(wish, pack, np.random.default_rng([seed, number]), primer, weights)


def _best(wish: TuneWish, pack: Pack, rng: Generator, primer: Primer | None, weights: Parts | None) -> MadeTune:
    drawn, laws, reached = _drawn(wish, pack, rng, primer, weights)
    plan = laws.plan
    labels = labels_of(wish.chords, plan) if wish.chords else ()
    prices = [price(melody.tune, plan, melody.nats_a_note, reached) for melody in drawn]
    if laws.chords:
        prices = [
            (open_end, nats + _UNSUNG * laws.chords.unsung(one.tune))
            for (open_end, nats), one in zip(prices, drawn, strict=True)
        ]
    if _is_judged(wish, weights):
        prices = praised(prices, [melody.tune for melody in drawn])
    ranked = [drawn[number] for number in sorted(range(len(drawn)), key=prices.__getitem__)]
    return _first_without_errors(_judged(melody, plan, pack, labels) for melody in ranked)


def candidates_of(wish: TuneWish, rng: Generator) -> list[Melody]:
    """All candidates of one melody, none chosen: what a critic learns to tell from real tunes."""
    return _drawn(wish, load_pack(wish.pack), rng, None, None).drawn


def _is_judged(wish: TuneWish, weights: Parts | None) -> bool:
    """Whether the critic chooses: it knows the dance tunes and airs that the shipped network learned, nothing else."""
    return not (wish.is_phrased or weights)


class _Drawn(NamedTuple):
    drawn: list[Melody]
    laws: Laws
    reached: tuple[int | None, int | None] | None


def _drawn(wish: TuneWish, pack: Pack, rng: Generator, primer: Primer | None, weights: Parts | None) -> _Drawn:
    """The candidates of a melody, their laws, and the staff places that they are to reach, if any."""
    plan, home, opening = _planned(wish, rng, primer)
    like = None if primer or weights else plan.like
    span = _range(wish, home, like, rng)
    if wish.chords and not wish.range:
        span = with_room(wish.chords, home, span, SINGABLE)
    laws = _laws(wish, plan, home, pack, span)
    said = _said(wish, like, span if wish.range or span[1] - span[0] <= _TELLING else None)
    chords = spans_of(wish.chords, plan, home) if wish.chords else ()
    rngs = rng.spawn(wish.candidates)
    heat = wish.temperature * (_COOLER if _is_judged(wish, weights) else 1.0)
    drawn = draw(laws, home, said, rngs, chords=chords, opening=opening, temperature=heat, weights=weights)
    return _Drawn(drawn, laws, None if wish.range else (said.lowest, said.highest))


def _said(wish: TuneWish, like: Character | None, span: tuple[int, int] | None) -> Wish:
    """What the network is told of the whole: what is asked, else what is true of the tune whose form is taken."""
    density = MOODS[wish.mood].density if wish.mood else None
    if not like:
        return Wish(wish.style, wish.genre, wish.level, density, *(span or (None, None)))
    if density is None and not 0 < wish.level < like.level:
        density = like.density
    style, genre = wish.style or like.style, wish.genre or like.genre
    level = wish.level or like.level * (like.style != SONG)  # most songs are of the last one for a tie or a rest
    return Wish(style, genre, level, density, *(span or (None, None)))


def _laws(wish: TuneWish, plan: Plan, home: Home, pack: Pack, span: tuple[int, int]) -> Laws:
    """The laws of the melody between two staff places from the tonic."""
    lowest, highest = span
    notes = symbols_of(home, wish.level, lowest, highest)
    chords = laws_of_chart(wish.chords, plan, home, notes) if wish.chords else None
    over = wish.style == SONG and not wish.level
    return laws_of(plan, home, pack, level=wish.level, lowest=lowest, highest=highest, over_bars=over, chords=chords)


def _judged(melody: Melody, plan: Plan, pack: Pack, labels: tuple[HarmonyLabel, ...]) -> MadeTune:
    score = reread(score_of(melody.tune, plan, f"Melody in {melody.tune.home.words}", labels))
    report = next(check_all([(score, None)], pack))
    return MadeTune(score, melody.tune, plan, melody.nats_a_note, report.findings)


def _first_without_errors(judged: Iterable[MadeTune]) -> MadeTune:
    """The first of some melodies in which the rules find no error; where all have some, the one that has fewest."""
    looked_at: list[MadeTune] = []
    for made in judged:
        if not made.errors:
            return made
        looked_at.append(made)
    return min(looked_at, key=lambda made: made.errors)


def _planned(wish: TuneWish, rng: Generator, primer: Primer | None) -> tuple[Plan, Home, Opening]:
    plan, home = planned(wish, rng)
    if primer:
        return primer.fitted(plan), home, primer.opening
    return plan, _placed(home, wish), NOTHING


def _placed(home: Home, wish: TuneWish) -> Home:
    """The tonic in the octave that suits the range: a fifth of the way up, or nearest to that."""
    if not wish.range and not wish.is_phrased:
        return home
    low, high = wish.range or SINGABLE
    octaves = [home._replace(staff=home.staff % 7 + 7 * octave) for octave in range(10)]
    wanted = low + (high - low) / 5
    inside = [one for one in octaves if low <= one.natural(0).pitch <= high]
    if not inside:
        tonic = fifths_name(home.fifths)
        raise UsageError(f"the range has no {tonic} to end on", hint=f"{home.words} wants one that has")
    return min(inside, key=lambda one: abs(one.natural(0).pitch - wanted))


def _range(wish: TuneWish, home: Home, like: Character | None, rng: Generator) -> tuple[int, int]:
    """The lowest and highest staff place from the tonic that the melody may have."""
    low, high = wish.range or (SINGABLE if wish.is_phrased else COMFORTABLE)
    natural = [place for place in range(LOWEST, HIGHEST + 1) if low <= home.natural(place).pitch <= high]
    if not natural or natural[-1] - natural[0] < _FEWEST:
        raise UsageError("the range has too few notes of the key", hint="a melody needs a fifth or more")
    span = MOODS[wish.mood].span if wish.mood and not wish.range else _OF_A_VOICE if wish.is_phrased else _ALL
    if wish.level:
        span = min(span, LIMITS[wish.level - 1].span)
    if like and not (wish.range or wish.mood):
        found = _as_like(like, home, natural, span)
        if found:
            return found
    if natural[-1] - natural[0] <= span:
        return natural[0], natural[-1]
    floors = [place for place in natural if place + span <= natural[-1] and -(-place // 7) * 7 <= place + span]
    lowest = int(rng.choice([place for place in floors if place in _FLOORS] or floors))
    return lowest, lowest + span


def _as_like(like: Character, home: Home, natural: list[int], span: int) -> tuple[int, int] | None:
    """The range of a real tune, of one on another tonic the same notes, as far as it is free; None if it cannot be.

    The tonic of a song is wherever a voice has room for it, so its range is counted from there.
    """
    moved = 0 if like.style == SONG else like.home.staff - home.staff
    lowest, highest = max(like.lowest + moved, natural[0]), min(like.highest + moved, natural[-1])
    has_tonic = -(-lowest // 7) * 7 <= highest
    return (lowest, highest) if has_tonic and _FEWEST <= highest - lowest <= span else None
