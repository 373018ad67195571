"""Errors of the harmoniser: which requests clash, by measure and beat, and whether that is proven."""

from __future__ import annotations

from musegen.errors import NoSolution, NotFound
from musegen.generation.classical import DeadEnd
from musegen.generation.conditions import Condition
from musegen.generation.given import Asked
from musegen.generation.melody import Melody, MelodySlot
from musegen.score.pitch import SpelledPitch
from musegen.theory.keys import Key


def no_chord(melody: Melody, home: Key, number: int, asked: Asked, pack: str = "") -> NoSolution:
    """The error for a slot that no chord of the vocabulary fits; `pack` is the one whose [allow] table limits it."""
    slot = melody.slots[number]
    where, note = _where(melody, slot), _note_name(melody, slot)
    if asked is None:
        whose = f"of the chords that {pack} allows, none" if pack else "no chord"
        return NoSolution(
            f"{whose} round {home.words} holds what the melody sings at {where}",
            conflicts=(
                f"{where}: the melody's {note}",
                f"the home key {home.words}",
                *((f"the chords of {pack}",) if pack else ()),
            ),
            hint=f"name another key with --key{' or a pack that allows more' * bool(pack)}",
        )
    return NoSolution(
        f"the chord given at {where}, {asked.text}, is none that can be read round {home.words}",
        conflicts=(f"{where}: the given chord {asked.text}", f"the home key {home.words}"),
        hint="name another key with --key, or change the chord",
    )


def no_setting(melody: Melody, condition: Condition, dead: DeadEnd, given: list[Asked], pack: str = "") -> NoSolution:
    """The error for a search that ended: what is asked for at its last place, proven to clash or only not found.

    `pack` is the one whose [allow] table limits the chords.
    """
    places = range(max(0, dead.slot - 1), dead.slot + 1)
    conflicts = []
    for number in places:
        slot, asked = melody.slots[number], given[number]
        conflicts.append(f"{_where(melody, slot)}: the melody's {_note_name(melody, slot)}")
        if asked is not None:
            conflicts.append(f"{_where(melody, slot)}: the given chord {asked.text}")
    laws = "chords and the rules" if pack else "rules"
    conflicts.append(f"the {laws} of {condition.pack}, and the ranges of alto, tenor and bass")
    if dead.exact:
        return NoSolution("these requests contradict each other", conflicts=tuple(conflicts), hint="change one of them")
    return NotFound(
        f"no setting was found beyond {_where(melody, melody.slots[dead.slot])}",
        conflicts=tuple(conflicts),
        hint="one may still exist; try another key or rule pack",
    )


def _where(melody: Melody, slot: MelodySlot) -> str:
    return str(melody.score.place(slot.onset))


def _note_name(melody: Melody, slot: MelodySlot) -> str:
    row = melody.notes.rows[slot.rows[0]]
    return SpelledPitch(int(row["pitch"]), int(row["fifths"])).name
