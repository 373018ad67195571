"""`musegen exercise`: levelled exercises as sheet music, with answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import is_quiet, progress
from musegen.cli.lazy import shared_options
from musegen.cli.options import ENGINE, KEY, LEVEL, METER, OUTPUT, PAPER, SEED, TITLE
from musegen.generation.exercises import DEFAULT_ENGINE, TYPES

if TYPE_CHECKING:
    from musegen.features.similarity.index import SimilarityIndex
    from musegen.generation.exercises.sheets import SheetPair
    from musegen.generation.harmonise import Engine
    from musegen.score.meter import TimeSignature
    from musegen.theory.keys import Key


@click.command(name="exercise", epilog='Example: musegen exercise harmonise-melody --level 3 --key "G major" -o out/')
@click.argument("kind", metavar="TYPE", type=click.Choice(TYPES))
@click.option("--level", type=LEVEL, default=1, show_default=True, help="How much harmony is asked for.")
@click.option("--key", type=KEY, default="C major", show_default=True, help="The key, such as G major or f# minor.")
@click.option("--meter", type=METER, default="4/4", show_default=True, help="2/4, 3/4, 4/4 or 6/8.")
@click.option("--measures", type=click.IntRange(4, 32), default=8, show_default=True, help="The length.")
@click.option(
    "--pickup", type=click.Choice(["none", "beat", "auto"]), default="none", show_default=True, help="An upbeat."
)
@click.option("--count", type=click.IntRange(1, 500), default=1, show_default=True, help="How many sheets.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other exercises.")
@click.option("--engine", type=ENGINE, default=DEFAULT_ENGINE, show_default=True, help="How they are composed.")
@click.option("--title", type=TITLE, default="", help="The heading of the sheets.")
@click.option("--paper", type=PAPER, default="a4", show_default=True, help="The paper of the printable pages.")
@click.option(
    "--originality",
    "corpora",
    multiple=True,
    metavar="CORPUS",
    help="Compare the melodies with this corpus or folder, which takes a while the first time; may be repeated.",
)
@click.option("-o", "--output", type=OUTPUT, required=True, help="The folder to write to; made where it is not there.")
@shared_options
def command(
    kind: str, level: int, key: Key, meter: TimeSignature, measures: int, pickup: str, count: int, seed: int,
    engine: Engine, title: str, paper: str, corpora: tuple[str, ...], output: Path,
) -> None:  # fmt: skip
    """Write levelled exercises with their answers.

    TYPE is harmonise-melody: a soprano to which alto, tenor and bass are added. Each sheet comes as a student's sheet
    and an answer, in MusicXML and SVG; index.html lists them, students.html and answers.html (and .pdf) print them.
    With --engine neural a network that has heard Bach's chorales draws inner voices and ornaments within the level and
    chooses among sheets; with classical a search and lots do.
    With --originality, manifest.json tells what each melody shares with a corpus, and what chance would.
    """
    from musegen.cli.options import make_folder, write_output
    from musegen.generation.conditions import Condition
    from musegen.generation.exercises import make_sheets
    from musegen.generation.exercises.files import folder_files, sheet_files
    from musegen.generation.exercises.manifest import check_room
    from musegen.generation.exercises.sheets import sheet_name

    condition = Condition(key=key, meter=meter, measures=measures, pickup=pickup, level=level, pack=f"level-{level}")
    index = _rated_index(corpora) if corpora else None
    check_room(output, [sheet_name(level, key, seed, number) for number in range(1, count + 1)])
    make_folder(output)
    sheets = make_sheets(condition, seed=seed, count=count, title=title, paper=paper, engine=engine)  # type: ignore[arg-type]
    pairs: list[SheetPair] = []
    for pair in progress(sheets, "Composing", count):
        pairs.append(pair)
        for name, content in sheet_files(pair).items():
            write_output(output / name, content)
    told = ""
    if index is not None:
        from musegen.generation.exercises.copied import compared, originality_words

        pairs = [compared(pair, index) for pair in pairs]
        told = f"\n{originality_words(pairs)}"
    heading = title or f"Harmonise a melody: {key.words}, level {level}"
    for name, content in folder_files(pairs, title=heading, paper=paper):  # type: ignore[arg-type]
        write_output(output / name, content)
    if not is_quiet():
        click.echo(f"{count} sheet{'s' * (count != 1)} with answers in {output}: open {output / 'index.html'}{told}")


def _rated_index(corpora: tuple[str, ...]) -> SimilarityIndex:
    """The index of these corpora, with its base rates; a piece that cannot be read is told and left out."""
    from musegen.cli.corpus.choosing import chosen_pieces
    from musegen.cli.corpus.melodies import index_to_search
    from musegen.cli.failures import Failures

    return index_to_search(lambda: chosen_pieces(corpora), None, Failures(several=True), rates=True)
