"""How each network is made: the recipes that `musegen train` knows, and what is asked of one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from musegen.errors import MissingExtra, UsageError, nearest


class Order(NamedTuple):
    """What is asked of a recipe."""

    name: str  # of the network
    corpora: tuple[str, ...]  # folders, or names of corpora
    output: Path  # NAME.onnx, or the folder NAME of a network in parts; card and checkpoints stand beside it
    seeds: tuple[int, ...]  # as many networks as seeds; the file holds their mean
    passes: int
    say: Callable[[str], None]  # takes a line about how it goes
    start: str = ""  # what it begins with: "shipped", "nothing", a folder of weights; "" is as the recipe has it

    @property
    def corpus(self) -> str:
        """What a recipe learns from that takes one corpus.

        Raises:
            UsageError: several are named.
        """
        if len(self.corpora) > 1:
            raise UsageError(f"the {self.name} learns from one corpus", hint=f"write --corpus {self.corpora[0]}")
        return self.corpora[0]

    @property
    def seed(self) -> int:
        """That of a recipe that makes one network.

        Raises:
            UsageError: several are asked for.
        """
        if len(self.seeds) > 1:
            raise UsageError(f"{self.name} is one network, of one seed", hint=f"write --seeds {self.seeds[0]}")
        return self.seeds[0]

    def beside(self, end: str) -> Path:
        """A file that lies beside the output: NAME-end."""
        return self.output.with_name(f"{self.output.name}-{end}")


class Recipe(NamedTuple):
    """How one network is made."""

    what: str
    corpus: str  # what it must hold
    passes: int  # as many as the shipped weights took
    default: str = ""  # a corpus that everybody has; "" where a folder must be named
    suffix: str = ".onnx"  # of the output; "" where it is a folder of parts
    goes_on: bool = False  # whether it can begin with weights that are there

    def run(self, order: Order) -> None:
        """Train, or go on where an interrupted run stopped; write the network and its card.

        Raises:
            MissingExtra: torch is not installed.
            UnreadableFile, MalformedScore: the corpus is not what it must be.
            UsageError: it cannot begin as it is asked to.
        """
        if order.start and not self.goes_on:
            raise UsageError(f"the {order.name} begins with nothing", hint="leave --from out")
        for needed in ("torch", "onnx"):
            if find_spec(needed) is None:
                raise MissingExtra(f"training needs {needed}", hint='install it with: pip install "musegen[train]"')
        import_module(f"musegen.training.{order.name}").train(order)


RECIPES = {
    "analyser": Recipe(
        "keys, numerals and chords of every moment, for `musegen analyse --engine neural`",
        "MANIFEST.tsv (columns id, score, analysis, set, split, licence), the scores and RomanText that it names",
        20,
    ),
    "harmoniser": Recipe(
        "four voices, a chord and a sixteenth after the other, for `musegen harmonise` and `musegen generate chorale`",
        "four-voice scores with the splits `train` and `valid`",
        360,
        default="bach-chorales",
        suffix="",
    ),
    "chords": Recipe(
        "chord progressions with a latent for every measure, and chords over a melody, for `musegen generate chords`",
        "scores with chord symbols, numerals or four voices",
        40,
        default="bach-chorales",
        suffix="",
    ),
    "phrases": Recipe(
        "phrases of eight beats for four voices, and a critic of them, for `musegen generate phrase`",
        "four-voice scores in 4/4 with the splits `train` and `valid`",
        52,
        default="bach-chorales",
        suffix="",
    ),
    "melody": Recipe(
        "tunes, a note after the other, for `musegen generate melody`",
        "tunes of one voice, with chord symbols or without, in the splits `train` and `valid`",
        28,
        default="folk-tunes",
        suffix="",
        goes_on=True,
    ),
}
"""By the name of the network; each has its module here, with a function `train`."""


def recipe(name: str) -> Recipe:
    """The recipe of this name.

    Raises:
        UsageError: there is none.

    >>> recipe("analyser").passes > 0
    True
    """
    if name not in RECIPES:
        raise UsageError(f"there is no recipe for a network `{name}`", hint=nearest(name, [*RECIPES]))
    return RECIPES[name]
