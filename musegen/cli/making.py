"""What the commands that make music share: their options, what is told of each piece, and the file that tells all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from musegen.cli.console import notice
from musegen.cli.destinations import numbered
from musegen.cli.options import OUTPUT, PACK, STANDARD, UnwritableOutput, keep_inputs, one_of_suffixes
from musegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from musegen.generation.refine.originality import SharedPassage
    from musegen.rules.findings import Finding
    from musegen.score.model import Score

SOUND = ".mid"
"""The suffix of what is heard, not read."""
SUFFIXES = (".musicxml", ".xml", ".svg", ".png", ".pdf", SOUND)
_CHECKED = (".musicxml", ".xml")
_FIRST = 3
"""Errors that are told in words where the file itself cannot be checked."""
output_option = click.option(
    "-o",
    "--output",
    type=OUTPUT,
    required=True,
    callback=one_of_suffixes(*SUFFIXES),
    help="Where to; the suffix says what.",
)
layout_option = click.option(
    "--layout", type=click.Choice(["closed", "open"]), default="closed", show_default=True, help="Two staves or four."
)
temperature_option = click.option(
    "--temperature",
    type=click.FloatRange(0.1, 2.0),
    default=1.0,
    show_default=True,
    help="Of the network: above 1 it takes more chances, below 1 fewer.",
)
melody_candidates_option = click.option(
    "--candidates", type=click.IntRange(1, 64), default=24, show_default=True, help="Each is the best of so many."
)
melody_pack_option = click.option(
    "--pack", type=PACK, default="melody", show_default=True, metavar="PACK", help="The rules to keep."
)
report_option = click.option(
    "--report",
    type=OUTPUT,
    metavar="FILE.json",
    callback=one_of_suffixes(".json"),
    help="Write here what is told of each piece: findings, and what it shares with Bach's chorales.",
)


def not_empty(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A callback for an option that is left out or says something: an unset variable of a shell is neither."""
    is_default = context.get_parameter_source(parameter.name or "") is ParameterSource.DEFAULT
    if value == "" and not is_default:
        raise click.BadParameter("it is empty; leave the option out where nothing is meant")
    return value


weights_option = click.option(
    "--weights", metavar="FOLDER", callback=not_empty, help="A style of your own, made by `musegen train melody`."
)


def places_for(output: Path, count: int, inputs: Sequence[str | None], report: Path | None) -> list[Path]:
    """A place for each of several pieces, looked at before anything is made.

    Raises:
        UnwritableOutput: its folder is not there, or it is a folder itself.
        UsageError: it is standard output, or the place of a file that is read.
    """
    if str(output) == STANDARD:
        raise UsageError("music goes to a file", hint=f"its name ends in {', '.join(SUFFIXES)}")
    paths = numbered(output, count)
    keep_inputs([*paths, report], inputs)
    for path in [*paths, *([report] if report and str(report) != STANDARD else [])]:
        if not path.parent.is_dir():
            raise UnwritableOutput(f"cannot write {path}: there is no folder {path.parent}")
        if path.is_dir():
            raise UnwritableOutput(f"cannot write {path}: it is a folder")
    return paths


def tell_errors(path: Path, errors: int, findings: Sequence[Finding], pack: str) -> None:
    """One line about the error rules that a piece breaks; where its file cannot be checked, the first ones in words."""
    if not errors:
        return
    told = f"{path}: {'1 place breaks' if errors == 1 else f'{errors} places break'} an error rule of {pack}"
    named = [item for item in findings if item.severity == "error"]
    if path.suffix.lower() in _CHECKED:
        first = f" (first in {_place(named[0])})" if named else ""
        notice(f"{told}; see musegen check {path} --pack {pack}{first}")
        return
    places = [f"{_place(item)}: {item.message}" for item in named[:_FIRST]]
    more = "; ..." if len(named) > _FIRST else ""
    notice(f"{told}: {'; '.join(places)}{more}; write .musicxml to check and mark it")


def tell_given_errors(path: Path, findings: Sequence[Finding], pack: str) -> None:
    """One line about the places in which what was given breaks error rules by itself."""
    if findings:
        many = "1 place breaks" if len(findings) == 1 else f"{len(findings)} places break"
        first = f"the first in {_place(findings[0])}: {findings[0].message}"
        notice(f"{path}: in what was given {many} an error rule of {pack}, {first}")


def _place(finding: Finding) -> str:
    from musegen.rules.findings import beat_text

    return f"measure {finding.measure}, beat {beat_text(finding.beat)}"


def piece_data(path: Path, score: Score, findings: Sequence[Finding], shared: SharedPassage) -> dict[str, Any]:
    """What a report tells of a piece."""
    from musegen.rules.reports.data import finding_data

    return {
        "file": str(path),
        "title": score.metadata.title,
        "findings": [finding_data(item) for item in findings],
        "shared_with_bach": shared._asdict(),
    }


def write_report(path: Path | None, pieces: Sequence[dict[str, Any]], **asked: Any) -> None:
    """Write the report of some pieces, with what was asked for; nothing where no report is wanted.

    Raises:
        UnwritableOutput: the place cannot be written.
    """
    if path is None:
        return
    import json

    from musegen.cli.options import write_output

    data = {"version": 1, "asked": asked, "pieces": list(pieces)}
    write_output(path, json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
