"""`musegen check`: which rules a piece breaks, where and why."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import progress
from musegen.cli.failures import Failures
from musegen.cli.options import (
    OUTPUT,
    PACK,
    SCORE,
    SCORE_SUFFIXES,
    STANDARD,
    keep_inputs,
    read_score,
    shown_name,
    write_output,
)
from musegen.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from musegen.rules.findings import Report
    from musegen.rules.packs import Pack
    from musegen.score.model import Score

FORMATS = ("text", "json")


@click.command(
    epilog="\b\nExamples:\n  musegen check homework.musicxml --pack strict\n  musegen check class/ --format json"
)
@click.argument("scores", metavar="SCORE|FOLDER...", nargs=-1, required=True, type=SCORE)
@click.option(
    "--pack", type=PACK, metavar="PACK", help="A pack by name or path. [default: chorale; a sheet of ours: its level's]"
)
@click.option(
    "--exercise",
    type=OUTPUT,
    metavar="MANIFEST",
    help="Phrases end where this exercise's manifest says. [default: the manifest.json beside a sheet of ours]",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--select", metavar="RULE", multiple=True, help="Judge only this rule; may be given again.")
@click.option("--ignore", metavar="RULE", multiple=True, help="Leave this rule out; may be given again.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 where a finding is this grave.",
)
@click.option("-o", "--output", type=OUTPUT, default=Path(STANDARD), help="Write the report to this file.")
def command(
    scores: tuple[str, ...],
    pack: str | None,
    exercise: Path | None,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    output: Path,
) -> int:
    """Say which rules a piece breaks, with measure, beat, voices and reason.

    Folders are searched for scores. Exit code 1 where something is found, 3 where a file or folder cannot be read (the
    others are still judged), 5 where musegen fails at one.
    """
    from musegen.rules import reports
    from musegen.rules.findings import SEVERITIES

    if pack is not None:
        _load(pack, select, ignore)
    failures = Failures()
    files = _found(scores, failures)
    keep_inputs([output], files)
    done: list[Report] = []
    for name in progress(files, "Checking"):
        with failures.caught(name):
            done.append(_check(name, pack, exercise, select, ignore))
    written = (reports.as_json if form == "json" else reports.as_text)(done, failures.told)
    write_output(output, written)
    if failures.exit_code:
        return failures.exit_code
    limit = [severity for severity in SEVERITIES if severity == fail_on]  # none for `never`
    return int(any(report.at_or_above(severity) for report in done for severity in limit))


def _check(
    name: str, pack: str | None, exercise: Path | None, select: tuple[str, ...], ignore: tuple[str, ...]
) -> Report:
    """The report on one file, by the pack that was asked for, that its sheet names, or for chorales."""
    from musegen.rules.engine import check
    from musegen.rules.packs import declared_pack, pack_names

    score = read_score(name)
    declared = declared_pack(score)
    is_known = declared in pack_names()
    ends = _phrase_ends(name, score, exercise)
    report = check(score, _load(pack or (declared if is_known else "chorale"), select, ignore), phrase_ends=ends)
    if pack or is_known or not declared:
        return replace(report, file=shown_name(name))
    told = f"the sheet asks for the pack {declared[:40]!a}, which there is not; it was judged by chorale"
    return replace(report, file=shown_name(name), notices=(*report.notices, told))


def _phrase_ends(name: str, score: Score, exercise: Path | None) -> tuple[int, ...] | None:
    """Where the phrases of an exercise end, in ticks; None for a score of no exercise, where fermatas tell.

    Raises:
        UsageError: the manifest has no such sheet.
        UnreadableFile: the manifest cannot be read, or the score lacks a measure where a phrase ends.
    """
    beside = os.path.join(os.path.dirname(name), "manifest.json")
    if exercise is None and (name == STANDARD or not os.path.isfile(beside)):
        return None
    from musegen.generation.exercises.manifest import entry_of, named_entry, phrase_ends

    if exercise is not None:
        return phrase_ends(named_entry(_sheets(str(exercise)), score, name), score)
    try:
        entry = entry_of(_sheets(beside), score, name)
    except UnreadableFile:  # another program's manifest
        return None
    return None if entry is None else phrase_ends(entry, score)


@cache
def _sheets(manifest: str) -> list[Mapping[str, Any]]:
    from musegen.generation.exercises.manifest import read_manifest

    return read_manifest(manifest)


def _load(name: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> Pack:
    """A pack with the rules that were asked for.

    Raises:
        UsageError: there is no such pack, or no such rule in it.
        PackError: the file of a pack has a fault.
    """
    from musegen.rules.packs import catalogue, load_pack

    pack = load_pack(name)
    known = [rule.id for rule in pack.rules]
    for rule in (*select, *ignore):
        if rule not in known and (rule not in catalogue() or rule in select):
            raise UsageError(f"pack {pack.id} has no rule `{rule}`", hint=f"it has {', '.join(known)}")
    kept = tuple(rule for rule in pack.rules if (not select or rule.id in select) and rule.id not in ignore)
    return replace(pack, rules=kept)


def _found(names: tuple[str, ...], failures: Failures) -> list[str]:
    """The files that these names mean, those of a folder in order; folders without any are failures."""
    files: list[str] = []
    for name in names:
        if name == STANDARD or not os.path.isdir(name):
            files.append(name)
            continue
        before = len(failures.told)
        inside = sorted(_scores_in(name, failures))
        files += inside
        if not inside and len(failures.told) == before:
            failures.add(name, UnreadableFile("no scores in this folder"))
    return files


def _scores_in(folder: str, failures: Failures) -> Iterator[str]:
    """Every file below a folder that is named like a score; folders that cannot be opened are failures."""

    def tell(error: OSError) -> None:
        reason = f"the folder cannot be read ({error.strerror or error})"
        failures.add(str(error.filename or folder), UnreadableFile(reason))

    for place, _, names in os.walk(folder, onerror=tell):
        yield from (os.path.join(place, name) for name in names if name.lower().endswith(SCORE_SUFFIXES))
