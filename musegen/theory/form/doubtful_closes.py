"""Closes that no fermata marks and that are none: a degree touched from an inverted dominant, IV-I on the way.

A cadence needs a dominant in root position, and IV-I closes only as a tag or at the end of all (Caplin, The Classical
Cadence, 2004); IV64-I is a neighbour over the tonic. Under a fermata the phrase ends in any case, and what its chords
make is told; elsewhere the end itself is a reading. Of nine applied closes over an inverted dominant in variations and
quartets none lay near the phrase ends that analysts marked; of closes in root position two in three did.
"""

from __future__ import annotations

from itertools import pairwise

from musegen.score.model import Score
from musegen.theory.analysis import Cadence, ChordSpan, Phrase
from musegen.theory.form.phrases import marks_its_phrases


def without_doubtful(
    score: Score, chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...], closes: tuple[Cadence, ...]
) -> tuple[Cadence, ...]:
    """The cadences of a piece, in order, less those that are none where fermatas do not mark its phrases.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> touched = "key: C major; meter: 2/4\\nS: c5 c#5 | d5{} . | b4 d5 | c5 .\\nH: I V65/ii | ii . | V V7 | I ."
    >>> [[one.kind for one in analyse(parse_grid(touched.format(sign))).cadences] for sign in ("", "^")]
    [['PAC'], ['IAC', 'PAC']]
    """
    if marks_its_phrases(score):
        return closes
    arrivals = {after.onset: (before, after) for before, after in pairwise(chords)}
    last = phrases[-1].onset if phrases else 0
    kept: list[Cadence] = []
    for close in closes:
        before, arrival = arrivals.get(close.onset, (None, None))
        if close.kind == "PC":
            is_none = before is None or before.numeral.inversion >= 2
            is_none = is_none or (close.onset < last and not _confirms(close, kept))
        else:
            is_none = before is not None and arrival is not None and _only_touches(close, before, arrival)
        if not is_none:
            kept.append(close)
    return tuple(kept)


def _confirms(plagal: Cadence, before: list[Cadence]) -> bool:
    """A PC after a PAC in its key is a tag."""
    return bool(before) and before[-1].kind == "PAC" and before[-1].key.tonic == plagal.key.tonic


def _only_touches(close: Cadence, before: ChordSpan, last: ChordSpan) -> bool:
    """An IAC in the key of a degree whose dominant, or which itself, is not in root position."""
    if close.kind != "IAC" or close.key.tonic == last.key.tonic:
        return False
    return before.numeral.degree != 5 or before.numeral.inversion > 0 or last.numeral.inversion > 0
