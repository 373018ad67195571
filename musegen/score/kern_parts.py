"""Which spines of kern are one part: the staves of a keyboard, or what `*part` says; from the top of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from musegen.score.kern_instruments import KEYBOARDS, instrument
from musegen.score.kern_tandem import SpineFacts
from musegen.score.model import BASS, TREBLE, Clef, Part

_MIDDLE = 57
"""A staff that names no clef has a bass clef where its mean pitch lies below this A."""


class Place(NamedTuple):
    """Where the notes of a spine stand."""

    part: int
    staff: int  # 1 = the top one
    first_voice: int  # the number of its upper voice in the part


class Layout(NamedTuple):
    """The parts of a score and the place of each spine in them."""

    parts: tuple[Part, ...]
    places: dict[int, Place]


def laid_out(facts: Mapping[int, SpineFacts], voices: Mapping[int, int], heights: Mapping[int, float]) -> Layout:
    """Parts and places; `voices` are the voices of each spine at most, `heights` the mean pitches of silent-clef ones.

    Kern runs from the lowest staff to the highest; staff numbers, where every spine has its own, count from the top.
    """
    spines = sorted(facts, reverse=True)
    numbers = [facts[spine].staff for spine in spines]
    if all(numbers) and len(set(numbers)) == len(numbers):
        spines.sort(key=lambda spine: facts[spine].staff)
    parts, places = [], {}
    for number, group in enumerate(_groups(spines, facts)):
        staff, voice, seen = 0, 1, {0}
        clefs: list[Clef] = []
        for spine in group:
            if facts[spine].staff not in seen or not facts[spine].staff:
                seen.add(facts[spine].staff)
                staff += 1
                clefs.append(_clef(facts[spine], heights.get(spine, _MIDDLE)))
            places[spine] = Place(number, staff, voice)
            voice += voices.get(spine, 1)
        parts.append(_part(number, facts[group[0]], tuple(clefs)))
    return Layout(tuple(parts), places)


def _groups(spines: Sequence[int], facts: Mapping[int, SpineFacts]) -> list[list[int]]:
    """The spines of each part: of one `*part` where all name theirs, else neighbours of one keyboard on staves."""
    stated = all(facts[spine].part for spine in spines)
    groups: dict[int, list[int]] = {}
    before = -1
    for number, spine in enumerate(spines):
        own = facts[spine]
        if stated:
            key = own.part
        elif number and _one_keyboard(facts[spines[number - 1]], own):
            key = before
        else:
            key = number
        groups.setdefault(key, []).append(spine)
        before = key
    return list(groups.values())


def _one_keyboard(upper: SpineFacts, lower: SpineFacts) -> bool:
    return upper.code == lower.code and upper.code in KEYBOARDS and 0 < upper.staff < lower.staff


def _clef(facts: SpineFacts, height: float) -> Clef:
    return facts.clef or (BASS if height < _MIDDLE else TREBLE)


def _part(number: int, facts: SpineFacts, clefs: tuple[Clef, ...]) -> Part:
    """A part; what its instrument is called otherwise goes with a name that the file does not give."""
    known = instrument(facts.code)
    short = facts.abbreviation or ("" if facts.name else known.abbreviation)
    return Part(f"P{number + 1}", facts.name or known.name, short, clefs, facts.transpose, known.midi_program)
