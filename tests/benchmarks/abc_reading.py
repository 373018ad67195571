"""The ABC reader on every tune of music21's corpus: what it costs, and the same notes and measures as music21.

python tests/benchmarks/abc_reading.py speed           # ten seconds: CPU milliseconds a tune, by collection
python tests/benchmarks/abc_reading.py oracle [EVERY]  # a quarter of an hour of music21; only every so manyth tune
python tests/benchmarks/abc_reading.py peer [EVERY]    # what music21 costs for the same tunes
"""

from __future__ import annotations

import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator

from musegen.errors import ScoreError
from musegen.score.abc_reader import read_abc
from musegen.score.abc_tunes import places_of, unix_lines
from musegen.score.files import corpus_folder
from musegen.score.model import Score
from musegen.score.music21_door import from_music21

_FIELD = re.compile(r"[A-Za-z]:(?![|:\]])")
HOLDING = "%abc-2.1\n"
"""Told nothing, music21 lets an accidental hold for one note only; told of ABC 2.1, to the barline."""


def tunes() -> Iterator[tuple[str, bytes, str, str]]:
    """Collection, text of its file, name and own text of every tune."""
    folder = corpus_folder()
    assert folder is not None
    for path in sorted(folder.glob("*/*.abc")):
        text = unix_lines(path.read_bytes())
        for tune in places_of(text):
            yield path.parent.name, text, tune.name, text[tune.start : tune.stop].decode()


def plain(text: str) -> str:
    """A tune without the signs over which music21 loses notes, lengths or chord symbols; its notes are the same."""
    lines = []
    for line in text.split("\n"):
        if not _FIELD.match(line) and not line.startswith("%"):
            line = re.sub(r'%.*|"[^"]*"?|![^!|]*!', "", line)
            line = re.sub(r"(?<!\[)[H-WYh-w~.](?!:)|\((?!\d)|[)`]", "", line)  # decorations, slurs
            line = re.sub(r"-?\s*([<>]+)-?\s*", r"\1", line)
        lines.append(line)
    return "\n".join(lines)


def music21_score(text: str) -> Score:
    """What music21 makes of a tune."""
    from music21 import converter

    return from_music21(converter.parseData(text, format="abc"))


def sounding(score: Score) -> list[tuple[object, ...]]:
    """(onset, duration, pitch, spelling) of every sounding note, in quarters."""
    rows = score.notes.sounding().rows[["onset", "duration", "pitch", "fifths"]].tolist()
    return sorted((score.quarters(onset), score.quarters(length), *spelled) for onset, length, *spelled in rows)


def measures(score: Score) -> list[tuple[object, ...]]:
    """(onset, length, key signature) of every measure."""
    return [(score.quarters(one.onset), score.quarters(one.length), one.key_signature.fifths) for one in score.measures]


def compare(every: int) -> None:
    """Print, by collection, how many tunes have music21's notes and measures, as it stands and when it is helped."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for collection, data, name, text in list(tunes())[::every]:
        ours = read_abc(data, "", "", name)
        total = totals[collection]
        total["tunes"] += 1
        for kind, told in (
            ("", text),
            (" told of ABC 2.1", HOLDING + text),
            (" made plain", plain(text)),
            (" told and made plain", HOLDING + plain(text)),
        ):
            theirs = music21_score(told)
            if sounding(ours) == sounding(theirs):
                total[f"notes equal{kind}"] += 1
                total[f"measures too{kind}"] += measures(ours) == measures(theirs)
                break
        else:
            print(collection, name, text.partition("\n")[2].partition("\n")[0], flush=True)
    for collection, total in totals.items():
        print(collection, dict(total))


def speed() -> None:
    """Print CPU milliseconds a tune, the best of three rounds, and every tune that is refused."""
    for collection, listed in _by_collection().items():
        best, notes = 1e9, 0
        for _ in range(3):
            start, notes = time.process_time(), 0
            for data, name, _ in listed:
                try:
                    notes += len(read_abc(data, "", "", name).notes)
                except ScoreError as error:
                    print(collection, name, error)
            best = min(best, time.process_time() - start)
        print(
            f"{collection}: {len(listed)} tunes, {notes} notes, {1000 * best / len(listed):.3f} ms a tune", flush=True
        )


def peer(every: int) -> None:
    """Print what music21 costs."""
    for collection, listed in _by_collection().items():
        start = time.process_time()
        for _, _, text in listed[::every]:
            music21_score(text)
        spent = time.process_time() - start
        print(f"{collection}: music21 {1000 * spent / len(listed[::every]):.1f} ms a tune", flush=True)


def _by_collection() -> dict[str, list[tuple[bytes, str, str]]]:
    found: dict[str, list[tuple[bytes, str, str]]] = defaultdict(list)
    for collection, data, name, text in tunes():
        found[collection].append((data, name, text))
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    what, often = (sys.argv[1:2] or ["speed"])[0], int((sys.argv[2:3] or ["1"])[0])
    {"oracle": compare, "peer": peer}.get(what, lambda _: speed())(often)
