"""Which voice sings the cantus firmus: named by the user, or found as the voice in whole notes."""

from __future__ import annotations

import numpy as np

from musegen.errors import UsageError
from musegen.score.model import Score
from musegen.score.voices import Voices

NO_CANTUS = -1
_FEWEST_NOTES = 3


def cantus_line(score: Score, voices: Voices, asked: str = "") -> int:
    """The line of the cantus firmus, -1 for none.

    `asked` is `lower`, `upper` or the name of a voice. Without it, it is the voice that has one note in each measure;
    the lowest of them where there are several (first species).

    Raises:
        UsageError: no voice has that name.
    """
    count = len(voices.names)
    if asked in ("upper", "lower") and count:
        return 0 if asked == "upper" else count - 1
    if asked:
        if asked not in voices.names:
            hint = f"it is upper, lower{''.join(f', {name}' for name in voices.names)}"
            raise UsageError(f"no voice is called `{asked}`", hint=hint)
        return voices.names.index(asked)
    found = [line for line in range(count) if _fills_measures(score, voices, line)]
    return found[-1] if found and count > 1 else NO_CANTUS


def _fills_measures(score: Score, voices: Voices, line: int) -> bool:
    """One note a measure, from barline to barline, through the whole piece."""
    mine = voices.line == line
    if np.count_nonzero(mine) != len(score.measures):
        return False
    onset, duration = voices.notes["onset"][mine], voices.notes["duration"][mine]
    order = np.argsort(onset, kind="stable")
    bars = [(measure.onset, measure.length) for measure in score.measures]
    sung = list(zip(onset[order].tolist(), duration[order].tolist(), strict=True))
    return len(sung) >= _FEWEST_NOTES and sung == bars
