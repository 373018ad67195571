"""Jobs for the tests of runs: pieces whose names say what they do to the process that has them."""

import ctypes
import hashlib
import os
import signal
import time
from pathlib import Path

import numpy as np

from musegen.corpora import Piece
from musegen.errors import MalformedScore

KINDS = {"RAISE": "error", "STUMBLE": "error", "HANG": "timeout", "SLEEP": "timeout", "CRASH": "crash",
         "EXIT": "crash", "KILLED": "crash", "MEMORY": "memory"}  # fmt: skip
"""How a piece fails whose name begins so."""


def with_planted(pieces, deeds=tuple(KINDS)):
    """The pieces with one for each deed spread among them."""
    step = len(pieces) // len(deeds) + 1
    found = list(pieces)
    for number, deed in enumerate(deeds):
        found.insert(number * (step + 1), Piece(f"{deed}-{number}"))
    return found


def good_pieces(count):
    """Pieces that `planted` makes rows of."""
    named = [(f"good-{number}", str(1600 + number)) for number in range(count)]
    return [Piece(name, hashlib.sha256(name.encode()).hexdigest(), labels={"year": year}) for name, year in named]


def planted(piece, options):
    """A row, unless the piece's name asks for worse; each call leaves a line in `options["calls"]`."""
    if options.get("calls"):
        with Path(options["calls"]).open("a", encoding="utf-8") as calls:
            calls.write(f"{piece.name}\n")
    time.sleep(options.get("pause", 0))
    deed, _, number = piece.name.partition("-")
    if deed in KINDS:
        do(deed, piece)
    return {
        "third": np.float32(int(number) / 3),
        "exact": int(number) / 7,
        "number": int(number),
        "text": f'"{number}"',
    }


def scores(piece, options):
    """Features of a real score, unless the piece's name asks for worse."""
    deed = piece.name.partition("-")[0]
    if deed in KINDS:
        do(deed, piece)
    from musegen.features.extractor import feature_row

    return feature_row(piece, options)


def do(deed, piece):
    """What no score should be able to do to others."""
    if deed == "RAISE":
        raise MalformedScore("measure 3 holds five beats", file=piece.name)
    if deed == "STUMBLE":
        return 1 / 0
    if deed == "SLEEP":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(3600)
    if deed == "CRASH":
        ctypes.string_at(0)
    if deed == "EXIT":
        os._exit(0)
    if deed == "KILLED":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "MEMORY":
        return np.ones(1 << 30).sum()
    while deed == "HANG":
        pass
    return None


def delegating(_piece, _options):
    """Hangs in a process of its own, as a reader of a strange format could."""
    from musegen.score.worker import Worker

    return Worker("echo", timeout=600, memory_mb=500).call({"hang": True})
