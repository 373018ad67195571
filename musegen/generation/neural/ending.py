"""How phrases close and a piece ends whose chords nobody asks for: in root position, at last on the tonic at home."""

from __future__ import annotations

from musegen.generation.neural.drawn import Task
from musegen.generation.neural.said import UNSAID, key_of
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import index_of

_IN_MINOR = ("I", "i")
"""The raised third first: of 105 of Bach's chorales in minor 83 end with it, 6 without, the others on V."""


def ending_at_home(task: Task) -> Task:
    """The task with the tonic said for its last chord, if what is given there belongs to it.

    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.neural.asking import task_for
    >>> from musegen.score.textgrid import parse_grid
    >>> task = task_for(parse_grid("key: a minor; meter: 2/4\\nS: c5 d5 | b4 a4"), Condition())
    >>> int(task.said.figure[-1]) == index_of(parse_numeral("I", minor=True))
    True
    """
    said = task.said
    last = said.to_end == 0
    if not last.any() or (said.figure[last] != UNSAID).any() or not task.free[last].any():
        return task
    home = key_of(int(said.home[-1]))
    sung = ~task.free[last] & (task.given.pitch[last] > 0)
    held = {int(fifths) - home.tonic for fifths in task.given.fifths[last][sung]}
    for name in _IN_MINOR if home.minor else ("I",):
        tonic = parse_numeral(name, minor=home.minor)
        if held <= set(tonic.members):
            local, figure = said.local.copy(), said.figure.copy()
            local[last], figure[last] = said.home[-1], index_of(tonic) or 0
            return task._replace(said=said._replace(local=local, figure=figure))
    return task


def closing_in_root_position(task: Task) -> Task:
    """The task with root position said of the last chord of each phrase, where no inversion is said.

    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.neural.asking import task_for
    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("key: G major; meter: 4/4\\nS: b4 a4 g4 f#4 | g4^ . . .")
    >>> closing_in_root_position(task_for(tune, Condition())).said.inversion[[0, -1]].tolist()
    [-1, 0]
    """
    inversion = task.said.inversion.copy()
    inversion[(task.said.to_phrase_end == 0) & (inversion == UNSAID)] = 0
    return task._replace(said=task.said._replace(inversion=inversion))
