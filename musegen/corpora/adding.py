"""Makes a corpus of a user's folder: every score is read in a guarded process, then manifest and list are written."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from musegen.corpora.expressions import expression
from musegen.corpora.freezing import Frozen, candidates, frozen
from musegen.corpora.headers import cleaned
from musegen.corpora.lists import FIXED
from musegen.corpora.manifests import NAME, Corpus, Origin, manifest_files, read_manifest, user_folder
from musegen.corpora.pieces import Piece
from musegen.corpora.scanning import SCANNER_VERSION, Scan, scan_of
from musegen.errors import EngravingError, UnreadableFile, UsageError
from musegen.score.cache import cache_folder
from musegen.score.toml_text import toml_string
from musegen.score.whole_files import check_writable, write_atomically

if TYPE_CHECKING:
    from musegen.corpora.running import Progress

JOB = "musegen.corpora.scanning:scan_row"
UNKNOWN = "LicenseRef-unknown"
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LABEL = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Wishes:
    """What a user says of a corpus; what is left empty comes from the manifest of that name, if there is one."""

    title: str = ""
    licence: str = ""
    group: str = ""  # a regular expression over names; its first group is the name of the group
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Added:
    """A corpus as it would be written, and all that came to light."""

    corpus: Corpus
    frozen: Frozen

    @property
    def manifest_text(self) -> str:
        """The manifest as its file holds it."""
        made = self.corpus
        lines = [f"# A corpus of your own, made by `musegen corpus add`; its list of pieces is {made.name}.csv."]
        facts = {
            "title": made.title, "licence": made.licence, "licence_url": made.licence_url,
            "licence_notes": made.licence_notes, "redistribution": made.redistribution, "commercial": made.commercial,
            "selection": made.selection,
        }  # fmt: skip
        lines += [f"{key} = {toml_value(value)}" for key, value in facts.items() if value != ""]
        source = {"kind": "folder", "folder": made.origin.folder, "globs": list(made.origin.globs)}
        tables = {"source": source, **made.rules, "excluded": {**self.frozen.unreadable, **self.frozen.copies}}
        for table, entries in tables.items():
            lines += ["", f"[{table}]", *(f"{_key(key)} = {toml_value(entries[key])}" for key in entries)]
        return "\n".join(lines) + "\n"

    def save(self) -> Path:
        """Write list and manifest to the user's folder of corpora, the manifest last, and say where it is.

        Raises:
            EngravingError: they cannot be written.
        """
        target = self.corpus.manifest
        write_atomically(target.with_suffix(".csv"), self.frozen.text.encode())
        write_atomically(target, self.manifest_text.encode())
        return target


def added(
    name: str,
    folder: Path | str,
    wishes: Wishes,
    *,
    replace_old: bool = False,
    jobs: int = 0,
    seconds: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Added:
    """The corpus that a folder makes; nothing is written yet.

    With `replace_old`, pieces that the old list has keep their groups and splits, and the manifest what it says.

    Raises:
        UsageError: no such name may be given, the corpus is there already, or a wish makes no sense.
        UnreadableFile: the folder is not there, or no score in it can be read.
        EngravingError: the user's folder of corpora cannot be written.
    """
    target = _place(name, replace_old=replace_old)
    before = read_manifest(target) if target.exists() else None
    made = _wanted(name, folder, wishes, target, replace(before, excluded={}) if before else None)

    def scan(pieces: Sequence[Piece]) -> tuple[dict[str, Scan], dict[str, str]]:
        return scan_guarded(pieces, jobs=jobs, seconds=seconds, on_progress=on_progress)

    found = candidates(made)
    named = [piece for piece in found if _is_text(piece.name)]
    done = frozen(made, named, scan, {piece.name: piece for piece in before.pieces} if before else {})
    odd = {ascii(piece.name)[1:-1]: "the name of the file is no text" for piece in found if not _is_text(piece.name)}
    done = replace(done, unreadable={**done.unreadable, **odd})
    if not done.pieces:
        reasons = [f"{piece}: {reason}" for piece, reason in done.unreadable.items()]
        raise UnreadableFile("no score in this folder can be read", file=str(folder), hint="; ".join(reasons[:3]))
    return Added(made, done)


def _place(name: str, *, replace_old: bool) -> Path:
    """Where the manifest will lie."""
    if not NAME.fullmatch(name):
        raise UsageError(f"`{name[:80]}` cannot be the name of a corpus", hint="use a-z, 0-9, `.`, `_` and `-`")
    target, known = user_folder() / f"{name}.toml", manifest_files().get(name)
    if known is not None and known.parent != target.parent and not read_manifest(known).is_template:
        raise UsageError(f"{name} is a corpus of musegen's own", hint="choose another name")
    if known == target and not replace_old:
        raise UsageError(f"the corpus {name} is there already", hint="--replace makes it anew")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngravingError(
            f"cannot write {target.parent}: {error.strerror or error}", hint="set MUSEGEN_CORPORA"
        ) from None
    check_writable(target)
    return target


def _wanted(name: str, folder: Path | str, wishes: Wishes, target: Path, before: Corpus | None) -> Corpus:
    """What the manifest will say, from the wishes, from what it said, from a shipped one that waits for a folder."""
    place = os.path.abspath(folder)
    if not _is_text(place):
        raise UsageError("the name of the folder is no text", hint="rename it")
    shipped = manifest_files().get(name)
    template = before or (read_manifest(shipped) if shipped and shipped.parent != target.parent else None)
    rules: dict[str, Any] = {**(template.rules if template else {})}
    if wishes.labels:
        rules["labels"] = {**rules.get("labels", {}), **_labels(wishes.labels)}
    if wishes.group:
        rules["group"] = {"by": {"of": "name", "match": wishes.group, "value": _value_of(wishes.group)}}
    title = cleaned(wishes.title or (template.title if template else "") or os.path.basename(place) or name)
    blank = Corpus(name, title, UNKNOWN, target)
    globs = template.origin.globs if template else ()
    return replace(
        template or blank, title=title, manifest=target, rules=rules, origin=Origin("folder", globs, place),
        licence=cleaned(wishes.licence or (template.licence if template else "") or UNKNOWN),
    )  # fmt: skip


def _labels(asked: Mapping[str, str]) -> dict[str, str]:
    for label in asked:
        if not _LABEL.fullmatch(label) or label in (*FIXED, "corpus", "piece", "path"):
            raise UsageError(f"`{label[:80]}` cannot be a label", hint="use a-z, such as composer, date, place, genre")
    return {label: cleaned(value) for label, value in asked.items()}


def _value_of(pattern: str) -> str:
    """What of a name is the group: the pattern's first group, or all that it finds."""
    return r"\1" if expression(pattern).groups else r"\g<0>"


def _is_text(name: str) -> bool:
    """Whether a file's name can be written down."""
    return name.isprintable() and name.encode("utf-8", "replace").decode() == name


def scan_guarded(
    pieces: Sequence[Piece], *, jobs: int, seconds: float, on_progress: Callable[[Progress], None] | None
) -> tuple[dict[str, Scan], dict[str, str]]:
    """The pieces read in processes with a deadline and a memory limit: scans, and the reasons of failures.

    What is read is kept in the cache until all are, so that an interrupted reading goes on where it stopped.
    """
    from musegen.corpora.running import run

    out = _kept_rows(pieces, seconds)
    done = run(pieces, JOB, jobs=jobs, seconds=seconds, out=out, resume=out is not None, on_progress=on_progress)
    columns = done.rows.columns
    names = Scan._fields
    rows = zip(columns.get("piece", ()), *(columns.get(name, ()) for name in names), strict=True)
    scans = {piece: scan_of(dict(zip(names, values, strict=True))) for piece, *values in rows}
    places = {piece.name: piece.place for piece in pieces}
    if out is not None:
        rmtree(out.parent, ignore_errors=True)
    return scans, {name: cleaned(failure.reason(places[name])) for name, failure in done.failures}


def _kept_rows(pieces: Sequence[Piece], seconds: float) -> Path | None:
    """Where rows are kept until all are there; None where the cache cannot be written."""
    facts = [str(SCANNER_VERSION), str(seconds), *(f"{piece.place} {piece.sha256}" for piece in pieces)]
    key = hashlib.sha256("\n".join(facts).encode("utf-8", "surrogatepass")).hexdigest()
    place = cache_folder() / "corpora" / key[:24] / "rows.csv"
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        check_writable(place)
    except (OSError, EngravingError):
        return None
    return place


def toml_value(value: Any) -> str:
    """A value of a manifest as TOML writes it on one line.

    >>> toml_value({"of": "name", "values": {"a b": ["x", 2]}})
    '{of = "name", values = {"a b" = ["x", 2]}}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {toml_value(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return toml_string(value) if isinstance(value, str) else str(value).lower()


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_string(name)
