"""The heads of a tied note: one note for the ear, several on paper."""

from __future__ import annotations

import numpy as np

from musegen.score.table import Flag, NoteTable


def tied_heads(notes: NoteTable) -> dict[int, list[int]]:
    """Every note's heads by id: itself and those that it is tied to, in order of time.

    >>> from musegen.score.textgrid import parse_grid
    >>> tied_heads(parse_grid("meter: 2/4\\nS: c5 d5 | . e5").notes)
    {0: [0], 1: [1, 2], 2: [2], 3: [3]}
    """
    rows = notes.rows
    heads = {number: [number] for number in rows["id"].tolist()}
    open_ties: dict[tuple[int, int, int], int] = {}
    for row in rows[np.argsort(rows["onset"], kind="stable")]:
        number, place = int(row["id"]), (int(row["part"]), int(row["pitch"]), int(row["onset"]))
        first = number
        if row["flags"] & Flag.TIED_FROM_PREVIOUS:
            first = open_ties.pop(place, number)
        if first != number:
            heads[first].append(number)
        if row["flags"] & Flag.TIED_TO_NEXT:
            open_ties[place[0], place[1], place[2] + int(row["duration"])] = first
    return heads
