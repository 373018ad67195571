"""Answers of listeners, read from the files that the page hands out, and joined with the key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from musegen.errors import UnreadableFile
from musegen.evaluation.listening.making import ANSWERS_KIND, KEY_KIND

MAX_BYTES = 4 << 20
VERDICTS = ("real", "made")
LOWEST, HIGHEST = 1, 5


class Verdict(NamedTuple):
    """What a listener said of one item."""

    listener: str
    item: str
    source: str
    said_real: bool
    rating: int


class Choice(NamedTuple):
    """Which of two sources a listener preferred."""

    listener: str
    chosen: str
    other: str


@dataclass(frozen=True)
class Answers:
    """All answers to one test; what a listener knew already is left out, and counted."""

    test: str
    listeners: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    choices: tuple[Choice, ...]
    known: int
    training: Mapping[str, str]  # by listener


def read_answers(files: Sequence[Path], key: Path) -> Answers:
    """The answers in these files, by the key of their test.

    Raises:
        UnreadableFile: a file is not there, too large, no file of answers or no key, of another test, or says what no
            listener can; or two files are of one listener.
    """
    known_test, sources = _key(key)
    listeners: dict[str, str] = {}
    verdicts, choices, known = list[Verdict](), list[Choice](), 0
    for file in files:
        told = _loaded(file, ANSWERS_KIND)
        if told.get("test") != known_test:
            raise UnreadableFile("answers to another test", file=str(file), hint=f"the key is of {known_test}")
        listener = _word(told, "listener", file)
        if listener in listeners:
            raise UnreadableFile(f"a second file of the listener {listener[:40]}", file=str(file))
        listeners[listener] = str(told.get("training", ""))
        for answer in _rows(told, "answers", file):
            known += bool(answer.get("known"))
            if not answer.get("known"):
                verdicts.append(_verdict(answer, listener, sources, file))
        for answer in _rows(told, "pairs", file):
            known += bool(answer.get("known"))
            if not answer.get("known"):
                choices.append(_choice(answer, listener, sources, file))
    return Answers(known_test, tuple(listeners), tuple(verdicts), tuple(choices), known, listeners)


def _key(path: Path) -> tuple[str, dict[str, str]]:
    told = _loaded(path, KEY_KIND)
    items = told.get("items")
    if not isinstance(items, dict) or not all(
        isinstance(one, dict) and isinstance(one.get("source"), str) for one in items.values()
    ):
        raise UnreadableFile("this key names no items", file=str(path))
    return _word(told, "test", path), {name: one["source"] for name, one in items.items()}


def _loaded(path: Path, kind: str) -> dict[str, Any]:
    what = kind.removeprefix("musegen ")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(f"it is larger than {MAX_BYTES >> 20} MB", file=str(path))
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile((error.strerror or str(error)).lower(), file=str(path)) from None
    except (ValueError, RecursionError):
        raise UnreadableFile(f"this is no {what}: no JSON", file=str(path)) from None
    if not isinstance(told, dict) or told.get("kind") != kind or told.get("version") != 1:
        raise UnreadableFile(f"this is no {what}", file=str(path))
    return told


def _rows(told: Mapping[str, Any], name: str, file: Path) -> list[dict[str, Any]]:
    rows = told.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile(f"`{name}` is no list of answers", file=str(file))
    return rows


def _word(told: Mapping[str, Any], name: str, file: Path) -> str:
    word = told.get(name)
    if not isinstance(word, str) or not word.strip():
        raise UnreadableFile(f"there is no `{name}`", file=str(file))
    return word


def _verdict(answer: Mapping[str, Any], listener: str, sources: Mapping[str, str], file: Path) -> Verdict:
    said, rating = answer.get("verdict"), answer.get("rating")
    if said not in VERDICTS:
        raise UnreadableFile(f"a verdict is {' or '.join(VERDICTS)}, not {str(said)[:40]!r}", file=str(file))
    if isinstance(rating, bool) or not isinstance(rating, int) or not LOWEST <= rating <= HIGHEST:
        raise UnreadableFile(f"a rating is {LOWEST} to {HIGHEST}, not {str(rating)[:40]!r}", file=str(file))
    item = _item(answer, "item", sources, file)
    return Verdict(listener, item, sources[item], said == "real", rating)


def _choice(answer: Mapping[str, Any], listener: str, sources: Mapping[str, str], file: Path) -> Choice:
    first, second, chosen = (_item(answer, name, sources, file) for name in ("first", "second", "chosen"))
    if chosen not in (first, second):
        raise UnreadableFile("a pair of which neither was chosen", file=str(file))
    other = second if chosen == first else first
    return Choice(listener, sources[chosen], sources[other])


def _item(answer: Mapping[str, Any], name: str, sources: Mapping[str, str], file: Path) -> str:
    item = answer.get(name)
    if not isinstance(item, str) or item not in sources:
        raise UnreadableFile(f"the test has no item {str(item)[:40]!r}", file=str(file))
    return item
