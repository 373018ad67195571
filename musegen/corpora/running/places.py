"""Where a run writes, alone: a folder of parts, or one file with its parts beside it until it is finished."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from musegen.corpora.tables import ERRORS, part_files, table_suffix
from musegen.errors import EngravingError, UnreadableFile, UsageError
from musegen.score.whole_files import write_atomically

_RUN = re.compile(r"run(?:-s\d+of\d+)?\.json")
_OTHER_FILES = (".tsv", ".txt", ".json", ".jsonl", ".xls", ".xlsx", ".ods", ".arrow", ".feather", ".html")


@dataclass(frozen=True)
class Place:
    """The folder of the parts, how they are written, and the one file that they become, if any."""

    folder: Path
    suffix: str
    final: Path | None = None
    tag: str = ""  # of a shard: `-s02of16`

    @classmethod
    def of(cls, out: Path, shard: tuple[int, int] | None = None) -> Place:
        """The place of that name: a .csv or .parquet file, or else a folder.

        Raises:
            UsageError: a shard to one file, which the other shards need too; a file of another kind.
            MissingExtra: Parquet, and pyarrow is not installed.

        >>> Place.of(Path("rows.csv")).part(3).as_posix()
        'rows.csv.parts/part-00003.npz'
        """
        tag = f"-s{shard[0]:0{len(str(shard[1]))}}of{shard[1]}" if shard else ""
        if out.suffix.lower() in _OTHER_FILES:
            raise UsageError(f"no table is written as {out.name}", hint="name a folder, a .csv or a .parquet")
        if out.suffix.lower() not in (".csv", ".parquet"):
            return cls(out, table_suffix(Path("part.parquet")), None, tag)
        if shard:
            raise UsageError("the shards of a run share a folder", hint=f"write -o {out.stem} instead of {out.name}")
        is_parquet = table_suffix(out) == ".parquet"
        return cls(out.with_name(out.name + ".parts"), ".parquet" if is_parquet else ".npz", out)

    def part(self, number: int) -> Path:
        """The file of one part."""
        return self.folder / f"part{self.tag}-{number:05}{self.suffix}"

    def parts(self) -> list[Path]:
        """The parts that are there."""
        found = part_files(self.folder) if self.folder.is_dir() else []
        return [
            path for path in found if path.name.startswith(f"part{self.tag}-") and (self.tag or "-s" not in path.name)
        ]

    @property
    def errors(self) -> Path:
        """The table of what failed."""
        return self.folder / f"{ERRORS}{self.tag}{self.suffix}"

    @property
    def final_errors(self) -> Path:
        """That of a finished file, beside it."""
        assert self.final is not None
        return self.final.with_name(f"{self.final.stem}.{ERRORS}{self.final.suffix}")

    @property
    def facts(self) -> Path:
        """What the run was asked for."""
        return self.folder / f"run{self.tag}.json"

    @property
    def final_facts(self) -> Path:
        """The same for a finished file, beside it."""
        assert self.final is not None
        return self.final.with_name(f"{self.final.stem}.run.json")

    def all_facts(self) -> list[Path]:
        """Those of every shard in the folder."""
        found = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        return [path for path in found if _RUN.fullmatch(path.name)]

    def clear(self) -> None:
        """Remove what a run has written besides a finished file."""
        for path in [*self.parts(), self.errors, self.facts, self.folder / f".lock{self.tag}"]:
            path.unlink(missing_ok=True)
        with suppress(OSError):  # something else lies there, such as another share
            self.folder.rmdir()


@contextmanager
def held(place: Place) -> Iterator[None]:
    """The folder is there and ours alone meanwhile; the system lets it go when this process ends, however it ends.

    Raises:
        UsageError: another run writes there.
        EngravingError: it cannot be written.
    """
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(place.folder / f".lock{place.tag}")
    except BlockingIOError:
        raise UsageError(f"another run is writing to {place.folder}", hint="wait for it, or name another -o") from None
    except OSError as error:
        reason = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror or str(error)
        raise EngravingError(f"cannot write {place.folder}: {reason}", hint="name another -o") from None
    try:
        yield
    finally:
        lock.close()


def _locked(path: Path) -> IO[bytes]:
    """A file that is locked and still lies where it was opened.

    Raises:
        BlockingIOError: another process has it.
    """
    while True:
        stream = path.open("ab")
        try:
            _lock(stream)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                    return stream
        except BaseException:
            stream.close()
            raise
        stream.close()  # another run finished and removed it between our two looks
        path.parent.mkdir(parents=True, exist_ok=True)


def _lock(stream: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            raise BlockingIOError from None
        return
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read_facts(path: Path) -> dict[str, Any]:
    """What a run was asked for.

    Raises:
        UnreadableFile: it is no such file.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found | {name: found[name] for name in ("settings", "pieces", "head")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(f"it is not the record of a run ({error})", file=str(path)) from None


def write_facts(path: Path, facts: Mapping[str, Any]) -> None:
    """Write it, for `read_facts` and for people: a line for each fact."""
    lines = (f" {json.dumps(name)}: {json.dumps(fact)}" for name, fact in facts.items())
    write_atomically(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())
