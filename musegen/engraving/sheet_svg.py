"""From a score to SVG: verovio sets the notes, we set the labels, the header and the pages.

`svg(score, sheet=...)` is one file whose height fits; `pages(score, sheet=...)` are the same systems dealt to pages of
the sheet's paper (the area inside 15 mm margins), so that no system is cut. Both give the same bytes for equal input.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from musegen.engraving.arrangement import arrange, for_drawing, renumbered, staging
from musegen.engraving.badges import legend_blocks
from musegen.engraving.head_lines import line_legend
from musegen.engraving.legible import legible_score, legible_sheet
from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import score_tree
from musegen.engraving.page_svg import SYSTEM_GAP, compose, draw_header, draw_small_print, page_width
from musegen.engraving.rows import draw_rows
from musegen.engraving.spacing import (
    AUTOMATIC_BREAKS,
    TIGHT_SPACING,
    Placed,
    equal_grid,
    letter_rooms,
    place_labels,
    rooms,
    verovio_options,
)
from musegen.engraving.systems import Drawing, read_drawing, words_touch
from musegen.engraving.table import table_block
from musegen.errors import EngravingError
from musegen.score.model import Score
from musegen.score.musicxml import read_musicxml
from musegen.score.worker import Worker, WorkerError

_LOG = logging.getLogger(__name__)
_MESSAGE = re.compile(r"\[(Warning|Error)\]\s*(.*)")
_CROWDED = re.compile("highly compressed|System full width|ustifiable width")
_SHORT = 8
"""Systems of a sheet on which they are made even."""
_UNEVEN = 2
"""Measures that the last system has less than the fullest."""


class EngravingWarning(NamedTuple):
    """Something that verovio said while it worked."""

    level: str  # "warning" or "error"
    message: str


@dataclass(frozen=True)
class Engraved:
    """A sheet that is drawn: one tall page, or pages of paper."""

    pages: tuple[str, ...]
    warnings: tuple[EngravingWarning, ...] = ()


class _Music(NamedTuple):
    """A score as verovio has set it."""

    shown: Score
    names: dict[int, str]
    drawing: Drawing
    warnings: tuple[EngravingWarning, ...]
    was_crowded: bool


def svg(score: Score | bytes, *, sheet: Sheet | None = None) -> str:
    """One SVG as wide as the paper inside its margins and as high as the music. MusicXML bytes are read first.

    Raises:
        EngravingError: the music cannot be drawn.
    """
    known = read_musicxml(score) if isinstance(score, bytes) else score
    return engrave(known, sheet or Sheet(), paged=False).pages[0]


def pages(score: Score, *, sheet: Sheet | None = None) -> list[str]:
    """The sheet as SVG pages, each at most as high as the paper inside its margins.

    Raises:
        EngravingError: the music cannot be drawn.
    """
    return list(engrave(score, sheet or Sheet(), paged=True).pages)


def engrave(score: Score, sheet: Sheet, *, paged: bool) -> Engraved:
    """The sheet as SVG, with what verovio had to say about it."""
    if not score.measures or not score.parts:
        raise EngravingError("there is no measure to print")
    score, sheet = legible_score(score), legible_sheet(sheet)
    found = _music(score, sheet)
    for starts in _evener(found, sheet):
        other = _music(score, replace(sheet, system_starts=starts))
        if not other.was_crowded:
            found = other
            break
    for warning in found.warnings:
        _LOG.warning("verovio: %s", warning.message)
    labels = place_labels(_with_drawn_breaks(found.shown, found.drawing), sheet)
    return Engraved(tuple(_assemble(found, sheet, labels, paged=paged)), found.warnings)


def _music(score: Score, sheet: Sheet) -> _Music:
    """The notes as verovio sets them."""
    shown = arrange(score, sheet)
    names = renumbered(shown, sheet)
    staves = sum(len(part.clefs) for part in shown.parts)
    staged = staging(score, sheet)
    printed = for_drawing(shown, by_height=not staged.shared)
    tree = score_tree(printed, Sheet(marks=sheet.marks, final_barline=False), names, staged)
    payload: dict[str, Any] = {
        "musicxml": etree.tostring(_without_words(tree), xml_declaration=True, encoding="UTF-8"),
        "options": verovio_options(shown, sheet, staves=staves),
        "labels": rooms(shown, place_labels(shown, sheet), names, staves)
        + letter_rooms(shown, sheet.marks.labels, names, staves),
        "grid": equal_grid(shown, sheet),
    }
    drawing, warnings = _draw(payload)
    was_crowded = _is_crowded(drawing, warnings)
    if was_crowded:  # the breaks ask for more than a system holds
        asked = sheet.system_starts or sheet.measures_per_system
        payload["options"] |= TIGHT_SPACING if asked else AUTOMATIC_BREAKS
        drawing, warnings = _draw(payload)
        warnings = tuple(warning for warning in warnings if not _CROWDED.search(warning.message))
    if len(drawing.measure_ends) != len(shown.measures):
        raise EngravingError(f"verovio drew {len(drawing.measure_ends)} of {len(shown.measures)} measures")
    return _Music(shown, names, drawing, warnings, was_crowded)


def _evener(found: _Music, sheet: Sheet) -> Iterator[tuple[int, ...]]:
    """Where systems could begin, so that the last is no shorter than the others (4 and 4 for 7 and 1), best first.

    None where somebody asks for breaks, or the sheet is long: there nobody looks for the form in its systems.
    """
    drawn, score = found.drawing.systems, found.shown
    if sheet.measures_per_system or sheet.system_starts or any(measure.new_system for measure in score.measures):
        return
    whole = [number for number, measure in enumerate(score.measures) if not measure.is_pickup]
    counts = [sum(not score.measures[number].is_pickup for number in system.measures) for system in drawn]
    if not 1 < len(counts) <= _SHORT or max(counts) - counts[-1] < _UNEVEN:
        return
    fewer = len(counts) - 1
    for systems in (fewer, len(counts)) if fewer > 1 and not len(whole) % fewer else (len(counts),):
        starts = (whole[len(whole) * number // systems] for number in range(1, systems))
        yield tuple(start - score.measures[start - 1].is_pickup for start in starts)


def _with_drawn_breaks(score: Score, drawing: Drawing) -> Score:
    """The score with systems where verovio began them: reminders of a key stand nowhere else."""
    starts = {system.measures[0] for system in drawing.systems if system.measures}
    measures = (measure._replace(new_system=n in starts and n > 0) for n, measure in enumerate(score.measures))
    return replace(score, measures=tuple(measures))


def _assemble(found: _Music, sheet: Sheet, labels: list[Placed], *, paged: bool) -> list[str]:
    shown, names, drawing = found.shown, found.names, found.drawing
    draw_rows(drawing, shown, sheet, labels, names)
    if sheet.table is not None:
        drawing.systems.append(table_block(sheet.table, page_width(sheet)))
    drawing.systems += line_legend(sheet.marks.samples, page_width(sheet))
    drawing.systems += legend_blocks(sheet.marks.badges, page_width(sheet))
    title = sheet.title or shown.metadata.title
    header = draw_header(sheet, title, shown.metadata.composer)
    return compose(drawing, header, draw_small_print(sheet), sheet, title=title, gap=SYSTEM_GAP, paged=paged)


def _is_crowded(drawing: Drawing, warnings: tuple[EngravingWarning, ...]) -> bool:
    return any(_CROWDED.search(warning.message) for warning in warnings) or words_touch(drawing)


def _without_words(tree: etree._Element) -> etree._Element:
    """Without labels, which we draw ourselves; tempos and dynamics stay."""
    for direction in list(tree.iter("direction")):
        parent, is_label = direction.getparent(), direction.find("sound") is None
        if parent is not None and is_label and direction.find("direction-type/dynamics") is None:
            parent.remove(direction)
    return tree


def _draw(payload: dict[str, Any]) -> tuple[Drawing, tuple[EngravingWarning, ...]]:
    try:
        reply = _worker().call(payload)
    except WorkerError as error:
        raise EngravingError(f"verovio failed: {error.message}") from error
    warnings = tuple(EngravingWarning(level.lower(), text) for level, text in _MESSAGE.findall(reply["log"]))
    return read_drawing([reply[f"page{number}"] for number in range(1, reply["count"] + 1)]), warnings


@cache
def _worker() -> Worker:
    return Worker("verovio", timeout=120, memory_mb=2000)
