"""Keys: mode, how many, how far from home, how long away, and where a piece goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.features.accents import measure_count
from musegen.features.chord_columns import reading_of
from musegen.features.counting import NAN, Floats, Ints, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.theory.keys import Key
from musegen.theory.numerals import letters_above

_RELATED = [f"{degree}_{mode}" for degree in range(1, 8) for mode in ("major", "minor")]
_ENDLESS = float("inf")


@dataclass(frozen=True)
class _Keys:
    """The local keys as columns."""

    home: Key
    onset: Ints
    duration: Ints  # ticks
    tonic: Ints  # on the line of fifths from the home tonic
    minor: Ints
    sure: Floats

    @property
    def weight(self) -> Floats:
        """Duration times confidence."""
        return np.asarray(self.duration * self.sure)

    @property
    def is_home(self) -> npt.NDArray[np.bool_]:
        """(key,): it is the home key."""
        return np.asarray((self.tonic == 0) & (self.minor == self.home.minor))

    @property
    def signature(self) -> Ints:
        """(key,): by how many fifths its signature differs from that of the home key."""
        return self.tonic - 3 * (self.minor - int(self.home.minor))


@feature("harmony", unit="1 minor, 0 major", needs="chords", source="musegen")
def home_is_minor(view: PieceView) -> float:
    """Whether the home key is minor."""
    found = reading_of(view)
    return NAN if found is None else float(found.key.minor)


@feature("harmony", unit="share of time", needs="chords", source="musegen")
def minor_key_share(view: PieceView) -> float:
    """How much of the time is spent in minor keys."""
    found = _keys(view)
    return NAN if found is None else share(float(found.weight @ found.minor), float(found.weight.sum()))


@feature("harmony", unit="keys", high=_ENDLESS, needs="chords", source="musegen")
def number_of_keys(view: PieceView) -> float:
    """How many different keys a piece is in."""
    found = _keys(view)
    return NAN if found is None else float(len(set(zip(found.tonic.tolist(), found.minor.tolist(), strict=True))))


@feature(
    "harmony", unit="changes in 100 measures", high=_ENDLESS, needs="chords", confounds=("meter",), source="musegen"
)
def key_changes_per_100_measures(view: PieceView) -> float:
    """How often the local key changes."""
    found = _keys(view)
    return NAN if found is None else share(len(found.onset) - 1, measure_count(view.grid), 100)


@feature("harmony", unit="share of time", dims=_RELATED, needs="chords",
         source="Weber, Versuch einer geordneten Theorie der Tonsetzkunst, 1817-21")  # fmt: skip
def key_shares(view: PieceView) -> Floats:
    """How the time is divided among keys, by the letter of their tonic from the home tonic, and mode.

    `5_major` in a major piece is its dominant; altered degrees count with their letters.
    """
    found = _keys(view)
    if found is None:
        return undefined(len(_RELATED))
    return shares(2 * letters_above(0, found.tonic) + found.minor, len(_RELATED), found.weight)  # type: ignore[arg-type]


@feature(
    "harmony", unit="share of the piece", dims=("all", "longest", "before_leaving"), needs="chords", source="musegen"
)
def time_away_from_home(view: PieceView) -> Floats:
    """How much of a piece is in other keys than the home key; its longest stay away; and what comes before it first
    leaves home (all of it, if it never does).
    """
    found = _keys(view)
    if found is None or not found.duration.any():
        return undefined(3)
    away, total = ~found.is_home, float(found.duration.sum())
    starts = np.concatenate([[0], np.flatnonzero(np.diff(away)) + 1])
    stays = np.add.reduceat(found.duration, starts)
    longest = (stays * away[starts]).max()
    before = found.duration[: int(np.argmax(away))].sum() if away.any() else total
    return np.array([found.duration @ away, longest, before]) / total


@feature("harmony", unit="fifths", dims=("mean", "furthest_sharp", "furthest_flat"), low=-_ENDLESS, high=_ENDLESS,
         needs="chords", source="Rosen, The Classical Style, 1971; distances of key signatures")  # fmt: skip
def key_distances(view: PieceView) -> Floats:
    """How far keys lie from home on the circle of fifths, by their signatures: the mean distance by time, the furthest
    on the sharp side and (negative) on the flat side.
    """
    found = _keys(view)
    if found is None:
        return undefined(3)
    far, weight = found.signature, found.weight
    return np.array([share(float(np.abs(far) @ weight), float(weight.sum())), max(far.max(), 0), min(far.min(), 0)])


@feature("harmony", unit="1 yes, 0 no", needs="chords", source="musegen")
def ends_in_home_key(view: PieceView) -> float:
    """Whether the last local key is the home key."""
    found = _keys(view)
    return NAN if found is None else float(found.is_home[-1])


def _keys(view: PieceView) -> _Keys | None:
    return kept(view, "key_columns", _find_keys)


def _find_keys(view: PieceView) -> _Keys | None:
    found = reading_of(view)
    if found is None or not found.keys:
        return None
    rows = [(span.onset, span.duration, span.key.tonic - found.key.tonic, span.key.minor) for span in found.keys]
    onset, duration, tonic, minor = np.array(rows, dtype=np.int64).T
    sure = np.array([span.confidence for span in found.keys], dtype=np.float64)
    return _Keys(found.key, onset, duration, tonic, minor, sure)
