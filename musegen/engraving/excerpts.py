"""Some measures of a score as a score of their own, and as a small picture with the notes in question in colour."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from lxml import etree

from musegen.engraving.arrangement import of_notes
from musegen.engraving.four_parts import in_four_parts
from musegen.engraving.ink import SVG, text
from musegen.engraving.marks import Arrangement, Marks, Sheet
from musegen.engraving.page_svg import TEXT_EM
from musegen.errors import UsageError
from musegen.score.model import FiguredBass, HarmonyLabel, Measure, Metadata, Score
from musegen.score.table import Flag, NoteTable, Rows

_TIED = np.uint16(Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)
_SHIFT = re.compile(r"translate\(\s*(-?[\d.]+)")
_ACROSS = re.compile(r"[ML]\s*(-?[\d.]+)")
_MARGIN = 60.0  # right of the music, in hundredths of a millimetre
_NUMBER = 260.0  # left of it: half of a measure number, which stands over the start of its system


def excerpt(score: Score, first: int, last: int) -> Score:
    """The measures with these indices, both included, as a score that begins at tick 0; note ids stay.

    Measures keep their printed numbers, keys, meters and repeats, a pickup stays one. A note or tie that goes on over
    an edge ends there. What stands in the file besides (`source`, notices, the music21 stream) is left behind.

    Raises:
        UsageError: there are no such measures.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5 | e5 f5 | g5 . | c5 .")
    >>> part = excerpt(piece, 1, 2)
    >>> [measure.number for measure in part.measures], part.notes["pitch"].tolist(), part.notes["id"].tolist()
    (['2', '3'], [76, 77, 79], [2, 3, 4])
    """
    if not 0 <= first <= last < len(score.measures):
        raise UsageError(
            f"there are no measures {first} to {last}", hint=f"the last index is {len(score.measures) - 1}"
        )
    start, end = score.measures[first].onset, score.measures[last].onset + score.measures[last].length
    notes = NoteTable(_rows_within(score, first, last)).ordered()
    return replace(
        of_notes(score, notes),
        measures=_measures(score, first, last),
        harmonies=tuple(h._replace(onset=h.onset - start) for h in score.harmonies if start <= h.onset < end),
        directions=tuple(d._replace(onset=d.onset - start) for d in score.directions if start <= d.onset < end),
        figures=tuple(_figure_moved(f, start, end) for f in score.figures if start <= f.onset < end),
    )


def excerpt_svg(
    score: Score,
    first: int,
    last: int,
    marked: Mapping[int, str],
    *,
    title: str = "",
    labels: Sequence[HarmonyLabel] = (),
    arrangement: Arrangement = "keyboard",
) -> str:
    """These measures (indices, both included) as one SVG; `marked` colours notes by their ids, `#RRGGBB`.

    `labels` are numerals or functions to print below instead of the score's own, onsets in ticks of the whole score.
    Clef, key and meter stand at the start, with the number of the first measure; parts that are silent throughout are
    left out; a score of four voices stands on two staves; the picture is as wide as the music, on white.

    Raises:
        UsageError: there are no such measures.
        EngravingError: the music cannot be drawn.
    """
    from musegen.engraving.sheet_svg import svg

    shown = _plain(excerpt(replace(score, harmonies=tuple(labels)), first, last))
    if arrangement == "as written" or in_four_parts(score) is None:
        shown, arrangement = _without_silent(shown), "as written"
    here = set(shown.notes["id"].tolist())
    colors = tuple((note, color) for note, color in _with_tied(score, marked).items() if note in here)
    ends = last == len(score.measures) - 1
    sheet = Sheet(instruction=title, arrangement=arrangement, final_barline=ends, marks=Marks(colors))
    return _cropped(svg(shown, sheet=sheet), text(title).width * TEXT_EM)


def _measures(score: Score, first: int, last: int) -> tuple[Measure, ...]:
    """Those of the excerpt, from tick 0."""
    start = score.measures[first].onset
    return tuple(
        measure._replace(onset=measure.onset - start, new_system=measure.new_system and number > 0)
        for number, measure in enumerate(score.measures[first : last + 1])
    )


def _rows_within(score: Score, first: int, last: int) -> Rows:
    """The note rows of some measures, cut at their edges; a tie that leads out of them is none."""
    start, end = score.measures[first].onset, score.measures[last].onset + score.measures[last].length
    notes = score.notes
    is_short = notes["duration"] == 0
    inside = np.where(is_short, notes["measure_index"] >= first, notes.end > start)
    inside &= np.where(is_short, notes["measure_index"] <= last, notes["onset"] < end)
    rows, ends = notes.rows[inside].copy(), notes.end[inside]
    before, after = rows["onset"] <= start, ends >= end
    rows["onset"] = np.maximum(rows["onset"], start) - start
    rows["duration"] = np.minimum(ends, end) - start - rows["onset"]
    rows["measure_index"] = np.maximum(rows["measure_index"], first) - first
    rows["flags"][before] &= ~np.uint16(Flag.TIED_FROM_PREVIOUS)
    rows["flags"][after] &= ~np.uint16(Flag.TIED_TO_NEXT)
    return rows


def _figure_moved(figure: FiguredBass, start: int, end: int) -> FiguredBass:
    return figure._replace(onset=figure.onset - start, duration=min(figure.duration, end - figure.onset))


def _plain(score: Score) -> Score:
    """Without what belongs to a whole page: its title, lyrics, figures, colours, names of instruments."""
    parts = tuple(part._replace(name="", abbreviation="") for part in score.parts)
    return replace(score, parts=parts, metadata=Metadata(), lyrics=(), figures=(), colors=(), directions=())


def _without_silent(score: Score) -> Score:
    """Without the parts in which nothing sounds, as long as another one does."""
    sounding = sorted(set(score.notes["part"].tolist()))
    if not sounding or len(sounding) == len(score.parts):
        return score
    rows = score.notes.rows.copy()
    rows["part"] = np.searchsorted(sounding, rows["part"])
    place = {part: number for number, part in enumerate(sounding)}
    harmonies = (label._replace(part=place.get(label.part, len(sounding) - 1)) for label in score.harmonies)
    parts = tuple(score.parts[part] for part in sounding)
    return replace(score, notes=NoteTable(rows), parts=parts, harmonies=tuple(harmonies))


def _with_tied(score: Score, marked: Mapping[int, str]) -> dict[int, str]:
    """The marks, spread over the notes to which the marked ones are tied."""
    found, open_ties = dict(marked), dict[tuple[int, ...], str]()
    for row in score.notes.rows[(score.notes["flags"] & _TIED) != 0]:
        voice, onset = (int(row["part"]), int(row["pitch"]), int(row["fifths"])), int(row["onset"])
        tied = open_ties.pop((*voice, onset), None) if row["flags"] & Flag.TIED_FROM_PREVIOUS else None
        color = found.get(int(row["id"]), tied)
        if color is not None:
            found[int(row["id"])] = color
            if row["flags"] & Flag.TIED_TO_NEXT:
                open_ties[*voice, onset + int(row["duration"])] = color
    return found


def _cropped(drawn: str, words: float) -> str:
    """The SVG as wide as its staves, or the words over them, on white: pages may be dark, and ink is black."""
    root = etree.fromstring(drawn.encode())
    whole = float(root.get("viewBox", "0 0 0 0").split()[2])
    reach = max((_reach(system) for system in root.iterfind(f"{{{SVG}}}g[@transform]")), default=0.0) or whole
    width = min(whole, max(reach, words) + _MARGIN)
    _, _, _, height = root.get("viewBox", "").split()
    root.set("viewBox", f"{-_NUMBER:.0f} 0 {width + _NUMBER:.0f} {height}")
    root.set("width", f"{(width + _NUMBER) / 100:.1f}mm")
    root.set("style", "background:#ffffff")
    return etree.tostring(root, encoding="unicode") + "\n"


def _reach(system: etree._Element) -> float:
    """How far right the staff lines of a system go; 0 where it has none."""
    shift = _SHIFT.match(system.get("transform", ""))
    paths = system.iterfind(f".//{{{SVG}}}g[@class='staff']/{{{SVG}}}path")
    ends = [float(number) for path in paths for number in _ACROSS.findall(path.get("d", ""))]
    return max(ends, default=0.0) + (float(shift[1]) if shift and ends else 0.0)
