"""`musegen rules lint`: every fault of a pack file at once, each with the file, the entry and what would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from musegen.errors import PackError, nearest
from musegen.rules.entries import Fragment, Rule, Scope, judge_entry, read_scope
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.packs import ALL_OF_A_PACK, MOST_RULES, catalogue, load_pack, parent_path
from musegen.rules.toml_values import cut, read_table
from musegen.rules.waivers import Waiver, read_waiver
from musegen.score.data_folder import data_folder


def lint(name: str | Path) -> list[PackError]:
    """What is wrong with a pack of ours by name, or of your own by path; empty where it is sound.

    Besides what keeps a pack from loading: rules without fragments, fragments that are no music, entries that stand
    twice, a rule switched off that is not there, waivers of rules that are not in the pack.

    Raises:
        UsageError: no pack has that name.
        PackError: the file cannot be read, or is no TOML.

    >>> lint("strict")
    []
    """
    path = Path(name) if str(name).endswith(".toml") else data_folder("rules") / f"{name}.toml"
    try:
        load_pack(name)
        whole: PackError | None = None
    except PackError as error:
        whole = error
    try:
        content = read_table(path)
    except PackError as error:
        raise (whole or error) from None
    faults = list(_faults(content, path))
    told = {str(fault) for fault in faults}
    return faults if whole is None or str(whole) in told else [whole, *faults]


def _faults(content: Mapping[str, Any], path: Path) -> Iterator[PackError]:
    head = content.get("pack")
    inherited: dict[str, Rule] = {}
    if isinstance(head, Mapping):
        yield from _parent_faults(head, path, inherited)
    rules = dict(inherited)
    entries = _tables(content, "rule")[:MOST_RULES]
    for number, entry in enumerate(entries, start=1):
        yield from _entry_faults(entry, f"{path}, rule {number}", rules, inherited)
    yield from _twice(map(_name, entries), f"{path}", "rule")
    if not entries and isinstance(head, Mapping) and not head.get("extends"):
        yield PackError(
            "the pack has no rules", file=str(path), hint="extend one of `musegen rules packs`, or write [[rule]]"
        )
    try:
        read_scope(content.get("scope", {}), Scope(), where=f"{path}, [scope]")
    except PackError as error:
        yield error
    yield from _waiver_faults(_tables(content, "waive"), path, {rule.id for rule in rules.values() if rule.enabled})


def _parent_faults(head: Mapping[str, Any], path: Path, found: dict[str, Rule]) -> Iterator[PackError]:
    """Faults of the packs that are extended; the rules of those that can be read go into `found`."""
    said = head.get("extends", [])
    names = [name for name in ([said] if isinstance(said, str) else said) if isinstance(name, str)]
    yield from _twice(names, f"{path}, [pack]", "pack in `extends`")
    for name in dict.fromkeys(names):
        try:
            found |= {rule.id: rule for rule in load_pack(parent_path(name, path)).rules}
        except PackError as error:
            yield error


def _entry_faults(entry: Any, where: str, rules: dict[str, Rule], inherited: Mapping[str, Rule]) -> Iterator[PackError]:
    """Faults of one `[[rule]]`; the rule goes into `rules`."""
    name = _name(entry)
    base = rules.get(name) or catalogue().get(name)
    rule, faults = judge_entry(entry, base, where=where, known={**rules, **catalogue()})
    yield from faults
    if rule is None:
        return
    if not faults or base is None:
        rules[name] = rule
    where = f"{where} ({cut(name)})"
    if not rule.enabled:
        if name not in inherited:
            yield PackError("it switches off a rule that the pack does not have", file=where, hint="leave it out")
        return
    missing = [kind for kind, held in (("good", rule.good), ("bad", rule.bad)) if not held]
    if missing:
        hint = "show music under [[rule.good]] and [[rule.bad]]"
        yield PackError(f"the rule has no {' and no '.join(missing)} fragment", file=where, hint=hint)
    yield from _twice(entry.get("unless", ()), where, "exception")
    own = [fragment for kind in ("good", "bad") if kind in entry for fragment in getattr(rule, kind)]
    for fragment in own:
        yield from _fragment_faults(fragment, where)


def _fragment_faults(fragment: Fragment, where: str) -> Iterator[PackError]:
    try:
        fragment.score()
    except PackError as error:
        yield PackError(error.message, file=where, hint=error.hint)
    for place in fragment.at:
        if ":" not in place:
            hint = "write measure, beat and voices, like 1:2 TB"
            yield PackError(
                f"`{cut(place)}` of the fragment `{cut(fragment.story)}` is no place", file=where, hint=hint
            )


def _waiver_faults(tables: Iterable[Any], path: Path, rules: set[str]) -> Iterator[PackError]:
    read: list[Waiver] = []
    for number, table in enumerate(tables, start=1):
        where = f"{path}, waiver {number}"
        try:
            waiver = read_waiver(table, where=where)
        except PackError as error:
            yield error
            continue
        if waiver.rule not in rules and waiver.rule not in HOUSE_RULES:
            hint = nearest(waiver.rule, rules, ALL_OF_A_PACK)
            yield PackError(f"the pack has no rule `{waiver.rule}` to waive", file=where, hint=hint)
        if waiver in read:
            yield PackError(f"the waiver of {waiver.place} stands here twice", file=where, hint="keep one")
        read.append(waiver)


def _twice(names: Iterable[Any], where: str, what: str) -> Iterator[PackError]:
    for name, times in Counter(name for name in names if isinstance(name, str) and name).items():
        if times > 1:
            yield PackError(f"the {what} `{cut(name)}` stands here {times} times", file=where, hint="keep one")


def _tables(content: Mapping[str, Any], name: str) -> list[Any]:
    tables = content.get(name, [])
    return tables if isinstance(tables, list) else []


def _name(entry: Any) -> str:
    return str(entry.get("id", "")) if isinstance(entry, Mapping) else ""
