"""`musegen train`: make the weights of a network from human examples."""

from __future__ import annotations

import re
from pathlib import Path

import click

from musegen.cli.console import notice
from musegen.cli.making import not_empty
from musegen.cli.options import OUTPUT, make_folder
from musegen.errors import UsageError

_SEED = re.compile(r"[0-9]{1,9}")


@click.command(
    epilog="\b\nExamples:\n  musegen train melody --corpus my-tunes/ -o my-style"
    "\n  musegen train analyser --corpus analyses/ --seeds 0,1,2 -o weights/analyser.onnx"
)
@click.argument("name", metavar="NAME")
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    metavar="FOLDER|NAME",
    help="What to learn from, several where a network can; each says what it needs when it is not there.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 10_000),
    help="Times through the examples. Default: as often as for the shipped weights.",
)
@click.option(
    "--from",
    "start",
    metavar="shipped|nothing|FOLDER",
    callback=not_empty,
    help="What the melody network begins with: the weights that ship (the default for tunes of your own), nothing, or"
    " weights that were trained before.",
)
@click.option("--seeds", default="0", show_default=True, metavar="N,...", help="A network each; heard together.")
@click.option(
    "-o", "--output", type=OUTPUT, help="Where the ONNX file goes, or the folder of a network in parts. Default: here."
)
def command(
    name: str, corpora: tuple[str, ...], passes: int | None, start: str | None, seeds: str, output: Path | None
) -> int:
    """Train the network NAME and write NAME.onnx, or a folder NAME of its parts, with its card, NAME.toml.

    Needs the extra `train` (torch). After every pass a checkpoint is written beside the output; the same command goes
    on from there when it was interrupted. Networks: analyser, harmoniser, melody, chords, phrases.

    The melody network takes up a style of your own: given your tunes, it begins with the weights that ship and stops
    as soon as tunes that it does not learn from are no longer told better.
    """
    from musegen.training.recipes import Order, recipe

    wanted = recipe(name)
    corpora = corpora or tuple(filter(None, [wanted.default]))
    if not wanted.default and not (corpora and all(Path(corpus).is_dir() for corpus in corpora)):
        told = f"{corpora[0]} is no folder" if corpora else "no folder is named"
        raise UsageError(told, hint=f"`{name}` learns from a folder with {wanted.corpus}")
    place = output or Path(f"{name}{wanted.suffix}")
    if place.suffix != wanted.suffix:
        kind = f"no {wanted.suffix} file" if wanted.suffix else "no folder"
        raise UsageError(f"{place} is {kind}", hint=f"write -o {place.with_suffix(wanted.suffix)}")
    make_folder(place.parent)
    wanted.run(Order(name, corpora, place, _numbers(seeds), passes or wanted.passes, notice, start or ""))
    return 0


def _numbers(seeds: str) -> tuple[int, ...]:
    found = [word.strip() for word in seeds.split(",")]
    if not all(_SEED.fullmatch(word) for word in found) or len({*map(int, found)}) < len(found):
        raise UsageError(f"`{seeds[:80]}` is no list of seeds", hint="write whole numbers with commas between: 0,1,2")
    return tuple(int(word) for word in found)
