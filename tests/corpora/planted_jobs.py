"""Jobs for the tests of runs: pieces whose names say what they do to the process that has them."""

import ctypes
import os
import signal
import time
from pathlib import Path

import numpy as np

from musegen.errors import MalformedScore


def planted(piece, options):
    """A row, unless the piece's name asks for worse; each call leaves a line in `options["calls"]`."""
    if options.get("calls"):
        with Path(options["calls"]).open("a", encoding="utf-8") as calls:
            calls.write(f"{piece.name}\n")
    time.sleep(options.get("pause", 0))
    deed = piece.name.partition("-")[0]
    if deed == "RAISE":
        raise MalformedScore("measure 3 holds five beats", file=piece.name)
    if deed == "STUMBLE":
        return {"x": 1 / 0}
    if deed == "HANG":
        while True:
            pass
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
        return {"x": float(np.ones(options.get("hunger", 1 << 30)).sum())}
    number = int(piece.name.partition("-")[2])
    return {"number": number, "third": np.float32(number / 3), "exact": number / 7, "text": f'no, "{number}"'}
