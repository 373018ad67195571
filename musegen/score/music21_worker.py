"""The music21 job of `musegen._worker`: a file's bytes in, a packed Score out."""

from __future__ import annotations

import re
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from musegen.errors import MalformedScore, MusegenError
from musegen.score.model import BASS, TREBLE, Score
from musegen.score.music21_door import from_music21, parse_file, warm_up
from musegen.score.serial import packed

_FORMATS = {
    "abc": ("abc", ".abc"), "kern": ("humdrum", ".krn"), "mei": ("mei", ".mei"), "romantext": ("romantext", ".rntxt"),
}  # fmt: skip
_NAMES = {"abc": "ABC", "kern": "kern", "mei": "MEI", "romantext": "RomanText"}
_MIDDLE = 60  # middle C
_OBJECT = re.compile(r"<music21\S*\s*([^<>]*)>")
_LINE = re.compile(r"\bline (?:number )?(\d{1,7})\b", re.IGNORECASE)


def plainly(error: Exception, kind: str) -> MalformedScore:
    """What a foreign error means to the one whose file it is: music21 hands on tracebacks and its own objects.

    >>> str(plainly(ValueError("<music21.note.Note C> in line 7"), "abc"))
    'music21 cannot make sense of the ABC near line 7; correct it in a text editor, or export it as MusicXML'
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
            score = from_music21(parse_file(path, form))
            facts, rows = packed(_with_clefs_of_notes(score) if _names_no_clef(payload) else score)
        except (MusegenError, MemoryError):
            raise
        except Exception as error:  # music21 raises whatever its parsers run into
            raise plainly(error, payload["format"]) from None
    return {"facts": facts, "rows": rows}


def _names_no_clef(payload: dict[str, Any]) -> bool:
    return payload["format"] == "abc" and not re.search(rb"^[KV]:.*(?:clef|bass)", payload["data"], re.MULTILINE)


def _with_clefs_of_notes(score: Score) -> Score:
    """A high melody in a bass clef in the treble clef: music21 counts the chords over it when it chooses."""
    lines = [score.notes["pitch"][score.notes["part"] == number] for number in range(len(score.parts))]
    parts = tuple(
        part._replace(clefs=(TREBLE,)) if part.clefs == (BASS,) and len(line) and line.mean() >= _MIDDLE else part
        for part, line in zip(score.parts, lines, strict=True)
    )
    return replace(score, parts=parts)
