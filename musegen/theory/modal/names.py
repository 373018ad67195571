"""The names of the modes: the eight of the church, the twelve of Glarean, their fifths, fourths and reciting tones."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """A final with the octave over it, whichever way a melody lies around it."""

    name: str
    glarean: int  # the number of its authentic mode among the twelve; the plagal one has the next
    church: int  # the same among the eight; A and C are given the modes that singers took them for
    fifth: int  # species of the fifth over the final: 1 re-la, 2 mi-mi, 3 fa-fa, 4 ut-sol
    fourth: int  # species of the fourth over that: 1 re-sol, 2 mi-la, 3 ut-fa
    reciting: tuple[int, int]  # the degree that the authentic and the plagal psalm tone recite on
    closes: tuple[tuple[int, ...], tuple[int, ...]]  # degrees of the regular clausulae, the first ones first


SCALES: dict[int, Scale] = {
    -1: Scale("Lydian", 5, 5, 3, 3, (5, 3), ((1, 5, 3), (1, 3, 5))),
    0: Scale("Ionian", 11, 5, 4, 3, (5, 3), ((1, 5, 3), (1, 3, 5))),
    1: Scale("Mixolydian", 7, 7, 4, 1, (5, 4), ((1, 5, 4), (1, 4, 5))),
    2: Scale("Dorian", 1, 1, 1, 1, (5, 3), ((1, 5, 3), (1, 3, 5))),
    3: Scale("Aeolian", 9, 1, 1, 2, (5, 3), ((1, 5, 3), (1, 3, 5))),
    4: Scale("Phrygian", 3, 3, 2, 2, (6, 4), ((1, 6, 4, 3), (1, 4, 6, 3))),
}
"""By the place of the final on the line of fifths in the natural system: F is -1, C 0, G 1, D 2, A 3, E 4.

Clausulae: Meier, The Modes of Classical Vocal Polyphony, part I, chapter 4 (his primariae, secundariae, tertiariae).
"""
_BETWEEN_CLEFS = 33  # A4, between the middle lines of c1 (G4) and g2 (B4)
FIFTHS = {1: "re-la", 2: "mi-mi", 3: "fa-fa", 4: "ut-sol"}
FOURTHS = {1: "re-sol", 2: "mi-la", 3: "ut-fa"}


def mode_name(scale: Scale, *, authentic: bool) -> str:
    """`Dorian`, `Hypodorian`, as Glarean calls them.

    >>> mode_name(SCALES[3], authentic=False)
    'Hypoaeolian'
    """
    return scale.name if authentic else f"Hypo{scale.name.lower()}"


def system_name(signature: int) -> str:
    """What the signature means to a singer of hexachords.

    >>> system_name(-1), system_name(0), system_name(-2)
    ('cantus mollis', 'cantus durus', 'transposed (2 flats)')
    """
    if signature in (0, -1):
        return "cantus mollis" if signature else "cantus durus"
    count = abs(signature)
    return f"transposed ({count} {'flat' if signature < 0 else 'sharp'}{'s' * (count > 1)})"


def tonal_type(signature: int, cantus_centre: float | None, final: str) -> str:
    """System, clef of the cantus, final, as Powers writes them; "" without a cantus or in a transposed system.

    The clef is the one of `g2` (high clefs) and `c1` (low clefs) whose middle line lies next to the middle of the
    cantus's reach (`cantus_centre`, in staff steps from C0): modern scores seldom keep the clefs of the prints.

    >>> tonal_type(-1, 34.5, "G"), tonal_type(0, 32.0, "A")
    ('♭-g2-G', '♮-c1-A')
    """
    if cantus_centre is None or signature not in (0, -1):
        return ""
    return f"{'♭' if signature else '♮'}-{'g2' if cantus_centre > _BETWEEN_CLEFS else 'c1'}-{final}"


def spoken(name: str) -> str:
    """A note as people write it.

    >>> spoken("B-")
    'Bb'
    """
    return name.replace("-", "b")
