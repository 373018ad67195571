"""Levelled exercises: plan, outline (soprano and bass), inner voices, ornaments, sheets.

`make_sheets(condition, seed=7, count=2)` gives the sheets; `sheet_files(...)` every file of a folder that holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musegen.engraving.marks import Paper
    from musegen.generation.conditions import Condition
    from musegen.generation.exercises.finishing import Soprano
    from musegen.generation.exercises.sheets import SheetPair
    from musegen.generation.harmonise import Engine

TYPES = ("harmonise-melody",)


DEFAULT_ENGINE: Engine = "neural"
"""What the command and the verb use. Functions use "classical" unless they are told: it needs no network."""


def make_sheets(
    condition: Condition,
    *,
    seed: int,
    count: int,
    title: str = "",
    paper: Paper = "a4",
    engine: Engine = "classical",
) -> Iterator[SheetPair]:
    """Sheets 1 to `count`; sheet K draws from `default_rng([seed, K])`, whatever `count` is.

    No sheet repeats the melody of one before it, so sheet K depends on sheets 1 to K - 1, never on later ones. With
    `engine` "neural" a network that has heard Bach's chorales draws inner voices and ornaments within the level, and
    chooses; with "classical" a search and lots do.

    Raises:
        UsageError: there is no such level, meter, length or pickup.
        NotFound: no exercise was found.
    """
    import numpy as np

    from musegen.generation.exercises.compose import compose
    from musegen.generation.exercises.sheets import make_pair

    earlier: list[Soprano] = []
    for number in range(1, count + 1):
        exercise = compose(condition, np.random.default_rng([seed, number]), earlier, engine=engine)
        earlier.append(exercise.soprano)
        yield make_pair(exercise, seed=seed, number=number, title=title, paper=paper, engine=engine)
