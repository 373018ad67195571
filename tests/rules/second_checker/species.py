"""What the species know besides notes: cantus and counterpoint, measures, consonance, ties over barlines; no rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from second_checker.music import Music, Note, interval

LEFT_OUT: dict[str, str] = {}
PERFECT = (0, 4)  # steps of unisons and fifths, octaves taken away


def cantus(music: Music) -> int | None:
    """The voice of the cantus: as it was named, or else the lowest of those in whole measures; None for none."""
    if music.cantus_firmus in ("upper", "lower"):
        return 0 if music.cantus_firmus == "upper" else len(music.voices) - 1
    if music.cantus_firmus:
        return music.names.index(music.cantus_firmus)
    bars = measures(music)
    whole = [voice for voice, notes in enumerate(music.voices) if [note[:2] for note in notes] == bars]
    return whole[-1] if whole and len(music.voices) > 1 and len(bars) >= 3 else None


def counterpoints(music: Music) -> list[int]:
    """The voices that are not the cantus."""
    return [voice for voice in range(len(music.voices)) if voice != cantus(music)]


def moving(music: Music) -> list[int]:
    """The voices that have the rhythm of the species: of three voices none in whole measures, if another is left."""
    against = counterpoints(music)
    found = [voice for voice in against if [note[:2] for note in music.voices[voice]] != measures(music)]
    return found or against


def measures(music: Music) -> list[tuple[int, int]]:
    """(begin, end) of each measure."""
    return [(item.onset, item.onset + item.length) for item in music.score.measures]


def downbeats(music: Music) -> list[int]:
    """The beginning of each measure."""
    return [begin for begin, _ in measures(music)]


def measure_of(music: Music, time: int) -> tuple[int, int]:
    """(begin, end) of the measure at a moment."""
    return next((begin, end) for begin, end in measures(music) if begin <= time < end)


def together(music: Music) -> Iterator[tuple[Note, Note, int]]:
    """(upper voice's note, lower voice's note, when they begin to sound together), each once."""
    for upper, lower in combinations(range(len(music.voices)), 2):
        for above in music.voices[upper]:
            for below in music.voices[lower]:
                begin = max(above.onset, below.onset)
                if begin < min(above.end, below.end):
                    yield above, below, begin


def others(music: Music, note: Note, time: int) -> list[Note]:
    """What the other voices sing at a moment."""
    return [other for other in music.sounding(time) if other and other.voice != note.voice]


def lowest(music: Music, time: int) -> Note:
    """The lowest note at a moment, of the lower voice where two sing the same."""
    return min((note for note in music.sounding(time) if note), key=lambda note: (note.midi, -note.voice))


def dissonant(music: Music, one: Note, other: Note, time: int) -> bool:
    """Two notes at a moment are a dissonance; of three voices no fourth, nor a diminished fifth between upper ones."""
    number, quality = interval(one, other)
    simple = (number - 1) % 7
    if len(music.voices) > 2:
        over_bass = lowest(music, time).midi in (one.midi, other.midi)
        if simple == 3 and quality in ("P", "A"):
            return False
        if (simple, quality) == (4, "d") and not over_bass:
            return False
    return simple in (1, 3, 6) or quality not in ("P", "M", "m")


def is_dissonant(music: Music, note: Note, time: int) -> bool:
    """A note is a dissonance against some other voice at a moment, and that voice does not give way itself."""
    against = [other for other in others(music, note, time) if dissonant(music, note, other, time)]
    return any(not gives_way(music, other, time) for other in against)


def gives_way(music: Music, other: Note, time: int) -> bool:
    """Another voice of the counterpoint passes off the downbeat, or holds a note and then steps down."""
    begin, end = measure_of(music, other.onset)
    away = move(music, other, music.after(other))
    if other.voice == cantus(music):
        return False
    if other.onset < time and away == -1:
        return True
    passes = move(music, music.before(other), other) == away in (1, -1)
    return passes and other.onset > begin and other.end <= end


def joined(music: Music, one: Note | None, two: Note | None) -> bool:
    """Two notes of a voice without a rest of a denominator unit or the end of a phrase between."""
    if one is None or two is None or two.onset - one.end >= music.unit(two.onset):
        return False
    return not music.phrase_ends_between(one.end - 1, two.onset)


def move(music: Music, one: Note | None, two: Note | None) -> int:
    """Steps of the staff from one note to the next, 0 where nothing follows."""
    return two.step - one.step if one and two and joined(music, one, two) else 0


def barlines(music: Music, note: Note) -> list[int]:
    """The barlines that a note is tied over."""
    return [begin for begin in downbeats(music) if note.onset < begin < note.end]


def ties(music: Music) -> Iterator[tuple[Note, int]]:
    """Every note of the counterpoint that is tied over a barline, with each such barline."""
    for voice in counterpoints(music):
        for note in music.voices[voice]:
            for barline in barlines(music, note):
                yield note, barline
