"""The cantizans: a voice that steps to the note under its goal and up again, plain, suspended or ornamented."""

from __future__ import annotations

from typing import NamedTuple

from musegen.theory.modal.lines import Line


class Cantizans(NamedTuple):
    """One voice about to close upwards. Times in ticks, pitches as staff steps and places on the line of fifths."""

    goal: int  # staff step of the note of arrival
    goal_fifths: int
    leading: int  # semitones from the leading note up to the goal: 1, or 2 in mi cadences and where ficta is unwritten
    leading_fifths: int
    onset: int  # when the leading note is first struck
    arrival: int  # when what follows it is, or would be, struck
    prepared: int  # when the goal was struck that is suspended before the leading note, -1 without one
    arrives: bool
    under_third: bool = False  # the figure of Landini: leading note, the step below it, goal


def cantizantes(line: Line) -> list[Cantizans]:
    """Every place where a voice has a leading note: it rises to its goal, or came from there by a tied note.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.modal.lines import lines_of
    >>> (voice,) = lines_of(parse_grid("meter: 4/4\\nS: d5 . . c#5 | d5 . . ."))
    >>> [(found.arrival // 10080, found.leading, found.arrives) for found in cantizantes(voice)]
    [(4, 1, True)]
    """
    joined, steps = line.joined.tolist(), line.diatonic.tolist()
    found = (_closing(line, joined, steps, last) for last in range(len(line)))
    return [one for one in found if one is not None]


def _closing(line: Line, joined: list[bool], steps: list[int], last: int) -> Cantizans | None:
    """The cantizans whose last leading note is this one, None where it is none."""
    first, prepared = _approach(steps, joined, last)
    goal = _goal(steps, joined, last)
    model = goal if goal >= 0 else prepared
    if model < 0 or (goal < 0 and _is_repeated(steps, joined, last)):
        return None
    leading = int(line.pitch[model] - line.pitch[last])
    if not 1 <= leading <= 2:
        return None
    return Cantizans(
        steps[last] + 1, int(line.fifths[model]), leading, int(line.fifths[last]), int(line.onset[first]),
        int(line.onset[goal]) if goal >= 0 else int(line.end[last]),
        int(line.onset[prepared]) if prepared >= 0 else -1, goal >= 0, goal == last + 2,
    )  # fmt: skip


def _goal(steps: list[int], joined: list[bool], last: int) -> int:
    """The number of the note of arrival: the step up, or after Landini's figure (step down, third up); -1 if none."""
    following = steps[last + 1 : last + 3]
    if following and joined[last + 1]:
        if following[0] == steps[last] + 1:
            return last + 1
        if following == [steps[last] - 1, steps[last] + 1] and joined[last + 2]:
            return last + 2
    return -1


def _is_repeated(steps: list[int], joined: list[bool], last: int) -> bool:
    """The leading note is struck again: the later one counts."""
    return last + 1 < len(steps) and joined[last + 1] and steps[last + 1] == steps[last]


def _approach(steps: list[int], joined: list[bool], last: int) -> tuple[int, int]:
    """(first leading note, the goal before it or -1): struck again, or turned over the step below, it is one note."""
    first = last
    while joined[first]:
        if steps[first - 1] == steps[last]:
            first -= 1
        elif (
            first >= 2 and steps[first - 1] == steps[last] - 1 and joined[first - 1] and steps[first - 2] == steps[last]
        ):
            first -= 2
        else:
            break
    prepared = first - 1 if joined[first] and steps[first - 1] == steps[last] + 1 else -1
    return first, prepared
