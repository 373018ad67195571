"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from musegen.errors import EngravingError


def write_atomically(path: str | os.PathLike[str], content: bytes, *, private: bool = False) -> None:
    """Write a file beside its place and move it there; folders on the way must exist.

    What is `private` nobody but the user may read.

    Raises:
        EngravingError: the place cannot be written; nothing is left behind.
    """
    target = Path(path)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if not private:
            os.chmod(temporary, _usual_mode())
        os.replace(temporary, target)
        temporary = ""
    except OSError as error:
        raise EngravingError(f"cannot write {target}: {error.strerror or error}", hint="name another folder") from error
    finally:
        if temporary:  # also where the user interrupts
            with suppress(OSError):
                os.unlink(temporary)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Nothing, where a file can be written: asked before long work.

    Raises:
        EngravingError: the place cannot be written.
    """
    target = Path(path)
    try:
        target.exists()  # a name may be too long
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise EngravingError(f"cannot write {target}: {error.strerror or error}", hint="name another folder") from error


def _usual_mode() -> int:
    """What a plainly created file would get."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
