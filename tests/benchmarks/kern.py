"""Reading kern beside music21: the same notes and measures on its whole kern corpus, and how much less CPU it costs.

python tests/benchmarks/kern.py corpus   # all 1,326 files; three minutes, nearly all of them music21's
python tests/benchmarks/kern.py speed    # 40 files; half a minute
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from musegen.score.files import corpus_folder, read
from musegen.score.kern import read_kern
from musegen.score.model import Score
from musegen.score.music21_door import from_music21, parse_file

GOAL_MS_A_KB = 1.0


def kern_files(step: int = 1) -> list[Path]:
    """Every kern file of music21's corpus, or of its Palestrina every so manieth and all the others."""
    folder = corpus_folder()
    assert folder is not None
    masses = sorted((folder / "palestrina").glob("*.krn"))
    others = sorted(path for path in folder.rglob("*.krn") if path.parent.name != "palestrina")
    return others + masses[::step]


def by_music21(path: Path) -> Score:
    """The Score of music21's stream."""
    return from_music21(parse_file(path, "humdrum"))


def differences(ours: Score, theirs: Score) -> list[str]:
    """The subjects on which two readings of a file differ.

    Parts are compared staff by staff: music21 knows no keyboard in kern. Not compared are voices, which it does not
    number, barlines, since it calls the end of a piece double, and where repeats begin, since to it the end `=:|!`
    begins one too. It numbers the first measure 1 where the file prints 46, and 0 where it prints nothing; only other
    differences of numbers are told.
    """
    found = [name for name in _SUBJECTS if _SUBJECTS[name](ours) != _SUBJECTS[name](theirs)]
    if len(ours.measures) != len(theirs.measures):
        return [*found, "count of measures"]
    pairs = [(one.number, other.number) for one, other in zip(ours.measures, theirs.measures, strict=True)]
    odd = [pair for pair in pairs[1:] if pair[0] != pair[1] and pair[1] != "0"]
    return [*found, *(["numbers"] if odd or pairs[0][1] not in ("1", pairs[0][0]) else [])]


def _notes(score: Score) -> list[tuple[Any, ...]]:
    """(onset, duration, pitch, spelling, staff from the top, measure, flags) of every row, in quarters."""
    first = [0, *accumulate(len(part.clefs) for part in score.parts)]
    columns = ["onset", "duration", "pitch", "fifths", "part", "staff", "measure_index", "flags"]
    rows = score.notes.rows[columns].tolist()
    unit = score.ticks_per_quarter
    return sorted(
        (Fraction(onset, unit), Fraction(duration, unit), pitch, fifths, first[part] + staff, measure, flags)
        for onset, duration, pitch, fifths, part, staff, measure, flags in rows
    )


def _of_measures(score: Score, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(measure, field) for field in fields) for measure in score.measures]


def _quarters(score: Score) -> list[tuple[Any, ...]]:
    return [(score.quarters(measure.onset), score.quarters(measure.length)) for measure in score.measures]


_SUBJECTS: dict[str, Callable[[Score], Any]] = {
    "notes": _notes,
    "measures": _quarters,
    "meters": lambda score: _of_measures(score, "time_signature"),
    "keys": lambda score: _of_measures(score, "key_signature"),
    "pickups and repeats": lambda score: _of_measures(score, "is_pickup", "repeat_end"),
    "clefs": lambda score: [clef for part in score.parts for clef in part.clefs],
    "title page": lambda score: score.metadata[:4],
}


def compare_corpus() -> None:
    """Print each file that differs, or of which our reader had something to say, and the totals."""
    totals: Counter[str] = Counter()
    for path in kern_files():
        ours, theirs = read(path), by_music21(path)
        told = differences(ours, theirs)
        totals.update(files=1, equal=not told, notes=len(ours.notes), measures=len(ours.measures))
        if told or ours.notices:
            print(f"{path.parent.name}/{path.name}: {', '.join(told) or 'equal'}", *ours.notices, flush=True)
    print(dict(totals))


def compare_speed() -> None:
    """Print CPU time of both readers, and their ratio: for each file the best of some rounds, taken in turn."""
    for title, paths in _groups():
        theirs, ours = dict.fromkeys(paths, 1e9), dict.fromkeys(paths, 1e9)
        for _ in range(2):
            for path in paths:
                theirs[path] = min(theirs[path], _cpu(partial(parse_file, path, "humdrum")))
            for path in paths * 3:
                ours[path] = min(ours[path], _cpu(lambda path=path: read_kern(path.read_bytes())))
        total, own = sum(theirs.values()), sum(ours.values())
        size = sum(path.stat().st_size for path in paths) / 1000
        each, dense = 1000 * own / len(paths), 1000 * own / size
        print(f"{title}: music21 {total:.2f} s, musegen {own:.3f} s, ratio {total / own:.0f};", end=" ")
        print(f"{each:.1f} ms a file, {dense:.2f} ms a kB (at most {GOAL_MS_A_KB})", flush=True)


def _groups() -> Iterator[tuple[str, list[Path]]]:
    files = kern_files(40)
    yield "33 movements of Palestrina", [path for path in files if path.parent.name == "palestrina"]
    yield "8 other files", [path for path in files if path.parent.name != "palestrina"]


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["corpus"]:
        compare_corpus()
    else:
        compare_speed()
