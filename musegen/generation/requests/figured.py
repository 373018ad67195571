"""Thoroughbass figures as requests: the chords over a given bass that realise them."""

from __future__ import annotations

from musegen.generation.given import Request
from musegen.generation.voicings import Chord
from musegen.rules.figures import HELD, Asked, fifths_above, read_figures, size_above
from musegen.score.pitch import fifths_name
from musegen.theory.keys import Key
from musegen.theory.naming import named_chord
from musegen.theory.numerals import Numeral, member_order


def figures_given(figures: tuple[str, ...], bass: int, signature: int) -> Request | None:
    """The request that figures over a bass note make; None where they cannot be read or go on from before.

    `bass` and `signature` are places on the line of fifths and a number of sharps. No figures ask for a triad.

    >>> from musegen.theory.numerals import parse_numeral
    >>> asked = figures_given(("6", "5"), bass=5, signature=0)
    >>> [asked.keeps(Chord(Key.parse("C"), parse_numeral(figure, minor=False))) for figure in ("V65", "viio", "V43")]
    [True, False, False]
    """
    asked = None if HELD in figures else read_figures(figures)
    if asked is None:
        return None
    tones = {size: fifths_above(bass, size, accidental, signature) for size, accidental in asked.accidentals.items()}

    def keeps(chord: Chord) -> bool:
        return chord.key.tonic + chord.numeral.bass == bass and _realised(asked, tones, bass, chord.tones)

    def names(key: Key) -> list[Numeral]:
        members = [bass, *(choice[0] for size, choice in tones.items() if choice[0] != bass)]
        orders = [member_order((root, *(tone for tone in members if tone != root))) for root in members]
        return [name for order in orders if (name := named_chord(order, bass, key)) is not None]

    text = f"{' '.join(figures) or 'no figure'} over {fifths_name(bass)}"
    return Request(text, keeps, names, "figures", str(signature))


def _realised(asked: Asked, tones: dict[int, tuple[int, ...]], bass: int, members: tuple[int, ...]) -> bool:
    """Every member is asked for with its accidental, and all that must sound is there."""
    sizes = [size_above(bass, tone) for tone in members]
    foreign = [
        tone
        for tone, size in zip(members, sizes, strict=True)
        if size > 1 and not any(tone in choice for wanted, choice in tones.items() if (wanted - size) % 7 == 0)
    ]
    return not foreign and all(any((wanted - size) % 7 == 0 for size in sizes) for wanted in asked.required)
