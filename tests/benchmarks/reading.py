"""Reading beside music21: the same notes on its whole MusicXML corpus, and how much less CPU it costs.

python tests/benchmarks/reading.py corpus [FOLDER]   # an hour of music21; FOLDER keeps music21's notes for the next run
python tests/benchmarks/reading.py speed             # a minute; ratios from one run
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

from musegen.score.files import corpus_folder, find, read
from musegen.score.pitch import spell
from musegen.score.table import Flag

CHORALES = [f"bach/bwv{number}" for number in (*range(253, 268), *range(269, 279))]
LARGER = [
    "beethoven/opus18no1/movement1", "beethoven/opus59no1/movement2", "haydn/opus74no1/movement3", "luca/gloria",
    "mozart/k458/movement1", "monteverdi/madrigal.3.1", "schumann_robert/opus41no1/movement1", "schubert/Lindenbaum",
    "weber/concertino_clarinet",
]  # fmt: skip
EXPLAINED = {
    "Lindenbaum.xml": "[chords whose notes have unequal lengths in the file: music21 gives all the first one's]",
    "PMFC_13_04-Credo Cursor.xml": "[an editorial sharp printed without <alter>: music21 plays it, MusicXML does not]",
}
"""Differences where music21's parts are in step."""
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


def compare_corpus() -> None:
    """Print each file that differs or where either reader had to mend something, and the totals."""
    totals: Counter[str] = Counter()
    for path in musicxml_files():
        theirs, grids = music21_notes(path)
        ours, notices = our_notes(path)
        in_step, equal = all(grid == grids[0] for grid in grids), ours == theirs
        totals.update(files=1, notes=sum(ours.values()), parts_in_step=in_step, equal=equal)
        totals.update(equal_where_in_step=equal and in_step, several_parts=len(grids) > 1)
        if not equal or not in_step or notices:
            print(
                f"{path.parent.name}/{path.name}: {'equal' if equal else 'different'}, music21's parts "
                f"{'in step' if in_step else 'OUT OF STEP'}, only ours {sum((ours - theirs).values())} of "
                f"{sum(ours.values())} notes; {'; '.join(notices[:3])} {EXPLAINED.get(path.name, '')}",
                flush=True,
            )
    print(dict(totals))


def compare_speed() -> None:
    """Print CPU seconds of both readers, and their ratio: for each file the best of some rounds, taken in turn."""
    from music21 import converter

    for title, names in (("25 chorales", CHORALES), ("9 larger works", LARGER)):
        paths = [find(name) for name in names]
        theirs, ours = dict.fromkeys(paths, 1e9), dict.fromkeys(paths, 1e9)
        for _ in range(3):
            for path in paths:
                theirs[path] = min(theirs[path], _cpu(partial(converter.parse, path, forceSource=True)))
            for path in paths * 3:
                ours[path] = min(ours[path], _cpu(partial(read, path)))
        total, own = sum(theirs.values()), sum(ours.values())
        print(f"{title}: music21 {total:.2f} s, musegen {own:.3f} s, ratio {total / own:.1f}", flush=True)


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
