"""Which reading a score gets, tonal or modal; in the modal one chords have no functions, and a mode stands for keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from musegen.errors import UsageError
from musegen.score.model import Score
from musegen.theory.analyse import Engine, analyse
from musegen.theory.analysis import Analysis, KeySpan, Reading
from musegen.theory.form.phrases import phrases
from musegen.theory.keys import Key
from musegen.theory.modal.composers import before_limit
from musegen.theory.modal.lines import lines_of
from musegen.theory.modal.modes import mode_of

Asked = Literal["auto", "tonal", "modal"]


def chosen(score: Score, asked: Asked = "auto") -> Reading:
    """The reading that is asked for; for `auto` the modal one where composer or file name tell of a time before 1650.

    A score that has numerals of its own is read in keys, and so is one in which nothing sounds.

    >>> import musegen
    >>> chosen(musegen.read("bach/bwv66.6")), chosen(musegen.read("trecento/PMFC_04-Cara mi donna.xml"))
    ('tonal', 'modal')
    """
    if not lines_of(score):
        return "tonal"
    if asked != "auto":
        return asked
    has_numerals = any(label.kind == "numeral" for label in score.harmonies)
    return "modal" if not has_numerals and before_limit(score) else "tonal"


def read_by(
    score: Score,
    asked: Asked = "auto",
    *,
    key: Key | None = None,
    engine: Engine = "classical",
    with_chords: bool = True,
) -> Analysis:
    """The analysis of a score in the reading that is asked for (`chosen`).

    The modal one has the mode's final, with the third over it, for its key; its chords are those of the tonal engine,
    their functions withheld (None), and it has no cadences: the clausulae take their place (`clausulae`). Without
    chords it is many times faster.

    Raises:
        UsageError: a key is stated for the modal reading.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: a4 . d5 . | . c#5 d5 .\\nT: f4 . g4 f4 | e4 . d4 .")
    >>> found = read_by(piece, "modal")
    >>> found.reading, str(found.key), {chord.function for chord in found.chords}
    ('modal', 'd', {None})
    """
    if key is not None and asked == "modal":
        raise UsageError("a mode is found, not stated as a key", hint="leave out --key, or use --reading tonal")
    if key is not None or chosen(score, asked) == "tonal":
        return analyse(score, key=key, engine=engine)
    mode = mode_of(score)
    span = KeySpan(0, score.end, mode.key, mode.confidence)
    if not with_chords:
        return Analysis(mode.key, (span,), (), phrases=phrases(score), reading="modal")
    heard = analyse(score, engine=engine)
    chords = tuple(chord._replace(function=None) for chord in heard.chords)
    return replace(heard, key=mode.key, keys=(span,), chords=chords, cadences=(), reading="modal")
