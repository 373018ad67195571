"""The shape of the code: layers, names, sizes, what an import may cost, and what no file may contain."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import musegen
from musegen.cli import ALIASES, COMMANDS, program
from musegen.cli.corpus import COMMANDS as CORPUS_COMMANDS
from musegen.cli.evaluate import COMMANDS as EVALUATE_COMMANDS
from musegen.cli.generate import COMMANDS as GENERATE_COMMANDS
from musegen.corpora import read_manifest
from musegen.rules.packs import load_pack

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = sorted((ROOT / "musegen").rglob("*.py"))
ROOMS = {path.stem for path in (ROOT / "musegen").glob("[!_]*") if path.suffix == ".py" or path.is_dir()}
FILE_LINES, FUNCTION_LINES = 400, 40


def name_of(path):
    return str(path.relative_to(ROOT))


def repository_files():
    """What git would ship; every file here where this is no checkout."""
    if not (ROOT / ".git").exists():
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_imports_keep_to_the_layers_and_the_doors():
    arguments = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"
    done = subprocess.run([sys.executable, "-c", arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_room_is_named_like_a_public_verb():
    assert ROOMS.isdisjoint(musegen.__all__)


def test_every_public_verb_is_there_and_says_what_it_does():
    for verb in musegen.__all__:
        assert getattr(musegen, verb).__doc__, verb
    assert musegen.analyze is musegen.analyse
    assert set(musegen.__all__) <= set(dir(musegen))


@pytest.mark.parametrize("path", PACKAGE, ids=name_of)
def test_the_first_line_of_a_file_says_what_it_is_for(path):
    first = ast.parse(path.read_text(encoding="utf-8")).body[0]
    assert isinstance(first, ast.Expr)
    assert isinstance(first.value, ast.Constant)
    assert first.lineno == 1
    assert len(str(first.value.value).splitlines()[0]) > 15


def test_files_and_functions_stay_short_enough_to_read():
    long_files = [name_of(path) for path in PACKAGE if path.read_text(encoding="utf-8").count("\n") > FILE_LINES]
    long_functions = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in PACKAGE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and code_lines(node) > FUNCTION_LINES
    ]
    assert long_files + long_functions == []


def code_lines(function):
    """Lines that hold code: no docstring, comment or blank, as the peers in the literature are counted."""
    lines = {line for node in ast.walk(function) if hasattr(node, "lineno") for line in (node.lineno, node.end_lineno)}
    if ast.get_docstring(function) is not None:
        lines -= set(range(function.body[0].lineno, function.body[0].end_lineno + 1))
    return len({line for line in lines if line >= function.lineno})


IMPORTS = "import sys; {code}; print(*{{name.split('.')[0] for name in sys.modules}})"


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("import musegen; dir(musegen)", {"numpy", "music21", "click"}),
        ("import musegen; musegen.read", {"music21", "verovio", "sklearn", "networkx", "onnxruntime", "click", "rich"}),
        (
            "import musegen; musegen.check",
            {"music21", "verovio", "sklearn", "networkx", "onnxruntime", "click", "rich"},
        ),
        ("import musegen; musegen.analyse", {"music21", "verovio", "sklearn", "onnxruntime", "torch", "click"}),
        (
            "import musegen; musegen.exercise, musegen.harmonise",
            {"music21", "sklearn", "onnxruntime", "torch", "click"},
        ),
        ("import musegen; musegen.describe('bach/bwv66.6')", {"music21", "sklearn", "onnxruntime", "torch", "click"}),
    ],
)
def test_a_verb_loads_only_what_it_needs(code, forbidden):
    done = subprocess.run([sys.executable, "-c", IMPORTS.format(code=code)], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & forbidden == set()


def test_checking_a_chorale_loads_no_music21_no_graph_and_no_engraver():
    code = "from musegen.cli import run; run(['--quiet', 'check', 'bach/bwv66.6', '-o', '/dev/null'])"
    done = subprocess.run([sys.executable, "-c", IMPORTS.format(code=code)], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "numpy" in loaded
    assert loaded & {"music21", "verovio", "sklearn", "networkx", "onnxruntime", "torch", "matplotlib", "rich"} == set()


MACHINE = re.compile(r"/work(?=/)|/tmp/|/root/|/home/\w+/|/opt/|/Users/|[A-Z]:\\\\Users")
HOST = re.compile(r"py(?:pi|thonhosted)\.org|download\.py" + r"torch|index-url|registry\.npm|conda\.anaconda")
SPEAKS_OF_PATHS = {"tests/test_architecture.py"}


def test_no_file_names_a_path_of_somebodys_machine_or_a_registry():
    found = []
    for path in repository_files():
        text = path.read_bytes()
        if b"\0" not in text and name_of(path) not in SPEAKS_OF_PATHS:
            words = text.decode("utf-8", "replace")
            found += [f"{name_of(path)}: {hit[0]}" for pattern in (MACHINE, HOST) for hit in pattern.finditer(words)]
    assert found == []


@pytest.mark.parametrize("path", sorted([*ROOT.glob("rules/*.toml"), *ROOT.glob("corpora/*.toml")]), ids=name_of)
def test_every_pack_and_manifest_can_be_read(path):
    if path.parent.name == "rules":
        assert load_pack(path).rules
    else:
        made = read_manifest(path)
        assert made.pieces or made.is_template


def commands(group=program, parent=None, words=("musegen",)):
    """Every command line of the program, groups included, with its help text."""
    context = click.Context(group, info_name=words[-1], parent=parent, terminal_width=100)
    yield " ".join(words), group.get_help(context)
    for name in group.list_commands(context) if isinstance(group, click.Group) else ():
        yield from commands(group.get_command(context, name), context, (*words, name))


def test_the_help_of_every_command_ends_with_an_example():
    missing = []
    for words, text in commands():
        examples = text.rpartition("Example")[2]
        if "Example" not in text or words not in examples or re.search(r"^Options:", examples, re.MULTILINE):
            missing.append(words)
    assert missing == []


def command_modules(folder):
    return {
        path.parent.name if path.stem == "__init__" else path.stem
        for path in [*folder.glob("*.py"), *folder.glob("*/__init__.py")]
        if re.search(r"^def command\(|^command\b.*=", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def test_every_command_module_is_in_the_table_and_every_alias_leads_to_one():
    folder = ROOT / "musegen" / "cli"
    assert command_modules(folder) == set(COMMANDS)
    assert command_modules(folder / "corpus") - {"corpus"} == set(CORPUS_COMMANDS)
    assert command_modules(folder / "generate") - {"generate"} == set(GENERATE_COMMANDS)
    assert command_modules(folder / "evaluate") - {"evaluate"} == set(EVALUATE_COMMANDS)
    assert set(ALIASES.values()) <= set(COMMANDS)


def test_the_architecture_page_describes_every_room():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [room for room in ROOMS if f"| `{room}` |" not in page] == []
