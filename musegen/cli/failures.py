"""What goes wrong with one score of several: told at once, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from musegen.cli.console import complain, complain_internal, shortened
from musegen.cli.lazy import DEBUG
from musegen.cli.options import UnwritableOutput, shown_name
from musegen.errors import MusegenError, ScoreError, UsageError


class Failures:
    """The scores that failed, with the reason of each, and the exit code that follows.

    Of `several` scores, one that lacks what was asked for, such as a voice, does not stop the others.
    """

    def __init__(self, *, several: bool = False) -> None:
        self.told: list[tuple[str, str]] = []
        self.several = several
        self._codes: set[int] = set()

    @property
    def exit_code(self) -> int:
        """0 where nothing failed; 3 where a score could not be read; 2 where one lacks what was asked for; else 5."""
        return next((code for code in (3, 2, 5) if code in self._codes), 0)

    def add(self, name: str, error: Exception) -> None:
        """Say on stderr what is wrong with a score, and keep it for the report."""
        shown = shown_name(name)
        if isinstance(error, MusegenError):
            whole = str(error.at(shown) if isinstance(error, ScoreError) else error)
            if not isinstance(error, ScoreError) and not whole.startswith(shown):
                whole = f"{shown}: {whole}"
            complain(whole)
            reason = shortened(whole.removeprefix(shown).lstrip(":, "))
        else:
            reason = complain_internal(error, file=shown, debug=bool(click.get_current_context().meta.get(DEBUG)))
        self.told.append((shown, reason))
        self._codes.add(error.exit_code if isinstance(error, MusegenError) else MusegenError.exit_code)

    @contextmanager
    def caught(self, name: str) -> Iterator[None]:
        """What fails inside counts as a failure of that score.

        Wrong usage, a place that cannot be written and a reader that left end the command.
        """
        try:
            yield
        except UsageError as error:
            if not self.several:
                raise
            self.add(name, error)
        except (UnwritableOutput, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (BrokenPipeError, EOFError):
            raise
        except Exception as error:  # one hostile score must not cost the reports on all the others
            self.add(name, error)
