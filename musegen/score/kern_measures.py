"""The measures of a kern file: their printed numbers and endings, and notes that last beyond a barline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from musegen.errors import MalformedScore
from musegen.score.kern_tokens import REST
from musegen.score.kern_walk import Row, Walk
from musegen.score.limits import MAX_MEASURES, check_count
from musegen.score.measure_grid import COMMON_TIME, MeasureFacts, full_length
from musegen.score.table import Flag

_COUNTED = re.compile(r"(\d+)")
_ENDING = re.compile(r"(\D+)(\d+)$")


def measured(walk: Walk) -> tuple[list[Row], list[MeasureFacts]]:
    """Rows that each lie within one measure, and the facts of the measures with printed numbers.

    Raises:
        MalformedScore: nothing lasts, music without barlines is too long to be given any, or there are too many notes.
    """
    rows, facts = walk.rows, walk.bars.measures
    if not facts:
        raise MalformedScore("no note has a duration")
    if len(facts) == 1 and not facts[0].number:
        rows, facts = _barred(rows, facts[0], walk.unit)
    _number(facts)
    _name_endings(facts)
    return _split(rows, [fact.extent for fact in facts]), facts


def _barred(rows: list[Row], whole: MeasureFacts, unit: int) -> tuple[list[Row], list[MeasureFacts]]:
    """Music without barlines in measures as its meter, or 4/4, has them."""
    length = full_length(whole.time or COMMON_TIME, unit)
    count = -(-whole.extent // length)
    if count > MAX_MEASURES:
        raise MalformedScore(f"the music without barlines is longer than {MAX_MEASURES} measures")
    rest = whole.extent - (count - 1) * length
    plain = replace(whole, extent=length, reach=length, barline="", repeat_end=False)
    measures = [replace(plain) for _ in range(count - 1)] + [replace(whole, extent=rest, reach=rest)]
    return [row._replace(measure=row.onset // length, onset=row.onset % length) for row in rows], measures


def _number(facts: list[MeasureFacts]) -> None:
    """Measures without a number of their own: counted in a file without any, else parts of the one before."""
    told = [fact.number for fact in facts]
    if not any(told):
        short = len(facts) > 1 and facts[0].extent < facts[1].extent
        for number, fact in enumerate(facts, start=0 if short else 1):
            fact.number = str(number)
        return
    for index, fact in enumerate(facts):
        if fact.number:
            continue
        if index:
            fact.number = facts[index - 1].number
        else:
            found = _COUNTED.match(next((number for number in told if number), ""))
            fact.number = str(max(int(found[1]) - 1, 0)) if found else "1"


def _name_endings(facts: list[MeasureFacts]) -> None:
    """The sections A1 and A2 after a section A are its first and second ending."""
    sections = {fact.ending for fact in facts}
    for fact in facts:
        found = _ENDING.match(fact.ending)
        fact.ending = found[2] if found and found[1] in sections else ""


def _split(rows: list[Row], lengths: Sequence[int]) -> list[Row]:
    """A note that lasts beyond its barline as tied notes, one a measure; the first stays where it was in the list."""
    written, more = list(rows), []
    for number, row in enumerate(rows):
        if row.measure == len(lengths):  # grace notes after the last barline
            written[number] = row._replace(measure=row.measure - 1, onset=lengths[-1])
            continue
        if row.onset + row.duration > lengths[row.measure] and row.pitch != REST:
            written[number], *others = _pieces(row, lengths)
            more += others
            check_count(len(written) + len(more))
    return written + more


def _pieces(row: Row, lengths: Sequence[int]) -> list[Row]:
    pieces, left, first = [], row.duration, True
    onset, measure = row.onset, row.measure
    while left > 0:
        last = measure == len(lengths) - 1
        here = left if last else min(left, lengths[measure] - onset)
        if not here:  # written before the barline at which it begins
            onset, measure = 0, measure + 1
            continue
        flags = row.flags & ~(Flag.FERMATA if left > here else 0)
        flags |= 0 if first else Flag.TIED_FROM_PREVIOUS
        flags |= Flag.TIED_TO_NEXT if left > here else 0
        pieces.append(row._replace(onset=onset, duration=here, measure=measure, flags=int(flags)))
        left, onset, measure, first = left - here, 0, measure + 1, False
    return pieces
