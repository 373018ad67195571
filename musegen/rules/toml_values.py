"""Values of a TOML table, checked against what they should be; each fault names the file, the entry and a remedy."""

from __future__ import annotations

import stat
import tomllib
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from musegen.errors import PackError

_MAX_BYTES = 1 << 20


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is what a type hint says; a whole number passes for a float, a truth value for no number.

    >>> fits(2, float), fits(True, int), fits(["S"], list[str])
    (True, False, True)
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in inner
    if origin in (Union, types.UnionType):
        return any(fits(value, choice) for choice in inner)
    if origin is list:
        return isinstance(value, list) and all(fits(item, inner[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(item, inner[1]) for item in value.values())
    if hint is Any:
        return True
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def told(hint: Any) -> str:
    """A type hint in words.

    >>> told(Literal["fifth", "octave"])
    'one of fifth, octave'
    """
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(str(item) for item in get_args(hint))
    return str(getattr(hint, "__name__", hint)) if get_origin(hint) is None else str(hint)


def typed(value: Any, kind: type, name: str, where: str) -> Any:
    """The value.

    Raises:
        PackError: it is of another type.
    """
    if not fits(value, kind):
        raise PackError(f"`{name}` must be a {kind.__name__}, not {value!r}", file=where)
    return value


def one_of(value: Any, known: Iterable[str], what: str, where: str) -> Any:
    """The value.

    Raises:
        PackError: it is none of those known; the nearest is named.
    """
    names = tuple(known)
    if value not in names:
        from difflib import get_close_matches

        near = get_close_matches(str(value), names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(names))}"
        raise PackError(f"there is no {what} `{value}`", file=where, hint=hint)
    return value


def unknown_keys(table: Iterable[str], known: Iterable[str], where: str, what: str) -> Iterator[PackError]:
    """A fault for each name that is not known."""
    names = sorted(known)
    for name in table:
        if name not in names:
            yield PackError(f"`{name}` is not {what}", file=where, hint=f"known are {', '.join(names)}")


def check_keys(table: Iterable[str], known: Iterable[str], where: str, what: str) -> None:
    """Nothing, where all names are known.

    Raises:
        PackError: one is not.
    """
    for fault in unknown_keys(table, known, where, what):
        raise fault


def read_table(path: Path) -> dict[str, Any]:
    """The content of a TOML file: regular, of at most a megabyte.

    Raises:
        PackError: it cannot be read, or is no TOML.
    """
    shown = str(path)[:200]
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise PackError("this is no regular file", file=shown)
        if found.st_size > _MAX_BYTES:
            raise PackError(f"it is larger than {_MAX_BYTES >> 20} MB", file=shown)
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackError(error.strerror or str(error), file=shown) from None
    except ValueError as error:
        raise PackError(f"not a TOML file: {error}", file=shown) from None
    except RecursionError:
        raise PackError("an entry is nested too deeply", file=shown) from None
