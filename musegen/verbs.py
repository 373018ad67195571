"""The public verbs: each takes a path, a name of music21's corpus, a music21 stream or a Score, and calls one room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from musegen.rules.findings import Report
    from musegen.score.model import Score
    from musegen.theory.analysis import Analysis
    from musegen.theory.keys import Key


def read(source: Any) -> Score:
    """The score of a path, a name of music21's corpus (`bach/bwv66.6`), a music21 stream, or a Score as it is.

    Raises:
        UnreadableFile: not there, not a regular file, empty, too large, or of no known format.
        MalformedScore: a known format whose content contradicts itself; says the measure and beat.

    >>> len(read("bach/bwv66.6").parts)
    4
    """
    from musegen.score.files import read as read_score

    return read_score(source)


def analyse(source: Any, *, key: str | Key | None = None) -> Analysis:
    """Keys, chords with numerals and functions, cadences, phrases and non-chord tones; `key` states the home key.

    Raises:
        ScoreError: the source cannot be read.
        UsageError: `key` is no key.

    >>> str(analyse("bach/bwv66.6").key)
    'f#'
    """
    from musegen.theory.analyse import analyse as analyse_score
    from musegen.theory.keys import Key

    return analyse_score(read(source), key=Key.parse(key) if isinstance(key, str) else key)


def check(source: Any, *, pack: str | Path = "chorale", analysis: Analysis | None = None) -> Report:
    """What in a score breaks which rule of a pack: a shipped one by name, or your own by path.

    Without `analysis`, the chords that some rules need are found first.

    Raises:
        ScoreError: the source or the pack cannot be read.

    >>> report = check("bach/bwv66.6", pack="strict")
    >>> report.count("error") < 10
    True
    """
    from musegen.rules.engine import check as check_score
    from musegen.rules.packs import load_pack

    score, rules = read(source), load_pack(pack)
    return check_score(score, rules, analysis or analyse(score))
