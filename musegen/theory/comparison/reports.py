"""A comparison as text for a person, as JSON and as TSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from musegen.score.model import Place, Score
from musegen.theory.comparison.agreement import Agreed
from musegen.theory.comparison.differences import Comparison, Difference
from musegen.theory.comparison.files import Human
from musegen.theory.comparison.kinds import KINDS
from musegen.theory.comparison.suspects import Suspect
from musegen.theory.reports import number_text

TSV_COLUMNS = (
    "onset_quarter", "duration_quarter", "measure", "beat", "kind", "keys_differ", "human", "machine", "confidence",
    "runner_up", "is_runner_up", "better", "why",
)  # fmt: skip

_WEIGHED = "notes of the chords, else their bass, else the key's scale"


class Compared(NamedTuple):
    """One piece with all that the umpire says of it."""

    name: str
    human_name: str
    score: Score
    human: Human
    comparison: Comparison
    suspects: tuple[Suspect, ...]


def as_text(piece: Compared) -> str:
    """What a person reads: agreement, differences in their order, what they come to, and what looks like a slip."""
    found = piece.comparison
    shares = ", ".join(f"{name} {getattr(found, name):.0%}" for name in Agreed._fields)
    lines = [f"{piece.name} · {piece.human_name}", f"Agreement by time: {shares}"]
    lines += ["", f"Differences, with what speaks for whom ({_WEIGHED}):"] * bool(found.differences)
    lines += [f"  {_difference(piece.score, difference)}" for difference in found.differences]
    lines += ["", *_summary(found)] if found.differences else ["No differences."]
    slips = [f"  {_slip(piece, slip)}" for slip in piece.suspects]
    slips = [f"  line {fault.line}: `{fault.word}` {fault.why}" for fault in piece.human.faults] + slips
    return "\n".join([*lines, *(["", "Suspect in the human file:"] * bool(slips)), *slips]) + "\n"


def _difference(score: Score, item: Difference) -> str:
    """`measure 3, beat 2: human G: IV, machine G: IV42 (58%, next IV). A note ... less; for the machine: notes ...`."""
    doubts = [f"{item.confidence:.0%}"] * (item.confidence < 1) + ["next the human's"] * item.is_runner_up
    machine = item.machine + (f" ({', '.join(doubts)})" if doubts else "")
    verdict = f"for the {item.verdict.better}: {item.verdict.why}" if item.verdict.better != "even" else "even"
    verdict += "; a variant in the file reads as the machine does" * item.in_variant
    place = Place(item.measure, item.beat)
    return f"{place}: human {item.human}, machine {machine}. {KINDS[item.kind].capitalize()}; {verdict}"


def _summary(found: Comparison) -> list[str]:
    """Each kind with its share of the time, and how often the notes speak for whom."""
    times: Counter[str] = Counter()
    for item in found.differences:
        times[KINDS[item.kind]] += item.end - item.onset
    kinds = ", ".join(f"{name} {time / found.time:.1%}" for name, time in times.most_common())
    better = Counter(item.verdict.better for item in found.differences)
    sides = f"for the human {better['human']}, for the machine {better['machine']}, even {better['even']}"
    return [f"By kind: {kinds}", f"The notes speak {sides}"]


def _slip(piece: Compared, slip: Suspect) -> str:
    line = piece.human.lines[slip.chord]
    return f"{f'line {line}, ' if line else ''}{Place(slip.measure, slip.beat)}: {slip.told}"


def as_json(piece: Compared) -> dict[str, Any]:
    """Everything, for machines; times in quarters (floats)."""
    found, score = piece.comparison, piece.score
    return {
        "file": piece.name,
        "human": piece.human_name,
        "human_fit": round(piece.human.fit, 4),
        "agreement": {name: round(getattr(found, name), 4) for name in Agreed._fields},
        "differences": [_as_object(score, item) for item in found.differences],
        "suspects": [
            _when(score, slip) | {"line": piece.human.lines[slip.chord], "kind": slip.kind, "message": slip.told}
            for slip in piece.suspects
        ],
        "unread": [fault._asdict() for fault in piece.human.faults],
    }


def _as_object(score: Score, item: Difference) -> dict[str, Any]:
    sides = {"human": item.verdict.human, "machine": item.verdict.machine}
    return _when(score, item) | {
        "kind": item.kind,
        "keys_differ": item.keys_differ,
        "human": item.human,
        "machine": item.machine,
        "confidence": item.confidence,
        "runner_up": item.runner_up,
        "is_runner_up": item.is_runner_up,
        "in_variant": item.in_variant,
        "better": item.verdict.better,
        "why": item.verdict.why,
        "explained": {
            side: {name: round(value, 4) for name, value in shares._asdict().items()} for side, shares in sides.items()
        },
    }


def _when(score: Score, item: Difference | Suspect) -> dict[str, Any]:
    return {
        "onset_quarter": float(score.quarters(item.onset)),
        "duration_quarter": float(score.quarters(item.end - item.onset)),
        "measure": item.measure,
        "beat": float(item.beat),
    }


def as_tsv(piece: Compared) -> str:
    """A row a difference."""
    rows: list[Sequence[str]] = [TSV_COLUMNS]
    for item in piece.comparison.differences:
        times = (piece.score.quarters(item.onset), piece.score.quarters(item.end - item.onset))
        rows.append(
            (
                *(number_text(time) for time in times), item.measure, number_text(item.beat), item.kind,
                str(item.keys_differ).lower(), item.human, item.machine, str(item.confidence), item.runner_up,
                str(item.is_runner_up).lower(), item.verdict.better, item.verdict.why,
            )
        )  # fmt: skip
    return "".join("\t".join(row) + "\n" for row in rows)
