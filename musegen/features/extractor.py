"""Features of a piece as a row of numbers; `FeatureExtractor`, for scikit-learn, is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from musegen.features.piece_view import PieceView
from musegen.features.registry import Confound, Feature, chosen
from musegen.score.model import Score


class Readable(Protocol):
    """What can be read: a piece of a corpus."""

    def read(self) -> Score:
        """The score."""


def measured(view: PieceView, features: Sequence[Feature]) -> npt.NDArray[np.float32]:
    """The values of these features, one after the other, in the order of `column_names`; NaN where undefined.

    >>> from musegen.score.textgrid import parse_grid
    >>> chosen_few = chosen(["number_of_lines"])
    >>> measured(PieceView(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 .")), chosen_few).tolist()
    [2.0]
    """
    row = np.empty(sum(len(feature.dims) for feature in features), dtype=np.float32)
    start = 0
    for feature in features:
        end = start + len(feature.dims)
        row[start:end] = feature.measure(view)
        start = end
    return row


def column_names(features: Sequence[Feature]) -> tuple[str, ...]:
    """The name of every value: `group.feature`, or `group.feature.dim`.

    >>> column_names(chosen(["number_of_lines"]))
    ('texture.number_of_lines',)
    """
    return tuple(column for feature in features for column in feature.columns)


JOB = "musegen.features.extractor:feature_row"
"""As `musegen.corpora.running.run` is told of it."""


def feature_row(piece: Readable, options: Mapping[str, Any]) -> dict[str, np.float32]:
    """One piece of a corpus, read and measured: the job of `musegen corpus features`.

    Of the options, `groups` (groups or features, all where there are none), `without` (confounds) and `engine`
    (classical where it is not said) are read.

    Raises:
        UnreadableFile, MalformedScore: as reading does.
        UsageError: there is no group or feature of a name.
    """
    features, columns = _asked(tuple(options.get("groups", ())), tuple(options.get("without", ())))
    values = measured(PieceView(piece.read(), options.get("engine", "classical")), features)
    return dict(zip(columns, values, strict=True))  # float32, as a table keeps them


@lru_cache(maxsize=8)
def _asked(groups: tuple[str, ...], without: tuple[Confound, ...]) -> tuple[tuple[Feature, ...], tuple[str, ...]]:
    """The features of a job and their columns: the same for each of thousands of pieces."""
    features = chosen(groups, without)
    return features, column_names(features)


def __getattr__(name: str) -> Any:
    if name != "FeatureExtractor":
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return import_module("musegen.features.transformer").FeatureExtractor  # scikit-learn takes a second to import
