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

    Each is written to MusicXML and read again, and judged by the pack, once by its own numerals and once by the chords
    that are heard in its notes. What breaks a rule there is mended where another pitch for one or two notes can do it,
    never for a given one; a setting with errors comes behind all that have none. The likelier ones are judged
    first, and no more when enough have no errors.

    Raises:
        PackError: the pack cannot be used.
    """
    rules = load_pack(pack) if isinstance(pack, str) else pack
    chosen: list[_Judged] = []
    faulty: list[_Judged] = []
    promising = sorted(candidates, key=lambda one: (one.faults, -one.log_probability))
    for start in range(0, len(promising), count):
        for one in _by_merit(promising[start : start + count], rules):
            if len(chosen) < count and is_new(one.ground, (other.ground for other in chosen)):
                heard = one if one.reading.errors else one.heard(rules)
                (faulty if heard.errors else chosen).append(heard)
        if len(chosen) == count:
            break
    for one in sorted(faulty, key=lambda one: (one.errors, -one.merit)):
        if len(chosen) < count and is_new(one.ground, (other.ground for other in chosen)):
            chosen.append(one.mended(rules))
    return [one.told() for one in sorted(chosen, key=lambda one: (one.errors, -one.merit))]


def _by_merit(candidates: Sequence[Candidate], pack: Pack) -> list[_Judged]:
    """Candidates judged by their numerals, those without errors first, then by merit."""
    readings = by_numerals([candidate.score for candidate in candidates], pack)
    judged = [_Judged.of(*each) for each in zip(candidates, readings, strict=True)]
    return sorted((one.named(pack) for one in judged), key=lambda one: (one.reading.errors, -one.merit))


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

    def named(self, pack: Pack) -> _Judged:
        """Without its numerals, where they are wrong and were not asked for: what it is, is then heard in its notes."""
        if not self.reading.errors or self.candidate.asked:
            return self
        other = unnamed(self.candidate)
        after = _Judged.of(other, by_numerals([other.score], pack)[0])
        return after if after.errors < self.errors else self

    def heard(self, pack: Pack) -> _Judged:
        """Judged as it is read again, by numerals, where it has any, and by ear."""
        again = reread(self.candidate.score)
        reading = self.reading if same_music(again, self.candidate.score) else by_numerals([again], pack)[0]
        return self._replace(reading=reading, ear=by_ear(again, pack) if has_numerals(again) else None)

    def mended(self, pack: Pack) -> _Judged:
        """With the errors of both readings mended as far as can be; as it is where that makes it no better."""
        best = self if self.ear else self.heard(pack)
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
        after = _Judged.of(other, by_numerals([other.score], pack)[0]).heard(pack)
        return after._replace(repairs=(*self.repairs, *resolved)) if after.errors < self.errors else self

    def told(self) -> Refined:
        own = self.reading.errors
        return Refined(
            self.candidate.score, own, self.errors - own, self.findings, self.repairs, self.merit, self.candidate
        )
