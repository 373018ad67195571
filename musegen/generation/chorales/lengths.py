"""How long the phrases of a chorale are: drawn so that barlines, Stollen and the number of measures come out."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from typing import NamedTuple

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.chorales.counted import Table, drawn, habits, place_of

MOST_PHRASES = 40


class Length(NamedTuple):
    """Of a phrase, in quarters."""

    whole: int
    last_chord: int


class Form(NamedTuple):
    """How many phrases come twice at the beginning, and how many follow."""

    stollen: int
    after: int

    @property
    def phrases(self) -> int:
        """As they sound."""
        return 2 * self.stollen + self.after

    @property
    def different(self) -> int:
        """Those that come again counted once."""
        return self.stollen + self.after


def draw_lengths(
    rng: Generator, meter: str, beats: int, pickup: int, *, measures: int, phrases: int
) -> tuple[Form, list[Length]]:
    """A form, and the length of each of its different phrases; `beats` are quarters of a measure, 0 leaves free.

    Raises:
        UsageError: so many phrases do not make so many measures.
    """
    phase = -pickup % beats
    lengths = _Lengths(habits().lengths, meter, beats, phase)
    form = _draw_form(rng, lengths, measures * beats, phrases)
    if form is None:
        told = f"no chorale in {meter} of {measures} measures" if measures else f"no chorale in {meter}"
        raise UsageError(f"{told} {f'has {phrases} phrases' if phrases else 'is known'}", hint="leave one of them free")
    first = _draw_stollen(rng, lengths, form, measures * beats)
    rest = measures * beats - 2 * first if measures else None
    found = lengths.draw(rng, form, 0, form.stollen, first or None)
    return form, found + lengths.draw(rng, form, form.stollen, form.different, rest, before=found)


class _Lengths:
    """The counted lengths of one meter, and the odds that phrases fill a span exactly."""

    def __init__(self, table: Table, meter: str, beats: int, phase: int) -> None:
        self.table, self.meter, self.beats, self.phase = table, meter, beats, phase
        self.odds = cache(self._odds)

    def _odds(self, phrases: int, phase: int, left: int | None) -> float:
        """That so many phrases which begin at a phase fill `left` quarters and end where the piece's first begins."""
        if not phrases:
            return float(phase == self.phase and not left)
        if left is not None and left <= 0:
            return 0.0
        seen = self.table.get(f"{self.meter} {phase}", {})
        whole = sum(seen.values())
        return sum(count / whole * self.after(item, phrases, phase, left) for item, count in seen.items())

    def after(self, item: str, phrases: int, phase: int, left: int | None) -> float:
        """The odds of what follows a length that was taken first; where the whole is free, whether anything can."""
        length = _length(item).whole
        odds = self.odds(phrases - 1, (phase + length) % self.beats, None if left is None else left - length)
        return float(odds > 0) if left is None else odds

    def draw(
        self, rng: Generator, form: Form, first: int, last: int, left: int | None, before: list[Length] | None = None
    ) -> list[Length]:
        """Lengths for the phrases from `first` to `last` that fill `left` quarters, all from barline phase to phase."""
        found, phase = list(before or []), self.phase
        for number in range(first, last):
            place = place_of(number, form.different, form.stollen)
            context = [self.meter, str(phase), place, *([_word(found[-1])] if found else [])]
            item = drawn(self.table, context, rng, lambda item: self.after(item, last - number, phase, left))  # noqa: B023
            assert item is not None, "the form was drawn so that lengths can be found"
            found.append(_length(item))
            phase = (phase + found[-1].whole) % self.beats
            left = None if left is None else left - found[-1].whole
        return found[len(before or []) :]

    def chances(self, form: Form, whole: int) -> dict[int, float]:
        """How likely a form fills `whole` quarters (0: any), by the quarters of its Stollen."""
        if not whole:
            return {0: float(all(self.odds(count, self.phase, None) for count in form))}
        stollen = range(self.beats, whole // 2, self.beats) if form.stollen else [0]
        return {
            first: self.odds(form.stollen, self.phase, first) * self.odds(form.after, self.phase, whole - 2 * first)
            for first in stollen
        }


def _draw_form(rng: Generator, lengths: _Lengths, whole: int, phrases: int) -> Form | None:
    """A form as often as it is Bach's and fills the measures; one of other size where none of his does."""

    def weight(item: str) -> float:
        form = _form(item)
        fits = form.after > 0 and (not phrases or form.phrases == phrases)
        return sum(lengths.chances(form, whole).values()) if fits else 0.0

    counts = range(phrases or 1, (phrases or MOST_PHRASES) + 1)
    found = drawn(habits().forms, [lengths.meter], rng, weight)
    found = found or drawn({"": {f"0+{count}": 1 for count in counts}}, [], rng, weight)
    return _form(found) if found else None


def _draw_stollen(rng: Generator, lengths: _Lengths, form: Form, whole: int) -> int:
    """The quarters of the Stollen; 0 where there is none, or where it is free."""
    chances = lengths.chances(form, whole)
    return int(rng.choice(list(chances), p=[share / sum(chances.values()) for share in chances.values()]))


def _form(item: str) -> Form:
    return Form(*map(int, item.split("+")))


def _length(item: str) -> Length:
    return Length(*map(int, item.split(":")))


def _word(length: Length) -> str:
    return f"{length.whole}:{length.last_chord}"


def onsets_of(lengths: list[Length]) -> list[int]:
    """When each phrase begins, in quarters; and last, when the piece ends.

    >>> onsets_of([Length(8, 1), Length(7, 2)])
    [0, 8, 15]
    """
    return list(accumulate((length.whole for length in lengths), initial=0))
