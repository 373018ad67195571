"""Given harmony: chord symbols and Roman numerals that a score or a condition already has, and that are kept."""

from __future__ import annotations

from collections.abc import Callable

from musegen.errors import MalformedScore, UsageError
from musegen.generation.conditions import Condition
from musegen.generation.melody import Melody
from musegen.generation.voicings import Chord
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

Wish = Callable[[Chord], bool]
Asked = tuple[HarmonyLabel, Wish] | None
"""What is given at a slot: the label and which chords keep it."""


def wishes(melody: Melody, condition: Condition) -> list[Asked]:
    """For every slot the label that holds there and which chords keep it; None where nothing was given.

    A label holds from its onset to the next one. A numeral fixes key, members and bass; a chord symbol the members, and
    the bass where it names one.

    Raises:
        MalformedScore: a label is no numeral or chord symbol; says measure and beat.
    """
    labels = sorted(condition.harmonies or melody.score.harmonies)
    kept = [label for label in labels if label.kind in ("numeral", "chord_symbol") and not label.alternate]
    read = [(label, _wish(melody.score, label)) for label in kept if label.text not in ("NC", "N.C.")]
    return [_holding(read, slot.onset) for slot in melody.slots]


def _holding(read: list[tuple[HarmonyLabel, Wish]], onset: int) -> Asked:
    before = [item for item in read if item[0].onset <= onset]
    return before[-1] if before else None


def _wish(score: Score, label: HarmonyLabel) -> Wish:
    try:
        return _numeral_wish(label) if label.kind == "numeral" else _symbol_wish(label)
    except UsageError as error:
        place = score.place(label.onset)
        file = score.source.path if score.source else ""
        raise MalformedScore(
            error.message, file=file, measure=place.measure, beat=place.beat, hint=error.hint
        ) from None


def _numeral_wish(label: HarmonyLabel) -> Wish:
    key = Key.parse(label.key) if label.key else None
    numerals = {minor: parse_numeral(label.text, minor=minor) for minor in (False, True)}

    def keeps(chord: Chord) -> bool:
        asked = numerals[chord.key.minor]
        same = set(asked.members) == set(chord.numeral.members) and asked.bass == chord.numeral.bass
        return same and key in (None, chord.key)

    return keeps


def _symbol_wish(label: HarmonyLabel) -> Wish:
    symbol = members_of_symbol(label.text)

    def keeps(chord: Chord) -> bool:
        same = set(chord.numeral.tones(chord.key)) == set(symbol.members)
        return same and (not symbol.states_bass or chord.key.tonic + chord.numeral.bass == symbol.bass)

    return keeps
