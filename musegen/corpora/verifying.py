"""Whether the files of a corpus are those that its list was made from: missing, changed, unreadable, not listed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from musegen.corpora.manifests import Corpus
from musegen.corpora.pieces import Piece
from musegen.corpora.sources import files_below
from musegen.errors import UnreadableFile
from musegen.score.abc_tunes import tunes_of
from musegen.score.files import regular_file

if TYPE_CHECKING:
    from musegen.corpora.running import Progress

Kind = Literal["missing", "changed", "unreadable", "unlisted"]


class Problem(NamedTuple):
    """One piece that is not as the list says; what is `unlisted` is no fault of a piece."""

    piece: str
    kind: Kind
    reason: str


def problems_of(
    corpus: Corpus, *, deep: bool = False, jobs: int = 0, on_progress: Callable[[Progress], None] | None = None
) -> tuple[Problem, ...]:
    """What is not as the manifest says; `deep`: every piece is read, too, in a guarded process.

    Raises:
        UnreadableFile: the folder of a user's corpus is not there.
        PackError: the list has a fault.

    >>> from musegen.corpora.manifests import corpus
    >>> problems_of(corpus("monteverdi"))
    ()
    """
    if corpus.origin.folder and not os.path.isdir(corpus.origin.folder):
        raise UnreadableFile(f"the folder of the corpus {corpus.name} is not there", file=corpus.origin.folder)
    digests: dict[Path, dict[str, str]] = {}
    found = [problem for piece in corpus.pieces for problem in _looked_at(piece, digests)]
    if deep:
        wrong = {problem.piece for problem in found if problem.kind == "missing"}
        found += _unreadable([piece for piece in corpus.pieces if piece.name not in wrong], jobs, on_progress)
    return (*found, *_unlisted(corpus))


def _looked_at(piece: Piece, digests: dict[Path, dict[str, str]]) -> Iterator[Problem]:
    try:
        path = piece.path
        if path not in digests:
            digests[path] = _digests(path)
    except UnreadableFile as error:
        yield Problem(piece.name, "missing", error.message)
        return
    digest = digests[path].get(piece.tune)
    if digest is None:
        yield Problem(piece.name, "missing", "the collection holds no such tune")
    elif piece.sha256 and digest != piece.sha256:
        yield Problem(piece.name, "changed", "another file than the manifest's")


def _digests(path: Path) -> dict[str, str]:
    """Digests of a file ("") and of its tunes by their names."""
    data = regular_file(path)
    tunes = tunes_of(data) if path.suffix.lower() == ".abc" else ()
    return {"": hashlib.sha256(data).hexdigest()} | {tune.name: tune.sha256 for tune in tunes}


def _unreadable(pieces: list[Piece], jobs: int, on_progress: Callable[[Progress], None] | None) -> Iterator[Problem]:
    from musegen.corpora.running import run

    done = run(pieces, "musegen.corpora.verifying:count_notes", jobs=jobs, on_progress=on_progress)
    yield from (Problem(name, "unreadable", failure.message) for name, failure in done.failures)


def count_notes(piece: Piece, _options: Mapping[str, Any]) -> dict[str, int]:
    """The notes of a piece: a job that reads it and nothing else."""
    return {"notes": len(piece.read().notes)}


def _unlisted(corpus: Corpus) -> Iterator[Problem]:
    """Files of a user's folder that came later than the list."""
    if not corpus.origin.folder:
        return
    known = {name.rpartition("#")[0] or name for name in (*(piece.name for piece in corpus.pieces), *corpus.excluded)}
    known |= {piece.name for piece in corpus.pieces} | set(corpus.excluded)
    for name in files_below(Path(corpus.origin.folder), corpus.origin.globs):
        if name not in known and ascii(name)[1:-1] not in known:
            yield Problem(name, "unlisted", "not in the list; `musegen corpus add --replace` takes it up")
