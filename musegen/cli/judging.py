"""What `musegen check` does with one score: read it, find its pack and its surroundings, judge it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from musegen.cli.choosing import chosen_rules, is_chosen
from musegen.cli.options import read_score, shown_name
from musegen.cli.surroundings import files_beside, load_plugins, own_waivers, pack_files, phrase_ends_of
from musegen.errors import MalformedScore, UsageError

if TYPE_CHECKING:
    from musegen.rules.baseline import Baseline
    from musegen.rules.findings import Finding, Report
    from musegen.rules.packs import Pack
    from musegen.rules.reports import Judged
    from musegen.rules.waivers import Waiver
    from musegen.score.model import Score
    from musegen.theory.analyse import Engine

DEFAULT_PACK = "chorale"


class Case(NamedTuple):
    """A score with all that it is judged by."""

    name: str
    score: Score
    chosen: str  # the pack, as it was named
    pack: Pack
    phrase_ends: tuple[int, ...] | None
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """What was asked for at the command line."""

    pack: str | None = None
    exercise: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    cantus_firmus: str = ""
    harmony: str | None = None
    waivers: Path | None = None
    baseline: Path | None = None
    plugin: tuple[str, ...] = ()
    engine: Engine = "classical"
    with_lines: bool = False  # a form of report tells on which line of its file a note stands
    _packs: dict[str, Pack] = field(default_factory=dict, repr=False)
    _whole_packs: dict[str, Pack] = field(default_factory=dict, repr=False)

    def prepare(self) -> None:
        """Read what belongs to no single score, so that a fault in it is told before the first.

        Raises:
            MusegenError: a plugin, a pack, the waivers, the baseline or the chords cannot be read.
        """
        load_plugins(self.plugin)
        if self.pack is not None:
            self.pack_of(self.pack)
        _ = self.common_waivers, self.known, self.chords

    def inputs(self, files: Iterable[str]) -> Iterator[Path | str]:
        """Every file that is read for these scores, whether it is there or not."""
        from musegen.generation.exercises.manifest import manifest_in

        manifest = manifest_in(self.exercise) if self.exercise else None
        yield from (name for name in (manifest, self.waivers, self.baseline, self.harmony, *self.plugin) if name)
        if self.pack is not None:
            yield from pack_files(self.pack)
        for name in files:
            yield from (name, *files_beside(name))

    @cached_property
    def common_waivers(self) -> tuple[Waiver, ...]:
        """Those of `--waivers`."""
        from musegen.rules.waivers import read_waivers

        return read_waivers(self.waivers) if self.waivers else ()

    @cached_property
    def known(self) -> Baseline | None:
        """That of `--baseline`."""
        from musegen.rules.baseline import read_baseline

        return read_baseline(self.baseline) if self.baseline else None

    @cached_property
    def chords(self) -> Score | None:
        """The score of `--harmony`."""
        if self.harmony == "":
            raise UsageError("--harmony needs the name of a file", hint="give RomanText, or a score with numerals")
        if self.harmony is None:
            return None
        from musegen.rules.harmony_file import check_harmony

        other = read_score(self.harmony)
        check_harmony(other, shown_name(self.harmony))
        return other

    def pack_of(self, name: str) -> Pack:
        """A pack with the rules that were asked for, read once.

        Raises:
            UsageError: there is no such pack, or no such rule in it.
            PackError: the file of a pack has a fault.
        """
        if name not in self._packs:
            self._packs[name] = chosen_rules(self._whole(name), self.select, self.ignore)
        return self._packs[name]

    def judge(self, name: str) -> tuple[Judged, Score]:
        """One score judged by the pack that was asked for, that its sheet names, or as a chorale; and the score."""
        from musegen.rules.engine import check

        case = self.open(name)
        ends, cantus = case.phrase_ends, self.cantus_firmus
        report = check(case.score, case.pack, phrase_ends=ends, cantus_firmus=cantus, engine=self.engine)
        return self.close(case, report), case.score

    def fix(self, name: str, keep: tuple[str, ...], *, into: str) -> tuple[Judged, Score, Score]:
        """What is left to say of a score after its fixes, the score as it was, and as it is then, in the file `into`.

        Notes of the voices `keep` stay; on a sheet of ours the soprano does. Rules of the pack that were not asked for
        are kept by every fix, and not told.
        """
        from musegen.rules.fixes import apply_fixes, fix_told
        from musegen.rules.live import LiveCheck
        from musegen.rules.packs import declared_field

        case = self.open(name)
        kept = (*keep, "S") if declared_field(case.score, "musegen-sheet") else keep
        asked = {rule.id for rule in case.pack.rules}
        pack = replace(self._whole(case.chosen), waivers=(*case.pack.waivers, *own_waivers(name), *self.common_waivers))
        live = LiveCheck(case.score, pack, phrase_ends=case.phrase_ends, cantus_firmus=self.cantus_firmus)
        _check_kept(keep, live.view.voices.names, case.name)
        fixed = apply_fixes(live, keep=kept, rules=asked)
        told = tuple(f"fixed: {fix_told(live.view, item)}" for item in fixed.resolved)
        report = replace(fixed.report, notices=(*fixed.report.notices, *told), fixed=fixed.resolved)
        judged = self.close(case, _of_rules(report, asked))
        return judged._replace(report=replace(judged.report, file=into)), case.score, fixed.score

    def open(self, name: str) -> Case:
        """A score with all that it is judged by."""
        score = self._harmonised(read_score(name))
        chosen, notices = self._pack_for(score)
        if not self._whole(chosen).rules:
            notices += (f"the pack {chosen} has no rules: nothing was judged",)
        return Case(name, score, chosen, self.pack_of(chosen), phrase_ends_of(name, score, self.exercise), notices)

    def close(self, case: Case, report: Report) -> Judged:
        """The report as it is told, with waivers and baseline applied."""
        from musegen.rules.missing import missing_voices
        from musegen.rules.reports import Judged

        found = (*self._chosen(missing_voices(case.score)), *report.findings)
        notices = (*report.notices, *case.notices)
        report = replace(report, file=shown_name(case.name), findings=found, notices=notices)
        settled = self._settled(report, case.name, self._unjudged(report, case.chosen))
        return Judged(settled, case.pack.rules, _lines(case.score) if self.with_lines else {})

    def with_waiver_faults(self, done: Iterable[Judged], *, apart: bool = False) -> list[Judged]:
        """What is wrong with common waivers added: to the only score, else (or `apart`) under their own file's name."""
        from musegen.rules.reports import Judged

        judged = list(done)
        reports = self._waiver_reports([item.report for item in judged])
        if apart or len(judged) != 1:
            return judged + [Judged(report, ()) for report in reports]
        first = judged[0].report
        more = (finding for report in reports for finding in report.findings)
        return [judged[0]._replace(report=replace(first, findings=(*first.findings, *more)))]

    def _waiver_reports(self, reports: list[Report]) -> list[Report]:
        """What is wrong with the waivers of packs and of `--waivers`, under the names of their files."""
        from musegen.rules.findings import Report
        from musegen.rules.waivers import waiver_faults

        names = dict.fromkeys(self.pack or report.pack for report in reports)
        shared = {name: self._whole(name).waivers for name in names}
        if self.waivers:
            shared[str(self.waivers)] = self.common_waivers
        unjudged = set[str]().union(*(self._unjudged(report, self.pack or report.pack) for report in reports))
        found = []
        for name, waivers in shared.items():
            faults = self._chosen(waiver_faults(waivers, reports, unjudged))
            found += [Report(name, reports[0].pack, "", faults)] if faults else []
        return found

    def _whole(self, name: str) -> Pack:
        from musegen.rules.packs import load_pack

        if name not in self._whole_packs:
            self._whole_packs[name] = load_pack(name)
        return self._whole_packs[name]

    def _pack_for(self, score: Score) -> tuple[str, tuple[str, ...]]:
        """The name of a pack, and what is to be said about the choice."""
        from musegen.rules.packs import declared_pack, pack_names

        if self.pack:
            return self.pack, ()
        declared = declared_pack(score)
        if not declared or declared in pack_names():
            return declared or DEFAULT_PACK, ()
        told = f"the sheet asks for the pack {declared[:40]!a}, which there is not; it was judged by {DEFAULT_PACK}"
        return DEFAULT_PACK, (told,)

    def _harmonised(self, score: Score) -> Score:
        if self.chords is None:
            return score
        from musegen.rules.harmony_file import with_harmony
        from musegen.theory.annotations.given import given_analysis

        joined = with_harmony(score, self.chords, self.harmony or "")
        try:
            given_analysis(joined)
        except MalformedScore as error:  # asked for by name, so that it is not passed over for what is heard
            error.file = shown_name(self.harmony or "")
            raise
        return joined

    def _settled(self, report: Report, name: str, unjudged: Collection[str]) -> Report:
        """The report with its waivers and its baseline applied."""
        from musegen.rules.waivers import waive, waiver_faults

        own = own_waivers(name)
        report = waive(report, (*own, *self.common_waivers))
        faults = self._chosen(waiver_faults(own, [report], unjudged))
        report = replace(report, findings=(*report.findings, *faults))
        if self.known is None:
            return report
        from musegen.rules.baseline import without_known

        return without_known(report, self.known, unjudged)

    def _chosen(self, findings: Any) -> tuple[Finding, ...]:
        return tuple(item for item in findings if is_chosen(item.rule, self.select, self.ignore))

    def _unjudged(self, report: Report, pack: str) -> set[str]:
        """Rules that exist and were not judged, so that nobody knows what they would have found."""
        from musegen.rules.packs import catalogue

        missed = {item.rule for item in report.not_checked}
        kept = {rule.id for rule in self.pack_of(pack).rules} - missed
        return {*catalogue(), *(rule.id for rule in self._whole(pack).rules)} - kept


def _of_rules(report: Report, asked: Collection[str]) -> Report:
    """The report with what it says of these rules only."""
    return replace(
        report,
        findings=tuple(item for item in report.findings if item.rule in asked),
        waived=tuple(item for item in report.waived if item.rule in asked),
        not_checked=tuple(item for item in report.not_checked if item.rule in asked),
    )


def _check_kept(keep: tuple[str, ...], voices: Collection[str], name: str) -> None:
    """Nothing, where a score has all the voices that it is to keep.

    Raises:
        UsageError: it lacks one.
    """
    for voice in keep:
        if voice not in voices:
            told = f"{shown_name(name)} has no voice `{voice}` to keep"
            raise UsageError(told, hint=f"its voices are {', '.join(map(str, voices))}")


def _lines(score: Score) -> Mapping[str, int]:
    from musegen.engraving.annotate import note_lines

    return note_lines(score)
