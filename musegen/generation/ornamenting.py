"""Between the chords of a skeleton: where the network may ornament what was asked for."""

from __future__ import annotations

import numpy as np

from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames, Ints
from musegen.generation.neural.said import UNSAID, Said, key_number
from musegen.generation.requests.plan import Plan
from musegen.generation.requests.skeletons import Skeleton
from musegen.theory.vocabulary import index_of

_BASS = VOICES - 1


def asks_for_chords(plan: Plan) -> bool:
    """Whether chords, figures or cadences are asked for anywhere."""
    return any(wish.states_chord or wish.cadence is not None for wish in plan.wishes)


def ornamented(task: Task, skeleton: Skeleton) -> Task:
    """The task with the notes and chords of a skeleton given where each of its slots begins, and free between them.

    A bass that goes on is held; upper voices may be ornamented under a chord that goes on.
    """
    pitch, fifths, attack = task.given.pitch.copy(), task.given.fifths.copy(), task.given.attack.copy()
    free, said = task.free.copy(), {name: column.copy() for name, column in task.said._asdict().items()}
    frames = [_frames(skeleton, number) for number in range(len(skeleton.chords))]
    for number, here in enumerate(frames):
        _say(said, here, skeleton, number)
        for voice in np.flatnonzero(task.free[here.start]).tolist():
            if skeleton.held[number] and voice != _BASS:
                continue
            stays = voice == _BASS and number + 1 < len(frames) and bool(skeleton.goes_on[number + 1, voice])
            place = here if stays else slice(here.start, here.start + 1)
            pitch[place, voice], fifths[place, voice] = skeleton.pitch[number, voice], skeleton.fifths[number, voice]
            attack[place, voice] = False
            attack[here.start, voice] = not skeleton.goes_on[number, voice]
            free[place, voice] = False
    return task._replace(given=Frames(pitch, fifths, attack), free=free, said=Said(**said))


def _frames(skeleton: Skeleton, number: int) -> slice:
    slot, quarter = skeleton.plan.slots[number], skeleton.plan.score.ticks_per_quarter
    first = slot.onset * A_QUARTER // quarter
    return slice(first, max((slot.onset + slot.duration) * A_QUARTER // quarter, first + 1))


def _say(said: dict[str, Ints], here: slice, skeleton: Skeleton, number: int) -> None:
    """The chord of a slot, up to where another one is asked for inside it."""
    chord = skeleton.chords[number]
    asked = np.stack([said["local"][here], said["figure"][here]])
    other = np.flatnonzero((asked != asked[:, :1]).any(axis=0))
    mine = slice(here.start, here.start + int(other[0])) if len(other) else here
    place = index_of(chord.numeral)
    said["local"][mine] = key_number(chord.key)
    said["figure"][mine] = UNSAID if place is None else place
    said["inversion"][mine] = min(chord.numeral.inversion, 3)
