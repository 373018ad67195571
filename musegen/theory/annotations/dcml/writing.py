"""An analysis written as a harmony table (TSV) of the DCML annotation standard, a row a label."""

from __future__ import annotations

import re
from bisect import bisect_right
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple

from musegen.score.model import Measure, Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.annotations.dcml.chords import DcmlChord, dcml_of
from musegen.theory.annotations.dcml.labels import Label, key_numeral
from musegen.theory.annotations.romantext.writing import joined_measures
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral

COLUMNS = (
    "mc", "mn", "quarterbeats", "duration_qb", "mc_onset", "mn_onset", "timesig", "staff", "voice", "volta", "label",
    "globalkey", "localkey", "pedal", "chord", "numeral", "form", "figbass", "changes", "relativeroot", "cadence",
    "phraseend", "chord_type", "globalkey_is_minor", "localkey_is_minor", "chord_tones", "added_tones", "root",
    "bass_note",
)  # fmt: skip
_TYPES = {
    "major": "M", "minor": "m", "dim": "o", "aug": "+", "dom7": "Mm7", "maj7": "MM7", "min7": "mm7", "dim7": "o7",
    "hdim7": "%7", "It": "It", "Ger": "Ger", "Fr": "Fr",
}  # fmt: skip
_CHORD_SIZE = 4


class _Event(NamedTuple):
    """A moment that has a row: a chord begins, or only a phrase."""

    onset: int
    chord: ChordSpan | None
    phrase: str  # `{`, `}`, `}{` or nothing


class _Sheet(NamedTuple):
    """What the rows of one table share."""

    score: Score
    bars: list[tuple[int, int, Measure]]  # printed measures: onset, end, the first part of each
    home: Key


def write_dcml(analysis: Analysis, score: Score) -> str:
    """The chords of an analysis with keys, cadences and phrases, as `read_dcml` and DCML's tools read them.

    Times are in quarters (`quarterbeats`, `duration_qb`) and in parts of a whole note (`mc_onset`, `mn_onset`), tones
    are places on the line of fifths counted from the local tonic.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .\\nA: g4 f4 | e4 .\\nT: c4 b3 | g3 .\\nB: c3 g3 | c3 .")
    >>> table = write_dcml(analyse(piece), piece).splitlines()
    >>> [row.split("\\t")[COLUMNS.index("label")] for row in table]
    ['label', 'C.I{', 'V7', 'I|PAC}']
    """
    cadences = {cadence.onset: cadence.kind for cadence in analysis.cadences}
    rows, local = ["\t".join(COLUMNS)], analysis.key
    sheet = _Sheet(score, joined_measures(score), analysis.key)
    for number, event in enumerate(_events(analysis)):
        key = event.chord.key if event.chord else local
        label = _label(event, cadences.get(event.onset, "") if event.chord else "")._replace(
            globalkey="" if number else analysis.key.written,
            localkey="" if key == local else key_numeral(key, analysis.key),
        )
        rows.append("\t".join(_cells(event, label, key, sheet)))
        local = key
    return "\n".join(rows) + "\n"


def _events(analysis: Analysis) -> list[_Event]:
    """Chords and the beginnings of phrases in their order."""
    starts = {phrase.onset for phrase in analysis.phrases}
    ends = {max((c.onset for c in analysis.chords if c.onset < p.end), default=p.onset) for p in analysis.phrases}

    def signs(onset: int) -> str:
        return "}" * (onset in ends) + "{" * (onset in starts)

    chords = [_Event(chord.onset, chord, signs(chord.onset)) for chord in analysis.chords]
    held = starts - {chord.onset for chord in analysis.chords}
    return sorted([*chords, *(_Event(onset, None, "{") for onset in held)], key=lambda event: event.onset)


def _label(event: _Event, cadence: str) -> Label:
    chord = dcml_of(event.chord.numeral) if event.chord else DcmlChord("")
    return Label(**chord._asdict(), pedalend="]" if chord.pedal else "", cadence=cadence, phraseend=event.phrase)


def _cells(event: _Event, label: Label, key: Key, sheet: _Sheet) -> list[str]:
    score, home = sheet.score, sheet.home
    times = {
        "quarterbeats": score.quarters(event.onset),
        "duration_qb": float(score.quarters(event.chord.duration)) if event.chord else 0.0,
        "staff": max(len(score.parts), 1),
        "voice": 1,
        **_place(event.onset, sheet),
    }
    keys = {
        "label": label,
        "globalkey": home.written,
        "localkey": key_numeral(key, home),
        "globalkey_is_minor": int(home.minor),
        "localkey_is_minor": int(key.minor),
    }
    tones = _tones(event.chord.numeral) if event.chord else {}
    values = {**times, **label._asdict(), "chord": label.chord, **keys, **tones}
    return [" ".join(str(values.get(name, "")).split()) for name in COLUMNS]


def _place(onset: int, sheet: _Sheet) -> dict[str, object]:
    """Where a row stands: in the measure as it is encoded, and in the printed one, which may have two parts (7, 7a)."""
    score = sheet.score
    index = score.measure_index_at(onset)
    measure = score.measures[index]
    start, end, printed = sheet.bars[max(bisect_right(sheet.bars, onset, key=itemgetter(0)) - 1, 0)]
    missing = printed.time_signature.quarters - score.quarters(end - start) if printed.is_pickup else Fraction(0)
    number = re.match(r"\d*", printed.number)
    return {
        "mc": index + 1,
        "mn": int(number[0]) if number and number[0] else 0,
        "mc_onset": score.quarters(onset - measure.onset) / 4,
        "mn_onset": (score.quarters(onset - start) + missing) / 4,
        "timesig": measure.time_signature,
        "volta": measure.ending,
    }


def _tones(numeral: Numeral) -> dict[str, object]:
    """The columns that say what sounds: bass first."""
    inside, added = numeral.members[:_CHORD_SIZE], numeral.members[_CHORD_SIZE:]
    start = inside.index(numeral.bass) if numeral.bass in inside else 0
    return {
        "chord_type": _TYPES.get(numeral.quality, ""),
        "chord_tones": ", ".join(map(str, inside[start:] + inside[:start])),
        "added_tones": ", ".join(map(str, added)),
        "root": numeral.root,
        "bass_note": numeral.bass,
    }
