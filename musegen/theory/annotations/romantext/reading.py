"""RomanText, read strictly: measures, pulses, keys and figures of human analyses.

Its measures, variants, copies (`m5-8 = m1-4`), pivots, phrase signs and repeats are read; notes, forms and pedals are
passed over. What stands where it can mean nothing is a `Fault` with its line. Source: Tymoczko, Gotham, Cuthbert and
Ariza, "The RomanText Format" (ISMIR 2019).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from musegen.errors import MalformedScore, UsageError
from musegen.score.meter import TimeSignature
from musegen.theory.annotations.romantext.figures import normal_figure
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

_MEASURE = re.compile(r"m(\d{1,5})([a-z]?)(?:-\d+)?\s*(var\w*)?(?:\s+(.*)|$)")
_COPY = re.compile(r"m(\d{1,5})(?:-(\d{1,5}))?\s*=\s*m?(\d{1,5})(?:-(\d{1,5}))?\s*$")
_KEY = re.compile(r"([A-Ga-g](?:##|#|bb|b|--|-)?):$")
_BEAT = re.compile(r"b(\d{1,4}(?:\.\d{1,12})?)$")
_SIGN = re.compile(r"[:|]+$")
_DOUBT = re.compile(r"\?\(.*|\?\).*|[()]$")  # "?(G:" to "?)G:": the analyst is in doubt about the key
_TAG = re.compile(r"([A-Za-z][\w .&'/-]*):(.*)$")
MOST_CHORDS, MOST_WORDS, MOST_FAULTS = 50_000, 250_000, 1000
"""Of a document: what goes beyond is no analysis of a piece."""
_CUT = {"C": "4/4", "Cut": "2/2"}


class RomanTextChord(NamedTuple):
    """One numeral at a measure and pulse, in a key."""

    measure: int
    beat: Fraction  # RomanText's: pulses from 1
    key: Key
    figure: str  # in musegen's convention, see `normal_figure`
    pivot: str = ""  # its second reading, in the key that begins here: `D: vi`
    line: int = 0  # of the file, from 1


class Fault(NamedTuple):
    """Something in a document that cannot be read."""

    line: int  # from 1
    measure: int
    word: str
    why: str


@dataclass(frozen=True)
class RomanText:
    """A RomanText document."""

    header: tuple[tuple[str, str], ...]
    meters: tuple[tuple[int, TimeSignature], ...]  # (measure where it starts, signature)
    chords: tuple[RomanTextChord, ...]
    phrase_ends: tuple[tuple[int, int], ...]  # (measure, number of chords read before the sign)
    faults: tuple[Fault, ...] = ()
    variants: tuple[RomanTextChord, ...] = ()  # what `m4var1` says instead of measure 4

    @property
    def unread(self) -> tuple[tuple[int, str], ...]:
        """Words that could not be read, each with its measure."""
        return tuple((fault.measure, fault.word) for fault in self.faults)


def beat_quarters(meter: TimeSignature) -> Fraction:
    """The beat that RomanText counts: three units in 3/8, 6/8, 6/4 and their like, else one.

    >>> [str(beat_quarters(TimeSignature.parse(text))) for text in ("4/4", "6/8", "3/8", "6/4", "2/2")]
    ['1', '3/2', '3/2', '3', '2']
    """
    grouped = meter.numerator % 3 == 0 and (meter.numerator > 3 or meter.denominator >= 8)
    return meter.beat_quarters * (3 if grouped else 1)


def read_roman_text(text: str) -> RomanText:
    """Read a document; what cannot be read is listed among its faults, and the rest is read.

    Raises:
        MalformedScore: a measure or chord stands where none can, or the document is far too long or nearly all fault;
            says line and measure.

    >>> document = read_roman_text("Time Signature: 3/4\\nm0 b3 G: I\\nm1 b2 IV6 b3 V6")
    >>> [(chord.measure, str(chord.beat), chord.figure) for chord in document.chords]
    [(0, '3', 'I'), (1, '2', 'IV6'), (1, '3', 'V6')]
    """
    return _Reader().read(text)


def strictly_read(text: str, file: str = "") -> RomanText:
    """Read a document that must be without fault.

    Raises:
        MalformedScore: it has a fault; says file, line and measure of the first and how many there are.

    >>> strictly_read("m1 C: I b3 Q7", "mine.rntxt")
    Traceback (most recent call last):
    musegen.errors.MalformedScore: mine.rntxt, measure 1: line 1: `Q7` is not a Roman numeral
    """
    try:
        document = read_roman_text(text)
    except MalformedScore as error:
        raise error.at(file) from None
    if document.faults:
        line, measure, word, why = document.faults[0]
        more = f" (and {len(document.faults) - 1} faults more)" if len(document.faults) > 1 else ""
        raise MalformedScore(f"line {line}: `{word}` {why}{more}", file=file, measure=str(max(measure, 0)))
    return document


class _Reader:
    """Walks the lines; keeps the running key, measure and beat."""

    def __init__(self) -> None:
        self.header: list[tuple[str, str]] = []
        self.meters: list[tuple[int, TimeSignature]] = []
        self.chords: list[RomanTextChord] = []
        self.variants: list[RomanTextChord] = []
        self.ends: list[tuple[int, int]] = []
        self.faults: list[Fault] = []
        self.key: Key | None = None
        self.key_before: Key | None = None  # at the start of the measure
        self.measure = -1
        self.line = 0
        self.words = 0

    def read(self, text: str) -> RomanText:
        for self.line, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
            self._line(line.strip())
            if len(self.chords) > MOST_CHORDS:
                raise MalformedScore(f"line {self.line}: a document has at most {MOST_CHORDS} chords")
        return RomanText(
            tuple(self.header),
            tuple(self.meters),
            tuple(self.chords),
            tuple(self.ends),
            tuple(self.faults),
            tuple(self.variants),
        )

    def _line(self, line: str) -> None:
        copied, found, tag = _COPY.match(line), _MEASURE.match(line), _TAG.match(line)
        if copied:
            self._copy(*(int(number) if number else None for number in copied.groups()))
        elif found and found[3]:
            self._variant(int(found[1]), found[4] or "")
        elif found:
            if found[2] in ("", "a"):
                self._measure(int(found[1]), found[4] or "")
        elif tag:
            self._tag(tag[1].strip(), tag[2].strip())
        elif _SIGN.match(line):
            self._sign(line)
        elif line:
            self._fault(line, "is neither a measure (m1 ...) nor a heading (Title: ...)")

    def _tag(self, name: str, value: str) -> None:
        self.header.append((name, value))
        if name.lower() == "time signature":
            try:
                self.meters.append((self.measure + 1, TimeSignature.parse(_CUT.get(value, value.rstrip("?")))))
            except UsageError:
                self._fault(value, "is no time signature")

    def _copy(self, first: int | None, last: int | None, source: int | None, source_last: int | None) -> None:
        if first is None or source is None:
            return
        shift, length = first - source, 0 if last is None else last - first
        self._after(first)
        if length < 0:
            raise MalformedScore(f"line {self.line}: measure {last} comes before measure {first}", measure=str(first))
        if source_last is not None and source_last - source != length:
            self._fault(f"m{first}-{last}", f"has not as many measures as m{source}-{source_last}")
        found = [chord for chord in self.chords if source <= chord.measure <= source + length][: MOST_CHORDS + 1]
        self.chords += [chord._replace(measure=chord.measure + shift, line=self.line) for chord in found]
        self.key = found[-1].key if found else self.key
        self.measure = first + length

    def _variant(self, number: int, body: str) -> None:
        """What a variant says of its measure, in the key that the measure began in."""
        kept = self.chords, self.ends, self.key, self.key_before, self.measure
        self.chords, self.ends = [], []
        self.key = self.key_before or self.key if number == self.measure else self.key
        self.measure = number
        self._words(body)
        self.variants += self.chords
        self.chords, self.ends, self.key, self.key_before, self.measure = kept

    def _measure(self, number: int, body: str) -> None:
        self._after(number)
        self.measure, self.key_before = number, self.key
        self._words(body)

    def _after(self, number: int) -> None:
        if number < self.measure:
            raise MalformedScore(
                f"line {self.line}: measure {number} comes after measure {self.measure}", measure=str(number)
            )

    def _words(self, body: str) -> None:
        beat, words = Fraction(1), body.split()
        self.words += len(words)
        if self.words > MOST_WORDS:
            raise MalformedScore(f"line {self.line}: a document has at most {MOST_WORDS} words")
        for word in words:
            at, key = _BEAT.match(word), _KEY.match(word)
            if at:
                beat = self._beat(_exact(at[1]), beat, word)
            elif key:
                self.key = Key.parse(key[1])
            elif _SIGN.match(word):
                self._sign(word)
            elif not _DOUBT.match(word):
                self._chord(word, beat)

    def _beat(self, beat: Fraction, before: Fraction, word: str) -> Fraction:
        if beat < before:
            self._fault(word, f"comes after b{float(before):g}")
        return beat

    def _sign(self, word: str) -> None:
        if "||" in word or ":" in word:
            self.ends.append((self.measure, len(self.chords)))

    def _chord(self, word: str, beat: Fraction) -> None:
        if self.key is None:
            raise MalformedScore(
                f"line {self.line}: `{word}` has no key before it", measure=str(self.measure), hint="write it like G: I"
            )
        try:
            figure = normal_figure(word, minor=self.key.minor)
            parse_numeral(figure, minor=self.key.minor)
        except UsageError:
            self._fault(word, "is not a Roman numeral")
            return
        chord = RomanTextChord(self.measure, beat, self.key, figure, line=self.line)
        last = self.chords[-1] if self.chords else None
        if last is not None and (last.measure, last.beat) == (chord.measure, chord.beat):
            self.chords[-1] = last._replace(pivot=f"{chord.key}: {chord.figure}")
        else:
            self.chords.append(chord)

    def _fault(self, word: str, why: str) -> None:
        if len(self.faults) == MOST_FAULTS:
            raise MalformedScore(f"line {self.line}: more than {MOST_FAULTS} words cannot be read")
        self.faults.append(Fault(self.line, self.measure, word[:40], why))


def _exact(text: str) -> Fraction:
    """`1.33`, `2.67` and `1.667` are thirds, cut short or rounded; everything else is what it says."""
    value, places = Fraction(text), len(text.partition(".")[2])
    near = value.limit_denominator(12)
    return near if abs(near - value) < Fraction(1, 10**places) else value
