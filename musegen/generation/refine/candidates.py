"""What comes into the post-filter, and what comes out of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from musegen.rules.findings import Finding
from musegen.score.model import Score


class Candidate(NamedTuple):
    """A setting that a generator proposes."""

    score: Score
    log_probability: float  # nats a drawn note
    cost: float = 0.0  # points of the rules that only weighed
    given: Collection[int] = ()  # ids of the notes that were given: they are never changed
    asked: bool = False  # its numerals were asked for: they are never changed
    faults: int = 0  # of the textbook, by sound alone, where the pack is one under which that is kept
    number: int = -1  # by which the generator knows it again


@dataclass(frozen=True)
class Refined:
    """A setting that was written, read again, judged and, where that was needed, mended."""

    score: Score
    errors: int  # findings of severity error under the pack, by the numerals that the score carries
    errors_heard: int  # those that come when the chords are heard in the notes alone
    findings: tuple[Finding, ...]  # of both readings, each once, in order of time
    repairs: tuple[Finding, ...]  # what was mended at last, each with its fix
    merit: float  # by which settings with as many errors are ranked, in nats a note
    candidate: Candidate  # as it is after repairs
    places: tuple[float, ...] = ()  # where errors arrive, in quarters from the beginning

    @property
    def is_clean(self) -> bool:
        """Nothing is wrong with it by its numerals, by ear, or by the textbook where that is kept."""
        return not (self.errors or self.errors_heard or self.candidate.faults)

    @property
    def log_probability(self) -> float:
        """Nats a drawn note, before repairs."""
        return self.candidate.log_probability

    @property
    def cost(self) -> float:
        """Points of the rules that only weighed while it was made."""
        return self.candidate.cost
