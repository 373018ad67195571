"""Waivers: findings that somebody lets pass, with a reason and until a day; what is past or fits nothing is told.

They stand as `[[waive]]` in a pack, in a file `NAME.waivers.toml` beside the score, or in a file of their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from musegen.errors import PackError
from musegen.rules.findings import WAIVED, Finding, Report
from musegen.rules.plain_numbers import plain_number
from musegen.rules.toml_values import check_keys, cut, fits, is_rule_id, quoted, read_table, typed, words

SIDE_SUFFIX = ".waivers.toml"
_MOST_VOICES, _LONGEST_NAME = 99, 100
_ALL_BUT = 0.85  # likeness from which one name is taken for another, as difflib counts


class Waiver(NamedTuple):
    """Findings of a rule that are let pass: everywhere, in a measure, at its beat, for some voices; with the reason.

    `expires` is the last day on which it holds.
    """

    rule: str
    reason: str
    measure: str = ""
    beat: Fraction | None = None
    voices: tuple[str, ...] = ()
    expires: datetime.date | None = None

    def covers(self, finding: Finding) -> bool:
        """It speaks of this finding; the order of the voices does not matter."""
        return (
            self.rule == finding.rule
            and self.measure in ("", finding.measure)
            and self.beat in (None, finding.beat)
            and (not self.voices or set(self.voices) == set(finding.voices))
        )

    def holds(self, today: datetime.date | None = None) -> bool:
        """Its last day is not past."""
        return self.expires is None or self.expires >= (today or datetime.date.today())

    @property
    def place(self) -> str:
        """`parallel-fifths, measure 3, beat 2, voices T B`."""
        beat = "" if self.beat is None else f"beat {self.beat}"
        measure = self.measure and f"measure {self.measure}"
        voices = self.voices and f"voices {' '.join(self.voices)}"
        return ", ".join(part for part in (self.rule, measure, beat, voices) if part)


def read_waiver(table: Any, *, where: str) -> Waiver:
    """A `[[waive]]` table.

    Raises:
        PackError: an unknown key, a wrong type, or no reason.
    """
    check_keys(typed(table, dict, "waive", where), Waiver._fields, where, "a key of a waiver")
    said = {name: words(table.get(name, ""), name, where) for name in ("rule", "reason")}
    if not said["rule"] or not said["reason"].strip():
        raise PackError("a waiver needs a rule and a reason", file=where)
    if not is_rule_id(said["rule"]):
        raise PackError(
            f"`{cut(said['rule'])}` is the id of no rule", file=where, hint="`musegen rules list` names all"
        )
    measure, expires = table.get("measure", ""), table.get("expires")
    voices = typed(table.get("voices", []), list, "voices", where)
    if len(voices) > _MOST_VOICES or not all(_is_name(voice) for voice in voices):
        raise PackError(f"`voices` must be names, at most {_MOST_VOICES}", file=where)
    if not _is_name(measure):
        raise PackError(f"`measure` must be a printed number, not {quoted(measure)}", file=where)
    if isinstance(expires, datetime.datetime) or not isinstance(expires, datetime.date | None):
        raise PackError(f"`expires` must be a date, not {expires}", file=where, hint="write it like 2027-06-30")
    return Waiver(
        **said,
        measure=str(measure),
        beat=_beat(table["beat"], where) if "beat" in table else None,
        voices=tuple(str(voice) for voice in voices),
        expires=expires,
    )


def _is_name(value: Any) -> bool:
    """The name of a voice or a measure: a whole number, or a few letters on one line."""
    return fits(value, int) or (isinstance(value, str) and len(value) <= _LONGEST_NAME and (value + " ").isprintable())


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file that holds `[[waive]]` tables and nothing else.

    Raises:
        PackError: it is no such file; names the file and the entry.
    """
    content = read_table(path)
    check_keys(content, ("waive",), str(path), "a key of a file of waivers")
    tables = typed(content.get("waive", []), list, "waive", str(path))
    return tuple(read_waiver(table, where=f"{path}, waiver {number}") for number, table in enumerate(tables, start=1))


def let_pass(finding: Finding, waivers: Iterable[Waiver], today: datetime.date | None = None) -> Finding:
    """The finding, waived where it was not and one of the waivers covers it on this day."""
    if finding.waived_by:
        return finding
    waiver = next((item for item in waivers if item.covers(finding) and item.holds(today)), None)
    return finding if waiver is None else replace(finding, waived_by=WAIVED, waiver=waiver.reason)


def waive(report: Report, waivers: Sequence[Waiver], today: datetime.date | None = None) -> Report:
    """The report with the findings that a waiver covers on this day under `waived`."""
    judged = [let_pass(finding, waivers, today) for finding in report.findings]
    passed = sorted((*report.waived, *(item for item in judged if item.waived_by)), key=lambda item: item.onset)
    return replace(report, findings=tuple(item for item in judged if not item.waived_by), waived=tuple(passed))


def waiver_faults(
    waivers: Iterable[Waiver],
    reports: Sequence[Report],
    unjudged: Collection[str] = (),
    today: datetime.date | None = None,
) -> Iterator[Finding]:
    """A finding for each waiver that is past, and for each that covers nothing in these reports.

    Of rules that were `unjudged` nothing is said: nobody knows what their waivers would have covered.
    """
    for waiver in waivers:
        if waiver.rule in unjudged:
            continue
        if not waiver.holds(today):
            yield _fault("expired-waiver", waiver, f"the waiver of {waiver.place} ended on {waiver.expires}")
        elif not any(_is_used(waiver, report) for report in reports):
            meant = _meant(waiver.rule)
            asked = f"; did you mean {meant}?" if meant else ""
            yield _fault("unused-waiver", waiver, f"the waiver of {waiver.place} covers nothing{asked}")


def _meant(name: str) -> str:
    """The rule of ours whose name is all but that; an empty text where there is one of just that name."""
    from difflib import get_close_matches

    from musegen.rules.house_rules import HOUSE_RULES
    from musegen.rules.packs import catalogue

    known = {*catalogue(), *HOUSE_RULES}
    return "" if name in known else next(iter(get_close_matches(name, known, 1, _ALL_BUT)), "")


def _is_used(waiver: Waiver, report: Report) -> bool:
    mine = (finding for finding in report.waived if finding.waived_by == WAIVED)
    return any(waiver.covers(finding) for finding in (*report.findings, *mine))


def _fault(rule: str, waiver: Waiver, message: str) -> Finding:
    from musegen.rules.house_rules import HOUSE_RULES

    law = HOUSE_RULES[rule]
    return Finding(
        rule=rule,
        severity=law.severity,
        points=law.points,
        measure=waiver.measure,
        beat=waiver.beat or Fraction(1),
        voices=waiver.voices,
        notes=(),
        facts={"rule": waiver.rule, "reason": waiver.reason},
        message=message[:1].upper() + message[1:],
        why=law.why,
    )


def _beat(value: Any, where: str) -> Fraction:
    try:
        return plain_number(value).limit_denominator(1000)
    except ValueError:
        hint = 'write it like 2, 2.5 or "7/3"'
        told = f"cannot be {value[:40]!r}" if isinstance(value, str) else "must be a plain number"
        raise PackError(f"`beat` {told}", file=where, hint=hint) from None
