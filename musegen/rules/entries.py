"""The entries of a pack, each checked as it is read: rules with their fragments, the scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any, NamedTuple, get_args

from musegen.errors import MusegenError, PackError, nearest
from musegen.rules.findings import SEVERITIES, Severity
from musegen.rules.predicates import EXEMPTIONS, PREDICATES
from musegen.rules.registry import Predicate, ViewName
from musegen.rules.toml_values import (
    LONGEST_ID,
    check_keys,
    cut,
    fits,
    is_rule_id,
    one_of,
    quoted,
    typed,
    unfit,
    unknown_keys,
    within,
    words,
)
from musegen.score.files import read_bytes
from musegen.score.model import Score
from musegen.score.textgrid import parse_grid

_RULE_KEYS = {
    "id", "predicate", "params", "severity", "points", "unless", "message", "why", "definition", "source", "view",
    "good", "bad", "enabled",
}  # fmt: skip


_OURS = "or name a rule of `musegen rules list`"
_MOST_POINTS = 1000
_MOST_VOICES = 99


class Fragment(NamedTuple):
    """A few bars with what the rule says of them: `at` lists `measure:beat voices`, none in a good one.

    The bars are a text grid, or MusicXML where a grid cannot say what is meant.
    """

    story: str
    grid: str
    at: tuple[str, ...] = ()
    cantus_firmus: str = ""
    musicxml: str = ""

    @property
    def text(self) -> str:
        """The bars as they are written."""
        return (self.musicxml or self.grid).strip()

    def score(self) -> Score:
        """The bars as a score.

        Raises:
            PackError: they cannot be read; names the story, and measure and beat where they are known.
        """
        try:
            return read_bytes(self.text.encode(), "fragment.musicxml") if self.musicxml else parse_grid(self.grid)
        except (MusegenError, ValueError, ArithmeticError, LookupError) as error:
            place = f"{place}: " if (place := getattr(error, "place", "")) else ""
            told = f"the fragment `{cut(self.story)}`: {place}{cut(getattr(error, 'message', error))}"
            raise PackError(told, hint=getattr(error, "hint", "")) from None


@dataclass(frozen=True)
class Rule:
    """One rule of a pack: a predicate with its parameters, its weight, its exceptions and its words."""

    id: str
    predicate: str
    severity: Severity
    points: float
    message: str
    why: str
    view: ViewName
    params: Mapping[str, Any] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    good: tuple[Fragment, ...] = ()
    bad: tuple[Fragment, ...] = ()
    enabled: bool = True
    definition: str = ""  # what exactly counts, exceptions included
    source: str = ""  # textbook and chapter

    @property
    def kind(self) -> Predicate:
        """The predicate behind the rule."""
        return PREDICATES[self.predicate]


class Scope(NamedTuple):
    """Where a pack applies: the numbers of voices (none = any), and how sure of a chord its rules must be.

    Half sure is enough for exercises, whose faults make their chords uncertain (decision 10).
    """

    voices: tuple[int, ...] = ()
    min_confidence: float = 0.5


def read_entry(entry: Any, inherited: Rule | None, *, where: str, known: Iterable[str] = ()) -> Rule:
    """A `[[rule]]` table laid over the rule of the same id that was there before, if any; `known` are such ids.

    Raises:
        PackError: a key, predicate, parameter or exception that does not exist, or a value of the wrong type.
    """
    rule, faults = judge_entry(entry, inherited, where=where, known=known)
    if rule is None or faults:
        raise faults[0]
    return rule


def judge_entry(
    entry: Any, inherited: Rule | None, *, where: str, known: Iterable[str] = ()
) -> tuple[Rule | None, list[PackError]]:
    """The rule of a `[[rule]]` table as far as it can be read, and all its faults; None where it has no predicate."""
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        return None, [PackError("a rule needs an id", file=where)]
    if not is_rule_id(entry["id"]):
        told = f"`{cut(entry['id'])}` is no id: one word of at most {LONGEST_ID} letters, digits and dashes"
        return None, [PackError(told, file=where)]
    where = f"{where} ({cut(entry['id'])})"
    faults = list(unknown_keys(entry, _RULE_KEYS, where, "a key of a rule"))
    values = _values(entry, where, faults)
    if inherited is None:
        faults += _missing(entry, where, known)
        if "predicate" not in values:
            return None, faults
    if "predicate" in values:
        values.setdefault("view", PREDICATES[values["predicate"]].view)
    base = inherited or Rule(entry["id"], values["predicate"], "error", 1.0, "", "", values["view"])
    rule = replace(base, **values | {"params": {**base.params, **values.get("params", {})}})
    faults += [*_param_faults(rule, where), *_message_faults(rule, where), *_exception_faults(rule, where)]
    return rule, faults


def read_scope(table: Any, inherited: Scope, *, where: str) -> Scope:
    """A `[scope]` table over the inherited scope.

    Raises:
        PackError: an unknown key or a wrong type.
    """
    check_keys(typed(table, dict, "scope", where), Scope._fields, where, "a key of a scope")
    counts = table.get("voices", list(inherited.voices))
    voices = typed([counts] if isinstance(counts, int) else counts, list, "voices", where)
    if not all(fits(count, int) and 0 < count <= _MOST_VOICES for count in voices):
        raise PackError(f"`voices` is a number or a list of numbers, not {quoted(counts)}", file=where)
    confidence = within(table.get("min_confidence", inherited.min_confidence), 0, 1, "min_confidence", where)
    return Scope(tuple(dict.fromkeys(voices)), confidence)


def _values(entry: Mapping[str, Any], where: str, faults: list[PackError]) -> dict[str, Any]:
    """What can be read of an entry's keys; what cannot becomes a fault."""
    values: dict[str, Any] = {}
    for name in entry:
        if name in _READERS:
            with _collected(faults):
                values[name] = _READERS[name](entry[name], name, where, faults)
    return values


@contextmanager
def _collected(faults: list[PackError]) -> Iterator[None]:
    try:
        yield
    except PackError as error:
        faults.append(error)


def _missing(entry: Mapping[str, Any], where: str, known: Iterable[str]) -> Iterator[PackError]:
    """A fault for what a new rule lacks; all in one where it may be meant for a rule of ours, whose name it misses."""
    lacking = [f"`{name}`" for name in ("predicate", "message", "why") if name not in entry]
    if "predicate" in entry:
        yield from (PackError(f"a rule of your own needs {name}", file=where, hint=_OURS) for name in lacking)
        return
    told = f"there is no rule `{cut(entry['id'])}`, and one of your own needs {', '.join(lacking)}"
    yield PackError(told, file=where, hint=nearest(entry["id"], known, "`musegen rules list` names all"))


_Reader = Callable[[Any, str, str, list[PackError]], Any]


def _plain(kind: type) -> _Reader:
    return lambda value, name, where, _faults: typed(value, kind, name, where)


def _words(value: Any, name: str, where: str, _faults: list[PackError]) -> str:
    text = words(value, name, where)
    if name in ("message", "why") and not text.strip():
        raise PackError(f"`{name}` is empty", file=where)
    return text


def _choice(known: tuple[str, ...]) -> _Reader:
    return lambda value, name, where, _faults: one_of(value, known, name, where)


def _known_or_installed(value: Any, known: Mapping[str, Any], what: str, where: str) -> str:
    """A name of ours, of a plugin that was loaded, or of an installed package, looked for where it is none of these."""
    if not isinstance(value, str) or value not in known:
        from musegen.rules.plugins import load_installed

        load_installed()
    everything = "`musegen rules predicates` names all; those of your own file are there with --plugin FILE"
    return str(one_of(value, known, what, where, everything))


def _predicate(value: Any, name: str, where: str, _faults: list[PackError]) -> str:
    return _known_or_installed(value, PREDICATES, name, where)


def _exceptions(value: Any, name: str, where: str, faults: list[PackError]) -> tuple[str, ...]:
    known = []
    for item in typed(value, list, name, where):
        with _collected(faults):
            known.append(_known_or_installed(item, EXEMPTIONS, "exception", where))
    return tuple(known)


def _fragments(value: Any, name: str, where: str, faults: list[PackError]) -> tuple[Fragment, ...]:
    found = []
    for item in typed(value, list, name, where):
        with _collected(faults):
            found.append(_fragment(item, name, where))
    return tuple(found)


_READERS: dict[str, _Reader] = {
    "predicate": _predicate,
    "params": _plain(dict),
    "severity": _choice(SEVERITIES),
    "points": lambda value, name, where, _faults: within(value, 0, _MOST_POINTS, name, where),
    "view": _choice(get_args(ViewName)),
    "unless": _exceptions,
    "good": _fragments,
    "bad": _fragments,
    "enabled": _plain(bool),
    **dict.fromkeys(("message", "why", "definition", "source"), _words),
}


def _fragment(item: Any, name: str, where: str) -> Fragment:
    table = typed(item, dict, name, where)
    check_keys(table, Fragment._fields, where, "a key of a fragment")
    at = tuple(str(place) for place in typed(table.get("at", []), list, "at", where))
    if (name == "bad") != bool(at):
        raise PackError(f"a {name} fragment {'needs' if name == 'bad' else 'has no'} `at`", file=where)
    keys = ("story", "grid", "cantus_firmus", "musicxml")
    story, grid, cantus, musicxml = (typed(table.get(key, ""), str, key, where) for key in keys)
    return Fragment(story, grid, at, cantus, musicxml)


def _param_faults(rule: Rule, where: str) -> Iterator[PackError]:
    known, hints = rule.kind.params, rule.kind.hints
    yield from unknown_keys(rule.params, known, where, f"a parameter of {rule.predicate}")
    for name, value in rule.params.items():
        if name in known:
            yield from unfit(value, hints[name], name, where)
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in rule.params:
            yield PackError(f"{rule.predicate} needs the parameter `{name}`", file=where)


def _exception_faults(rule: Rule, where: str) -> Iterator[PackError]:
    for name in rule.unless:
        if not EXEMPTIONS[name].suits(rule.kind):
            fitting = [other for other, item in EXEMPTIONS.items() if item.suits(rule.kind)]
            listed = nearest(name, fitting, "`musegen rules predicates` tells which can")
            hint = listed if fitting else "this predicate has no exceptions"
            yield PackError(f"the exception `{name}` cannot judge what {rule.predicate} finds", file=where, hint=hint)


def _message_faults(rule: Rule, where: str) -> Iterator[PackError]:
    try:
        fields = [field for field in Formatter().parse(rule.message) if field[1] is not None]
    except ValueError as error:
        yield PackError(f"the message cannot be read: {error}", file=where)
        return
    names = {str(name) for _, name, _, _ in fields}
    for _, name, form, conversion in fields:
        if form or conversion:
            hint = f"write {{{cut(name)}}}"
            yield PackError("the message may name facts, but not say how to form them", file=where, hint=hint)
    yield from unknown_keys(sorted(names), rule.kind.facts, where, f"a fact that {rule.predicate} tells")
