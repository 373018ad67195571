"""What users install: the wheel and the source archive, away from the checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1 << 20


def run(*arguments, cwd, **environment):
    """A program's output; a failure shows what it said."""
    done = subprocess.run(
        arguments, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind, source, target):
    """The archive that hatchling makes, without a network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target), cwd=source)
    return next(target.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The source archive, and the wheel made from what it holds."""
    folder = tmp_path_factory.mktemp("archives")
    source = build("sdist", ROOT, folder)
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    return source, build("wheel", folder / source.name.removesuffix(".tar.gz"), folder)


@pytest.fixture(scope="module")
def installed(archives, tmp_path_factory):
    """A folder outside the checkout that holds the installed wheel and nothing else."""
    target = tmp_path_factory.mktemp("installed")
    options = ("--no-deps", "--no-index", "--no-compile", "--quiet", "--target", str(target))
    run(sys.executable, "-m", "pip", "install", *options, str(archives[1]), cwd=target)
    return target


def test_the_wheel_holds_the_package_its_data_and_nothing_else(archives):
    with zipfile.ZipFile(archives[1]) as wheel:
        names = set(wheel.namelist())
    shipped = {name.removeprefix("musegen/_data/") for name in names if name.startswith("musegen/_data/")}
    tracked = run("git", "ls-files", "rules", "corpora", cwd=ROOT) if (ROOT / ".git").exists() else ""
    assert shipped >= set(tracked.split())
    assert "musegen/py.typed" in names
    assert {name.split("/")[0] for name in names} <= {"musegen", f"musegen-{_version()}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.startswith("musegen/tests")]


def test_the_wheel_stays_small(archives):
    assert archives[1].stat().st_size <= 40 * MEGABYTE


def test_the_source_archive_holds_what_a_packager_needs(archives):
    with tarfile.open(archives[0]) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    assert top >= {"musegen", "rules", "corpora", "tests", "docs", "README.md", "LICENSE", "CITATION.cff", "Makefile"}


def test_the_installed_command_finds_rules_and_corpora_outside_the_checkout(installed, tmp_path):
    found = run(
        sys.executable,
        "-c",
        "import musegen; print(musegen.__file__)\n"
        "from musegen.score.data_folder import data_folder; print(data_folder('rules')); print(data_folder('corpora'))",
        cwd=tmp_path,
        PYTHONPATH=str(installed),
    )
    assert all(line.startswith(str(installed)) for line in found.split()), found
    listed = run(sys.executable, "-m", "musegen", "rules", "list", cwd=tmp_path, PYTHONPATH=str(installed))
    assert "parallel-fifths" in listed


def _version():
    import musegen

    return musegen.__version__
