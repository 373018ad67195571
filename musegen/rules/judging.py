"""One rule over one view: whether it can be judged there, and the findings that its hits become."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from musegen.rules.entries import Rule, Scope
from musegen.rules.findings import Finding, NotChecked
from musegen.rules.hits import hits_in, hits_of
from musegen.rules.instruments import player_of
from musegen.rules.messages import facts_of, notes_of, worded
from musegen.rules.packs import Pack
from musegen.rules.registry import EXEMPTIONS, Hit, Need
from musegen.rules.view import View
from musegen.rules.waivers import Waiver, let_pass
from musegen.theory.sonority import Bools


class Verdict(NamedTuple):
    """What one rule says of a piece: findings, waived ones among them, and where or why it could not judge."""

    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


_LACKS: dict[Need, str] = {
    "cantus_firmus": "no voice is the cantus firmus; name it: --cantus-firmus lower",
    "chord_symbols": "the score has no chord symbols",
    "figures": "the score has no figures",
    "numerals": "the score has no Roman numerals; --harmony FILE gives them",
    "vocabulary": "the pack allows no vocabulary: it has no [allow] table",
    "two_voices": "it is about two voices",
    "instruments": "no part says by its name or MIDI program which instrument plays it",
}


def judge(rule: Rule, view: View, pack: Pack, mask: Bools | None = None) -> Verdict:
    """The verdict of a rule on a view; `mask` where it was computed before."""
    reason = why_not(rule, view, pack.scope)
    if reason:
        return Verdict(not_checked=(NotChecked(rule.id, reason),))
    hits = hits_of(rule, view) if mask is None else hits_in(rule, mask, view)
    return verdict_on(rule, hits, view, pack)


def verdict_on(rule: Rule, hits: Iterable[Hit], view: View, pack: Pack) -> Verdict:
    """The findings that these hits become, but those where the chord is too uncertain."""
    findings = (finding_of(rule, hit, view, pack.waivers) for hit in sure_hits(rule, hits, view, pack.scope))
    return Verdict(tuple(findings), doubts(rule, view, pack.scope))


def sure_hits(rule: Rule, hits: Iterable[Hit], view: View, scope: Scope) -> Iterable[Hit]:
    """The hits of a rule where the chord that it leans on is certain enough."""
    if not rule.kind.needs_harmony:
        return hits
    sure, doubtful = view.certain(scope.min_confidence)
    return (hit for hit in hits if sure[hit.before] and sure[hit.at]) if doubtful else hits


def doubts(rule: Rule, view: View, scope: Scope) -> tuple[NotChecked, ...]:
    """That a rule was not judged where the chord is too uncertain; nothing where none is."""
    if not rule.kind.needs_harmony:
        return ()
    sure, doubtful = view.certain(scope.min_confidence)
    reason = f"the chord is uncertain at {len(doubtful)} of {len(sure)} places"
    places = doubtful if len(doubtful) < len(sure) else ()
    return (NotChecked(rule.id, reason, places),) if doubtful else ()


def why_not(rule: Rule, view: View, scope: Scope) -> str:
    """Why a rule cannot be judged here; an empty text where it can."""
    kind, count = rule.kind, len(view.voices.names)
    if kind.needs_harmony and view.harmony is None:
        return "no chords were given or found"
    if kind.four_parts and count != 4:
        return f"it is about four voices; here are {count}"
    if scope.voices and count not in scope.voices:
        return f"the pack is for {' or '.join(map(str, scope.voices))} voices; here are {count}"
    return next((_LACKS[need] for need in kind.needs if not _has(need, rule, view)), "")


def _has(need: Need, rule: Rule, view: View) -> bool:
    if need == "vocabulary":
        return any(rule.params.values())
    if need == "cantus_firmus":
        return view.cantus >= 0
    if need == "two_voices":
        return len(view.voices.names) == 2
    if need == "figures":
        return bool(view.score.figures)
    if need == "instruments":
        return any(player_of(part) for part in view.score.parts)
    if need == "numerals":
        return view.analysis is not None and view.analysis.given
    return any(label.kind == "chord_symbol" for label in view.score.harmonies)


def finding_of(rule: Rule, hit: Hit, view: View, waivers: tuple[Waiver, ...] = ()) -> Finding:
    """The finding that a hit becomes, waived where an exception or one of these waivers covers it."""
    onset = int(view.onset[hit.at]) if hit.onset < 0 else hit.onset
    place = view.score.place(onset)
    facts = facts_of(hit, view)
    waived_by, reason = _excused(rule, hit, view)
    finding = Finding(
        rule=rule.id,
        severity=rule.severity,
        points=rule.points,
        measure=place.measure,
        beat=place.beat,
        voices=tuple(view.voices.names[voice] for voice in hit.voices),
        notes=notes_of(hit, view),
        facts=facts,
        message=worded(rule.message, facts),
        why=rule.why,
        confidence=_confidence(rule, hit, view),
        waived_by=waived_by,
        waiver=reason,
        onset=onset,
    )
    return let_pass(finding, waivers)


def _confidence(rule: Rule, hit: Hit, view: View) -> float:
    if view.harmony is None or not rule.kind.needs_harmony:
        return 1.0
    certain = view.harmony.confidence
    return round(min(float(certain[hit.before]), float(certain[hit.at])), 3)


def _excused(rule: Rule, hit: Hit, view: View) -> tuple[str, str]:
    """(exception, reason) of the first that lets the finding pass, or two empty texts."""
    for name in rule.unless:
        exemption = EXEMPTIONS[name]
        if _kernel_passes(rule, hit, view, name) if exemption.kernel else exemption.function(hit, view):
            return name, exemption.reason
    return "", ""


def _kernel_passes(rule: Rule, hit: Hit, view: View, name: str) -> bool:
    kernel = EXEMPTIONS[name].function
    if rule.kind.window == "pair":
        mask = kernel(view.first[hit.before], view.second[hit.before])
    else:
        mask = kernel(view.sonority[hit.at])
    if mask.shape[-1] == 1:
        return bool(mask[..., 0])
    if rule.kind.axis == "pairs":
        return bool(mask[list(combinations(range(len(view.voices.names)), 2)).index((hit.voices[0], hit.voices[1]))])
    return bool(mask[list(hit.voices)].any())
