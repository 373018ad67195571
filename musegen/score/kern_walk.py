"""Through a Humdrum file line by line: when each note begins, and where the measures lie.

All columns of a line happen at one time, so a file has one measure grid and its parts cannot drift apart. Where the
durations of a file contradict its lines, the lines count: the moment is the latest that any note of the line may
begin, the others have a gap, and a notice says so.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from musegen.errors import MalformedScore
from musegen.score.kern_barlines import BarSign, bar_sign
from musegen.score.kern_bars import Bars
from musegen.score.kern_records import note_record
from musegen.score.kern_spines import Column, Columns
from musegen.score.kern_tandem import SpineFacts, interpret
from musegen.score.kern_tokens import REST, Token, Tokens
from musegen.score.limits import check_count
from musegen.score.model import Notice

_MELISMA = frozenset((".", "", "|", "_"))


class Row(NamedTuple):
    """A note or rest as it is written; times in ticks, the onset from the barline."""

    onset: int
    duration: int
    pitch: int  # kern_tokens.REST for a rest
    fifths: int
    spine: int
    voice: int  # of the spine, 0 the upper
    measure: int
    flags: int


class Syllable(NamedTuple):
    """A syllable, by the row that is sung."""

    row: int
    verse: int
    text: str


class Walk:
    """Everything that a file says, after `through` it."""

    def __init__(self, ticks_per_quarter: int) -> None:
        self.unit = ticks_per_quarter
        self.tokens = Tokens(ticks_per_quarter)
        self.columns = Columns()
        self.records: dict[str, str] = {}
        self.spines: dict[int, SpineFacts] = {}  # those with notes
        self.rows: list[Row] = []
        self.syllables: list[Syllable] = []
        self.bars = Bars(ticks_per_quarter)
        self._now = 0  # ticks
        self._has_ended = False

    def through(self, text: str) -> None:
        """Read a file, or of several in one the first.

        Raises:
            MalformedScore: it contradicts its format; names the measure and beat.
            FinerGrid: ticks must be shorter.
        """
        takers: dict[str, Callable[[list[str]], None]] = {"*": self._interpret, "=": self._barline, "!": _nothing}
        tokens: list[str] = []
        try:
            for number, line in enumerate(text.split("\n"), start=1):
                if line.startswith("!!"):
                    note_record(line, self.records)
                elif self._has_ended and line.startswith("**"):
                    self.bars.notices.append(Notice("the file holds several scores: the first is read"))
                    break
                elif line:
                    tokens = line.split("\t")
                    self._check_width(line, tokens, number)
                    takers.get(line[0], self._sound)(tokens)
        except MalformedScore as error:
            raise self._placed(error, tokens) from None
        if self.columns.all:
            raise MalformedScore(f"{len(self.columns.all)} spines never end", hint="the file seems to be cut off")
        self.bars.close(BarSign(), self._now)

    def _check_width(self, line: str, tokens: list[str], number: int) -> None:
        running = len(self.columns.all)
        if not running and not line.startswith("**"):
            raise MalformedScore(f"line {number} stands before the spines begin", hint="kern starts with **kern")
        if running and len(tokens) != running:
            raise MalformedScore(f"line {number} has {len(tokens)} spines where {running} run")

    def _placed(self, error: MalformedScore, tokens: list[str]) -> MalformedScore:
        """The error with the measure, and with the beat where it lies in the notes of a line."""
        if not self.bars.is_barred and not self.rows:
            return error
        error.measure = self.bars.number
        pairs = [(tokens[place], column.end) for place, column in self.columns.kern if place < len(tokens)]
        if self.bars.meter and tokens[0][:1] not in ("*", "=", "!"):
            now = max((end for token, end in pairs if token != "."), default=self._now)
            error.beat = 1 + Fraction(now - self.bars.start, self.unit) / self.bars.meter.beat_quarters
        return error

    def _interpret(self, tokens: list[str]) -> None:
        if any(token.startswith("**") for token in tokens):
            self._begin(tokens)
            return
        for place, column in self.columns.kern:
            if tokens[place] != "*":
                interpret(tokens[place], self.spines[column.spine])
        if tokens[0].startswith("*>") and "[" not in tokens[0]:
            self.bars.section = tokens[0][2:22]
        reached = max((column.end for _, column in self.columns.kern), default=self._now)
        self.columns.follow(tokens)
        if self.columns.all:
            self.bars.told(self._facts())
        else:
            self._now, self._has_ended = reached, True

    def _begin(self, tokens: list[str]) -> None:
        """Spines begin."""
        self.columns.begin(tokens)
        for _, column in self.columns.kern:
            self.spines.setdefault(column.spine, SpineFacts())

    def _facts(self) -> list[SpineFacts]:
        """What is told of the spines that run, from the top of the page."""
        return [self.spines[column.spine] for _, column in reversed(self.columns.kern)]

    def _barline(self, tokens: list[str]) -> None:
        sign = bar_sign(next((tokens[place] for place, _ in self.columns.kern), "="))
        self._now = self.bars.end([column for _, column in self.columns.kern], self._now)
        self.bars.barline(sign, self._now, self._facts())

    def _sound(self, tokens: list[str]) -> None:
        """A line of notes: it stands where the last of the notes before them ends."""
        heard: list[tuple[Column, Token]] = []
        known, now = self.tokens, self._now
        for place, column in self.columns.kern:
            text = tokens[place]
            if text != "." and (token := known[text]) is not None:
                heard.append((column, token))
                if column.end > now:
                    now = column.end
        self._now = now
        if heard:
            first = len(self.rows)
            self._write(heard, now)
            self.bars.is_fresh = False
            if self.columns.words:
                self._sing(tokens, first)

    def _write(self, heard: list[tuple[Column, Token]], now: int) -> None:
        """A row for every note and rest."""
        inside, measure, rows = now - self.bars.start, len(self.bars.measures), self.rows
        for column, (duration, sounds) in heard:
            if column.end != now:
                self.bars.out_of_step()
            column.end = now + duration
            spine, voice = column.spine, column.voice
            for pitch, fifths, flags in sounds:
                rows.append(Row(inside, duration, pitch, fifths, spine, voice, measure, flags))
        check_count(len(rows))

    def _sing(self, tokens: list[str], first: int) -> None:
        """Syllables belong to the first note of the spine at their left."""
        sung: dict[int, int] = {}
        for number in range(first, len(self.rows)):
            sung.setdefault(self.rows[number].spine, number)
        for place, spine, verse in self.columns.words:
            if tokens[place] not in _MELISMA and spine in sung and self.rows[sung[spine]].pitch != REST:
                self.syllables.append(Syllable(sung[spine], verse, tokens[place]))


def _nothing(_: list[str]) -> None:
    """Comments in a spine."""
