"""Scores that were slow to read, kept on disk by the digest of their file; arrays and JSON, never pickle."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.errors import EngravingError
from musegen.score.model import Score
from musegen.score.musicxml import READER_VERSION
from musegen.score.serial import packed, unpacked
from musegen.score.user_folders import own_folder
from musegen.score.whole_files import write_atomically

_LAYOUT = 4


def cache_folder() -> Path:
    """Where caches lie: `MUSEGEN_CACHE`, else the user's own cache folder."""
    return own_folder("cache", "MUSEGEN_CACHE")


def cached(digest: str) -> Score | None:
    """The score that was kept for a file, or None; a damaged entry counts as none."""
    stored = kept_arrays(_entry(digest))
    try:
        return None if stored is None else unpacked(json.loads(stored["facts"].tobytes()), stored["rows"].tobytes())
    except (ValueError, KeyError, TypeError):
        return None


def keep(digest: str, score: Score) -> None:
    """Keep a score for the next time; where nothing can be written, nothing is."""
    facts, rows = packed(score)
    text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    keep_arrays(_entry(digest), facts=text, rows=np.frombuffer(rows, np.uint8))


def kept_arrays(entry: Path) -> dict[str, npt.NDArray[Any]] | None:
    """The arrays of a file of the cache, or None; a damaged one counts as none."""
    try:
        with np.load(entry, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def keep_arrays(entry: Path, **arrays: npt.NDArray[Any]) -> None:
    """Keep arrays in a file of the cache, whole or not at all; where nothing can be written, nothing is."""
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    with suppress(OSError, EngravingError):
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(entry, content.getvalue(), private=True)


def _entry(digest: str) -> Path:
    return cache_folder() / "scores" / f"{digest}-{READER_VERSION}.{_LAYOUT}.{_music21_version()}.npz"


@cache
def _music21_version() -> str:
    """What the entry depends on besides our own code."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("music21")
    except PackageNotFoundError:
        return "none"
