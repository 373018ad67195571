"""What rules see of a piece: positions in time with the note of every voice, and what came before each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.rules.findings import beat_text
from musegen.rules.pulses import Times, pulse_times
from musegen.score.model import Score
from musegen.score.pitch import pitch_name
from musegen.score.table import NoteTable
from musegen.score.voices import Voices
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.sonority import Bools, Harmony, Sonority
from musegen.theory.succession import Arrivals, arrivals_of, last_heard, units_at

_LEANING = ("suspension", "retardation", "appoggiatura")
_OF_TIMES = {
    "last_heard", "row_before", "connected_voices", "connected_pairs", "chord", "pulses", "harmony_number", "lines",
    "runs", "places", "ids", "row_of", "_neighbours", "_attack", "_certain", "_same_phrase", "_arrivals", "_unit",
}  # fmt: skip
"""What a view derives from times and voices alone: it outlives a change of pitch."""


@dataclass(frozen=True)
class View:
    """Positions in time, each with the note row of every voice (-1 where it rests). Times in ticks.

    `first` and `second` are what a pair rule reads: in `first` a voice that rests shows the note that it sang last, and
    `connected_pairs` and `connected_voices` tell where that note still belongs to the same succession.
    """

    score: Score
    voices: Voices
    analysis: Analysis | None
    onset: Times  # (positions,)
    end: Times
    row: npt.NDArray[np.int32]  # (positions, voices)
    phrase_ends: Times
    harmony: Harmony | None  # (positions,)
    cantus: int = -1  # the voice that sings the cantus firmus; -1 where there is none

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def notes(self) -> NoteTable:
        """The sounding notes that `row` points into."""
        return self.voices.notes

    @cached_property
    def sonority(self) -> Sonority:
        """(positions, voices): what sounds."""
        return self.heard_at(slice(0, len(self)))

    @cached_property
    def in_chord(self) -> Bools:
        """(positions, voices): what sounds belongs to the chord; nowhere without chords."""
        if self.harmony is None:
            return np.zeros(self.row.shape, dtype=bool)
        belongs = (self.sonority.fifths[..., None] == self.harmony.members[:, None, :]).any(axis=-1)
        return np.asarray(belongs & self.sonority.sounds)

    @cached_property
    def last_heard(self) -> npt.NDArray[np.intp]:
        """(positions, voices): the latest position up to here where the voice sounded; -1 for none."""
        return last_heard(self.row)

    @cached_property
    def row_before(self) -> npt.NDArray[np.int32]:
        """(positions - 1, voices): the note that a voice sounds, or sounded last, before each arrival."""
        return self._arrivals.before

    @cached_property
    def first(self) -> Sonority:
        """(positions - 1, voices): what each arrival is heard against."""
        return self.heard_before(slice(0, max(len(self) - 1, 0)))

    @cached_property
    def second(self) -> Sonority:
        """(positions - 1, voices): the arrivals."""
        return self.sonority[1:]

    def heard_at(self, part: slice) -> Sonority:
        """What sounds at some neighbouring positions."""
        return self._sonority(self.row[part], self._attack[part], part)

    def heard_before(self, part: slice) -> Sonority:
        """What some neighbouring arrivals are heard against; they count from 0."""
        row = self.row_before[part]
        return self._sonority(row, row >= 0, part)

    @cached_property
    def connected_voices(self) -> Bools:
        """(positions - 1, voices): no phrase end and no rest of a denominator unit lies before the arrival."""
        return np.asarray(self._same_phrase & (self._arrivals.silence < self._unit[:, None]))

    @cached_property
    def connected_pairs(self) -> Bools:
        """(positions - 1, pairs): the two earlier notes sounded together and still belong to the succession."""
        upper, lower = self.second.pairs
        silence = np.minimum(self._arrivals.silence[:, upper], self._arrivals.silence[:, lower])
        same = self._same_phrase[:, upper] & self._same_phrase[:, lower]
        return np.asarray(same & (silence < self._unit[:, None]) & self._arrivals.overlapped(upper, lower))

    @cached_property
    def chord(self) -> npt.NDArray[np.intp] | None:
        """(positions,): the index of the chord in the analysis."""
        if self.analysis is None or not self.analysis.chords:
            return None
        return self.analysis.chord_indices(self.onset)

    @cached_property
    def pulses(self) -> Times:
        """The times of all felt beats."""
        return pulse_times(self.score)

    @cached_property
    def harmony_number(self) -> npt.NDArray[np.intp] | None:
        """(positions,): a number for each harmony, V and a V7 that completes it counting as one.

        That is where V is shorter than a pulse, or a suspension or another accented dissonance stands in it. A chord
        whose numeral is only written once more goes on.
        """
        if self.chord is None or self.analysis is None:
            return None
        chords = self.analysis.chords
        onset = np.array([chord.onset for chord in chords], dtype=np.int64)
        leaning = np.sort([tone.onset for tone in self.analysis.non_chord_tones if tone.kind in _LEANING])
        leans = np.diff(np.searchsorted(leaning, onset)) > 0
        duration = np.array([chord.duration for chord in chords], dtype=np.int64)
        waits = leans | (duration < self.unit_at(onset, pulses=True))[:-1]
        changes = [
            not (waiting and one.is_completed_by(two)) and (one.key, one.numeral) != (two.key, two.numeral)
            for waiting, (one, two) in zip(waits.tolist(), pairwise(chords), strict=True)
        ]
        return np.concatenate([[0], np.cumsum(changes, dtype=np.intp)])[self.chord]

    def unit_at(self, onset: Times, *, pulses: bool = False) -> Times:
        """The denominator unit, or the pulse, of the measures that hold these times; all in ticks."""
        return units_at(self.score, onset, pulses=pulses)

    def chord_at(self, position: int) -> ChordSpan | None:
        """The chord that the analysis hears at a position."""
        return None if self.chord is None or self.analysis is None else self.analysis.chords[self.chord[position]]

    def repitched(self, score: Score, notes: NoteTable) -> View:
        """The same view where some notes have other pitches and nothing else has changed.

        Whoever calls it makes sure that every note stays in its voice.
        """
        changed = replace(self, score=score, voices=replace(self.voices, notes=notes))
        kept = {name: value for name, value in self.__dict__.items() if name in _OF_TIMES}
        changed.__dict__.update(kept)
        return changed

    def note_name(self, row: int) -> str:
        """`Bb3`: how a person calls a note."""
        return pitch_name(self.pitches[row], self.fifths[row])

    def next_row(self, row: int) -> int:
        """The next note of the same voice after a note, or -1."""
        return self._neighbours[0].get(row, -1)

    def previous_row(self, row: int) -> int:
        """The note of the same voice before a note, or -1."""
        return self._neighbours[1].get(row, -1)

    @cached_property
    def lines(self) -> tuple[list[int], ...]:
        """The notes of each voice, in time."""
        columns = zip(self.row.T, self._attack.T, strict=True)
        return tuple(list(dict.fromkeys(row[new].tolist())) for row, new in columns)

    @cached_property
    def runs(self) -> tuple[list[list[int]], ...]:
        """The notes of each voice, cut where a phrase ends or a rest of a denominator unit lies between."""
        goes_on = np.vstack([np.zeros((1, self.row.shape[1]), dtype=bool), self.connected_voices]).T.tolist()
        found: list[list[list[int]]] = []
        for line, joined in zip(self.lines, goes_on, strict=True):
            cut: list[list[int]] = []
            for row in line:
                if cut and joined[self.places[row]]:
                    cut[-1].append(row)
                else:
                    cut.append([row])
            found.append(cut)
        return tuple(found)

    @cached_property
    def moving(self) -> tuple[list[list[int]], ...]:
        """`runs`, a note that is repeated counting once."""
        return tuple([without_repetitions(run, self.pitches) for run in runs] for runs in self.runs)

    @cached_property
    def places(self) -> list[int]:
        """The position at which each note begins; of a note that begins between two positions, the later one."""
        return np.searchsorted(self.onset, self.notes["onset"]).tolist()  # type: ignore[no-any-return]

    def certain(self, least: float) -> tuple[list[bool], tuple[str, ...]]:
        """For each position whether its chord is as certain as that; and where it is not, `measure:beat`."""
        if least not in self._certain:
            sure = np.zeros(0, dtype=bool) if self.harmony is None else self.harmony.confidence >= least
            places = map(self.score.place, self.onset[: len(sure)][~sure].tolist())
            named = tuple(f"{place.measure}:{beat_text(place.beat)}" for place in places)
            self._certain[least] = sure.tolist(), named
        return self._certain[least]

    @cached_property
    def _certain(self) -> dict[float, tuple[list[bool], tuple[str, ...]]]:
        return {}

    @cached_property
    def row_of(self) -> dict[int, int]:
        """The row of each sounding note by its id."""
        return {note: row for row, note in enumerate(self.ids)}

    @cached_property
    def ids(self) -> list[int]:
        """The id of each note."""
        return self.notes["id"].tolist()  # type: ignore[no-any-return]

    @cached_property
    def steps(self) -> list[int]:
        """The staff step of each note, from C0."""
        return self.notes.diatonic.tolist()  # type: ignore[no-any-return]

    @cached_property
    def pitches(self) -> list[int]:
        """The MIDI number of each note."""
        return self.notes["pitch"].tolist()  # type: ignore[no-any-return]

    @cached_property
    def fifths(self) -> list[int]:
        """The place of each note on the line of fifths."""
        return self.notes["fifths"].tolist()  # type: ignore[no-any-return]

    def neighbours(self, row: int) -> list[int]:
        """The notes of the same voice before and after a note."""
        return [other for other in (self.previous_row(row), self.next_row(row)) if other >= 0]

    @cached_property
    def _neighbours(self) -> tuple[dict[int, int], dict[int, int]]:
        after: dict[int, int] = {}
        before: dict[int, int] = {}
        line, onset = self.voices.line, self.notes["onset"]
        for number in range(len(self.voices.names)):
            rows = np.flatnonzero(line == number)
            listed = rows[np.argsort(onset[rows], kind="stable")].tolist()
            after.update(pairwise(listed))
            before.update((later, earlier) for earlier, later in pairwise(listed))
        return after, before

    @cached_property
    def _phrase(self) -> npt.NDArray[np.intp]:
        return np.searchsorted(self.phrase_ends, self.onset, side="right")

    @cached_property
    def _same_phrase(self) -> Bools:
        return np.asarray(self._phrase[np.maximum(self.last_heard[:-1], 0)] == self._phrase[1:, None])

    @cached_property
    def _arrivals(self) -> Arrivals:
        """The positions but the first, with what each voice sang before."""
        return arrivals_of(self.notes, self.onset, self.row)

    @cached_property
    def _unit(self) -> Times:
        """(positions - 1,): the denominator unit of the measure of the arrival."""
        return self.unit_at(self.onset[1:])

    def _column(self, name: str, row: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
        if not len(self.notes):
            return np.zeros(row.shape, dtype=np.int64)
        return np.where(row >= 0, self.notes[name][row], 0)

    @cached_property
    def _attack(self) -> Bools:
        changes = np.vstack([np.ones_like(self.row[:1], dtype=bool), self.row[1:] != self.row[:-1]])
        return np.asarray(changes & (self.row >= 0))

    def _sonority(self, row: npt.NDArray[np.int32], attack: Bools, part: slice) -> Sonority:
        pitch, fifths = (self._column(name, row).astype(np.int16, copy=False) for name in ("pitch", "fifths"))
        return Sonority(pitch, fifths, row >= 0, attack, None if self.harmony is None else self.harmony[part])


def without_repetitions(line: list[int], pitches: list[int]) -> list[int]:
    """The notes of a line but those that have the pitch of the note before them."""
    return line[:1] + [row for before, row in pairwise(line) if pitches[row] != pitches[before]]
