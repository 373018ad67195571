"""Which pieces are meant: corpora, folders and files by name, and conditions on what is known of each piece."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from musegen.corpora.conditions import meeting
from musegen.corpora.manifests import corpus, corpus_names
from musegen.corpora.pieces import SPLITS, Piece
from musegen.corpora.sources import pieces_below, pieces_named
from musegen.errors import UnreadableFile, UsageError, nearest


def pieces_of(names: Sequence[str], where: Sequence[str] = (), split: str = "") -> tuple[Piece, ...]:
    """The pieces that these names mean, each once, in the order of the names.

    A name is that of a corpus (`bach-chorales`), a folder, whose scores are taken with those of the folders in it, a
    file, a name of music21's corpus (`bach/bwv66.6`), or a tune of a collection (`tunes.abc#12`). What a corpus is
    called is a corpus; write `./NAME` for a folder of that name.

    Raises:
        UsageError: no name, a condition that cannot be read, an unknown label, or no piece is left.
        UnreadableFile: there is no such corpus, folder or file.
        PackError: the manifest of a corpus has a fault.

    >>> len(pieces_of(["bach-chorales"], split="test")), pieces_of(["bach/bwv66.6"])[0].sha256[:8]
    (70, '4fd93bb1')
    """
    if not names:
        raise UsageError("no pieces are named", hint="name a corpus (`musegen corpus list`), a folder or a file")
    if split and split not in SPLITS:
        raise UsageError(f"there is no split `{split}`", hint=f"there are {', '.join(SPLITS)}")
    found = tuple(_distinct(piece for name in names for piece in _named(name)))
    left = tuple(piece for piece in meeting(found, where) if not split or piece.split == split)
    if not left:
        asked = ", ".join((*where, *([f"split {split}"] if split else [])))
        raise UsageError(
            f"none of {len(found)} pieces is left by {asked}", hint="`musegen corpus show` tells the labels"
        )
    return left


def _named(name: str) -> Iterable[Piece]:
    if name in corpus_names():
        found = corpus(name)
        if found.is_template:
            how = f"get its files, then: musegen corpus add {name} FOLDER"
            raise UsageError(f"the corpus {name} holds no pieces yet", hint=how)
        if found.origin.folder and not os.path.isdir(found.origin.folder):
            how = f"put it back, or: musegen corpus add {name} FOLDER --replace"
            raise UnreadableFile(f"the folder of the corpus {name} is not there", file=found.origin.folder, hint=how)
        return found.pieces
    if name and "\0" not in name and os.path.isdir(name):
        return pieces_below(name)
    try:
        return list(pieces_named(name))
    except UnreadableFile as error:
        if "/" in name or os.path.lexists(name.rpartition("#")[0] or name):
            raise
        hint = nearest(name, corpus_names(), "`musegen corpus list` names all corpora")
        raise UnreadableFile("there is no such corpus, folder or file", file=error.file, hint=hint) from None


def _distinct(pieces: Iterable[Piece]) -> Iterator[Piece]:
    seen: set[tuple[str, str]] = set()
    for piece in pieces:
        if (piece.folder, piece.name) not in seen:
            seen.add((piece.folder, piece.name))
            yield piece
