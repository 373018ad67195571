"""An analysis as the marks of a sheet: the row of functions with their prolongations, and the cadences."""

from __future__ import annotations

from musegen.engraving.marks import Marks, Stretch
from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.harmony.prolongation import function_spans


def analysis_marks(analysis: Analysis, score: Score, *, functions: bool = True) -> Marks:
    """What stands under the numerals; a function has a line where several chords share it.

    Without `functions` only the cadences: the numerals may be functions themselves, or the score may have its own.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 4/4\\nS: e5 f5 g5 f5 | d5 . c5 .\\nH: I viio6 I6 ii6 | V . I .")
    >>> [(one.text, (one.end - one.onset) // 10080) for one in analysis_marks(analyse(piece), piece).functions]
    [('T', 3), ('PD', 0), ('D', 0), ('T', 0)]
    """
    rows = function_spans(score, analysis) if functions else ()
    spans = (Stretch(row.onset, row.end if len(row.chords) > 1 else row.onset, row.function) for row in rows)
    named = {cadence.onset: cadence.kind for cadence in analysis.cadences}
    return Marks(functions=tuple(spans), cadences=tuple(Stretch(onset, onset, kind) for onset, kind in named.items()))
