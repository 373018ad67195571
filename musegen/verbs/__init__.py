"""The public verbs: each takes a path, a name of music21's corpus, a music21 stream or a Score, and calls one room."""

from __future__ import annotations

from musegen.verbs.making import accompany, cue, exercise, generate, harmonise, restyle
from musegen.verbs.reading import analyse, check, describe, grade, read, render, similar, suggest_chords, write

__all__ = [
    "accompany",
    "analyse",
    "check",
    "cue",
    "describe",
    "exercise",
    "generate",
    "grade",
    "harmonise",
    "read",
    "render",
    "restyle",
    "similar",
    "suggest_chords",
    "write",
]
