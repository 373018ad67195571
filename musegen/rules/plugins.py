"""Predicates of the user's own: a Python file named at the command line, or an installed package's entry points.

A pack never runs code: it can only name predicates that the user has brought in. What goes wrong in them is a PackError
that names their file and line.
"""

from __future__ import annotations

import functools
import stat
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from musegen.errors import MusegenError, PackError
from musegen.rules.registry import EXEMPTIONS, PREDICATES, Exemption, Hit, Predicate

GROUP = "musegen.predicates"
"""The entry point group in which an installed package names its modules of predicates."""
_MAX_BYTES = 1 << 20
_Kind = TypeVar("_Kind", Predicate, Exemption)
_loaded: dict[Path, list[str]] = {}


def load_plugin(path: str | Path) -> list[str]:
    """Run a Python file that declares predicates with `@predicate` (and exceptions), once; their names.

    Raises:
        PackError: it cannot be read or run, declares nothing, or takes a name that is taken; names file and line.
    """
    place = Path(path)
    real = place.resolve()
    if real not in _loaded:
        text = _text(place)
        module = ModuleType(f"musegen_plugin_{len(_loaded)}")
        module.__file__ = str(real)
        sys.modules[module.__name__] = module  # type hints are looked up there
        names = _registered(str(place), lambda: exec(_compiled(text, place), module.__dict__))
        if not names:
            hint = "declare one: `from musegen.rules import predicate`"
            raise PackError("it declares no predicate", file=str(place), hint=hint)
        _loaded[real] = names
    return _loaded[real]


@functools.cache
def load_installed() -> tuple[str, ...]:
    """The predicates of all installed packages that name modules under the entry point group; loaded once.

    Raises:
        PackError: one of them cannot be loaded.
    """
    from importlib.metadata import entry_points

    return tuple(name for entry in entry_points(group=GROUP) for name in _registered(entry.value, entry.load))


def _text(path: Path) -> str:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_BYTES:
            raise PackError("this is no Python file of a bearable size", file=str(path)[:200])
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise PackError(f"the plugin cannot be read: {reason}", file=str(path)[:200]) from None


def _compiled(text: str, path: Path) -> Any:
    return compile(text, str(path), "exec")


def _registered(where: str, load: Callable[[], Any]) -> list[str]:
    """The names that loading declares; nothing stays declared where it fails."""
    predicates, exemptions = dict(PREDICATES), dict(EXEMPTIONS)
    try:
        load()
        return [*_new(PREDICATES, predicates, where, "predicate"), *_new(EXEMPTIONS, exemptions, where, "exception")]
    except BaseException as error:
        _restore(PREDICATES, predicates)
        _restore(EXEMPTIONS, exemptions)
        if isinstance(error, MusegenError) or not isinstance(error, Exception | SystemExit):
            raise
        raise _failure(error, where, "the plugin failed") from error


def _new(table: dict[str, _Kind], before: dict[str, _Kind], where: str, what: str) -> Iterator[str]:
    for name, item in list(table.items()):
        if before.get(name) is item:
            continue
        if name in before:
            raise PackError(f"there is a {what} `{name}` already", file=where, hint="give it a name of its own")
        table[name] = replace(item, function=_guarded(item, where))
        yield name


def _restore(table: dict[str, _Kind], before: dict[str, _Kind]) -> None:
    table.clear()
    table.update(before)


def _guarded(item: Predicate | Exemption, where: str) -> Callable[..., Any]:
    """The function of a stranger: whatever it raises, or hands back that is no answer, is a PackError."""
    function = item.function
    is_phrase = isinstance(item, Predicate) and item.window == "phrase"
    is_mask = item.kernel if isinstance(item, Exemption) else not is_phrase

    @functools.wraps(function)
    def safe(*arguments: Any, **params: Any) -> Any:
        try:
            found = function(*arguments, **params)
            if is_phrase:
                return [_hit(hit, arguments[0]) for hit in found]
            return _mask(found) if is_mask else bool(found)
        except MusegenError:
            raise
        except Exception as error:  # a stranger's code may raise anything
            raise _failure(error, where, f"`{item.name}` failed") from error

    return safe


def _hit(hit: Any, view: Any) -> Hit:
    if not isinstance(hit, Hit):
        raise TypeError(f"it gives a {type(hit).__name__}, not a Hit")
    count = len(view.voices.names)
    if not (0 <= hit.before <= hit.at < len(view)) or not all(0 <= voice < count for voice in hit.voices):
        raise ValueError(f"{hit} lies outside a view of {len(view)} places and {count} voices")
    return hit


def _mask(found: Any) -> Any:
    import numpy as np

    mask = np.asarray(found)
    if mask.dtype != np.bool_:
        raise TypeError(f"it gives an array of {mask.dtype}, not of truth values")
    return mask


def _failure(error: BaseException, where: str, what: str) -> PackError:
    """What a stranger's code raised, with the last line of it that was running."""
    line = error.lineno if isinstance(error, SyntaxError) else _last_line(error, where)
    place = f"{where}, line {line}" if line else where
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return PackError(f"{what}: {type(error).__name__}{': ' * bool(said)}{said}", file=place)


def _last_line(error: BaseException, where: str) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    mine = [frame.lineno for frame in frames if frame.filename == where]
    return mine[-1] if mine else None
