"""Reading beside music21: the same notes on its whole MusicXML corpus, and how much less CPU it costs.

python tests/benchmarks/reading.py corpus [FOLDER]   # an hour of music21; FOLDER keeps music21's notes for the next run
python tests/benchmarks/reading.py speed             # a minute; ratios from one run
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np

from musegen.score.files import corpus_folder, find, read
from musegen.score.pitch import spell
from musegen.score.table import Flag

CHORALES = [f"bach/bwv{number}" for number in (*range(253, 268), *range(269, 279))]
LARGER = [
    "beethoven/opus18no1/movement1", "beethoven/opus59no1/movement2", "haydn/opus74no1/movement3", "luca/gloria",
    "mozart/k458/movement1", "monteverdi/madrigal.3.1", "schumann_robert/opus41no1/movement1", "schubert/Lindenbaum",
    "weber/concertino_clarinet",
]  # fmt: skip
Note = tuple[Fraction, Fraction, int, int]


def musicxml_files() -> list[Path]:
    """Every MusicXML file of music21's corpus."""
    folder = corpus_folder()
    assert folder is not None
    return sorted(path for path in folder.rglob("*") if path.suffix in (".mxl", ".xml", ".musicxml"))


def our_notes(path: Path) -> tuple[Counter[Note], list[str]]:
    """(onset, duration, pitch, spelling) of every pitched row, in quarters; and what the reader had to say."""
    score = read(path)
    rows = score.notes.rows[~score.notes.has(Flag.UNPITCHED)]
    unit = score.ticks_per_quarter
    found = Counter(
        (Fraction(onset, unit), Fraction(duration, unit), pitch, fifths)
        for onset, duration, pitch, fifths in rows[["onset", "duration", "pitch", "fifths"]].tolist()
    )
    return found, [f"m. {notice.measure}: {notice.message}" for notice in score.notices]


def music21_notes(path: Path) -> tuple[Counter[Note], list[list[Fraction]]]:
    """The same from music21, and the measure offsets of each part."""
    from music21 import converter

    stream = converter.parse(path, forceSource=True)
    found: Counter[Note] = Counter()
    grids = []
    for part in stream.parts:
        if any(instrument.transposition for instrument in part.recurse().getElementsByClass("Instrument")):
            part.toSoundingPitch(inPlace=True)
        measures = list(part.getElementsByClass("Measure"))
        grids.append([_exact(measure.offset) for measure in measures])
        for measure in measures:
            for holder in [measure, *measure.voices]:
                base = measure.offset + (0 if holder is measure else holder.offset)
                for element in holder.notes:
                    if "Harmony" not in element.classes:
                        found.update(_pitches(element, _exact(base) + _exact(element.offset)))
    return found, grids


def _pitches(element: object, onset: Fraction) -> list[Note]:
    length = _exact(element.duration.quarterLength)
    return [(onset, length, *spell(pitch.step, round(pitch.alter), pitch.implicitOctave)) for pitch in element.pitches]


def _exact(number: object) -> Fraction:
    return Fraction(number).limit_denominator(65_535)


def compare_corpus(keep: Path | None) -> None:
    """Print each file that differs, and the totals."""
    import pickle  # the developer's own scratch folder only

    equal = in_step = in_step_equal = files = notes = 0
    for path in musicxml_files():
        files += 1
        name = str(path.relative_to(corpus_folder()))
        stored = keep / (name.replace("/", "__") + ".pickle") if keep else None
        if stored and stored.exists():
            theirs, grids = pickle.loads(stored.read_bytes())  # noqa: S301
        else:
            theirs, grids = music21_notes(path)
            if stored:
                stored.write_bytes(pickle.dumps((theirs, grids)))
        ours, notices = our_notes(path)
        steps = all(grid == grids[0] for grid in grids)
        same = ours == theirs
        notes += sum(ours.values())
        equal, in_step, in_step_equal = equal + same, in_step + steps, in_step_equal + (same and steps)
        if not same or (not steps) or notices:
            print(
                f"{name}: {'equal' if same else 'differs'}, music21 {'in' if steps else 'OUT OF'} step, "
                f"{sum((ours - theirs).values())} of {sum(ours.values())} only ours, {sum((theirs - ours).values())} only music21's;",
                "; ".join(notices[:3]), flush=True,
            )  # fmt: skip
    print(f"{files} files, {notes} notes; equal {equal}; music21 in step {in_step}, of these equal {in_step_equal}")


def compare_speed() -> None:
    """Print CPU seconds of both readers, and their ratio."""
    from music21 import converter

    for title, names in (("25 chorales", CHORALES), ("9 larger works", LARGER)):
        paths = [find(name) for name in names]
        theirs = min(_cpu(lambda: [converter.parse(path, forceSource=True) for path in paths]) for _ in range(2))
        ours = min(_cpu(lambda: [read(path) for path in paths]) for _ in range(5))
        print(f"{title}: music21 {theirs:.2f} s, musegen {ours:.3f} s, ratio {theirs / ours:.1f}", flush=True)


def _cpu(work: object) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    np.seterr(all="raise")
    if sys.argv[1:2] == ["corpus"]:
        compare_corpus(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    else:
        compare_speed()
