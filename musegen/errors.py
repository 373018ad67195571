"""Every error that musegen raises on purpose, in one tree.

.. code-block:: text

    MusegenError                 .exit_code
    ├── UsageError            2  a value that was asked for does not exist ("H dur" is no key)
    ├── ScoreError            3  a score, pack or manifest that cannot be used; says file, measure and beat
    │   ├── UnreadableFile    3  not there, not a file, empty, too large, no known format
    │   ├── MalformedScore    3  a known format whose content contradicts itself
    │   └── PackError         3  a rule pack or corpus manifest with a fault
    ├── NoSolution            4  the requests contradict each other; carries the conflicts
    ├── NotFound              4  the search spent its effort; not a proof that nothing exists
    └── EngravingError        5  no picture could be made, or no file written
        └── MissingExtra      5  an optional part of musegen is not installed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command line imports this file, most need no fractions
    from collections.abc import Iterable
    from fractions import Fraction

_SHORT_LIST = 140
"""Letters of a list of names that is read at a glance."""


class MusegenError(Exception):
    """The root: catch this to catch everything that musegen raises on purpose.

    >>> MusegenError("no such thing", hint="try another").full_message
    'no such thing; try another'
    """

    exit_code = 5

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def full_message(self) -> str:
        """What is wrong, and what would do."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    def __str__(self) -> str:
        return self.full_message


class UsageError(MusegenError):
    """A value that was asked for does not exist.

    >>> UsageError("`H dur` is not a key").exit_code
    2
    """

    exit_code = 2


class ScoreError(MusegenError):
    """A file that cannot be used, with the place where it fails.

    >>> str(ScoreError("`h4` is not a note", file="etude.musicxml", measure="3", beat=2, hint="write it like c4"))
    'etude.musicxml, measure 3, beat 2: `h4` is not a note; write it like c4'
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        measure: str = "",
        beat: Fraction | int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.file = file
        self.measure = measure
        self.beat = beat

    @property
    def place(self) -> str:
        """`file, measure 3, beat 2`, as far as it is known.

        >>> ScoreError("no note", file="etude.musicxml", measure="3").place
        'etude.musicxml, measure 3'
        """
        beat = "" if self.beat is None else f"beat {self.beat}"
        measure = f"measure {self.measure}" if self.measure != "" else ""
        return ", ".join(part for part in (self.file, measure, beat) if part)

    def at(self, file: str) -> ScoreError:
        """The same error with its file named, where it had none.

        >>> str(ScoreError("it is empty").at("etude.musicxml"))
        'etude.musicxml: it is empty'
        """
        self.file = self.file or file
        return self

    def __str__(self) -> str:
        return f"{self.place}: {self.full_message}" if self.place else self.full_message


class UnreadableFile(ScoreError):
    """Not there, not a regular file, empty, too large, or of no known format."""


class MalformedScore(ScoreError):
    """A known format whose content contradicts itself."""


class PackError(ScoreError):
    """A rule pack or corpus manifest with a fault."""


class NoSolution(MusegenError):
    """The requests contradict each other; `conflicts` names them by measure and beat.

    >>> NoSolution("they contradict each other", conflicts=("measure 2, beat 1: the given chord C",)).conflicts
    ('measure 2, beat 1: the given chord C',)
    """

    exit_code = 4

    def __init__(self, message: str, *, conflicts: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.conflicts = conflicts


class NotFound(NoSolution):
    """The search spent its effort without a result; a result may still exist.

    >>> issubclass(NotFound, NoSolution), NotFound.exit_code
    (True, 4)
    """


class EngravingError(MusegenError):
    """No picture could be made, or no file written."""


class MissingExtra(EngravingError):
    """An optional part of musegen is not installed.

    >>> issubclass(MissingExtra, EngravingError), MissingExtra.exit_code
    (True, 5)
    """


def nearest(name: str, known: Iterable[str], all_at: str = "") -> str:
    """What to say, besides, of a name that is unknown: the three nearest, or all where they are few.

    `all_at` says where all stand, as a clause of its own; never is a wall of names written.

    >>> names = [f"rule-{number}" for number in range(100)] + ["parallel-fifths", "direct-fifth"]
    >>> nearest("paralel-fifths", names, "`musegen rules list` names all")
    'nearest: parallel-fifths, direct-fifth; `musegen rules list` names all'
    >>> nearest("zzz", names, "`musegen rules list` names all"), nearest("zzz", ["strict", "chorale"])
    ('`musegen rules list` names all', 'there are chorale, strict')
    """
    from difflib import get_close_matches

    names = sorted(known)
    asked = name[:100]
    likely = [item for item in names if asked and asked in item] + get_close_matches(asked, names, n=3)
    near = list(dict.fromkeys(likely))[:3]
    if near:
        return "; ".join(part for part in (f"nearest: {', '.join(near)}", all_at) if part)
    whole = ", ".join(names) or "none"
    return f"there are {whole}" if len(whole) <= _SHORT_LIST or not all_at else all_at
