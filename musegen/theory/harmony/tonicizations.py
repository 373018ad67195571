"""Tonicization against modulation: which keys a piece settles in, and which degrees it only touches as tonics.

A key holds where a cadence confirms it, or where it lasts; an excursion without a cadence of its own belongs to the key
around it (Aldwell & Schachter, *Harmony and Voice Leading*, ch. 27; Laitz, *The Complete Musician*, chs. 17 and 18).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.keys import Key
from musegen.theory.places import listed, measures, opening_chords
from musegen.theory.vocabulary import numerals

LASTING = 2
"""Measures after which a key holds without a cadence, if its dominant and its tonic are heard there."""


class Region(NamedTuple):
    """Chords in a key that holds; brief excursions to other keys are counted in."""

    first: int  # index of its first chord
    last: int  # index after its last one
    key: Key
    evidence: str  # why the key holds; "" where an excursion is none


class Tonicization(NamedTuple):
    """A degree that is the tonic for a while. Times in ticks."""

    onset: int
    end: int
    key: Key  # the key that goes on
    degree: str  # its numeral there; "" where it has none
    tonic: Key  # what the degree is made the tonic of
    chords: tuple[str, ...]  # as the analysis writes them
    is_applied: bool  # written as applied chords; otherwise as a key of its own
    reason: str  # how it was told from a modulation


def regions(score: Score, analysis: Analysis) -> tuple[Region, ...]:
    """The keys that hold, one after the other: together they cover all chords.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> touched = parse_grid("key: C major; meter: 3/4\\nS: e5 f#5 g5 | f5 d5 b4 | c5 . .\\n"
    ...                      "B: c3 a3 b3 | a3 g3 g3 | c3 . .\\nH: I G:V43 I6 | C:IV6 V V7 | I . .")
    >>> [str(region.key) for region in regions(touched, analyse(touched))]
    ['C']
    """
    spans = [_region(score, analysis, span) for span in _key_spans(analysis.chords)]
    if not any(span.evidence for span in spans):
        return (Region(0, len(analysis.chords), analysis.key, "no other key is confirmed"),) if spans else ()
    hosts = _hosts(spans, analysis)
    joined: list[Region] = []
    for span, host in zip(spans, hosts, strict=True):
        if joined and joined[-1].key == host.key:
            joined[-1] = joined[-1]._replace(last=span.last, evidence=joined[-1].evidence or span.evidence)
        else:
            joined.append(Region(span.first, span.last, host.key, host.evidence))
    return tuple(joined)


def tonicizations(score: Score, analysis: Analysis) -> tuple[Tonicization, ...]:
    """Every degree that is made a tonic without a modulation, in order: by a passing key, or by applied chords."""
    spans = _key_spans(analysis.chords)
    found = [
        _passing_key(analysis.chords, span, region.key)
        for region in regions(score, analysis)
        for span in spans
        if region.first <= span.first < region.last and span.key != region.key
    ]
    return tuple(sorted([*found, *_applied_groups(analysis)], key=lambda row: row.onset))


def tonicization_lines(score: Score, rows: Sequence[Tonicization]) -> list[str]:
    """A line a degree: `ii of C major, as D minor (no phrase closes in D minor): measure 2: i6 V43 i`.

    Those that take a cadence, or two chords that are applied or in a key of their own; then in a line a key where one
    applied chord resolves to its degree. The other mode on the same tonic is mixture.
    """
    told: dict[str, list[str]] = {}
    for row in rows:
        if not _is_single(row):
            degree = f"{row.degree} of {row.key.words}, as {row.tonic.words}" if row.degree else row.tonic.words
            if row.tonic.tonic == row.key.tonic:
                degree = f"mixture of {row.tonic.words} in {row.key.words}"
            place = f"{measures(score, row.onset, row.end)}: {' '.join(row.chords)}"
            told.setdefault(f"{degree} ({row.reason})", []).append(place)
    return [f"{words}: {listed(places)}" for words, places in told.items()] + _single_lines(score, rows)


def _is_single(row: Tonicization) -> bool:
    applied = {figure for figure in row.chords if "/" in figure or not row.is_applied}
    return len(applied) < 2 and not row.reason.endswith("goes on")


def _single_lines(score: Score, rows: Sequence[Tonicization]) -> list[str]:
    """`of C major, by one applied chord: V (measure 3; measure 9), ii (measure 7)`, those that resolve."""
    by_key: dict[Key, dict[str, list[str]]] = {}
    for row in rows:
        if row.is_applied and _is_single(row) and any("/" not in figure for figure in row.chords):
            by_key.setdefault(row.key, {}).setdefault(row.degree, []).append(
                f"measure {score.place(row.onset).measure}"
            )
    return [
        f"of {key.words}, by one applied chord: "
        + ", ".join(f"{degree} ({listed([*dict.fromkeys(places)])})" for degree, places in degrees.items())
        for key, degrees in by_key.items()
    ]


def tonicization_line(score: Score, row: Tonicization) -> str:
    """One of them; "" for a single applied chord that does not resolve."""
    return "".join(tonicization_lines(score, [row]))


def triad_in(tonic: Key, key: Key) -> str:
    """The figure of a key's tonic triad in another key; "" where it has none without a slash.

    >>> triad_in(Key.parse("G"), Key.parse("C")), triad_in(Key.parse("d"), Key.parse("a"))
    ('V', 'iv')
    """
    root = tonic.tonic - key.tonic
    members = (root, root + (-3 if tonic.minor else 4), root + 1)
    plain = (one for one in numerals(key.minor) if one.members == members and not one.inversion)
    return next((one.figure for one in plain if not one.applied_to), "")


def _key_spans(chords: tuple[ChordSpan, ...]) -> list[Region]:
    found = []
    for key, group in groupby(range(len(chords)), key=lambda index: chords[index].key):
        indices = [*group]
        found.append(Region(indices[0], indices[-1] + 1, key, ""))
    return found


def _region(score: Score, analysis: Analysis, span: Region) -> Region:
    """The span with what makes its key hold."""
    inside = analysis.chords[span.first : span.last]
    onset, end = inside[0].onset, inside[-1].end
    heard = [one for one in analysis.cadences if onset <= one.onset < end and one.key == span.key]
    if heard:
        return span._replace(evidence=f"{heard[-1].kind} in measure {heard[-1].measure}")
    bars = score.measure_index_at(end - 1) - score.measure_index_at(onset) + 1
    closes = any(
        a.numeral.is_dominant and not a.numeral.applied_to and b.numeral.root == 0 for a, b in pairwise(inside)
    )
    is_outer = span.first == 0 or span.last == len(analysis.chords)
    if span.key == analysis.key and (is_outer or (bars > 1 and closes)):
        return span._replace(evidence="the home key")
    return span._replace(evidence=f"{bars} measures long") if bars > LASTING and closes else span


def _hosts(spans: list[Region], analysis: Analysis) -> list[Region]:
    """For each span the region that it belongs to: itself, or the one that holds before or after it."""
    holds = [index for index, span in enumerate(spans) if span.evidence]
    starts = opening_chords(analysis.chords, analysis.phrases)
    hosts: list[Region] = []
    for index, span in enumerate(spans):
        before = next((spans[other] for other in reversed(holds) if other <= index), None)
        after = next((spans[other] for other in holds if other >= index), None)
        if before is None or after is None:
            host = before or after
        elif hosts and hosts[-1] is after:
            host = after
        else:
            host = after if _leans_forward(analysis.chords, starts, span, before, after) else before
        assert host is not None
        hosts.append(host)
    return hosts


def _leans_forward(
    chords: tuple[ChordSpan, ...], starts: frozenset[int], span: Region, before: Region, after: Region
) -> bool:
    """Whether an excursion belongs to what follows: by its phrase, else because it stands nearer to that key."""
    opens = chords[span.first].onset in starts
    inside = any(chord.onset in starts for chord in chords[span.first + 1 : span.last])
    closes = span.last < len(chords) and chords[span.last].onset in starts
    if opens != closes and not inside:
        return opens
    return _nearness(span.key, after.key) > _nearness(span.key, before.key)


def _nearness(tonic: Key, key: Key) -> int:
    if (tonic.tonic - key.tonic, tonic.minor) == (1, False):
        return 2
    return int(abs(tonic.signature - key.signature) <= 1)


def _passing_key(chords: tuple[ChordSpan, ...], span: Region, host: Key) -> Tonicization:
    inside = chords[span.first : span.last]
    return Tonicization(
        inside[0].onset, inside[-1].end, host, triad_in(span.key, host), span.key,
        tuple(chord.numeral.figure for chord in inside), False, f"no phrase closes in {span.key.words}",
    )  # fmt: skip


def _applied_groups(analysis: Analysis) -> Iterator[Tonicization]:
    """Neighbouring chords applied to one degree, with the degree itself where they reach it."""
    chords, index = analysis.chords, 0
    while index < len(chords):
        goal = chords[index].numeral.applied_to
        last = index
        while goal and last < len(chords) and _speaks_of(chords[last], chords[index]):
            last += 1
        if goal:
            yield _applied_group(analysis, chords[index:last])
        index = max(last, index + 1)


def _speaks_of(chord: ChordSpan, first: ChordSpan) -> bool:
    """Applied to the same degree as the first chord, or the degree itself."""
    numeral, goal = chord.numeral, first.numeral
    if chord.key != first.key:
        return False
    reaches = numeral.root == goal.applied_tonic and not numeral.applied_to and not numeral.is_cadential
    return numeral.applied_to == goal.applied_to or reaches


def _applied_group(analysis: Analysis, group: tuple[ChordSpan, ...]) -> Tonicization:
    first, end = group[0], group[-1].end
    degree = first.numeral.applied_to
    minor = degree.lstrip("b#").islower()
    tonic = Key(first.key.tonic + first.numeral.applied_tonic, minor)
    closes = [one for one in analysis.cadences if first.onset <= one.onset < end and one.key == tonic]
    reason = f"{closes[-1].kind} there, but {first.key.words} goes on" if closes else "applied chords"
    figures = tuple(chord.numeral.figure for chord in group)
    return Tonicization(first.onset, end, first.key, degree, tonic, figures, True, reason)
