"""`musegen evaluate generator`: a generator that ships, or a folder of scores, judged beside a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import notice, progress, tame
from musegen.cli.destinations import form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.options import SEED, STANDARD, keep_inputs, make_folder, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.evaluation.judgement import Judgement

FORMATS = ("text", "json", "html")
SUFFIXES = {"text": ".txt", "json": ".json", "html": ".html"}


@click.command(
    epilog="\b\nExamples:\n  musegen evaluate generator harmoniser -o harmoniser.html"
    "\n  musegen evaluate generator my-tunes/ --against oneills-1850 --count 500 -o my-tunes.html"
)
@click.argument("names", metavar="NAME|FOLDER...", nargs=-1, required=True)
@click.option("--against", default="", metavar="CORPUS|FOLDER", help="What a folder is judged beside.")
@click.option("--count", type=click.IntRange(5, 10_000), default=200, show_default=True,
              help="So many pieces are made, or read.")  # fmt: skip
@click.option("--pack", default="", metavar="PACK", help="The rules to check by. Default: the generator's own.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of all that is drawn.")
@told_options(FORMATS)
def command(
    names: tuple[str, ...], against: str, count: int, pack: str, seed: int, form: str | None, output: Path | None
) -> int:
    """Judge generators that ship (harmoniser, melody, chords, phrases) or folders of scores that any generator made.

    Melodies are judged beside a corpus: distances of what is told of them, an adversary that tells real from made,
    passages in common with the corpus, rules, and what was asked for. Chorales beside Bach's: --against bach-chorales.
    A corpus must have been split: its training pieces are what may have been learned from, the others are real and
    unheard. Scores that cannot be judged are told and left out; the exit code is then 3. Where -o is a folder, it gets
    NAME.html and NAME.json of each.
    """
    keep_inputs([output], names)
    into_folder = output is not None and (len(names) > 1 or output.is_dir() or not output.suffix)
    if into_folder and form:
        raise UsageError("--format and a folder do not go together", hint="a folder gets the page and the JSON of each")
    if len(names) > 1 and not into_folder:
        raise UsageError("several judgements need a folder", hint="write -o FOLDER")
    form = "html" if into_folder else form or form_by_suffix(output, SUFFIXES)
    if into_folder and output is not None:
        make_folder(output)
    failures = Failures(several=True)
    for name in names:
        judgement = _judged(name, against, count, pack, seed, failures)
        if into_folder and output is not None:
            for suffix in ("html", "json"):
                write_output(output / f"{judgement.name}.{suffix}", _rendered(suffix, judgement))
            notice(f"{output / judgement.name}.html: {judgement.made}")
        else:
            write_output(output or STANDARD, _rendered(form, judgement))
    return failures.exit_code


def _judged(name: str, against: str, count: int, pack: str, seed: int, failures: Failures) -> Judgement:
    from musegen.evaluation.generators import Order, judge

    order = Order(count, seed, pack, failures.add, lambda step: notice(f"{name}: {step}"))
    return judge(name, order, against)


def _rendered(form: str, judgement: Judgement) -> str:
    if form == "html":
        from musegen.evaluation.page import judgement_page

        return tame(judgement_page(judgement, lambda scores: progress(scores, "Engraving")))
    from musegen.evaluation.telling import judgement_data, judgement_text

    if form == "json":
        import json

        return json.dumps(judgement_data(judgement), ensure_ascii=False, indent=1) + "\n"
    return judgement_text(judgement)
