"""`musegen analyse`: keys, chords, functions and cadences of scores."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.analysis_formats import GRAPHS, PRINTED, SUFFIXES, TONAL, finished, rendered_piece
from musegen.cli.comparing import check_compare, compared, human_files
from musegen.cli.console import progress
from musegen.cli.destinations import destinations, form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.options import (
    ENGINE,
    KEY,
    OUTPUT,
    SCORE,
    STANDARD,
    keep_inputs,
    make_folder,
    read_score,
    shown_name,
    write_output,
)
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.theory.analyse import Engine
    from musegen.theory.aspects import Aspect
    from musegen.theory.graph.structure import VoiceMode
    from musegen.theory.keys import Key
    from musegen.theory.modal.reading import Asked
    from musegen.theory.numeral_styles import Cadential, NumeralStyle

_JOINED = ("text", "json", "tsv")
VOICES = ("score", "separate", "minimal")
STYLES, CADENTIALS = ("roman", "abrsm", "riemann", "jazz"), ("Cad64", "I64", "V64")
READINGS = ("auto", "tonal", "modal")
"""As in `theory.numeral_styles`, `.modal.reading` and `.graph`, which `--help` need not load."""


@click.command(
    epilog="\b\nExamples:\n  musegen analyse bach/bwv66.6\n"
    "  musegen analyse chorale.musicxml --format svg -o chorale.svg\n"
    "  musegen analyse *.mxl --format tsv -o readings/\n"
    "  musegen analyse op131-1.mxl --compare op131-1.rntxt"
)
@click.argument("scores", nargs=-1, required=True, type=SCORE, metavar="SCORE...")
@click.option(
    "--format",
    "form",
    type=click.Choice([*SUFFIXES]),
    help="What is written. [default: what the suffix of -o says, else text]",
)
@click.option("--key", type=KEY, metavar="KEY", help="State the global key instead of finding it.")
@click.option(
    "--numerals",
    type=click.Choice(STYLES),
    help="How text and pictures write chords: Roman figures (the default), ABRSM's letters (Ib, V7c), functions "
    "(T, Sp, DD7), jazz numerals (Imaj7, V9/ii: the default for lead sheets).",
)
@click.option(
    "--cadential",
    type=click.Choice(CADENTIALS),
    default="Cad64",
    show_default=True,
    help="How the cadential six-four is written there in Roman figures.",
)
@click.option(
    "--engine",
    type=ENGINE,
    help="neural (the default) was learned from quartets, sonatas, songs and chorales; classical (with --key) from "
    "chorales.",
)
@click.option(
    "--aspects",
    metavar="NAMES",
    help="What text and JSON tell besides: names with commas between, or `none`. Default: all.",
)
@click.option(
    "--reading",
    type=click.Choice(READINGS),
    default="auto",
    show_default=True,
    help="modal reads mode, clausulae and soggetti, and withholds functions; auto does so where the composer, or the "
    "name of the file, tells of a time before 1650.",
)
@click.option(
    "--voices",
    type=click.Choice(VOICES),
    help="Whose notes the voice-leading graph joins (graphml, graph-json, npz; graph-svg draws it over the score): the "
    "lines of the score (the default), lines found from the notes, or none: the least motion.",
)
@click.option(
    "--compare",
    "human",
    metavar="FILE",
    help="A human analysis (RomanText, or a DCML table), or a folder of them named like the scores: where it and the "
    "analysis that is found part ways, for whom the notes speak, and what looks like a slip.",
)
@click.option("-o", "--output", type=OUTPUT, help="A file; a folder for several scores. Default: standard output.")
def command(
    scores: tuple[str, ...],
    form: str | None,
    key: Key | None,
    numerals: NumeralStyle | None,
    cadential: Cadential,
    engine: Engine | None,
    aspects: str | None,
    reading: Asked,
    voices: VoiceMode | None,
    human: str | None,
    output: Path | None,
) -> int:
    """Name the keys, chords, functions and cadences of SCORE (files, names of music21's corpus, or `-`).

    Numerals that stand in a score are kept. Several scores go into one text, JSON or table (tsv, with a first column
    `file`), or into a folder, a file each; one that fails does not stop the rest; the exit code is then 3, or 5 where
    all could be read.
    """
    form = form or form_by_suffix(None if _is_folder(output) else output, SUFFIXES)
    _check_writing(numerals, cadential, form)
    engine = _engine(engine, key)
    if len(scores) > 1 and form not in _JOINED and not _is_folder(output):
        raise UsageError(f"{len(scores)} scores make {len(scores)} {form} files", hint="name a folder with -o FOLDER/")
    _check_reading(reading, form, key)
    _check_voices(voices, form)
    if human is not None:
        check_compare(form, human, aspects, reading)
    told = _aspects(aspects, form)

    def rendered(name: str) -> object:
        score, shown = read_score(name), shown_name(name)
        if human is not None:
            return compared(form, score, shown, human, key, engine)
        return rendered_piece(form, score, shown, key, engine, (numerals, cadential), told, reading, voices or "score")

    return _write_all(scores, form, engine, output, rendered, besides=human_files(human, scores))


def _write_all(
    scores: tuple[str, ...],
    form: str,
    engine: Engine,
    output: Path | None,
    render: Callable[[str], object],
    *,
    besides: Sequence[Path],
) -> int:
    """Every score rendered and written; the exit code. `besides` are files that are read too."""
    folder = output if _is_folder(output) else None
    places = destinations(folder, scores, SUFFIXES[form]) if folder else {}
    keep_inputs(places.values() if folder else [output or Path(STANDARD)], [*scores, *besides])
    failures, joined = Failures(several=len(scores) > 1), []
    for name in progress(places or scores, "Analysing"):
        rendered = None
        with failures.caught(name):
            rendered = render(name)
        if rendered is None:
            continue
        if folder:
            make_folder(folder)
            write_output(places[name], finished(form, [rendered], engine))
        else:
            joined.append(_with_file(str(rendered), name) if form == "tsv" and len(scores) > 1 else rendered)
    if joined:
        write_output(output or STANDARD, finished(form, joined, engine))
    return failures.exit_code


def _check_writing(numerals: NumeralStyle | None, cadential: Cadential, form: str) -> None:
    if form not in PRINTED and (numerals or "roman", cadential) != ("roman", "Cad64"):
        raise UsageError(
            f"{form} is read by programs and has musegen's own figures",
            hint="--numerals and --cadential go with --format text, svg or graph-svg",
        )


def _check_voices(voices: VoiceMode | None, form: str) -> None:
    if voices and form not in GRAPHS:
        raise UsageError(f"{form} shows no voice-leading graph", hint=f"--voices goes with {', '.join(GRAPHS)}")


def _check_reading(reading: Asked, form: str, key: Key | None) -> None:
    if reading == "modal" and form in TONAL:
        raise UsageError(f"{form} names chords in keys", hint="use another --format, or --reading tonal")
    if reading == "modal" and key is not None:
        raise UsageError("a mode is found, not stated as a key", hint="leave out --key, or use --reading tonal")


def _engine(asked: Engine | None, key: Key | None) -> Engine:
    if key is not None and asked == "neural":
        raise UsageError("the neural engine finds the key itself", hint="leave out --key, or use --engine classical")
    return asked or ("neural" if key is None else "classical")


def _aspects(names: str | None, form: str) -> tuple[Aspect, ...]:
    """The aspects that are asked for."""
    from musegen.theory import aspects

    if names is not None and form not in ("text", "json"):
        raise UsageError(f"{form} tells no aspects", hint="--aspects goes with --format text or json")
    if names is None:
        return aspects.ASPECTS
    return aspects.named([name.strip() for name in names.split(",") if name.strip() not in ("", "none")])


def _with_file(table: str, name: str) -> str:
    """A table whose first column names the score that each row is about."""
    shown = " ".join(shown_name(name).split())
    head, *rows = table.splitlines(keepends=True)
    return "".join([f"file\t{head}", *(f"{shown}\t{row}" for row in rows)])


def _is_folder(output: Path | None) -> bool:
    return output is not None and (os.path.isdir(output) or not output.suffix) and str(output) != STANDARD
