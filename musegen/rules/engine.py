"""Runs a pack over a score: predicates give masks, masks become places, places become findings or are waived."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from musegen.rules.entries import Rule, Scope, Waiver
from musegen.rules.findings import Finding, NotChecked, Report
from musegen.rules.hearing import analysed
from musegen.rules.messages import facts_of, notes_of, worded
from musegen.rules.packs import Pack, load_pack
from musegen.rules.registry import EXEMPTIONS, Hit, Need
from musegen.rules.view import View
from musegen.rules.views import VIEWS, surface
from musegen.score.model import Score
from musegen.score.table import distinct
from musegen.theory.analysis import Analysis
from musegen.theory.sonority import Bools


def check(
    score: Score,
    pack: Pack | str = "chorale",
    analysis: Analysis | None = None,
    *,
    infer: bool = True,
    phrase_ends: Iterable[int] | None = None,
    cantus_firmus: str = "",
) -> Report:
    """What in a piece breaks which rule of a pack, findings in order of time.

    `pack` is a pack, or the name or path of one. Rules that need chords read `analysis`; without it the numerals that
    the score carries; without these what the analyser hears, unless `infer` is False. Where there are no chords, or
    too uncertain ones, such rules are listed under `not_checked`. `phrase_ends` are times in ticks; without them a
    fermata ends a phrase. `cantus_firmus` is `lower`, `upper` or the name of a voice; without it the cantus is the
    voice in whole notes, if there is one.

    Raises:
        PackError: the pack cannot be used.
        UsageError: no voice has the name of the cantus firmus.

    >>> from musegen.score.textgrid import parse_grid
    >>> report = check(parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3"), "strict", infer=False)
    >>> print(report.findings[0].message)
    Tenor G3-A3 and bass C3-D3 move in parallel fifths
    """
    pack = load_pack(pack) if isinstance(pack, str) else pack
    if analysis is None:
        score, analysis = analysed(score, pack, infer=infer)
    base = surface(score, analysis, phrase_ends=phrase_ends, cantus_firmus=cantus_firmus)
    found: list[Finding] = []
    missed: list[NotChecked] = []
    seen = {name: VIEWS[name](base) for name in {rule.view for rule in pack.rules}}
    for rule in pack.rules:
        reason = _why_not(rule, base, pack.scope)
        if reason:
            missed.append(NotChecked(rule.id, reason))
            continue
        view = seen[rule.view]
        sure = _sure(rule, view, pack.scope)
        if sure is not None and not sure.all():
            missed.append(NotChecked(rule.id, f"the chord is uncertain at {int((~sure).sum())} of {len(sure)} places"))
        hits = (hit for hit in hits_of(rule, view) if sure is None or (sure[hit.before] and sure[hit.at]))
        found += [_finding(rule, hit, view, pack.waivers) for hit in hits]
    found.sort(key=lambda finding: finding.onset)
    return _report(score, pack, base, found, missed)


def hits_of(rule: Rule, view: View) -> Iterator[Hit]:
    """Every place of a view where the predicate of a rule holds, exceptions not yet considered."""
    kind = rule.kind
    if kind.window == "phrase":
        yield from kind.function(view, **rule.params)
    elif kind.window == "pair":
        if len(view) > 1:
            yield from _pair_hits(rule, view)
    elif len(view):
        mask = np.asarray(kind.function(view.sonority, **rule.params))
        if kind.throughout:
            yield from _throughout(mask, view)
        elif kind.axis == "pairs":
            yield from _runs(mask, view)
        else:
            yield from _voice_hits(mask, view, together=kind.axis == "together")


def _why_not(rule: Rule, view: View, scope: Scope) -> str:
    count = len(view.voices.names)
    if rule.kind.needs_harmony and view.harmony is None:
        return "no chords were given or found"
    if rule.kind.four_parts and count != 4:
        return f"it is about four voices; here are {count}"
    if scope.voices and count not in scope.voices:
        return f"the pack is for {' or '.join(map(str, scope.voices))} voices; here are {count}"
    return next((_LACKS[need] for need in rule.kind.needs if not _has(need, view)), "")


_LACKS: dict[Need, str] = {
    "cantus_firmus": "no voice is the cantus firmus; name it: --cantus-firmus lower",
    "chord_symbols": "the score has no chord symbols",
    "figures": "the score has no figures",
}


def _has(need: Need, view: View) -> bool:
    if need == "cantus_firmus":
        return view.cantus >= 0
    if need == "figures":
        return bool(view.score.figures)
    return any(label.kind == "chord_symbol" for label in view.score.harmonies)


def _sure(rule: Rule, view: View, scope: Scope) -> Bools | None:
    """(positions,): where the chord is certain enough; None for a rule that needs none."""
    if not rule.kind.needs_harmony or view.harmony is None:
        return None
    return np.asarray(view.harmony.confidence >= scope.min_confidence)


def _pair_hits(rule: Rule, view: View) -> Iterator[Hit]:
    kind = rule.kind
    mask = np.asarray(kind.function(view.first, view.second, **rule.params))
    if kind.axis == "pairs":
        upper, lower = view.second.pairs
        for time, pair in np.argwhere(mask & view.connected_pairs).tolist():
            yield Hit(time, time + 1, (int(upper[pair]), int(lower[pair])))
    else:
        for time, voice in np.argwhere(mask & view.connected_voices).tolist():
            yield Hit(time, time + 1, (voice,))


def _runs(mask: Bools, view: View) -> Iterator[Hit]:
    """One hit for as long as a state of two voices lasts."""
    pairs = list(combinations(range(len(view.voices.names)), 2))
    edges = np.diff(np.vstack([np.zeros_like(mask[:1]), mask, np.zeros_like(mask[:1])]).astype(np.int8), axis=0)
    for column in np.flatnonzero(mask.any(axis=0)).tolist():
        starts, stops = (np.flatnonzero(edges[:, column] == sign).tolist() for sign in (1, -1))
        for start, stop in zip(starts, stops, strict=True):
            yield Hit(start, start, pairs[column], end=stop - 1)


def _voice_hits(mask: Bools, view: View, *, together: bool) -> Iterator[Hit]:
    if not together:
        for time, voice in np.argwhere(mask).tolist():
            yield Hit(time, time, (voice,))
        return
    rows = np.where(mask, view.row, -1)
    for time in np.flatnonzero(mask.any(axis=1)).tolist():
        if time == 0 or (rows[time] != rows[time - 1]).any():
            yield Hit(time, time, tuple(np.flatnonzero(mask[time]).tolist()))


def _throughout(mask: Bools, view: View) -> Iterator[Hit]:
    """What holds at every position of a harmony that reaches a pulse, once a harmony."""
    if view.harmony_number is None:
        return
    for number in distinct(view.harmony_number).tolist():
        positions = np.flatnonzero(view.harmony_number == number)
        if mask[positions].all() and view.on_pulse[positions].any():
            at = int(positions[0])
            yield Hit(at, at, ())


def _finding(rule: Rule, hit: Hit, view: View, waivers: tuple[Waiver, ...]) -> Finding:
    onset = int(view.onset[hit.at]) if hit.onset < 0 else hit.onset
    place = view.score.place(onset)
    facts = facts_of(hit, view)
    waived_by, reason = _excused(rule, hit, view, waivers, place.measure)
    confidence = 1.0
    if rule.kind.needs_harmony and view.harmony is not None:
        confidence = float(min(view.harmony.confidence[[hit.before, hit.at]]))
    return Finding(
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
        confidence=round(confidence, 3),
        waived_by=waived_by,
        waiver=reason,
        onset=onset,
    )


def _excused(rule: Rule, hit: Hit, view: View, waivers: tuple[Waiver, ...], measure: str) -> tuple[str, str]:
    """(exception, reason) of the first that lets the finding pass, or two empty texts."""
    for name in rule.unless:
        exemption = EXEMPTIONS[name]
        if _kernel_passes(rule, hit, view, name) if exemption.kernel else exemption.function(hit, view):
            return name, exemption.reason
    for waiver in waivers:
        valid = waiver.expires is None or waiver.expires >= datetime.date.today()
        if valid and waiver.rule == rule.id and waiver.measure in ("", measure):
            return "waiver", waiver.reason
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


def _layout(view: View, pack: Pack) -> str:
    """How voices were assigned, with the cantus firmus where the pack asks for one."""
    asked = any("cantus_firmus" in rule.kind.needs for rule in pack.rules)
    told = f"; cantus firmus: voice {view.voices.names[view.cantus]}" if asked and view.cantus >= 0 else ""
    return view.voices.layout + told


def _report(score: Score, pack: Pack, view: View, found: list[Finding], missed: list[NotChecked]) -> Report:
    file = score.source.path if score.source else ""
    notices = [f"measure {item.measure}: {item.message}" if item.measure else item.message for item in score.notices]
    return Report(
        file,
        pack.id,
        _layout(view, pack),
        tuple(finding for finding in found if not finding.waived_by),
        tuple(finding for finding in found if finding.waived_by),
        tuple(missed),
        tuple(notices),
    )
