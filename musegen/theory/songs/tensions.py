"""What the melody of a lead sheet is over its chords: chord tones, available tensions, or notes that belong to neither.

Which tensions a kind of chord takes: Nettles & Graf, ch. 2; Levine, *The Jazz Theory Book*, ch. 3. A tension is stable
when it lasts a felt beat; a shorter one is a chord's colour only where no step explains it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, NonChordTone
from musegen.theory.form.phrases import top_line
from musegen.theory.songs.sheet import SheetChord, sheet_chords

_NAMES = {1: "b9", 2: "9", 3: "#9", 5: "11", 6: "#11", 8: "b13", 9: "13", 10: "7", 11: "maj7"}
_AVAILABLE = {
    "M": (2, 6, 9, 11), "M7": (2, 6, 9), "m": (2, 5, 9, 10, 11), "m7": (2, 5, 9), "7": (1, 2, 3, 6, 8, 9),
    "h": (2, 5, 8), "d": (2, 8, 9), "d7": (2, 5, 8, 11), "+": (2, 6, 10), "s": (2, 9, 10),
}  # fmt: skip
"""Semitones above the root, by `SheetChord.quality`."""
_UNSTEPPED = ("unexplained", "pedal")


class MelodyUse(NamedTuple):
    """How much of the melody is of one sort. `onset` in ticks, of its first note."""

    onset: int
    what: str  # `chord tone`, `9`, `#11`, `other`
    notes: int
    share: float  # of the melody's sounding time over chords
    measures: tuple[str, ...]


def tension_of(chord: SheetChord, pitch: int) -> str:
    """The name of the tension that a pitch is over a chord; "" for a chord tone, or a note that it does not take.

    >>> from musegen.theory.songs.sheet import read_symbol
    >>> [tension_of(read_symbol(symbol), 74) for symbol in ("C7", "Bm7b5", "Am7", "Gm")]
    ['9', '', '11', '']
    """
    if _is_member(chord, pitch):
        return ""
    above = (pitch - chord.pitch_class) % 12
    return _NAMES[above] if above in _AVAILABLE[chord.quality] else ""


def _is_member(chord: SheetChord, pitch: int) -> bool:
    return any((7 * tone - pitch) % 12 == 0 for tone in (*chord.members, chord.bass))


def foreign_tones(analysis: Analysis, score: Score) -> tuple[NonChordTone, ...]:
    """The non-chord tones of a lead sheet that are no stable tensions of their chords."""
    chords = sheet_chords(score)
    onsets = [chord.onset for chord in chords]
    notes = score.notes.sounding()
    rows = {int(row["id"]): row for row in notes.rows}
    kept = []
    for tone in analysis.non_chord_tones:
        chord, row = chords[max(int(np.searchsorted(onsets, tone.onset, side="right")) - 1, 0)], rows[tone.note]
        pulse = score.ticks(score.measures[score.measure_index_at(tone.onset)].time_signature.pulse_quarters)
        lasts = min(int(row["onset"] + row["duration"]), chord.end) - tone.onset
        stable = lasts >= pulse or tone.kind in _UNSTEPPED
        if not (stable and tension_of(chord, int(row["pitch"]))) and not _is_member(chord, int(row["pitch"])):
            kept.append(tone)
    return tuple(kept)


def melody_uses(score: Score, analysis: Analysis) -> list[MelodyUse]:
    """What the melody of a lead sheet is over its symbols: chord tones first, then each tension, then the rest."""
    chords = sheet_chords(score) if analysis.symbols else ()
    if not chords:
        return []
    foreign = {(tone.note, tone.onset) for tone in analysis.non_chord_tones}
    found: dict[str, list[tuple[int, int]]] = {}
    for row in top_line(score).rows:
        for chord in chords:
            onset, end = max(int(row["onset"]), chord.onset), min(int(row["onset"] + row["duration"]), chord.end)
            if onset < end:
                tension = tension_of(chord, int(row["pitch"]))
                other = (int(row["id"]), onset) in foreign
                what = "other" if other else tension or "chord tone"
                found.setdefault(what, []).append((onset, end - onset))
    whole = sum(length for places in found.values() for _, length in places)
    tensions = [name for name in found if name not in ("chord tone", "other")]
    order = ["chord tone", *sorted(tensions, key=lambda name: -len(found[name])), "other"]
    return [_use(score, what, found[what], whole) for what in order if what in found]


def _use(score: Score, what: str, places: list[tuple[int, int]], whole: int) -> MelodyUse:
    measures = tuple(dict.fromkeys(score.place(onset).measure for onset, _ in places))
    share = sum(length for _, length in places) / whole
    return MelodyUse(min(onset for onset, _ in places), what, len(places), round(share, 3), measures)


def melody_line(_score: Score, row: MelodyUse) -> str:
    """`9 5%`."""
    return f"{row.what} {row.share:.0%}"


def melody_lines(score: Score, rows: Sequence[MelodyUse]) -> list[str]:
    """One line: `chord tones 80%; tensions 9 8%, 13 4%; other notes 8%`."""
    tensions = [melody_line(score, row) for row in rows if row.what not in ("chord tone", "other")]
    named = {row.what: row.share for row in rows}
    parts = [f"chord tones {named.get('chord tone', 0):.0%}"] if rows else []
    parts += [f"tensions {', '.join(tensions)}"] if tensions else []
    parts += [f"other notes {named['other']:.0%}"] if "other" in named else []
    return ["; ".join(parts)] if parts else []
