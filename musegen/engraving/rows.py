"""Rows of text over and under each system: figures, numerals, chord symbols, asterisks, words, the ruled line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, TypeVar

from musegen.engraving.badges import draw_badges
from musegen.engraving.head_lines import draw_lines
from musegen.engraving.ink import Block, draw, line, text
from musegen.engraving.letters import draw_letters
from musegen.engraving.marks import Badge, Label, Sheet
from musegen.engraving.numerals import figured_height
from musegen.engraving.spacing import (
    CADENCE_ROW,
    EM,
    FUNCTION_ROW,
    KEY_GAP,
    LABEL_GAP,
    LEFT_OVERHANG,
    Placed,
    before_note,
    left_of,
)
from musegen.engraving.systems import Drawing, Head, System
from musegen.score.model import Score

_ROW_GAP = 1.5  # ems between the baselines of two rows of numerals
_CAP = 0.72  # the height of capitals and their figures above the baseline, in ems
_DEPTH = 0.3  # how far figures hang below it
_LINE_GAP, _LINE_HEIGHT, _SHORTEST_LINE = 0.3, 0.3, 0.4  # of the line after a function, in ems
_WORDS_EM = 340.0
_CLEARANCE = 110.0  # between the notes and the first row
_NEAREST = 330.0  # no row stands nearer to the staff
_LINE_DEPTH = 1_450.0  # the ruled line below the bottom staff line
_WRITING_ROOM = 650.0  # between printed figures and the ruled line
_TICK = 110.0
_HEAD_HALF = 118.0
_Mark = TypeVar("_Mark", Label, Badge)


class _Timeline(NamedTuple):
    """Where the moments of a score stand on the sheet."""

    score: Score
    drawing: Drawing
    points: dict[int, dict[int, float]]  # measure index: onset: x

    def x(self, onset: int) -> float:
        """The middle of the notes at this onset; between its neighbours where no note begins."""
        index = self.score.measure_index_at(onset)
        known = self.points.get(index, {})
        if onset in known:
            return known[onset]
        measure = self.score.measures[index]
        system = self.drawing.systems[self.drawing.system_of(index)]
        begin = self.drawing.measure_ends[index - 1] if index > system.measures[0] else system.left + 900.0
        around = {
            measure.onset: begin + 250.0,
            measure.onset + measure.length: self.drawing.measure_ends[index],
        } | known
        before = max((time for time in around if time <= onset), default=measure.onset)
        after = min((time for time in around if time > onset), default=measure.onset + measure.length)
        share = (onset - before) / max(after - before, 1)
        return around[before] + share * (around[after] - around[before])

    def has_note(self, onset: int) -> bool:
        """Whether a note begins at this moment."""
        return onset in self.points.get(self.score.measure_index_at(onset), {})


def draw_rows(drawing: Drawing, score: Score, sheet: Sheet, labels: list[Placed], names: dict[int, str]) -> None:
    """Adds all rows to the systems, and makes the systems as high as they then are."""
    timeline = _Timeline(score, drawing, _points(drawing, score, names))
    draw_lines(drawing, score, sheet, names)
    placed = _placed(drawing, score, sheet.marks.labels, names)
    badges = _placed(drawing, score, sheet.marks.badges, names)
    for number, system in enumerate(drawing.systems):
        words = [(label, head) for label, head, at in placed if at == number]
        draw_letters(system, [(label, head) for label, head in words if label.where in ("over", "under")])
        draw_badges(system, [(badge, head) for badge, head, at in badges if at == number])
        mine = [label for label in labels if _is_in(drawing, score, number, label.onset)]
        stars = [onset for onset in sheet.asterisks if _is_in(drawing, score, number, onset)]
        _rows_below(system, mine, timeline)
        if sheet.numeral_line:
            _numeral_line(system, [timeline.x(onset) for onset in stars], is_under_labels=bool(mine))
        _rows_above(system, [label for label in mine if label.row < 0], timeline)
        _asterisks(system, stars, timeline)
        _words(system, words)


def _placed(
    drawing: Drawing, score: Score, marks: Iterable[_Mark], names: dict[int, str]
) -> list[tuple[_Mark, Head, int]]:
    """Every label or badge of a note that is drawn, in order of time, with its notehead and its system's number."""
    onsets = dict(zip(score.notes["id"].tolist(), score.notes["onset"].tolist(), strict=True))
    known = sorted((mark for mark in marks if mark.note in onsets), key=lambda mark: onsets[mark.note])
    found = []
    for mark in known:
        head = drawing.heads.get(names[mark.note])
        if head is not None:
            found.append((mark, head, drawing.system_of(score.measure_index_at(onsets[mark.note]))))
    return found


def _points(drawing: Drawing, score: Score, names: dict[int, str]) -> dict[int, dict[int, float]]:
    points: dict[int, dict[int, float]] = {}
    for row in score.notes.rows:
        head = drawing.heads.get(names[int(row["id"])])
        if head is not None and row["duration"]:
            measure = points.setdefault(int(score.measure_index_at(int(row["onset"]))), {})
            onset = int(row["onset"])
            measure[onset] = min(measure.get(onset, head.x), head.x)
    return points


def _is_in(drawing: Drawing, score: Score, system: int, onset: int) -> bool:
    return drawing.system_of(score.measure_index_at(onset)) == system


def _rows_below(system: System, labels: list[Placed], timeline: _Timeline) -> None:
    low = max(system.bottom + _CLEARANCE, system.staff_bottom + _NEAREST)
    figured = [label for label in labels if label.row == 0]
    if figured:
        base = low + _CAP * EM
        _draw_all(system, figured, base, timeline)
        _held_figures(system, figured, base, timeline)
        low = base + figured_height(max(one.lines for one in figured)) * EM + 0.45 * EM
    rows = [row for row in (1, 2, FUNCTION_ROW, CADENCE_ROW) if any(label.row == row for label in labels)]
    for number, row in enumerate(rows):
        base = low + _CAP * EM if number == 0 else low
        members = [label for label in labels if label.row == row]
        _draw_all(system, members, base, timeline)
        _lines_on(system, [label for label in members if label.until > label.onset], base, timeline)
        low = base + (_ROW_GAP if row != rows[-1] else _DEPTH) * EM
    if labels:
        system.bottom = max(system.bottom, low)


def _numeral_line(system: System, slots: list[float], *, is_under_labels: bool) -> None:
    """The ruled line to write numerals on, with a tick under each chord that is due."""
    base = system.staff_bottom + _LINE_DEPTH
    low = max(system.bottom + _WRITING_ROOM, base) if is_under_labels else max(system.bottom, base)
    line(system.element, system.left, low, system.right, low, thickness=14, color="#777777")
    for x in slots:
        line(system.element, x, low, x, low + _TICK, thickness=14, color="#777777")
    system.bottom = low + _TICK


def _rows_above(system: System, labels: list[Placed], timeline: _Timeline) -> None:
    if labels:
        base = min(system.top - _CLEARANCE, system.staff_top - _NEAREST)
        _draw_all(system, labels, base, timeline)
        system.top = base - _CAP * EM


def _draw_all(system: System, labels: Iterable[Placed], base: float, timeline: _Timeline) -> None:
    """One row of labels; a label that would touch the one before it becomes narrower, never overlaps."""
    placed: list[tuple[Placed, float]] = []
    for label in sorted(labels, key=lambda one: one.onset):
        x = _left(timeline.x(label.onset), label.block)
        if placed and not timeline.has_note(label.onset):
            x = max(x, placed[-1][1] + (placed[-1][0].block.width + LABEL_GAP) * EM + left_of(label))
        placed.append((label, x))
    for number, (label, x) in enumerate(placed):
        room = system.right + 300.0 - x
        if number + 1 < len(placed):
            after, start = placed[number + 1]
            room = start - x - 0.12 * EM - (left_of(after) - after.block.hang * EM)
        em = EM * min(1.0, max(0.6, room / max(label.block.width * EM, 1.0)))
        group = draw(label.block, x, base, em, **{"class": "harmony"})
        system.element.append(group)
        if label.key.width:
            at = x - (label.key.width + KEY_GAP) * EM
            system.element.append(draw(label.key, at, base, EM, **{"class": "harmony key"}))


def _held_figures(system: System, figured: list[Placed], base: float, timeline: _Timeline) -> None:
    """A short line leads from figure to figure where the bass is held: 4-3, 6-5."""
    for before, after in pairwise(sorted(figured, key=lambda one: one.onset)):
        if not after.held:
            continue
        start = _left(timeline.x(before.onset), before.block) + (before.block.width + 0.12) * EM
        end = _left(timeline.x(after.onset), after.block) - 0.12 * EM
        for number in range(min(before.lines, after.lines)):
            y = base - (0.3 - figured_height(number + 1)) * EM
            if end > start:
                line(system.element, start, y, end, y, thickness=0.05 * EM)


def _lines_on(system: System, labels: Iterable[Placed], base: float, timeline: _Timeline) -> None:
    """A line from a label to where what it names ends, or to the end of the system."""
    for label in labels:
        last = timeline.score.measures[system.measures[-1]]
        start = _left(timeline.x(label.onset), label.block) + (label.block.width + _LINE_GAP) * EM
        is_inside = label.until < last.onset + last.length
        end = timeline.x(label.until) - (LEFT_OVERHANG + _LINE_GAP) * EM if is_inside else system.right
        if end - start > _SHORTEST_LINE * EM:
            line(system.element, start, base - _LINE_HEIGHT * EM, end, base - _LINE_HEIGHT * EM, thickness=0.05 * EM)


def _left(x: float, block: Block) -> float:
    """Short labels stand in the middle under their note; long ones begin a little left of it."""
    return x - (block.hang + before_note(block)) * EM


def _asterisks(system: System, onsets: list[int], timeline: _Timeline) -> None:
    if not onsets:
        return
    base = min(system.top - _CLEARANCE + 100.0, system.staff_top - _NEAREST)
    star = text("*", size=1.15)
    for onset in onsets:
        x = timeline.x(onset) - star.width * EM / 2
        system.element.append(draw(star, x, base, EM, **{"class": "asterisk"}))
    system.top = base - 0.8 * EM


def _words(system: System, labels: list[tuple[Label, Head]]) -> None:
    """Words over or under notes, in as many lines as keep them apart."""
    for where in ("above", "below"):
        ends: list[float] = []
        edge = system.top if where == "above" else system.bottom
        for label, head in labels:
            if label.where == where:
                _word(system, label, head.x, ends, edge)


def _word(system: System, label: Label, x: float, ends: list[float], edge: float) -> None:
    block = text(label.text, style="italic")
    left = min(x - _HEAD_HALF, max(system.right - block.width * _WORDS_EM, system.left))
    level = next((n for n, end in enumerate(ends) if end + 120.0 < left), len(ends))
    ends[level : level + 1] = [left + block.width * _WORDS_EM]
    if label.where == "above":
        base = edge - _CLEARANCE - level * 1.15 * _WORDS_EM
        system.top = min(system.top, base - 0.75 * _WORDS_EM)
    else:
        base = edge + _CLEARANCE + 0.7 * _WORDS_EM + level * 1.15 * _WORDS_EM
        system.bottom = max(system.bottom, base + 0.25 * _WORDS_EM)
    group = draw(block, left, base, _WORDS_EM, **{"class": "words"})
    if label.color:
        group.set("fill", label.color)
        group.set("color", label.color)
    system.element.append(group)
