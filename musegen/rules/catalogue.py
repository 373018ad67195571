"""What rules there are, what each one says, and whether a pack's fragments hold: `musegen rules list|show|test`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from musegen.errors import PackError, UsageError
from musegen.rules.engine import check
from musegen.rules.entries import Fragment, Rule
from musegen.rules.findings import Finding
from musegen.rules.packs import Pack, catalogue, pack_names
from musegen.rules.registry import EXEMPTIONS
from musegen.rules.toml_values import cut

__all__ = ["FragmentResult", "catalogue", "explain", "pack_names", "places_of", "test_pack"]


class FragmentResult(NamedTuple):
    """One fragment of one rule: where findings were expected, and where they came."""

    rule: str
    story: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Findings came exactly where they were expected."""
        return sorted(self.expected) == sorted(self.found)


def test_pack(pack: Pack) -> list[FragmentResult]:
    """Every fragment of every rule of a pack that has as many voices as it wants, each judged by its own rule alone.

    Raises:
        PackError: a fragment cannot be read; names rule and story.
    """
    return [result for rule in pack.rules for result in _fragment_results(rule, pack)]


test_pack.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def explain(name: str, pack: Pack | None = None) -> str:
    """Everything about a rule, for people: what it finds, why, its parameters and exceptions, and its fragments.

    Raises:
        UsageError: there is no such rule.
    """
    rules = catalogue() if pack is None else {rule.id: rule for rule in pack.rules}
    if name not in rules:
        from difflib import get_close_matches

        near = ", ".join(get_close_matches(cut(name), rules, n=3)) or cut(", ".join(sorted(rules)))
        raise UsageError(f"there is no rule `{cut(name)}`", hint=f"nearest: {near}; `musegen rules list` names all")
    rule = rules[name]
    lines = [
        f"{rule.id} ({rule.severity}, {rule.points:g} point{'s' * (rule.points != 1)})",
        rule.definition or rule.kind.summary,
        f"{rule.why} ({rule.source})" if rule.source else rule.why,
    ]
    lines += [f"  {key} = {value}" for key, value in rule.params.items()]
    lines += [f"  unless: {EXEMPTIONS[item].reason} ({item})" for item in rule.unless]
    for verdict, fragments in (("wrong", rule.bad), ("right", rule.good)):
        for item in fragments:
            places = f" [{', '.join(item.at)}]" if item.at else ""
            lines += ["", f"{verdict}: {item.story}{places}", item.text]
    return "\n".join(lines)


def places_of(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """`measure:beat voices` of each finding, as fragments write it."""
    return tuple(_place(item.measure, item.beat, item.voices) for item in findings)


def _place(measure: str, beat: Fraction, voices: tuple[str, ...]) -> str:
    return f"{measure}:{beat} {''.join(voices)}".strip()


def _fragment_results(rule: Rule, pack: Pack) -> Iterator[FragmentResult]:
    alone = Pack(pack.id, pack.title, (rule,), pack.scope)
    fragments: tuple[Fragment, ...] = (*rule.good, *rule.bad)
    for fragment in fragments:
        try:
            score = fragment.score()
            if pack.scope.voices and len(score.parts) not in pack.scope.voices:
                continue
            report = check(score, alone, cantus_firmus=fragment.cantus_firmus)
        except (PackError, UsageError) as error:
            raise PackError(f"{rule.id}: {error.message}", file=getattr(error, "file", ""), hint=error.hint) from None
        found = places_of(report.findings)
        yield FragmentResult(rule.id, fragment.story, fragment.at, found)
