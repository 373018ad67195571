"""What could pass for style: labels that differ in the format of their files or in who edited them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora.tables import Table
from musegen.features.style.measurements import formats, words

STRONG = 0.5
"""From this Cramér's V on a label and what else is known of its pieces are confounded."""
_MOSTLY = 0.9


class Confounding(NamedTuple):
    """How far a label can be told by something that is not music."""

    what: str  # format, editor
    cramers_v: float  # 0: independent; 1: one tells the other
    p: float  # chi square, by piece
    told: float  # the share of pieces whose label is the commonest one of their format or editor
    pairs: tuple[tuple[str, str], ...]  # (format, label): nine tenths of each are the other

    @property
    def is_strong(self) -> bool:
        """Whether what looks like style may be this."""
        return self.cramers_v >= STRONG or bool(self.pairs)


def confoundings(table: Table, by: str, labels: Sequence[str]) -> tuple[Confounding, ...]:
    """The formats and editors of these labels' pieces, where they differ at all."""
    label = words(table, by)
    kept = np.isin(label, list(labels))
    known = {"format": formats(table), "editor": words(table, "editor"), "encoder": words(table, "encoder")}
    return tuple(
        confounding(what, values[kept], label[kept]) for what, values in known.items() if len(set(values[kept])) > 1
    )


def confounding(what: str, values: npt.NDArray[np.object_], labels: npt.NDArray[np.object_]) -> Confounding:
    """How far these values, one for each piece, go with its label."""
    from scipy.stats import chi2_contingency

    names, row = np.unique(values.astype(str), return_inverse=True)
    kinds, column = np.unique(labels.astype(str), return_inverse=True)
    counts = np.zeros((len(names), len(kinds)))
    np.add.at(counts, (row, column), 1)
    test: Any = chi2_contingency(counts, correction=False)
    v = float(np.sqrt(test.statistic / counts.sum() / max(1, min(counts.shape) - 1)))
    mutual = np.minimum(counts / counts.sum(axis=0), counts / counts.sum(axis=1)[:, None]) >= _MOSTLY
    pairs = tuple((str(names[a]), str(kinds[b])) for a, b in np.argwhere(mutual))
    return Confounding(what, v, float(test.pvalue), float(counts.max(axis=1).sum() / counts.sum()), pairs)
