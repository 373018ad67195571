"""Checking while somebody writes: after an edit only what it touched is judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.rules.edits import among, pitches_of, repitched, same_voices, written_apart
from musegen.rules.engine import Seen, report_of, views_for
from musegen.rules.entries import Rule
from musegen.rules.findings import Edit, Finding, Report
from musegen.rules.hearing import analysed, with_phrase_ends
from musegen.rules.hits import hits_in, holds, mask_of, read_in
from musegen.rules.judging import Verdict, doubts, finding_of, judge, sure_hits, why_not
from musegen.rules.packs import Pack, load_pack
from musegen.rules.registry import EXEMPTIONS, ViewName
from musegen.rules.view import View
from musegen.rules.views import VIEWS, surface
from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.local import phrases_around, read_again
from musegen.theory.sonority import Bools, Sonority

_SHAPE = ("onset", "duration", "pitch", "fifths", "part", "staff", "voice", "flags")
_NEAR = 2
"""Measures on either side of an edit that are heard again with it, where a whole phrase would take too long."""
_Rows = npt.NDArray[np.intp]


class LiveCheck:
    """A score under an editor's hands, with its report.

    `report` is always that of `score`. The numerals of the score, or an `analysis` that is given, are taken as they
    are: then the report equals that of `check`. Chords that the analyser heard are heard again in the phrases that were
    edited only; `settle` hears the whole piece anew.

    >>> from musegen.score.textgrid import parse_grid
    >>> live = LiveCheck(parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3"), "strict", infer=False)
    >>> [finding.rule for finding in live.report.findings]
    ['parallel-fifths']
    >>> live.edit([Edit("n7", "D3", "F3")]).findings
    ()
    """

    score: Score
    report: Report
    _views: Seen
    _states: _States
    _unheard: tuple[int, int] | None
    _written_apart: bool  # every line is written as a voice of its own

    def __init__(
        self,
        score: Score,
        pack: Pack | str = "chorale",
        analysis: Analysis | None = None,
        *,
        infer: bool = True,
        phrase_ends: Iterable[int] | None = None,
        cantus_firmus: str = "",
    ) -> None:
        self.pack = load_pack(pack) if isinstance(pack, str) else pack
        self._fixed, self._infer = analysis, infer
        self._phrase_ends = None if phrase_ends is None else tuple(phrase_ends)
        self._cantus = cantus_firmus
        self._open(score)

    def edit(self, changes: Iterable[Edit], *, hear: bool = True) -> Report:
        """The report after these notes have got other pitches.

        Without `hear` only the rules on one or two sonorities are judged anew, by the chords of before, in less than a
        millisecond; those on phrases keep their verdicts, until `hear()` is called.

        Raises:
            UsageError: the score has no such note, or a new pitch is none.
        """
        pitches = pitches_of(self.score, changes)
        edited = repitched(self.score, pitches)
        base = self._views["surface"]
        notes = same_voices(base.voices, edited, pitches) if self._written_apart else None
        self._remember(edited, among(edited.notes["id"], pitches))
        if hear and self._hears:
            return self.hear()
        if notes is None:
            self._judge(views_for(self.pack, self._surface(edited, base.analysis)), None)
        else:
            views = {name: view.repitched(edited, notes) for name, view in self._views.items()}
            if "reduction" in views:
                views["reduction"] = VIEWS["reduction"](views["surface"])
            touched = np.flatnonzero(among(notes["id"], pitches))
            self._judge(views, _Around(views, touched, phrases=hear))
        self._unheard = None if hear else self._unheard
        return self.report

    def replace(self, score: Score) -> Report:
        """The report on another version of the score: notes added, taken away, moved, made longer or shorter."""
        before = self._views["surface"].analysis
        if before is None or before.given or not self._hears or score.measures != self.score.measures:
            self._open(score)
            return self.report
        old, new = (set(item.notes.rows[list(_SHAPE)].tolist()) for item in (self.score, score))
        times = [time for row in old ^ new for time in (row[0], row[0] + row[1])]
        self.score = score
        self._unheard = (min(times), max(times)) if times else None
        return self.hear() if times else self.report

    def hear(self) -> Report:
        """The report after the phrases that were edited have been heard again, where their chords are not given."""
        if self._unheard is None:
            return self.report
        before = self._views["surface"].analysis
        return self._hear(*(self._unheard if before is None else phrases_around(before, *self._unheard)))

    def _hear(self, start: int, end: int) -> Report:
        """The report after a stretch has been heard again, in ticks."""
        self._unheard = None
        before = analysis = self._views["surface"].analysis
        if before is not None and before.given and self._hears:
            self.score, analysis = self._analysed(self.score)
        elif before is not None and self._hears:
            ends = self._phrase_ends
            phrased = self.score if ends is None else with_phrase_ends(self.score, ends)
            analysis = read_again(before, phrased, start, end)
        self._judge(views_for(self.pack, self._surface(self.score, analysis)), None)
        return self.report

    def settle(self) -> Report:
        """The report with the whole piece heard anew: what `check` says of the score as it is now."""
        self._open(self.score)
        return self.report

    def trial(self, changes: Iterable[Edit]) -> Report:
        """What `edit` would report without hearing chords again; the score stays as it is."""
        return copy(self).edit(changes, hear=False)

    def version(self, score: Score) -> LiveCheck:
        """Another version of the score, checked wholly in the same way; this one stays as it is."""
        other = copy(self)
        other._open(score)
        return other

    def nearby(self, changes: Iterable[Edit]) -> LiveCheck:
        """The score after edits, judged by every rule; chords that were heard are heard again in the measures around.

        This one stays as it is.
        """
        other = copy(self)
        pitches = pitches_of(self.score, changes)
        edited = repitched(self.score, pitches)
        other._unheard = None
        other._remember(edited, among(edited.notes["id"], pitches))
        other._hear(*_measures_around(edited, *(other._unheard or (0, 1))))
        return other

    @property
    def view(self) -> View:
        """What the rules see: every sonority."""
        return self._views["surface"]

    @property
    def _hears(self) -> bool:
        """The chords follow the notes: they were not given once for all."""
        return self._fixed is None and self._views["surface"].analysis is not None

    def _open(self, score: Score) -> None:
        analysis = self._fixed
        if analysis is None:
            score, analysis = self._analysed(score)
        self.score = score
        self._unheard = None
        self._judge(views_for(self.pack, self._surface(score, analysis)), None)

    def _analysed(self, score: Score) -> tuple[Score, Analysis | None]:
        return analysed(score, self.pack, infer=self._infer, phrase_ends=self._phrase_ends)

    def _surface(self, score: Score, analysis: Analysis | None) -> View:
        return surface(score, analysis, phrase_ends=self._phrase_ends, cantus_firmus=self._cantus)

    def _remember(self, edited: Score, touched: Bools) -> None:
        """What was edited, and when it sounds: to be heard again."""
        self.score = edited
        if touched.any():
            times = [int(edited.notes["onset"][touched].min()), int(edited.notes.end[touched].max())]
            times += self._unheard or ()
            self._unheard = min(times), max(times)

    def _judge(self, views: Seen, around: _Around | None) -> None:
        """Judge every rule, wholly, or only around some notes."""
        known = self._states if around is not None else {}
        if around is None:
            self._written_apart = written_apart(views["surface"].voices)
        self._states = {rule.id: _state(rule, self.pack, views[rule.view], around, known) for rule in self.pack.rules}
        self._views = views
        self.report = report_of(views["surface"], self.pack, [state.verdict for state in self._states.values()])


def _measures_around(score: Score, start: int, end: int) -> tuple[int, int]:
    """From the beginning to the end of the measures that a stretch touches and a few on either side; in ticks."""
    measures = score.measures
    first = measures[max(score.measure_index_at(start) - _NEAR, 0)]
    last = measures[min(score.measure_index_at(max(end - 1, start)) + _NEAR, len(measures) - 1)]
    return first.onset, last.onset + last.length


_Spot = tuple[int, int, tuple[int, ...], int]
"""A hit without its facts, of which the hits of slice and pair rules have none."""


class _State(NamedTuple):
    """What is known of a rule: its mask (none for a rule over phrases), the finding of every hit, the verdict."""

    mask: Bools | None
    findings: Mapping[_Spot, Finding]
    verdict: Verdict


_States = Mapping[str, _State]


class _Around:
    """The sonorities of each view in which one of some notes is read; `phrases` says whether rules on phrases judge."""

    def __init__(self, views: Seen, touched: _Rows, *, phrases: bool) -> None:
        self._views, self._touched, self.phrases = views, touched.tolist(), phrases
        self._parts: dict[tuple[ViewName, str], tuple[slice, tuple[Sonority, ...]]] = {}

    def part(self, rule: Rule) -> tuple[slice, tuple[Sonority, ...]]:
        """Where a slice or pair rule has to look again, and what it reads there."""
        key = rule.view, rule.kind.window
        if key not in self._parts:
            view = self._views[rule.view]
            rows = (view.row_before, view.row[1:]) if rule.kind.window == "pair" else (view.row,)
            met = [np.flatnonzero(row == note) for row in rows for note in self._touched]
            places = np.concatenate([*met, np.zeros(0, dtype=np.intp)]) // len(view.voices.names)
            part = slice(int(places.min()), int(places.max()) + 1) if len(places) else slice(0, 0)
            self._parts[key] = part, read_in(rule, view, part)
        return self._parts[key]


def _state(rule: Rule, pack: Pack, view: View, around: _Around | None, known: _States) -> _State:
    old = known.get(rule.id)
    if old is not None and old.mask is None and around is not None and not around.phrases:
        return old
    was_judged = around is not None and old is not None and old.mask is not None
    if rule.kind.window == "phrase" or (not was_judged and why_not(rule, view, pack.scope)):
        return _State(None, {}, judge(rule, view, pack))
    if around is None or old is None or old.mask is None or rule.view == "reduction":
        return _judged(rule, pack, view, mask_of(rule, view), {})
    part, sonorities = around.part(rule)
    again = holds(rule, *sonorities)
    short_sighted = all(EXEMPTIONS[name].kernel for name in rule.unless)
    marks = np.count_nonzero(again) + np.count_nonzero(old.mask[part])  # quicker than `any` where they are few
    if not marks and (short_sighted or not old.findings):
        return old
    mask = old.mask.copy()
    mask[part] = again
    near = range(part.start - 1, part.stop + 2)
    reused = {spot: item for spot, item in old.findings.items() if spot[0] not in near} if short_sighted else {}
    return _judged(rule, pack, view, mask, reused)


def _judged(rule: Rule, pack: Pack, view: View, mask: Bools, known: Mapping[_Spot, Finding]) -> _State:
    """The state of a rule by its mask; findings that are known are not made again."""
    findings: dict[_Spot, Finding] = {}
    for hit in sure_hits(rule, hits_in(rule, mask, view), view, pack.scope):
        spot = hit[:4]
        findings[spot] = known.get(spot) or finding_of(rule, hit, view, pack.waivers)
    return _State(mask, findings, Verdict(tuple(findings.values()), doubts(rule, view, pack.scope)))
