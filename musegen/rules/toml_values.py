"""Values of a TOML table, checked against what they should be; each fault names the file, the entry and a remedy."""

from __future__ import annotations

import re
import stat
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from musegen.errors import PackError, nearest
from musegen.rules.bounds import KINDS
from musegen.score.toml_text import parse_toml

_MAX_BYTES = 1 << 20
_LONGEST_QUOTE = 200
_LONGEST_TEXT = 4000
LONGEST_ID = 100
_ID = re.compile(rf"[\w.-]{{1,{LONGEST_ID}}}")
_LARGEST = 1_000_000_000
"""What no number of a pack exceeds: every array of ours can hold it."""
_IN_WORDS: dict[Any, str] = {
    bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list", dict: "a table",
}  # fmt: skip


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is what a type hint says; a whole number passes for a float, a truth value for no number.

    Numbers are finite and of a size that music has. What `Annotated` adds to a type are bounds, see `bounds`.

    >>> fits(2, float), fits(True, int), fits(["S"], list[str]), fits(float("inf"), float)
    (True, False, True, False)
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return any(type(value) is type(item) and value == item for item in inner)
    if origin is Annotated:
        return fits(value, inner[0]) and all(bound.admits(value) for bound in inner[1:] if isinstance(bound, KINDS))
    if origin in (Union, types.UnionType):
        return any(fits(value, choice) for choice in inner)
    if origin is list:
        return isinstance(value, list) and all(fits(item, inner[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(item, inner[1]) for item in value.values())
    if hint is Any:
        return True
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def unfit(value: Any, hint: Any, name: str, where: str) -> Iterator[PackError]:
    """A fault where a value is not what a type hint says."""
    if not fits(value, hint):
        yield PackError(f"`{name}` cannot be {quoted(value)}", file=where, hint=f"it takes {told(hint)}")


def quoted(value: Any) -> str:
    """The value as a complaint shows it: at most 200 characters.

    >>> quoted("fith"), len(quoted("a" * 5000))
    ("'fith'", 200)
    """
    return cut(repr(value))


def cut(words: Any) -> str:
    """The first 200 characters of a text.

    >>> cut("fith")
    'fith'
    """
    text = str(words)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."


def told(hint: Any) -> str:
    """A type hint in words.

    >>> told(Literal["fifth", "octave"]), told(list[Literal["passing"]] | None), told(int)
    ('one of fifth, octave', 'a list of passing', 'a whole number')
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        names = [f"{item}" or '""' for item in inner]
        return f"one of {', '.join(names)}" if len(names) > 1 else names[0]
    if origin is Annotated:
        return " and ".join(str(item) for item in inner[1:] if isinstance(item, KINDS)) or told(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(told(item) for item in inner if item is not type(None))
    if origin is list:
        return f"a list of {told(inner[0]).removeprefix('one of ')}"
    return _IN_WORDS.get(hint) or str(getattr(hint, "__name__", hint) if origin is None else hint)


def typed(value: Any, kind: type, name: str, where: str) -> Any:
    """The value.

    Raises:
        PackError: it is of another type.
    """
    if not fits(value, kind):
        raise PackError(f"`{name}` must be {told(kind)}, not {quoted(value)}", file=where)
    return value


def is_rule_id(text: str) -> bool:
    """Whether a rule may be called so: one word.

    >>> is_rule_id("parallel-fifths"), is_rule_id("two words")
    (True, False)
    """
    return bool(_ID.fullmatch(text))


def within(value: Any, low: float, high: float, name: str, where: str) -> float:
    """The number.

    Raises:
        PackError: it is none, or lies outside these bounds.
    """
    if isinstance(value, int | float) and not (fits(value, float) and low <= value <= high):
        raise PackError(f"`{name}` must be a number from {low:g} to {high:g}, not {quoted(value)}", file=where)
    return float(typed(value, float, name, where))


def words(value: Any, name: str, where: str) -> str:
    """The text.

    Raises:
        PackError: it is none, or longer than anybody reads.
    """
    text = str(typed(value, str, name, where))
    if len(text) > _LONGEST_TEXT:
        raise PackError(f"`{name}` has {len(text)} characters; {_LONGEST_TEXT} are enough", file=where)
    return text


def one_of(value: Any, known: Iterable[str], what: str, where: str, all_at: str = "") -> Any:
    """The value.

    Raises:
        PackError: it is none of those known; the nearest are named, and `all_at`, where all stand.
    """
    names = tuple(known)
    if value not in names:
        raise PackError(f"there is no {what} `{cut(value)}`", file=where, hint=nearest(str(value), names, all_at))
    return value


def unknown_keys(table: Iterable[str], known: Iterable[str], where: str, what: str) -> Iterator[PackError]:
    """A fault for each name that is not known."""
    names = sorted(known)
    for name in table:
        if name not in names:
            yield PackError(f"`{cut(name)}` is not {what}", file=where, hint=nearest(name, names))


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
        return parse_toml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PackError(error.strerror or str(error), file=shown) from None
    except UnicodeDecodeError:
        raise PackError("not a TOML file: it is not written in UTF-8", file=shown) from None
    except ValueError as error:
        raise PackError(f"not a TOML file: {cut(error)}", file=shown) from None
