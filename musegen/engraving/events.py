"""What every voice of every measure writes: chords and rests with values, beams, stems and accidentals."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from musegen.engraving.arrangement import Place, Staging
from musegen.engraving.values import Span, Value
from musegen.engraving.written_lines import Stretch, Written, written
from musegen.score.model import Drum, Measure, Score
from musegen.score.percussion import fifths_of_key
from musegen.score.pitch import STEP_FIFTHS, STEP_SEMITONES, alter_of, octave_of, step_of
from musegen.score.table import Flag

ACCIDENTALS = {
    0: "natural",
    1: "sharp",
    -1: "flat",
    2: "double-sharp",
    -2: "flat-flat",
    3: "triple-sharp",
    -3: "triple-flat",
}
_UNSIGNED = int(Flag.TIED_FROM_PREVIOUS | Flag.UNPITCHED)
"""Notes that print no accidental."""


class Head(NamedTuple):
    """One notehead: its row, and the written pitch."""

    row: int
    step: int  # 0 to 6 for C to B
    alter: int
    octave: int
    accidental: str = ""  # the MusicXML name where one is printed
    drum: Drum | None = None


class Event(NamedTuple):
    """A chord, note or rest as it is written. Times in ticks from the start of the piece."""

    onset: int
    duration: int
    value: Value
    heads: tuple[Head, ...] = ()  # top first; none is a rest
    graces: tuple[Head, ...] = ()  # before it
    beams: tuple[str, ...] = ()
    stem: str = ""
    full_measure: bool = False
    hidden: bool = False


class VoiceLine(NamedTuple):
    """One voice of one staff in one measure."""

    staff: int
    voice: int
    events: list[Event]


class PartWriter:
    """Turns the rows of one part into voice lines, measure by measure."""

    def __init__(self, score: Score, part: int, staged: Staging = Staging()) -> None:  # noqa: B008 (frozen)
        self.score = score
        self.staged = staged
        self.part = part
        self.rows = score.notes.rows
        self.mine = np.flatnonzero(score.notes["part"] == part)
        self._own = self.rows[self.mine]
        self.transposed = interval_fifths(*score.parts[part].transpose)
        self.quarter = score.ticks_per_quarter
        self._drums = {drum.number: drum for drum in score.parts[part].kit}
        self.onsets, self.durations, self.flags = (self.rows[name].tolist() for name in ("onset", "duration", "flags"))

    def measure(self, index: int) -> list[VoiceLine]:
        """The voices of a measure, top staff first; a staff without notes has one empty voice."""
        measure = self.score.measures[index]
        spans = self._spans_by_voice(measure)
        lines = [self._line(index, staff, voice, spans[staff, voice]) for staff, voice in sorted(spans)]
        _share_rests(lines)
        return self._with_accidentals(lines, measure)

    def written_key(self, measure: Measure) -> int:
        """The key signature that this part prints, in fifths."""
        return measure.key_signature.fifths - self.transposed

    @cached_property
    def _shared_staves(self) -> dict[int, list[int]]:
        """Staves that two voices share in most of their measures: stems never turn there, and rests are printed."""
        mine = self._own
        shared: dict[int, list[int]] = defaultdict(list)
        for place in sorted(self.staged.shared):
            if place.part == self.part:
                shared[place.staff].append(place.voice)
        for staff in np.unique(mine["staff"]):
            here = mine[mine["staff"] == staff]
            voices = np.unique(here["voice"])
            counts = [len(np.unique(here["measure_index"][here["voice"] == voice])) for voice in voices]
            if len(voices) == 2 and 2 * min(counts) > len(np.unique(here["measure_index"])):
                shared[int(staff)] = voices.tolist()
        return dict(shared)

    def _is_quiet(self, staff: int, voice: int) -> bool:
        return bool({Place(self.part, staff, voice), Place(self.part)} & self.staged.quiet)

    @cached_property
    def _home_voice(self) -> dict[int, int]:
        """The first voice of every staff: the one that prints rests."""
        homes = dict.fromkeys(range(1, len(self.score.parts[self.part].clefs) + 1), 1)
        taken: set[int] = set()
        mine = self._own
        for staff in homes:
            known = {place.voice for place in self.staged.shared if (place.part, place.staff) == (self.part, staff)}
            voices = known | set(mine["voice"][mine["staff"] == staff].tolist())
            homes[staff] = min(voices) if voices else max(taken, default=0) + 1
            taken |= voices or {homes[staff]}
        return homes

    def _spans_by_voice(self, measure: Measure) -> dict[tuple[int, int], list[int]]:
        """Row numbers by staff and voice; rows of a voice that overlap without being a chord move to a new voice."""
        start, end = measure.onset, measure.onset + measure.length
        mine = self._own
        grace = mine["duration"] == 0
        inside = (mine["onset"] < end) & (
            (mine["onset"] + mine["duration"] > start) | (grace & (mine["onset"] >= start))
        )
        found: dict[tuple[int, int], list[int]] = {(staff, voice): [] for staff, voice in self._home_voice.items()}
        spare = max([*self._home_voice.values(), *mine["voice"].tolist()], default=1)
        for number in self.mine[inside].tolist():
            row = self.rows[number]
            staff, voice = int(row["staff"]), int(row["voice"])
            while self._overlaps(number, found.setdefault((staff, voice), [])):
                voice = spare = max(spare, voice) + 1
            found[staff, voice].append(number)
        return found

    def _overlaps(self, number: int, others: list[int]) -> bool:
        row = self.rows[number]
        for other in reversed(others):
            before = self.rows[other]
            same = before["onset"] == row["onset"] and before["duration"] == row["duration"]
            if (
                before["duration"]
                and row["duration"]
                and not same
                and before["onset"] + before["duration"] > row["onset"]
            ):
                return True
            if before["duration"] and before["onset"] < row["onset"]:
                return False  # rows come by onset and those of a voice do not overlap: none before reaches further
        return False

    def _line(self, index: int, staff: int, voice: int, numbers: list[int]) -> VoiceLine:
        measure = self.score.measures[index]
        home = self._home_voice.get(staff) == voice
        quiet = self._is_quiet(staff, voice)
        stem = self._stem(staff, voice, index)
        if not any(self.rows[number]["duration"] for number in numbers):
            rest = self._full_rest(measure, hidden=quiet or not home)
            graces = tuple(self._head(number) for number in numbers)
            return VoiceLine(staff, voice, [rest._replace(graces=graces)])
        barline = measure.onset - int(self.score.offset_in_measure(measure.onset) * self.quarter)
        chords = self._stretches(numbers, measure, barline)
        printed = not quiet and (home or voice in self._shared_staves.get(staff, ()))
        events = [
            self._event(each, chords, barline, stem, printed)
            for each in written(tuple(chords), self.quarter, measure.time_signature)
        ]
        return VoiceLine(staff, voice, self._with_graces(events, numbers))

    def _stem(self, staff: int, voice: int, index: int) -> str:
        voices = self._shared_staves.get(staff)
        if voices is None or voice not in voices:  # a voice that overlaps itself is divided
            mine = self._own
            here = mine["voice"][(mine["staff"] == staff) & (mine["measure_index"] == index)]
            voices = sorted({*(voices or ()), *here.tolist(), voice})
        if len(voices) < 2:
            return ""
        if not any(place.staff == staff and place.part == self.part for place in self.staged.shared):
            voices = sorted(voices, key=lambda one: (-self._heights.get((staff, one), 0.0), one))
        return "up" if voices.index(voice) % 2 == 0 else "down"

    @cached_property
    def _heights(self) -> dict[tuple[int, int], float]:
        """The mean pitch of every staff and voice."""
        pitches: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row in self._own:
            pitches[int(row["staff"]), int(row["voice"])].append(int(row["pitch"]))
        return {place: sum(found) / len(found) for place, found in pitches.items()}

    def _full_rest(self, measure: Measure, *, hidden: bool) -> Event:
        length = Fraction(measure.length, self.quarter)
        value = Value(Span(Fraction(0), length), "whole")
        return Event(measure.onset, measure.length, value, full_measure=True, hidden=hidden)

    def _stretches(self, numbers: list[int], measure: Measure, barline: int) -> dict[Stretch, tuple[int, ...]]:
        """Notes and the gaps between them, in order, each with the rows that sound in it."""
        chords: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number in numbers:
            if self.durations[number]:
                chords[self.onsets[number], self.onsets[number] + self.durations[number]].append(number)
        found: dict[Stretch, tuple[int, ...]] = {}
        time, limit = measure.onset, measure.onset + measure.length
        for (start, end), members in sorted(chords.items()):
            if start > time:
                found[Stretch(time - barline, start - barline)] = ()
            first, last = max(start, measure.onset), min(end, limit)
            if first < last:
                cut = Stretch(first - barline, last - barline, True, start < first, end > last)
                found[cut] = tuple(members)
            time = last
        if time < limit:
            found[Stretch(time - barline, limit - barline)] = ()
        return found

    def _event(
        self, each: Written, chords: dict[Stretch, tuple[int, ...]], barline: int, stem: str, printed: bool
    ) -> Event:
        rows = list(chords.values())[each.stretch] if each.stretch >= 0 else ()
        heads = tuple(self._head(row) for row in rows)
        value = each.value._replace(span=each.value.span._replace(rows=rows))
        hidden = not heads and not printed
        onset = barline + each.start
        return Event(onset, each.ticks, value, heads, (), each.beams, stem if heads else "", hidden=hidden)

    def _head(self, number: int) -> Head:
        row = self.rows[number]
        drum = self._drums.get(int(row["pitch"])) if row["flags"] & Flag.UNPITCHED else None
        if drum is not None:
            place = fifths_of_key(drum.place)
            return Head(number, int(step_of(place)), 0, int(octave_of(drum.place, place)), drum=drum)
        fifths = int(row["fifths"]) - self.transposed
        pitch = int(row["pitch"]) - self.score.parts[self.part].transpose[1]
        return Head(number, int(step_of(fifths)), int(alter_of(fifths)), int(octave_of(pitch, fifths)))

    def _with_graces(self, events: list[Event], numbers: list[int]) -> list[Event]:
        for number in numbers:
            row = self.rows[number]
            if not row["duration"]:
                place = next((n for n, event in enumerate(events) if event.onset >= row["onset"]), len(events) - 1)
                events[place] = events[place]._replace(graces=(*events[place].graces, self._head(number)))
        return events

    def _with_accidentals(self, lines: list[VoiceLine], measure: Measure) -> list[VoiceLine]:
        """Prints an accidental where the key or the measure so far says otherwise, and on none that is tied over."""
        signature = self.written_key(measure)
        state: dict[tuple[int, int, int], int] = {}
        order = sorted((event.onset, n, e) for n, line in enumerate(lines) for e, event in enumerate(line.events))
        for _, n, e in order:
            line, event = lines[n], lines[n].events[e]
            graces = tuple(self._accidental(head, line.staff, state, signature, False) for head in event.graces)
            tied = event.value.span.tied_in
            heads = tuple(self._accidental(head, line.staff, state, signature, tied) for head in event.heads)
            line.events[e] = event._replace(graces=graces, heads=heads)
        return lines

    def _accidental(
        self, head: Head, staff: int, state: dict[tuple[int, int, int], int], signature: int, tied: bool
    ) -> Head:
        if tied or self.flags[head.row] & _UNSIGNED:
            return head
        key = (staff, head.step, head.octave)
        current = state.get(key, signature_alter(head.step, signature))
        state[key] = head.alter
        return head if current == head.alter else head._replace(accidental=ACCIDENTALS.get(head.alter, ""))


def _share_rests(lines: list[VoiceLine]) -> None:
    """Voices of one staff that rest together print one rest."""
    printed: set[tuple[int, int, int]] = set()
    for line in lines:
        for number, event in enumerate(line.events):
            place = (line.staff, event.onset, event.duration)
            if not event.heads and place in printed:
                line.events[number] = event._replace(hidden=True)
            elif not event.heads and not event.hidden:
                printed.add(place)


def signature_alter(step: int, fifths: int) -> int:
    """What a key signature does to a step: 1 sharp, -1 flat.

    >>> [signature_alter(step, 2) for step in range(7)]
    [1, 0, 0, 1, 0, 0, 0]
    """
    return (fifths - int(STEP_FIFTHS[step]) + 5) // 7


def interval_fifths(steps: int, semitones: int) -> int:
    """An interval on the line of fifths: up a major second (1, 2) is 2."""
    natural = int(STEP_SEMITONES[steps % 7]) + 12 * (steps // 7)
    return int(STEP_FIFTHS[steps % 7]) + 7 * (semitones - natural)
