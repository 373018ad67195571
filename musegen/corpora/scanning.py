"""What must be known of each piece before it can be listed: it is read once, and tells of itself in one row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from musegen.corpora.duplicates import digest
from musegen.corpora.headers import cleaned, fields_of
from musegen.corpora.kinship import Melody, Tones, beats_of, melody_of, tones_of
from musegen.corpora.pieces import Piece
from musegen.score.abc_tunes import place_of, unix_lines
from musegen.score.files import regular_file
from musegen.score.model import Score

MOST_FAULTS = 12
SCANNER_VERSION = 2
"""Counted up when a scan tells something new."""


class Scan(NamedTuple):
    """What reading a piece told."""

    fields: Mapping[str, str]
    digest: str  # of its notes in any transposition
    shape: str  # of its notes in any transposition at any speed
    melody: Melody
    beats: Melody
    tones: Tones
    faults: tuple[str, ...]


def scanned(piece: Piece) -> Scan:
    """What a piece tells of itself.

    Raises:
        UnreadableFile, MalformedScore: as `Piece.read` does.

    >>> scanned(Piece("bach/bwv66.6")).melody[:4].tolist()
    [-2, -2, 2, 2]
    """
    score = piece.read()
    fields = {"name": piece.name} | fields_of(text_of(piece), score.metadata)
    shape, lines = digest(score, at_any_speed=True), (melody_of(score), beats_of(score), tones_of(score))
    return Scan(fields, digest(score), shape, *lines, faults_of(score))


def scan_row(piece: Piece, _options: Mapping[str, Any]) -> dict[str, str]:
    """The same as one row of texts: the job of a run over many pieces."""
    scan = scanned(piece)
    return {
        "fields": json.dumps(dict(scan.fields)),
        "digest": scan.digest,
        "shape": scan.shape,
        "melody": scan.melody.tobytes().hex(),
        "beats": scan.beats.tobytes().hex(),
        "tones": scan.tones.astype("<i8").tobytes().hex(),
        "faults": json.dumps(scan.faults),
    }


def scan_of(row: Mapping[str, str]) -> Scan:
    """The scan that a row of `scan_row` holds."""
    melody, beats = (np.frombuffer(bytes.fromhex(row[name]), np.int8) for name in ("melody", "beats"))
    tones = np.frombuffer(bytes.fromhex(row["tones"]), "<i8")
    fields, faults = json.loads(row["fields"]), tuple(json.loads(row["faults"]))
    return Scan(fields, row["digest"], row["shape"], melody, beats, tones, faults)


def text_of(piece: Piece) -> bytes:
    """The content of a piece's file; of a tune in a collection only its own text.

    Raises:
        UnreadableFile: it is not there.
    """
    data = regular_file(piece.path)
    if not piece.tune:
        return data
    text = unix_lines(data)
    place = place_of(text, piece.tune)
    return text[place.start : place.stop]


def faults_of(score: Score) -> tuple[str, ...]:
    """What reading had to mend, each once with all its measures.

    >>> faults_of(Piece("haydn/opus1no1/movement4").read())[0]
    'measures 33, 40: the parts fill 2, 3 quarters: read as 3'
    """
    measures: dict[str, list[str]] = {}
    for notice in score.notices:
        measures.setdefault(notice.message, []).append(notice.measure)
    order = {measure.number: index for index, measure in enumerate(score.measures)}
    told = [_told(message, found, order) for message, found in measures.items()]
    more = [f"and {len(told) - MOST_FAULTS} more"] if len(told) > MOST_FAULTS else []
    return tuple(cleaned(fault.replace(";", ",")) for fault in told[:MOST_FAULTS] + more)


def _told(message: str, measures: list[str], order: Mapping[str, int]) -> str:
    """One fault with its measures, neighbours as a range."""
    runs: list[list[str]] = []
    for measure in dict.fromkeys(measure for measure in measures if measure):
        if runs and order.get(measure, -9) == order.get(runs[-1][-1], -1) + 1:
            runs[-1].append(measure)
        else:
            runs.append([measure])
    if not runs:
        return message
    words = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    more = f" and {len(words) - 20} more places" if len(words) > 20 else ""
    return f"measure{'s' * (len(measures) > 1)} {', '.join(words[:20])}{more}: {message}"
