"""`musegen doctor`: is everything here, and what to do where something is not."""

from __future__ import annotations

import json

import click

import musegen
from musegen.cli import diagnosis
from musegen.cli.console import notice


@click.command(epilog="\b\nExample:\n  musegen doctor --json")
@click.option("--clear-cache", is_flag=True, help="First remove what musegen keeps in its cache folder.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(clear_cache: bool, as_json: bool) -> int:
    """Check this installation, with a remedy for each fault.

    Looks at Python and the libraries, fonts and engraving, rule packs, corpora and networks, and the cache. Exit code 1
    where something is wrong.
    """
    if clear_cache:
        notice(f"cleared {diagnosis.clear_cache()}")
    checks = list(diagnosis.diagnose())
    click.echo(_as_json(checks) if as_json else _as_text(checks))
    return 0 if all(check.is_well for check in checks) else 1


def _as_text(checks: list[diagnosis.Check]) -> str:
    width = max(len(check.name) for check in checks)
    lines = [f"musegen {musegen.__version__}"]
    for check in checks:
        lines.append(f"{'ok   ' if check.is_well else 'FAULT'}  {check.name:<{width}}  {check.found}")
        lines += [] if check.is_well else [f"       {'':<{width}}  remedy: {check.remedy}"]
    faults = sum(not check.is_well for check in checks)
    return "\n".join([*lines, f"{faults} fault{'s' * (faults != 1)}" if faults else "all is well"])


def _as_json(checks: list[diagnosis.Check]) -> str:
    listed = [check._asdict() | {"ok": check.is_well} for check in checks]
    return json.dumps({"version": 1, "musegen": musegen.__version__, "checks": listed}, indent=2)
