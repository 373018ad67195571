"""Finds the folders of data that stand beside the package: rules/ and corpora/, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from musegen.errors import PackError


def data_folder(name: Literal["rules", "corpora"]) -> Path:
    """The folder of that name: inside the installed package, or at the top of the checkout.

    Raises:
        PackError: neither is there.

    >>> data_folder("corpora").is_dir()
    True
    """
    package = Path(__file__).resolve().parent.parent
    shipped, checkout = package / "_data" / name, package.parent / name
    if shipped.is_dir():
        return shipped
    if checkout.is_dir() and (package.parent / "pyproject.toml").is_file():
        return checkout
    raise PackError(f"the folder {name}/ is not there", file=str(shipped), hint="install musegen again")
