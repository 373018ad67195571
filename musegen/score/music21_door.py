"""The door to music21: streams in and out, and the formats that music21 reads for us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from musegen.score.model import Score
from musegen.score.music21_in import score_of
from musegen.score.music21_out import stream_of
from musegen.score.percussion import as_displayed


def from_music21(stream: Any) -> Score:
    """A Score from a music21 stream, which is kept as its `stream`.

    Takes a Score, Part, Opus (its first tune), Measure, or any stream of notes, which is given measures first.
    Pitches become sounding ones; RomanNumerals become labels, not notes; voices keep music21's numbers. Lyrics and
    labels that music21 holds elsewhere than on notes and in measures are not read, nor are expressions.

    Raises:
        UsageError: not a stream.

    >>> import music21
    >>> score = from_music21(music21.converter.parse("tinyNotation: 3/4 c4 d e f2."))
    >>> score.notes["onset"].tolist(), score.notes["pitch"].tolist()
    ([0, 10080, 20160, 30240], [60, 62, 64, 65])
    """
    return score_of(stream)


def to_music21(score: Score) -> Any:
    """A music21 Score that holds all that musegen models, so that `from_music21` gives an equal Score.

    Exact are: notes (onset, duration, pitch, spelling, part, staff, voice, ties, grace, cue, hidden and unpitched
    notes, fermatas, ids, names, colours), lyrics, measures (printed numbers, lengths, pickups, time and key
    signatures with mode, barlines, repeats, endings, systems), parts (names, clefs, transposition, MIDI program),
    metadata, chord symbols, numerals, functions and figured bass. Transposing parts stand at written pitch.

    Chord symbols become ChordSymbols. Numerals, functions and figures become TextExpressions below the staff: a
    music21 RomanNumeral inside a staff would sound and be exported as a chord. Their facts stand in
    `text.editorial["musegen"]` (`kind`, `text`, `key`), from which `roman.RomanNumeral(text, key)` makes the object.
    Kits are left out: a drum becomes an Unpitched at its place in the staff.

    >>> from musegen.score.files import read
    >>> score = read("bach/bwv66.6")
    >>> from_music21(to_music21(score)) == score
    True
    """
    import music21

    return stream_of(as_displayed(score), music21)


def parse_file(path: Path, form: str) -> Any:
    """music21's stream of a file, never from its cache (which is a pickle that anyone could have put there)."""
    import music21

    return music21.converter.parse(path, format=form, forceSource=True)


def warm_up() -> None:
    """Import music21, which takes a second."""
    import music21  # noqa: F401
