"""What a person reads of a mode: short lines for the text report, and the rows of the modal aspects."""

from __future__ import annotations

from collections.abc import Sequence

from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.modal.clausulae import Clausula, clausulae
from musegen.theory.modal.composers import before_limit
from musegen.theory.modal.imitation import ImitationPoint, imitation_points
from musegen.theory.modal.interval_modules import SIZES, IntervalModule, interval_modules
from musegen.theory.modal.modes import Degree, Mode, mode_of, placed, plan
from musegen.theory.modal.names import spoken

_FEW_CLAUSULAE, _FEW_POINTS, _MODULES = 20, 10, 6
"""How many are told one by one; of interval modules, how many of each size."""
_ORDINALS = {2: "Of two intervals", 3: "Of three"}


def why_modal(score: Score) -> str:
    """The sentence that says which reading was taken, why, and how to have the other.

    >>> from musegen.score.textgrid import parse_grid
    >>> why_modal(parse_grid("meter: 4/4\\nT: d3 a3 g3 f3"))
    'Read by mode, as asked; numerals and functions are withheld (--reading tonal gives them)'
    """
    before = before_limit(score)
    cause = f" ({before.words})" if before else ", as asked"
    return f"Read by mode{cause}; numerals and functions are withheld (--reading tonal gives them)"


def modes(score: Score, analysis: Analysis) -> tuple[Mode, ...]:
    """The mode of the piece, as the one row of its aspect."""
    return (mode_of(score),)


def placed_clausulae(score: Score, analysis: Analysis) -> tuple[Clausula, ...]:
    """The clausulae with their degrees in the piece's mode."""
    return placed(mode_of(score), clausulae(score))


def modules(score: Score, analysis: Analysis) -> tuple[IntervalModule, ...]:
    """The commonest interval modules."""
    return interval_modules(score)


def points(score: Score, analysis: Analysis) -> tuple[ImitationPoint, ...]:
    """The points of imitation."""
    return imitation_points(score)


def mode_lines(score: Score, rows: Sequence[Mode]) -> list[str]:
    """Three lines: the name, what it is made of, what speaks for it."""
    found = []
    for mode in rows:
        kind = "authentic" if mode.is_authentic else "plagal"
        found += [
            f"{mode.name} on {spoken(mode.final)}, mode {mode.church} ({mode.glarean} of Glarean's twelve), {kind}, "
            f"{mode.system} ({mode.confidence:.0%}; else {spoken(mode.runner_up)})",
            _made_of(mode),
            spoken(mode.evidence),
        ]
    return found


def mode_line(score: Score, row: Mode) -> str:
    """The mode in one line."""
    return "; ".join(mode_lines(score, [row]))


def _made_of(mode: Mode) -> str:
    reaches = [f"{name} {reach}" for name, reach in (("tenor", mode.tenor), ("cantus", mode.cantus)) if reach]
    species = f"fifth {mode.species_of_fifth}, fourth {mode.species_of_fourth}"
    reaches += [f"tonal type {mode.tonal_type}"] if mode.tonal_type else []
    return "; ".join([*reaches, f"reciting tone {spoken(mode.reciting_tone)}", species])


def clausula_lines(score: Score, rows: Sequence[Clausula]) -> list[str]:
    """The cadence plan; then each clausula, or, where there are many, the measures of each note of arrival."""
    if not rows:
        return []
    degrees = plan(mode_of(score), rows)
    told = [f"{item.occurrences} on {spoken(item.pitch)} ({_degree_words(item)})" for item in degrees]
    evaded = sum(row.kind == "evaded" for row in rows)
    lines = ["Plan: " + (", ".join(told) or "none kept") + (f"; {evaded} evaded" if evaded else "")]
    if len(rows) <= _FEW_CLAUSULAE:
        return [*lines, *(clausula_line(score, row) for row in rows)]
    return [*lines, *(_measures(score, rows, item.pitch) for item in degrees)]


def _degree_words(item: Degree) -> str:
    return f"degree {item.degree}" + ("" if item.is_regular else ", irregular")


def clausula_line(score: Score, row: Clausula) -> str:
    """`measure 15, beat 1: A, 7-6 (Tenor 2 cantizans, Bass tenorizans)`."""
    parts = ((row.cantizans, "cantizans"), (row.tenorizans, "tenorizans"), (row.bassizans, "bassizans"),
             (row.altizans, "altizans"))  # fmt: skip
    voices = ", ".join(f"{voice} {part}" for voice, part in parts if voice)
    words = [
        spoken(row.pitch),
        *([row.kind] if row.kind != "perfect" else []),
        *([row.suspension] if row.suspension else []),
    ]
    words += ["leading tone unwritten"] if row.leading_tone == "unwritten" else []
    return (
        f"{score.place(row.onset)}: {', '.join(words)} ({voices}){': ' + spoken(row.evidence) if row.evidence else ''}"
    )


def _measures(score: Score, rows: Sequence[Clausula], pitch: str) -> str:
    kept = [row for row in rows if row.pitch == pitch and row.kind != "evaded"]
    evaded = [row for row in rows if row.pitch == pitch and row.kind == "evaded"]
    words = f"{spoken(pitch)}{' (phrygian)' if all(row.kind == 'phrygian' for row in kept) else ''}: measures "
    words += ", ".join(score.place(row.onset).measure for row in kept)
    return words + ("; evaded " + ", ".join(score.place(row.onset).measure for row in evaded) if evaded else "")


def module_line(score: Score, row: IntervalModule) -> str:
    """`7 1 6 -2 8 x14 (clausula, 7-6-8)`."""
    return f"{row.module} x{row.occurrences}" + (f" ({row.kind})" if row.kind else "")


def module_lines(score: Score, rows: Sequence[IntervalModule]) -> list[str]:
    """A line for each size, the commonest first."""
    lines = []
    for size in SIZES:
        told = [module_line(score, row) for row in rows if row.size == size]
        lines += [f"{_ORDINALS[size]}: " + "; ".join(told[:_MODULES])] if told else []
    return lines


def point_lines(score: Score, rows: Sequence[ImitationPoint]) -> list[str]:
    """A line a point; where there are many, those with three entries or more."""
    shown = rows if len(rows) <= _FEW_POINTS else [row for row in rows if len(row.entries) > 2]
    return [point_line(score, row) for row in shown]


def point_line(score: Score, row: ImitationPoint) -> str:
    """The soggetto and who sings it from which note, with the measures."""
    entries = [
        f"{entry.voice} {entry.pitch} ({score.place(entry.onset).measure})"
        + (" tonal" if entry.answer == "tonal" else "")
        for entry in row.entries
    ]
    return f"{row.soggetto}: " + ", ".join(entries)
