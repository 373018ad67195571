"""The music21 job of `musegen._worker`: a file's bytes in, a packed Score out."""

from __future__ import annotations

import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

from musegen.errors import MalformedScore, MusegenError
from musegen.score.music21_door import from_music21, parse_file, warm_up
from musegen.score.serial import packed

_FORMATS = {"mei": ("mei", ".mei"), "romantext": ("romantext", ".rntxt")}
_NAMES = {"mei": "MEI", "romantext": "RomanText"}
_OBJECT = re.compile(r"<music21\S*\s*([^<>]*)>")
_LINE = re.compile(r"\bline (?:number )?(\d{1,7})\b", re.IGNORECASE)


def plainly(error: Exception, kind: str) -> MalformedScore:
    """What a foreign error means to the one whose file it is: music21 hands on tracebacks and its own objects.

    >>> str(plainly(ValueError("<music21.note.Note C> in line 7"), "mei"))
    'music21 cannot make sense of the MEI near line 7; correct it in a text editor, or export it as MusicXML'
    """
    told = _LINE.search(str(error))
    near = f" near line {told[1]}" if told else ""
    first = _OBJECT.sub(r"\1", next(iter(str(error).splitlines()), ""))[:200].removesuffix(":").rstrip()
    if kind == "romantext" and first and "<" not in first:
        near += f" ({first})"  # these complaints quote the line
    hint = "correct it in a text editor, or export it as MusicXML"
    return MalformedScore(f"music21 cannot make sense of the {_NAMES[kind]}{near}", hint=hint)


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
            raise plainly(error, payload["format"]) from None
    return {"facts": facts, "rows": rows}
