"""musegen reads, checks and writes sheet music. The verbs below are loaded on first use.

>>> import musegen
>>> score = musegen.read("bach/bwv66.6")
>>> len(score.parts)
4
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_VERBS = {
    "read": "musegen.score.files:read",
}
"""Each public verb as `module:function`."""

__all__ = [*_VERBS]

if TYPE_CHECKING:
    from musegen.score.files import read as read


def __getattr__(name: str) -> Any:
    if name not in _VERBS:
        raise AttributeError(f"module `musegen` has no attribute `{name}`")
    module, function = _VERBS[name].split(":")
    verb = globals()[name] = getattr(import_module(module), function)
    return verb


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
