"""An adversary of melodies: a classifier that learns to tell made tunes from real ones, tried on tunes it never saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.evaluation.adversary import FOLDS, MADE, REAL, TELLING, area
from musegen.evaluation.melodies.descriptions import DESCRIPTIONS, described
from musegen.evaluation.melodies.lines import Floats, MelodyLine
from musegen.evaluation.melodies.order import order_columns, order_numbers
from musegen.evaluation.sure import SEED, Figure, Sample, drawn
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import Feature, chosen
from musegen.features.similarity.surprise import Surprise
from musegen.features.style.effects import deltas
from musegen.features.style.pipeline import classifier, folds_of, scaling

REPEATS = 2
_GROUPS = ("pitch", "melody", "rhythm", "form")
_PARTS = (
    "meter_changes", "pickup_length", "length_of_piece", "measures_in_repeats", "bass_activity", "last_note_length",
)  # fmt: skip
"""Like `TELLING`: the writing of barlines and repeats, and what is asked for rather than made."""
Order = npt.NDArray[np.intp]


class Numbers(NamedTuple):
    """What the adversary reads of a set of tunes."""

    groups: tuple[str, ...]  # tunes of one group are never learned from and judged
    values: Floats  # (tunes, columns)


class Tell(NamedTuple):
    """One number in which made tunes differ from real ones."""

    column: str
    delta: float  # Cliff's: how much oftener a made tune has the higher value than the lower; -1 to 1
    made: float  # medians
    real: float


def numbers_of(tunes: Sequence[MelodyLine], surprise: Surprise) -> Numbers:
    """(tunes, columns): the descriptions, what tells order, and the features of one line that need no chords.

    `surprise` are the n-grams of tunes that are on neither side.
    """
    features = _features()
    parts = [described(tunes, description) for description in DESCRIPTIONS]
    order = [order_numbers(tune, surprise) for tune in tunes]
    rows = [measured(PieceView(tune.score), features) for tune in tunes]
    values = np.hstack([*parts, np.array(order), np.array(rows, dtype=np.float64)])
    values[~np.isfinite(values)] = np.nan
    return Numbers(tuple(tune.group for tune in tunes), values)


def columns() -> tuple[str, ...]:
    """The names of the numbers; what stands before a colon is one feature."""
    own = [f"{one.name}: {dim}" if dim else one.name for one in DESCRIPTIONS for dim in one.dims]
    return (*own, *order_columns(), *column_names(_features()))


def told_apart(
    made: Numbers, real: Numbers, name: str = "real-or-made AUC", *, repeats: int = REPEATS, seed: int = SEED,
    names: Sequence[str] | None = None,
) -> Figure:  # fmt: skip
    """The area under the curve of a real-or-made classifier: 0.5 cannot tell, 1 always can.

    Two classifiers judge together: a linear one and trees. NaN where there are fewer than two groups of either.
    `names` are those of other columns than `columns` tells.
    """
    if min(len(set(made.groups)), len(set(real.groups))) < 2:
        return Figure(name, float("nan"))
    values = np.vstack([made.values, real.values])
    is_made = np.arange(len(values)) < len(made.values)
    groups = np.array([*made.groups, *real.groups], dtype=object)
    seeds = np.random.default_rng(seed).integers(0, 1 << 31, repeats).tolist()
    odds = np.mean([_odds(values, is_made, groups, number, names or columns()) for number in seeds], axis=0)
    both = Sample("both", (), tuple(groups.tolist()))
    return drawn(name, both, lambda rows: area(odds[rows], is_made[rows]))


def what_tells(made: Numbers, real: Numbers, top: int = 10) -> tuple[Tell, ...]:
    """The features in which made tunes differ most from real ones, strongest first; of each its strongest number."""
    values = np.vstack([made.values, real.values])
    is_made = np.arange(len(values)) < len(made.values)
    names, found = columns(), deltas(values, is_made)
    best: dict[str, int] = {}
    for number in np.argsort(-np.nan_to_num(np.abs(found)), kind="stable").tolist():
        best.setdefault(_family(names[number]), number)
    chosen_few = list(best.values())[:top]
    sides = (made.values, real.values)
    return tuple(
        Tell(names[n], float(found[n]), *(float(np.nanmedian(side[:, n])) for side in sides))
        for n in chosen_few
        if np.isfinite(found[n])
    )


def _odds(
    values: Floats, is_made: npt.NDArray[np.bool_], groups: npt.NDArray[np.object_], seed: int, names: Sequence[str]
) -> Floats:
    """(tunes,): how much likelier two classifiers that never saw the tune's group hold it made than real."""
    labels = np.where(is_made, MADE, REAL)
    there = np.asarray(np.isfinite(values).any(axis=0))
    weights = _weights(there, names)
    found = np.zeros(len(values))
    for learned, told in folds_of(labels, groups, FOLDS, seed):
        for judge in (classifier(weights), _trees(seed)):
            fitted = judge.fit(values[learned][:, there], labels[learned])
            chances = fitted.predict_proba(values[told][:, there])
            made = np.clip(chances[:, list(fitted.classes_).index(MADE)], 1e-6, 1 - 1e-6)
            found[told] += np.log(made / (1 - made)) / 2
    return found


def _trees(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.pipeline import make_pipeline

    forest = ExtraTreesClassifier(150, min_samples_leaf=2, class_weight="balanced", random_state=seed % (1 << 31))
    return make_pipeline(*scaling(), forest)


def _weights(there: npt.NDArray[np.bool_], names: Sequence[str]) -> Floats:
    """What each column weighs, so that a feature weighs the same however many numbers it has; the mean square is 1."""
    families = [_family(name) for name, kept in zip(names, there.tolist(), strict=True) if kept]
    sizes = Counter(families)
    found = np.array([sizes[name] ** -0.5 for name in families])
    return np.asarray(found / np.sqrt((found**2).mean()))


def _family(column: str) -> str:
    own, colon, _ = column.partition(": ")
    return own if colon else ".".join(column.split(".")[:2])


def _features() -> tuple[Feature, ...]:
    """Those of one line: no chords, nothing of files, layout or length."""
    out = {*TELLING, *_PARTS}
    return tuple(one for one in chosen(_GROUPS, ("parts",)) if one.needs in ("notes", "voices") and one.name not in out)
