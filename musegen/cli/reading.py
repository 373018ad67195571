"""A score read for a command, with what its reader mended told on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from musegen.cli.console import notice
from musegen.cli.options import read_score, shown_name

if TYPE_CHECKING:
    from musegen.score.model import Score


def read_and_tell(name: str) -> Score:
    """The score of that name; what its reader mended, guessed or left out is told on stderr.

    Raises:
        ScoreError: it cannot be read.
    """
    score = read_score(name)
    for told in score.notices:
        notice(f"{shown_name(name)}: {f'measure {told.measure}: ' if told.measure else ''}{told.message}")
    return score
