"""Option types that the commands share: each turns a word into a value of music, or says what would be right."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import tame
from musegen.errors import EngravingError, UnreadableFile, UsageError

if TYPE_CHECKING:
    from musegen.generation.cadence_words import CadenceWish
    from musegen.score.meter import TimeSignature
    from musegen.score.model import Score
    from musegen.theory.keys import Key
    from musegen.theory.tunes.symbols import Home


class UnwritableOutput(EngravingError):
    """A result has nowhere to go; the other results would not have either, so it ends the command."""


STANDARD = "-"
"""The name of standard input and output wherever a file may be named."""


class Parsed(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """A word read by a `parse` function whose `UsageError` says what would be right."""

    def parse(self, text: str) -> object:
        """What the word means."""
        raise NotImplementedError

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The parsed value; a value that is no text any more passes unchanged."""
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except UsageError as error:
            self.fail(error.full_message, param, ctx)


class KeyType(Parsed):
    """`G major`, `f#`, `Bb`."""

    name = "key"

    def parse(self, text: str) -> Key:
        """The key of that name."""
        from musegen.theory.keys import Key

        return Key.parse(text)


class HomeType(Parsed):
    """`D dorian`, `G`, `e minor`."""

    name = "key"

    def parse(self, text: str) -> Home:
        """The key of that name, of any mode."""
        from musegen.theory.tunes.symbols import home_named

        return home_named(text)


class MeterType(Parsed):
    """`4/4`, `6/8`."""

    name = "meter"

    def parse(self, text: str) -> TimeSignature:
        """The time signature."""
        from musegen.score.meter import TimeSignature

        return TimeSignature.parse(text)


class CadencesType(Parsed):
    """`m4: HC, m8: PAC in D`."""

    name = "cadences"

    def parse(self, text: str) -> tuple[CadenceWish, ...]:
        """The cadences of that list."""
        from musegen.generation.cadence_words import parse_cadences

        return parse_cadences(text)


class PackName(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """A rule pack, by name or path; whether it is there, the rules say."""

    name = "pack"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name as it is; one that the system cannot even look for is wrong, or unreadable."""
        try:
            os.stat(value)
        except (FileNotFoundError, NotADirectoryError):
            return value
        except (OSError, ValueError) as error:
            shown = f"{value[:40]}..." if len(value) > 40 else value
            if isinstance(error, OSError) and error.errno != errno.ENAMETOOLONG:
                raise UnreadableFile((error.strerror or str(error)).lower(), file=shown) from None
            self.fail(f"there is no pack `{shown}`", param, ctx)
        return value


class _Surrounding(click.Path):
    """A file by its name; standard input is for scores."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if value in ("", STANDARD):
            self.fail("standard input is not read here; name a file" if value else "name a file", param, ctx)
        return super().convert(value, param, ctx)


class Title(Parsed):
    """A heading: one line of words that fit over the music."""

    name = "text"

    def parse(self, text: str) -> str:
        """The words."""
        import unicodedata

        if len(text) > LONGEST_TITLE:
            raise UsageError(f"{len(text)} letters are too many for a title", hint=f"{LONGEST_TITLE} fit")
        strange = [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")]
        if strange:
            raise UsageError(f"a title has no {strange[0]!a}", hint="write one line of words, in UTF-8")
        return text


KEY = KeyType()
HOME = HomeType()
METER = MeterType()
CADENCES = CadencesType()
PACK = PackName()
TITLE = Title()
LONGEST_TITLE = 200
LEVEL = click.IntRange(1, 8)
SEED = click.IntRange(min=0)
ENGINE = click.Choice(["classical", "neural"])
"""As in `theory.analyse`, which `--help` need not load."""
PAPER = click.Choice(["a4", "letter"], case_sensitive=False)
SCORE = click.Path(path_type=str, readable=False)
"""A score to read: a file, `-`, or a name of music21's corpus. A missing one is exit code 3, so click does not look."""
OUTPUT = click.Path(path_type=Path, readable=False)
INPUT = _Surrounding(path_type=Path, readable=False)
"""A file that is read besides the scores. A missing one is exit code 3, so click does not look."""
SCORE_SUFFIXES = (".musicxml", ".mxl", ".xml", ".krn", ".abc", ".midi", ".mid", ".mei", ".rntxt")
"""How files of scores are named."""


def without_suffix(name: str) -> str:
    """The name of a score without what says its format; a dot of any other meaning stays.

    >>> without_suffix("scores/op131-1.MXL"), without_suffix("bach/bwv66.6")
    ('scores/op131-1', 'bach/bwv66.6')
    """
    return next((name[: -len(suffix)] for suffix in SCORE_SUFFIXES if name.lower().endswith(suffix)), name)


def one_of_suffixes(*suffixes: str) -> Callable[[click.Context, click.Parameter, Path], Path]:
    """A callback for an OUTPUT option whose file must end in one of these: `one_of_suffixes(".svg", ".png")`."""

    def callback(_context: click.Context, _parameter: click.Parameter, path: Path) -> Path:
        if path is not None and str(path) != STANDARD and path.suffix.lower() not in suffixes:
            raise click.BadParameter(f"`{path}` must end in {', '.join(suffixes)}")
        return path

    return callback


def read_score(name: str) -> Score:
    """The score of that name (see `musegen.read`); `-` is standard input.

    Raises:
        ScoreError: it cannot be read.
    """
    from musegen.score import files

    if name != STANDARD:
        return files.read(name)
    shown = shown_name(name)
    try:
        data = sys.stdin.buffer.read(files.MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # closed, or nothing that can be read
        raise UnreadableFile(str(getattr(error, "strerror", "") or error).lower(), file=shown) from None
    if not data.strip():
        raise UnreadableFile("it is empty", file=shown)
    if len(data) > files.MAX_BYTES:
        raise UnreadableFile(f"it is larger than {files.MAX_BYTES >> 20} MB", file=shown)
    return files.read_bytes(data, shown)


def shown_name(name: str) -> str:
    """What a score is called in messages and reports: its own name, and `-` in words."""
    return "standard input" if name == STANDARD else name


def keep_inputs(outputs: Iterable[Path | None], inputs: Iterable[Path | str | None]) -> None:
    """Make sure that no output would take the place of a file that is read, or of another output, by any name or link.

    None is a file that was not asked for.

    Raises:
        UsageError: one would.
    """
    named = [str(name) for name in inputs if name]
    read = {_identity(name) for name in named} - {None}
    taken: set[object] = set()
    for output in outputs:
        place = output and _destination(str(output))
        if place in read or (output and _is_score_below(output, named)):
            raise UsageError(f"{output} is a file that is read", hint="name another file to write")
        if place in taken:
            told = "standard output" if str(output) == STANDARD else output
            raise UsageError(f"two results cannot both go to {told}", hint="name another file to write")
        taken |= {place} - {None}


def _is_score_below(output: Path, names: Iterable[str]) -> bool:
    """Whether a place is a score that is there, in one of these folders or below."""
    if not output.is_file():
        return False
    place = output.resolve()
    if not any(os.path.isdir(name) and place.is_relative_to(Path(name).resolve()) for name in names):
        return False
    from musegen.corpora.sources import SUFFIXES

    return place.name.lower().endswith(SUFFIXES)


def _destination(name: str) -> object:
    """What tells the place of an output from all others; None for a folder, a pipe or a device."""
    if name == STANDARD:
        return STANDARD
    with suppress(OSError, ValueError):
        return _identity(name, is_input=False) if os.path.exists(name) else os.path.normcase(os.path.realpath(name))
    return None


def _identity(name: str, *, is_input: bool = True) -> tuple[int, int] | None:
    """Device and number of a regular file; None where there is none."""
    from musegen.score.files import corpus_file

    with suppress(OSError, ValueError):
        if is_input and name == STANDARD:
            found = os.fstat(sys.stdin.fileno())
        else:
            within = corpus_file(name) if is_input and not os.path.lexists(name) else None
            found = os.stat(within or name)
        return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
    return None


def make_folder(folder: Path) -> None:
    """Make a folder to write results to, with those above it; one that is there already is kept.

    Raises:
        EngravingError: it cannot be made, or the name is that of a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror or str(error)
        raise EngravingError(f"cannot make the folder {folder}: {reason}", hint="name another folder") from None


def write_output(path: Path | str, content: bytes | str) -> None:
    """Write a result to a file, whole or not at all; `-` is standard output. Pipes and devices stay what they are.

    Text on standard output has its control characters written out: words of a stranger's score reach no terminal.

    Raises:
        UnwritableOutput: the place cannot be written.
    """
    shown = "standard output" if str(path) == STANDARD else str(path)
    try:
        if str(path) == STANDARD:
            click.echo(tame(content) if isinstance(content, str) else content, nl=False)
        else:
            _write_file(Path(os.path.realpath(path)), content)
    except BrokenPipeError:
        raise
    except EngravingError as error:
        raise UnwritableOutput(error.message, hint=error.hint) from None
    except OSError as error:
        raise UnwritableOutput(f"cannot write {shown}: {error.strerror or error}") from None


def _write_file(target: Path, content: bytes | str) -> None:
    from musegen.score.whole_files import write_atomically

    # the name of a file may be no text: what cannot be encoded is written as JSON writes it
    data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    if _is_stream(target):
        target.write_bytes(data)
    else:
        write_atomically(target, data)


def _is_stream(target: Path) -> bool:
    """Whether a pipe or a device is there already.

    Raises:
        EngravingError: nothing can be there: a link that leads to itself, a folder that is closed, a name too long.
    """
    try:
        mode = os.stat(target).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise EngravingError(f"cannot write {str(target)[:200]}: {reason}", hint="name another file") from None
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
