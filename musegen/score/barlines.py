"""Notes against barlines: a note that is held over a barline is written as tied rows, one a measure."""

from __future__ import annotations

from musegen.score.model import Measure
from musegen.score.table import Flag


def split_at_barlines(records: list[dict[str, int]], measures: tuple[Measure, ...]) -> list[dict[str, int]]:
    """The records with `measure_index`, and every held-over note as tied pieces; a fermata stays on the last."""
    written = []
    for record in records:
        start, end = record["onset"], record["onset"] + record["duration"]
        for index, measure in enumerate(measures):
            first, last = max(start, measure.onset), min(end, measure.onset + measure.length)
            if first < last:
                ties = (Flag.TIED_FROM_PREVIOUS if first > start else 0) | (Flag.TIED_TO_NEXT if last < end else 0)
                fermata = 0 if last == end else int(Flag.FERMATA)
                piece = {"onset": first, "duration": last - first, "measure_index": index}
                flags = (record.get("flags", 0) & ~fermata) | int(ties)
                written.append(record | piece | {"flags": flags})
    return written
