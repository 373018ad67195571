"""`musegen check`: which rules a piece breaks, where and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from musegen.cli.console import progress
from musegen.cli.options import OUTPUT, SCORE, STANDARD, read_score, write_output
from musegen.errors import ScoreError, UnreadableFile, UsageError

FORMATS = ("text", "json")
SCORE_SUFFIXES = (".musicxml", ".mxl", ".xml", ".krn", ".abc", ".mid", ".midi", ".mei", ".rntxt")


@click.command(
    epilog="\b\nExamples:\n  musegen check homework.musicxml --pack strict\n  musegen check class/ --format json"
)
@click.argument("scores", metavar="SCORE|FOLDER...", nargs=-1, required=True, type=SCORE)
@click.option("--pack", metavar="PACK", help="A pack by name or path. [default: chorale; a sheet of ours: its level's]")
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
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    output: Path,
) -> int:
    """Say which rules a piece breaks, with measure, beat, voices and reason.

    Folders are searched for scores. Exit code 1 where something is found, 3 where a file cannot be read (the others are
    still judged).
    """
    from musegen.rules import reports
    from musegen.rules.findings import Report

    if pack is not None:
        _load(pack, select, ignore)
    done: list[Report] = []
    unreadable: list[tuple[str, str]] = []
    for name in progress(list(_files(scores)), "Checking"):
        try:
            done.append(_check(name, pack, select, ignore))
        except ScoreError as error:
            unreadable.append((name, str(error).removeprefix(f"{name}: ")))
    written = (reports.as_json if form == "json" else reports.as_text)(done, unreadable)
    write_output(output, written)
    for name, reason in unreadable:
        click.echo(f"musegen: {name}: {reason}", err=True)
    if unreadable:
        return UnreadableFile.exit_code
    return int(fail_on != "never" and any(report.at_or_above(fail_on) for report in done))  # type: ignore[arg-type]


def _check(name: str, pack: str | None, select: tuple[str, ...], ignore: tuple[str, ...]):  # type: ignore[no-untyped-def]
    from musegen.rules.engine import check
    from musegen.rules.packs import declared_pack

    score = read_score(name)
    report = check(score, _load(pack or declared_pack(score) or "chorale", select, ignore))
    return replace(report, file=name)


def _load(name: str, select: tuple[str, ...], ignore: tuple[str, ...]):  # type: ignore[no-untyped-def]
    from musegen.rules.catalogue import catalogue
    from musegen.rules.packs import load_pack

    pack = load_pack(name)
    known = [rule.id for rule in pack.rules]
    for rule in (*select, *ignore):
        if rule not in known and (rule not in catalogue() or rule in select):
            raise UsageError(f"pack {pack.id} has no rule `{rule}`", hint=f"it has {', '.join(known)}")
    kept = tuple(rule for rule in pack.rules if (not select or rule.id in select) and rule.id not in ignore)
    return replace(pack, rules=kept)


def _files(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        path = Path(name)
        if name != STANDARD and path.is_dir():
            found = sorted(str(item) for item in path.rglob("*") if item.suffix.lower() in SCORE_SUFFIXES)
            if not found:
                raise UnreadableFile("no scores in this folder", file=name)
            yield from found
        else:
            yield name
