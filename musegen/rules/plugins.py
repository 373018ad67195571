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
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from musegen.errors import PackError
from musegen.rules.answers import checked_hit, checked_mask
from musegen.rules.registry import EXEMPTIONS, PREDICATES, Exemption, Predicate
from musegen.rules.toml_values import cut, fits, told

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
    real = _resolved(place)
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


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # links that lead round in a circle, a name that no file can have
        raise PackError("the plugin cannot be read: its name leads nowhere", file=str(path)[:200]) from None


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
        with _told(where, "the plugin failed"):
            load()
        return [*_new(PREDICATES, predicates, where, "predicate"), *_new(EXEMPTIONS, exemptions, where, "exception")]
    except BaseException:
        _restore(PREDICATES, predicates)
        _restore(EXEMPTIONS, exemptions)
        raise


@contextmanager
def _told(where: str, what: str) -> Iterator[None]:
    """Whatever a stranger's code raises is a PackError, but that the user has interrupted it; what it prints is told on
    stderr, for standard output may be a document.
    """
    try:
        with redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _failure(error, where, what) from None


def _new(table: dict[str, _Kind], before: dict[str, _Kind], where: str, what: str) -> Iterator[str]:
    for name, item in list(table.items()):
        if before.get(name) is item:
            continue
        if name in before:
            raise PackError(f"there is a {what} `{name}` already", file=where, hint="give it a name of its own")
        with _told(where, f"`{name}` cannot be used"):
            _check_hints(item)
        table[name] = replace(item, function=_guarded(item, where))
        yield name


def _check_hints(item: Predicate | Exemption) -> None:
    """Nothing, where a pack's parameters can be compared with the type hints of a predicate."""
    if isinstance(item, Exemption):
        return
    for name in item.params:
        if name not in item.hints:
            raise TypeError(f"its parameter `{name}` has no type")
        fits(None, item.hints[name])
        told(item.hints[name])


def _restore(table: dict[str, _Kind], before: dict[str, _Kind]) -> None:
    table.clear()
    table.update(before)


def _guarded(item: Predicate | Exemption, where: str) -> Callable[..., Any]:
    """The function of a stranger: whatever it raises, or hands back that is no answer, is a PackError."""
    function = item.function

    @functools.wraps(function)
    def safe(*arguments: Any, **params: Any) -> Any:
        with _told(where, f"`{item.name}` failed"):
            found = function(*arguments, **params)
            if isinstance(item, Predicate) and item.window == "phrase":
                return [checked_hit(hit, item, arguments[0]) for hit in found]
            is_mask = isinstance(item, Predicate) or item.kernel
            return checked_mask(found, item, arguments) if is_mask else bool(found)

    return safe


def _failure(error: BaseException, where: str, what: str) -> PackError:
    """What a stranger's code raised, with the last line of it that was running."""
    line = error.lineno if isinstance(error, SyntaxError) else _last_line(error, where)
    place = f"{where}, line {line}" if line else where
    said = _said(error)
    return PackError(f"{what}: {type(error).__name__}{': ' * bool(said)}{said}", file=place)


def _said(error: BaseException) -> str:
    try:
        return cut(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:  # an error of a stranger's own that cannot even be told
        return ""


def _last_line(error: BaseException, where: str) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    mine = [frame.lineno for frame in frames if frame.filename == where]
    return mine[-1] if mine else None
