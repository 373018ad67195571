"""What the corpus is: counts, sources, licences, labels; what could not be read, and which faults are known."""

from __future__ import annotations

from collections import Counter

import numpy as np

from musegen.corpora.telling import source_of
from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.parts import counted, opened, paragraph, section, table, text

_COUNTS = ("pieces", "works", "measures", "notes", "quarters")
_VALUES = 12


def overview(data: Data) -> str:
    """The section."""
    return section(
        "overview", "The corpus", *_sources(data), _counts(data), _labels(data), _unreadable(data), _faults(data)
    )


def _sources(data: Data) -> list[str]:
    told = []
    for corpus in data.corpora:
        words = [f"<strong>{text(corpus.title)}</strong> (<code>{text(corpus.name)}</code>)."]
        words.append(f"Source: {text(source_of(corpus))}.")
        notes = f" {text(corpus.licence_notes.rstrip('. '), 1000)}." if corpus.licence_notes else ""
        words.append(f"Licence: {text(corpus.licence)}.{notes}")
        words.append(
            f"Redistribution: {'yes' if corpus.redistribution else 'no'}; commercial use: {text(corpus.commercial)}."
        )
        told.append(paragraph(*words))
        if corpus.selection:
            lines = "".join(f"{text(line, 2000)}<br>" for line in corpus.selection.split("\n") if line)
            told.append(opened("How the pieces were chosen, and what labels and groups mean", lines))
        left_out = parts.pieces(list(corpus.excluded.items()))
        told.append(opened(f"Left out of the list: {counted(len(corpus.excluded), 'piece')}", left_out))
    others = [name for name in data.names if name not in {corpus.name for corpus in data.corpora}]
    if others:
        told.append(
            paragraph(f"Pieces of {', '.join(text(name) for name in others)}: their licence is not known to musegen.")
        )
    return told


def _counts(data: Data) -> str:
    """How much there is, by label."""
    sides = [(value, np.flatnonzero(data.labels == value)) for value in data.values]
    rest = np.flatnonzero(~np.isin(data.labels.astype(str), list(data.values))) if data.values else np.array([], int)
    if len(rest):
        sides.append(("others, or not known", rest))
    sides.append(("all", np.arange(len(data.labels))))
    rows = [[text(name), *_amounts(data, numbers)] for name, numbers in sides]
    head = [text(data.by) if data.values else "", *_COUNTS]
    every = data.listed(lambda row: "")
    what = "as played, repeats written out" if data.asked.unfold else "as written, repeats not unfolded"
    return table(f"Counts ({what}; works are the groups that bootstraps draw)", head, rows) + opened(
        f"{counted(len(every), 'piece')}", parts.pieces(every)
    )


def _amounts(data: Data, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[str]:
    groups = len({data.groups[row] for row in rows.tolist()})
    sums = [sum(data.facts[row][name] for row in rows.tolist()) for name in ("measures", "notes", "quarters")]
    return [f"{number:,.0f}" for number in (len(rows), groups, *sums)]


def _labels(data: Data) -> str:
    """The values of every label, each opening its pieces."""
    labels = dict.fromkeys(label for piece in data.found.pieces for label in piece.labels)
    rows = []
    for label in labels:
        values = [piece.labels.get(label, "") for piece in data.found.pieces]
        counts = Counter(value for value in values if value)
        common = "; ".join(f"{text(value)} ({count})" for value, count in counts.most_common(_VALUES))
        more = f"; {len(counts) - _VALUES} more" if len(counts) > _VALUES else ""
        numbers = [row for row in range(len(values)) if values[row]]
        known = sorted(data.listed(lambda row, values=values: values[row], numbers), key=lambda one: (one[1], one[0]))  # type: ignore[misc]
        few = len(counts) <= max(_VALUES, len(values) // 3)
        told = common + more if few else f"{len(counts)} different ones"
        rows.append(
            [
                text(label),
                told,
                opened(f"{sum(counts.values())}", parts.pieces(known) if few else "") or f"{len(known)}",
            ]
        )
    return table("What is known of the pieces", ["label", "values (pieces)", "pieces"], rows, left=2) if rows else ""


def _unreadable(data: Data) -> str:
    failures = data.found.failures
    if not failures:
        return paragraph("Every piece of the list could be read.")
    rows = [[text(one.piece), text(one.kind), text(one.message)] for one in failures[: parts.MOST]]
    said = paragraph(
        f"{counted(len(failures), 'piece')} could not be read and {'are' if len(failures) > 1 else 'is'} in no "
        "number below."
    )
    return said + table("What could not be read", ["piece", "kind", "reason"], rows, left=3)


def _faults(data: Data) -> str:
    """Faults that the manifest knows, and what readers had to mend."""
    known = [(piece.name, "; ".join(piece.faults)) for piece in data.found.pieces if piece.faults]
    mended = [row for row, facts in enumerate(data.facts) if facts["notices"]]
    told = data.listed(lambda row: counted(data.facts[row]["notices"], "place"), mended)
    parts_told = [
        opened(f"Known faults of the source: {counted(len(known), 'piece')}", parts.pieces(known)),
        opened(f"Read with something mended or guessed: {counted(len(told), 'piece')}", parts.pieces(told)),
    ]
    return "".join(parts_told)
