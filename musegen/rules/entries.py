"""The entries of a pack, each checked as it is read: rules with their fragments, the scope, waivers."""

from __future__ import annotations

import datetime
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from musegen.errors import PackError
from musegen.rules.findings import SEVERITIES, Severity
from musegen.rules.predicates import EXEMPTIONS, PREDICATES
from musegen.rules.registry import Predicate, ViewName

_RULE_KEYS = {
    "id", "predicate", "params", "severity", "points", "unless", "message", "why", "definition", "source", "view",
    "good", "bad", "enabled",
}  # fmt: skip

_PLAIN = {
    "message": str, "why": str, "definition": str, "source": str, "enabled": bool, "points": float, "predicate": str,
}  # fmt: skip


class Fragment(NamedTuple):
    """A few bars with what the rule says of them: `at` lists `measure:beat voices`, none in a good one."""

    story: str
    grid: str
    at: tuple[str, ...] = ()
    cantus_firmus: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule of a pack: a predicate with its parameters, its weight, its exceptions and its words."""

    id: str
    predicate: str
    severity: Severity
    points: float
    message: str
    why: str
    view: ViewName
    params: Mapping[str, Any] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    good: tuple[Fragment, ...] = ()
    bad: tuple[Fragment, ...] = ()
    enabled: bool = True
    definition: str = ""  # what exactly counts, exceptions included
    source: str = ""  # textbook and chapter

    @property
    def kind(self) -> Predicate:
        """The predicate behind the rule."""
        return PREDICATES[self.predicate]


class Scope(NamedTuple):
    """Where a pack applies: the numbers of voices (none = any), and how sure of a chord its rules must be."""

    voices: tuple[int, ...] = ()
    min_confidence: float = 0.5


class Waiver(NamedTuple):
    """Findings of a rule that are let pass at a measure, with the reason and an optional last day."""

    rule: str
    reason: str
    measure: str = ""
    expires: datetime.date | None = None


def read_entry(entry: Any, inherited: Rule | None, *, where: str) -> Rule:
    """A `[[rule]]` table laid over the rule of the same id that was there before, if any.

    Raises:
        PackError: a key, predicate, parameter or exception that does not exist, or a value of the wrong type.
    """
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise PackError("a rule needs an id", file=where)
    where = f"{where} ({entry['id']})"
    _known(entry, _RULE_KEYS, where, "a key of a rule")
    base = inherited or _new_rule(entry, where)
    values = _plain_values(entry, where)
    if "predicate" in entry:
        values["view"] = _predicate(entry["predicate"], where).view
    if "view" in entry:
        values["view"] = _one_of(entry["view"], get_args(ViewName), "view", where)
    values["params"] = {**base.params, **_typed(entry.get("params", {}), dict, "params", where)}
    changed = replace(base, **values)
    _check_params(changed, where)
    _check_message(changed, where)
    _check_exceptions(changed, where)
    return changed


def read_scope(table: Any, inherited: Scope, *, where: str) -> Scope:
    """A `[scope]` table over the inherited scope.

    Raises:
        PackError: an unknown key or a wrong type.
    """
    _known(_typed(table, dict, "scope", where), set(Scope._fields), where, "a key of a scope")
    counts = table.get("voices", list(inherited.voices))
    voices = _typed([counts] if isinstance(counts, int) else counts, list, "voices", where)
    if not all(_fits(count, int) for count in voices):
        raise PackError(f"`voices` is a number or a list of numbers, not {counts!r}", file=where)
    return Scope(
        tuple(voices),
        float(_typed(table.get("min_confidence", inherited.min_confidence), float, "min_confidence", where)),
    )


def read_waiver(table: Any, *, where: str) -> Waiver:
    """A `[[waive]]` table.

    Raises:
        PackError: an unknown key, a wrong type, or no reason.
    """
    _known(_typed(table, dict, "waive", where), set(Waiver._fields), where, "a key of a waiver")
    words = {name: _typed(table.get(name, ""), str, name, where) for name in ("rule", "reason", "measure")}
    if not words["rule"] or not words["reason"]:
        raise PackError("a waiver needs a rule and a reason", file=where)
    expires = table.get("expires")
    return Waiver(**words, expires=None if expires is None else _typed(expires, datetime.date, "expires", where))


def _new_rule(entry: dict[str, Any], where: str) -> Rule:
    for needed in ("predicate", "message", "why"):
        if needed not in entry:
            raise PackError(
                f"a rule of your own needs `{needed}`", file=where, hint="or name a rule of `musegen rules list`"
            )
    kind = _predicate(entry["predicate"], where)
    return Rule(entry["id"], kind.name, "error", 1.0, "", "", kind.view)


def _plain_values(entry: dict[str, Any], where: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in _PLAIN.items():
        if name in entry:
            values[name] = _typed(entry[name], kind, name, where)
    if "severity" in entry:
        values["severity"] = _one_of(entry["severity"], SEVERITIES, "severity", where)
    if "unless" in entry:
        names = _typed(entry["unless"], list, "unless", where)
        values["unless"] = tuple(_one_of(name, tuple(EXEMPTIONS), "exception", where) for name in names)
    for name in ("good", "bad"):
        if name in entry:
            values[name] = tuple(_fragment(item, name, where) for item in _typed(entry[name], list, name, where))
    return values


def _fragment(item: Any, name: str, where: str) -> Fragment:
    table = _typed(item, dict, name, where)
    _known(table, set(Fragment._fields), where, "a key of a fragment")
    at = tuple(str(place) for place in _typed(table.get("at", []), list, "at", where))
    if (name == "bad") != bool(at):
        raise PackError(f"a {name} fragment {'needs' if name == 'bad' else 'has no'} `at`", file=where)
    story, grid, cantus = (_typed(table.get(key, ""), str, key, where) for key in ("story", "grid", "cantus_firmus"))
    return Fragment(story, grid, at, cantus)


def _predicate(name: Any, where: str) -> Predicate:
    return PREDICATES[_one_of(name, tuple(PREDICATES), "predicate", where)]


def _check_params(rule: Rule, where: str) -> None:
    known, hints = rule.kind.params, rule.kind.hints
    _known(rule.params, set(known), where, f"a parameter of {rule.predicate}")
    for name, value in rule.params.items():
        if not _fits(value, hints[name]):
            raise PackError(f"`{name}` cannot be {value!r}", file=where, hint=f"it is {_told(hints[name])}")
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in rule.params:
            raise PackError(f"{rule.predicate} needs the parameter `{name}`", file=where)


def _check_exceptions(rule: Rule, where: str) -> None:
    for name in rule.unless:
        if not EXEMPTIONS[name].suits(rule.kind):
            fitting = [other for other, item in EXEMPTIONS.items() if item.suits(rule.kind)]
            hint = f"there are {', '.join(fitting)}" if fitting else "this predicate has no exceptions"
            raise PackError(f"the exception `{name}` cannot judge what {rule.predicate} finds", file=where, hint=hint)


def _check_message(rule: Rule, where: str) -> None:
    try:
        names = {name for _, name, _, _ in Formatter().parse(rule.message) if name is not None}
    except ValueError as error:
        raise PackError(f"the message cannot be read: {error}", file=where) from None
    _known(dict.fromkeys(names), set(rule.kind.facts), where, f"a fact that {rule.predicate} tells")


def _fits(value: Any, hint: Any) -> bool:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in inner
    if origin in (Union, types.UnionType):
        return any(_fits(value, choice) for choice in inner)
    if origin is list:
        return isinstance(value, list) and all(_fits(item, inner[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(_fits(item, inner[1]) for item in value.values())
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def _told(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(str(item) for item in get_args(hint))
    return str(getattr(hint, "__name__", hint)) if get_origin(hint) is None else str(hint)


def _typed(value: Any, kind: type, name: str, where: str) -> Any:
    if not _fits(value, kind):
        raise PackError(f"`{name}` must be a {kind.__name__}, not {value!r}", file=where)
    return value


def _one_of(value: Any, known: tuple[str, ...], what: str, where: str) -> Any:
    if value not in known:
        from difflib import get_close_matches

        near = get_close_matches(str(value), known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(known))}"
        raise PackError(f"there is no {what} `{value}`", file=where, hint=hint)
    return value


def _known(table: Mapping[str, Any], known: set[str], where: str, what: str) -> None:
    for name in table:
        if name not in known:
            raise PackError(f"`{name}` is not {what}", file=where, hint=f"known are {', '.join(sorted(known))}")
