"""Pivots against those that human analysts mark: python tests/benchmarks/pivots.py FOLDER (of RomanText files).

The human chords are taken as they stand, so that only the choice of pivots is measured.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from musegen.errors import MusegenError
from musegen.theory.analysis import Analysis, ChordSpan, Phrase
from musegen.theory.annotations.romantext.reading import RomanText, read_roman_text
from musegen.theory.harmony.pivots import pivot_at
from musegen.theory.numerals import parse_numeral


def analysis_of(document: RomanText) -> Analysis:
    """The chords of a document one tick after the other, with its phrases."""
    spans = []
    for tick, chord in enumerate(document.chords):
        numeral = parse_numeral(chord.figure, minor=chord.key.minor)
        spans.append(ChordSpan(tick, 1, str(chord.measure), chord.beat, chord.key, numeral, numeral.function))
    ends = [0, *(count for _, count in document.phrase_ends), len(spans)]
    phrases = tuple(Phrase(start, end) for start, end in pairwise(ends) if end > start)
    return Analysis(spans[0].key, (), tuple(spans), phrases=phrases)


def counted(document: RomanText) -> Counter[str]:
    """Changes of key, pivots that the analyst and that we mark, those at one chord, those with one name."""
    analysis, found = analysis_of(document), Counter[str]()
    for index, (chord, following) in enumerate(pairwise(document.chords)):
        if chord.key == following.key:
            continue
        ours = pivot_at(analysis, index)
        found["changes"] += 1
        found["human"] += bool(chord.pivot)
        found["ours"] += ours is not None
        if chord.pivot and ours:
            found["both"] += 1
            found["same name"] += chord.pivot.partition(": ")[2] == ours.after
    return found


def total(folder: Path) -> Counter[str]:
    """The sums over all documents of a folder that can be read."""
    found = Counter[str]()
    for path in sorted(folder.rglob("*.rntxt")):
        with suppress(MusegenError):
            document = read_roman_text(path.read_text(encoding="utf-8", errors="replace"))
            found += counted(document) if document.chords else Counter()
    return found


if __name__ == "__main__":
    print(dict(total(Path(sys.argv[1]))))
