"""Through a Humdrum file line by line: when each note begins, and where the measures lie.

All columns of a line happen at one time, so a file has one measure grid and its parts cannot drift apart. Where the
durations of a file contradict its lines, the lines count: the moment is the latest that any note of the line may
begin, the others have a gap, and a notice says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, TypeVar

from musegen.errors import MalformedScore
from musegen.score.kern_barlines import BarSign, bar_sign
from musegen.score.kern_records import note_record
from musegen.score.kern_spines import Column, Columns
from musegen.score.kern_tandem import SpineFacts, interpret
from musegen.score.kern_tokens import Token, Tokens
from musegen.score.measure_grid import COMMON_TIME, MeasureFacts, full_length
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Notice
from musegen.score.musicxml import MAX_MEASURES

_MELISMA = frozenset((".", "", "|", "_"))
_Told = TypeVar("_Told")


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
        self.measures: list[MeasureFacts] = []
        self.notices: list[Notice] = []
        self.barred = False  # whether there is a barline at all
        self._ended = False
        self._now = self._start = 0  # ticks
        self._opened = BarSign()
        self._fresh = True  # nothing has sounded since the barline
        self._uneven = False  # nor has anything been out of step
        self._unsettled = False  # a meter or key was told that counts from the next barline on
        self._section = ""
        self._bar_time: TimeSignature | None = COMMON_TIME
        self._bar_key: KeySignature | None = None

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
                elif self._ended and line.startswith("**"):
                    self.notices.append(Notice("the file holds several scores: the first is read"))
                    break
                elif line:
                    tokens = line.split("\t")
                    self._check_width(line, tokens, number)
                    takers.get(line[0], self._sound)(tokens)
        except MalformedScore as error:
            raise self._placed(error, tokens) from None
        if self.columns.all:
            raise MalformedScore(f"{len(self.columns.all)} spines never end", hint="the file seems to be cut off")
        self._close(BarSign())

    def _check_width(self, line: str, tokens: list[str], number: int) -> None:
        running = len(self.columns.all)
        if not running and not line.startswith("**"):
            raise MalformedScore(f"line {number} stands before the spines begin", hint="kern starts with **kern")
        if running and len(tokens) != running:
            raise MalformedScore(f"line {number} has {len(tokens)} spines where {running} run")

    def _placed(self, error: MalformedScore, tokens: list[str]) -> MalformedScore:
        """The error with the measure, and with the beat where it lies in the notes of a line."""
        if not self.barred and not self.rows:
            return error
        error.measure = self._measure_number()
        pairs = [(tokens[place], column.end) for place, column in self.columns.kern if place < len(tokens)]
        if self._bar_time and tokens[0][:1] not in ("*", "=", "!"):
            now = max((end for token, end in pairs if token != "."), default=self._now)
            error.beat = 1 + Fraction(now - self._start, self.unit) / self._bar_time.beat_quarters
        return error

    def _measure_number(self) -> str:
        return self._opened.number or str(len(self.measures) + 1)

    # ---- interpretations

    def _interpret(self, tokens: list[str]) -> None:
        if any(token.startswith("**") for token in tokens):
            self._begin(tokens)
            return
        for place, column in self.columns.kern:
            token = tokens[place]
            if token != "*":
                interpret(token, self.spines[column.spine])
        self._label(tokens)
        reached = max((column.end for _, column in self.columns.kern), default=self._now)
        self.columns.follow(tokens)
        if not self.columns.all:
            self._now, self._ended = reached, True
        elif self._fresh:
            self._settle()
        else:
            self._unsettled = True

    def _begin(self, tokens: list[str]) -> None:
        """Spines begin."""
        self.columns.begin(tokens)
        for _, column in self.columns.kern:
            self.spines.setdefault(column.spine, SpineFacts())

    def _label(self, tokens: list[str]) -> None:
        """`*>A2` opens the section A2."""
        if tokens[0].startswith("*>") and "[" not in tokens[0]:
            self._section = tokens[0][2:22]

    def _settle(self) -> None:
        """Meter and key of a measure are those told before its first note; where parts differ, of most of them."""
        self._unsettled = False
        facts = [self.spines[column.spine] for _, column in reversed(self.columns.kern)]
        told = [one for one in facts if one.meter or one.unmeasured]
        self._bar_time = _most([one.meter for one in told]) if told else COMMON_TIME
        keys = [key for one in facts if (key := one.key) is not None]
        self._bar_key = _most(keys) if keys else None

    # ---- notes

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
        inside, measure, rows, first = now - self._start, len(self.measures), self.rows, len(self.rows)
        for column, (duration, sounds) in heard:
            if column.end != now:
                self._out_of_step()
            column.end = now + duration
            spine, voice = column.spine, column.voice
            for pitch, fifths, flags in sounds:
                rows.append(Row(inside, duration, pitch, fifths, spine, voice, measure, flags))
        if heard:
            self._fresh = False
            if self.columns.words:
                self._sing(tokens, first)

    def _sing(self, tokens: list[str], first: int) -> None:
        """Syllables belong to the first note of the spine at their left."""
        sung: dict[int, int] = {}
        for number in range(first, len(self.rows)):
            sung.setdefault(self.rows[number].spine, number)
        for place, spine, verse in self.columns.words:
            if tokens[place] not in _MELISMA and spine in sung and self.rows[sung[spine]].pitch >= 0:
                self.syllables.append(Syllable(sung[spine], verse, tokens[place]))

    def _out_of_step(self) -> None:
        if not self._uneven:
            self._uneven = True
            said = "the durations of the parts do not add up: read line by line"
            self.notices.append(Notice(said, self._measure_number()))

    # ---- measures

    def _barline(self, tokens: list[str]) -> None:
        self.barred = True
        sign = bar_sign(next((tokens[place] for place, _ in self.columns.kern), "="))
        self._close(sign)
        self._opened = BarSign(sign.number, "", False, sign.repeat_start)
        self._fresh, self._uneven = True, False
        if self._unsettled:
            self._settle()

    def _close(self, sign: BarSign) -> None:
        """The measure ends, if it has begun: between two barlines in a row there is none."""
        end = self._bar_end()
        if end > self._start:
            length = end - self._start
            self.measures.append(
                MeasureFacts(
                    self._opened.number, False, length, length, True, self._bar_time, self._bar_key, sign.style,
                    self._opened.repeat_start, sign.repeat_end, self._section,
                )
            )  # fmt: skip
            if len(self.measures) > MAX_MEASURES:
                raise MalformedScore(f"the score has more than {MAX_MEASURES} measures")
        elif self.measures:
            last = self.measures[-1]
            last.repeat_end |= sign.repeat_end
            last.barline = "" if last.repeat_end else sign.style or last.barline
        self._now = self._start = end

    def _bar_end(self) -> int:
        """Where the barline stands: where all notes end, or where the meter wants it if a note lasts beyond it."""
        ends = [column.end for _, column in self.columns.kern] or [self._now]
        latest = max(ends)
        if min(ends) == latest:
            return latest
        full = self._start + full_length(self._bar_time or COMMON_TIME, self.unit)
        end = full if full in ends and full >= self._now else latest
        for _, column in self.columns.kern:
            if column.end < end:
                self._out_of_step()
                column.end = end
        return end


def _nothing(_: list[str]) -> None:
    """Comments in a spine."""


def _most(told: list[_Told]) -> _Told:
    """What most say; of equally many, the first."""
    return told[0] if told.count(told[0]) == len(told) else Counter(told).most_common(1)[0][0]
