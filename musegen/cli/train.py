"""`musegen train`: make the weights of a network from human examples."""

from __future__ import annotations

import re
from pathlib import Path

import click

from musegen.cli.console import notice
from musegen.cli.options import OUTPUT, make_folder
from musegen.errors import UsageError

_SEED = re.compile(r"[0-9]{1,9}")


@click.command(
    epilog="\b\nExample:\n  musegen train analyser --corpus analyses/ --seeds 0,1,2 -o weights/analyser.onnx"
)
@click.argument("name", metavar="NAME")
@click.option(
    "--corpus",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="What to learn from; each network says what it needs when it is not there.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 10_000),
    help="Times through the examples. Default: as often as for the shipped weights.",
)
@click.option("--seeds", default="0", show_default=True, metavar="N,...", help="A network each; heard together.")
@click.option("-o", "--output", type=OUTPUT, help="Where the ONNX file goes. Default: NAME.onnx here.")
def command(name: str, corpus: Path, passes: int | None, seeds: str, output: Path | None) -> int:
    """Train the network NAME and write NAME.onnx with its card, NAME.toml.

    Needs the extra `train` (torch). After every pass a checkpoint is written beside the output; the same command goes
    on from there when it was interrupted. Networks: analyser.
    """
    from musegen.training.recipes import Order, recipe

    wanted = recipe(name)
    if not corpus.is_dir():
        raise UsageError(f"{corpus} is no folder", hint=f"`{name}` learns from a folder with {wanted.corpus}")
    place = output or Path(f"{name}.onnx")
    if place.suffix != ".onnx":
        raise UsageError(f"{place} is no .onnx file", hint=f"write -o {place.with_suffix('.onnx')}")
    make_folder(place.parent)
    wanted.run(Order(name, corpus, place, _numbers(seeds), passes or wanted.passes, notice))
    return 0


def _numbers(seeds: str) -> tuple[int, ...]:
    found = [word.strip() for word in seeds.split(",")]
    if not all(_SEED.fullmatch(word) for word in found) or len({*map(int, found)}) < len(found):
        raise UsageError(f"`{seeds[:80]}` is no list of seeds", hint="write whole numbers with commas between: 0,1,2")
    return tuple(int(word) for word in found)
