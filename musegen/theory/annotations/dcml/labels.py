"""Labels of the DCML harmony annotation standard (2.x), taken apart and put together: `V.V65/V|HC}`.

Source: the standard of the Digital and Cognitive Musicology Lab (EPFL), versions 2.0 to 2.3.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.theory.keys import ROMANS, Key, scale_degrees, signs

_ROMAN = r"(?:b*|\#*)(?:VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)"
_CHAIN = rf"{_ROMAN}(?:/{_ROMAN})*"
_LABEL = re.compile(
    rf"""\.?(?:(?P<globalkey>[A-Ga-g](?:b*|\#*))\.)?
    (?:(?P<localkey>{_CHAIN})\.)?
    (?:(?P<pedal>{_CHAIN})\[)?
    (?:(?P<numeral>{_ROMAN}|Ger|It|Fr|@none)
       (?P<form>\+M|M|%|o|\+)?
       (?P<figbass>7|65|43|42|2|64|6)?
       (?:\((?P<changes>(?:[+\-^v]?(?:b*|\#*)\d)+)\))?
       (?:/(?P<relativeroot>{_CHAIN}))?)?
    (?P<pedalend>\])?
    (?:\|(?P<cadence>(?:HC|PAC|IAC|DC|EC|PC)(?:\.[^{{}}|]*)?))?
    (?P<phraseend>\\\\|\}}\{{|\{{|\}})?$""",
    re.VERBOSE,
)
_ALTERNATIVE = re.compile(r"-(?![^(]*\))")  # `V7-viio`: a second reading; no minus of changes
LONGEST_LABEL = 60


class Label(NamedTuple):
    """The parts of a label, each as it is written; "" where it is not there."""

    globalkey: str = ""  # `Ab`, `f#`
    localkey: str = ""  # a numeral of the global key: `V`, `bIII`, `vi`
    pedal: str = ""  # a numeral of the local key
    numeral: str = ""  # `#vii`, `Ger`, `@none`
    form: str = ""  # o, %, +, M, +M
    figbass: str = ""
    changes: str = ""  # what stands in the brackets: `64`, `+9`
    relativeroot: str = ""  # `V`, `V/ii`
    pedalend: str = ""
    cadence: str = ""
    phraseend: str = ""

    @property
    def chord(self) -> str:
        """Numeral, form, figures, changes and relative root.

        >>> parse_label("V.V65/V|HC}").chord
        'V65/V'
        """
        changes = f"({self.changes})" if self.changes else ""
        goal = f"/{self.relativeroot}" if self.relativeroot else ""
        return self.numeral + self.form + self.figbass + changes + goal

    def __str__(self) -> str:
        keys = "".join(f"{key}." for key in (self.globalkey, self.localkey) if key)
        pedal = f"{self.pedal}[" if self.pedal else ""
        cadence = f"|{self.cadence}" if self.cadence else ""
        return keys + pedal + self.chord + self.pedalend + cadence + self.phraseend


def parse_label(text: str) -> Label:
    """The parts of a label; of one with alternatives (`V7-viio`) the first.

    Raises:
        UsageError: it is no label of the standard.

    >>> label = parse_label("Ab.vi.V(64)|HC}")
    >>> label.globalkey, label.localkey, label.numeral, label.changes, label.cadence, label.phraseend
    ('Ab', 'vi', 'V', '64', 'HC', '}')
    >>> str(parse_label("I[V7/IV"))
    'I[V7/IV'
    """
    found = _LABEL.match(text) if text and len(text) <= LONGEST_LABEL else None
    if not found and len(text) <= LONGEST_LABEL:
        found = _LABEL.match(_ALTERNATIVE.split(text, maxsplit=1)[0]) if _ALTERNATIVE.search(text) else None
    if not found:
        raise UsageError(f"`{text[:LONGEST_LABEL]}` is no label of the DCML standard", hint="write it like V.V65/V|HC}")
    return Label(**{name: part or "" for name, part in found.groupdict().items()})


def key_of(localkey: str, home: Key) -> Key:
    """The key that a numeral of another key names.

    >>> str(key_of("bIII", Key.parse("G"))), str(key_of("vi", Key.parse("C"))), str(key_of("VI", Key.parse("a")))
    ('B-', 'a', 'F')
    """
    for step in reversed(localkey.split("/")):
        home = Key(home.tonic + degree_of(step, minor=home.minor), step.islower())
    return home


def key_numeral(key: Key, home: Key) -> str:
    """A key as a numeral of another.

    >>> key_numeral(Key.parse("B-"), Key.parse("G")), key_numeral(Key.parse("f#"), Key.parse("a"))
    ('bIII', '#vi')
    """
    numeral = degree_name(key.tonic, home)
    return numeral.lower() if key.minor else numeral


def degree_name(tone: int, key: Key) -> str:
    """A place on the line of fifths as a degree of a key, in minor against the natural ones: `V`, `bIII`.

    >>> degree_name(5, Key(0)), degree_name(5, Key(0, minor=True))
    ('VII', '#VII')
    """
    degree, alter = key.scale_degree(tone)
    return signs(alter) + ROMANS[degree - 1]


def degree_of(numeral: str, *, minor: bool) -> int:
    """The root of `#vii`, `bII` or `V` on the line of fifths, counted from the tonic: in minor the natural degrees.

    >>> degree_of("#vii", minor=True), degree_of("VII", minor=True), degree_of("bII", minor=False)
    (5, -2, -5)
    """
    accidentals, roman = parted(numeral)
    return scale_degrees(minor=minor)[ROMANS.index(roman.upper())] + shift(accidentals)


def parted(numeral: str) -> tuple[str, str]:
    """The accidentals before a degree, and the degree.

    >>> parted("#vii"), parted("V")
    (('#', 'vii'), ('', 'V'))
    """
    roman = numeral.lstrip("b#")
    return numeral.removesuffix(roman), roman


def shift(accidentals: str) -> int:
    """How far they move a note on the line of fifths.

    >>> shift("#"), shift("bb"), shift("")
    (7, -14, 0)
    """
    return 7 * (accidentals.count("#") - accidentals.count("b"))
