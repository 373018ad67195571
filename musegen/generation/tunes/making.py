"""Melodies on request: key, meter, length, style and more in, the best of several out, checked as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from musegen.errors import UsageError, nearest
from musegen.generation.refine.rereading import reread
from musegen.generation.tunes.drawing import NOTHING, Melody, Opening, draw
from musegen.generation.tunes.laws import laws_of
from musegen.generation.tunes.moods import MOODS
from musegen.generation.tunes.plans import Plan, draw_plan
from musegen.generation.tunes.primers import Primer
from musegen.generation.tunes.under import Chart, labels_of, spans_of
from musegen.generation.tunes.writing import score_of
from musegen.generation.wishes import check_temperature
from musegen.models.networks import Parts
from musegen.rules.engine import check_all
from musegen.rules.findings import Finding
from musegen.rules.packs import Pack, load_pack
from musegen.score.meter import TimeSignature
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.tunes.form import scale_degree
from musegen.theory.tunes.levels import LIMITS
from musegen.theory.tunes.symbols import GRID, HIGHEST, LENGTHS, LOWEST, MODES, Home, home_of
from musegen.theory.tunes.telling import GENRES, STYLES, Wish
from musegen.theory.tunes.tune import Tune

_TONICS = {"major": (1, 2, 0, 3, -1), "minor": (2, 4, 3, 1), "dorian": (2, 4, 3), "mixolydian": (2, 3, 1)}
"""Usual tonics of each mode, on the line of fifths; of other modes D."""
COMFORTABLE = 55, 83
"""MIDI numbers between which a melody stays of which no range is asked: those of a fiddle in first position."""
_FEWEST = 4
"""Staff places between the lowest and the highest note, at least."""
_FLOORS = (-4, -3, -2, -1, 0)
"""Staff places from the tonic that melodies begin their range with."""
_LEADING = (1, 2, 4, 6)
"""Scale degrees, from 0, from which a melody steps or leaps to its last tonic in a cadence."""


@dataclass(frozen=True)
class TuneWish:
    """Requests; what is None, 0 or empty is left free.

    >>> TuneWish(measures=16, style="irish").pack
    'melody'
    """

    key: Home | None = None
    meter: TimeSignature | None = None
    measures: int = 0
    pickup: str = "auto"  # "none", "beat" or "auto"
    style: str = ""
    genre: str = ""
    level: int = 0
    mood: str = ""
    chords: Chart | None = None
    range: tuple[int, int] | None = None  # MIDI numbers
    pack: str = "melody"
    candidates: int = 8
    temperature: float = 1.0


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
    for what, word, words in (
        ("style", wish.style, STYLES), ("genre", wish.genre, GENRES), ("mood", wish.mood, [*MOODS])
    ):  # fmt: skip
        if word and word not in words:
            raise UsageError(f"there is no {what} `{word}`", hint=nearest(word, [*words]))
    for number in range(count):
        yield _best(wish, pack, np.random.default_rng([seed, number]), primer, weights)


def closes(tune: Tune) -> bool:
    """Whether a tune ends in a cadence.

    Its last note is the tonic, not shorter than its middle note, and comes from a degree of the dominant, or the third.
    """
    notes = tune.is_note
    degrees, lengths = scale_degree(tune.symbol[notes]), np.array(LENGTHS)[tune.length[notes]]
    others = degrees[degrees != degrees[-1]]
    return bool(degrees[-1] == 0 and len(others) and others[-1] in _LEADING and lengths[-1] >= np.median(lengths))


def _best(wish: TuneWish, pack: Pack, rng: Generator, primer: Primer | None, weights: Parts | None) -> MadeTune:
    plan, home, opening = _planned(wish, rng, primer)
    lowest, highest = _range(wish, home, rng)
    density = MOODS[wish.mood].density if wish.mood else None
    said = Wish(wish.style, wish.genre, wish.level, density, *((lowest, highest) if wish.range else (None, None)))
    over = wish.style == "song"
    laws = laws_of(plan, home, pack, level=wish.level, lowest=lowest, highest=highest, over_bars=over)
    chords = spans_of(wish.chords, plan, home) if wish.chords else ()
    rngs = rng.spawn(wish.candidates)
    drawn = draw(laws, home, said, rngs, chords=chords, opening=opening, temperature=wish.temperature, weights=weights)
    labels = labels_of(wish.chords, plan) if wish.chords else ()
    ranked = sorted(drawn, key=lambda melody: (not closes(melody.tune), melody.nats_a_note))
    return _first_without_errors(_judged(melody, plan, pack, labels) for melody in ranked)


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
    if not primer:
        plan = draw_plan(
            rng, meter=wish.meter, measures=wish.measures, style=wish.style, genre=wish.genre, pickup=wish.pickup
        )
        plan = _with_upbeat_of_level(plan, wish.level)
        return plan, _placed(wish.key or _some_key(wish, plan, rng), wish), NOTHING
    tune = primer.tune
    for what, asked, given in (("meter", wish.meter, tune.meter), ("key", wish.key, tune.home)):
        if asked and (asked != given if what == "meter" else asked[:2] != given[:2]):
            told = f"the primer has another {what}"
            raise UsageError(told, hint=f"leave out --{what}, or give a primer of that {what}")
    plan = draw_plan(rng, meter=tune.meter, measures=wish.measures, style=wish.style, genre=wish.genre)
    return primer.fitted(plan), tune.home, primer.opening


def _with_upbeat_of_level(plan: Plan, level: int) -> Plan:
    """The plan with an upbeat that the level's shortest notes fill; else no note of the level could begin on a beat."""
    if not level:
        return plan
    shortest = int(LIMITS[level - 1].shortest * plan.meter.beat_quarters * GRID)
    return replace(plan, pickup=plan.pickup // shortest * shortest)


def _some_key(wish: TuneWish, plan: Plan, rng: Generator) -> Home:
    mode = str(rng.choice(MOODS[wish.mood].modes)) if wish.mood else MODES[plan.mode]
    return home_of(int(rng.choice(_TONICS.get(mode, (2,)))), mode)


def _placed(home: Home, wish: TuneWish) -> Home:
    """The tonic in the octave that suits the range: a fifth of the way up, or nearest to that."""
    if not wish.range:
        return home
    low, high = wish.range
    octaves = [home._replace(staff=home.staff % 7 + 7 * octave) for octave in range(10)]
    wanted = low + (high - low) / 5
    return min(octaves, key=lambda one: abs(one.natural(0).pitch - wanted))


def _range(wish: TuneWish, home: Home, rng: Generator) -> tuple[int, int]:
    """The lowest and highest staff place from the tonic that the melody may have."""
    low, high = wish.range or COMFORTABLE
    natural = [place for place in range(LOWEST, HIGHEST + 1) if low <= home.natural(place).pitch <= high]
    if not natural or natural[-1] - natural[0] < _FEWEST:
        raise UsageError("the range has too few notes of the key", hint="a melody needs a fifth or more")
    span = MOODS[wish.mood].span if wish.mood and not wish.range else HIGHEST - LOWEST
    if wish.level:
        span = min(span, LIMITS[wish.level - 1].span)
    if natural[-1] - natural[0] <= span:
        return natural[0], natural[-1]
    floors = [place for place in natural if place + span <= natural[-1] and place <= 0 <= place + span]
    lowest = int(rng.choice([place for place in floors if place in _FLOORS] or floors))
    return lowest, lowest + span
