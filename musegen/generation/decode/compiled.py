"""The rules of a pack sorted by how a search can ask them, with their tables; once a process for each pack."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.decode.reach import VOICES, acts_at_changes, reach_of
from musegen.generation.decode.tables import Bytes, ChordTable, PairTable, note_table
from musegen.rules.entries import Rule
from musegen.rules.packs import Pack


class Compiled(NamedTuple):
    """The rules of a pack that judge four voices, slice by slice; those of errors sorted by how far they look."""

    tabled: tuple[Rule, ...]  # told by the tables: of one voice or of two
    excusable: tuple[Rule, ...]  # of one voice; another may excuse it
    growing: tuple[Rule, ...]  # what some voices break is broken whatever the others do
    whole: tuple[Rule, ...]  # to be judged when all voices are known; those of pulses, for there held notes meet
    weighing: tuple[Rule, ...]  # warnings and infos that cost something
    throughout: tuple[Rule, ...]  # about what a chord lacks from beginning to end, errors or not
    not_judged: tuple[str, ...]  # the ids of all others
    notes: Bytes
    pairs: PairTable
    chords: ChordTable


def compiled(pack: Pack) -> Compiled:
    """The rules of a pack, sorted, with tables that fill as they are asked."""
    if id(pack) not in _KNOWN:
        _KNOWN[id(pack)] = pack, _compiled(pack)
    return _KNOWN[id(pack)][1]


_KNOWN: dict[int, tuple[Pack, Compiled]] = {}
"""By identity, for packs hold tables of their own; the pack is kept, so that no other one gets its number."""


def _compiled(pack: Pack) -> Compiled:
    suits = not pack.scope.voices or VOICES in pack.scope.voices
    judged = [rule for rule in pack.rules if suits and _is_judged(rule)]
    of_a_moment = [rule for rule in judged if not rule.kind.throughout]
    errors = [(rule, reach_of(rule)) for rule in of_a_moment if rule.severity == "error"]
    one = [rule for rule, reach in errors if reach == "one" and not rule.kind.needs_harmony]
    two = [rule for rule, reach in errors if reach == "two"]
    in_chord = [rule for rule, reach in errors if reach == "one" and rule.kind.needs_harmony]
    excusable = [rule for rule, reach in errors if reach == "one, or excused"]
    names = {rule.id for rule in judged}
    return Compiled(
        (*one, *two, *in_chord),
        tuple(excusable),
        tuple(rule for rule, reach in errors if reach == "some"),
        tuple(rule for rule, reach in errors if reach == "all" or rule.view != "surface"),
        tuple(rule for rule in of_a_moment if rule.severity != "error" and rule.points),
        tuple(rule for rule in judged if rule.kind.throughout),
        tuple(rule.id for rule in pack.rules if rule.id not in names),
        note_table(one),
        PairTable(two),
        ChordTable(in_chord, excusable, all(acts_at_changes(rule) for rule in (*in_chord, *excusable))),
    )


def _is_judged(rule: Rule) -> bool:
    kind = rule.kind
    known = all(need == "vocabulary" and any(rule.params.values()) for need in kind.needs)
    return known and kind.window != "phrase" and not (kind.window == "pair" and rule.view != "surface")
