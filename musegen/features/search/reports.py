"""A concordance as text, JSON and CSV: each passage with its place and its context, and how often it stands where."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from musegen.features.search.concordance import Concordance, Rate, Searched
from musegen.features.search.finding import Hit
from musegen.score.cells import tamed

_HIT = ("measure", "beat", "key", "before", "match", "after", "voices", "cadence")
_WIDEST = 34
"""Letters of context before and after a hit in a line of text."""
_REASONS = 3


class Counted(NamedTuple):
    """A concordance with its rates, all together and by a label ("" for none)."""

    found: Concordance
    total: Rate
    label: str
    rates: tuple[Rate, ...]


def counted(found: Concordance, label: str, seed: int) -> Counted:
    """The rates of a concordance; the bootstraps draw from `seed`.

    Raises:
        UsageError: no piece has such a label.
    """
    rng = np.random.default_rng(seed)
    total = found.total(rng)
    return Counted(found, total, label, found.rates(label, rng) if label else ())


def headline(counts: Counted) -> str:
    """How much was found, in how much."""
    total = counts.total
    if not total.pieces:
        return "no piece was searched"
    pieces = f"{total.pieces} piece{'s' * (total.pieces != 1)}"
    passages = f"{total.hits:,} passage{'s' * (total.hits != 1)}"
    where = f"{passages} in {total.pieces_with} of {pieces}" if total.hits else f"nothing in {pieces}"
    base = f"{total.beats:,.0f} beats" + (f", {total.chords:,} chords" if total.chords else "")
    return f"{where}; {rate_words(total)} ({base} searched)"


def rate_words(rate: Rate) -> str:
    """`1.6 per 1,000 beats, 1.1 to 2.2 in 95 % of bootstraps over works`."""
    if math.isnan(rate.per_thousand):
        return "no beat to count by"
    told = f"{rate.per_thousand:.2f} per 1,000 beats"
    if math.isnan(rate.low):
        return told
    return f"{told}, {rate.low:.2f} to {rate.high:.2f} in 95 % of bootstraps over works"


def method(found: Concordance) -> str:
    """Who read the chords, and how; "" where nobody needed to."""
    if not found.readings:
        return ""
    told = f"chords by the {found.engine} engine, {' and '.join(found.readings)} reading"
    if not found.implied:
        return told
    lines = "1 piece is a single line" if found.implied == 1 else f"{found.implied:,} pieces are a single line"
    return f"{told}; {lines}, whose chords are only implied"


def to_text(counts: Counted, most: int) -> str:
    """The concordance for people: counts, then at most so many passages (0: all), key word in context."""
    found = counts.found
    lines = [f"{found.query}: {headline(counts)}", *([method(found)] if method(found) else [])]
    lines += [left_out(found)] if found.left_out else []
    if counts.rates:
        lines += ["", *_rate_lines(counts)]
    hits = [(searched, hit) for searched in found.pieces for hit in searched.hits]
    if hits:
        lines += ["", *_hit_lines(hits[: most or len(hits)])]
    if most and len(hits) > most:
        lines.append(f"... and {len(hits) - most:,} more (--most 0 prints all)")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def left_out(found: Concordance) -> str:
    """How many pieces were not searched, and why; the first reasons where there are many."""
    count, reasons = len(found.left_out), list(dict.fromkeys(one.left_out for one in found.left_out))
    told = "; ".join(reasons[:_REASONS]) + (
        f"; and {len(reasons) - _REASONS} more reasons" if reasons[_REASONS:] else ""
    )
    return f"{count} piece{'s were' if count > 1 else ' was'} not searched: {told}"


def _rate_lines(counts: Counted) -> list[str]:
    rows = [(counts.label, "hits", "pieces", "beats", "per 1,000 beats", "95 % interval")]
    for rate in (*counts.rates, counts.total):
        interval = "" if math.isnan(rate.low) else f"{rate.low:.2f} to {rate.high:.2f}"
        per = "" if math.isnan(rate.per_thousand) else f"{rate.per_thousand:.2f}"
        rows.append(
            (rate.group, str(rate.hits), f"{rate.pieces_with}/{rate.pieces}", f"{rate.beats:,.0f}", per, interval)
        )
    return _columns(rows, right=(1, 2, 3, 4))


def _hit_lines(hits: Sequence[tuple[Searched, Hit]]) -> list[str]:
    rows = [("piece", "measure", "beat", "voices", "", "", "", "cadence")]
    for searched, hit in hits:
        before = hit.before if len(hit.before) <= _WIDEST else "..." + hit.before[3 - _WIDEST :]
        after = hit.after if len(hit.after) <= _WIDEST else hit.after[: _WIDEST - 3] + "..."
        match = f"| {hit.match} |"
        rows.append((searched.piece.name, hit.measure, hit.beat, hit.voices, before, match, after, hit.cadence))
    return _columns(rows, right=(1, 2, 4))


def _columns(rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> list[str]:
    """Rows as columns of text, empty ones left out."""
    shown = [n for n in range(len(rows[0])) if any(row[n] for row in rows[1:])]
    wide = {n: max(len(row[n]) for row in rows) for n in shown}
    return ["  ".join(row[n].rjust(wide[n]) if n in right else row[n].ljust(wide[n]) for n in shown) for row in rows]


def to_json(counts: Counted) -> str:
    """Everything, for programs; numbers that are not defined are null."""
    found = counts.found
    facts = {
        "version": 1,
        "query": found.query,
        "engine": found.engine if found.readings else None,
        "readings": found.readings,
        "chords_implied": found.implied,
        "total": _rate(counts.total),
        "by": counts.label or None,
        "groups": [_rate(rate) for rate in counts.rates],
        "hits": [_hit(searched, hit) for searched in found.pieces for hit in searched.hits],
        "not_searched": [{"piece": one.piece.name, "reason": one.left_out} for one in found.left_out],
    }
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def _rate(rate: Rate) -> dict[str, Any]:
    values = rate._asdict()
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values.items()}


def _hit(searched: Searched, hit: Hit) -> dict[str, Any]:
    facts: dict[str, Any] = {"piece": searched.piece.name} | {name: getattr(hit, name) for name in _HIT}
    return facts | {"note_ids": hit.notes, "labels": dict(searched.piece.labels)}


def to_csv(counts: Counted) -> str:
    """A row a passage: the piece with what is known of it, the place, the context; no cell is taken for a formula."""
    labels = sorted({name for searched in counts.found.pieces for name in searched.piece.labels} - {*_HIT, "piece"})
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["piece", *_HIT, *labels])
    for searched in counts.found.pieces:
        known = [searched.piece.labels.get(name, "") for name in labels]
        for hit in searched.hits:
            cells = (searched.piece.name, *(getattr(hit, name) for name in _HIT), *known)
            writer.writerow([tamed(cell) if isinstance(cell, str) else cell for cell in cells])
    return stream.getvalue()
