"""Runs a pack over scores: predicates give masks, masks become places, places become findings or are waived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from musegen.rules.findings import Report
from musegen.rules.hearing import analysed
from musegen.rules.hits import Together
from musegen.rules.judging import Verdict, judge, why_not
from musegen.rules.packs import Pack, load_pack
from musegen.rules.registry import ViewName
from musegen.rules.view import View
from musegen.rules.views import VIEWS, surface
from musegen.score.model import Score
from musegen.theory.analyse import Engine
from musegen.theory.analysis import Analysis

_TOGETHER = 64
"""Scores whose masks are computed at once: the arrays of more do not fit the processor's own memory."""

Seen = Mapping[ViewName, View]


def check(
    score: Score,
    pack: Pack | str = "chorale",
    analysis: Analysis | None = None,
    *,
    infer: bool = True,
    phrase_ends: Iterable[int] | None = None,
    cantus_firmus: str = "",
    engine: Engine = "classical",
) -> Report:
    """What in a piece breaks which rule of a pack, findings in order of time.

    `pack` is a pack, or the name or path of one. Rules that need chords read `analysis`; without it the numerals that
    the score carries; without these what the `engine` of `analyse` hears, unless `infer` is False. Where there are no
    chords, or too uncertain ones, such rules are listed under `not_checked`. `phrase_ends` are times in ticks; without
    them a fermata ends a phrase. `cantus_firmus` is `lower`, `upper` or the name of a voice; without it the cantus is
    the voice in whole notes, if there is one.

    Raises:
        PackError: the pack cannot be used.
        UsageError: no voice has the name of the cantus firmus.

    >>> from musegen.score.textgrid import parse_grid
    >>> report = check(parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3"), "strict", infer=False)
    >>> print(report.findings[0].message)
    Tenor G3-A3 and bass C3-D3 move in parallel fifths
    """
    pack = load_pack(pack) if isinstance(pack, str) else pack
    ends = None if phrase_ends is None else tuple(phrase_ends)
    if analysis is None:
        score, analysis = analysed(score, pack, infer=infer, phrase_ends=ends, engine=engine)
    base = surface(score, analysis, phrase_ends=ends, cantus_firmus=cantus_firmus)
    seen = views_for(pack, base)
    return report_of(base, pack, [judge(rule, seen[rule.view], pack) for rule in pack.rules])


def check_all(pieces: Iterable[tuple[Score, Analysis | None]], pack: Pack | str = "chorale") -> Iterator[Report]:
    """The reports on many scores, in their order, as `check` gives them for these analyses; a rule judges many at once.

    Without an analysis the rules that need chords are not judged.
    """
    pack = load_pack(pack) if isinstance(pack, str) else pack
    waiting: list[Seen] = []
    for score, analysis in pieces:
        waiting.append(views_for(pack, surface(score, analysis)))
        if len(waiting) == _TOGETHER:
            yield from _judged_together(waiting, pack)
            waiting = []
    yield from _judged_together(waiting, pack)


def views_for(pack: Pack, base: View) -> dict[ViewName, View]:
    """The views that the rules of a pack choose, made from that of the surface."""
    chosen: set[ViewName] = {"surface", *(rule.view for rule in pack.rules)}
    return {name: VIEWS[name](base) for name in chosen}


def report_of(base: View, pack: Pack, verdicts: Iterable[Verdict]) -> Report:
    """The verdicts of all rules as one report, findings in order of time."""
    verdicts = list(verdicts)
    found = sorted((item for verdict in verdicts for item in verdict.findings), key=lambda item: item.onset)
    score = base.score
    notices = [f"measure {item.measure}: {item.message}" if item.measure else item.message for item in score.notices]
    return Report(
        score.path,
        pack.id,
        _layout(base, pack),
        tuple(finding for finding in found if not finding.waived_by),
        tuple(finding for finding in found if finding.waived_by),
        tuple(item for verdict in verdicts for item in verdict.not_checked),
        tuple(notices),
    )


def _judged_together(pieces: Sequence[Seen], pack: Pack) -> Iterator[Report]:
    verdicts: list[list[Verdict]] = [[] for _ in pieces]
    groups = [
        (members, {name: Together(tuple(pieces[number][name] for number in members)) for name in pieces[0]})
        for members in _alike(pieces)
    ]
    for rule in pack.rules:
        for members, together in groups:
            views = [pieces[number][rule.view] for number in members]
            judged = rule.kind.window != "phrase" and not why_not(rule, views[0], pack.scope)
            masks = together[rule.view].masks(rule) if judged else [None] * len(views)
            for number, view, mask in zip(members, views, masks, strict=True):
                verdicts[number].append(judge(rule, view, pack, mask))
    for seen, told in zip(pieces, verdicts, strict=True):
        yield report_of(seen["surface"], pack, told)


def _alike(pieces: Sequence[Seen]) -> Iterable[list[int]]:
    """The numbers of the pieces in groups of as many voices, with chords or without."""
    groups: dict[tuple[int, bool], list[int]] = {}
    for number, seen in enumerate(pieces):
        view = seen["surface"]
        groups.setdefault((len(view.voices.names), view.harmony is None), []).append(number)
    return groups.values()


def _layout(view: View, pack: Pack) -> str:
    """How voices were assigned, with the cantus firmus where the pack asks for one."""
    asked = any("cantus_firmus" in rule.kind.needs for rule in pack.rules)
    told = f"; cantus firmus: voice {view.voices.names[view.cantus]}" if asked and view.cantus >= 0 else ""
    return view.voices.layout + told
