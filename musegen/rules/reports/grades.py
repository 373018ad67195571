"""Grades as text for a student, as JSON for programs, as a table with a line a student for the class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musegen.rules.grading import Grade

Unreadable = tuple[str, str]


def grades_as_text(grades: Sequence[Grade], unreadable: Sequence[Unreadable] = ()) -> str:
    """For each answer its marks, every deduction with its reason, and what the teacher is to mark by hand."""
    lines: list[str] = []
    for grade in grades:
        judged = grade.out_of - sum(grade.open.values())
        lines.append(f"{grade.file}: {marks_text(grade.marks)} of {marks_text(judged)} marks ({grade.sheet})")
        lines += [f"  -{marks_text(item.marks)} {item.aspect}: {item.words}" for item in grade.deductions]
        lines += [f"  remark: {remark}" for remark in grade.remarks]
        lines += [f"  note: {notice}" for notice in grade.notices]
    lines += [f"{file}: unreadable: {reason}" for file, reason in unreadable]
    return "".join(f"{line}\n" for line in lines)


def grades_as_json(grades: Sequence[Grade], unreadable: Sequence[Unreadable] = ()) -> str:
    """The grades as one JSON document of version 1."""
    import json

    files: list[dict[str, Any]] = [_entry(grade) for grade in grades]
    files += [{"file": file, "error": reason} for file, reason in unreadable]
    return json.dumps({"version": 1, "grades": files}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def grades_as_csv(grades: Sequence[Grade], unreadable: Sequence[Unreadable] = ()) -> str:
    """A line a student: marks, what they are out of, what is to be marked by hand, what was lost under each heading.

    An answer that could not be read has its reason and no marks.
    """
    import csv
    import io

    aspects = list(dict.fromkeys(item.aspect for grade in grades for item in grade.deductions))
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["file", "sheet", "marks", "out_of", "by_hand", *aspects, "faults", "error"])
    for grade in grades:
        lost = [marks_text(grade.lost(aspect)) for aspect in aspects]
        by_hand = sum(grade.open.values())
        marks = [marks_text(item) for item in (grade.marks, grade.out_of - by_hand, by_hand)]
        table.writerow([_tame(grade.file), grade.sheet, *marks, *lost, len(grade.deductions), ""])
    for file, reason in unreadable:
        table.writerow([_tame(file), *[""] * (5 + len(aspects)), _tame(reason)])
    return out.getvalue()


def marks_text(marks: float) -> str:
    """Marks to a hundredth, without idle zeros.

    >>> marks_text(7.0), marks_text(6.2857)
    ('7', '6.29')
    """
    return f"{marks:.2f}".rstrip("0").rstrip(".")


def _tame(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _entry(grade: Grade) -> dict[str, Any]:
    return {
        "file": grade.file,
        "sheet": grade.sheet,
        "marks": round(grade.marks, 2),
        "out_of": grade.out_of - sum(grade.open.values()),
        "by_hand": dict(grade.open),
        "deductions": [
            {
                "for": item.aspect,
                "rule": item.rule,
                "marks": round(item.marks, 2),
                "measure": item.measure,
                "beat": int(item.beat) if item.beat.denominator == 1 else float(item.beat),
                "reason": item.words,
            }
            for item in grade.deductions
        ],
        "remarks": list(grade.remarks),
        "notices": list(grade.notices),
    }
