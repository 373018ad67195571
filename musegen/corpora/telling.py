"""A corpus in words and as JSON: licence, source, splits, labels counted, faults, and what is left out."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from musegen.corpora.manifests import Corpus
from musegen.corpora.pieces import SPLITS, Piece

_TOLD = 8
"""Values of a label, faults or exclusions that are told in words; JSON has all."""
_WIDTH = 100
_LONGEST = 40


def as_text(corpus: Corpus, pieces: Sequence[Piece]) -> str:
    """What is known of a corpus, and of these of its pieces, as lines."""
    lines = [f"{corpus.name}: {corpus.title}", "", *_facts(corpus)]
    if corpus.selection:
        lines += ["", *corpus.selection.splitlines()]
    if pieces:
        groups = len({piece.group for piece in pieces})
        lines += ["", f"{len(pieces)} pieces in {groups} groups", *_splits(pieces), "", *_labels(pieces)]
    faults = {piece.name: "; ".join(piece.faults) for piece in pieces if piece.faults}
    lines += [*_some("faults", faults), *_some("left out", corpus.excluded)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _facts(corpus: Corpus) -> Iterator[str]:
    yield f"licence         {corpus.licence}"
    yield from textwrap.wrap(
        corpus.licence_notes, _WIDTH, initial_indent=" " * 16, subsequent_indent=" " * 16, break_long_words=False
    )
    if corpus.licence_url:
        yield f"terms           {corpus.licence_url}"
    yield f"redistribution  {'yes' if corpus.redistribution else 'no'}; commercial use: {corpus.commercial}"
    yield f"source          {source_of(corpus)}"


def source_of(corpus: Corpus) -> str:
    """Where the files come from, in words."""
    origin = corpus.origin
    if origin.kind == "corpora":
        return f"the corpora {', '.join(origin.corpora)}"
    if origin.kind == "folder":
        return origin.folder or f"a folder of yours: musegen corpus add {corpus.name} FOLDER"
    version = f" {origin.version}" if origin.version else ""
    return f"music21{version}: {', '.join(origin.globs)}"


def _splits(pieces: Sequence[Piece]) -> Iterator[str]:
    counts, groups = Counter(piece.split for piece in pieces), {(piece.split, piece.group) for piece in pieces}
    for split in SPLITS:
        if counts[split]:
            yield f"  {split:<6} {counts[split]:>6} in {sum(one == split for one, _ in groups)} groups"


def labels_counted(pieces: Iterable[Piece]) -> dict[str, Counter[str]]:
    """How often each value of each label stands there.

    >>> labels_counted([Piece("a", labels={"place": "Rome"}), Piece("b", labels={"place": "Rome"})])
    {'place': Counter({'Rome': 2})}
    """
    found: dict[str, Counter[str]] = {}
    for piece in pieces:
        for label, value in piece.labels.items():
            found.setdefault(label, Counter())[value] += 1
    return found


def _labels(pieces: Sequence[Piece]) -> Iterator[str]:
    for label, counts in labels_counted(pieces).items():
        common = [f"{_short(value)} ({count})" for value, count in counts.most_common(_TOLD)]
        more = [f"{len(counts) - _TOLD} more"] if len(counts) > _TOLD else []
        told = (
            "; ".join(common + more) if len(counts) <= max(_TOLD, len(pieces) // 2) else f"{len(counts)} different ones"
        )
        yield from textwrap.wrap(told, _WIDTH, initial_indent=f"{label:<15} ", subsequent_indent=" " * 16)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"


def _some(title: str, entries: Mapping[str, str]) -> Iterator[str]:
    if not entries:
        return
    yield from ("", f"{title}: {len(entries)}")
    yield from (f"  {name}: {reason}" for name, reason in list(entries.items())[:_TOLD])
    if len(entries) > _TOLD:
        yield f"  and {len(entries) - _TOLD} more (--format json has all)"


def piece_lines(pieces: Iterable[Piece]) -> str:
    """One line a piece: name, split, group and labels, with tabs between."""
    return "".join("\t".join((piece.name, piece.split, piece.group, *_pairs(piece))) + "\n" for piece in pieces)


def _pairs(piece: Piece) -> Iterator[str]:
    return (f"{label}={value}" for label, value in piece.labels.items())


def as_json(corpus: Corpus, pieces: Sequence[Piece], *, with_pieces: bool) -> str:
    """All that is known of a corpus, and of these of its pieces."""
    origin = corpus.origin
    source = {"kind": origin.kind, "globs": origin.globs, "folder": origin.folder, "corpora": origin.corpora,
              "version": origin.version}  # fmt: skip
    told: dict[str, Any] = {
        "version": 1, "name": corpus.name, "title": corpus.title, "licence": corpus.licence,
        "licence_url": corpus.licence_url, "licence_notes": corpus.licence_notes,
        "redistribution": corpus.redistribution, "commercial": corpus.commercial, "selection": corpus.selection,
        "source": source, "count": len(pieces), "groups": len({piece.group for piece in pieces}),
        "splits": Counter(piece.split for piece in pieces), "labels": labels_counted(pieces),
        "faults": {piece.name: piece.faults for piece in pieces if piece.faults}, "excluded": dict(corpus.excluded),
    }  # fmt: skip
    if with_pieces:
        told["pieces"] = [
            {"name": piece.name, "sha256": piece.sha256, "group": piece.group, "split": piece.split,
             "faults": piece.faults, "labels": dict(piece.labels)}
            for piece in pieces
        ]  # fmt: skip
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
