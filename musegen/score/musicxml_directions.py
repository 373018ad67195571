"""Tempo marks and dynamics of a MusicXML document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from lxml import etree

from musegen.errors import MalformedScore
from musegen.score.model import Direction, DirectionKind, Measure
from musegen.score.musicxml_attributes import child_text, decimal

MAX_TEMPO = 2000
DYNAMICS = (
    "pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff", "sf", "sfz", "sffz", "sfp", "fp", "fz", "rf", "rfz",
)  # fmt: skip
"""The signs that are read and written; `niente` and words are not."""
BEAT_UNITS = {
    "16th": Fraction(1, 4), "eighth": Fraction(1, 2), "quarter": Fraction(1), "half": Fraction(2), "whole": Fraction(4),
}  # fmt: skip
"""Quarters in each beat of a metronome mark, without its dot."""
_LONGEST = 200


class Spoken(NamedTuple):
    """A direction before its measure has a place in time."""

    measure_index: int
    onset: int  # ticks from the barline
    kind: DirectionKind
    text: str
    tempo: float
    is_counted: bool
    staff: int


def read_direction(element: etree._Element, measure_index: int, onset: int, staff: int) -> Iterator[Spoken]:
    """The tempo and the dynamics of a `<direction>`, or of a `<sound>` by itself.

    Words without a tempo, and a metronome mark that names no number, say nothing that is modelled.

    Raises:
        MalformedScore: the tempo lies outside any music.
    """
    signs = [sign.tag for sign in element.iterfind("direction-type/dynamics/*") if sign.tag in DYNAMICS]
    for sign in signs:
        yield Spoken(measure_index, onset, "dynamic", str(sign), 0.0, True, staff)
    sound = element if element.tag == "sound" else element.find("sound")
    metronome = element.find("direction-type/metronome")
    stated = _stated(sound) or (0.0 if metronome is None else _counted(metronome))
    if stated:
        words = " ".join("".join(one.text or "" for one in element.iterfind("direction-type/words")).split())
        is_counted = metronome is not None and metronome.get("print-object") != "no"
        yield Spoken(measure_index, onset, "tempo", words[:_LONGEST].strip(), stated, is_counted, 1)


def placed_directions(parts: Sequence[Sequence[Spoken]], measures: Sequence[Measure]) -> tuple[Direction, ...]:
    """The directions of all parts in time: one tempo at a moment, each dynamic once, none beyond the end."""
    tempos: dict[int, Direction] = {}
    dynamics: set[Direction] = set()
    end = measures[-1].onset + measures[-1].length if measures else 0
    for part, directions in enumerate(parts):
        for index, onset, kind, text, tempo, is_counted, staff in directions:
            time = measures[index].onset + onset
            if time >= end:
                continue
            if kind == "tempo":
                tempos.setdefault(time, Direction(time, kind, text, tempo, is_counted))
            else:
                dynamics.add(Direction(time, kind, text, part=part, staff=staff))
    return tuple(sorted((*tempos.values(), *dynamics), key=direction_order))


def direction_order(direction: Direction) -> tuple[object, ...]:
    """The order of directions in a Score: by time, tempos first, then part, staff and sign."""
    return direction.onset, direction.kind == "dynamic", direction.part, direction.staff, direction.text


def tempo_at(directions: Sequence[Direction], onset: int, usual: float) -> float:
    """Quarters a minute at a moment; `usual` where no tempo is stated before.

    >>> tempo_at([Direction(0, "tempo", "Adagio", 60.0)], 10080, 84.0)
    60.0
    """
    tempos = [one for one in directions if one.kind == "tempo"]
    number = bisect_right([one.onset for one in tempos], onset)
    return tempos[number - 1].tempo if number else usual


def _stated(sound: etree._Element | None) -> float:
    """A tempo outside any music stops programs that play the document."""
    text = None if sound is None else sound.get("tempo")
    if text is None:
        return 0.0
    tempo = decimal(text, "the tempo")
    if not 0 < tempo <= MAX_TEMPO:
        raise MalformedScore(f"the tempo is {text[:20]}", hint=f"it must lie between 0 and {MAX_TEMPO}")
    return round(float(tempo), 6)


def _counted(metronome: etree._Element) -> float:
    """Quarters a minute of a metronome mark; 0 where it tells no number, as that of a beat which becomes another."""
    beat = BEAT_UNITS.get(child_text(metronome, "beat-unit") or "")
    dots = len(metronome.findall("beat-unit-dot"))
    with suppress(MalformedScore):
        number = decimal(child_text(metronome, "per-minute"), "a metronome mark")
        if beat and metronome.find("beat-unit") is not None and dots < 2:
            tempo = number * beat * (Fraction(3, 2) if dots else 1)
            return round(float(tempo), 6) if 0 < tempo <= MAX_TEMPO else 0.0
    return 0.0
