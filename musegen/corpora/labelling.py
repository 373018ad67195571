"""Labels and groups by rule: a constant, or a pattern over a piece's name or what its file says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rule:
    """Where `of` (a name, a kern or ABC field, a word of the title page) holds the pattern, `value` is the label.

    `value` may name the pattern's groups (`\\\\1`); `values` says what single findings are to be called:
    "" for no label, whatever later rules say.

    >>> Rule("O:", re.compile("Lothringen|Lorraine"), "Lothringen").applied({"O:": "Europa, Lorraine"})
    'Lothringen'
    """

    of: str = ""
    match: re.Pattern[str] = re.compile(r"^(.+)$")
    value: str = r"\1"
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def applied(self, fields: Mapping[str, str]) -> str | None:
        """The label, "" for none whatever other rules say; None where the rule says nothing."""
        found = self.match.search(fields.get(self.of, "")) if self.of else None
        if self.of and found is None:
            return None
        said = found.expand(self.value).strip() if found else self.value
        return self.values.get(said, said or None)


def rules_of(found: Any) -> tuple[Rule, ...]:
    """The rules of a manifest's entry: a text (a constant), a table, or a list of both, tried in order.

    Raises:
        TypeError, ValueError: it is none.

    >>> [rule.applied({"name": "mozart/k80/movement1"}) for rule in rules_of({"of": "name", "match": "/(k\\\\d+)/"})]
    ['k80']
    """
    if isinstance(found, list):
        return tuple(rule for entry in found for rule in rules_of(entry))
    if isinstance(found, str):
        return (Rule(value=found),)
    if not isinstance(found, dict) or not isinstance(found.get("of"), str):
        raise TypeError("a rule is a text, or a table with `of` and `match`")
    values = found.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise TypeError("the `values` of a rule are texts")
    match, value = found.get("match", r"^(.+)$"), found.get("value", r"\1")
    try:
        pattern = re.compile(match)
        if pattern.groups or "value" in found:
            pattern.sub(value, "")  # the groups that it names are there
        return (Rule(found["of"], pattern, value if pattern.groups or "value" in found else r"\g<0>", values),)
    except (re.error, IndexError) as error:
        raise ValueError(f"`{match}` with `{value}` is no rule ({error})") from None


def first(rules: Sequence[Rule], fields: Mapping[str, str]) -> str:
    """What the first rule that says something says; "" where none does.

    >>> rules = rules_of([{"of": "R:", "match": "(?i)reel|air", "values": {"Reel": "reel", "Air": ""}}, "other"])
    >>> [first(rules, {"R:": genre}) for genre in ("Slow Reel", "Air", "Jig")]
    ['reel', '', 'other']
    """
    return next((label for rule in rules if (label := rule.applied(fields)) is not None), "")


def labelled(rules: Mapping[str, Sequence[Rule]], fields: Mapping[str, str]) -> dict[str, str]:
    """All labels that rules give; what none says is left out.

    >>> labelled({"composer": rules_of("Haydn"), "genre": rules_of({"of": "R:"})}, {})
    {'composer': 'Haydn'}
    """
    made = {label: first(entry, fields) for label, entry in rules.items()}
    return {label: value for label, value in made.items() if value}
