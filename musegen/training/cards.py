"""The card beside a network: what it is, what it learned from under which licence, how, and how good it is."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from musegen.corpora.headers import cleaned
from musegen.score.toml_text import toml_string
from musegen.score.whole_files import write_atomically
from musegen.training.examples import Example
from musegen.training.recipes import RECIPES, Order

_BARE = re.compile(r"[\w-]+$", re.ASCII)


class Shares(NamedTuple):
    """How well a network does: its loss, and shares of the time."""

    loss: float
    numeral: float
    key: float
    chord: float

    def __str__(self) -> str:
        return "  ".join(f"{name} {value:.3f}" for name, value in self._asdict().items())


def write_card(order: Order, pieces: list[Example], found: dict[str, list[Shares]]) -> None:
    """Write NAME.toml; `found` has, for each group of pieces, the shares of every seed and of all seeds together."""
    figures = [line for group, shares in found.items() for line in _figures(group, shares)]
    write_lines(order, order.output.stat().st_size, "FOLDER", [*_sources(pieces), *figures])


def write_lines(order: Order, size: int, corpus: str, lines: list[str]) -> None:
    """Write NAME.toml: what the network is and how it was made, so many bytes, and these lines after it."""
    asked = f"--corpus {corpus} --passes {order.passes} --seeds {','.join(map(str, order.seeds))}"
    head = [
        f"# What {cleaned(order.output.name)} holds and how it was made.",
        f'name = "{order.name}"',
        f'what = "{RECIPES[order.name].what}"',
        f"seeds = {list(order.seeds)}",
        f"passes = {order.passes}",
        f"bytes = {size}",
        f"command = {toml_string(f'musegen train {order.name} {asked}')}",
    ]
    write_atomically(order.output.with_suffix(".toml"), ("\n".join([*head, *lines]) + "\n").encode())


def _sources(pieces: list[Example]) -> list[str]:
    """A table for each set: how many pieces of each split, and every licence that is stated."""
    lines: list[str] = []
    for source in sorted({item.source for item in pieces}):
        inside = [item for item in pieces if item.source == source]
        licences = Counter(item.licence for item in inside)
        lines += ["", f"[data.{source if _BARE.match(source) else toml_string(source)}]"]
        lines += [f"{split} = {count}" for split, count in sorted(Counter(item.split for item in inside).items())]
        lines.append(f"licences = [{', '.join(toml_string(licence) for licence, _ in licences.most_common())}]")
    return lines


def _figures(group: str, shares: list[Shares]) -> list[str]:
    """What the seeds together reach, and what one reaches: mean and spread."""
    *alone, together = shares
    mean, spread = np.mean(alone, axis=0), np.std(alone, axis=0)
    lines = ["", f"[{group}]  # shares of frames, each read by itself, without the decoder"]
    for number, name in enumerate(Shares._fields):
        one = f"one seed: {mean[number]:.3f}, spread {spread[number]:.3f}"
        lines.append(f"{name} = {together[number]:.3f}  # {one}")
    return lines
