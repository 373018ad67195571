"""Reports drawn on the score: notes coloured, lines between them, a numbered badge a finding and a legend at the foot.

Severity is told by shape as well as by colour: a filled square, a diamond, a circle. The colours differ for the
colour-blind too (Okabe & Ito), a little darkened for paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from musegen.engraving.marks import Badge, Line, Marks, Shape, Sheet
from musegen.rules.findings import SEVERITIES, Finding, Report, Severity
from musegen.rules.reports.common import advice, place_text
from musegen.score.model import Score

SIGNS: dict[Severity, tuple[Shape, str]] = {
    "error": ("square", "#b83a00"),
    "warning": ("diamond", "#0067a0"),
    "info": ("circle", "#6b4c8a"),
}
"""The shape and the colour of each severity."""


def as_svg(report: Report, score: Score) -> bytes:
    """The score as one SVG page with its findings marked.

    Raises:
        EngravingError: the score cannot be engraved.
    """
    from musegen.engraving.sheet_svg import svg

    return svg(score, sheet=Sheet(marks=marks_of(report, score))).encode("utf-8")


def as_musicxml(report: Report, score: Score) -> bytes:
    """The score's own MusicXML with its findings marked: colours, numbers over notes, the legend as credit words.

    Raises:
        EngravingError: the score was changed since it was read.
    """
    from musegen.engraving.annotate import annotate

    return annotate(score, marks_of(report, score))


def marks_of(report: Report, score: Score) -> Marks:
    """Badges numbered in order of time; a note of several findings has the colour of the gravest."""
    ids = {score.note_name(number): number for number in score.notes["id"].tolist()}
    onsets = dict(zip(score.notes["id"].tolist(), score.notes["onset"].tolist(), strict=True))
    colors: dict[int, str] = {}
    badges: list[Badge] = []
    lines: dict[tuple[int, int], Line] = {}
    for number, finding in enumerate(report.findings, start=1):
        shape, color = SIGNS[finding.severity]
        notes = [ids[name] for name in finding.notes if name in ids]
        arrival = _arrival(notes, onsets)
        badges.append(Badge(arrival, number, shape, _legend(finding), color))
        for first, second in _joined(notes, finding, onsets):
            lines.setdefault((first, second), Line(first, second, color))
    for severity in SEVERITIES:
        for finding in report.findings:
            if finding.severity == severity:
                colors |= {ids[name]: SIGNS[severity][1] for name in finding.notes if name in ids}
    return Marks(colors=tuple(colors.items()), lines=tuple(lines.values()), badges=tuple(badges))


def _legend(finding: Finding) -> str:
    return f"{place_text(finding)}: {finding.rule} ({finding.severity}). {finding.message}{advice(finding)}".lstrip(": ")


def _arrival(notes: Sequence[int], onsets: Mapping[int, int]) -> int:
    """The note that carries the number: the uppermost of those that come last; -1 where there is none."""
    return max(notes, key=lambda note: onsets[note], default=-1)


def _joined(notes: Sequence[int], finding: Finding, onsets: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The pairs of notes between which a teacher would draw a line.

    Where voices move, each from its note to the next; where two sound together, from the one to the other.
    """
    voices = len(finding.voices)
    if voices and len(notes) == 2 * voices and voices <= 2:
        yield from zip(notes[:voices], notes[voices:], strict=True)
    elif len(notes) == 2:
        yield notes[0], notes[1]
    elif len(notes) == 3 and voices == 2:  # one voice keeps its note
        last = _arrival(notes, onsets)
        others = [note for note in notes if note != last]
        yield from ((other, last) for other in others)
