"""What the rules say of an accompaniment: only what it brought, not what the given score says by itself."""

from __future__ import annotations

from dataclasses import replace

from musegen.generation.accompaniment.making import Accompaniment
from musegen.rules.engine import check_all
from musegen.rules.findings import Finding
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Score


def own_findings(made: Accompaniment, pack: str | Pack = "accompaniment") -> tuple[Finding, ...]:
    """The findings of a pack that are not about notes and measures of the given score alone."""
    rules = load_pack(pack) if isinstance(pack, str) else pack
    given = _given(made)
    whole, before = check_all([(made.score, None), (given, None)], rules)
    known = {_what(finding) for finding in before.findings}
    return tuple(finding for finding in whole.findings if _what(finding) not in known)


def _given(made: Accompaniment) -> Score:
    """The score without what was added to it."""
    notes = made.score.notes
    kept = notes.where(notes["part"] < made.first_part)
    return replace(made.score, notes=kept, parts=made.score.parts[: made.first_part])


def _what(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.measure, finding.beat, finding.message
