"""What surrounds a score at the command line: its pack, plugins, the waivers and the manifest beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from musegen.cli.options import STANDARD, without_suffix
from musegen.errors import PackError, UnreadableFile

if TYPE_CHECKING:
    from musegen.generation.exercises.entries import Entry
    from musegen.rules.waivers import Waiver
    from musegen.score.model import Score

_MOST_PACKS = 1000


def pack_files(name: str) -> list[Path]:
    """The file of a pack, shipped or of your own, and those of the packs that it extends; they may not be there."""
    from musegen.rules.toml_values import read_table
    from musegen.score.data_folder import data_folder

    found: dict[Path, None] = {}
    waiting = [Path(name)]
    while waiting and len(found) < _MOST_PACKS:
        asked = waiting.pop()
        named = asked if asked.suffix == ".toml" else data_folder("rules") / f"{asked.name}.toml"
        with suppress(PackError, ValueError):  # told when the pack is loaded; ValueError: a name that no file can have
            path = Path(os.path.realpath(named))
            if path in found:
                continue
            found[path] = None
            head = read_table(path).get("pack")
            said = head.get("extends", []) if isinstance(head, dict) else []
            names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
            waiting += [named.parent / parent for parent in names[:_MOST_PACKS] if isinstance(parent, str)]
    return list(found)


def files_beside(name: str) -> Iterator[str]:
    """The files beside a score that are read with it: its waivers, and a manifest, whether that is there or not."""
    from musegen.generation.exercises.manifest import manifest_beside

    yield manifest_beside(name)
    if side := _side_file(name):
        yield side


def load_plugins(paths: tuple[str, ...]) -> None:
    """Bring in the predicates of these Python files.

    Raises:
        PackError: one of them has a fault.
    """
    if paths:
        from musegen.rules.plugins import load_plugin

        for path in paths:
            load_plugin(path)


def own_waivers(name: str) -> tuple[Waiver, ...]:
    """Those that lie beside a score."""
    from musegen.rules.waivers import read_waivers

    beside = _side_file(name)
    return read_waivers(Path(beside)) if beside else ()


def _side_file(name: str) -> str:
    """The waivers beside a score, `etude.waivers.toml` beside `etude.musicxml`; an empty text where there are none."""
    from musegen.rules.waivers import SIDE_SUFFIX

    if name == STANDARD:
        return ""
    beside = without_suffix(name) + SIDE_SUFFIX
    return beside if os.path.lexists(beside) else ""


def phrase_ends_of(name: str, score: Score, exercise: Path | None) -> tuple[int, ...] | None:
    """Where the phrases of an exercise end, in ticks; None for a score of no exercise, where fermatas tell.

    Raises:
        UnreadableFile: the manifest cannot be read, has no such sheet, or the score lacks a phrase's last measure.
    """
    from musegen.generation.exercises.manifest import entry_of, manifest_beside, manifest_in, named_entry, phrase_ends

    if exercise is not None:
        return phrase_ends(named_entry(_sheets(str(manifest_in(exercise))), score, name), score)
    beside = manifest_beside(name)
    if name == STANDARD or not os.path.isfile(beside):
        return None
    try:
        entry = entry_of(_sheets(beside), score, name)
    except UnreadableFile:  # another program's manifest
        return None
    return None if entry is None else phrase_ends(entry, score)


@cache
def _sheets(manifest: str) -> list[Entry]:
    from musegen.generation.exercises.manifest import read_manifest

    return read_manifest(manifest)
