"""Judgement: everything that is told of one generator, as data; reports make text, JSON and a page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from musegen.evaluation.melodies.adversary import Tell
from musegen.evaluation.melodies.distances import Distances
from musegen.evaluation.sure import Figure
from musegen.evaluation.tables import Evaluation
from musegen.score.model import Score

FARTHEST_RATIO, HIGHEST_AUC, CONTROL, PART_OF_BASELINE = 1.5, 0.75, 0.95, 0.85
"""What a melody generator should reach: docs/judging.md."""


class HeldOut(NamedTuple):
    """How well a model foretells held-out pieces; the lower, the better.

    The first network of several is the one that is told no more than the n-gram: that one must beat it.
    """

    model: str
    value: float
    unit: str  # "bits a note"
    what: str = ""  # on which pieces, and what was paid for
    baseline: bool = False  # an n-gram that the network must beat


class RuleCount(NamedTuple):
    """How often one rule of the pack is broken."""

    rule: str
    made: float  # findings in a hundred notes
    real: float
    pieces: float  # share of made pieces with one finding or more


class Shared(NamedTuple):
    """Longest shared passages of a set of tunes, in notes."""

    name: str
    mean: float
    high: float  # the 95th percentile
    longest: int
    piece: str  # that has the longest, and where it is from
    source: str


class Kept(NamedTuple):
    """How many pieces keep one thing that was asked for; and how many real tunes would, asked for what they are."""

    aspect: str
    made: tuple[int, int] | None  # kept, asked
    real: tuple[int, int]


class Melodies(NamedTuple):
    """All that is told of made melodies."""

    sizes: tuple[int, int, int]  # made, held out, of the corpus
    distances: Distances
    adversary: Figure  # made from held-out tunes
    own: Figure  # one half of the held-out tunes from the other
    control: Figure  # held-out tunes from the same with their measures shuffled
    tells: tuple[Tell, ...]
    shared: tuple[Shared, ...]  # made, held out: melody and rhythm
    shared_pitches: tuple[Shared, ...]  # the same by intervals alone
    pack: str
    rules: tuple[RuleCount, ...]
    kept: tuple[Kept, ...]


class Aim(NamedTuple):
    """One figure to reach."""

    what: str
    figure: str
    wanted: str
    reached: bool


@dataclass(frozen=True)
class Judgement:
    """All that is told of a generator, or of a folder of scores that one made."""

    name: str
    against: str  # the corpus
    made: str  # what was judged: so many pieces, how they were asked for
    seed: int
    card: Mapping[str, Any] = field(default_factory=dict)
    held_out: tuple[HeldOut, ...] = ()
    melodies: Melodies | None = None
    table: Evaluation | None = None  # chorales, beside Bach's
    further: tuple[Aim, ...] = ()  # figures that only this kind of generator has
    examples: tuple[Score, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()  # pieces that could not be judged, with the reason

    @property
    def aims(self) -> tuple[Aim, ...]:
        """The figures to reach, as far as they were measured."""
        found = list(_likelihood_aim(self.held_out))
        return tuple(found + (_melody_aims(self.melodies) if self.melodies else []) + list(self.further))


def _likelihood_aim(held_out: tuple[HeldOut, ...]) -> list[Aim]:
    networks = [one for one in held_out if not one.baseline]
    baselines = [one for one in held_out if one.baseline]
    if not networks or not baselines:
        return []
    best, least = networks[0].value, min(one.value for one in baselines)
    wanted = f"at most {PART_OF_BASELINE * least:.3f}, 85 % of the n-gram's {least:.3f}"
    figure = f"{best:.3f} ({best / least:.1%} of it)"
    return [Aim(f"held-out {networks[0].unit}", figure, wanted, best <= PART_OF_BASELINE * least)]


def _melody_aims(told: Melodies) -> list[Aim]:
    apart = told.distances
    far = [one.name for one in apart.each if one.ratio > FARTHEST_RATIO]
    few = f"; farther: {', '.join(far)}" if far else "; none farther"
    made, real = told.shared[0], told.shared[1]
    everything = next((one.made for one in told.kept if one.aspect == "everything" and one.made), None)
    aims = [
        Aim("distance to the corpus, by its own (mean)", f"{apart.ratio:.2f}{few}", f"at most {FARTHEST_RATIO}",
            apart.ratio <= FARTHEST_RATIO),
        Aim("distance to the corpus, by its own (each)", f"{len(apart.each) - len(far)} of {len(apart.each)}",
            f"every one at most {FARTHEST_RATIO}", not far),
        Aim("a judge tells made from real: AUC", f"{told.adversary.value:.2f}", f"at most {HIGHEST_AUC}",
            told.adversary.value <= HIGHEST_AUC),
        Aim("control, real from measure-shuffled: AUC", f"{told.control.value:.3f}", f"above {CONTROL}",
            told.control.value > CONTROL),
        Aim("longest passage shared with the corpus, notes", f"{made.longest} (95 %: {made.high:.0f})",
            f"unrelated tunes have {real.longest} (95 %: {real.high:.0f})",
            made.longest <= real.longest and made.high <= real.high),
    ]  # fmt: skip
    if everything:
        aims.append(Aim("everything that was asked for is kept", f"{everything[0]} of {everything[1]}", "all",
                        everything[0] == everything[1]))  # fmt: skip
    return aims
