"""RomanText, read strictly: measures, pulses, keys and figures of human analyses (`romantext_writer` writes it)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from musegen.errors import MalformedScore, UsageError
from musegen.score.meter import TimeSignature
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

_MEASURE = re.compile(r"m(\d+)([a-z]?)(var\d+)?(?:-\d+)?\s*(.*)$")
_COPY = re.compile(r"m(\d+)(?:-(\d+))?\s*=\s*m(\d+)(?:-(\d+))?\s*$")
_KEY = re.compile(r"([A-Ga-g](?:##|#|bb|b|--|-)?):$")
_BEAT = re.compile(r"b(\d+(?:\.\d+)?)$")
_APPLIED = re.compile(r"/(?=[#b-]?[ivIV])")
_HEAD = re.compile(r"([#b-]*)(.*)$")


class RomanTextChord(NamedTuple):
    """One numeral at a measure and pulse, in a key."""

    measure: int
    beat: Fraction  # RomanText's: pulses from 1
    key: Key
    figure: str  # in musegen's convention, see `normal_figure`
    pivot: str = ""  # its second reading, in the key that begins here: `D: vi`


@dataclass(frozen=True)
class RomanText:
    """A RomanText document."""

    header: tuple[tuple[str, str], ...]
    meters: tuple[tuple[int, TimeSignature], ...]  # (measure where it starts, signature)
    chords: tuple[RomanTextChord, ...]
    phrase_ends: tuple[tuple[int, int], ...]  # (measure, number of chords read before the sign)
    unread: tuple[tuple[int, str], ...] = ()  # figures that are no numeral, with their measure


def beat_quarters(meter: TimeSignature) -> Fraction:
    """The beat that RomanText counts: three units in 3/8, 6/8, 6/4 and their like, else one.

    >>> [str(beat_quarters(TimeSignature.parse(text))) for text in ("4/4", "6/8", "3/8", "6/4", "2/2")]
    ['1', '3/2', '3/2', '3', '2']
    """
    grouped = meter.numerator % 3 == 0 and (meter.numerator > 3 or meter.denominator >= 8)
    return meter.beat_quarters * (3 if grouped else 1)


def normal_figure(text: str, *, minor: bool) -> str:
    """A RomanText figure in musegen's convention: `V6/5/V` is `V65/V`, `V2` is `V42`, `vii/o7` is `viiø7`.

    Raises:
        UsageError: it is no numeral.

    >>> normal_figure("V6/5/V", minor=False), normal_figure("#viio7", minor=True), normal_figure("bVII", minor=True)
    ('V65/V', 'viio7', 'VII')
    """
    plain = re.sub(r"\[[^]]*\]|\([^)]*\)", "", text).replace("/o", "ø").replace("%", "ø").replace("°", "o")
    parts = _APPLIED.split(plain)
    minors = [minor]
    heads: list[str] = []
    for part in reversed(parts):
        head = _one(part, minors[-1])
        goal = parse_numeral(head, minor=minors[-1])
        minors.append(goal.quality in ("minor", "dim"))
        heads.append(head)
    return "/".join(reversed(heads))


def _one(part: str, minor: bool) -> str:
    figure = part.replace("maj", "").replace("/", "").replace("d", "7" if part.endswith("d") else "")
    found = _HEAD.match(figure)
    accidental, rest = found.groups() if found else ("", figure)
    if rest.upper().startswith("II") and rest[:3] not in ("III", "iii") and accidental and rest[:2] == "II":
        return "N6"
    if minor and rest[:1] in "vV" and rest[:2].upper() == "VI":
        accidental = ""
    if minor and rest.startswith("III"):
        accidental = ""
    rest = re.sub(r"(?<=[iIvVoø+])2$", "42", rest)
    return accidental + {"N": "N6", "N63": "N6", "Ger": "Ger65", "It": "It6", "Fr": "Fr43", "Ger6": "Ger65"}.get(
        rest, rest
    )


def read_roman_text(text: str) -> RomanText:
    """Read a document; variants (`m4var1`) and notes are passed over, figures that are no numeral are listed as unread.

    Raises:
        MalformedScore: a measure, beat or chord stands where none can; says the measure.

    >>> document = read_roman_text("Time Signature: 3/4\\nm0 b3 G: I\\nm1 b2 IV6 b3 V6")
    >>> [(chord.measure, str(chord.beat), chord.figure) for chord in document.chords]
    [(0, '3', 'I'), (1, '2', 'IV6'), (1, '3', 'V6')]
    """
    return _Reader().read(text)


class _Reader:
    """Walks the lines; keeps the running key, measure and beat."""

    def __init__(self) -> None:
        self.header: list[tuple[str, str]] = []
        self.meters: list[tuple[int, TimeSignature]] = []
        self.chords: list[RomanTextChord] = []
        self.ends: list[tuple[int, int]] = []
        self.unread: list[tuple[int, str]] = []
        self.key: Key | None = None
        self.measure = -1

    def read(self, text: str) -> RomanText:
        for line in (line.strip() for line in text.splitlines()):
            copied, found = _COPY.match(line), _MEASURE.match(line)
            if copied:
                self._copy([int(number) if number else None for number in copied.groups()])
            elif found:
                if not found[3] and found[2] in ("", "a"):
                    self._measure(int(found[1]), found[4])
            elif ":" in line:
                self._tag(*line.split(":", 1))
        return RomanText(
            tuple(self.header), tuple(self.meters), tuple(self.chords), tuple(self.ends), tuple(self.unread)
        )

    def _tag(self, name: str, value: str) -> None:
        self.header.append((name.strip(), value.strip()))
        if name.strip() == "Time Signature":
            cleaned = {"C": "4/4", "Cut": "2/2"}.get(value.strip(), value.strip().rstrip("?"))
            self.meters.append((self.measure + 1, TimeSignature.parse(cleaned)))

    def _copy(self, numbers: list[int | None]) -> None:
        first, last, source, _ = numbers
        if first is None or source is None:
            return
        shift = first - source
        length = (last or first) - first
        for chord in [chord for chord in self.chords if source <= chord.measure <= source + length]:
            self.chords.append(chord._replace(measure=chord.measure + shift))
        self.measure = first + length

    def _measure(self, number: int, body: str) -> None:
        if number < self.measure:
            raise MalformedScore(f"measure {number} comes after measure {self.measure}", measure=str(number))
        self.measure, beat = number, Fraction(1)
        for token in body.split():
            at, key = _BEAT.match(token), _KEY.match(token)
            if at:
                beat = _exact(at[1])
            elif key:
                self.key = Key.parse(key[1])
            elif re.match(r"[:|]+$", token):
                if "||" in token or ":" in token:
                    self.ends.append((number, len(self.chords)))
            else:
                self._chord(token, beat)

    def _chord(self, token: str, beat: Fraction) -> None:
        if self.key is None:
            raise MalformedScore(
                f"`{token}` has no key before it", measure=str(self.measure), hint="write it like G: I"
            )
        try:
            figure = normal_figure(token, minor=self.key.minor)
        except UsageError:
            self.unread.append((self.measure, token))
            return
        chord = RomanTextChord(self.measure, beat, self.key, figure)
        last = self.chords[-1] if self.chords else None
        if last is not None and (last.measure, last.beat) == (chord.measure, chord.beat):
            self.chords[-1] = last._replace(pivot=f"{chord.key}: {chord.figure}")
        else:
            self.chords.append(chord)


def _exact(text: str) -> Fraction:
    """`1.33` and `2.67` are thirds; everything else is what it says."""
    value = Fraction(text)
    near = value.limit_denominator(12)
    return near if abs(near - value) < Fraction(1, 100) else value
