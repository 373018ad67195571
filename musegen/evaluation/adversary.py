"""An adversary: a classifier that learns to tell made chorales from Bach's, and is tried on pieces it never saw."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.evaluation.readings import notes_alone
from musegen.evaluation.sure import SEED, Figure, Sample, drawn
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import Feature, chosen
from musegen.features.style.effects import Effect, effects
from musegen.features.style.measurements import Measurements
from musegen.features.style.pipeline import folds_of, out_of_fold
from musegen.score.model import Score

REAL, MADE = "real", "made"
FOLDS, REPEATS = 5, 5
TELLING = (
    "key_signature", "final_in_signature", "number_of_sections", "measures_in_repeats", "number_of_notes",
    "number_of_lines", "lines_at_a_time", "sounding_line_shares", "notes_outside_lines",
)  # fmt: skip
"""Features that tell how a file is made, or how much of it there is, and not what the music is like."""
Floats = npt.NDArray[np.float64]


def features_of_music() -> tuple[Feature, ...]:
    """The features that the adversary reads: all but those of parts and `TELLING`."""
    return tuple(found for found in chosen((), ("parts",)) if found.name not in TELLING)


def numbers_of(scores: tuple[Score, ...]) -> Floats:
    """(pieces, columns): the features of each, by its notes alone, parts named alike."""
    return np.array([_numbers(score) for score in scores], dtype=np.float64)


def told_apart(made: Sample, real: Sample, *, repeats: int = REPEATS, seed: int = SEED) -> Figure:
    """The area under the curve of a real-or-made classifier: 0.5 cannot tell, 1 always can.

    No group is ever learned from and judged: give settings of one melody, real or made, one group. The judgement of a
    piece is the mean over some ways to divide the groups. NaN where there are fewer than two groups of either.
    """
    rows = _measurements(made, real)
    if min(len(set(made.groups)), len(set(real.groups))) < 2:
        return Figure("real-or-made AUC", float("nan"))
    seeds = np.random.default_rng(seed).integers(0, 1 << 31, repeats).tolist()
    odds = np.mean([_log_odds(rows, number) for number in seeds], axis=0)
    is_made = rows.labels == MADE
    both = Sample("both", (), tuple(rows.groups.tolist()))
    return drawn("real-or-made AUC", both, lambda drawn_rows: area(odds[drawn_rows], is_made[drawn_rows]))


def what_tells(made: Sample, real: Sample, top: int = 10) -> tuple[Effect, ...]:
    """The features in which made chorales differ most from real ones, the strongest first: what to mend."""
    return effects(_measurements(made, real).defined(), [MADE], np.random.default_rng(SEED), top=top)


def area(odds: Floats, is_made: npt.NDArray[np.bool_]) -> float:
    """The share of pairs of a made and a real piece in which the made one looks more made; half a pair where equal.

    >>> area(np.array([0.9, 0.4, 0.4, 0.1]), np.array([True, True, False, False]))
    0.875
    """
    from scipy.stats import rankdata

    made = int(is_made.sum())
    pairs = made * (len(odds) - made)
    if not pairs:
        return float("nan")
    return float((rankdata(odds)[is_made].sum() - made * (made + 1) / 2) / pairs)


def _measurements(made: Sample, real: Sample) -> Measurements:
    labels = np.array([MADE] * len(made.scores) + [REAL] * len(real.scores), dtype=object)
    values = np.vstack([numbers_of(made.scores), numbers_of(real.scores)])
    values[~np.isfinite(values)] = np.nan
    names = tuple(f"{label} {number}" for number, label in enumerate(labels.tolist()))
    groups = np.array([*made.groups, *real.groups], dtype=object)
    return Measurements(names, labels, groups, column_names(features_of_music()), values)


def _log_odds(rows: Measurements, seed: int) -> Floats:
    """(pieces,): how much likelier the classifier, which never saw the piece's group, holds it made than real."""
    folds = folds_of(rows.labels, rows.groups, FOLDS, seed)
    logs = out_of_fold(rows, (MADE, REAL), folds)
    found: Floats = logs[:, 0] - logs[:, 1]
    return found


def _numbers(score: Score) -> npt.NDArray[np.float32]:
    bare, analysis = notes_alone(score)
    return measured(PieceView(bare, "neural", analysis), features_of_music())
