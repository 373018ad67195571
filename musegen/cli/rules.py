"""`musegen rules`: what rules there are, what one says, whether a pack's fragments hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from musegen.cli.console import tame
from musegen.cli.failures import Failures
from musegen.cli.forms import form_option
from musegen.cli.lazy import shared_options
from musegen.cli.options import PACK
from musegen.cli.rule_options import PLUGIN, pack_option
from musegen.cli.surroundings import load_plugins

if TYPE_CHECKING:
    from musegen.rules.entries import Rule


@click.group(epilog="\b\nExamples:\n  musegen rules list --pack chorale\n  musegen rules show parallel-fifths")
@shared_options
def command() -> None:
    """List the rules, explain one, test and lint a pack.

    A rule is one thing to find fault with; a pack is the set of rules, with severities and points, that a score is
    judged by: one of ours by its name, or one of your own by its path, a file that ends in .toml.
    """


@command.command("packs", short_help="The packs that there are.", epilog="\b\nExample:\n  musegen rules packs")
@shared_options
def list_packs() -> None:
    """The packs that there are, with the number of their rules."""
    from musegen.rules.catalogue import explain_packs

    click.echo(explain_packs())


@command.command(
    "predicates",
    short_help="What rules of your own can be made of.",
    epilog="\b\nExample:\n  musegen rules predicates --plugin my_rules.py",
)
@PLUGIN
@shared_options
def list_predicates(plugin: tuple[str, ...]) -> None:
    """What rules of your own can be made of: predicates with their parameters and facts, and the exceptions."""
    from musegen.rules.catalogue import explain_predicates

    load_plugins(plugin)
    click.echo(tame(explain_predicates()))


@command.command(
    "list",
    short_help="Every rule: severity, points, what it finds.",
    epilog="\b\nExample:\n  musegen rules list --pack strict",
)
@pack_option("Only the rules of this pack, by its name or path, with its severities and points.")
@form_option(["text", "json", "markdown"])
@PLUGIN
@shared_options
def list_rules(pack: str | None, form: str, plugin: tuple[str, ...]) -> None:
    """Every rule with its severity, its points and what it finds."""
    from musegen.rules.packs import catalogue, load_pack

    load_plugins(plugin)
    rules = load_pack(pack).rules if pack else tuple(catalogue().values())
    writers = {"text": _listed, "json": _as_json, "markdown": _as_table}
    click.echo(tame(writers[form](rules)))


def _listed(rules: tuple[Rule, ...]) -> str:
    from musegen.rules.reference import gist_of

    width = max((len(rule.id) for rule in rules), default=0)
    lines = [f"{rule.id:<{width}}  {rule.severity:<7}  {rule.points:>4g}  {gist_of(rule)}" for rule in rules]
    told = f"{len(rules)} rules; `musegen rules show RULE` tells all of one, `musegen rules packs` names the packs"
    return "\n".join([*lines, told])


def _as_json(rules: tuple[Rule, ...]) -> str:
    import json

    from musegen.rules.reference import packs_by_rule, rule_data

    packs = packs_by_rule()
    listed = [rule_data(rule, packs.get(rule.id, {})) for rule in rules]
    return json.dumps({"version": 1, "rules": listed}, indent=2, ensure_ascii=False)


def _as_table(rules: tuple[Rule, ...]) -> str:
    from musegen.rules.reference import rule_table

    return "\n".join(rule_table(rules))


@command.command(
    "show",
    short_help="All about one rule, with music.",
    epilog="\b\nExample:\n  musegen rules show parallel-fifths --pack chorale",
)
@click.argument("rule")
@pack_option("With the severity, points and parameters that this pack gives it.")
@PLUGIN
@shared_options
def show(rule: str, pack: str | None, plugin: tuple[str, ...]) -> None:
    """All about one rule: what it finds and why, its exceptions, music that is right and music that is wrong."""
    from musegen.rules.catalogue import explain
    from musegen.rules.house_rules import HOUSE_RULES
    from musegen.rules.packs import load_pack

    load_plugins(plugin)
    ours = HOUSE_RULES.get(rule)
    told = f"{ours.id} ({ours.severity})\n{ours.definition}\n{ours.why}" if ours else ""
    click.echo(tame(told or explain(rule, load_pack(pack) if pack else None)))


@command.command(
    "lint",
    short_help="Every fault of a pack, with its place.",
    epilog="\b\nExample:\n  musegen rules lint my-course.toml",
)
@click.argument("packs", type=PACK, metavar="PACK...", nargs=-1, required=True)
@PLUGIN
@shared_options
def lint_packs(packs: tuple[str, ...], plugin: tuple[str, ...]) -> int:
    """Say every fault of a pack at once: its file and rule, what is wrong, and what there is instead.

    Exit code 0 where there are none, 1 where there are, 3 where a file is no TOML or cannot be read (the others are
    still judged).
    """
    from musegen.rules.lint import lint

    load_plugins(plugin)
    failures, unreadable = 0, Failures(several=len(packs) > 1)
    for name in packs:
        with unreadable.caught(name):
            faults = lint(name)
            failures += len(faults)
            for fault in faults:
                click.echo(tame(str(fault)))
            click.echo(tame(f"{name}: {len(faults) or 'no'} fault{'s' * (len(faults) != 1)}"))
    return unreadable.exit_code or int(failures > 0)


@command.command(
    "test",
    short_help="Whether the fragments of a pack hold.",
    epilog="\b\nExample:\n  musegen rules test my-course.toml",
)
@click.argument("packs", type=PACK, metavar="PACK...", nargs=-1, required=True)
@PLUGIN
@shared_options
def test(packs: tuple[str, ...], plugin: tuple[str, ...]) -> int:
    """Judge every fragment of a pack's rules and say which one does not give what it promises.

    Exit code 0 where all hold, 1 where one does not, 3 where a pack or a fragment cannot be read (the other packs are
    still tested).
    """
    from musegen.rules.catalogue import test_pack
    from musegen.rules.packs import load_pack

    load_plugins(plugin)
    failures, unreadable = 0, Failures(several=len(packs) > 1)
    for name in packs:
        with unreadable.caught(name):
            results = test_pack(load_pack(name))
            broken = [result for result in results if not result.holds]
            failures += len(broken)
            for result in broken:
                expected, found = (", ".join(places) or "nothing" for places in (result.expected, result.found))
                click.echo(tame(f"{name}: {result.rule}: {result.story}\n  expected {expected}; found {found}"))
            click.echo(tame(f"{name}: {len(results) - len(broken)} of {len(results)} fragments hold"))
    return unreadable.exit_code or int(failures > 0)
