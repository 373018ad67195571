"""A plan as a task for the network: what is said of each frame, every note left free."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan, frame_at
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames, Ints, frame_onsets
from musegen.generation.neural.said import (
    CADENCES,
    UNSAID,
    Said,
    distances_to,
    key_number,
    metric_of,
    nothing_said,
    style_number,
)  # fmt: skip
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import figures

_IN_THE_KEY = 2 * A_QUARTER
"""Frames before the last chord of a phrase in which its key has come."""
_SURE = A_QUARTER // 2
"""Frames before the last chord in which the chord before it has come."""


def task_of(plan: ChoralePlan, *, level: int = 0, style: str = "") -> Task:
    """The task of drawing all voices of a plan; of phrases that come again only the first: `written_out` adds the rest.

    Meter, phrases, home and cadences are said, with their last two chords. `level` is 1 to 8, `style`
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
        _say_cadence(columns, phrase)
    joined = np.ones(len(onset), dtype=np.bool_)
    joined[[frame_at(phrase.onset) for phrase in plan.phrases]] = False
    once = np.concatenate(_different(plan))
    said = Said(*(columns[name][once] for name in Said._fields))
    nothing = np.zeros((len(once), VOICES), dtype=np.int16)
    given = Frames(nothing, nothing, nothing.astype(np.bool_))
    return Task(given, np.ones((len(once), VOICES), dtype=np.bool_), said, joined[once])


def written_out(plan: ChoralePlan, drawn: Drawn) -> Drawn:
    """What was drawn for `task_of`, with the phrases that come again; in its last chord a phrase strikes no note twice.

    Bach strikes one again in 1 of 40 last chords.
    """
    place = {int(frame): number for number, frame in enumerate(np.concatenate(_different(plan)))}
    heard: list[int] = []
    for phrase in plan.phrases:
        source = phrase if phrase.repeats is None else plan.phrases[phrase.repeats]
        heard += [place[frame] for frame in _frames(source)]
    order = np.array(heard, dtype=np.intp)
    pitch, attack = drawn.frames.pitch[order], drawn.frames.attack[order]
    for phrase in plan.phrases:
        inside = slice(frame_at(phrase.close) + 1, frame_at(phrase.end))
        attack[inside] &= pitch[inside] != pitch[inside.start - 1 : inside.stop - 1]
    frames = Frames(pitch, drawn.frames.fifths[order], attack)
    return drawn._replace(frames=frames, said=Said(*(column[order] for column in drawn.said)))


def _different(plan: ChoralePlan) -> list[npt.NDArray[np.intp]]:
    """The frames of each phrase that repeats none."""
    return [np.array(_frames(phrase), dtype=np.intp) for phrase in plan.phrases if phrase.repeats is None]


def _frames(phrase: PhrasePlan) -> range:
    return range(frame_at(phrase.onset), frame_at(phrase.end))


def _begun(plan: ChoralePlan) -> int:
    """Frames of the upbeat and of the first quarter after it: the opening key."""
    return int((plan.pickup + 1) * A_QUARTER)


def _say_cadence(columns: dict[str, Ints], phrase: PhrasePlan) -> None:
    """How a phrase ends: kind and key of its cadence, and its last two chords."""
    begin, close, end = (frame_at(time) for time in (phrase.onset, phrase.close, phrase.end))
    columns["local"][max(close - _IN_THE_KEY, begin) : end] = key_number(phrase.key)
    if phrase.cadence is not None:
        columns["cadence"][begin:end] = CADENCES.index(phrase.cadence)
    _say_chord(columns, slice(max(close - _SURE, begin), close), phrase.approach, phrase.key)
    _say_chord(columns, slice(close, end), phrase.last, phrase.key)


def _say_chord(columns: dict[str, Ints], where: slice, figure: str, key: Key) -> None:
    if figure:
        columns["figure"][where] = figures(key.minor).index(figure)
        columns["inversion"][where] = min(parse_numeral(figure, minor=key.minor).inversion, 3)
