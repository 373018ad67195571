"""The best of many settings: judged as they will be read, mended where they must be, each other than those before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.generation.refine.candidates import Candidate, Refined
from musegen.generation.refine.judging import Reading, both, by_ear, by_numerals
from musegen.generation.refine.merit import merit
from musegen.generation.refine.repairing import has_numerals, mended, unnamed
from musegen.generation.refine.rereading import reread, same_music
from musegen.generation.refine.variety import Ground, ground_of, is_new
from musegen.rules.findings import Finding
from musegen.rules.packs import Pack, load_pack

_HOPELESS = 12
"""Errors from which on a setting is not mended: another one will be better."""


def refined(candidates: Sequence[Candidate], *, pack: Pack | str, count: int) -> list[Refined]:
    """The best `count` of these settings, best first, each other than those before; fewer where there are not so many.

    Raises:
        PackError: the pack cannot be used.
    """
    choice = Choice(pack, count)
    choice.take(candidates)
    return choice.best()


class Choice:
    """The best settings of one task among those that come, judged as they come.

    Each is judged by the pack by the chords that are heard in its notes, and, if it is chosen, by its own numerals, as
    it is when it is written to MusicXML and read again. What breaks a rule is mended at last where another pitch for
    one or two notes can do it, never for a given one; a setting with errors comes behind all that have none. The
    likelier ones are judged first, and no more when enough have no errors.
    """

    def __init__(self, pack: Pack | str, count: int) -> None:
        """`pack` judges; `count` are wanted.

        Raises:
            PackError: the pack cannot be used.
        """
        self._pack = load_pack(pack) if isinstance(pack, str) else pack
        self._count = count
        self._chosen: list[_Judged] = []
        self._faulty: list[_Judged] = []

    @property
    def is_enough(self) -> bool:
        """As many as are wanted, with nothing wrong."""
        return len(self._chosen) >= self._count

    @property
    def nearest(self) -> list[Refined]:
        """As many as are still wanted of those with errors, as they came, the ones with the fewest first."""
        return [one.told() for one in self._ordered()[: self._count - len(self._chosen)]]

    def take(self, candidates: Sequence[Candidate]) -> None:
        """Judge settings until there are enough."""
        promising = sorted(candidates, key=lambda one: (one.faults, -one.log_probability))
        for start in range(0, len(promising), self._count):
            for one in _by_merit(promising[start : start + self._count], self._pack):
                if not self.is_enough and self._is_new(one):
                    heard = one if one.errors else one.written(self._pack)
                    (self._faulty if heard.errors else self._chosen).append(heard)
            if self.is_enough:
                break

    def best(self) -> list[Refined]:
        """Those that are wanted, best first; where there are not enough without errors, others, mended."""
        found = list(self._chosen)
        for one in self._ordered():
            if len(found) < self._count and is_new(one.ground, (other.ground for other in found)):
                found.append(one.mended(self._pack))
        return [one.told() for one in sorted(found, key=lambda one: (one.errors, -one.merit))]

    def _ordered(self) -> list[_Judged]:
        return sorted(self._faulty, key=lambda one: (one.errors, -one.merit))

    def _is_new(self, one: _Judged) -> bool:
        return is_new(one.ground, (other.ground for other in self._chosen))


def _by_merit(candidates: Sequence[Candidate], pack: Pack) -> list[_Judged]:
    """Candidates judged by ear, or by the numerals that were asked for: those without errors first, then by merit."""
    heard = [candidate if candidate.asked else unnamed(candidate) for candidate in candidates]
    readings = by_numerals([candidate.score for candidate in heard], pack)
    judged = [_Judged.of(*each) for each in zip(candidates, readings, strict=True)]
    return sorted(judged, key=lambda one: (one.errors, -one.merit))


class _Judged(NamedTuple):
    """A candidate with what is known of it."""

    candidate: Candidate
    reading: Reading
    ground: Ground
    merit: float
    ear: Reading | None = None  # of the notes alone, as they are read again
    repairs: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, candidate: Candidate, reading: Reading) -> _Judged:
        return cls(candidate, reading, ground_of(reading), merit(candidate, reading))

    @property
    def errors(self) -> int:
        return sum(item.severity == "error" for item in self.findings) + self.candidate.faults

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.reading.report.findings if self.ear is None else both(self.reading.report, self.ear.report)

    @property
    def is_by_ear(self) -> bool:
        """Its own numerals were not yet asked."""
        return not self.candidate.asked and has_numerals(self.candidate.score) and not has_numerals(self.reading.score)

    def written(self, pack: Pack) -> _Judged:
        """As it is read again: with its numerals, where they are right or were asked for, and by ear."""
        one = self.named(pack) if self.is_by_ear else self
        again = reread(one.candidate.score)
        if not same_music(again, one.candidate.score):
            one = one._replace(reading=by_numerals([again], pack)[0], ear=None)
        if one.ear is None and has_numerals(again):
            return one._replace(ear=by_ear(again, pack))
        return one

    def named(self, pack: Pack) -> _Judged:
        """With its numerals, if they are no worse than what is heard, or else without them."""
        reading = by_numerals([self.candidate.score], pack)[0]
        if reading.errors > self.reading.errors:
            return self._replace(candidate=unnamed(self.candidate))
        return _Judged.of(self.candidate, reading)._replace(ear=self.reading)

    def mended(self, pack: Pack) -> _Judged:
        """With the errors of both readings mended as far as can be; as it is where that makes it no better."""
        best = self.written(pack)
        if best.errors > _HOPELESS:
            return best
        for _ in range(2):  # what mends one reading may be heard otherwise in the other
            faulty = next((reading for reading in (best.reading, best.ear) if reading and reading.errors), None)
            if faulty is None:
                break
            score, resolved = mended(best.candidate, faulty, pack)
            if resolved:
                best = best._if_better(best.candidate._replace(score=score), resolved, pack)
        return best

    def _if_better(self, other: Candidate, resolved: tuple[Finding, ...], pack: Pack) -> _Judged:
        """Another version of it, with what was mended there, if it has fewer errors."""
        after = _Judged.of(other, by_numerals([other.score], pack)[0]).written(pack)
        return after._replace(repairs=(*self.repairs, *resolved)) if after.errors < self.errors else self

    def told(self) -> Refined:
        own = self.reading.errors
        places = {place for reading in (self.reading, self.ear) if reading for place in reading.places}
        return Refined(
            self.candidate.score, own, self.errors - own, self.findings, self.repairs, self.merit, self.candidate,
            tuple(sorted(places)),
        )  # fmt: skip
