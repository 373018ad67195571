"""The documentation keeps its word: its commands run, its links lead somewhere, its reference is the true help."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from musegen.cli import program

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def name_of(page):
    return str(page.relative_to(ROOT))


def steps(page):
    """(command, expected output) pairs of a page's blocks, in order.

    In a console block a line with `$ ` is a command, lines with `> ` go on with it, and what follows is its output; a
    python block is one program.
    """
    found = []
    for language, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            found.append([f"python - <<'END'\n{block}END\n", ""])
            continue
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append([line[2:], ""])
            elif line.startswith(("> ", ">\n")) and not found[-1][1]:
                found[-1][0] += line[2:] or "\n"
            else:
                found[-1][1] += line
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if steps(page)], ids=name_of)
def test_the_commands_of_a_page_run_in_order_and_print_what_it_shows(page, tmp_path):
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = os.environ | {"PATH": search, "COLUMNS": "100"}
    for command, expected in steps(page):
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        fine = (0, 1) if command.startswith("musegen grade") else (0,)  # 1: marks were lost
        assert done.returncode in fine, f"{command}{done.stdout}{done.stderr}"
        if expected:
            assert doctest.OutputChecker().check_output(expected, done.stdout, LENIENT), command + done.stdout


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_inside_the_project_leads_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_reached_from_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / link).resolve() for link in LINK.findall(index)}
    assert {name_of(page) for page in PAGES if page.parent != ROOT} - {"docs/index.md"} <= {
        name_of(page) for page in linked if page.is_relative_to(ROOT)
    }


def commands(group=program, words=("musegen",)):
    """Every command and group, with the words that call it."""
    yield " ".join(words), group
    context = click.Context(group)
    for name in group.list_commands(context) if isinstance(group, click.Group) else ():
        yield from commands(group.get_command(context, name), (*words, name))


def test_the_command_reference_tells_every_command_option_and_help_and_no_others():
    """An undocumented command or option fails here; `make docs` writes the page again. Line breaks do not matter."""
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    sections = {head: text for head, _, text in (part.partition("\n") for part in page.split("\n## ")[1:])}
    assert list(sections) == [words for words, _ in commands()], "run `make docs`"
    for words, command in commands():
        told = " ".join(sections[words].split())
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        known = {name for option in options for name in option.opts} | {"-h", "--help"}
        assert set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", sections[words], re.MULTILINE)) == {
            name for name in known if name.startswith("--")
        }, f"{words}: run `make docs`"
        sentences = [command.help or "", *(option.help or "" for option in options)]
        assert [text for text in sentences if " ".join(text.split()) not in told] == [], f"{words}: run `make docs`"
