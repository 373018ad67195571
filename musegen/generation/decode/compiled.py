"""The rules of a pack sorted by how a search can ask them, with their tables; once a process for each pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.chord_table import ChordTable
from musegen.generation.decode.kept_laws import entry_of
from musegen.generation.decode.reach import VOICES, Reach, acts_at_changes, reach_of
from musegen.generation.decode.tables import Bytes, PairTable, note_table
from musegen.rules.entries import Rule
from musegen.rules.packs import Pack
from musegen.score.cache import keep_arrays, kept_arrays

Arrays = dict[str, npt.NDArray[Any]]
Rules = Sequence[Rule]


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
    reaches: tuple[Reach, ...]  # of all errors
    entry: Path | None  # of the cache
    kept: dict[Path, int]  # how many blocks of chords are there


def compiled(pack: Pack) -> Compiled:
    """The rules of a pack, sorted, with tables that fill as they are asked."""
    if id(pack) not in _KNOWN:
        _KNOWN[id(pack)] = pack, _compiled(pack)
    return _KNOWN[id(pack)][1]


def keep(known: Compiled) -> None:
    """Keep the tables for the next process, where they know much more than is kept already."""
    if known.entry is not None and len(known.chords) > _GROWN * known.kept.get(known.entry, 0) + _ROOM:
        known.kept[known.entry] = len(known.chords)
        pair_blocks, pair_cells = known.pairs.filled
        chord_keys, chord_cells = known.chords.filled
        keep_arrays(
            known.entry, reaches=np.array(known.reaches), at_changes=np.array(known.chords.at_changes),
            notes=known.notes, pair_blocks=pair_blocks, pair_cells=pair_cells,
            chord_keys=chord_keys, chord_cells=chord_cells,
        )  # fmt: skip


_KNOWN: dict[int, tuple[Pack, Compiled]] = {}
"""By identity, for packs hold tables of their own; the pack is kept, so that no other one gets its number."""
_GROWN, _ROOM = 1.1, 300


def _compiled(pack: Pack) -> Compiled:
    suits = not pack.scope.voices or VOICES in pack.scope.voices
    judged = [rule for rule in pack.rules if suits and _is_judged(rule)]
    of_a_moment = [rule for rule in judged if not rule.kind.throughout]
    strict = [rule for rule in of_a_moment if rule.severity == "error"]
    entry = entry_of(strict)
    stored = _stored(entry)
    reaches = [reach_of(rule) for rule in strict] if stored is None else stored["reaches"].tolist()
    errors = list(zip(strict, reaches, strict=True))
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
        *_tables(stored, one, two, in_chord, excusable),
        tuple(reaches),
        entry,
        {} if entry is None or stored is None else {entry: len(stored["chord_keys"])},
    )


def _stored(entry: Path | None) -> Arrays | None:
    found = None if entry is None else kept_arrays(entry)
    return found if found is not None and set(found) >= _STORED else None


_STORED = {"reaches", "at_changes", "notes", "pair_blocks", "pair_cells", "chord_keys", "chord_cells"}


def _tables(
    stored: Arrays | None, one: Rules, two: Rules, in_chord: Rules, excusable: Rules
) -> tuple[Bytes, PairTable, ChordTable]:
    if stored is None:
        at_changes = all(acts_at_changes(rule) for rule in (*in_chord, *excusable))
        return note_table(one), PairTable(two), ChordTable(in_chord, excusable, at_changes)
    pairs = PairTable(two, (stored["pair_blocks"], stored["pair_cells"]))
    chords = stored["chord_keys"], stored["chord_cells"]
    return stored["notes"], pairs, ChordTable(in_chord, excusable, bool(stored["at_changes"]), chords)


def _is_judged(rule: Rule) -> bool:
    kind = rule.kind
    known = all(need == "vocabulary" and any(rule.params.values()) for need in kind.needs)
    return known and kind.window != "phrase" and not (kind.window == "pair" and rule.view != "surface")
