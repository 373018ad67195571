"""Our checker beside the list of Bach's parallels, all 365 chorales: python tests/rules/bach_parallels.py."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from musegen.corpora import corpus
from musegen.rules.engine import check
from musegen.rules.findings import Finding
from musegen.rules.packs import load_pack
from musegen.score.files import read
from musegen.score.model import Score

RULES = ("parallel-fifths", "parallel-octaves")
LIST = tomllib.loads(Path(__file__).with_name("bach-parallels.toml").read_text(encoding="utf-8"))


class Parallel(NamedTuple):
    """One parallel of two voices. `excused`: why pack chorale lets it pass, if it does."""

    rule: str
    at: str  # measure:beat and voices
    notes: str
    excused: str


def listed(piece: str) -> set[Parallel]:
    """What the list has of a piece."""
    return {
        Parallel(item["rule"], item["at"], item["notes"], item.get("excused", ""))
        for item in LIST["parallel"]
        if item["piece"] == piece
    }


def found(score: Score) -> set[Parallel]:
    """What our checker finds: everything on the surface, with what pack chorale thinks of it."""
    chorale = load_pack("chorale")
    chorale = replace(chorale, rules=tuple(rule for rule in chorale.rules if rule.id in RULES))
    bare = replace(chorale, rules=tuple(replace(rule, unless=()) for rule in chorale.rules))
    report = check(score, chorale, infer=False)
    judged = {_place(item): item.waived_by for item in (*report.findings, *report.waived)}
    return {
        Parallel(item.rule, _at(item), _notes(item), judged.get(_place(item), "fermata"))
        for item in check(score, bare, infer=False, phrase_ends=()).findings
    }


def _place(item: Finding) -> tuple[str, str]:
    return item.rule, _at(item)


def _at(item: Finding) -> str:
    return f"{item.measure}:{item.beat} {''.join(item.voices)}"


def _notes(item: Finding) -> str:
    return "{upper_from}-{upper_to}, {lower_from}-{lower_to}".format(**item.facts)


def main() -> None:
    """Print every parallel with its judgement, what the list has not and what our checker has not, and counts."""
    counts: Counter[str] = Counter()
    judgements = {(item["piece"], item["rule"], item["at"]): item for item in LIST["parallel"]}
    for piece in corpus("bach-chorales").pieces:
        ours, theirs = found(read(piece.name)), listed(piece.name)
        for item in sorted(ours | theirs):
            known = judgements.get((piece.name, item.rule, item.at), {})
            wrong = "" if item in ours & theirs else " ONLY LISTED" if item in theirs else " ONLY FOUND"
            print(piece.name, *item[:3], item.excused or "-", f"{known.get('kind', '?')}{wrong}", sep="  ")
            counts.update([item.rule, f"{item.rule}, {item.excused or 'not excused'}", wrong.strip() or "agreed"])
            counts["confirmed and found"] += known.get("confirmed", False) and item in ours
    for name, count in sorted(counts.items()):
        print(f"{count:4}  {name}")


if __name__ == "__main__":
    main()
