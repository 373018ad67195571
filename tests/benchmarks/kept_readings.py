"""Readings of scores by an engine as `check` has them, kept in the folder for temporary files: a rerun takes seconds.

What is kept belongs to the notes and to the engine as it is: other code, counts or weights, and the piece is read anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from functools import cache
from pathlib import Path

from musegen.models.networks import WEIGHTS
from musegen.rules import hearing
from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import Engine, analyse, completed
from musegen.theory.analysis import Analysis, ChordSpan, KeySpan
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.statistics import DATA, statistics

KEPT = Path(tempfile.gettempdir()) / "musegen-readings"


def kept_reading(score: Score, engine: Engine, name: str = "") -> Analysis:
    """Keys and chords that `check` would hear with this engine, without what follows from them.

    The classical engine forgets what it counted in the chorale of this `name`.
    """
    piece = hashlib.sha256(score.notes.rows.tobytes() + name.encode()).hexdigest()[:16]
    file = KEPT / f"{engine}-{_state_of(engine)}-{piece}.json"
    if not file.exists():
        KEPT.mkdir(exist_ok=True)
        forgets = name and engine == "classical"
        found = analyse(score, counted=statistics().without(name)) if forgets else hearing.heard(score, engine)
        file.write_text(json.dumps(_as_json(found)), encoding="utf-8")
    return _from_json(json.loads(file.read_text(encoding="utf-8")), score)


def whole(score: Score, chords: Analysis) -> Analysis:
    """The same with phrases, cadences, functions and non-chord tones, as the rules read it."""
    return completed(chords, score, slices_of(assign_voices(score)))


@cache
def _state_of(engine: Engine) -> str:
    """A digest of what an engine is made of."""
    theory = DATA.parent
    files = [*sorted(theory.glob("*.py")), *sorted((theory / engine).glob("*.py")), *sorted(DATA.glob("*.npz"))]
    files.append(Path(hearing.__file__))
    files += sorted(WEIGHTS.glob("*.onnx")) if engine == "neural" else []
    told = hashlib.sha256()
    for file in files:
        told.update(file.read_bytes())
    return told.hexdigest()[:12]


def _as_json(found: Analysis) -> dict[str, object]:
    keys = [(span.onset, span.duration, str(span.key), span.confidence) for span in found.keys]
    chords = [
        (span.onset, span.duration, str(span.key), span.numeral.figure, span.confidence, span.runner_up)
        for span in found.chords
    ]
    return {"key": str(found.key), "keys": keys, "chords": chords}


def _from_json(kept: dict, score: Score) -> Analysis:
    keys = tuple(KeySpan(onset, duration, Key.parse(key), sure) for onset, duration, key, sure in kept["keys"])
    chords = tuple(_chord(row, score) for row in kept["chords"])
    return Analysis(Key.parse(kept["key"]), keys, chords)


def _chord(row: list, score: Score) -> ChordSpan:
    onset, duration, name, figure, sure, second = row
    key = Key.parse(name)
    numeral = parse_numeral(figure, minor=key.minor)
    return ChordSpan(onset, duration, *score.place(onset), key, numeral, numeral.function, sure, second)
