"""A piece of a corpus: what it is called, where it lies, and what is known of it before it is read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from musegen.errors import UnreadableFile
from musegen.score.files import find, read
from musegen.score.model import Notice, Score

Split = Literal["train", "valid", "test", "none"]
SPLITS: tuple[Split, ...] = ("train", "valid", "test", "none")


@dataclass(frozen=True)
class Piece:
    """One piece of a corpus.

    `split` is where it belongs in learning ("none": in neither set, yet perhaps a setting of a test melody: keep
    `group`, pieces on one melody, on one side). `faults` are known errors of the source, by measure. `labels` are what
    else is known of it: composer, place, date, genre, editor.
    """

    name: str  # what `read` takes: `bach/bwv66.6`, `essenFolksong/altdeu10#12`; in a folder the path relative to it
    sha256: str = ""  # of the file, of a tune its own text; "" is not known
    split: Split = "none"
    group: str = ""
    faults: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    folder: str = ""  # the user's folder that holds it; "" is music21's corpus, or a name that stands for itself
    corpus: str = ""  # the corpus that lists it

    @property
    def place(self) -> str:
        """The whole name by which `musegen.read` finds it.

        >>> Piece("op1/no1.mxl", folder="quartets").place, Piece("bach/bwv66.6").place
        ('quartets/op1/no1.mxl', 'bach/bwv66.6')
        """
        return os.path.join(self.folder, self.name) if self.folder else self.name

    @property
    def path(self) -> Path:
        """Where its file is; of a tune, the collection that holds it.

        Raises:
            UnreadableFile: it is not there.

        >>> Piece("essenFolksong/altdeu10#12").path.name
        'altdeu10.abc'
        """
        return find(self.place[: -len(self.tune) - 1] if self.tune else self.place)

    @property
    def tune(self) -> str:
        """Which tune of a collection it is; "" where a file is the whole piece.

        >>> Piece("essenFolksong/altdeu10#12").tune, Piece("bach/bwv66.6").tune
        ('12', '')
        """
        return self.place.rpartition("#")[2] if "#" in self.place and not os.path.lexists(self.place) else ""

    @property
    def stamp(self) -> str:
        """What changes when its content does: the digest, else size and time of its file; "" where there is none."""
        if self.sha256:
            return self.sha256
        try:
            found = os.stat(self.path)
        except (OSError, UnreadableFile):
            return ""
        return f"{found.st_size} {found.st_mtime_ns}"

    def read(self) -> Score:
        """The score; a file other than the one that the manifest was made from is said in its notices.

        Raises:
            UnreadableFile, MalformedScore: as `musegen.score.files.read` does.

        >>> len(Piece("bach/bwv66.6").read().parts)
        4
        """
        score = read(self.place)
        if self.sha256 and score.source is not None and score.source.digest != self.sha256:
            changed = Notice(f"{self.name} is not the file that the manifest was made from")
            return replace(score, notices=(*score.notices, changed))
        return score
