"""Reports drawn on the score: notes coloured, lines between them, a numbered badge a finding and a legend at the foot.

Severity is told by shape as well as by colour: a filled square, a diamond, a circle. The colours differ for the
colour-blind too (Okabe & Ito), a little darkened for paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from musegen.engraving.marks import Badge, Line, Marks, Shape, Sheet
from musegen.rules.findings import SEVERITIES, Finding, Report, Severity
from musegen.rules.reports.common import advice, place_text
from musegen.score.model import Score
from musegen.score.ties import tied_heads

SIGNS: dict[Severity, tuple[Shape, str]] = {
    "error": ("square", "#b83a00"),
    "warning": ("diamond", "#0067a0"),
    "info": ("circle", "#6b4c8a"),
}
"""The shape and the colour of each severity."""


def as_svg(report: Report, score: Score, head: str = "") -> bytes:
    """The score as one SVG page with its findings marked, and words under its title.

    Raises:
        EngravingError: the score cannot be engraved.
    """
    return _drawn(".svg", report, score, head)


def as_pdf(report: Report, score: Score, head: str = "") -> bytes:
    """The score on A4 pages with its findings marked, and words under its title.

    Raises:
        EngravingError: the score cannot be engraved.
    """
    return _drawn(".pdf", report, score, head)


def _drawn(suffix: str, report: Report, score: Score, head: str) -> bytes:
    from musegen.engraving.render import render

    return render(score, suffix, sheet=Sheet(instruction=head, marks=marks_of(report, score)))


def as_musicxml(report: Report, score: Score) -> bytes:
    """The score's own MusicXML with its findings marked: colours, numbers over notes, the legend as credit words.

    Raises:
        EngravingError: the score was changed since it was read.
    """
    from musegen.engraving.annotate import annotate

    return annotate(score, marks_of(report, score))


WRITERS: dict[str, Callable[[Report, Score], bytes]] = {"svg": as_svg, "pdf": as_pdf, "musicxml": as_musicxml}
"""How a marked score is written, by format."""


def marks_of(report: Report, score: Score, told: Mapping[int, str] | None = None) -> Marks:
    """Badges numbered in order of time; a note of several findings has the colour of the gravest.

    `told` is what the legend says of the findings, by their place in the report, where it is not the usual.
    """
    notes = _Notes(score)
    colors: dict[int, str] = {}
    badges: list[Badge] = []
    lines: dict[tuple[int, int], Line] = {}
    for number, finding in enumerate(report.findings, start=1):
        shape, color = SIGNS[finding.severity]
        named = notes.named(finding)
        carrier = notes.at(named or notes.first_of(finding), finding.onset)
        badges.append(Badge(carrier, number, shape, (told or {}).get(number - 1) or _legend(finding), color))
        for first, second in notes.joined(named, finding):
            lines.setdefault((first, second), Line(first, second, color))
    for severity in SEVERITIES:
        for finding in report.findings:
            if finding.severity == severity:
                shown = (part for note in notes.named(finding) for part in notes.held[note])
                colors |= dict.fromkeys(shown, SIGNS[severity][1])
    return Marks(colors=tuple(colors.items()), lines=tuple(lines.values()), badges=tuple(badges))


def _legend(finding: Finding) -> str:
    told = f"{place_text(finding)}: {finding.rule} ({finding.severity}). {finding.message}{advice(finding)}"
    return told.lstrip(": ")


class _Notes:
    """The notes of a score by the names that findings give them; a note that is tied on is all of its heads."""

    def __init__(self, score: Score) -> None:
        self.ids = {score.note_name(number): number for number in score.notes["id"].tolist()}
        self.onset = dict(zip(score.notes["id"].tolist(), score.notes["onset"].tolist(), strict=True))
        self.measure = dict(zip(score.notes["id"].tolist(), score.notes["measure_index"].tolist(), strict=True))
        self.held = tied_heads(score.notes)

    def named(self, finding: Finding) -> list[int]:
        """The ids of a finding's notes."""
        return [self.ids[name] for name in finding.notes if name in self.ids]

    def first_of(self, finding: Finding) -> list[int]:
        """For a finding about a whole moment: the uppermost note that begins there, or last before; none in silence."""
        begun = [note for note, onset in self.onset.items() if onset <= finding.onset] if finding.measure else []
        return [max(begun, key=self.onset.__getitem__)] if begun else []

    def head(self, note: int, time: int) -> int:
        """The head of a tied note that sounds at a time."""
        return max(
            (part for part in self.held[note] if self.onset[part] <= time), default=note, key=self.onset.__getitem__
        )

    def at(self, notes: Sequence[int], time: int) -> int:
        """The head that carries the number: the first of those that begin last; -1 where there is none."""
        return max((self.head(note, time) for note in notes), default=-1, key=self.onset.__getitem__)

    def joined(self, notes: Sequence[int], finding: Finding) -> Iterator[tuple[int, int]]:
        """The pairs of heads between which a teacher would draw a line.

        Where one or two voices move, each from its note to the next, unless that is measures away; where two sound
        together, from one to the other.
        """
        voices, now = len(finding.voices), finding.onset
        if voices in (1, 2) and len(notes) == 2 * voices:
            before = (self.head(note, now - 1) for note in notes[:voices])
            pairs = zip(before, notes[voices:], strict=True)
            yield from ((first, second) for first, second in pairs if self.measure[second] - self.measure[first] < 2)
        elif voices == 2 and len(notes) == 2:
            first, second = (self.head(note, now) for note in notes)
            if self.measure[first] == self.measure[second]:
                yield first, second
