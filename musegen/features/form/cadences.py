"""Cadences: how often, of which kinds, in which keys, where in the measure; and how a piece ends."""

from __future__ import annotations

from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from musegen.features.accents import accents, measure_count
from musegen.features.chord_columns import reading_of
from musegen.features.counting import NAN, Floats, Ints, share, shares, undefined
from musegen.features.form.phrases import phrase_spans
from musegen.features.piece_view import PieceView
from musegen.features.pitch.final import final
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.theory.analysis import CadenceKind
from musegen.theory.numerals import letters_above

KINDS: tuple[CadenceKind, ...] = get_args(CadenceKind)
_DEGREES = tuple(str(degree) for degree in range(1, 8))
_FINALS = {-1: "F", 0: "C", 1: "G", 2: "D", 3: "A", 4: "E"}
_THIRDS = ("major", "minor", "none")
_ENDLESS = float("inf")


class _Cadences(NamedTuple):
    onset: Ints
    kind: npt.NDArray[np.intp]  # place in KINDS
    degree: npt.NDArray[np.intp]  # of the tonic of its key, in the home key, from 0
    is_home: npt.NDArray[np.bool_]


@feature("form", unit="in 100 measures", dims=KINDS, high=_ENDLESS, needs="chords", confounds=("meter",),
         source="Caplin, Classical Form, 1998")  # fmt: skip
def cadences_per_100_measures(view: PieceView) -> Floats:
    """How often each kind of cadence comes.

    PAC and IAC are perfect and imperfect authentic cadences, HC half, DC deceptive, PC plagal, EC evaded ones.
    """
    found = _cadences(view)
    if found is None:
        return undefined(len(KINDS))
    rate = share(1, measure_count(view.grid), 100)
    return np.asarray(np.bincount(found.kind, minlength=len(KINDS)) * rate)


@feature("form", unit="share of cadences", dims=KINDS, needs="chords", source="Caplin, Classical Form, 1998")
def cadence_shares(view: PieceView) -> Floats:
    """Which kinds the cadences are of."""
    found = _cadences(view)
    return undefined(len(KINDS)) if found is None else shares(found.kind, len(KINDS))


@feature("form", unit="share of cadences", dims=_DEGREES, needs="chords", source="Caplin, Classical Form, 1998")
def cadence_key_shares(view: PieceView) -> Floats:
    """On which degree of the home key, altered or not, stands the tonic of the key that each cadence is in."""
    found = _cadences(view)
    return undefined(7) if found is None else shares(found.degree, 7)


@feature("form", unit="share of cadences", needs="chords", source="musegen")
def cadences_away_from_home(view: PieceView) -> float:
    """How many cadences are in another key than the home key, its other mode included."""
    found = _cadences(view)
    return NAN if found is None else share(np.count_nonzero(~found.is_home), len(found.kind))


@feature("form", unit="share of cadences", dims=("downbeat", "middle"), needs="chords", confounds=("meter",),
         source="musegen; masculine and feminine endings")  # fmt: skip
def cadence_accents(view: PieceView) -> Floats:
    """How many cadences arrive on a downbeat, and how many mid-measure."""
    found = _cadences(view)
    return undefined(2) if found is None else shares(accents(view.grid, found.onset), 4)[:2]


@feature("form", unit="share of phrases", needs="chords", source="musegen")
def phrases_with_cadence(view: PieceView) -> float:
    """In how many phrases a cadence is made."""
    found = _cadences(view)
    onset, end = phrase_spans(view).T
    if found is None or not len(onset):
        return NAN
    first, last = np.searchsorted(found.onset, onset), np.searchsorted(found.onset, end)
    return share(np.count_nonzero(last > first), len(onset))


@feature("form", unit="1 yes, 0 no", dims=(*KINDS, "none"), needs="chords", source="musegen")
def final_cadence(view: PieceView) -> Floats:
    """Which kind of cadence the last phrase makes; 1 for this kind and 0 for the others."""
    found, reading = _cadences(view), reading_of(view)
    if found is None or reading is None:
        return undefined(len(KINDS) + 1)
    made = len(found.onset) > 0 and bool(reading.phrases) and found.onset[-1] >= reading.phrases[-1].onset
    return _one(int(found.kind[-1]) if made else len(KINDS), len(KINDS) + 1)


@feature("form", unit="1 yes, 0 no", needs="chords", source="musegen")
def ends_on_tonic(view: PieceView) -> float:
    """Whether the lowest of the last notes is the tonic of the home key."""
    found = reading_of(view)
    return NAN if found is None else float((final(view).fifths - found.key.tonic) % 12 == 0)


@feature("form", unit="1 yes, 0 no", dims=_THIRDS, needs="voices", source="musegen; the Picardy third")
def last_third(view: PieceView) -> Floats:
    """Which third the last sonority has over its bass: major, minor, none; 1 for this one."""
    slices = view.slices
    heard = np.flatnonzero(slices.sounds.sum(axis=1) > 1) if len(slices) else np.zeros(0, dtype=np.intp)
    if not len(heard):
        return undefined(3)
    row = slices.row[heard[-1]]
    pitch = slices.notes["pitch"][row[row >= 0]].astype(np.int64)
    over = set(((pitch - pitch.min()) % 12).tolist())
    return _one(0 if 4 in over else 1 if 3 in over else 2, 3)


@feature("form", unit="1 yes, 0 no", dims=(*_FINALS.values(), "other"), confounds=("format",),
         source="Glarean, Dodecachordon, 1547; Powers, Tonal Types and Modal Categories, 1981")  # fmt: skip
def final_in_signature(view: PieceView) -> Floats:
    """Where the final stands in the scale of the last key signature, named as if that had no sharps and flats.

    D with no signature, and G with one flat, are `D`: a Dorian final; C is that of major, A that of minor. It depends
    on the signature that the editor wrote.
    """
    if not len(view.notes) or not view.score.measures:
        return undefined(len(_FINALS) + 1)
    place = final(view).fifths - view.score.measures[-1].key_signature.fifths
    return _one(place + 1 if place in _FINALS else len(_FINALS), len(_FINALS) + 1)


def _one(place: int, size: int) -> Floats:
    """1 at this place, 0 elsewhere."""
    found = np.zeros(size)
    found[place] = 1
    return found


def _cadences(view: PieceView) -> _Cadences | None:
    """None where there are no chords; there may be no cadence."""
    return kept(view, "cadence_columns", _find_cadences)


def _find_cadences(view: PieceView) -> _Cadences | None:
    reading = reading_of(view)
    if reading is None:
        return None
    home = reading.key
    rows = [
        (item.onset, KINDS.index(item.kind), letters_above(home.tonic, item.key.tonic), item.key == home)
        for item in sorted(reading.cadences, key=lambda item: item.onset)
    ]
    onset, kind, degree, is_home = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return _Cadences(onset, kind, degree, is_home > 0)
