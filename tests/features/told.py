"""What a feature tells of a piece, by the names of its dimensions."""

import numpy as np

from musegen.features.piece_view import PieceView
from musegen.features.registry import features
from musegen.score.textgrid import parse_grid


def told(name, piece):
    """Its dimensions and values, zeros left out; a single number where it has one only. `piece` may be a text grid."""
    (found,) = (feature for feature in features() if feature.name == name)
    view = PieceView(parse_grid(piece)) if isinstance(piece, str) else piece
    values = [round(float(value), 4) for value in np.atleast_1d(found.measure(view))]
    if found.dims == ("",):
        return values[0]
    return {dim: value for dim, value in zip(found.dims, values, strict=True) if value != 0}


def is_undefined(name, piece):
    """No dimension is told."""
    found = told(name, piece)
    values = list(found.values()) if isinstance(found, dict) else [found]
    return bool(values) and bool(np.isnan(values).all())
