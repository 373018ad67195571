"""Where the results of several scores go: a file of its own for each, named after the score."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from musegen.cli.options import SCORE_SUFFIXES, STANDARD
from musegen.errors import UsageError


def distinct(names: Iterable[str]) -> list[str]:
    """The names, those of one file once.

    >>> distinct(["x.mxl", "./x.mxl", "a/../x.mxl", "y.mxl"])
    ['x.mxl', 'y.mxl']
    """
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name if name == STANDARD else os.path.abspath(name), name)
    return list(found.values())


def destinations(folder: Path, scores: Iterable[str], suffix: str) -> dict[str, Path]:
    """A file in a folder for each score: the score's name with another suffix.

    Where names clash, the folders before them are kept, or their own suffixes. A score that is named twice has one
    file.

    Raises:
        UsageError: two scores would share a file all the same.

    >>> [path.name for path in destinations(Path("out"), ["a/x.mxl", "b/x.mxl", "b/y.mxl"], ".txt").values()]
    ['a-x.txt', 'b-x.txt', 'y.txt']
    >>> [path.name for path in destinations(Path("out"), ["x.mxl", "x.krn"], ".txt").values()]
    ['x.mxl.txt', 'x.krn.txt']
    """
    ways = {score: _ways(score) for score in scores}
    chosen = {score: names[0] for score, names in ways.items()}
    for step in range(1, max((len(names) for names in ways.values()), default=0)):
        for score in _clashing(chosen):
            chosen[score] = ways[score][min(step, len(ways[score]) - 1)]
    clashing = _clashing(chosen)
    if clashing:
        told = " and ".join(clashing[:2])
        raise UsageError(f"{told} would share the file {chosen[clashing[0]]}{suffix}", hint="take them one by one")
    return {score: folder / (name + suffix) for score, name in chosen.items()}


def numbered(output: Path, count: int) -> list[Path]:
    """A place for each of several results: the one that was named, then NAME-2, NAME-3, ... beside it.

    >>> [path.name for path in numbered(Path("out/chorale.svg"), 3)]
    ['chorale.svg', 'chorale-2.svg', 'chorale-3.svg']
    """
    return [output, *(output.with_stem(f"{output.stem}-{number}") for number in range(2, count + 1))]


_NOT_TEXT = (".pdf", ".png", ".mid", ".midi", ".mxl", ".mei", ".krn", ".abc", ".svg", ".musicxml", ".npz")


def form_by_suffix(output: Path | None, suffixes: Mapping[str, str]) -> str:
    """The format that the name of a file asks for, of `suffixes` by format; text where it asks for none.

    Raises:
        UsageError: it asks for what is not written here.

    >>> suffixes = {"text": ".txt", "svg": ".svg", "graph-svg": ".graph.svg", "musicxml": ".musicxml"}
    >>> [form_by_suffix(Path(name), suffixes) for name in ("a.graph.svg", "a.SVG", "a.xml", "a.md")]
    ['graph-svg', 'svg', 'musicxml', 'text']
    """
    name = output.name.lower() if output else ""
    name = name.removesuffix(".xml") + ".musicxml" if name.endswith(".xml") else name
    for form in sorted(suffixes, key=lambda form: len(suffixes[form]), reverse=True):
        if name.endswith(suffixes[form]):
            return form
    if name.endswith(_NOT_TEXT):
        hint = f"the suffix may be {', '.join(suffixes.values())}; or name a --format"
        raise UsageError(f"nothing is written as {PurePath(name).suffix} here", hint=hint)
    return "text"


def _ways(score: str) -> list[str]:
    """What a score's file may be called, the plainest name first: `x`, `a-x`, `b-a-x`, `b-a-x.mxl`."""
    path = PurePath("stdin" if score == STANDARD else score)
    stem = path.name
    for suffix in SCORE_SUFFIXES:
        stem = stem.removesuffix(suffix)
    folders = [part for part in path.parts[:-1] if part.strip("./\\")]
    ways = ["-".join([*folders[len(folders) - depth :], stem]) for depth in range(len(folders) + 1)]
    return [*ways, "-".join([*folders, path.name])]


def _clashing(chosen: dict[str, str]) -> list[str]:
    """The scores whose file names differ from no other one's, not even for a system that reads no capitals."""
    times = Counter(name.casefold() for name in chosen.values())
    return [score for score, name in chosen.items() if times[name.casefold()] > 1]
