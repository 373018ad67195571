"""RomanText, written so that music21 parses it back into the same keys, figures and onsets."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from musegen.score.meter import TimeSignature
from musegen.score.model import Measure, Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.annotations.romantext.reading import beat_quarters
from musegen.theory.keys import Key

_UNITS = (1, 2, 4, 8, 16, 32, 64, 128)
_MOST_UNITS = 99
"""Of a time signature that every reader takes."""


def write_roman_text(analysis: Analysis, score: Score) -> str:
    """The chords of an analysis as RomanText that music21 parses into the same keys, figures and onsets.

    Measures are counted through from the first printed number; one that is not as long as its time signature says gets
    a signature of its own. `||` closes phrases. A `Note:` says which keys had to be spelled otherwise, and which
    measures have a length that no time signature says.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("key: G major; meter: 2/4\\nS: d5 c5 | b4 .\\nH: I V7 | I .")
    >>> print(write_roman_text(given_analysis(piece), piece).splitlines()[-2])
    m1 G: I b2 V7
    """
    lines, key = [*_head(score), *_respelled(analysis), ""], ""
    closes = {_closing(analysis.chords, phrase.end) for phrase in analysis.phrases}
    for bar in _bars(score):
        lines += bar.announces
        words = [f"m{bar.number}"]
        for index, chord in enumerate(analysis.chords):
            if not bar.onset <= chord.onset < bar.end:
                continue
            beat = 1 + (score.quarters(chord.onset - bar.onset) + bar.missing) / beat_quarters(bar.meter)
            words += [f"b{_decimal(beat)}"] if beat != 1 else []
            words += [f"{chord.key.written}:"] if chord.key.written != key else []
            words += [chord.numeral.figure.replace("ø", "/o")] + ["||"] * (index in closes)
            key = chord.key.written
        lines += [" ".join(words)] if len(words) > 1 else []
    return "\n".join(lines) + "\n"


class _Bar(NamedTuple):
    """A measure as RomanText counts it: parts of one printed measure (7 and 7a) stand together."""

    number: int
    onset: int
    end: int
    meter: TimeSignature
    missing: Fraction  # quarters that a pickup lacks
    announces: list[str]  # lines to state before it


def _bars(score: Score) -> list[_Bar]:
    bars: list[_Bar] = []
    stated = ""
    first = re.match(r"\d+", score.measures[0].number) if score.measures else None
    number = int(first[0]) if first and not score.measures[0].is_pickup else 0
    if score.measures and not score.measures[0].is_pickup and number == 0:
        number = 1
    for onset, end, measure in joined_measures(score):
        meter, length = measure.time_signature, score.quarters(end - onset)
        is_cut = length < meter.quarters and (measure.is_pickup or end == score.end)
        missing = meter.quarters - length if measure.is_pickup and is_cut else Fraction(0)
        announces = []
        if length != meter.quarters and not is_cut:
            meter = _meter_of(length, meter)
            announces = _of_no_meter(number, length, meter.quarters - length) if end != score.end else []
        announces += [f"Time Signature: {meter}"] if str(meter) != stated else []
        bars.append(_Bar(number, onset, end, meter, missing, announces))
        stated, number = str(meter), number + 1
    return bars


def joined_measures(score: Score) -> list[tuple[int, int, Measure]]:
    """(onset, end, first measure): neighbours that fill one printed measure are one, a pickup after a repeat too."""
    joined: list[tuple[int, int, Measure]] = []
    for measure in score.measures:
        end = measure.onset + measure.length
        if joined and _goes_on(joined[-1][2], measure):
            onset, _, first = joined[-1]
            if score.quarters(end - onset) <= first.time_signature.quarters:
                joined[-1] = (onset, end, first)
                continue
        joined.append((measure.onset, end, measure))
    return joined


def _goes_on(first: Measure, second: Measure) -> bool:
    """The second of two neighbours is printed as a part of the first: 7 and 7a, 8 and the upbeat 0 after it."""
    numbers = [re.match(r"\d*", measure.number)[0] for measure in (first, second)]  # type: ignore[index]
    return numbers[0] == numbers[1] or (second.is_pickup and not first.is_pickup)


def _meter_of(length: Fraction, own: TimeSignature) -> TimeSignature:
    """A time signature of this length in quarters, in units of its own where that can be, or the next longer one."""
    finer = [unit for unit in _UNITS if unit >= own.denominator]
    coarser = [unit for unit in reversed(_UNITS) if unit < own.denominator]
    units = [unit for unit in (*finer, *coarser) if length * unit / 4 <= _MOST_UNITS] or [1]
    exact = (unit for unit in units if (length * unit / 4).denominator == 1)
    unit = next(exact, units[0])
    return TimeSignature(max(ceil(length * unit / 4), 1), unit)


def _of_no_meter(number: int, length: Fraction, late: Fraction) -> list[str]:
    told = (
        f"Note: measure {number} lasts {length} quarters, which no time signature says: what follows stands {late} late"
    )
    return [told] if late else []


def _head(score: Score) -> list[str]:
    from musegen import __version__

    tags = (
        ("Composer", score.metadata.composer),
        ("Title", score.metadata.title),
        ("Analyst", f"musegen {__version__}"),
    )
    return [f"{name}: {' '.join(text.split())}" for name, text in tags if text]


def _respelled(analysis: Analysis) -> list[str]:
    """What is said of keys that are not written by their own name."""
    keys = dict.fromkeys(chord.key for chord in analysis.chords)
    return [f"Note: {key.words} is written {key.written}" for key in keys if Key.parse(key.written) != key]


def _closing(chords: tuple[ChordSpan, ...], end: int) -> int:
    """The last chord that begins before a phrase ends."""
    return sum(chord.onset < end for chord in chords) - 1


def _decimal(beat: Fraction) -> str:
    """`2`, `1.5`, `2.33`: RomanText writes thirds with two places."""
    if beat.denominator in (1, 2, 4, 8, 16):
        return f"{float(beat):g}"
    return f"{float(beat):.5f}".rstrip("0") if beat.denominator not in (3, 6) else f"{float(beat):.2f}"
