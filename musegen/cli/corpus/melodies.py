"""What the commands that compare melodies share: the index of a corpus, from the cache or a file, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from musegen.cli.console import progress
from musegen.cli.corpus.limits import jobs_option, run_bar, seconds_option
from musegen.cli.options import OUTPUT
from musegen.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from musegen.cli.failures import Failures
    from musegen.corpora import Piece
    from musegen.features.similarity.character.index import CharacterIndex
    from musegen.features.similarity.index import SimilarityIndex
    from musegen.features.similarity.keeping import Kind

_AnyFunction = TypeVar("_AnyFunction", bound=Callable[..., Any])
SUFFIXES = {"text": ".txt", "json": ".json", "html": ".html"}
FORMATS = (*SUFFIXES,)
_SEED = 1
"""The sample of base rates is the same on every machine."""


def index_options(function: _AnyFunction) -> _AnyFunction:
    """Give a command --index, --jobs and --seconds."""
    told = "Search this file; it is made where it is not there. Default: the cache."
    with_limits = jobs_option(seconds_option("What reading a piece may take.")(function))
    return click.option("--index", type=OUTPUT, metavar="FILE.npz", help=told)(with_limits)


def index_to_search(
    pieces: Callable[[], Sequence[Piece]], file: Path | None, failures: Failures, *, rates: bool = False, **reading: Any
) -> SimilarityIndex:
    """The index of a file, where there is one, or of these pieces; with base rates where they are needed.

    `reading` is what `features.similarity.reading.each_of` may spend.

    Raises:
        UsageError: the file is not called .npz, or no piece of the corpus has a melody.
        ScoreError: the file is no index, or no piece can be read.
        EngravingError: the file cannot be written.
    """
    from musegen.features.similarity.storage import MELODIES

    found: SimilarityIndex
    found, target = index_of_kind(MELODIES, pieces, file, failures, **reading)
    if not len(found.owner):
        raise UsageError("no piece of this corpus has a melody of five notes or more")
    if rates and not len(found.chance):
        import numpy as np

        from musegen.features.similarity.base_rate import with_base_rate
        from musegen.features.similarity.storage import keep

        sampling = np.random.default_rng(_SEED)
        found = with_base_rate(found, sampling, progress=lambda items: progress(items, "Sampling base rates"))
        if not failures.told or file:
            keep(found, target)
    return found


def characters_to_search(
    pieces: Callable[[], Sequence[Piece]], file: Path | None, failures: Failures, **reading: Any
) -> CharacterIndex:
    """The index of character of a file, or of these pieces; as `index_to_search`."""
    from musegen.features.similarity.character.storage import CHARACTERS

    found: CharacterIndex
    found, _ = index_of_kind(CHARACTERS, pieces, file, failures, **reading)
    if not len(found.owner):
        raise UsageError("no piece of this corpus is a tune that the melody network can hear")
    return found


def index_of_kind(
    kind: Kind, pieces: Callable[[], Sequence[Piece]], file: Path | None, failures: Failures, **reading: Any
) -> tuple[Any, Path]:
    """An index of a file, or of these pieces, and where it is kept."""
    from musegen.features.similarity import keeping

    if file and file.suffix.lower() != ".npz":
        raise UsageError(f"`{file}` must end in .npz")
    if file and file.exists():
        found, target = kind.load(file), file
    else:
        chosen = pieces()
        with run_bar("Reading") as tell:
            found = keeping.index_of(kind, chosen, on_failure=failures.add, on_progress=tell, **reading)
        target = file or keeping.kept_index(kind, chosen)
        if file:
            kind.save(found, file)
    if not len(found.owner) and failures.exit_code:
        raise UnreadableFile("no score of this corpus can be searched", hint="the reasons are above")
    return found, target
