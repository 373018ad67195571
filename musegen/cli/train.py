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
    default="",
    metavar="FOLDER|NAME",
    help="What to learn from; each network says what it needs when it is not there. The harmoniser has bach-chorales.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 10_000),
    help="Times through the examples. Default: as often as for the shipped weights.",
)
@click.option("--seeds", default="0", show_default=True, metavar="N,...", help="A network each; heard together.")
@click.option(
    "-o", "--output", type=OUTPUT, help="Where the ONNX file goes, or the folder of a network in parts. Default: here."
)
def command(name: str, corpus: str, passes: int | None, seeds: str, output: Path | None) -> int:
    """Train the network NAME and write NAME.onnx, or a folder NAME of its parts, with its card, NAME.toml.

    Needs the extra `train` (torch). After every pass a checkpoint is written beside the output; the same command goes
    on from there when it was interrupted. Networks: analyser, harmoniser.
    """
    from musegen.training.recipes import Order, recipe

    wanted = recipe(name)
    corpus = corpus or wanted.default
    if not wanted.default and not Path(corpus).is_dir():
        raise UsageError(
            f"{corpus or 'nothing'} is no folder", hint=f"`{name}` learns from a folder with {wanted.corpus}"
        )
    place = output or Path(f"{name}{wanted.suffix}")
    if place.suffix != wanted.suffix:
        kind = f"no {wanted.suffix} file" if wanted.suffix else "no folder"
        raise UsageError(f"{place} is {kind}", hint=f"write -o {place.with_suffix(wanted.suffix)}")
    make_folder(place.parent)
    wanted.run(Order(name, corpus, place, _numbers(seeds), passes or wanted.passes, notice))
    return 0


def _numbers(seeds: str) -> tuple[int, ...]:
    found = [word.strip() for word in seeds.split(",")]
    if not all(_SEED.fullmatch(word) for word in found) or len({*map(int, found)}) < len(found):
        raise UsageError(f"`{seeds[:80]}` is no list of seeds", hint="write whole numbers with commas between: 0,1,2")
    return tuple(int(word) for word in found)
