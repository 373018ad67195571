"""`musegen rules`: what rules there are, what one says, whether a pack's fragments hold."""

from __future__ import annotations

import click

from musegen.cli.lazy import shared_options
from musegen.cli.options import PACK


@click.group(epilog="\b\nExamples:\n  musegen rules list --pack chorale\n  musegen rules show parallel-fifths")
@shared_options
def command() -> None:
    """List the rules, explain one, test a pack."""


@command.command("list", epilog="\b\nExample:\n  musegen rules list --pack strict")
@click.option("--pack", type=PACK, metavar="PACK", help="Only the rules of this pack, with its severities.")
@shared_options
def list_rules(pack: str | None) -> None:
    """Every rule with its severity, its points and what it finds."""
    from musegen.rules.catalogue import catalogue
    from musegen.rules.packs import load_pack, pack_names

    rules = load_pack(pack).rules if pack else tuple(catalogue().values())
    width = max(len(rule.id) for rule in rules)
    for rule in rules:
        click.echo(f"{rule.id:<{width}}  {rule.severity:<7}  {rule.points:>4g}  {rule.kind.summary}")
    click.echo(f"{len(rules)} rules; packs: {', '.join(pack_names())}")


@command.command("show", epilog="\b\nExample:\n  musegen rules show parallel-fifths --pack chorale")
@click.argument("rule")
@click.option("--pack", type=PACK, metavar="PACK", help="As this pack has it.")
@shared_options
def show(rule: str, pack: str | None) -> None:
    """All about one rule: what it finds and why, its exceptions, music that is right and music that is wrong."""
    from musegen.rules.catalogue import explain
    from musegen.rules.packs import load_pack

    click.echo(explain(rule, load_pack(pack) if pack else None))


@command.command("test", epilog="\b\nExample:\n  musegen rules test my-course.toml")
@click.argument("packs", type=PACK, metavar="PACK...", nargs=-1, required=True)
@shared_options
def test(packs: tuple[str, ...]) -> int:
    """Judge every fragment of a pack's rules and say which one does not give what it promises."""
    from musegen.rules.catalogue import test_pack
    from musegen.rules.packs import load_pack

    failures = 0
    for name in packs:
        results = test_pack(load_pack(name))
        for result in results:
            if not result.holds:
                failures += 1
                click.echo(f"{name}: {result.rule}: {result.story}")
                expected, found = (", ".join(places) or "nothing" for places in (result.expected, result.found))
                click.echo(f"  expected {expected}; found {found}")
        click.echo(f"{name}: {sum(result.holds for result in results)} of {len(results)} fragments hold")
    return int(failures > 0)
