"""What tells styles apart, for its reader: classifications as text and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from musegen.features.style.classifying import Classification, Figure
from musegen.features.style.confounding import Confounding
from musegen.features.style.effects import Effect
from musegen.features.style.measurements import CONFOUNDS

WITHOUT = "without " + ", ".join(CONFOUNDS[:-1]).replace("_", " ") + f" and {CONFOUNDS[-1]}"
_SIGNIFICANT = 0.05
_SHOWN = 12
"""The letters of a label in the confusion matrix."""


def classification_text(found: Classification) -> str:
    """The figures, the confusion matrix, what tells the labels apart, and what may pass for style."""
    ours = (_head(found), _figures(found), _matrix(found))
    parts = (*ours, effects_text(found.effects), confounds_text(found.confounds))
    return "\n".join(part for part in parts if part)


def classification_data(found: Classification) -> dict[str, Any]:
    """The same as JSON writes it; undefined numbers are null."""
    told = found._asdict() | {"version": 1, "labels": found.labels, "majority": found.majority, "recall": found.recall}
    told["effects"] = [effect_data(effect) for effect in found.effects]
    told["confounds"] = [confounding._asdict() | {"strong": confounding.is_strong} for confounding in found.confounds]
    data: dict[str, Any] = plain(told)
    return data


def effects_text(effects: Sequence[Effect]) -> str:
    """The features of each label, with size, direction and interval; those that may be chance are said to be."""
    lines = ["What tells them apart, by piece; each label against all others:"] if effects else []
    for label in dict.fromkeys(effect.label for effect in effects):
        lines += [f"  {label}", *(f"    {effect_line(effect)}" for effect in effects if effect.label == label)]
    return "".join(line + "\n" for line in lines)


def effect_line(effect: Effect) -> str:
    """`rhythm.npvi.top lower: 20.1 against 33.4; delta -0.61 (-0.70 to -0.52), large; q < .001`."""
    interval = f" ({effect.low:+.2f} to {effect.high:+.2f})" if math.isfinite(effect.low) else ""
    delta = f"delta {effect.delta:+.2f}{interval}, {effect.size}"
    chance = "" if effect.q < _SIGNIFICANT else ", may be chance"
    depends = f"; depends on {', '.join(effect.confounds)}" if effect.confounds else ""
    medians = f"{number(effect.median)} against {number(effect.median_of_others)}"
    return f"{effect.column} {effect.direction}: {medians}; {delta}; q {_small(effect.q)}{chance}{depends}"


def effect_data(effect: Effect) -> dict[str, Any]:
    """One effect as JSON writes it."""
    known = {"size": effect.size, "direction": effect.direction, "confounds": effect.confounds}
    data: dict[str, Any] = plain(effect._asdict() | known)
    return data


def confounds_text(confounds: Sequence[Confounding]) -> str:
    """What else differs with the label; nothing where it does not."""
    lines = [_confounding_line(found) for found in confounds if found.is_strong]
    head = "Caution: what differs here besides the style:\n" if lines else ""
    return head + "".join(f"  {line}\n" for line in lines)


def as_json(data: Mapping[str, Any]) -> str:
    """The text of a JSON file."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON knows it: arrays as lists, records as objects, numbers to six places, undefined ones as null."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(name): plain(told) for name, told in value.items()}
    if isinstance(value, list | tuple):
        return [plain(told) for told in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def number(value: float) -> str:
    """A number in three digits.

    >>> number(0.12345), number(54.321), number(1234.5)
    ('0.123', '54.3', '1234')
    """
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def counted(counts: Mapping[str, int]) -> str:
    """`Bach 365, Palestrina 220`."""
    return ", ".join(f"{label} {count}" for label, count in counts.items())


def _head(found: Classification) -> str:
    total = f"{sum(found.counts.values())} pieces in {found.groups} groups"
    tried = f"{found.folds} folds" if found.folds else "each group left out once"
    if found.repeats > 1 and found.folds:
        tried += f", {found.repeats} times"
    lines = [f"{found.by}: {total}; {counted(found.counts)}", f"{tried}; no group is on both sides"]
    if found.left_out:
        lines.append(f"left out, for they stand in one group only: {counted(found.left_out)}")
    return "".join(line + "\n" for line in lines)


def _figures(found: Classification) -> str:
    head = f"{'':<62}accuracy  balanced  95 % of bootstraps over groups\n"
    rows = [_figure_row("all numbers", found.figure)]
    if found.unconfounded:
        rows.append(_figure_row(WITHOUT, found.unconfounded))
    rows.append(f"{'the commonest label, always':<62}{found.majority:>8.3f}{1 / len(found.labels):>10.3f}\n")
    chance = found.permutations
    if chance.times:
        told = f"labels dealt anew to the groups, {chance.times} times"
        rows.append(f"{told:<70}{chance.balanced:>10.3f}  highest {chance.highest:.3f}; p = {chance.p:.3f}\n")
    return head + "".join(rows)


def _figure_row(what: str, figure: Figure) -> str:
    told = f"{what} ({figure.columns})"
    return f"{told:<62}{figure.accuracy:>8.3f}{figure.balanced:>10.3f}  {figure.low:.3f} to {figure.high:.3f}\n"


def _matrix(found: Classification) -> str:
    """A row for each label; of long names the first letters."""
    names = [label[:_SHOWN] for label in found.labels]
    wide = max(max(map(len, names)), 6) + 2
    head = f"{'told as':<{wide}}" + "".join(f"{name:>{wide}}" for name in names) + f"{'recall':>{wide}}\n"
    rows = [
        f"{name:<{wide}}" + "".join(f"{value:>{wide}.{_digits(found)}f}" for value in row) + f"{recall:>{wide}.2f}\n"
        for name, row, recall in zip(names, found.confusion, found.recall, strict=True)
    ]
    return head + "".join(rows)


def _digits(found: Classification) -> int:
    return int(bool(found.folds) and found.repeats > 1)


def _confounding_line(found: Confounding) -> str:
    told = f"{found.what}: it alone tells {100 * found.told:.0f} % (Cramér's V {found.cramers_v:.2f})"
    pairs = (f"{value or 'none named'} is {label}" for value, label in found.pairs)
    return told + "".join(f"; {pair}" for pair in pairs)


def _small(value: float) -> str:
    return "< .001" if value < 0.001 else f"= {value:.3f}".replace("0.", ".", 1)
