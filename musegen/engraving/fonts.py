"""Fonts without a system: taken out of verovio's own wheel, unpacked once into the user's cache."""

from __future__ import annotations

import atexit
import base64
import io
import logging
import re
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from musegen.errors import EngravingError
from musegen.score.cache import cache_folder
from musegen.score.whole_files import write_atomically

Style = Literal["regular", "bold", "italic"]
TEXT_FAMILY = "Liberation Serif"
_STYLES: tuple[Style, ...] = ("regular", "bold", "italic")  # in the order of verovio's style sheet
_BASIC = "".join(chr(code) for code in range(32, 127)) + "·–—’"
_FACE = re.compile(r"base64,([A-Za-z0-9+/=]+)")
_SHEETS = {"Leipzig": "Leipzig.css", "Liberation": "Liberation.css"}


def verovio_data() -> Path:
    """The folder of verovio's resources, found without importing it."""
    spec = find_spec("verovio")
    if spec is None or not spec.submodule_search_locations:
        raise EngravingError("verovio is not installed", hint="pip install verovio")
    return Path(spec.submodule_search_locations[0]) / "data"


@cache
def font_files() -> tuple[Path, ...]:
    """TrueType files of the music font and of a Times-like text font.

    Raises:
        EngravingError: verovio is missing, or no folder can be written.
    """
    from importlib.metadata import version

    try:
        return _unpacked(cache_folder() / f"fonts-{version('verovio')}")
    except (OSError, ValueError, EngravingError):  # the cache cannot be used: for as long as we run, another will do
        return _unpacked(_passing_folder())


@cache
def _passing_folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="musegen-fonts-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _unpacked(folder: Path) -> tuple[Path, ...]:
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


def font_faces(letters: Mapping[Style, Collection[str]]) -> str:
    """CSS that carries the text font inside an SVG: for every style the basic letters and what else is used.

    A machine without a Times-like font would set wider letters, which touch.
    """
    rules = []
    for style in sorted(style for style, used in letters.items() if used):
        more = "".join(sorted(set(letters[style]) - set(_BASIC)))
        data = base64.b64encode(_face(style, more)).decode("ascii")
        kind = {"regular": "", "bold": "font-weight:bold;", "italic": "font-style:italic;"}[style]
        rules.append(
            f"@font-face{{font-family:'{TEXT_FAMILY}';{kind}src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "".join(rules)


@cache
def _face(style: Style, more: str) -> bytes:
    """A small font of the basic letters and `more`; the basic one is kept in the cache folder."""
    source = font_files()[1 + _STYLES.index(style)]
    kept = source.with_name(f"basic-{style}.woff2")
    if not more and kept.exists():
        return kept.read_bytes()
    font = _subset(source, _BASIC + more)
    if not more:
        with suppress(EngravingError):  # a cache that can only be read
            write_atomically(kept, font)
    return font


def _subset(source: Path, letters: str) -> bytes:
    from fontTools import subset

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False)
    options.flavor = "woff2"
    options.drop_tables += ["FFTM"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def _true_type(woff2: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(woff2))
    font.flavor = None
    font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
