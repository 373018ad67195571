"""The frame of the command line: messages, exit codes, settings and what it costs to start."""

import errno
import os
import subprocess
import sys

import click
import pytest

from musegen import cli
from musegen.cli import lazy
from musegen.errors import EngravingError, MalformedScore, NoSolution, NotFound


@pytest.fixture
def command(monkeypatch):
    """Runs a command line in which `check` is a command that raises what it is told to."""

    def install(raised=None, returned=None, options=()):
        @click.command(params=[click.Option([option]) for option in options])
        def stub(**values):
            if raised is not None:
                raise raised
            click.echo(values)
            return returned

        monkeypatch.setattr(lazy, "import_module", lambda _name: type("Module", (), {"command": stub}))
        return lambda *arguments: cli.run(["check", *arguments])

    return install


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (MalformedScore("`h4` is not a note", file="a.xml", measure="3", beat=2), 3, "a.xml, measure 3, beat 2: `h4`"),
        (EngravingError("no room"), 5, "no room"),
        (NotFound("the search was spent"), 4, "the search was spent"),
        (PermissionError(errno.EACCES, "Permission denied", "out.svg"), 5, "out.svg: Permission denied"),
        (RuntimeError("boom"), 5, "internal error, please report: RuntimeError: boom (--debug shows where)"),
        (RecursionError("deep"), 5, "internal error, please report: RecursionError"),
        (click.FileError("a.toml", "gone"), 3, "a.toml"),
        (click.UsageError("not both"), 2, "not both"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_every_error_is_one_message_and_an_exit_code(command, capsys, raised, code, words):
    assert command(raised)() == code
    out, err = capsys.readouterr()
    assert err.startswith("musegen: ")
    assert words in err
    assert out == ""
    assert "Traceback" not in err


def test_no_solution_lists_what_conflicts(command, capsys):
    assert command(NoSolution("no setting exists", conflicts=("measure 2, beat 1: out-of-range", "measure 3")))() == 4
    assert capsys.readouterr().err.splitlines()[1:] == ["  - measure 2, beat 1: out-of-range", "  - measure 3"]


def test_debug_shows_where_an_internal_error_arose(command, capsys):
    assert command(RuntimeError("boom"))("--debug") == 5
    assert "Traceback" in capsys.readouterr().err


def test_a_hostile_file_cannot_drive_the_terminal(command, capsys):
    command(MalformedScore("\x1b[2Jgone", file="a\x07.xml"))()
    assert capsys.readouterr().err == "musegen: a\\x07.xml: \\x1b[2Jgone\n"


def test_a_command_ends_with_the_code_that_it_returns(command):
    assert command(returned=1)() == 1
    assert command()() == 0


def test_an_unknown_command_gets_the_nearest(capsys):
    assert cli.run(["analyze-it"]) == 2
    assert "nearest: analyze, analyse" in capsys.readouterr().err


def test_american_spellings_call_the_british_command(command, monkeypatch):
    command()
    asked = []
    monkeypatch.setattr(lazy, "import_module", lambda name: asked.append(name) or _raise(ImportError))
    cli.run(["harmonize"])
    assert asked == ["musegen.cli.harmonise"]


def _raise(error):
    raise error


def test_defaults_come_from_the_pyproject_of_the_working_folder(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.musegen.check]\nfail-on = "warning"\n')
    run = command(options=["--fail-on"])
    run()
    run("--fail-on", "error")
    assert capsys.readouterr().out == "{'fail_on': 'warning'}\n{'fail_on': 'error'}\n"


def test_a_settings_file_may_be_named(command, capsys, tmp_path):
    command(options=["--pack"])
    (tmp_path / "mine.toml").write_text('quiet = true\n[check]\npack = "strict"\n')
    assert cli.run(["--config", str(tmp_path / "mine.toml"), "check"]) == 0
    assert capsys.readouterr().out == "{'pack': 'strict'}\n"
    assert cli.run(["--config", str(tmp_path / "none.toml"), "check"]) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.musegen.chek]\n", "nearest: check"),
        ("[tool.musegen.check]\npak = 1\n", "nearest: pack"),
        ("[tool.musegen]\ncheck = 1\n", "must be a table"),
        ("[tool.musegen\n", "no TOML"),
        ("[tool]\nmusegen = 3\n", "must be a table"),
    ],
)
def test_a_wrong_setting_is_said_and_never_ignored(command, capsys, tmp_path, monkeypatch, text, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(text)
    assert command(options=["--pack"])() == 2
    assert words in capsys.readouterr().err


HEAVY = {"numpy", "music21", "torch", "sklearn", "networkx", "verovio", "lxml", "rich", "onnxruntime", "matplotlib"}


def test_help_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "musegen", "--help"], capture_output=True, text=True, check=True
    )
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "click" in imported
    assert not imported & HEAVY


@pytest.mark.skipif(sys.platform == "win32", reason="counts the processor time of child processes")
def test_help_costs_less_than_six_bare_pythons():
    def cost(*arguments):
        return min(_processor_time([sys.executable, *arguments]) for _ in range(5))

    assert cost("-m", "musegen", "--help") < 6 * cost("-c", "pass")


def _processor_time(command):
    import resource

    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return spent() - before


def test_a_reader_that_leaves_early_is_no_error():
    """`musegen --help | true`: the pipe has no reader any more."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "musegen", "--help"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (cli.NO_READER, b"")


INTERRUPTED_IMPORT = """
import runpy, sys

class Impatient:
    def find_spec(self, name, path, target=None):
        if name == {name!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Impatient())
sys.argv = ["musegen", "check", "bach/bwv66.6"]
runpy.run_module("musegen", run_name="__main__")
"""


@pytest.mark.parametrize("name", ["musegen.cli", "musegen.cli.lazy", "musegen.cli.check", "musegen.rules.engine"])
def test_an_interrupt_is_one_line_even_while_the_program_is_still_being_loaded(name):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT.format(name=name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "musegen: interrupted\n")
