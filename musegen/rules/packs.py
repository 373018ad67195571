"""Rule packs: TOML files read, checked against what exists, and laid over each other and over the catalogue.

The catalogue (rules/catalogue/*.toml) defines every rule of ours once: predicate, message, why, fragments. A pack names
rules by id and overrides single entries; a rule that the catalogue does not know must be defined in full.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from musegen.errors import PackError, UsageError, nearest
from musegen.rules.bounds import MajorFigures, MinorFigures
from musegen.rules.entries import Rule, Scope, read_entry, read_scope
from musegen.rules.toml_values import cut, read_table, unfit
from musegen.rules.waivers import Waiver, read_waiver
from musegen.score.data_folder import data_folder
from musegen.score.model import Score

_DECLARED = re.compile(rb"<miscellaneous-field\s([^<>]{1,200})>([^<]{1,200})<")
_DECLARED_NAME = re.compile(rb"""\bname\s?=\s?["'](musegen-[a-z]{1,40})["']""")
_HEAD_BYTES = 20_000
_MAX_DEPTH = 10
MOST_RULES = 2000
"""Rules that a pack file may have."""
_LONGEST_NAME = 100
ALL_OF_A_PACK = "`musegen rules list --pack PACK` names all"
_PACK_KEYS = {"pack", "scope", "rule", "allow", "marks", "waive"}
_FIGURES = {"major": MajorFigures, "minor": MinorFigures}
_ALLOW_KEYS = {
    *_FIGURES, "non_chord_tones", "suspensions", "modulations_major", "modulations_minor", "words_major", "words_minor",
}  # fmt: skip


@dataclass(frozen=True)
class Pack:
    """A set of rules with severities and parameters; `allow` is the vocabulary table of a level, as plain data."""

    id: str
    title: str
    rules: tuple[Rule, ...]
    scope: Scope = field(default_factory=Scope)
    allow: Mapping[str, Any] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()

    def rule(self, name: str) -> Rule:
        """The rule of that id.

        Raises:
            PackError: the pack has none.
        """
        for rule in self.rules:
            if rule.id == name:
                return rule
        hint = nearest(name, (rule.id for rule in self.rules), ALL_OF_A_PACK)
        raise PackError(f"pack {self.id} has no rule `{cut(name)}`", hint=hint)


def load_pack(name: str | Path) -> Pack:
    """A shipped pack by its name (`chorale`, `strict`), or a pack of your own by its path.

    Raises:
        UsageError: no pack has that name.
        PackError: no such file, or a fault in it; names the file and the entry.

    >>> load_pack("strict").rule("parallel-fifths").severity
    'error'
    """
    return _read(_find(name), (), {})


def pack_names() -> list[str]:
    """The names of the shipped packs."""
    return sorted(path.stem for path in data_folder("rules").glob("*.toml"))


def declared_pack(score: Score) -> str:
    """The pack that a sheet of ours names in its file, whether there is one of that name or not; else an empty text."""
    return declared_field(score, "musegen-pack")


def declared_field(score: Score, name: str) -> str:
    """What a sheet of ours says of itself in its file under a name such as `musegen-pack`; else an empty text."""
    document = score.source.document if score.source else b""
    for attributes, words in reversed(_DECLARED.findall(document[:_HEAD_BYTES])):
        found = _DECLARED_NAME.search(attributes)
        if found and found[1] == name.encode():
            return str(words.decode(errors="replace").strip())
    return ""


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule of ours by id, as defined."""
    rules: dict[str, Rule] = {}
    for path in sorted((data_folder("rules") / "catalogue").glob("*.toml")):
        content = _parse(path)
        for number, entry in enumerate(content.get("rule", []), start=1):
            rule = read_entry(entry, None, where=f"{path}, rule {number}")
            if rule.id in rules:
                raise PackError(f"rule `{rule.id}` is defined twice", file=str(path))
            rules[rule.id] = rule
    return rules


def _find(name: str | Path) -> Path:
    path = Path(name)
    if path.suffix == ".toml":
        if _exists(path):
            return path
        raise PackError("no such pack file", file=str(path)[:200])
    shipped = data_folder("rules") / f"{name}.toml"
    if path.name == str(name) and _exists(shipped):
        return shipped
    hint = nearest(str(name), pack_names(), "`musegen rules packs` names all; one of your own is given by its path")
    raise UsageError(f"there is no pack `{cut(name)}`", hint=hint)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _read(path: Path, above: tuple[Path, ...], loaded: dict[Path, Pack]) -> Pack:
    """A pack file, once a load; those that are shipped stay in memory, others may have changed."""
    if path.parent == data_folder("rules"):
        return _shipped(path)
    real = path.resolve()
    if real in above:
        raise PackError("the pack extends itself", file=str(path))
    if len(above) >= _MAX_DEPTH:
        raise PackError(f"packs extend each other more than {_MAX_DEPTH} deep", file=str(path))
    if real not in loaded:
        try:
            loaded[real] = _load(path, (*above, real), loaded)
        except RecursionError:
            raise PackError("an entry is nested too deeply", file=str(path)) from None
    return loaded[real]


@cache
def _shipped(path: Path) -> Pack:
    return _load(path, (), {})


def _load(path: Path, above: tuple[Path, ...], loaded: dict[Path, Pack]) -> Pack:
    content = _parse(path)
    head = content.get("pack")
    if not isinstance(head, dict) or not isinstance(head.get("id"), str):
        raise PackError("a pack begins with [pack] and its id", file=str(path))
    _no_others(head, {"id", "title", "extends"}, f"{path}, [pack]")
    names = [head[name] for name in ("id", "title") if name in head]
    if not all(isinstance(name, str) and name.isprintable() and 0 < len(name) <= _LONGEST_NAME for name in names):
        raise PackError(f"an id and a title are texts of 1 to {_LONGEST_NAME} letters", file=f"{path}, [pack]")
    pack = Pack(head["id"], str(head.get("title", head["id"])), ())
    for parent in _parents(head, path):
        pack = _merged(pack, _read(parent_path(parent, path), above, loaded))
    return _extended(pack, content, path)


def parent_path(name: str, path: Path) -> Path:
    """The file of a pack that the pack at `path` extends.

    Raises:
        PackError: there is none; it is the fault of the pack that names it.
    """
    try:
        return _find(path.parent / name if name.endswith(".toml") else name)
    except PackError as error:
        told = f"{error.message} to extend: {cut(name)}"
        raise PackError(told, file=f"{path}, [pack]") from None
    except UsageError as error:
        raise PackError(error.message, file=f"{path}, [pack]", hint=error.hint) from None


def _parents(head: Mapping[str, Any], path: Path) -> list[str]:
    """The packs that a pack extends, each once."""
    said = head.get("extends", [])
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PackError("`extends` must be the name of a pack, or a list of names", file=f"{path}, [pack]")
    return list(dict.fromkeys(names))


def _parse(path: Path) -> dict[str, Any]:
    content = read_table(path)
    _no_others(content, _PACK_KEYS, str(path))
    for name in ("rule", "waive"):
        if not isinstance(content.get(name, []), list):
            raise PackError(f"`{name}` is written as [[{name}]]", file=str(path))
    if len(content.get("rule", [])) > MOST_RULES:
        raise PackError(f"a pack has at most {MOST_RULES} rules", file=str(path))
    _check_allow(content.get("allow", {}), path)
    return content


def _check_allow(table: Any, path: Path) -> None:
    if not isinstance(table, dict):
        raise PackError("`allow` is written as a table, [allow]", file=str(path))
    _no_others(table, _ALLOW_KEYS, f"{path}, [allow]")
    for name, value in table.items():
        words = value if isinstance(value, list) else [value]
        if not all(isinstance(word, str) for word in words):
            raise PackError(f"`{cut(name)}` must be a text or a list of texts", file=f"{path}, [allow]")
    for name, figures in _FIGURES.items():
        for fault in unfit(table.get(name, []), figures, name, f"{path}, [allow]"):
            raise fault


def _merged(pack: Pack, parent: Pack) -> Pack:
    rules = {rule.id: rule for rule in (*pack.rules, *parent.rules)}
    return Pack(
        pack.id,
        pack.title,
        tuple(rules.values()),
        parent.scope,
        _added(pack.allow, parent.allow),
        tuple(dict.fromkeys(pack.waivers + parent.waivers)),
    )


def _extended(pack: Pack, content: dict[str, Any], path: Path) -> Pack:
    """The pack with the entries of its own file laid over what it inherited."""
    rules = {rule.id: rule for rule in pack.rules}
    known = {*rules, *catalogue()}
    for number, entry in enumerate(content.get("rule", []), start=1):
        where = f"{path}, rule {number}"
        name = entry.get("id") if isinstance(entry, dict) else None
        base = rules.get(str(name)) or catalogue().get(str(name))
        rule = read_entry(entry, base, where=where, known=known)
        rules[rule.id] = rule
    scope = read_scope(content.get("scope", {}), pack.scope, where=f"{path}, [scope]")
    waivers = tuple(
        read_waiver(item, where=f"{path}, waiver {n}") for n, item in enumerate(content.get("waive", []), 1)
    )
    allow = _added(pack.allow, content.get("allow", {}))
    kept = tuple(_with_vocabulary(rule, allow) for rule in rules.values() if rule.enabled)
    return Pack(pack.id, pack.title, kept, scope, allow, pack.waivers + waivers)


def _with_vocabulary(rule: Rule, allow: Mapping[str, Any]) -> Rule:
    """The rule with the lists of [allow] that it asks for: one truth for the rules and the exercises."""
    if "vocabulary" not in rule.kind.needs:
        return rule
    lists = {name: allow[name] for name in rule.kind.params if name in allow}
    return replace(rule, params={**rule.params, **lists})


def _added(allow: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """One [allow] table on top of another: lists grow, other values are replaced."""
    total = dict(allow)
    for name, value in more.items():
        held = total.get(name)
        grows = isinstance(held, list) and isinstance(value, list)
        total[name] = list(dict.fromkeys([*held, *value])) if grows and held else value
    return total


def _no_others(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise PackError(f"`{cut(name)}` means nothing here", file=where, hint=nearest(name, known))
