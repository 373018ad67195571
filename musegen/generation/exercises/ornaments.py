"""Ornaments: passing and neighbour eighths, suspensions and chromatic passing tones, put into a finished setting.

Every ornament is tried on the setting and kept only where the rule pack still finds no error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from numpy.random import Generator

from musegen.generation.exercises.setting import Note, Setting
from musegen.generation.levels import Level
from musegen.generation.voicings import Chord
from musegen.score.pitch import SpelledPitch, diatonic_of, octave_of, pitch_class_of, step_of
from musegen.theory.keys import Key

EIGHTH = Fraction(1, 2)
_DELAYS = {
    False: {Fraction(1): EIGHTH, Fraction(2): Fraction(1), Fraction(3): Fraction(2), Fraction(4): Fraction(2)},
    True: {Fraction(3, 2): Fraction(1), Fraction(3): Fraction(3, 2)},
}
"""How long a suspension holds back a note, by the note's length, in simple and compound meters: it resolves on a beat,
or inside one."""
_SPARE_TRIES = 6  # so many options of a kind may fail before it is given up
_SOPRANO_FIRST = 0.35  # the soprano, which the class sees, is ornamented most
_SOPRANO_LIKED = 1.0  # the same in nats
_FILLED = 3  # notes of an ornament that fills the way between two others


class Ornament(NamedTuple):
    """One ornament that would fit: two neighbouring notes of a voice, and what is sung instead."""

    voice: int
    first: Note
    second: Note
    made: tuple[Note, ...]

    @property
    def change(self) -> tuple[Fraction, int, int]:
        """When it is first heard, which pitch, and which one would sound without it."""
        if len(self.made) == _FILLED:
            return self.made[1].onset, self.made[1].pitch, self.first.pitch
        return self.second.onset, self.first.pitch, self.second.pitch


Taste = Callable[[Ornament], float]
"""How well an ornament is liked, in nats: it is drawn before others with such a likelihood."""


def ornament(
    setting: Setting,
    level: Level,
    accepts: Callable[[Setting], bool],
    rng: Generator,
    taste: Taste | None = None,
) -> tuple[Setting, tuple[str, ...]]:
    """The setting with ornaments of its level, and the kinds that were used (a kind once for each time).

    An ornament is kept only where `accepts` says yes to the setting that has it. Which is tried first is drawn: each
    alike or, with a taste, by its likelihood; the soprano's first.
    """
    used: list[str] = []
    for kind, quota in _quotas(level, setting, rng).items():
        options = [option for voice in range(4) for option in _options(setting, voice, kind)]
        ranked = sorted(options, key=_lots(rng, taste))
        tries = quota + _SPARE_TRIES
        for option in ranked:
            tried = _with(setting, option)
            if tried is None:
                continue
            tries -= 1
            if accepts(tried):
                setting, quota = tried, quota - 1
                used.append(kind)
            if not quota or not tries:
                break
    return setting, tuple(used)


def _lots(rng: Generator, taste: Taste | None) -> Callable[[Ornament], float]:
    """The order in which ornaments are tried, drawn by lot."""
    if taste is None:
        return lambda option: float(rng.random()) - _SOPRANO_FIRST * (option.voice == 0)
    return lambda option: float(-rng.gumbel()) - taste(option) - _SOPRANO_LIKED * (option.voice == 0)


def _with(setting: Setting, option: Ornament) -> Setting | None:
    """The setting with one more ornament; None where another one has taken its notes."""
    notes = setting.voices[option.voice]
    place = next((number for number, note in enumerate(notes) if note == option.first), -1)
    if place < 0 or notes[place + 1 : place + 2] != (option.second,):
        return None
    changed = (*notes[:place], *option.made, *notes[place + 2 :])
    return replace(setting, voices=(*setting.voices[: option.voice], changed, *setting.voices[option.voice + 1 :]))


def _quotas(level: Level, setting: Setting, rng: Generator) -> dict[str, int]:
    """How many of each kind: about one ornament a measure and a half, new kinds first."""
    measures = setting.plan.measures
    quotas: dict[str, int] = {}
    for kind in reversed(level.suspensions):
        quotas[kind] = max(1, measures // 8)
    if "chromatic-passing" in level.non_chord_tones:
        quotas["chromatic-passing"] = max(1, measures // 8)
    if "passing" in level.non_chord_tones:
        quotas["passing"] = max(2, int(rng.integers(measures // 4, measures // 2 + 1)))
        quotas["neighbor"] = max(1, measures // 8)
    return quotas


def _options(setting: Setting, voice: int, kind: str) -> list[Ornament]:
    notes = setting.voices[voice]
    found: list[Ornament] = []
    for place in range(len(notes) - 1):
        first, second = notes[place], notes[place + 1]
        if first.end != second.onset:
            continue
        made = _suspended(setting, voice, place, kind) if kind[0].isdigit() else _filled(setting, first, second, kind)
        if made:
            found.append(Ornament(voice, first, second, made))
    return found


def _filled(setting: Setting, first: Note, second: Note, kind: str) -> tuple[Note, ...] | None:
    """The first note cut short by an eighth that leads to the second."""
    longest = 3 if setting.plan.meter.is_compound else 2  # more would be written with a tie
    if not 1 <= first.duration <= longest or first.duration.denominator > 2 or _spans_phrases(setting, first, second):
        return None
    steps = _steps(second) - _steps(first)
    key = chord_at(setting, first.onset).key
    if kind == "passing" and abs(steps) == 2:
        added = _scale_note(key, _steps(first) + steps // 2, rising=steps > 0, near=chord_at(setting, first.onset))
    elif kind == "neighbor" and steps == 0 and first.pitch == second.pitch:
        added = _scale_note(key, _steps(first) + 1, rising=False, near=chord_at(setting, first.onset))
    elif kind == "chromatic-passing" and abs(second.pitch - first.pitch) == 2 and abs(steps) == 1:
        fifths = first.fifths + 7 if steps > 0 else first.fifths - 7
        added = SpelledPitch((first.pitch + second.pitch) // 2, fifths)
    else:
        return None
    if not _between(added.pitch, first.pitch, second.pitch, kind) or _is_busy(setting, first):
        return None
    cut = first.duration - EIGHTH
    short = replace(first, duration=cut)
    return short, Note(first.onset + cut, EIGHTH, added.pitch, added.fifths), second


def _between(pitch: int, first: int, second: int, kind: str) -> bool:
    if kind == "neighbor":
        return 1 <= abs(pitch - first) <= 2
    return min(first, second) < pitch < max(first, second) and abs(pitch - first) <= 2 and abs(pitch - second) <= 2


def _is_busy(setting: Setting, note: Note) -> bool:
    """Whether another voice moves while this note sounds; one ornament at a time stays clear."""
    return any(note.onset < other.onset < note.end for voice in setting.voices for other in voice)


def _spans_phrases(setting: Setting, first: Note, second: Note) -> bool:
    slots = setting.plan.slots
    phrase = {slot.onset: slot.phrase for slot in slots}
    return phrase.get(first.onset, 0) != phrase.get(second.onset, 0)


def _suspended(setting: Setting, voice: int, place: int, kind: str) -> tuple[Note, ...] | None:
    """The first note held into the second, which it reaches late by a step down (up is a retardation, not used)."""
    first, second = setting.voices[voice][place : place + 2]
    slots = {slot.onset: slot for slot in setting.plan.slots}
    here, before = slots.get(second.onset), slots.get(first.onset)
    falls = _steps(second) - _steps(first) == -1 and first.pitch - second.pitch in (1, 2)
    if here is None or before is None or not falls or _spans_phrases(setting, first, second):
        return None
    delay = _DELAYS[setting.plan.meter.is_compound].get(second.duration)
    if delay is None or here.strength < before.strength or first.duration < delay:
        return None
    if first.fifths in _tones(setting, second.onset) or suspension_kind(setting, voice, first, second) != kind:
        return None
    before_chord = chord_at(setting, first.onset)
    prepared_by_seventh = before_chord.numeral.seventh is not None and (
        first.fifths == before_chord.key.tonic + before_chord.numeral.seventh
    )
    if prepared_by_seventh or before_chord.numeral.is_cadential or _is_busy(setting, second):
        return None
    if _doubled(setting, (0, 1, 2) if kind == "9-8" else (0, 1, 2, 3), voice, second):
        return None
    held = replace(first, duration=first.duration + delay)
    return held, replace(second, onset=second.onset + delay, duration=second.duration - delay)


def _tones(setting: Setting, onset: Fraction) -> tuple[int, ...]:
    chord = chord_at(setting, onset)
    return chord.tones


def suspension_kind(setting: Setting, voice: int, first: Note, second: Note) -> str:
    """The figure that the held note would make: 4-3, 7-6 or 9-8 (never 2-1) over the bass, 2-3 under an upper voice."""
    others = [_sounding(setting, other, second.onset) for other in range(4) if other != voice]
    if voice == 3:
        return "2-3" if any((_steps(note) - _steps(first)) % 7 == 1 for note in others if note) else ""
    bass = _sounding(setting, 3, second.onset)
    if bass is None or bass.onset != second.onset:
        return ""
    above = _steps(first) - _steps(bass)
    return "" if above == 1 else {3: "4-3", 6: "7-6", 1: "9-8"}.get(above % 7, "")


def _doubled(setting: Setting, among: tuple[int, ...], voice: int, resolution: Note) -> bool:
    """Whether the note of resolution already sounds in another of these voices."""
    others = (_sounding(setting, other, resolution.onset) for other in among if other != voice)
    return any(note is not None and note.fifths == resolution.fifths for note in others)


def _sounding(setting: Setting, voice: int, onset: Fraction) -> Note | None:
    return next((note for note in setting.voices[voice] if note.onset <= onset < note.end), None)


def chord_at(setting: Setting, onset: Fraction) -> Chord:
    """The chord of the slot that holds this moment."""
    return next(
        chord
        for slot, chord in reversed(list(zip(setting.plan.slots, setting.chords, strict=True)))
        if slot.onset <= onset
    )


def _steps(note: Note) -> int:
    return int(diatonic_of(note.pitch, note.fifths))


def _scale_note(key: Key, steps: int, *, rising: bool, near: Chord) -> SpelledPitch:
    """The note on a staff step: as the chord has it, else by the scale (melodic minor on the way up)."""
    letter = steps % 7
    chord_tones = {int(step_of(tone)): tone for tone in near.tones}
    fifths = chord_tones.get(letter)
    if fifths is None:
        fifths = next(degree for degree in key.degrees if step_of(degree) == letter)
        degree = key.degrees.index(fifths) + 1
        if key.minor and degree in (6, 7) and rising:
            fifths += 7
    pitch_class = int(pitch_class_of(fifths))
    octave = steps // 7
    pitch = next(
        p for p in range(12 * octave, 12 * octave + 36) if p % 12 == pitch_class and octave_of(p, fifths) == octave
    )
    return SpelledPitch(pitch, fifths)
