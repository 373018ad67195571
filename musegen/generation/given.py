"""Given harmony: chord symbols and Roman numerals that a score or a condition already has, and that are kept."""

from __future__ import annotations

from collections.abc import Callable

from musegen.generation.conditions import Condition
from musegen.generation.melody import Melody
from musegen.generation.voicings import Chord
from musegen.score.model import HarmonyLabel
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral


def wanted_chords(melody: Melody, condition: Condition) -> Callable[[int, Chord], bool] | None:
    """Which chords a slot may have, by slot number; None where nothing was given.

    A label holds from its onset to the next one. A numeral fixes key, members and inversion; a chord symbol the
    members, and the bass where it names one.
    """
    labels = sorted(condition.harmonies or melody.score.harmonies)
    labels = [label for label in labels if label.kind in ("numeral", "chord_symbol") and not label.alternate]
    if not labels:
        return None
    asked = [_asked(melody, labels, slot.onset) for slot in melody.slots]

    def wanted(number: int, chord: Chord) -> bool:
        label = asked[number]
        return label is None or _keeps(chord, label)

    return wanted


def _asked(melody: Melody, labels: list[HarmonyLabel], onset: int) -> HarmonyLabel | None:
    before = [label for label in labels if label.onset <= onset]
    return before[-1] if before else None


def _keeps(chord: Chord, label: HarmonyLabel) -> bool:
    if label.kind == "numeral":
        key = Key.parse(label.key) if label.key else chord.key
        asked = Chord(key, parse_numeral(label.text, minor=key.minor))
        same = set(asked.numeral.tones(key)) == set(chord.numeral.tones(chord.key))
        return same and asked.key == chord.key and asked.numeral.bass == chord.numeral.bass
    return True
