"""What `musegen doctor` looks at: each check says what was found and, where it is wrong, what to do about it."""

from __future__ import annotations

import platform
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from musegen.errors import MusegenError

_REQUIREMENT = re.compile(r"([\w.-]+)\s*([^;]*)")
_BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*([\d.]+)")
_BLANK = 6_000  # bytes of PNG: a chord has 12 600, an empty page 1 400
_REINSTALL = "install musegen again: pip install --force-reinstall musegen"


class Check(NamedTuple):
    """One thing that was looked at; `remedy` is empty where all is well."""

    name: str
    found: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Nothing to do."""
        return not self.remedy


def diagnose() -> Iterator[Check]:
    """Every check, one after another; one that fails to run is itself a finding."""
    for name, check in CHECKS.items():
        try:
            yield from check()
        except MusegenError as error:
            yield Check(name, error.message, error.hint or _REINSTALL)
        except Exception as error:  # a broken library may raise anything; to say so is the doctor's work
            yield Check(name, f"{type(error).__name__}: {error}", _REINSTALL)


def python() -> Iterator[Check]:
    """The interpreter and the system."""
    version = platform.python_version()
    remedy = "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer"
    yield Check("Python", f"{version}, {platform.system()} {platform.machine()}", remedy)


def dependencies() -> Iterator[Check]:
    """Every library that musegen requires, with its version."""
    for requirement in metadata.requires("musegen") or ():
        if "extra ==" not in requirement:
            yield _dependency(requirement)


def _dependency(requirement: str) -> Check:
    found = _REQUIREMENT.match(requirement)
    name, bounds = (found[1], found[2].strip()) if found else (requirement, "")
    install = f'pip install "{name}{bounds}"'
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, "not installed", install)
    return Check(name, version, "" if satisfies(version, bounds) else install)


def satisfies(version: str, bounds: str) -> bool:
    """Whether a version keeps within bounds such as `>=10.5,<11`.

    >>> satisfies("10.5.1", ">=10.5,<11"), satisfies("11.0", ">=10.5,<11"), satisfies("9.9", ">=10.5")
    (True, False, False)
    """
    have = _numbers(version)
    tests: dict[str, Callable[[tuple[int, ...]], bool]] = {
        ">=": lambda bound: have >= bound,
        "<=": lambda bound: have <= bound,
        "==": lambda bound: have == bound,
        "!=": lambda bound: have != bound,
        "<": lambda bound: have < bound,
        ">": lambda bound: have > bound,
    }
    return all(tests[sign](_numbers(bound)) for sign, bound in _BOUND.findall(bounds))


def _numbers(version: str) -> tuple[int, ...]:
    """`10.5.1` as numbers without the zeros at its end."""
    numbers = [int(number) for number in re.findall(r"\d+", re.split(r"[a-z+]", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def rule_packs() -> Iterator[Check]:
    """The shipped rule packs, each read."""
    from musegen.rules.packs import load_pack, pack_names

    rules = {rule.id for name in pack_names() for rule in load_pack(name).rules}
    yield Check("rule packs", f"{len(pack_names())} packs, {len(rules)} rules", "" if rules else _REINSTALL)


def corpora() -> Iterator[Check]:
    """The corpora by their manifests, and whether the files that they name are there."""
    from musegen.corpora import corpus, corpus_names
    from musegen.score.files import corpus_file, corpus_folder

    known = [corpus(name) for name in corpus_names()]
    lost = [made.name for made in known if made.origin.folder and not Path(made.origin.folder).is_dir()]
    remedy = f"musegen corpus add {lost[0]} FOLDER --replace" if lost else "" if known else _REINSTALL
    gone = f"; the folder is gone of {', '.join(lost)}" if lost else ""
    yield Check("corpora", (", ".join(made.name for made in known) or "none") + gone, remedy)
    pieces = [piece.name for made in known if made.origin.kind == "music21" for piece in made.pieces]
    files = Counter(name.partition("#")[0] for name in pieces)
    missing = sum(count for name, count in files.items() if corpus_file(name) is None)
    found = f"{corpus_folder()}, {len(pieces) - missing} of {len(pieces)} pieces of our corpora"
    yield Check("music21's corpus", found, 'pip install --force-reinstall "music21>=10.5,<11"' if missing else "")


def networks() -> Iterator[Check]:
    """The networks that ship, each loaded."""
    from musegen.models.networks import WEIGHTS, names, network, parts

    for name in names():
        for part in parts(name):
            network(name, part)
    size = sum(path.stat().st_size for path in WEIGHTS.rglob("*.onnx"))
    yield Check("networks", f"{', '.join(names()) or 'none'}, {size / 1e6:.1f} MB", "" if names() else _REINSTALL)


def cache() -> Iterator[Check]:
    """The folder for what can be made again: there, or can be made, and writable."""
    from musegen.score.cache import cache_folder

    folder = cache_folder()
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        remedy = "make it writable, or name another folder in the environment variable MUSEGEN_CACHE"
        yield Check("cache", f"{folder}: {error.strerror or error}", remedy)
        return
    yield Check("cache", f"{folder}, {len(files)} files, {size / 1e6:.1f} MB")


def engraving() -> Iterator[Check]:
    """A chord through the whole chain: verovio in its worker, the fonts, a picture with ink on it."""
    from musegen.engraving.fonts import font_files
    from musegen.engraving.png import png
    from musegen.engraving.sheet_svg import svg
    from musegen.score.textgrid import parse_grid

    yield Check("fonts", f"{len(font_files())} files from verovio's wheel")
    drawing = svg(parse_grid("key: G major; meter: 4/4\nS: d5 . . .\nB: g3 . . .\nH: I . . ."))
    picture = png(drawing)
    remedy = "" if len(picture) > _BLANK else "pip install --force-reinstall verovio resvg_py"
    yield Check("engraving", f"a chord: {len(drawing)} bytes of SVG, {len(picture)} bytes of PNG", remedy)


CHECKS: dict[str, Callable[[], Iterator[Check]]] = {
    "Python": python,
    "dependencies": dependencies,
    "rule packs": rule_packs,
    "corpora": corpora,
    "networks": networks,
    "cache": cache,
    "engraving": engraving,
}
"""The checks in the order in which they are told."""

CACHED = ("fonts-*", "scores", "corpora", "analyses", "search", "melodies")
"""The folders that musegen makes in its cache."""


def clear_cache() -> Path:
    """Remove what musegen made in its cache folder, nothing else that may lie there, and say which folder that is."""
    from shutil import rmtree

    from musegen.score.cache import cache_folder

    folder = cache_folder()
    for ours in CACHED:
        for path in folder.glob(ours):
            rmtree(path)
    return folder
