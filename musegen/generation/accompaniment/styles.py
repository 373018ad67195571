"""Styles of accompaniment as data: a TOML file says who plays, and in rows of cells what, by meter and level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from musegen.errors import PackError, UsageError, nearest
from musegen.generation.accompaniment.rows import Bar, parse_row
from musegen.rules.instruments import Instrument, instrument_table
from musegen.rules.toml_values import fits, read_table
from musegen.score.meter import TimeSignature
from musegen.score.percussion import drum_named
from musegen.score.pitch import parse_pitch

LayerName = Literal["bass", "chords", "drums"]
LAYERS: tuple[LayerName, ...] = get_args(LayerName)
LEVELS = 8
_FOLDER = Path(__file__).parent / "styles"
_SUFFIX = ".toml"
_KEYS = {"style", *LAYERS, "pattern"}
_HEAD = {"title": str, "about": str, "tempo": int, "phrase": int}
_LAYER = {
    "part": str, "staff": int, "clef": str, "low": str, "high": str, "program": int, "voices": list[int],
    "span": list[int], "carries_bass": bool,
}  # fmt: skip
_PATTERN = {"meter": str, "level": int, "fill": bool, "bass": str, "chords": str, "drums": dict[str, str]}
_CLEFS = ("treble", "bass")
_TEMPI = range(30, 301)
_WIDEST = 16


class Layer(NamedTuple):
    """Who plays a layer, and where. Pitches are MIDI numbers as they sound."""

    part: str  # an instrument of rules/tables/instruments.toml
    staff: int  # 0: a staff alone
    clef: str  # "treble" or "bass"
    low: int
    high: int
    program: int
    voices: tuple[int, ...] = ()  # of a chord, by level
    span: tuple[int, ...] = ()  # semitones that a hand grasps, by level
    carries_bass: bool = False  # the lowest voice of the chords is their bass

    @property
    def instrument(self) -> Instrument:
        """Its entry in the table of instruments."""
        return _instruments()[self.part]

    @property
    def is_guitar(self) -> bool:
        """Whether chords are grasped on six strings."""
        return len(self.instrument.strings) == 6


@dataclass(frozen=True)
class Pattern:
    """What is struck in a measure, or in several by turns."""

    meter: TimeSignature
    level: int
    is_fill: bool  # of measures that end a phrase
    rows: Mapping[str, tuple[Bar, ...]] = field(default_factory=dict)  # "bass", "chords", or a drum's name


@dataclass(frozen=True)
class Style:
    """A way to accompany."""

    name: str
    title: str
    about: str
    tempo: int  # quarters a minute
    phrase: int  # measures
    layers: Mapping[LayerName, Layer]
    patterns: tuple[Pattern, ...]


def style_names() -> list[str]:
    """The names of the shipped styles.

    >>> "waltz" in style_names()
    True
    """
    return sorted(path.stem for path in _FOLDER.glob(f"*{_SUFFIX}"))


def load_style(name: str) -> Style:
    """A shipped style by its name, or one of your own by the path of its file.

    Raises:
        UsageError: there is no such style.
        PackError: a file with a fault; names it, and the entry.

    >>> load_style("waltz").title
    'Waltz'
    """
    if name.endswith(_SUFFIX):
        return _read(Path(name))
    if name not in style_names():
        raise UsageError(f"there is no style `{name[:100]}`", hint=nearest(name, style_names()))
    return _shipped(name)


@cache
def _shipped(name: str) -> Style:
    return _read(_FOLDER / f"{name}{_SUFFIX}")


@cache
def _instruments() -> Mapping[str, Instrument]:
    return {instrument.name: instrument for instrument in instrument_table()}


def _read(path: Path) -> Style:
    content = read_table(path)
    try:
        return _style(path.stem, content)
    except (PackError, UsageError) as error:
        raise PackError(error.message, file=str(path), hint=error.hint) from None


def _style(name: str, content: Mapping[str, Any]) -> Style:
    _check(content, dict.fromkeys(_KEYS, object), "the file")
    head = content.get("style", {})
    _check(head, _HEAD, "[style]", "title", "tempo")
    if head["tempo"] not in _TEMPI:
        raise PackError(f"a tempo of {head['tempo']}", hint=f"{_TEMPI[0]} to {_TEMPI[-1]} quarters a minute")
    layers = {layer: _layer(layer, content[layer]) for layer in LAYERS if layer in content}
    patterns = tuple(_patterns(content.get("pattern", []), layers))
    for layer in layers:
        if not any(_has(pattern, layer) and not pattern.is_fill for pattern in patterns):
            raise PackError(f"no pattern has a row for {layer}", hint="a [[pattern]] with a meter, a level and rows")
    phrase = _within(head, "phrase", 4, range(1, 65))
    return Style(name, head["title"], head.get("about", ""), head["tempo"], phrase, layers, patterns)


def _has(pattern: Pattern, layer: LayerName) -> bool:
    return layer in pattern.rows or (layer == "drums" and any(row not in LAYERS for row in pattern.rows))


def _check(table: Any, known: Mapping[str, Any], where: str, *needed: str) -> None:
    if not isinstance(table, Mapping):
        raise PackError(f"{where} is no table")
    for key, value in table.items():
        if key not in known:
            raise PackError(f"{where} has an entry `{key[:60]}`", hint=nearest(key, known))
        if known[key] is not object and not fits(value, known[key]):
            raise PackError(f"`{key}` of {where} cannot be {str(value)[:60]!r}")
    for key in needed:
        if key not in table:
            raise PackError(f"{where} has no `{key}`")


def _layer(name: LayerName, table: Any) -> Layer:
    where = f"[{name}]"
    if name == "drums":
        _check(table, {}, where)
        return Layer("", 0, "percussion", 0, 0, 1)
    _check(table, _LAYER, where, "part", "low", "high")
    if table["part"] not in _instruments():
        raise PackError(f"{where} is played by `{table['part'][:60]}`", hint=nearest(table["part"], _instruments()))
    clef = table.get("clef", "bass" if name == "bass" else "treble")
    if clef not in _CLEFS:
        raise PackError(f"`clef` of {where} cannot be {clef[:60]!r}", hint="treble or bass")
    low, high = (parse_pitch(table[end]).pitch for end in ("low", "high"))
    least = 12 if name == "bass" else 7
    if not 0 <= low <= high - least:
        raise PackError(f"{where} has no room between `low` and `high`", hint=f"{least} semitones at least")
    voices, span = (_by_level(table.get(key, [value]), key) for key, value in (("voices", 3), ("span", 12)))
    program = _within(table, "program", _instruments()[table["part"]].program, range(129))
    staff = _within(table, "staff", 0, range(3))
    return Layer(table["part"], staff, clef, low, high, program, voices, span, table.get("carries_bass", False))


def _within(table: Mapping[str, Any], key: str, usual: int, numbers: range) -> int:
    found: int = table.get(key, usual)
    if found not in numbers:
        raise PackError(f"`{key}` cannot be {found}", hint=f"numbers from {numbers[0]} to {numbers[-1]}")
    return found


def _by_level(numbers: list[int], key: str) -> tuple[int, ...]:
    """A number for each level; the last one goes on."""
    bounds = (1, 6) if key == "voices" else (5, _WIDEST)
    if not numbers or not all(bounds[0] <= number <= bounds[1] for number in numbers):
        raise PackError(f"`{key}` cannot be {numbers}", hint=f"numbers from {bounds[0]} to {bounds[1]}")
    return tuple((numbers + [numbers[-1]] * LEVELS)[:LEVELS])


def _patterns(tables: Any, layers: Mapping[LayerName, Layer]) -> Iterator[Pattern]:
    for number, table in enumerate(tables if isinstance(tables, list) else [tables], start=1):
        where = f"pattern {number}"
        _check(table, _PATTERN, where, "meter", "level")
        if not 1 <= table["level"] <= LEVELS:
            raise PackError(f"{where} has level {table['level']}", hint=f"1 to {LEVELS}")
        meter = TimeSignature.parse(table["meter"])
        found = {name: parse_row(table[name], meter, name) for name in ("bass", "chords") if name in table}
        strokes = table.get("drums", {})
        found |= {drum_named(name).name: parse_row(row, meter, "drums") for name, row in strokes.items()}
        for layer in LAYERS:
            if layer in table and layer not in layers:
                raise PackError(f"{where} has {layer}, and nobody plays them", hint=f"say who does under [{layer}]")
        if not found:
            raise PackError(f"{where} has no rows")
        yield Pattern(meter, table["level"], table.get("fill", False), found)
