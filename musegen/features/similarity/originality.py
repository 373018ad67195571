"""`originality`: does a piece copy a corpus? Its shared passages, and how often unrelated pieces share as much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.features.similarity.base_rate import Strongest, enough_bits, share
from musegen.features.similarity.evidence import shared
from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import Line, lines_of
from musegen.features.similarity.matches import Match, match_of
from musegen.score.model import Score


class SharedPassage(NamedTuple):
    """One passage that a piece shares with another, and how much that means."""

    match: Match  # its bits weighed as evidence of a copy; see `evidence`
    unrelated: float  # share of unrelated pieces of the corpus that have as strong a passage in common with others
    chance: float  # the same of tunes drawn from the corpus's n-grams
    version: bool  # of this tune, or in the group of one: half of either's notes are shared


@dataclass(frozen=True)
class OriginalityReport:
    """What a piece shares with a corpus, strongest first."""

    passages: tuple[SharedPassage, ...]
    notes: int
    limit: float  # bits that 1 % of strangers of this length reach by chance
    sampled: int  # pieces of which the base rates were made

    @property
    def copies(self) -> tuple[SharedPassage, ...]:
        """The passages that are stronger than chance explains, at one false alarm in a hundred pieces."""
        return tuple(passage for passage in self.passages if passage.match.bits > self.limit)

    @property
    def is_original(self) -> bool:
        """Whether nothing is shared beyond what chance explains."""
        return not self.copies


def originality(
    source: Score | Line, index: SimilarityIndex, *, without: str = "", count: int = 10
) -> OriginalityReport:
    """What a piece shares with an index that has base rates (`with_base_rate`), transposed or not, ornamented or not.

    At most `count` passages are told. `without` names a piece of the index whose group is not looked at, such as the
    piece itself. What is weighed is surprise; what many groups hold, is said twice, or is broken is worth fewer bits.

    Raises:
        UsageError: the index has no base rates.
    """
    if not len(index.chance):
        raise UsageError("this index has no base rates", hint="make them with `with_base_rate`")
    words = [measure.number for measure in source.measures] if isinstance(source, Score) else []
    lines = lines_of(source) if isinstance(source, Score) else (source,)
    notes = sum(len(line.pitch) for line in lines)
    told = []
    for line, passage, related in shared(index, lines, without)[:count]:
        strength = Strongest(passage.bits, notes)
        rates = (share(index.unrelated, strength), share(index.chance, strength))
        told.append(SharedPassage(match_of(index, words, line, passage), *rates, related))
    return OriginalityReport(tuple(told), notes, enough_bits(index, notes), len(index.unrelated))
