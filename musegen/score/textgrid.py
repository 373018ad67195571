"""The text grid: a few bars of music as plain text, for rule fragments, tests and documentation.

.. code-block:: text

    key: G major; meter: 4/4; unit: 1/4
    S: d5 c5 b4 a4 | g4^ . . r
    A: g4 .  .  f#4| g4  . . .
    H: I  .  I6 V  | I   . . .

One cell is one `unit` (a quarter unless stated). `.` holds the note before, `r` rests, `|` is a barline (each measure
is filled exactly), `^` puts a fermata on a note. Rows are voices, one part each, top first. Row `H` holds Roman
numerals, `D:V7` changing the key. `pickup: 1` in the head gives the first measure one beat only.
"""

from __future__ import annotations

import re
from fractions import Fraction

from musegen.errors import MalformedScore, UsageError
from musegen.score.barlines import split_at_barlines
from musegen.score.meter import TimeSignature, ticks
from musegen.score.model import BASS, TREBLE, HarmonyLabel, KeySignature, Measure, Part, Score
from musegen.score.pitch import STEP_FIFTHS, STEPS, parse_pitch
from musegen.score.table import Flag, NoteTable

_KEY = re.compile(r"([A-Ga-g])(#|b|-|)\s*(major|minor|)$")
_LABEL = re.compile(r"(?:([A-Ga-g][#b-]?):)?(.+)$")


def parse_grid(text: str) -> Score:
    """Read a text grid.

    Raises:
        MalformedScore: a cell is no note, or a measure is not full; says the voice, measure and beat.

    >>> score = parse_grid("key: G major; meter: 2/4\\nS: d5 c5 | b4 .")
    >>> [(int(row["pitch"]), int(row["duration"])) for row in score.notes.rows]
    [(74, 10080), (72, 10080), (71, 20160)]
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    head = _head(lines[0]) if lines and not _is_row(lines[0]) else {}
    rows = [line.split(":", 1) for line in (lines[1:] if head else lines)]
    meter = TimeSignature.parse(head.get("meter", "4/4"))
    unit = ticks(Fraction(head.get("unit", "1/4")) * 4)
    pickup = ticks(Fraction(head.get("pickup", "0")) * meter.beat_quarters)
    key_name, signature = _key(head.get("key", "C major"))
    voices = {name.strip(): body for name, body in rows}
    labels = voices.pop("H", "")
    records: list[dict[str, int]] = []
    bars: list[list[str]] = []
    for part, (name, body) in enumerate(voices.items()):
        bars = [bar.split() for bar in body.strip().strip("|").split("|")]
        _check_lengths(bars, name, meter, unit, pickup)
        records += _notes(bars, part, name, unit)
    measures = _measures(bars, meter, signature, unit, pickup)
    table = NoteTable.of(split_at_barlines(records, measures))
    parts = tuple(_part(name, number, table) for number, name in enumerate(voices))
    return Score(table, measures, parts, harmonies=_harmonies(labels, unit, key_name, len(parts) - 1))


def _is_row(line: str) -> bool:
    return ":" in line and line.split(":")[0].strip() not in ("key", "meter", "unit", "pickup")


def _head(line: str) -> dict[str, str]:
    pairs = [item.split(":", 1) for item in line.split(";") if item.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise MalformedScore(f"`{line}` is not the head of a text grid", hint="write it like key: G major; meter: 4/4")
    return {name.strip(): value.strip() for name, value in pairs}


def _key(text: str) -> tuple[str, KeySignature]:
    found = _KEY.match(text)
    if not found:
        raise MalformedScore(f"`{text}` is not a key", hint="write it like G major or b- minor")
    letter, accidental, mode = found.groups()
    minor = mode == "minor" or (not mode and letter.islower())
    tonic = int(STEP_FIFTHS[STEPS.index(letter.upper())]) + 7 * {"#": 1, "b": -1, "-": -1, "": 0}[accidental]
    name = (letter.lower() if minor else letter.upper()) + accidental.replace("b", "-")
    return name, KeySignature(tonic - 3 * minor, "minor" if minor else "major")


def _check_lengths(bars: list[list[str]], voice: str, meter: TimeSignature, unit: int, pickup: int) -> None:
    full = ticks(meter.quarters)
    for number, bar in enumerate(bars):
        wanted = pickup if pickup and number == 0 else full
        if (len(bar) * unit != wanted and number < len(bars) - 1) or len(bar) * unit > full:
            raise MalformedScore(
                f"voice {voice} has {len(bar)} cells where {Fraction(wanted, unit)} fill the measure",
                measure=str(number + (pickup == 0)),
            )


def _notes(bars: list[list[str]], part: int, voice: str, unit: int) -> list[dict[str, int]]:
    records: list[dict[str, int]] = []
    time, holding = 0, False
    for number, bar in enumerate(bars):
        for cell in bar:
            if cell == ".":
                if holding:
                    records[-1]["duration"] += unit
            elif cell == "r":
                holding = False
            else:
                records.append(_note(cell, time, part, voice, number, unit))
                holding = True
            time += unit
    return records


def _note(cell: str, time: int, part: int, voice: str, bar: int, unit: int) -> dict[str, int]:
    try:
        pitch = parse_pitch(cell.removesuffix("^"))
    except UsageError as error:
        raise MalformedScore(f"voice {voice}: {error.message}", measure=str(bar + 1), hint=error.hint) from None
    flags = int(Flag.FERMATA) if cell.endswith("^") else 0
    return {
        "onset": time, "duration": unit, "pitch": pitch.pitch, "fifths": pitch.fifths, "part": part, "flags": flags,
    }  # fmt: skip


def _measures(
    bars: list[list[str]], meter: TimeSignature, signature: KeySignature, unit: int, pickup: int
) -> tuple[Measure, ...]:
    measures, onset = [], 0
    for number, bar in enumerate(bars):
        is_pickup = bool(pickup) and number == 0
        printed = str(number + (pickup == 0))
        measures.append(Measure(printed, onset, len(bar) * unit, meter, signature, is_pickup))
        onset += len(bar) * unit
    return tuple(measures)


def _part(name: str, number: int, table: NoteTable) -> Part:
    pitches = table["pitch"][table["part"] == number]
    low = len(pitches) > 0 and pitches.mean() < 60
    return Part(f"P{number + 1}", name, clefs=(BASS if low else TREBLE,))


def _harmonies(labels: str, unit: int, key: str, part: int) -> tuple[HarmonyLabel, ...]:
    found, time = [], 0
    for cell in labels.replace("|", " ").split():
        if cell not in (".", "r"):
            named, text = _LABEL.match(cell).groups()  # type: ignore[union-attr]
            key = named[0] + named[1:].replace("b", "-") if named else key
            found.append(HarmonyLabel(time, "numeral", text, key, part))
        time += unit
    return tuple(found)
