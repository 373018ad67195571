"""What rules there are, what each one says, and whether a pack's fragments hold: `musegen rules list|show|test`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from musegen.errors import PackError, UsageError, nearest
from musegen.rules.engine import check
from musegen.rules.entries import Fragment, Rule
from musegen.rules.findings import Finding
from musegen.rules.packs import ALL_OF_A_PACK, Pack, catalogue, load_pack, pack_names
from musegen.rules.reference import definition_of
from musegen.rules.registry import EXEMPTIONS, PREDICATES, Predicate
from musegen.rules.toml_values import cut, told

__all__ = [
    "FragmentResult",
    "catalogue",
    "explain",
    "explain_packs",
    "explain_predicates",
    "pack_names",
    "places_of",
    "test_pack",
]


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
        whose = f"pack {pack.id} has" if pack else "there is"
        listed = ALL_OF_A_PACK if pack else "`musegen rules list` names all"
        raise UsageError(f"{whose} no rule `{cut(name)}`", hint=nearest(name, rules, listed))
    rule = rules[name]
    lines = [
        f"{rule.id} ({rule.severity}, {rule.points:g} point{'s' * (rule.points != 1)})",
        definition_of(rule),
        f"{rule.why} ({rule.source})" if rule.source else rule.why,
    ]
    lines += [f"  predicate {rule.predicate}", *_params(rule.kind, rule.params)]
    lines += [f"  unless: {EXEMPTIONS[item].reason} ({item})" for item in rule.unless]
    for verdict, fragments in (("wrong", rule.bad), ("right", rule.good)):
        for item in fragments:
            places = f" [{', '.join(item.at)}]" if item.at else ""
            lines += ["", f"{verdict}: {item.story}{places}", item.text]
    return "\n".join(lines)


def explain_predicates() -> str:
    """Every predicate with its parameters, the facts that a message may name and its exceptions; then the exceptions.

    >>> print(explain_predicates().partition("wide_spacing")[2].partition("facts")[0])
     (pair of voices in a sonority)
      Two neighbouring voices lie further apart than the limit; the lowest pair has its own, or none.
      limit = "octave" (one of "", octave, tenth, twelfth, two octaves)
      bass_limit = "" (one of "", octave, tenth, twelfth, two octaves)
    <BLANKLINE>
    """
    lines: list[str] = []
    for name, kind in sorted(PREDICATES.items()):
        lines += [f"{name} ({_judged(kind)})", f"  {kind.summary}", *_params(kind, {})]
        lines += [f"  facts: {', '.join(sorted(kind.facts))}"] * bool(kind.facts)
        fitting = sorted(other for other, item in EXEMPTIONS.items() if item.suits(kind))
        lines += [f"  unless: {', '.join(fitting)}"] * bool(fitting)
        lines.append("")
    lines.append("Exceptions, named under `unless`:")
    lines += [f"  {name}: {item.reason}" for name, item in sorted(EXEMPTIONS.items())]
    return "\n".join(lines)


def explain_packs() -> str:
    """The shipped packs, a line each: name, number of rules, title."""
    packs = {name: load_pack(name) for name in pack_names()}
    width = max(map(len, packs))
    return "\n".join(f"{name:<{width}}  {len(pack.rules):>3} rules  {pack.title}" for name, pack in packs.items())


def _params(kind: Predicate, said: Mapping[str, Any]) -> Iterator[str]:
    """A line a parameter: its value, and what it takes."""
    for name, parameter in kind.params.items():
        value = said.get(name, parameter.default)
        shown = "needed" if value is parameter.empty else json.dumps(value, ensure_ascii=False)
        yield f"  {name} = {shown} ({told(kind.hints[name])})"


def _judged(kind: Predicate) -> str:
    places = {"slice": "in a sonority", "pair": "from one sonority to the next", "phrase": "in the piece"}
    what = {"pairs": "pair of voices", "voices": "a voice", "together": "voices", "none": ""}
    return f"{what[kind.axis]} {places[kind.window]}".strip()


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
