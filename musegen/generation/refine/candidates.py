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


@dataclass(frozen=True)
class Refined:
    """A setting as it is read again from the MusicXML that was written of it, judged; with its repairs."""

    score: Score
    errors: int  # findings of severity error under the pack, with the numerals that the score carries
    errors_heard: int  # the same, with the chords that the analyser hears in the notes alone
    findings: tuple[Finding, ...]  # of both readings, each once
    repairs: tuple[Finding, ...]  # what was mended, each with its fix
    log_probability: float  # nats a drawn note, before repairs
    cost: float
