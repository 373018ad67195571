"""Between the chords of a skeleton: where the network may ornament what was asked for, and what of that is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from musegen.generation.decode.composing import keeps_textbook
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames, Ints
from musegen.generation.neural.said import UNSAID, Said, key_number
from musegen.generation.refine.judging import by_numerals
from musegen.generation.requests.by_ear import faults_after, heard
from musegen.generation.requests.plan import Plan
from musegen.generation.requests.skeletons import Skeleton
from musegen.rules.findings import Finding
from musegen.rules.packs import load_pack
from musegen.score.model import Score
from musegen.theory.sonority import Sonority
from musegen.theory.vocabulary import index_of

Write = Callable[[Drawn], Score]
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


def spotless(answers: Sequence[Drawn], task: Task, skeleton: Skeleton, write: Write, pack: str) -> Drawn:
    """The first of the answers to an ornamented task, with no more findings of a pack than the skeleton has.

    Where its ornaments would add one, those of another answer are taken that do not, or the chord is held. `write`
    makes the score of an answer.
    """
    begins = _begins(skeleton, len(task.joined))
    plain = _plain(answers[0], task, begins)
    chosen = _spliced(answers, plain, begins, skeleton) if keeps_textbook(pack) else answers[0]
    return _checked(chosen, plain, begins, write, pack)


def _begins(skeleton: Skeleton, length: int) -> list[int]:
    """The frames at which new chords begin, where all is given, and the end."""
    frames = [_frames(skeleton, number).start for number, held in enumerate(skeleton.held) if not held]
    return sorted({0, length, *(frame for frame in frames if frame < length)})


def _plain(answer: Drawn, task: Task, begins: Sequence[int]) -> Drawn:
    """The answer with every note held over what was free after it, but where another chord is asked for meanwhile."""
    given = answer.frames
    pitch, fifths, attack = given.pitch.copy(), given.fifths.copy(), given.attack.copy()
    for time in range(1, len(pitch)):
        held = task.free[time] & (pitch[time - 1] > 0)
        pitch[time, held], fifths[time, held] = pitch[time - 1, held], fifths[time - 1, held]
        attack[time, held] = False
    plain = answer._replace(frames=Frames(pitch, fifths, attack))
    for first, last in pairwise(begins):
        if any(len(set(column[first:last].tolist())) > 1 for column in (task.said.local, task.said.figure)):
            plain = _with(plain, answer, first, last)
    return plain


def _spliced(answers: Sequence[Drawn], plain: Drawn, begins: Sequence[int], skeleton: Skeleton) -> Drawn:
    """From chord to chord the first answer in which a stranger counts no more faults than in the plain chord.

    Ornaments come before none: between notes that are all given the network moves less than Bach does.
    """
    chosen, home = plain, 7 * skeleton.plan.home.tonic % 12
    for first, last in pairwise(begins):
        least = _faults(plain, first, last, home)
        fine = [one for one in answers if _faults(one, first, last, home) <= least]
        fine.sort(key=lambda one: not _differs(one, plain, first, last))
        chosen = _with(chosen, fine[0] if fine else plain, first, last)
    return chosen


def _faults(answer: Drawn, first: int, last: int, home: int) -> int:
    """In how many places rules are broken from a frame to where the next chord begins."""
    here = answer.frames.cut(first, last + 1)
    sung, rows = heard(Sonority(here.pitch, here.fifths, here.pitch > 0, here.attack), home), np.arange(len(here.pitch))
    return int(faults_after(sung.at(rows[:-1]), sung.at(rows[1:])).sum())


def _with(answer: Drawn, other: Drawn, first: int, last: int) -> Drawn:
    """The answer with some frames of another one."""
    frames = [np.concatenate([a[:first], b[first:last], a[last:]]) for a, b in zip(answer[0], other[0], strict=True)]
    said = [np.concatenate([a[:first], b[first:last], a[last:]]) for a, b in zip(answer[1], other[1], strict=True)]
    return answer._replace(frames=Frames(*frames), said=Said(*said))


def _checked(chosen: Drawn, plain: Drawn, begins: Sequence[int], write: Write, pack: str) -> Drawn:
    """The answer without the ornaments that add a finding; plain where nothing else helps."""
    rules = load_pack(pack)
    allowed = Counter(_named(item) for item in by_numerals([write(plain)], rules)[0].report.findings)
    ornaments = [stretch for stretch in pairwise(begins) if _differs(chosen, plain, *stretch)]
    while ornaments:
        score = write(chosen)
        findings = by_numerals([score], rules)[0].report.findings
        excess = Counter(_named(item) for item in findings) - allowed
        places = [item.onset * A_QUARTER // score.ticks_per_quarter for item in findings if _named(item) in excess]
        if not places:
            return chosen
        for stretch in {_nearest(ornaments, place) for place in places}:
            chosen = _with(chosen, plain, *stretch)
            ornaments.remove(stretch)
    return plain


def _named(finding: Finding) -> tuple[str, int, tuple[object, ...]]:
    return finding.rule, finding.onset, tuple(finding.voices)


def _differs(one: Drawn, other: Drawn, first: int, last: int) -> bool:
    here, there = one.frames.cut(first, last), other.frames.cut(first, last)
    return bool((here.pitch != there.pitch).any() or (here.attack != there.attack).any())


def _nearest(ornaments: Sequence[tuple[int, int]], place: int) -> tuple[int, int]:
    """The stretch that leads to a frame or has it, or else lies nearest."""
    return min(ornaments, key=lambda stretch: (max(stretch[0] - place, place - stretch[1], 0), stretch[0]))
