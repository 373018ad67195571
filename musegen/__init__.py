"""musegen reads, checks and writes sheet music. Its verbs are loaded on first use.

>>> import musegen
>>> score = musegen.read("bach/bwv66.6")
>>> str(musegen.analyse(score).key)
'f#'
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # `typing` costs the command line milliseconds in which an interrupt is not yet seen to
if TYPE_CHECKING:
    from typing import Any

    from musegen.verbs import accompany as accompany
    from musegen.verbs import analyse as analyse
    from musegen.verbs import analyse as analyze
    from musegen.verbs import check as check
    from musegen.verbs import cue as cue
    from musegen.verbs import describe as describe
    from musegen.verbs import exercise as exercise
    from musegen.verbs import generate as generate
    from musegen.verbs import grade as grade
    from musegen.verbs import harmonise as harmonise
    from musegen.verbs import harmonise as harmonize
    from musegen.verbs import read as read
    from musegen.verbs import render as render
    from musegen.verbs import restyle as restyle
    from musegen.verbs import similar as similar
    from musegen.verbs import suggest_chords as suggest_chords
    from musegen.verbs import write as write

__version__ = "0.1.0"
__all__ = [
    "accompany", "analyse", "analyze", "check", "cue", "describe", "exercise", "generate", "grade", "harmonise",
    "harmonize", "read",
    "render", "restyle", "similar", "suggest_chords", "write",
]  # fmt: skip

_BRITISH = {"analyze": "analyse", "harmonize": "harmonise"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module `musegen` has no attribute `{name}`")
    verb = globals()[name] = getattr(import_module("musegen.verbs"), _BRITISH.get(name, name))
    return verb


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
