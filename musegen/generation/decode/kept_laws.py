"""Where tables of laws lie in the cache: by the rules that they were made of, and every line that has a say in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from musegen.rules.entries import Rule
from musegen.rules.registry import EXEMPTIONS
from musegen.score.cache import cache_folder

_LAYOUT = 1
_ROOMS = ("score", "theory", "rules", "generation/decode")


def entry_of(rules: Sequence[Rule]) -> Path | None:
    """The file of the tables of these rules; None where a predicate is not ours, and may change unseen.

    >>> from musegen.rules.packs import load_pack
    >>> path = entry_of(load_pack("strict").rules)
    >>> path == entry_of(load_pack("strict").rules), path == entry_of(load_pack("strict").rules[1:])
    (True, False)
    """
    functions = [rule.kind.function for rule in rules]
    functions += [EXEMPTIONS[name].function for rule in rules for name in rule.unless]
    if not all(function.__module__.startswith("musegen.") for function in functions):
        return None
    told = [(rule.id, rule.predicate, sorted(rule.params.items()), rule.unless, rule.view) for rule in rules]
    digest = hashlib.sha256(f"{_LAYOUT} {np.__version__} {told} {_lines()}".encode()).hexdigest()
    return cache_folder() / "laws" / f"{digest[:32]}.npz"


@cache
def _lines() -> str:
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[2]
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
