"""Grades as text for a student, as JSON for programs, as a table with a line a student for the class."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from musegen.engraving.marks import Sheet
from musegen.rules.findings import Finding, Severity
from musegen.rules.messages import listed
from musegen.rules.reports.common import Unreadable, in_lines
from musegen.score.cells import tamed

if TYPE_CHECKING:
    from musegen.rules.marks import Deduction, Grade
    from musegen.score.model import Score

_FINEST, _DUST = 12, 1e-6
_BESIDES = ("given notes",)
"""What comes off the total and belongs to no heading of the scheme."""


def grades_as_text(grades: Sequence[Grade], unreadable: Sequence[Unreadable] = ()) -> str:
    """For each answer its marks, every deduction with its reason, and what the teacher is to mark by hand."""
    lines: list[str] = []
    for grade in grades:
        lines.append(f"{grade.file}: {grade_text(grade)} ({grade.sheet})")
        lines += [f"  {_cost(item)}: {item.words}" for item in grade.deductions]
        lines += [f"  remark: {remark}" for remark in grade.remarks]
        lines += [f"  note: {notice}" for notice in grade.notices]
    lines += [f"{file}: unreadable: {reason}" for file, reason in unreadable]
    return in_lines(lines)


def grade_text(grade: Grade) -> str:
    """The marks as a phrase: `15 of 17 marks so far; 3 for numerals to be given by hand`."""
    told = f"{marks_text(grade.marks)} of {marks_text(grade.judged)} marks"
    by_hand = " and ".join(f"{marks_text(marks)} for {aspect}" for aspect, marks in grade.open.items())
    return f"{told} so far; {by_hand} to be given by hand" if by_hand else told


def sections_text(grade: Grade) -> str:
    """The marks under every heading: `chords 5.5 of 6, voice-leading 5 of 5`; then what came off besides."""
    told = [f"{aspect} {_got(grade, aspect)} of {marks_text(marks)}" for aspect, marks in grade.scheme.items()]
    told += [f"{aspect} -{marks_text(grade.lost(aspect))}" for aspect in _BESIDES if grade.lost(aspect)]
    return ", ".join(told)


def _got(grade: Grade, aspect: str) -> str:
    got = grade.sections.get(aspect)
    return "-" if got is None else marks_text(got)


def _cost(item: Deduction) -> str:
    """What a fault costs, as `-1/3 chords` or `0 chords, section used up`."""
    relief = f", {item.relief}" if item.relief else ""
    heading = listed([name for name, _ in item.parts])
    return f"{'-' if item.marks else ''}{cost_text(item.marks)} {heading}{relief}"


def cost_text(marks: float) -> str:
    """What one fault costs: a plain fraction where it is one, else to a hundredth.

    >>> cost_text(1 / 3), cost_text(2.0), cost_text(1.5), cost_text(13 / 19), cost_text(1e-16)
    ('1/3', '2', '1.5', '0.68', '0')
    """
    near = Fraction(marks).limit_denominator(_FINEST)
    is_plain = abs(float(near) - marks) < _DUST and near < 1
    return str(near) if is_plain else marks_text(marks)


def graded_sheet(grade: Grade, score: Score) -> Sheet:
    """The answer as a sheet: file and marks at its head, a badge and a legend line for every deduction and remark.

    What costs marks is drawn as an error, what costs none as a remark.
    """
    from musegen.rules.reports.marked import marks_of

    items = [(item.onset, _drawn(item), f"{_cost(item)}: {item.words}") for item in grade.deductions]
    items += [
        (item.onset, replace(item, severity="info"), f"remark: {words}")
        for item, words in zip(grade.warnings, grade.remarks, strict=True)
    ]
    items.sort(key=lambda item: item[0])
    told = {number: words for number, (*_, words) in enumerate(items)}
    report = replace(grade.report, findings=tuple(finding for _, finding, _ in items))
    head = f"{os.path.basename(grade.file)}: {grade_text(grade)}: {sections_text(grade)}."
    return Sheet(instruction=head, marks=marks_of(report, score, told))


def grades_as_pdf(answers: Sequence[tuple[Grade, Score]]) -> bytes:
    """All answers with their faults marked in one PDF, each on pages of its own.

    Raises:
        EngravingError: a score cannot be engraved.
    """
    from musegen.engraving.pdf import pdf
    from musegen.engraving.sheet_svg import pages

    return pdf([page for grade, score in answers for page in pages(score, sheet=graded_sheet(grade, score))])


def _drawn(item: Deduction) -> Finding:
    severity: Severity = "error" if item.marks else "info"
    if item.finding:
        return replace(item.finding, severity=severity)
    return Finding(
        item.aspect, severity, item.marks, item.measure, item.beat, (), item.notes, {}, item.words, "", onset=item.onset
    )


def grades_as_json(grades: Sequence[Grade], unreadable: Sequence[Unreadable] = ()) -> str:
    """The grades as one JSON document of version 1."""
    import json

    files: list[dict[str, Any]] = [_entry(grade) for grade in grades]
    files += [{"file": file, "error": reason} for file, reason in unreadable]
    return json.dumps({"version": 1, "grades": files}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def grades_as_csv(grades: Sequence[Grade], unreadable: Sequence[Unreadable] = ()) -> str:
    """A line a student: marks, what they are out of, what is to be marked by hand, the marks got under each heading.

    What is marked by hand is `-` under its heading. Changed notes come off the total, not a heading. An answer that
    could not be read has its reason and no marks.
    """
    import csv
    import io

    worth = {aspect: marks for grade in grades for aspect, marks in grade.scheme.items()}
    same = {aspect for aspect in worth if len({grade.scheme.get(aspect) for grade in grades}) == 1}
    heads = [f"{aspect} (of {marks_text(worth[aspect])})" if aspect in same else aspect for aspect in worth]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    besides = [f"{aspect} (off)" for aspect in _BESIDES]
    table.writerow(["file", "sheet", "marks", "out_of", "by_hand", *heads, *besides, "faults", "error"])
    for grade in grades:
        got = ["" if aspect not in grade.scheme else _got(grade, aspect) for aspect in worth]
        off = [marks_text(grade.lost(aspect)) for aspect in _BESIDES]
        marks = [marks_text(item) for item in (grade.marks, grade.judged, sum(grade.open.values()))]
        table.writerow([tamed(grade.file), grade.sheet, *marks, *got, *off, len(grade.deductions), ""])
    for file, reason in unreadable:
        table.writerow([tamed(file), *[""] * (5 + len(heads) + len(besides)), tamed(reason)])
    return out.getvalue()


def marks_text(marks: float) -> str:
    """Marks to a hundredth, without idle zeros.

    >>> marks_text(7.0), marks_text(6.2857)
    ('7', '6.29')
    """
    return f"{marks:.2f}".rstrip("0").rstrip(".")


def _entry(grade: Grade) -> dict[str, Any]:
    return {
        "file": grade.file,
        "sheet": grade.sheet,
        "marks": round(grade.marks, 2),
        "out_of": grade.judged,
        "by_hand": dict(grade.open),
        "sections": {name: {"marks": got, "out_of": grade.scheme[name]} for name, got in grade.sections.items()},
        "deductions": [
            {
                "for": item.aspect,
                "rule": item.rule,
                "marks": round(item.marks, 2),
                "measure": item.measure,
                "beat": int(item.beat) if item.beat.denominator == 1 else float(item.beat),
                "reason": item.words,
                "relief": item.relief,
                "sections": {name: round(marks, 2) for name, marks in item.parts},
            }
            for item in grade.deductions
        ],
        "remarks": list(grade.remarks),
        "notices": list(grade.notices),
    }
