"""The music21 job of `musegen._worker`: a file's bytes in, a packed Score out."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from musegen.errors import MalformedScore, MusegenError
from musegen.score.music21_door import from_music21, parse_file, warm_up
from musegen.score.serial import packed

_FORMATS = {
    "abc": ("abc", ".abc"), "kern": ("humdrum", ".krn"), "midi": ("midi", ".mid"), "mei": ("mei", ".mei"),
    "romantext": ("romantext", ".rntxt"),
}  # fmt: skip


def first_line(text: str) -> str:
    """What a foreign error says, without what it quotes below: music21 hands on whole tracebacks."""
    return next(iter(text.splitlines()), "")[:200].removesuffix(":").rstrip()


def read_foreign(payload: dict[str, Any]) -> dict[str, Any]:
    """`data` in `format`, read by music21: `facts` and `rows` of the Score. `warm` only imports music21."""
    if "warm" in payload:
        warm_up()
        return {}
    form, suffix = _FORMATS[payload["format"]]
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="musegen-") as folder:
        path = Path(folder) / f"score{suffix}"
        path.write_bytes(payload["data"])
        try:
            facts, rows = packed(from_music21(parse_file(path, form)))
        except (MusegenError, MemoryError):
            raise
        except Exception as error:  # music21 raises whatever its parsers run into
            text = first_line(str(error).replace(str(path), "the file"))
            raise MalformedScore(f"music21 cannot read it ({type(error).__name__}: {text})") from None
    return {"facts": facts, "rows": rows}
