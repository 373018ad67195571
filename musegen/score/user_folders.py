"""The folders of the user's system in which programs keep what is theirs: caches and data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

_PLACES = {  # Windows and XDG by a variable, with the folder below home where it is not set; macOS by a folder
    "cache": (("LOCALAPPDATA", "AppData/Local"), "Library/Caches", ("XDG_CACHE_HOME", ".cache")),
    "data": (("APPDATA", "AppData/Roaming"), "Library/Application Support", ("XDG_DATA_HOME", ".local/share")),
}


def own_folder(kind: Literal["cache", "data"], variable: str, *below: str) -> Path:
    """The folder that the variable of the environment names; else one of that name below the system's own.

    >>> own_folder("data", "NO_SUCH_VARIABLE", "corpora").as_posix().endswith("/musegen/corpora")
    True
    """
    chosen = os.environ.get(variable)
    if chosen:
        return Path(chosen)
    windows, mac, unix = _PLACES[kind]
    if sys.platform == "darwin":
        base = Path.home() / mac
    else:
        name, usual = windows if sys.platform == "win32" else unix
        base = Path(os.environ.get(name) or Path.home() / usual)
    return base.joinpath("musegen", *below)
