"""Which rules of a pack are asked for: names and patterns of --select and --ignore."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from musegen.errors import UsageError, nearest

if TYPE_CHECKING:
    from musegen.rules.packs import Pack


def is_chosen(rule: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    """Whether a rule is asked for; both are names or patterns such as `parallel-*`.

    >>> is_chosen("parallel-fifths", ("parallel-*",), ()), is_chosen("parallel-fifths", (), ("*fifths",))
    (True, False)
    """
    wanted = not select or any(fnmatchcase(rule, pattern) for pattern in select)
    return wanted and not any(fnmatchcase(rule, pattern) for pattern in ignore)


def chosen_rules(pack: Pack, select: tuple[str, ...], ignore: tuple[str, ...]) -> Pack:
    """The pack with the rules that were asked for.

    Raises:
        UsageError: a name or pattern means none of its rules.
    """
    from musegen.rules.house_rules import HOUSE_RULES
    from musegen.rules.packs import ALL_OF_A_PACK, catalogue
    from musegen.rules.toml_values import cut

    known = [rule.id for rule in pack.rules]
    for pattern in (*select, *ignore):
        elsewhere = () if pattern in select else tuple(catalogue())  # what is not there need not be ignored
        if not any(fnmatchcase(rule, pattern) for rule in (*known, *HOUSE_RULES, *elsewhere)):
            hint = nearest(pattern, known, ALL_OF_A_PACK)
            raise UsageError(f"pack {pack.id} has no rule `{cut(pattern)}`", hint=hint)
    return replace(pack, rules=tuple(rule for rule in pack.rules if is_chosen(rule.id, select, ignore)))
