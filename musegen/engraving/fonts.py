"""Fonts without a system: taken out of verovio's own wheel, unpacked once into the user's cache."""

from __future__ import annotations

import base64
import io
import os
import re
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from musegen.engraving.output import write_atomically
from musegen.errors import EngravingError

_FACE = re.compile(r"base64,([A-Za-z0-9+/=]+)")
_SHEETS = {"Leipzig": "Leipzig.css", "Liberation": "Liberation.css"}


def verovio_data() -> Path:
    """The folder of verovio's resources, found without importing it."""
    spec = find_spec("verovio")
    if spec is None or not spec.submodule_search_locations:
        raise EngravingError("verovio is not installed", hint="pip install verovio")
    return Path(spec.submodule_search_locations[0]) / "data"


def cache_folder() -> Path:
    """Where musegen keeps what it can make again: `MUSEGEN_CACHE`, else the system's place for caches."""
    if "MUSEGEN_CACHE" in os.environ:
        return Path(os.environ["MUSEGEN_CACHE"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "musegen" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/musegen"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "musegen"


@cache
def font_files() -> tuple[Path, ...]:
    """TrueType files of the music font and of a Times-like text font.

    Raises:
        EngravingError: verovio is missing or the cache folder cannot be written.
    """
    from importlib.metadata import version

    folder = cache_folder() / f"fonts-{version('verovio')}"
    files = []
    for family, sheet in _SHEETS.items():
        faces = _FACE.findall((verovio_data() / sheet).read_text(encoding="ascii"))
        for number, face in enumerate(faces):
            path = folder / f"{family}-{number}.ttf"
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                write_atomically(path, _true_type(base64.b64decode(face)))
            files.append(path)
    return tuple(files)


def _true_type(woff2: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(woff2))
    font.flavor = None
    font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
