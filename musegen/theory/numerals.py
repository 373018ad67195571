"""Roman numerals: figures such as `V65/V` read into spelled chord members, with function and tendency tones.

The convention is design.md section 10: in minor `VI` and `VII` are the natural degrees, `vi`, `vio`, `viio`, `viio7`
the raised ones. `Cad64`, `N6`, `It6`, `Ger65` and `Fr43` are figures of their own. Places on the line of fifths count
from the tonic of the key, so a numeral is the same in every key of its mode.

Changes stand in brackets, as RomanText and music21 write them: `V7[no3][add4]` is a suspended dominant, `I[add6]`,
`V7[b5]`; ours alone is `I[bass2]`, a chord over a note that it does not hold. The number counts letters from the root,
in the scale of the key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from musegen.errors import UsageError
from musegen.theory.keys import Key, scale_degrees

Function = Literal["T", "PD", "D"]
MAX_TEXT, MAX_APPLIED = 40, 3
"""A figure is no longer than this, and applied no deeper: labels come from strangers' files."""

_CHANGES = re.compile(r"((?:\[(?:no|add|bass|)[b#]{0,2}[1-9]\d?\])+)$")
_CHANGE = re.compile(r"\[(no|add|bass|)([b#]*)(\d+)\]")
_SEVENTHS = (-2, 5, -9)  # minor, major, diminished
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7}
_FIGURE = re.compile(r"(b|-|#|)(VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)(o|°|ø|%|\+|)(\d*)$")
_CADENTIAL = re.compile(r"Cad\d*$")
_TRIADS = {"major": (0, 4, 1), "minor": (0, -3, 1), "dim": (0, -3, -6), "aug": (0, 4, 8)}
_INVERSIONS = {
    "": (3, 0), "5": (3, 0), "53": (3, 0), "6": (3, 1), "63": (3, 1), "64": (3, 2), "7": (4, 0), "75": (4, 0),
    "753": (4, 0), "65": (4, 1), "653": (4, 1), "43": (4, 2), "643": (4, 2), "42": (4, 3), "2": (4, 3), "642": (4, 3),
    "9": (5, 0), "97": (5, 0),
}  # fmt: skip
_SPECIAL = {
    "N": ((-5, -1, -4), 1, 2), "N6": ((-5, -1, -4), 1, 2), "N63": ((-5, -1, -4), 1, 2),
    "It6": ((6, -4, 0), 1, 4), "It": ((6, -4, 0), 1, 4),
    "Ger65": ((6, -4, 0, -3), 1, 4), "Ger": ((6, -4, 0, -3), 1, 4), "Ger6": ((6, -4, 0, -3), 1, 4),
    "It53": ((6, -4, 0), 0, 4), "It64": ((6, -4, 0), 2, 4), "Ger43": ((6, -4, 0, -3), 2, 4),
    "Ger42": ((6, -4, 0, -3), 3, 4), "Fr7": ((2, 6, -4, 0), 0, 4), "Fr65": ((2, 6, -4, 0), 1, 4),
    "Fr42": ((2, 6, -4, 0), 3, 4), "Fr43": ((2, 6, -4, 0), 2, 4), "Fr": ((2, 6, -4, 0), 2, 4),
    "Fr6": ((2, 6, -4, 0), 2, 4),
}  # fmt: skip
_FUNCTIONS: dict[int, Function] = {1: "T", 2: "PD", 3: "T", 4: "PD", 5: "D", 6: "T", 7: "D"}


class Numeral(NamedTuple):
    """A Roman numeral in a mode.

    >>> chord = parse_numeral("V65/V", minor=False)
    >>> chord.members, chord.inversion, chord.function
    ((2, 6, 3, 0), 1, 'PD')
    """

    figure: str  # the whole label
    minor: bool
    degree: int  # 1 to 7, of the chord in its own (applied) key
    members: tuple[int, ...]  # root, third, fifth, seventh on the line of fifths, counted from the tonic
    inversion: int
    applied_to: str  # "" or the figure after the slash

    @property
    def bass(self) -> int:
        """The member in the bass.

        >>> parse_numeral("V65", minor=False).bass
        5
        """
        return self.members[self.inversion]

    @property
    def root(self) -> int:
        """The root, counted from the tonic.

        >>> parse_numeral("V7/V", minor=False).root, parse_numeral("VI", minor=True).root
        (2, -4)
        """
        return self.members[0]

    @property
    def is_seventh(self) -> bool:
        """Four members or more.

        >>> parse_numeral("V42", minor=False).is_seventh, parse_numeral("V6", minor=False).is_seventh
        (True, False)
        """
        return len(self.members) > 3

    @property
    def is_changed(self) -> bool:
        """Notes were added, left out or altered, or the bass is none of the chord's.

        >>> parse_numeral("V7[no3][add4]", minor=False).is_changed
        True
        """
        return "[" in self.figure

    @property
    def is_cadential(self) -> bool:
        """A cadential six-four.

        >>> parse_numeral("Cad64", minor=False).is_cadential, parse_numeral("IV64", minor=False).is_cadential
        (True, False)
        """
        return self.figure.startswith("Cad")

    @property
    def quality(self) -> str:
        """`major`, `minor`, `dim`, `aug`, `dom7`, `maj7`, `min7`, `dim7`, `hdim7`, `It`, `Fr`, `Ger` or `other`.

        >>> [parse_numeral(figure, minor=True).quality for figure in ("iv6", "V7", "viio7", "Ger65")]
        ['minor', 'dom7', 'dim7', 'Ger']
        """
        return _quality(self.members)

    @property
    def applied_tonic(self) -> int:
        """The tonic of the key that an applied chord borrows, counted from the home tonic; 0 where none is.

        >>> parse_numeral("V7/V", minor=False).applied_tonic, parse_numeral("V7", minor=False).applied_tonic
        (1, 0)
        """
        return parse_numeral(self.applied_to, minor=self.minor).root if self.applied_to else 0

    @property
    def is_dominant(self) -> bool:
        """V or vii with a leading tone, in the home key or an applied one (the cadential six-four is not).

        >>> parse_numeral("V", minor=True).is_dominant, parse_numeral("v", minor=True).is_dominant
        (True, False)
        """
        leading = self.applied_tonic + 5
        return self.degree in (5, 7) and leading in self.members and not self.is_cadential

    @property
    def leading_tone(self) -> int | None:
        """The leading tone that the chord contains and that must rise, counted from the tonic.

        >>> parse_numeral("viio6", minor=True).leading_tone, parse_numeral("V/V", minor=False).leading_tone
        (5, 6)
        """
        return self.applied_tonic + 5 if self.is_dominant else None

    @property
    def seventh(self) -> int | None:
        """The chord's seventh, counted from the tonic.

        >>> parse_numeral("V43", minor=False).seventh
        -1
        """
        if len(self.members) < 4 or self.quality in ("Ger", "Fr"):
            return None
        return self.members[3] if self.members[3] - self.members[0] in _SEVENTHS else None

    @property
    def function(self) -> Function:
        """T, PD or D in the home key, out of context: an applied dominant prepares what it is applied to.

        >>> [parse_numeral(figure, minor=False).function for figure in ("I6", "ii", "V7", "Cad64", "V/V")]
        ['T', 'PD', 'D', 'D', 'PD']
        """
        if self.is_cadential:
            return "D"
        if self.applied_to:
            return "PD" if parse_numeral(self.applied_to, minor=self.minor).degree in (2, 4, 5) else "T"
        return _FUNCTIONS[self.degree]

    def tones(self, key: Key) -> tuple[int, ...]:
        """The members as places on the line of fifths in a key, root first.

        >>> parse_numeral("V7", minor=True).tones(Key.parse("a"))
        (4, 8, 5, 2)
        """
        return tuple(key.tonic + member for member in self.members)


@cache
def parse_numeral(figure: str, *, minor: bool) -> Numeral:
    """Read a figure in a mode.

    Raises:
        UsageError: the figure is no Roman numeral.

    >>> parse_numeral("viio7", minor=True).members
    (5, 2, -1, -4)
    >>> parse_numeral("V7[no3][add4]", minor=False).members
    (1, 0, 2, -1)
    """
    if len(figure) > MAX_TEXT or figure.count("/") > MAX_APPLIED:
        raise UsageError(f"`{figure[:MAX_TEXT]}` is too long for a Roman numeral", hint="write it like V65/V")
    head, _, applied = figure.partition("/")
    if applied:
        goal = parse_numeral(applied, minor=minor)
        inner = parse_numeral(head, minor=goal.quality in ("minor", "dim"))
        members = tuple(goal.root + member for member in inner.members)
        return Numeral(figure, minor, inner.degree, members, inner.inversion, applied)
    changes = _CHANGES.search(head)
    if changes:
        return _changed(parse_numeral(head[: changes.start()], minor=minor), changes[0], figure)
    if _CADENTIAL.match(head):
        return Numeral(figure, minor, 1, (0, -3 if minor else 4, 1), 2, "")
    if head in _SPECIAL:
        members, inversion, degree = _SPECIAL[head]
        return Numeral(figure, minor, degree, members, inversion, "")
    return _diatonic(figure, minor)


def _diatonic(figure: str, minor: bool) -> Numeral:
    found = _FIGURE.match(figure)
    shape = _INVERSIONS.get(found[4]) if found else None
    if not found or shape is None:
        raise UsageError(
            f"`{figure}` is not a Roman numeral", hint="write it like I, ii6, V65/V, viio7, Cad64 or Ger65"
        )
    accidental, roman, sign, _ = found.groups()
    degree, size = _ROMAN[roman.lower()], shape[0]
    quality = {"o": "dim", "°": "dim", "ø": "dim", "%": "dim", "+": "aug"}.get(
        sign, "major" if roman.isupper() else "minor"
    )
    root = _root(degree, minor, roman.isupper(), accidental)
    members = [root + step for step in _TRIADS[quality]]
    if size > 3:
        members.append(root + _seventh_above(root, degree, quality, sign, minor))
    if size > 4:  # a minor ninth where the scale has it
        members.append(root + (-5 if scale_degrees(minor=minor)[degree % 7] == root - 5 else 2))
    return Numeral(figure, minor, degree, tuple(members), shape[1], "")


def _changed(plain: Numeral, changes: str, figure: str) -> Numeral:
    """A numeral with the changes of its brackets; a note that takes the place of the third stands where it stood."""
    members, bass = list(plain.members), plain.bass
    scale = scale_degrees(minor=plain.minor)
    for word, signs, number in _CHANGE.findall(changes):
        alter = 7 * (signs.count("#") - signs.count("b"))
        letter = (int(number) - 1) % 7
        tone = scale[(plain.degree - 1 + letter) % 7] + alter
        same = [member for member in members if letters_above(plain.root, member) == letter]
        if (word in ("no", "")) != bool(same) and word != "bass":
            raise UsageError(f"`{figure}` changes a note that is not there, or adds one that is")
        if word == "bass":
            bass = tone
        kept = [member for member in members if member not in same or word == "bass"]
        added = {"no": [], "": [member + alter for member in same]}.get(word, [tone])
        members = kept + [note for note in added if note not in kept]
    if len(members) < 2 or plain.root not in members or bass not in members:
        raise UsageError(f"`{figure}` leaves no chord", hint="write it like V7[no3][add4], I[add9] or I[bass2]")
    ordered = member_order([plain.root, *(member for member in members if member != plain.root)])
    return Numeral(figure, plain.minor, plain.degree, ordered, ordered.index(bass), "")


def letters_above(root: int, tone: int) -> int:
    """How many letters a tone lies above a root: 2 for a third, 4 for a fifth.

    >>> letters_above(0, 4), letters_above(0, -6), letters_above(1, -1)
    (2, 4, 6)
    """
    return 4 * (tone - root) % 7


def member_order(members: Sequence[int]) -> tuple[int, ...]:
    """Members of a chord in order: root (the first given), third or what is suspended for it, fifth, seventh, others.

    >>> member_order((0, 2, 1, 4)), member_order((0, 1, -1))
    ((0, 4, 1, 2), (0, -1, 1))
    """
    root, *others = members
    has_third = any(letters_above(root, tone) == 2 for tone in others)
    places = (2, 4, 6, 1, 3, 5, 0) if has_third else (3, 1, 4, 6, 5, 0, 2)
    return (root, *sorted(others, key=lambda tone: places.index(letters_above(root, tone))))


def _root(degree: int, minor: bool, upper: bool, accidental: str) -> int:
    natural = scale_degrees(minor=minor)[degree - 1]
    if minor and degree in (6, 7) and not upper and not accidental:
        natural += 7
    return natural + {"": 0, "b": -7, "-": -7, "#": 7}[accidental]


def _seventh_above(root: int, degree: int, quality: str, sign: str, minor: bool) -> int:
    """The seventh over the root: fixed by the sign or the quality, else by the scale."""
    if quality == "dim":
        return -9 if sign in ("o", "°") else -2
    if quality == "minor":
        return -2
    scale = scale_degrees(minor=minor)
    diatonic = scale[(degree + 5) % 7] - root
    return diatonic if diatonic in (-2, 5) else 5


@cache
def _quality(members: tuple[int, ...]) -> str:
    above = tuple(member - members[0] for member in members[1:4])
    return {
        (4, 1): "major", (-3, 1): "minor", (-3, -6): "dim", (4, 8): "aug", (4, 1, -2): "dom7", (4, 1, 5): "maj7",
        (-3, 1, -2): "min7", (-3, -6, -9): "dim7", (-3, -6, -2): "hdim7", (-10, -6): "It", (-10, -6, -9): "Ger",
        (4, -6, -2): "Fr",
    }.get(above, "other")  # fmt: skip
