"""What a run finds where it is to write: nothing, rows to go on with, or rows of another kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import musegen
from musegen.corpora.running.places import Place, read_facts, write_facts
from musegen.corpora.running.store import KEYS, PART, Store
from musegen.corpora.running.tasks import Failure, Task
from musegen.corpora.tables import Column, Table, read_table, write_table
from musegen.errors import UsageError


def begin(store: Store, task: Task, *, resume: bool, retry_errors: bool) -> None:
    """Take what is there into the store, and write what this run is asked for.

    Raises:
        UsageError: results of another run lie there, or such as are not to be gone on with, or of other pieces only.
        UnreadableFile: what lies there is damaged.
    """
    place = store.place
    if place is None:
        return
    facts = facts_of(store, task)
    has_parts, is_finished = place.facts.exists(), place.final is not None and place.final.exists()
    if has_parts and not resume:
        hint = "--resume goes on with them; or name another -o"
        raise UsageError(f"{place.folder} holds the results of another run", hint=hint)
    for file in place.all_facts() or ([place.final_facts] if resume and is_finished else []):
        _check_kind(place, read_facts(file)["settings"], facts["settings"])
    if has_parts:
        _go_on(store, facts, place.facts, place.errors, place.parts(), retry_errors)
    elif place.final is not None and resume and is_finished:
        _go_on(store, facts, place.final_facts, place.final_errors, [place.final], retry_errors)
    write_facts(place.facts, facts)


def leave(store: Store) -> None:
    """Keep what is finished; where there is nothing, leave nothing."""
    store.flush(everything=True)
    if store.place is not None and len(store.done) and not store.reached:
        store.place.clear()


def finish(store: Store, task: Task) -> None:
    """Write what is missing; one file is made of its parts, which then go."""
    store.finish()
    place = store.place
    if place is None or place.final is None:
        return
    rows = store.rows()
    types = {name: values.dtype.name for name, values in rows.columns.items()}
    write_table(store.errors(), place.final_errors)
    write_facts(place.final_facts, facts_of(store, task) | {"types": types})
    write_table(rows, place.final)
    place.clear()


def facts_of(store: Store, task: Task) -> dict[str, Any]:
    """What a run is asked for: `settings` decide what a row holds; limits and pieces may change on the way."""
    digest = hashlib.sha256()
    for name, values in store.heads.items():
        if name != "path":  # the same pieces may lie elsewhere now
            digest.update("\0".join([name, *values]).encode(errors="backslashreplace"))
    return {
        "settings": {"job": task.job, "options": json.loads(task.options), "musegen": musegen.__version__},
        "limits": {"seconds": task.seconds, "megabytes": task.megabytes},
        "pieces": {"count": len(store.done), "digest": digest.hexdigest()},
        "head": list(store.heads),
    }


def _check_kind(place: Place, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    flat_before, flat_now = _flat(before), _flat(now)
    for name in {**flat_now, **flat_before}:
        was, wanted = (json.dumps(flat.get(name), ensure_ascii=False)[:60] for flat in (flat_before, flat_now))
        if was != wanted:
            told = f"{place.final or place.folder} holds rows of another kind: {name} was {was}, and is {wanted} now"
            raise UsageError(told, hint="name another -o")


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {**settings, **settings["options"], "options": None}


def _go_on(
    store: Store, facts: Mapping[str, Any], facts_file: Path, errors_file: Path, files: Sequence[Path], retry: bool
) -> None:
    """Take in the rows of these files, and the failures, of the pieces that are still asked for."""
    before = read_facts(facts_file)
    keys = zip(*(map(_written, store.heads[name]) for name in KEYS), strict=True)
    numbers = {key: number for number, key in enumerate(keys)}
    if errors_file.exists() and not retry:
        store.failures |= _failures(read_table(errors_file), numbers)
    places = {file: _places(read_table(file, KEYS), numbers) for file in files}
    place = store.place
    assert place is not None
    if any(map(len, places.values())) and not any((held >= 0).any() for held in places.values()):
        told = f"{place.final or place.folder} holds rows of other pieces, and of none that is asked for"
        raise UsageError(told, hint="name another -o")
    is_tidy = before["pieces"] == facts["pieces"] and all(
        bool((held >= 0).all()) and {place.part(block) for block in held // PART} <= {file}
        for file, held in places.items()
    )
    for file, held in places.items():
        if not (is_tidy and _stays(store, held)):
            cells = _cells(read_table(file), before)
            store.take(held[held >= 0], cells[held >= 0])
    if not is_tidy:
        _lay_out_again(store, place)


def _stays(store: Store, held: Column) -> bool:
    """Whether a part with these pieces is complete: then they are done, and it is not even read."""
    store.done[held] = True
    store.done[held] = is_complete = not len(held) or store.is_complete(int(held[0]) // PART)
    return is_complete


def _written(name: str) -> str:
    """A name as tables hold it: bytes that are no text are told by their numbers."""
    return name.encode(errors="backslashreplace").decode()


def _lay_out_again(store: Store, place: Place) -> None:
    """Write the parts as the pieces stand now, then remove those that are too many."""
    store.flush(everything=True)
    blocks = {place.part(block) for block in np.unique(np.flatnonzero(store.done) // PART)}
    for file in set(place.parts()) - blocks:
        file.unlink(missing_ok=True)


def _cells(table: Table, facts: Mapping[str, Any]) -> Table:
    """What the job made: a table without its heads. Numbers of a .csv get the precision that they had."""
    types = facts.get("types", {})
    return Table({
        name: values if values.dtype == object else values.astype(types.get(name, values.dtype))
        for name, values in table.columns.items()
        if name not in facts["head"]
    })  # fmt: skip


def _places(keys: Table, numbers: Mapping[tuple[str, ...], int]) -> Column:
    """Where the piece of each row stands now; -1 where it is asked for no more."""
    found = zip(*(keys.columns[name].tolist() for name in KEYS), strict=True)
    return np.array([numbers.get(key, -1) for key in found], int)


def _failures(errors: Table, numbers: Mapping[tuple[str, ...], int]) -> dict[int, Failure]:
    facts = zip(*(errors.columns[name].tolist() for name in ("kind", "message", "seconds")), strict=True)
    pairs = zip(_places(errors, numbers).tolist(), facts, strict=True)
    return {place: Failure(*each) for place, each in pairs if place >= 0}
