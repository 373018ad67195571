"""The measures of one ABC voice: barlines, repeats, endings, numbers, and bars that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from musegen.errors import MalformedScore
from musegen.score.measure_grid import MeasureFacts, full_length
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Notice

MAX_MEASURES = 10_000
"""In one voice."""
_STYLES = (("|]", "final"), ("[|", "heavy-light"), ("||", "double"))


class Bars:
    """The measures that are closed, in `facts`, and the one that is being filled, `bar`. Times in ticks."""

    def __init__(self, unit: int, time: TimeSignature | None, key: KeySignature) -> None:
        self.unit = unit  # ticks per quarter
        self.facts: list[MeasureFacts] = []
        self.time, self.key, self.ending = time, key, ""
        self.full = full_length(time, unit) if time else 0
        self.bar = self._next()

    def _next(self) -> MeasureFacts:
        return MeasureFacts("", time=self.time, key=self.key, ending=self.ending)

    def close(self, extent: int, count: int = 1) -> None:
        """End the measure that is so long; as so many measures, where its barlines were left out."""
        if len(self.facts) + count > MAX_MEASURES:
            raise MalformedScore(f"the tune has more than {MAX_MEASURES} measures")
        for number in range(count):
            bar = self.bar
            bar.extent = bar.reach = extent if count == 1 else min(self.full, extent - number * self.full)
            self.facts.append(bar)
            self.bar = self._next()
            self.bar.sounding = bar.sounding and number + 1 < count

    def rest(self, count: int) -> None:
        """Whole measures of rest."""
        for _ in range(count):
            self.close(self.full or 4 * self.unit)

    def line(self, sign: str) -> None:
        """A barline such as `|`, `:|` or `|]`, when what stands before it is closed."""
        ends, starts = sign.startswith(":"), sign.endswith(":")
        style = "" if ends or starts else next((name for text, name in _STYLES if text in sign), "")
        if self.facts:
            last = self.facts[-1]
            last.repeat_end |= ends
            last.barline = "" if last.repeat_end else last.barline or style
        self.bar.repeat_start |= starts
        if ends or starts or style:
            self.end_variant("")

    def end_variant(self, following: str) -> None:
        """A first or second ending ends here; the measure that begins stands under `following`."""
        self.ending = self.bar.ending = following

    def set_time(self, time: TimeSignature | None) -> None:
        """A meter, from the measure that begins."""
        self.time = self.bar.time = time
        self.full = full_length(time, self.unit) if time else 0

    def set_key(self, key: KeySignature, inside: bool) -> None:
        """A key signature, from the measure that begins; from the next one where this has begun."""
        self.key = key
        if not inside:
            self.bar.key = key

    def numbered(self) -> list[MeasureFacts]:
        """All measures with their numbers: a pickup is 0; both halves of one that a repeat cuts in two are counted."""
        facts = self.facts
        for number, bar in enumerate(facts, start=1 if len(facts) == 1 else self._first_number()):
            bar.number = str(number)
        for before, bar in pairwise(facts[1:]):
            bar.implicit = self._short(before) and self._short(bar) and before.time == bar.time
        return facts

    @property
    def number(self) -> str:
        """The number of the measure that is being filled."""
        return str(len(self.facts) + self._first_number())

    def _first_number(self) -> int:
        return 0 if self.facts and self._short(self.facts[0]) else 1

    def _short(self, bar: MeasureFacts) -> bool:
        return bar.time is not None and bar.extent < full_length(bar.time, self.unit)


def evened(voices: Sequence[list[MeasureFacts]]) -> tuple[list[list[MeasureFacts]], list[Notice]]:
    """The measures of voices that end together: a shorter one rests at the end, and that is said."""
    longest = max(voices, key=len, default=[])
    notices = []
    for facts in voices:
        if len(facts) < len(longest):
            notices.append(Notice("a part ends here before the others", longest[len(facts)].number))
            facts += [MeasureFacts(other.number, time=other.time) for other in longest[len(facts) :]]
    return list(voices), notices
