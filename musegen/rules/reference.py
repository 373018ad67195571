"""The catalogue as data and as a page: every rule with its words, its parameters, its packs and its music."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import shorten
from typing import Any

from musegen.rules.entries import Fragment, Rule
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.packs import load_pack, pack_names
from musegen.rules.registry import EXEMPTIONS

_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z`])")
_LONGEST_GIST = 160


def definition_of(rule: Rule) -> str:
    """What exactly counts, in a sentence or more."""
    return rule.definition or rule.kind.summary


def gist_of(rule: Rule) -> str:
    """The first sentence of the definition, on one line; a long one breaks off.

    >>> from musegen.rules.packs import catalogue
    >>> gist_of(catalogue()["parallel-octaves"])
    'Two voices move in the same direction from one octave or unison to the next.'
    """
    first = _SENTENCE_END.split(" ".join(definition_of(rule).split()))[0]
    return shorten(first, _LONGEST_GIST, placeholder=" ...")


def rule_data(rule: Rule, packs: Mapping[str, Rule]) -> dict[str, Any]:
    """A rule in plain values; `packs` are those that hold it, with the rule as each has it."""
    return {
        "id": rule.id,
        "severity": rule.severity,
        "points": rule.points,
        "definition": definition_of(rule),
        "why": rule.why,
        "source": rule.source,
        "message": rule.message,
        "predicate": rule.predicate,
        "params": dict(rule.params),
        "view": rule.view,
        "unless": list(rule.unless),
        "packs": {name: {"severity": item.severity, "points": item.points} for name, item in packs.items()},
        "good": [item._asdict() for item in rule.good],
        "bad": [item._asdict() for item in rule.bad],
    }


def packs_by_rule() -> dict[str, dict[str, Rule]]:
    """For each rule the shipped packs that hold it, with the rule as each of them has it."""
    found: dict[str, dict[str, Rule]] = {}
    for name in pack_names():
        for rule in load_pack(name).rules:
            found.setdefault(rule.id, {})[name] = rule
    return found


def reference_page(rules: Iterable[Rule]) -> str:
    """The rules as a Markdown page: a table of contents, then a section a rule."""
    listed, packs = sorted(rules, key=lambda rule: rule.id), packs_by_rule()
    lines = [
        "# The rules",
        "",
        "Written from the catalogue by `make docs`; a test compares the two. `musegen rules show RULE` tells the same",
        "at the command line, `musegen rules list` all of them. How to write one:",
        "[rules of your own](rules-of-your-own.md).",
        "",
        *rule_table(listed),
    ]
    for rule in listed:
        lines += ["", *_section(rule, packs.get(rule.id, {}))]
    lines += [
        "",
        "## Rules about waivers and sheets",
        "",
        "They stand in no pack: they hold wherever there are any.",
        "",
    ]
    lines += [f"- `{rule.id}` ({rule.severity}): {rule.definition} {rule.why}" for rule in HOUSE_RULES.values()]
    return "\n".join(lines) + "\n"


def rule_table(rules: Iterable[Rule]) -> list[str]:
    """The lines of a Markdown table: a rule a line."""
    rows = [f"| `{rule.id}` | {rule.severity} | {rule.points:g} | {_cell(definition_of(rule))} |" for rule in rules]
    return ["| rule | severity | points | what it finds |", "|---|---|---|---|", *rows]


def _section(rule: Rule, packs: Mapping[str, Rule]) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"{definition_of(rule)}\n"
    yield f"*{rule.why}*{f' Source: {rule.source}.' if rule.source else ''}\n"
    yield from (f"- except: {EXEMPTIONS[name].reason} (`{name}`)" for name in rule.unless)
    yield from (f"- `{name}` = `{value}`" for name, value in rule.params.items())
    told = (f"{name} ({item.severity}, {item.points:g})" for name, item in packs.items())
    yield f"- predicate `{rule.predicate}`, view `{rule.view}`"
    yield f"- packs: {', '.join(told) or 'none'}"
    for verdict, fragments in (("Wrong", rule.bad), ("Right", rule.good)):
        for fragment in fragments:
            yield from _music(verdict, fragment)


def _music(verdict: str, fragment: Fragment) -> Iterator[str]:
    at = f" ({', '.join(fragment.at)})" if fragment.at else ""
    language = "xml" if fragment.musicxml else "text"
    yield f"\n{verdict}: {fragment.story}{at}\n\n```{language}\n{fragment.text}\n```"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
