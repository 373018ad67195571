"""Reports in every form: text for people and editors, JSON and SARIF for programs, JUnit for builds, Markdown, scores.

`written` gives a whole document of what was judged and what could not be read; `marked` draws on the score itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from musegen.rules.reports.common import Judged, Unreadable

__all__ = ["DOCUMENTS", "Judged", "Unreadable", "written"]

DOCUMENTS = {
    "text": "text",
    "json": "data",
    "ndjson": "data",
    "sarif": "sarif",
    "junit": "junit",
    "markdown": "markdown",
}
"""The formats, and the modules here that write them with a function `as_<format>`."""


def written(
    form: str, judged: Sequence[Judged], unreadable: Sequence[Unreadable] = (), *, fail_on: str = "error"
) -> str:
    """A report in one of the `DOCUMENTS`, whose module is imported now. `fail_on` decides what fails in JUnit.

    >>> written("text", [])
    '0 files: no findings\\n'
    """
    writer: Callable[..., str] = getattr(import_module(f"{__name__}.{DOCUMENTS[form]}"), f"as_{form}")
    return writer(judged, unreadable, fail_on=fail_on) if form == "junit" else writer(judged, unreadable)
