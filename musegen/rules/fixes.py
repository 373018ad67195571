"""Fixes: a small change of one note or two that resolves a finding without making another, proved by checking again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, product
from typing import NamedTuple

from musegen.rules.edits import apply_edits
from musegen.rules.findings import SEVERITIES, Edit, Finding, Fix, Report, Severity, beat_text
from musegen.rules.fix_law import Changes, Law, same_reading
from musegen.rules.live import LiveCheck
from musegen.rules.messages import listed, voice_word
from musegen.rules.view import View
from musegen.score.model import Score
from musegen.score.pitch import SpelledPitch, pitch_name

_MOST_SINGLE, _MOST_DOUBLE = 48, 24
"""Candidates that are tried for one finding: changes of one note, of two."""
_MOST_PROOFS = 4
"""Candidates that pass by what they touch and are then checked in the whole piece."""
_AT_ONCE = 8
"""Fixes, each proved by what is heard near it, after which the whole piece is checked."""
_PAIRED = 5
"""Ways to change a note that are tried together with a change of another."""
_APART = 3
"""What it costs, in semitones, to change a note that the finding does not name."""

ANY_WORK, QUICK_WORK = 10_000, 1500
"""Work that the fixes of one file may cost, where they are asked for and where they are advice: about 10 s and 3 s."""

Voices = Collection[str]
"""Names of voices, or of single notes."""
Place = tuple[str, int, tuple[str, ...]]


class Effort:
    """Work that is left for fixes, counted and not timed, so that the same score always gets as far.

    Its unit is a trial of a few bars, about 2 ms.
    """

    def __init__(self, work: float, notes: int) -> None:
        self.left = work
        self._trial, self._near, self._whole = 1 + notes / 250, 40 + notes / 12, 50 + notes / 8

    def trial(self) -> bool:
        """Whether there is work left for a trial and what may follow from it; the trial's is spent then."""
        return self._spent(self._trial, needed=self._trial + self._whole)

    def proof(self, *, near: bool = False) -> bool:
        """Whether there is work left to judge the whole piece, or to hear it again `near` an edit only; it is spent."""
        return self._spent(self._near if near else self._whole, needed=self._whole)

    def _spent(self, cost: float, *, needed: float) -> bool:
        self.left = self.left - cost if self.left >= needed else 0
        return self.left > 0


class Fixed(NamedTuple):
    """A score after its fixes, the findings that they resolved, each with its fix, and what is left."""

    score: Score
    resolved: tuple[Finding, ...]
    report: Report


def with_fixes(
    live: LiveCheck, *, keep: Voices = (), among: Sequence[Finding] | None = None, work: float = ANY_WORK
) -> Report:
    """The report with a fix on every finding that has one, or those `among` them that are asked for, gravest first.

    The notes of the voices `keep`, and single notes named there, are never changed. Where the `work` is spent a notice
    says how many were not tried.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3")
    >>> with_fixes(LiveCheck(piece, "strict", infer=False), keep=["S"]).findings[0].fix.message
    'bass B2 instead of C3 would avoid it'
    """
    effort = Effort(work, len(live.score.notes))
    found = list(live.report.findings)
    asked = set(map(place_of, found if among is None else among))
    wanted = [number for number, item in enumerate(found) if place_of(item) in asked]
    untried = 0
    for number in sorted(wanted, key=lambda number: -SEVERITIES.index(found[number].severity)):
        step = _step(live, found[number], keep, effort)
        untried += step is None and not effort.left
        found[number] = step.resolved if step else found[number]
    return replace(live.report, findings=tuple(found), notices=(*live.report.notices, *_untold(untried)))


def apply_fixes(
    live: LiveCheck, *, keep: Voices = (), rules: Collection[str] | None = None, work: float = ANY_WORK
) -> Fixed:
    """The score with its errors and warnings fixed one after another, gravest first, until no more can be.

    With `rules` their findings alone; no fix breaks another rule of the pack either. Voices and notes named in `keep`
    stay. Where the `work` is spent a notice of the report says how many were not tried.
    """
    effort = Effort(work, len(live.score.notes))
    done: list[Finding] = []
    wish = _Wish(keep, rules, set())
    while True:
        before, steps = live, _some_steps(live, wish, effort, near=True)
        if steps:
            effort.proof()
            live = before.version(steps[-1].after.score)
            if not _holds(before, live, steps):
                steps = _some_steps(before, wish, effort, near=False)
                live = steps[-1].after if steps else before
        done += [step.resolved for step in steps]
        if not steps:
            report = replace(live.report, notices=(*live.report.notices, *_untold(len(wish.waiting(live)))))
            return Fixed(live.score, tuple(done), report)


class _Step(NamedTuple):
    """A finding with its fix, and the piece after it, checked."""

    resolved: Finding
    after: LiveCheck


class _Wish(NamedTuple):
    """What is to be fixed: the voices that stay, the rules, and the findings that were tried in vain."""

    keep: Voices
    rules: Collection[str] | None
    hopeless: set[Place]

    def waiting(self, live: LiveCheck) -> list[Finding]:
        """The errors and warnings that are still to be tried."""
        grave = live.report.at_or_above("warning")
        asked = (item for item in grave if self.rules is None or item.rule in self.rules)
        return [item for item in asked if place_of(item) not in self.hopeless]


def _some_steps(live: LiveCheck, wish: _Wish, effort: Effort, *, near: bool) -> list[_Step]:
    """The next fixes, each on top of those before it; what has none becomes hopeless."""
    steps: list[_Step] = []
    while len(steps) < _AT_ONCE and effort.left and (waiting := wish.waiting(live)):
        finding = max(waiting, key=lambda item: (SEVERITIES.index(item.severity), -item.onset))
        step = _step(live, finding, wish.keep, effort, near=near)
        if step is not None:
            steps.append(step)
            live = step.after
        elif effort.left:
            wish.hopeless.add(place_of(finding))
    return steps


def _holds(before: LiveCheck, after: LiveCheck, steps: Sequence[_Step]) -> bool:
    """All that several fixes resolve is gone, nothing that counts beside it has come, and all is heard as before."""
    gone = {place_of(step.resolved) for step in steps}
    return (
        gone.isdisjoint(map(place_of, after.report.findings))
        and not any(_news(before.report, after.report, step.resolved) for step in steps)
        and same_reading(before.view.analysis, after.view.analysis)
    )


def _step(live: LiveCheck, finding: Finding, keep: Voices, effort: Effort, *, near: bool = False) -> _Step | None:
    """The nearest fix, proved on the whole piece, or by what is heard `near` it."""
    proofs = 0
    for edits in _candidates(live, finding, keep):
        if not effort.trial():
            return None
        if not _seems_better(live, live.trial(edits), finding):
            continue
        proofs += 1
        if not effort.proof(near=near):
            return None
        after = live.nearby(edits) if near else live.version(apply_edits(live.score, edits))
        if _is_better(_heard_alike(live, edits) if near else live, after, finding):
            told = listed([_told(live.view, edit, finding) for edit in edits])
            return _Step(replace(finding, fix=Fix(edits, f"{told} would avoid it")), after)
        if proofs == _MOST_PROOFS:
            break
    return None


def _heard_alike(live: LiveCheck, edits: Sequence[Edit]) -> LiveCheck:
    """The piece before edits, with as little of it heard again as after them: a part alone may sound otherwise."""
    return live.nearby([edit._replace(after=edit.before) for edit in edits])


def _untold(untried: int) -> list[str]:
    return [f"{untried} findings were not tried for a fix: the effort for one file is spent"] if untried else []


def place_of(finding: Finding) -> Place:
    """By what a finding is known again in another version of the piece."""
    return finding.rule, finding.onset, finding.voices


def _is_better(before: LiveCheck, after: LiveCheck, finding: Finding) -> bool:
    """The finding is gone, nothing that counts beside it is new, and the harmony is heard as before."""
    return (
        all(place_of(item) != place_of(finding) for item in after.report.findings)
        and not _news(before.report, after.report, finding)
        and (_sounds_alike(before, after) or same_reading(before.view.analysis, after.view.analysis))
    )


def _sounds_alike(before: LiveCheck, after: LiveCheck) -> bool:
    """Nothing but names of notes has changed: the chord was misread for the misspelling, and may be named anew."""
    return before.view.pitches == after.view.pitches


def _is_misspelling(live: LiveCheck, finding: Finding) -> bool:
    return any(rule.id == finding.rule and rule.predicate == "misspelled_note" for rule in live.pack.rules)


def _news(before: Report, after: Report, finding: Finding) -> list[Finding]:
    """New findings that forbid a fix: any, but beside an error information."""
    least: Severity = "warning" if finding.severity == "error" else "info"
    known = set(map(place_of, before.findings))
    return [item for item in after.at_or_above(least) if place_of(item) not in known]


def _seems_better(live: LiveCheck, after: Report, finding: Finding) -> bool:
    """As `_is_better`, told by the rules that judge an edit at once."""
    told = {place_of(item) for item in after.findings}
    slow = any(rule.id == finding.rule and rule.kind.window == "phrase" for rule in live.pack.rules)
    return not _news(live.report, after, finding) and (slow or place_of(finding) not in told)


def _candidates(live: LiveCheck, finding: Finding, keep: Voices) -> Iterator[tuple[Edit, ...]]:
    """What may resolve a finding, nearest first: another pitch for a note of it or beside it, then for two of them."""
    view, law = live.view, Law(live.view, live.pack.scope.min_confidence)
    rows = _rows_of(view, finding, keep)
    if _is_misspelling(live, finding):
        yield from ((_edit(view, row, pitch),) for row in rows for pitch in law.spellings(row))
    near = [row for row in chain.from_iterable(map(view.neighbours, rows)) if _may_change(view, row, keep)]
    ways = {row: law.pitches(row) for row in dict.fromkeys([*rows, *near])}
    singles = [(cost + _APART * (row not in rows), {row: pitch}) for row in ways for cost, pitch in ways[row]]
    pairs = [(row, other) for row in rows for other in ways if row < other or other not in rows]
    doubles = [
        (first[0] + second[0] + _APART * (other not in rows), {row: first[1], other: second[1]})
        for row, other in pairs
        for first, second in product(ways[row][:_PAIRED], ways[other][:_PAIRED])
    ]
    for drawn, most in ((singles, _MOST_SINGLE), (doubles, _MOST_DOUBLE)):
        for changes in islice(_lawful(law, drawn), most):
            yield tuple(_edit(view, row, pitch) for row, pitch in changes.items())


def _lawful(law: Law, drawn: Sequence[tuple[int, Changes]]) -> list[Changes]:
    """Changes that the law of fixes allows, the cheapest first."""
    priced = [(cost, law.price(changes), changes) for cost, changes in drawn]
    allowed = [(cost + price, sorted(changes.items()), changes) for cost, price, changes in priced if price is not None]
    return [changes for *_, changes in sorted(allowed, key=lambda item: item[:2])]


def _rows_of(view: View, finding: Finding, keep: Voices) -> list[int]:
    """The notes of a finding that may be changed, the last ones first."""
    row_of = {view.score.note_name(note): row for row, note in enumerate(view.notes["id"].tolist())}
    rows = [row_of[name] for name in reversed(finding.notes) if name in row_of]
    return [row for row in rows if _may_change(view, row, keep)]


def _may_change(view: View, row: int, keep: Voices) -> bool:
    line, name = int(view.voices.line[row]), view.score.note_name(int(view.notes["id"][row]))
    return line >= 0 and view.voices.names[line] not in keep and name not in keep and line != view.cantus


def _edit(view: View, row: int, pitch: SpelledPitch) -> Edit:
    return Edit(view.score.note_name(int(view.notes["id"][row])), view.note_name(row), pitch_name(*pitch))


def fix_told(view: View, finding: Finding) -> str:
    """`1:1 alto G4 -> E4 (parallel-fifths at 1:2)`: what a fix that was made has changed, and for what.

    `view` is that of the score, before or after.
    """
    changed = [_change_told(view, edit) for edit in (finding.fix.edits if finding.fix else ())]
    return f"{listed(changed)} ({finding.rule} at {finding.measure}:{beat_text(finding.beat)})"


def _change_told(view: View, edit: Edit) -> str:
    row = next(row for row, note in enumerate(view.ids) if view.score.note_name(note) == edit.note)
    place = view.score.place(int(view.notes["onset"][row]))
    voice = voice_word(view.voices.names[int(view.voices.line[row])])
    return f"{place.measure}:{beat_text(place.beat)} {voice} {edit.before} -> {edit.after}"


def _told(view: View, edit: Edit, finding: Finding) -> str:
    """`tenor F3`, in place of the arrival; `tenor F3 instead of G3` in place of another note."""
    names = map(view.score.note_name, view.notes["id"].tolist())
    line = dict(zip(names, view.voices.line.tolist(), strict=True))
    arrivals = {line[note]: note for note in finding.notes if note in line}
    told = f"{voice_word(view.voices.names[line[edit.note]])} {edit.after}"
    return told if arrivals.get(line[edit.note]) == edit.note else f"{told} instead of {edit.before}"
