"""`FeatureExtractor`: the features as a scikit-learn transformer; to be had from `musegen.features.extractor`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from musegen.corpora.pieces import Piece
from musegen.errors import UsageError, nearest
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import Confound, chosen
from musegen.score.files import read
from musegen.theory.analyse import Engine


class FeatureExtractor(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Pieces in, a row of numbers each out: a scikit-learn transformer that learns nothing.

    A piece is a path, a name of music21's corpus, a Piece of a corpus, a music21 stream, a Score or a PieceView.
    `groups` are groups or single features (none for all), `without` confounds whose features are left out; `engine`
    reads the harmony. What is undefined in a piece is NaN: let an imputer follow.

    >>> pieces = ["bach/bwv66.6", "bach/bwv269"]
    >>> found = FeatureExtractor(groups=("number_of_lines",)).fit(pieces)
    >>> found.transform(pieces).tolist(), found.get_feature_names_out().tolist()
    ([[4.0], [4.0]], ['texture.number_of_lines'])
    """

    def __init__(self, groups: Sequence[str] = (), without: Sequence[Confound] = (), engine: Engine = "classical"):
        self.groups = groups
        self.without = without
        self.engine = engine

    def fit(self, pieces: Any = None, y: Any = None) -> FeatureExtractor:
        """Itself: the columns are known beforehand.

        Raises:
            UsageError: there is no group, feature, confound or engine of a name.
        """
        for name, known in [*((word, get_args(Confound)) for word in self.without), (self.engine, get_args(Engine))]:
            if name not in known:
                raise UsageError(f"there is no `{name}`", hint=nearest(str(name), known))
        self.features_ = chosen(tuple(self.groups), tuple(self.without))
        return self

    def transform(self, pieces: Iterable[Any]) -> npt.NDArray[np.float32]:
        """(pieces, columns): the values, in the order of `get_feature_names_out`.

        Raises:
            ScoreError: a piece cannot be read.
            sklearn.exceptions.NotFittedError: `fit` was not called.
        """
        check_is_fitted(self)
        rows = [measured(self._view(piece), self.features_) for piece in pieces]
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(self.get_feature_names_out()))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The names of the columns."""
        check_is_fitted(self)
        return np.array(column_names(self.features_), dtype=object)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn may expect: pieces are no table of numbers, and are not checked as one."""
        tags = super().__sklearn_tags__()
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags

    def _view(self, piece: Any) -> PieceView:
        if isinstance(piece, PieceView):
            return piece
        return PieceView(piece.read() if isinstance(piece, Piece) else read(piece), self.engine)
