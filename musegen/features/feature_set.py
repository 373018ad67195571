"""The version of the features: what is kept of pieces is kept by it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from musegen.features.extractor import column_names
from musegen.features.registry import features
from musegen.theory.analyse import Engine
from musegen.theory.kept_analyses import analyser_id

_USERS = {"report", "style", "search", "similarity"}
"""The subjects that features are used in, and made without."""


@cache
def feature_set(engine: Engine = "classical") -> str:
    """12 letters that change with every feature, every line of what it reads, and the analyser of the engine."""
    digest = hashlib.sha256(f"{analyser_id(engine)} {column_names(features())}".encode())
    room = Path(__file__).resolve().parent
    for path in sorted(room.rglob("*.py")):
        if not _USERS & set(path.relative_to(room).parts):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
