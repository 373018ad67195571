"""What drums play: the rows of a style on a kit, measure by measure, and a stroke where the last chord rings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musegen.generation.accompaniment.meters import Rows, rows_for
from musegen.generation.accompaniment.plan import Ending, Place, fitted, is_like
from musegen.generation.accompaniment.styles import LAYERS, Pattern, Style
from musegen.generation.accompaniment.writing import Played
from musegen.score.meter import TimeSignature
from musegen.score.model import Score
from musegen.score.percussion import drum_named, fifths_of_key

_LAST = ("kick", "crash")


def drum_part(score: Score, style: Style, level: int, places: Sequence[Place], ending: Ending) -> list[Played]:
    """The strokes in time, up to the last chord; a pickup is left to the melody.

    Each stroke is written to the next one on the kit, so that hands share a voice, for a felt beat at most.
    """
    strokes: dict[int, set[int]] = {}
    for measure, place in zip(score.measures, places, strict=True):
        if measure.is_pickup:
            continue
        for name, bars in _rows(style, level, measure.time_signature, place):
            for act in fitted(bars[place.number % len(bars)], score, measure):
                onset = measure.onset + int(act.start * score.ticks_per_quarter)
                if onset < ending.onset:
                    strokes.setdefault(onset, set()).add(drum_named(name).number)
    if not strokes:
        return []
    strokes[ending.onset] = {drum_named(name).number for name in _LAST}
    return list(_written(strokes, score, ending))


def _rows(style: Style, level: int, meter: TimeSignature, place: Place) -> Iterator[tuple[str, Rows]]:
    """The rows of one pattern: that of the highest level that has drums, in this meter if there is one."""
    usable = [one for one in style.patterns if one.level <= level and _drums(one)]
    for wanted in (True, False) if place.ends_phrase else (False,):
        kind = [one for one in usable if one.is_fill == wanted]
        own = [one for one in kind if is_like(one.meter, meter)]
        for best in sorted({one.level for one in own or kind}, reverse=True):
            here = [one for one in own or kind if one.level == best]
            pattern = here[int(place.lot * len(here))]
            found = [(name, rows[0]) for name in _drums(pattern) if (rows := rows_for([pattern], name, meter))]
            if found:
                yield from found
                return


def _drums(pattern: Pattern) -> list[str]:
    return [name for name in pattern.rows if name not in LAYERS]


def _written(strokes: dict[int, set[int]], score: Score, ending: Ending) -> Iterator[Played]:
    onsets = sorted(strokes)
    for onset, following in zip(onsets, [*onsets[1:], ending.end], strict=True):
        measure = score.measures[score.measure_index_at(onset)]
        pulse = int(measure.time_signature.pulse_quarters * score.ticks_per_quarter)
        inside = (onset - measure.onset) % pulse
        limits = (following, onset - inside + pulse, measure.onset + measure.length)
        end = ending.end if onset == ending.onset else min(limits)
        for number in sorted(strokes[onset]):
            yield Played(onset, end, number, fifths_of_key(number))
