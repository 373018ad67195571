"""Counts what Bach's plans have in common: `python -m musegen.generation.chorales.counting`, in half a minute.

Read are the training pieces of the corpus bach-chorales without known faults, analysed by the neural engine.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from musegen.corpora.selecting import pieces_of
from musegen.errors import UnreadableFile
from musegen.generation.chorales.counted import COUNTS, Habits, counted, place_of, relative
from musegen.generation.chorales.following import plan_of, repeated_phrases
from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan
from musegen.generation.neural.frames import frames_of
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import Score

CORPUS = "bach-chorales"
_LONGEST = 16
"""Quarters: in a longer phrase an encoder forgot a fermata."""
Seen = tuple[tuple[str, ...], str]


class Example(NamedTuple):
    """A plan of Bach's, and how many of its phrases make the Stollen; they stand in it once."""

    plan: ChoralePlan
    stollen: int


def example_of(score: Score) -> Example | None:
    """What a chorale shows; None where its phrases or measures are not to be trusted."""
    try:
        plan = plan_of(score)
    except UnreadableFile:
        return None
    if any(_quarters(phrase.end - phrase.onset) > _LONGEST for phrase in plan.phrases):
        return None
    twice = repeated_phrases(plan.phrases, frames_of(score))
    if twice:
        once = plan.phrases[:twice] + plan.phrases[2 * twice :]
        return Example(replace(plan, phrases=once), twice)
    signs = [measure.onset + measure.length for measure in plan.measures if measure.repeat_end]
    ends = [phrase.end for phrase in plan.phrases]
    is_bar_form = bool(signs) and signs[0] in ends[:-1]
    return Example(plan, ends.index(signs[0]) + 1 if is_bar_form else 0)


def habits_of(examples: Iterable[Example]) -> Habits:
    """The tables of these chorales."""
    known = list(examples)
    return Habits(
        homes=counted(((plan.key.mode,), str(plan.key)) for plan, _ in known),
        meters=counted(((plan.key.mode,), f"{plan.meter} {plan.pickup}") for plan, _ in known),
        forms=counted(((str(plan.meter),), f"{stollen}+{len(plan.phrases) - stollen}") for plan, stollen in known),
        lengths=counted(pair for item in known for pair in _lengths(item)),
        cadences=counted(pair for item in known for pair in _cadences(item)),
        closes=counted(pair for item in known for pair in _closes(item)),
    )


def _lengths(item: Example) -> Iterator[Seen]:
    plan, before = item.plan, ""
    for number, phrase in enumerate(plan.phrases):
        place = place_of(number, len(plan.phrases), item.stollen)
        length = f"{_quarters(phrase.end - phrase.onset)}:{_quarters(phrase.end - phrase.close)}"
        if _phase(plan, phrase).denominator == 1 and "/" not in length:
            yield (str(plan.meter), str(_phase(plan, phrase)), place, *([before] if before else [])), length
        before = length


def _cadences(item: Example) -> Iterator[Seen]:
    plan, before = item.plan, ""
    for number, phrase in enumerate(plan.phrases):
        place = place_of(number, len(plan.phrases), item.stollen)
        if phrase.cadence is None:
            before = ""
            continue
        outcome = f"{phrase.cadence} {relative(phrase.key, plan.key)}"
        yield (plan.key.mode, place, *([before] if before else [])), outcome
        before = outcome.replace(" ", "-")


def _closes(item: Example) -> Iterator[Seen]:
    for number, phrase in enumerate(item.plan.phrases):
        if phrase.cadence and phrase.approach and phrase.last:
            place = place_of(number, len(item.plan.phrases), item.stollen)
            yield (phrase.cadence, phrase.key.mode, place), f"{phrase.approach} {phrase.last}"


def _phase(plan: ChoralePlan, phrase: PhrasePlan) -> Fraction:
    """Quarters since the barline at which a phrase begins, wherever double bars divide measures."""
    return (_quarters(phrase.onset) - plan.pickup) % plan.meter.quarters


def _quarters(ticks: int) -> Fraction:
    return Fraction(ticks, TICKS_PER_QUARTER)


def shipped_examples() -> list[Example]:
    """What the training pieces of the corpus show."""
    pieces = pieces_of([CORPUS], split="train")
    shown = [example_of(piece.read()) for piece in pieces if not piece.faults]
    return [item for item in shown if item is not None]


def as_text(habits: Habits) -> str:
    """The counts as they are shipped."""
    return json.dumps(habits._asdict(), indent=1) + "\n"


def main() -> None:
    """Count and write the file of counts."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, default=COUNTS)
    parser.parse_args().output.write_text(as_text(habits_of(shipped_examples())), encoding="utf-8")


if __name__ == "__main__":
    main()
