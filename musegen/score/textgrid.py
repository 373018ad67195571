"""The text grid: a few bars of music as plain text, for rule fragments, tests and documentation.

.. code-block:: text

    key: G major; meter: 4/4; unit: 1/4
    S: d5 c5 b4 a4 | g4^ . . r
    A: g4 .  .  f#4| g4  . . .
    H: I  .  I6 V  | I   . . .

One cell is one `unit` (a quarter unless stated). `.` holds the note before, `r` rests, `|` is a barline (each measure
is filled exactly), `^` puts a fermata on a note, `~` a tie that goes on to the next, `c3+e3` is a chord. Rows are
voices, one part each, top first; `Piano/1` and `Piano/2` are two staves of one part. Row `H` holds Roman numerals,
`D:V7` changing the key; row `C` chord symbols (`F#m7b5`, `Bb/D`); row `F` the figures under the lowest part (`6,5`,
`#`, `-` for none). The key may be a mode, `d dorian`. `pickup: 1` in the head gives the first measure one beat only.
"""

from __future__ import annotations

import re
from fractions import Fraction

from musegen.errors import MalformedScore, UsageError
from musegen.score.barlines import split_at_barlines
from musegen.score.meter import TimeSignature, ticks
from musegen.score.model import BASS, TREBLE, FiguredBass, HarmonyLabel, KeySignature, Measure, Part, Score
from musegen.score.pitch import STEP_FIFTHS, STEPS, parse_pitch
from musegen.score.table import Flag, NoteTable

_MODES = {
    "major": 0,
    "ionian": 0,
    "lydian": 1,
    "mixolydian": -1,
    "dorian": -2,
    "minor": -3,
    "aeolian": -3,
    "phrygian": -4,
}
"""What each mode adds to the sharps of the major scale on its tonic."""
_KEY = re.compile(rf"([A-Ga-g])(#|b|-|)\s*({'|'.join(_MODES)}|)$")
_NO_LABEL = (".", "r")
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
    unit = ticks(_number(head.get("unit", "1/4")) * 4)
    pickup = ticks(_number(head.get("pickup", "0")) * meter.beat_quarters)
    key_name, signature = _key(head.get("key", "C major"))
    voices = {name.strip(): body for name, body in rows}
    labels = {row: voices.pop(row, "") for row in "HCF"}
    names = list(dict.fromkeys(name.split("/")[0] for name in voices))
    records: list[dict[str, int]] = []
    bars: list[list[str]] = []
    for name, body in voices.items():
        bars = [bar.split() for bar in body.strip().strip("|").split("|")]
        _check_lengths(bars, name, meter, unit, pickup)
        part, _, staff = name.partition("/")
        records += [{**note, "staff": int(staff or 1)} for note in _notes(bars, names.index(part), name, unit)]
    measures = _measures(bars, meter, signature, unit, pickup)
    table = NoteTable.of(split_at_barlines(records, measures))
    parts = tuple(_part(name, number, table) for number, name in enumerate(names))
    harmonies = (*_numerals(labels["H"], unit, key_name, len(parts) - 1), *_symbols(labels["C"], unit))
    return Score(table, measures, parts, harmonies=harmonies, figures=_figures(labels["F"], unit, len(parts) - 1))


def _is_row(line: str) -> bool:
    return ":" in line and line.split(":")[0].strip() not in ("key", "meter", "unit", "pickup")


def _head(line: str) -> dict[str, str]:
    pairs = [item.split(":", 1) for item in line.split(";") if item.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise MalformedScore(f"`{line}` is not the head of a text grid", hint="write it like key: G major; meter: 4/4")
    return {name.strip(): value.strip() for name, value in pairs}


def _number(text: str) -> Fraction:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}|/[1-9][0-9]{0,3})?", text):
        raise MalformedScore(f"`{text[:40]}` is not a length", hint="write it like 1/8, 1 or 1.5")
    return Fraction(text)


def _key(text: str) -> tuple[str, KeySignature]:
    found = _KEY.match(text)
    if not found:
        raise MalformedScore(f"`{text}` is not a key", hint="write it like G major or b- minor")
    letter, accidental, mode = found.groups()
    mode = mode or ("minor" if letter.islower() else "major")
    tonic = int(STEP_FIFTHS[STEPS.index(letter.upper())]) + 7 * {"#": 1, "b": -1, "-": -1, "": 0}[accidental]
    name = (letter.lower() if _MODES[mode] < -1 else letter.upper()) + accidental.replace("b", "-")
    return name, KeySignature(tonic + _MODES[mode], mode)


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
    time, held = 0, 0  # how many notes the last cell began
    for number, bar in enumerate(bars):
        for cell in bar:
            if cell == ".":
                for note in records[len(records) - held :]:
                    note["duration"] += unit
            elif cell == "r":
                held = 0
            else:
                chord = [_note(name, time, part, voice, number, unit) for name in cell.split("+")]
                for note in chord:
                    _take_up_tie(note, records[len(records) - held :])
                records += chord
                held = len(chord)
            time += unit
    return records


def _take_up_tie(note: dict[str, int], before: list[dict[str, int]]) -> None:
    """Mark a note that the tie of the one before it leads to."""
    if any(other["flags"] & Flag.TIED_TO_NEXT and other["pitch"] == note["pitch"] for other in before):
        note["flags"] |= int(Flag.TIED_FROM_PREVIOUS)


def _note(cell: str, time: int, part: int, voice: str, bar: int, unit: int) -> dict[str, int]:
    try:
        pitch = parse_pitch(cell.rstrip("^~"))
    except UsageError as error:
        raise MalformedScore(f"voice {voice}: {error.message}", measure=str(bar + 1), hint=error.hint) from None
    flags = int(Flag.FERMATA) * ("^" in cell) | int(Flag.TIED_TO_NEXT) * ("~" in cell)
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
    here = table["part"] == number
    clefs = []
    for staff in range(1, int(table["staff"][here].max(initial=1)) + 1):
        pitches = table["pitch"][here & (table["staff"] == staff)]
        clefs.append(BASS if len(pitches) and pitches.mean() < 60 else TREBLE)
    return Part(f"P{number + 1}", name, clefs=tuple(clefs))


def _cells(row: str, unit: int) -> list[tuple[int, str]]:
    """(onset, text) of every label of a row."""
    cells = row.replace("|", " ").split()
    return [(place * unit, cell) for place, cell in enumerate(cells) if cell not in _NO_LABEL]


def _numerals(row: str, unit: int, key: str, part: int) -> list[HarmonyLabel]:
    found = []
    for onset, cell in _cells(row, unit):
        named, text = _LABEL.match(cell).groups()  # type: ignore[union-attr]
        key = named[0] + named[1:].replace("b", "-") if named else key
        found.append(HarmonyLabel(onset, "numeral", text, key, part))
    return found


def _symbols(row: str, unit: int) -> list[HarmonyLabel]:
    """Chord symbols, with flats after a root or bass written `-` as everywhere inside."""
    return [
        HarmonyLabel(onset, "chord_symbol", re.sub(r"((?:^|/)[A-G])b", r"\1-", cell))
        for onset, cell in _cells(row, unit)
    ]


def _figures(row: str, unit: int, part: int) -> tuple[FiguredBass, ...]:
    """Each figure stands until the next, the last one to the end of the row."""
    found = _cells(row, unit)
    end = unit * len(row.replace("|", " ").split())
    ends = [*(onset for onset, _ in found), end][1:]
    return tuple(
        FiguredBass(onset, end - onset, () if cell == "-" else tuple(cell.split(",")), part)
        for (onset, cell), end in zip(found, ends, strict=True)
    )
