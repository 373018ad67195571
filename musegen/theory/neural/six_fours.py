"""Six-fours on the tonic: cadential where a dominant on a weaker beat resolves them; else passing or held ones."""

from __future__ import annotations

from musegen.score.model import Score
from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import Numeral, parse_numeral

_SIXTHS = ("It", "Fr", "Ger")


def named_six_fours(score: Score, chords: tuple[ChordSpan, ...]) -> tuple[ChordSpan, ...]:
    """The chords, with Cad64 where a six-four leads to V, and I64 where none follows.

    Chords that lead to V, as Ger65 and V/V, may stand between (Aldwell & Schachter, Harmony and Voice Leading, on the
    cadential six-four: it is stronger than its V, and takes the place of V's own beginning). After I the six-four may
    be I over another note of its own, and is left as it is.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("key: C major; meter: 2/4\\nS: c5 e5 | d5 e5 | d5 c5\\nH: I Cad64 | ii I64 | V I")
    >>> [chord.numeral.figure for chord in named_six_fours(piece, given_analysis(piece).chords)]
    ['I', 'I64', 'ii', 'I64', 'V', 'I']
    """
    found = list(chords)
    for at, chord in enumerate(chords):
        if chord.numeral.is_cadential:
            if not _leads_to_dominant(chords, at):
                found[at] = _named(chord, "i64" if chord.key.minor else "I64")
        elif _is_held_back(score, chords, at):
            found[at] = _named(chord, "Cad64")
    return tuple(found)


def _named(chord: ChordSpan, figure: str) -> ChordSpan:
    numeral = parse_numeral(figure, minor=chord.key.minor)
    return chord._replace(numeral=numeral, function=numeral.function, runner_up=chord.numeral.figure)


def _leads_to_dominant(chords: tuple[ChordSpan, ...], at: int) -> bool:
    """A dominant of its key comes next, or the six-four again, or chords that lead to them; or the piece ends."""
    tonic = chords[at].key.tonic
    if any(chord.numeral.is_cadential for chord in chords[at + 1 : at + 3]):
        return True
    for chord in chords[at + 1 :]:
        numeral = chord.numeral
        if _is_dominant_of(chord, tonic):
            return True
        if not (numeral.applied_to == "V" or numeral.figure.startswith(_SIXTHS)):
            return False
    return True


def _is_dominant_of(chord: ChordSpan, tonic: int) -> bool:
    """V or vii of this tonic, by whatever name."""
    numeral: Numeral = chord.numeral
    own = chord.key.tonic + numeral.applied_tonic
    return numeral.is_dominant and (own == tonic or chord.key.tonic + numeral.root == tonic + 1)


def _is_held_back(score: Score, chords: tuple[ChordSpan, ...], at: int) -> bool:
    """I64 between another harmony and V in root position, on a stronger beat than that."""
    chord = chords[at]
    if chord.numeral.figure not in ("I64", "i64") or not 0 < at < len(chords) - 1:
        return False
    before, after = chords[at - 1], chords[at + 1]
    arrives = after.key == chord.key and after.numeral.figure in ("V", "V7")
    moves = before.key.tonic + before.numeral.root != chord.key.tonic and not before.numeral.is_dominant
    return arrives and moves and score.strength(chord.onset) > score.strength(after.onset)
