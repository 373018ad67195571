"""Register: how high and how wide the piece and its outer lines lie."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, deviation, each, mean, parts, share, weighted_quantiles
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_BANDS = (36, 48, 54, 60, 66, 72, 84)
_BAND_NAMES = ("to_B1", "C2_B2", "C3_F3", "F#3_B3", "C4_F4", "F#4_B4", "C5_B5", "from_C6")
_CENTRAL = (0.1, 0.9)


@feature("pitch", dims=_BAND_NAMES, unit="share of sounding time", absolute=True,
         source="jSymbolic 2, Importance of Bass/Middle/High Register, in finer bands")  # fmt: skip
def register_shares(view: PieceView) -> Floats:
    """How much of the sounding time lies in each band of pitch, ends included."""
    band = np.searchsorted(np.array(_BANDS), view.pitch, side="right")
    return parts(np.bincount(band, view.duration, minlength=len(_BAND_NAMES)))


@feature("pitch", dims=("bass", "middle", "high"), unit="share of notes", absolute=True,
         source="jSymbolic 2, Importance of ... Register; music21.features P13, P14, P15")  # fmt: skip
def register_note_shares(view: PieceView) -> Floats:
    """How many of the notes are F#3 or lower, G3 to C5, C#5 or higher."""
    return parts(np.bincount(np.searchsorted(np.array((55, 73)), view.pitch, side="right"), minlength=3))


@feature("pitch", dims=("mean", "lowest", "highest"), high=127.0, unit="MIDI pitch", absolute=True,
         source="jSymbolic 2, Mean Pitch; music21.features P12 Primary Register")  # fmt: skip
def pitch_height(view: PieceView) -> tuple[float, float, float]:
    """The mean pitch of the notes, the lowest and the highest."""
    pitch = view.pitch
    return (mean(pitch), float(pitch.min()), float(pitch.max())) if len(pitch) else (NAN, NAN, NAN)


@feature("pitch", dims=TOP_BASS_ALL, high=127.0, unit="MIDI pitch", absolute=True, needs="voices",
         source="jSymbolic 2, Mean Pitch; by line")  # fmt: skip
def line_heights(view: PieceView) -> Floats:
    """The mean pitch, weighted by duration, of the top line, of the bass line and of all lines."""
    lines = view.lines
    ranges = (lines.top, lines.bass, slice(None))
    return np.array([mean(lines.pitch[part], lines.duration[part]) for part in ranges])


@feature("pitch", dims=("whole", "top", "bass", "mean_line"), high=127.0, unit="semitones", needs="voices",
         source="jSymbolic 2, Range; music21.features P10; FANTASTIC p.range")  # fmt: skip
def ambitus(view: PieceView) -> tuple[float, float, float, float]:
    """From the lowest pitch to the highest: of the piece, of the top line, of the bass line; the mean of all lines."""
    low, high = line_limits(view)
    pitch, wide = view.pitch, high - low
    whole = float(pitch.max() - pitch.min()) if len(pitch) else NAN
    top, bass = (wide[0] if len(wide) else NAN), (wide[-1] if len(wide) > 1 else NAN)
    return whole, top, bass, mean(wide[wide >= 0])


def line_limits(view: PieceView) -> tuple[Floats, Floats]:
    """(lowest, highest) pitch of each line; NaN where a line is empty."""
    return kept(view, "line_limits", _line_limits)


def _line_limits(view: PieceView) -> tuple[Floats, Floats]:
    lines = view.lines
    pairs = [lines.pitch[start:end] for start, end in zip(lines.bounds, lines.bounds[1:], strict=False)]
    low = np.array([pitch.min() if len(pitch) else NAN for pitch in pairs], dtype=np.float64)
    high = np.array([pitch.max() if len(pitch) else NAN for pitch in pairs], dtype=np.float64)
    return low, high


@feature(
    "pitch",
    dims=("deviation", "skewness", "kurtosis"),
    low=-float("inf"),
    high=float("inf"),
    unit="semitones; standardised moments",
    source="FANTASTIC p.std; jSymbolic 2, Pitch Variability, Skewness, Kurtosis",
)
def pitch_spread(view: PieceView) -> tuple[float, float, float]:
    """The deviation, skewness and excess kurtosis of pitch by duration; the last two are undefined on one pitch."""
    pitch, duration = view.pitch, view.duration
    spread = deviation(pitch, duration)
    if not spread > 0:
        return spread, NAN, NAN
    apart = (pitch - mean(pitch, duration)) / spread
    square = apart * apart
    return spread, mean(square * apart, duration), mean(square * square, duration) - 3


@feature("pitch", dims=("top", "bass"), high=127.0, unit="semitones", needs="voices",
         source="musegen: tessitura as the use of a range")  # fmt: skip
def tessitura_width(view: PieceView) -> Floats:
    """The width of the pitches in which the middle 80 % of a line's sounding time lie."""
    lines = view.lines
    found = [weighted_quantiles(lines.pitch[part], lines.duration[part], _CENTRAL) for part in (lines.top, lines.bass)]
    return np.array([high - low for low, high in found])


@feature("pitch", dims=("top", "bass", "mean_line"), unit="share of the ambitus", needs="voices", source="musegen")
def tessitura_place(view: PieceView) -> Floats:
    """Where in its ambitus a line's mean pitch lies, 0 at the bottom and 1 at the top; undefined on one pitch."""
    low, high = line_limits(view)
    lines = view.lines
    time = np.bincount(lines.line, lines.duration, minlength=lines.count)
    height = each(np.bincount(lines.line, lines.duration * lines.pitch, minlength=lines.count), time)
    place = each(height - low, high - low)
    told = place[place == place]  # not NaN
    return np.array([place[0] if len(place) else NAN, place[-1] if len(place) > 1 else NAN, mean(told)])


@feature("pitch", dims=("above", "below"), high=127.0, unit="semitones", needs="voices",
         source="ambitus of modes, authentic and plagal: Powers, `Mode`, New Grove")  # fmt: skip
def compass_about_last_note(view: PieceView) -> tuple[float, float]:
    """How far the top line rises above its last note, and falls below it."""
    pitch = view.lines.pitch[view.lines.top]
    return (float(pitch.max() - pitch[-1]), float(pitch[-1] - pitch.min())) if len(pitch) else (NAN, NAN)


@feature("pitch", dims=("top", "bass"), unit="share of sounding time", needs="voices",
         source="authentic and plagal by the middle of the time, musegen")  # fmt: skip
def time_below_last_note(view: PieceView) -> tuple[float, float]:
    """How much of its sounding time the top line, and the bass line, is below its last note."""
    lines = view.lines
    pairs = [(lines.pitch[part], lines.duration[part]) for part in (lines.top, lines.bass)]
    top, bass = (mean(pitch < pitch[-1:], duration) if len(pitch) else NAN for pitch, duration in pairs)
    return top, bass


@feature("pitch", dims=("1", "2", "3", "4"), low=-127.0, high=127.0, unit="semitones", source="musegen")
def height_by_quarter(view: PieceView) -> Floats:
    """The mean pitch of the notes that begin in each quarter of the piece's time, less the mean of all notes."""
    notes = view.notes
    if not len(notes):
        return np.full(4, NAN)
    start, end = int(notes["onset"][0]), int(notes.end.max())
    quarter = (notes["onset"] - start) * 4 // max(end - start, 1)
    totals, counts = np.bincount(quarter, view.pitch, minlength=4), np.bincount(quarter, minlength=4)
    return each(totals, counts) - share(totals.sum(), len(notes))
