"""A plan as a task for the network: what is said of each frame, every note left free."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan, frame_at
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames, Ints, frame_onsets
from musegen.generation.neural.said import (
    CADENCES,
    FUNCTIONS,
    UNSAID,
    Said,
    distances_to,
    key_number,
    metric_of,
    nothing_said,
    style_number,
)  # fmt: skip
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import index_of

_IN_THE_KEY = 2 * A_QUARTER
"""Frames before the last chord of a phrase in which its key has come."""
_SURE = A_QUARTER // 2
"""Frames before the last chord in which the chord before it has come: in all of Bach's perfect cadences."""


class _Chord(NamedTuple):
    """What is certain of a chord; None is left open."""

    function: str | None
    inversion: int | None = None
    figure: str | None = None  # in a minor key its small letter


_BEFORE = {"PAC": _Chord("D", 0), "DC": _Chord("D", 0), "PC": _Chord("PD"), "IAC": _Chord("D")}
"""By cadence, the chord before the last one."""
_LAST = {"PAC": _Chord("T", 0, "I"), "IAC": _Chord("T"), "HC": _Chord("D", 0, "V"), "DC": _Chord("T", 0),
         "PC": _Chord("T", 0, "I")}  # fmt: skip


def task_of(plan: ChoralePlan, *, level: int = 0, style: str = "") -> Task:
    """The task of drawing all voices of a plan; of phrases that come again only the first: `written_out` adds the rest.

    Meter, phrases, home and cadences are said, and of chords what the cadences make certain. `level` is 1 to 8, `style`
    plain, walking or florid; without them both are left to the network.

    Raises:
        UsageError: there is no such style.

    >>> from musegen.score.files import read
    >>> from musegen.generation.chorales.following import plan_of
    >>> task = task_of(plan_of(read("bach/bwv66.6")))
    >>> task.free.shape, int((~task.joined).sum()), task.said.to_phrase_end[:8].tolist()
    ((144, 4), 6, [12, 11, 10, 9, 8, 7, 6, 5])
    """
    score = plan.empty_score
    onset = frame_onsets(score)
    closes = [(phrase.close, phrase.end) for phrase in plan.phrases]
    distances, _ = distances_to(closes, onset, score.ticks_per_quarter)
    columns = nothing_said(len(onset))._asdict() | metric_of(score, onset) | distances
    columns["home"][:] = key_number(plan.key)
    columns["local"][: _begun(plan)] = key_number(plan.opening)
    columns["level"][:] = level or UNSAID
    columns["style"][:] = style_number(style)
    for phrase in plan.phrases:
        _say_cadence(columns, plan, phrase)
    joined = np.ones(len(onset), dtype=np.bool_)
    joined[[frame_at(phrase.onset) for phrase in plan.phrases]] = False
    once = np.concatenate(_different(plan))
    said = Said(*(columns[name][once] for name in Said._fields))
    nothing = np.zeros((len(once), VOICES), dtype=np.int16)
    given = Frames(nothing, nothing, nothing.astype(np.bool_))
    return Task(given, np.ones((len(once), VOICES), dtype=np.bool_), said, joined[once])


def written_out(plan: ChoralePlan, drawn: Drawn) -> Drawn:
    """What was drawn for `task_of`, with the phrases that come again."""
    spans = _different(plan)
    place = {int(frame): number for number, frame in enumerate(np.concatenate(spans))}
    heard: list[int] = []
    for phrase in plan.phrases:
        source = phrase if phrase.repeats is None else plan.phrases[phrase.repeats]
        heard += [place[frame] for frame in _frames(source)]
    order = np.array(heard, dtype=np.intp)
    frames = Frames(drawn.frames.pitch[order], drawn.frames.fifths[order], drawn.frames.attack[order])
    return drawn._replace(frames=frames, said=Said(*(column[order] for column in drawn.said)))


def _different(plan: ChoralePlan) -> list[npt.NDArray[np.intp]]:
    """The frames of each phrase that repeats none."""
    return [np.array(_frames(phrase), dtype=np.intp) for phrase in plan.phrases if phrase.repeats is None]


def _frames(phrase: PhrasePlan) -> range:
    return range(frame_at(phrase.onset), frame_at(phrase.end))


def _begun(plan: ChoralePlan) -> int:
    """Frames of the upbeat and of the first quarter after it: the opening key."""
    return int((plan.pickup + 1) * A_QUARTER)


def _say_cadence(columns: dict[str, Ints], plan: ChoralePlan, phrase: PhrasePlan) -> None:
    """How a phrase ends: kind and key of its cadence, and what is certain of the two chords."""
    begin, close, end = (frame_at(time) for time in (phrase.onset, phrase.close, phrase.end))
    columns["local"][max(close - _IN_THE_KEY, begin) : end] = key_number(phrase.key)
    if phrase.cadence is None:
        return
    columns["cadence"][begin:end] = CADENCES.index(phrase.cadence)
    before, last = _BEFORE.get(phrase.cadence, _Chord(None)), _LAST.get(phrase.cadence, _Chord(None))
    if phrase.key.minor and last.figure == "I":
        last = last._replace(figure=_minor_tonic(plan, phrase))
    _say_chord(columns, slice(max(close - _SURE, begin), close), before, phrase)
    _say_chord(columns, slice(close, end), last, phrase)


def _minor_tonic(plan: ChoralePlan, phrase: PhrasePlan) -> str | None:
    """The last chord of the piece is planned; inside, a minor key may close brighter."""
    if phrase != plan.phrases[-1]:
        return None
    return "I" if plan.picardy else "i"


def _say_chord(columns: dict[str, Ints], where: slice, chord: _Chord, phrase: PhrasePlan) -> None:
    if chord.function is not None:
        columns["function"][where] = FUNCTIONS.index(chord.function)
    if chord.inversion is not None:
        columns["inversion"][where] = chord.inversion
    place = index_of(parse_numeral(chord.figure, minor=phrase.key.minor)) if chord.figure else None
    if place is not None:
        columns["figure"][where] = place
