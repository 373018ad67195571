"""The table of all measures: a column for each set of chorales, Bach's own first, every figure with its interval."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from musegen.evaluation.adversary import told_apart
from musegen.evaluation.bach import bach_sample
from musegen.evaluation.core_rules import core_figures
from musegen.evaluation.critic import critic_figures
from musegen.evaluation.likeness import likeness_figures
from musegen.evaluation.liveliness import liveliness_figures
from musegen.evaluation.originality import originality_figures
from musegen.evaluation.sure import Figure, Sample
from musegen.score.model import Score

Measure = Literal["rules", "likeness", "liveliness", "adversary", "originality"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
_TITLES: dict[str, str] = {
    "rules": "Core rules, findings per 100 chords",
    "likeness": "Distance from Bach (Fang et al.), medians",
    "liveliness": "Liveliness",
    "adversary": "Adversary",
    "originality": "Shared with Bach's training chorales",
}


class Line(NamedTuple):
    """One measure of every set, in the order of `Evaluation.sets`."""

    measure: str
    figures: tuple[Figure, ...]

    @property
    def name(self) -> str:
        """What was measured."""
        return self.figures[0].name


class Evaluation(NamedTuple):
    """The whole table."""

    sets: tuple[str, ...]
    sizes: tuple[int, ...]
    lines: tuple[Line, ...]

    def value(self, name: str, of: str) -> Figure:
        """The figure of a set.

        Raises:
            KeyError: there is no such measure or set.
        """
        place = self.sets.index(of) if of in self.sets else -1
        for line in self.lines:
            if line.name == name and place >= 0:
                return line.figures[place]
        raise KeyError(name, of)

    def text(self) -> str:
        """The table for a terminal, columns under each other."""
        rows = [["", *self._heads()]]
        for measure, lines in self._by_measure():
            rows += [
                [_TITLES.get(measure, measure)],
                *([f"  {line.name}", *map(_told, line.figures)] for line in lines),
            ]
        widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(len(rows[0]))]
        padded = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) for row in rows)
        return "".join(f"{line.rstrip()}\n" for line in padded)

    def markdown(self) -> str:
        """The table for a page."""
        rows = [f"| measure | {' | '.join(self._heads())} |", f"|---|{'---|' * len(self.sets)}"]
        for measure, lines in self._by_measure():
            rows.append(f"| **{_TITLES.get(measure, measure)}** |{' |' * len(self.sets)}")
            rows += [f"| {line.name} | {' | '.join(map(_told, line.figures))} |" for line in lines]
        return "".join(f"{row}\n" for row in rows)

    def json(self) -> str:
        """The table for a program: {"sets": {name: size}, "measures": {measure: {name: {set: [value, low, high]}}}}."""
        measures: dict[str, dict[str, dict[str, list[float | None]]]] = {}
        for line in self.lines:
            told = {name: list(map(_number, figure[1:4])) for name, figure in zip(self.sets, line.figures, strict=True)}
            measures.setdefault(line.measure, {})[line.name] = told
        sizes = dict(zip(self.sets, self.sizes, strict=True))
        return json.dumps({"version": 1, "sets": sizes, "measures": measures}, indent=1) + "\n"

    def _heads(self) -> list[str]:
        return [f"{name} ({size})" for name, size in zip(self.sets, self.sizes, strict=True)]

    def _by_measure(self) -> list[tuple[str, list[Line]]]:
        names = dict.fromkeys(line.measure for line in self.lines)
        return [(name, [line for line in self.lines if line.measure == name]) for name in names]


def evaluation(
    sets: Mapping[str, Sequence[Score] | Sample],
    *,
    real: Sample | None = None,
    measures: Sequence[Measure] = MEASURES,
    given_soprano: bool = False,
    progress: Callable[[Sequence[Measure]], Iterable[Measure]] = iter,
) -> Evaluation:
    """Every measure of every set, Bach's held-out chorales first.

    `real` are those, the test split unless given. Where sets harmonise Bach's melodies, give samples whose groups are
    those of his pieces, and `given_soprano`: then their sopranos prove no copy. Under `adversary` the test split's own
    column tells it from the valid split: what chance gives. `progress` hands on the measures as they are taken.

    Raises:
        UnreadableFile: a score has not four voices.
    """
    own = real or bach_sample("test")
    samples = [own, *(_sample(name, item) for name, item in sets.items())]
    ways: dict[Measure, Callable[[Sample], list[Figure]]] = {
        "rules": core_figures,
        "likeness": likeness_figures,
        "liveliness": liveliness_figures,
        "adversary": lambda sample: _adversary(sample, own, control=real is None),
        "originality": lambda sample: originality_figures(sample, given_soprano=given_soprano),
    }
    lines = [
        Line(measure, figures)
        for measure in progress(measures)
        for figures in zip(*(ways[measure](sample) for sample in samples), strict=True)
    ]
    return Evaluation(tuple(item.name for item in samples), tuple(len(item.scores) for item in samples), tuple(lines))


def _sample(name: str, item: Sequence[Score] | Sample) -> Sample:
    return item._replace(name=name) if isinstance(item, Sample) else Sample.of(name, item)


def _adversary(sample: Sample, own: Sample, *, control: bool) -> list[Figure]:
    """A classifier that learns on the spot, and the critic that learned before."""
    if sample is not own:
        return [told_apart(sample, own), *critic_figures(sample, own)]
    other = bach_sample("valid") if control else Sample("none", (), ())
    first = told_apart(own, other) if control else Figure("real-or-made AUC", math.nan)
    return [first, *critic_figures(own, other)]


def _told(figure: Figure) -> str:
    if math.isnan(figure.value):
        return "-"
    value = f"{figure.value:.2f}"
    return value if math.isnan(figure.low) else f"{value} [{figure.low:.2f}, {figure.high:.2f}]"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
