"""One ABC voice as it is filled from left to right: notes, rests, ties, tuplets, broken rhythm, accidentals."""

from __future__ import annotations

from fractions import Fraction

from musegen.errors import MalformedScore
from musegen.score.abc_bars import Bars
from musegen.score.abc_fields import ALTERS, Key, Setting
from musegen.score.abc_lengths import MOST_HALVINGS, Lengths, parts_of, whole
from musegen.score.limits import check_count
from musegen.score.meter import TimeSignature
from musegen.score.model import Notice
from musegen.score.pitch import LINE_OF_FIFTHS, STEP_FIFTHS, STEP_SEMITONES, STEPS
from musegen.score.table import Flag

ONSET, DURATION, PITCH, FIFTHS, VOICE, MEASURE, FLAGS, ID = range(8)
"""The columns of a row; onsets count from the barline."""
_STEPS = {letter: (letter, 60 + int(STEP_SEMITONES[place])) for place, letter in enumerate(STEPS)}
_NATURALS = _STEPS | {letter.lower(): (letter, natural + 12) for letter, (letter, natural) in _STEPS.items()}
_FIFTHS = {letter: int(STEP_FIFTHS[place]) for place, letter in enumerate(STEPS)}
_MOST_OCTAVES = 6
_UNBARRED = 8
"""Measures without a barline: fewer may be one long measure."""
_MOST_NOTICES = 20


class Voice:
    """What one voice holds, in lists that grow note by note. Times in ticks from the barline."""

    def __init__(self, ticks_per_quarter: int, unit: Fraction, time: TimeSignature | None, key: Key) -> None:
        self.bars = Bars(ticks_per_quarter, time, key.signature)
        self.setting = Setting()
        self.rows: list[list[int]] = []
        self.chord_symbols: list[tuple[int, int, str]] = []  # (measure index, onset, text)
        self.sung: list[tuple[int, int]] = []  # (note id, measure index) since the last words
        self.lyrics: list[tuple[int, str, str, str]] = []  # (note id, verse, text, syllabic)
        self.notices: list[Notice] = []
        self.cursor, self.extent, self.seen = 0, 0, 0
        self.shared_octaves, self.lasting = True, True  # how far an accidental reaches
        self.fermata = self.grace = False
        self._line, self._bar_row = 1, 0  # overlay; first row of the measure
        self._accidentals: dict[object, int] = {}
        self._ties: dict[int, tuple[int, int]] = {}  # natural pitch: (alteration, number of the event that it joins)
        self._events = 0
        self._last: tuple[int, int] | None = None  # first row and duration of what `>` lengthens
        self._chord: list[int] | None = None  # the lengths of an open chord's notes
        self._chord_row = 0
        self._is_uneven = False  # a note of the measure may last longer than its chord
        self.lengths = Lengths(ticks_per_quarter, unit)
        self.set_key(key)

    # ---- fields

    def set_key(self, key: Key) -> None:
        """A key, from here on."""
        self._altered = dict(zip(LINE_OF_FIFTHS, key.alters, strict=True))
        self.bars.set_key(key.signature, self.cursor > 0)

    def set_time(self, time: TimeSignature | None) -> None:
        """A meter: a measure begins with it."""
        self.close()
        self.bars.set_time(time)

    # ---- notes

    def note(self, sign: str | None, letter: str, marks: str, length: str, tie: str) -> None:
        """One note: accidental, letter, octave marks, length, and `-` where it is tied to the next."""
        step, natural = _NATURALS[letter]
        if marks:
            natural += 12 * _octaves(marks)
        alter = self._alter(sign, step, natural)
        flags = self._tie_flags(natural, alter)
        if self.grace:
            flags |= Flag.GRACE
            duration = 0
        else:
            duration = self.lengths.ticks(length)
            self.bars.bar.sounding = True
        if tie:
            flags |= Flag.TIED_TO_NEXT
            self._ties[natural] = alter, self._events + 1
        row = [
            self.cursor, duration, natural + alter, _FIFTHS[step] + 7 * alter, self._line, len(self.bars.facts), flags,
            self.seen,
        ]  # fmt: skip
        self.rows.append(row)
        self.seen += 1
        if self._chord is not None:
            self._chord.append(duration)
        elif not self.grace:
            self._sound(len(self.rows) - 1, duration)

    def _alter(self, sign: str | None, step: str, natural: int) -> int:
        """An accidental holds to the barline, in all octaves (ABC 2.1, 4.2); a tie carries it over."""
        place: object = step if self.shared_octaves else natural
        if sign:
            alter = ALTERS[sign]
            if self.lasting:
                self._accidentals[place] = alter
            return alter
        tied = self._ties.get(natural)
        if tied is not None and tied[1] == self._events:
            return tied[0]
        held = self._accidentals.get(place)
        return self._altered[step] if held is None else held

    def _tie_flags(self, natural: int, alter: int) -> int:
        tied = self._ties.get(natural)
        joined = tied is not None and tied == (alter, self._events) and not self.grace
        return int(Flag.TIED_FROM_PREVIOUS) if joined else 0

    def _sound(self, row: int, duration: int) -> None:
        """A note or chord, from a row on, is complete."""
        if self.fermata:
            self.rows[row][FLAGS] |= Flag.FERMATA
            self.fermata = False
        self.sung.append((self.rows[row][ID], len(self.bars.facts)))
        self._advance(row, duration)
        check_count(len(self.rows))

    def _advance(self, row: int, duration: int) -> None:
        self._last = row, duration
        self.cursor += duration
        self._events += 1
        self.lengths.passed()

    def rest(self, length: str) -> None:
        """A rest, seen or not."""
        if self.grace or self._chord is not None:
            return
        self.fermata = False
        self.seen += 1
        self._advance(len(self.rows), self.lengths.ticks(length))

    def whole_rests(self, count: int) -> None:
        """So many measures of rest."""
        self.close()
        self.seen += 1
        self.bars.rest(count)
        self._begin()

    def tie(self) -> None:
        """A `-` that stands apart from its note; after grace notes it is a slur."""
        if self._last is None or self.grace or (self.rows and self.rows[-1][FLAGS] & Flag.GRACE):
            return
        for row in self.rows[self._last[0] :]:
            self._tie_row(row)

    def _tie_row(self, row: list[int]) -> None:
        row[FLAGS] |= Flag.TIED_TO_NEXT
        letter = LINE_OF_FIFTHS[(row[FIFTHS] + 1) % 7]
        alter = (row[FIFTHS] - _FIFTHS[letter]) // 7
        self._ties[row[PITCH] - alter] = alter, self._events

    # ---- what stands around notes

    def open_chord(self) -> None:
        """`[`: the notes that follow sound together."""
        self._chord, self._chord_row = [], len(self.rows)

    def close_chord(self, length: str, tie: str) -> None:
        """`]` with the length of the chord: its first note says how long it lasts."""
        lengths, self._chord = self._chord, None
        if not lengths or self.grace:
            return
        numerator, denominator = parts_of(length) if length else (1, 1)
        for row in self.rows[self._chord_row :]:
            row[DURATION] = whole(row[DURATION] * numerator, denominator)
        self._is_uneven |= max(lengths) > lengths[0]
        self._sound(self._chord_row, self.rows[self._chord_row][DURATION])
        if tie:
            self.tie()

    def broken(self, signs: str) -> None:
        """`>`: the note before is dotted, the next one halved; `<` the other way round; two signs are two dots."""
        if self._last is None or len(signs) > MOST_HALVINGS:
            self.say(f"the broken rhythm `{signs[:4]}` has no note before it")
            return
        change = self.lengths.broken(signs)
        row, duration = self._last
        for one in self.rows[row:]:
            one[DURATION] = whole(one[DURATION] * change.numerator, change.denominator)
        changed = whole(duration * change.numerator, change.denominator)
        self.cursor += changed - duration
        self._last = row, changed

    def tuplet(self, notes: int, time: int, count: int) -> None:
        """`(p:q:r`; see `Lengths.tuplet`."""
        self.lengths.tuplet(notes, time, count, self.bars.time)

    def chord_symbol(self, text: str) -> None:
        """A chord symbol over what comes next."""
        self.chord_symbols.append((len(self.bars.facts), self.cursor, text))

    # ---- measures

    def barline(self, sign: str) -> None:
        """A barline; after an empty measure it only adds to the one before."""
        self._end_open()
        self.close()
        self._accidentals.clear()
        self.bars.line(sign)

    def variant(self, number: str) -> None:
        """A first, second, ... ending begins."""
        self.close()
        self.bars.end_variant(number)

    def line_end(self) -> None:
        """Where a line of music ends with a full measure, its barline may have been left out (accidentals hold on)."""
        self._end_open()
        if self.cursor and self.cursor == self.bars.full:
            self.close()

    def _end_open(self) -> None:
        """No chord, and no group of grace notes, goes on over a barline or a line's end."""
        if self._chord is not None or self.grace:
            self.say(f"a `{'{' if self.grace else '['}` is never closed")
            self.grace = False
            self.close_chord("", "")

    def overlay(self) -> None:
        """`&`: another line of notes from the beginning of the measure."""
        self.extent = max(self.extent, self.cursor)
        self.cursor, self._last = 0, None
        self._line += 1

    def close(self) -> None:
        """End the measure, if anything is in it."""
        extent = max(self.extent, self.cursor)
        if not extent:
            return
        if self._is_uneven:
            self._cut(extent)
        count, index = self._left_out(extent), len(self.bars.facts)
        self.bars.close(extent, count)
        if count > 1:
            self._divide(self.bars.full, index)
        self._begin()

    def _cut(self, extent: int) -> None:
        """A chord counts as long as its first note: no other lasts beyond the measure."""
        for row in self.rows[self._bar_row :]:
            row[DURATION] = min(row[DURATION], extent - row[ONSET])
        self._is_uneven = False

    def _left_out(self, extent: int) -> int:
        """How many measures one is, whose barlines were left out: all of them, or one that no note is held over."""
        full = self.bars.full
        if not full or extent < 2 * full:
            return 1
        if extent >= _UNBARRED * full:
            self.say("music without barlines is barred by its meter")
            return -(-extent // full)
        held = any(row[ONSET] // full < (row[ONSET] + row[DURATION] - 1) // full for row in self.rows[self._bar_row :])
        if held or extent % full:
            return 1
        self.say("a barline that was left out is put in")
        return extent // full

    def _begin(self) -> None:
        self.cursor = self.extent = 0
        self._line, self._bar_row, self._last = 1, len(self.rows), None

    def _divide(self, full: int, index: int) -> None:
        """Lay what stood in one measure over several: notes over a barline are tied."""
        rows, self.rows = self.rows[self._bar_row :], self.rows[: self._bar_row]
        for row in rows:
            self.rows.extend(self._pieces(row, full))
            check_count(len(self.rows))
        self.chord_symbols = [
            (measure + onset // full, onset % full, text) if measure == index else (measure, onset, text)
            for measure, onset, text in self.chord_symbols
        ]

    def _pieces(self, row: list[int], full: int) -> list[list[int]]:
        pieces: list[list[int]] = []
        onset, end = row[ONSET], row[ONSET] + row[DURATION]
        flags, index = row[FLAGS], row[MEASURE]
        while True:
            stop = min(end, (onset // full + 1) * full)
            tied = (Flag.TIED_FROM_PREVIOUS if pieces else 0) | (Flag.TIED_TO_NEXT if stop < end else 0)
            number = self.seen if pieces else row[ID]
            self.seen += bool(pieces)
            pieces.append(
                [onset % full, stop - onset, *row[PITCH:MEASURE], index + onset // full, flags | tied, number]
            )
            if stop >= end:
                return pieces
            onset, flags = stop, flags & ~Flag.TIED_FROM_PREVIOUS

    def say(self, message: str) -> None:
        """A notice about the measure that is being read, once."""
        if len(self.notices) < _MOST_NOTICES and message not in (notice.message for notice in self.notices):
            self.notices.append(Notice(message, self.bars.number))


def _octaves(marks: str) -> int:
    octaves = marks.count("'") - marks.count(",")
    if abs(octaves) > _MOST_OCTAVES:
        raise MalformedScore(f"a note lies {abs(octaves)} octaves away", hint="an octave is a comma or an apostrophe")
    return octaves
