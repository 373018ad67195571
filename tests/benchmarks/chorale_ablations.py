"""What each part of the neural harmoniser is worth: the test melodies set without it.

    python tests/benchmarks/chorale_ablations.py [--every N] [--seed S]

A row a setting: all of it; one drawing without the post-filter; one particle; no laws; no tilts towards Bach's moves;
nothing said of meter, phrases and length. Columns: findings of the thirteen core rules per 100 chords, parallels in
both motions, share of melodies set without any finding, chords a beat, the sum of nine distances from Bach, CPU seconds
a melody.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from musegen.evaluation.bach import held_out_pieces, singing
from musegen.evaluation.likeness import likenesses
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import harmonise_all
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.said import nothing_said
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.tilting import Tilts, nothing
from musegen.generation.neural.writing import score_of
from musegen.rules.core.chords import chords_of
from musegen.rules.core.counting import counted
from musegen.score.model import Score

LAWLESS = '[pack]\nid = "lawless"\ntitle = "Anything goes"\n'


def drawn(
    sources: list[Score],
    seed: int,
    *,
    pack: str = "chorale",
    particles: int = 4,
    says: bool = True,
    tilt: Tilts | None = None,
) -> list[Score]:
    """One drawing of each melody, as it is."""
    tasks = [task_for(source, Condition()) for source in sources]
    asked = tasks if says else [unsaid(task) for task in tasks]
    found = draw(asked, np.random.default_rng(seed), pack=pack, particles=particles, tilt=tilt)
    return [
        score_of(well_spelled(several[0], task.free), source, task=task)
        for source, task, several in zip(sources, tasks, found, strict=True)
    ]


def unsaid(task: Task) -> Task:
    """Only the home key is told, by which notes are spelled, and the place in the measure, on which chords begin."""
    kept = {name: getattr(task.said, name) for name in ("home", "phase")}
    return task._replace(said=nothing_said(len(task.joined))._replace(**kept))


def refined(sources: list[Score], seed: int) -> list[Score]:
    """As `musegen harmonise` gives them."""
    made = harmonise_all(sources, Condition(), np.random.default_rng(seed), engine="neural")
    return [several[0].score for several in made if several]


def told(name: str, make: Callable[[], list[Score]], beats: int) -> None:
    """One row."""
    start = time.process_time()
    made = make()
    spent = (time.process_time() - start) / beats
    found = [counted(chords_of(score)) for score in made]
    chords, quarters = sum(one.chords for one in found), sum(one.quarters for one in found)
    both = sum(one.everything - one.total + one.parallels for one in found)
    sums = np.median([one.total for one in likenesses(made)])
    print(
        f"{name:24} core {100 * sum(one.total for one in found) / chords:6.2f}  parallels {100 * both / chords:5.2f}"
        f"  clean {100 * np.mean([one.is_clean for one in found]):5.1f} %  chords a beat {chords / quarters:.2f}"
        f"  distance {sums:5.2f}  {spent:.2f} CPU s"
    )


def main() -> None:
    """All rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sources = [singing(piece.read()) for piece in held_out_pieces()[:: asked.every]]
    with tempfile.TemporaryDirectory() as folder:
        lawless = Path(folder) / "lawless.toml"
        lawless.write_text(LAWLESS)
        rows: dict[str, Callable[[], list[Score]]] = {
            "Bach": lambda: sources,
            "all of it": lambda: refined(sources, asked.seed),
            "without post-filter": lambda: drawn(sources, asked.seed),
            "without particles": lambda: drawn(sources, asked.seed, particles=1),
            "without laws": lambda: drawn(sources, asked.seed, pack=str(lawless)),
            "without tilts": lambda: drawn(sources, asked.seed, tilt=nothing()),
            "without conditioning": lambda: drawn(sources, asked.seed, says=False),
        }
        for name, make in rows.items():
            told(name, make, len(sources))


if __name__ == "__main__":
    main()
