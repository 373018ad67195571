"""What verovio is told: its options, room for labels that we draw ourselves, and the grid of equal measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

from musegen.engraving.analysis_rows import cadence_block, function_block
from musegen.engraving.ink import Block
from musegen.engraving.marks import Label, Sheet
from musegen.engraving.numerals import figured_block, key_block, label_block
from musegen.engraving.score_head import MARGIN_MM, PAPERS_MM, STAFF_MM
from musegen.engraving.values import QUARTERS, Span, write_values
from musegen.score.model import Score

EM = 430.0
"""The size of harmony labels, in hundredths of a millimetre (12 points)."""
KEY_GAP = 0.35
"""Ems between a key name and its numeral."""
LABEL_GAP = 0.4
"""Ems between neighbouring labels, at least."""
LEFT_OVERHANG = 0.3
"""Ems that a label reaches left of the middle of its notehead, at most."""
FUNCTION_ROW, CADENCE_ROW = 3, 4
TIGHT_SPACING = {"spacingLinear": 0.2, "spacingNonLinear": 0.5}
"""For systems that must hold more measures than is comfortable."""
AUTOMATIC_BREAKS = {"breaks": "auto", "minLastJustification": 0.5}
"""Systems as full as is comfortable, and a last one that ends where its music does, unless that fills half of it."""
_LETTER_ROW = 9
_LYRIC_SPACING = {"spacingLinear": 0.36, "lyricWordSpace": 2.0}
"""Syllables need more room than notes: fewer measures a system, and a blank between words."""
_DOT = 0.25 * 4.5 * STAFF_MM * 100 / 8  # the width of a full stop in verovio's label text
_TOO_WIDE = 2 * _DOT + 186.0  # the first digit of the label text, and the gap that verovio adds
_MEI_DURATIONS = {
    "breve": "breve",
    "whole": "1",
    "half": "2",
    "quarter": "4",
    "eighth": "8",
    "16th": "16",
    "32nd": "32",
}


class Placed(NamedTuple):
    """A harmony label with its place: the row that it stands in and the key name before it."""

    onset: int
    block: Block
    key: Block
    row: int  # 0 = figured bass, 1 and 2 = numerals, 3 = functions, 4 = cadences, -1 = over the top staff
    lines: int = 1  # of figures
    held: bool = False  # figures that follow others over the same bass note
    until: int = 0  # where a line from the label leads to


def verovio_options(score: Score, sheet: Sheet, *, staves: int) -> dict[str, Any]:
    """Options for one endless page of the paper's width, with bounding boxes and ids that depend on the input only."""
    unit = STAFF_MM * 10 / 8
    systems = _systems(score)
    encoded = {"breaks": "encoded"} | ({"minLastJustification": 0.0} if systems[-1] >= 0.6 * max(systems) else {})
    return {
        "pageWidth": round((PAPERS_MM[sheet.paper][0] - 2 * MARGIN_MM) * 10),
        "pageHeight": 60_000, "adjustPageHeight": True, "unit": unit, "scale": 100,
        "pageMarginLeft": 35 if staves > 1 else 5, "pageMarginRight": 5, "pageMarginTop": 0, "pageMarginBottom": 0,
        "header": "none", "footer": "none",
        "xmlIdChecksum": True, "svgFormatRaw": True, "svgViewBox": True, "svgBoundingBoxes": True,
        "svgContentBoundingBoxes": True, "smuflTextFont": "none", "font": "Leipzig",
        "spacingStaff": 14, "spacingBraceGroup": 14, "spacingBracketGroup": 12,
        "spacingLinear": 0.28, "spacingNonLinear": 0.58, "justificationMaxVertical": 0.0,
        "lyricSize": 4.5,
    } | AUTOMATIC_BREAKS | (encoded if len(systems) > 1 else {}) | (_LYRIC_SPACING if score.lyrics else {})  # fmt: skip


def _systems(score: Score) -> list[int]:
    """How many whole measures each system holds, as far as breaks are set."""
    starts = [0, *(n for n, measure in enumerate(score.measures) if n and measure.new_system), len(score.measures)]
    whole = [not measure.is_pickup for measure in score.measures]
    return [sum(whole[before:after]) for before, after in pairwise(starts)]


def place_labels(score: Score, sheet: Sheet) -> list[Placed]:
    """All harmony labels and figures in order of time."""
    rows = {"chord_symbol": -1, "function": FUNCTION_ROW}
    others = [label for label in score.harmonies if label.kind in rows]
    placed = [Placed(label.onset, label_block(label), Block(), rows[label.kind]) for label in others]
    placed += [Placed(one.onset, cadence_block(one.text), Block(), CADENCE_ROW) for one in sheet.marks.cadences]
    placed += [*_place_figures(score), *_place_numerals(score, sheet), *_place_functions(score, sheet)]
    return sorted(placed, key=lambda one: one.onset)


def _place_functions(score: Score, sheet: Sheet) -> Iterator[Placed]:
    """Functions with their lines; one that goes on in the next system is named again there, in brackets."""
    starts = [measure.onset for measure in score.measures if measure.new_system]
    for stretch in sheet.marks.functions:
        yield Placed(stretch.onset, function_block(stretch.text), Block(), FUNCTION_ROW, until=stretch.end)
        for start in starts:
            if stretch.onset < start < stretch.end:
                again = function_block(stretch.text, goes_on=True)
                yield Placed(start, again, Block(), FUNCTION_ROW, until=stretch.end)


def _place_figures(score: Score) -> Iterator[Placed]:
    attacks = {(int(row["part"]), int(row["onset"])) for row in score.notes.rows}
    for figured in score.figures:
        held = (figured.part, figured.onset) not in attacks
        yield Placed(figured.onset, figured_block(figured), Block(), 0, len(figured.figures), held)


def _place_numerals(score: Score, sheet: Sheet) -> Iterator[Placed]:
    """Numerals with the names of their keys.

    The key is named at the first numeral and wherever it changes; where there are several, every system begins with a
    reminder. After a pivot the numerals of the new key go on in the second reading's row, until the next system begins.
    """
    numerals = [label for label in score.harmonies if label.kind not in ("chord_symbol", "function")]
    starts = {measure.onset for measure in score.measures if measure.new_system}
    modulates = len({label.key for label in numerals if label.key}) > 1
    key, row, before = "", 1, -1
    for label in sorted(numerals, key=lambda label: (label.onset, label.alternate)):
        opens_system = any(before < start <= label.onset for start in starts)
        row = 1 if opens_system else row
        row = 3 - row if label.alternate else row
        is_new = bool(label.key) and label.key != key
        key = label.key or key
        is_named = is_new or (opens_system and modulates and bool(key))
        name = key_block(key, is_reminder=not is_new) if is_named else Block()
        yield Placed(label.onset, label_block(label, cadential=sheet.cadential), name, row)
        before = label.onset


def rooms(score: Score, labels: list[Placed], names: dict[int, str], staves: int) -> list[list[Any]]:
    """For verovio: [anchor id, staff, row, place, full stops] for every label, as wide as what we shall draw."""
    anchors = _anchors(score, names)
    by_row: dict[int, list[Placed]] = defaultdict(list)
    for label in labels:
        by_row[label.row].append(label)
    wide = {row: _widths(members, anchors) for row, members in sorted(by_row.items())}
    if _is_sung_below(score):
        wide = {-1: _widest(wide.values())}
    found = []
    for row, rooms_of_row in wide.items():
        place, staff = ("above", 1) if row < 0 else ("below", staves)
        for anchor, width in rooms_of_row:
            found.append([anchor, staff, row + 2, place, max(ceil((width - _TOO_WIDE) / _DOT), 0)])
    return found


def _widest(rows: Iterable[list[tuple[str, float]]]) -> list[tuple[str, float]]:
    """One row that has room for the labels of all."""
    found: dict[str, float] = {}
    for anchor, width in (room for row in rows for room in row):
        found[anchor] = max(width, found.get(anchor, 0.0))
    return list(found.items())


def _is_sung_below(score: Score) -> bool:
    """Whether the lowest part has words: room for labels there would push them down."""
    lowest = score.notes["id"][score.notes["part"] == len(score.parts) - 1].tolist()
    return not {lyric.note for lyric in score.lyrics}.isdisjoint(lowest)


def letter_rooms(score: Score, labels: Iterable[Label], names: dict[int, str], staves: int) -> list[list[Any]]:
    """For verovio: room between the staves for the letters that stand over or under single notes there."""
    before = [sum(len(part.clefs) for part in score.parts[:number]) for number in range(len(score.parts))]
    rows = score.notes.rows
    staff_of = {int(row["id"]): before[int(row["part"])] + max(int(row["staff"]), 1) for row in rows}
    found: list[list[Any]] = []
    for label in labels:
        staff = staff_of.get(label.note, 0)
        is_inner = staff > 1 if label.where == "over" else label.where == "under" and 0 < staff < staves
        if is_inner:
            found.append([names[label.note], staff, _LETTER_ROW, label.placement, 0])
    return found


def _widths(members: list[Placed], anchors: dict[int, str]) -> list[tuple[str, float]]:
    """How much room each anchor of a row needs; a label where no note begins is added to the one before it."""
    found: list[tuple[str, float]] = []
    for number, label in enumerate(members):
        after = members[number + 1] if number + 1 < len(members) else None
        overhang = 0.0 if after is None else left_of(after) + before_note(after.block) * EM
        wide = (label.block.width - label.block.hang - before_note(label.block) + LABEL_GAP) * EM + overhang
        if label.onset in anchors:
            found.append((anchors[label.onset], wide))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + wide)
    return found


def before_note(block: Block) -> float:
    """How many ems of a label stand left of the middle of its note: half of a short label, little of a long one."""
    return min((block.width - block.hang) / 2, LEFT_OVERHANG)


def left_of(label: Placed) -> float:
    """How far a label reaches left of what is aligned with its note: hanging accidentals, the name of a key."""
    key = label.key.width + KEY_GAP if label.key.width else 0.0
    return (label.block.hang + key) * EM


def equal_grid(score: Score, sheet: Sheet) -> list[list[list[Any]]]:
    """Invisible values that give every measure the same points in time; empty where measures need not be equal."""
    return [_grid_of(score, index) for index in range(len(score.measures))] if sheet.equal_measures else []


def _grid_of(score: Score, index: int) -> list[list[Any]]:
    measure = score.measures[index]
    meter = measure.time_signature
    step = min(meter.beat_quarters, Fraction(1, 2))
    start = score.offset_in_measure(measure.onset)
    end = start + score.quarters(measure.length)
    spans = []
    while start < end:
        after = min((start // step + 1) * step, end)
        spans.append(Span(start, after, (0,)))
        start = after
    values = write_values(spans, meter)
    if any(value.actual > 1 or value.type not in _MEI_DURATIONS or QUARTERS[value.type] > 8 for value in values):
        return []
    return [[_MEI_DURATIONS[value.type], value.dots] for value in values]


def _anchors(score: Score, names: dict[int, str]) -> dict[int, str]:
    """For every onset the note that a label can hang on: the lowest one."""
    anchors: dict[int, tuple[int, str]] = {}
    for row in score.notes.rows:
        onset, pitch = int(row["onset"]), int(row["pitch"])
        if row["duration"] and (onset not in anchors or pitch < anchors[onset][0]):
            anchors[onset] = (pitch, names[int(row["id"])])
    return {onset: name for onset, (_, name) in anchors.items()}
