"""Reports in every form: text for people and editors, JSON and SARIF for programs, JUnit for builds, Markdown, scores.

Each writer takes what was judged and what could not be read, and gives the whole document. `marked` draws on the score.
"""

from __future__ import annotations

from musegen.rules.reports.common import Judged, Unreadable, beat_text
from musegen.rules.reports.data import as_json, as_ndjson
from musegen.rules.reports.junit import as_junit
from musegen.rules.reports.markdown import as_markdown
from musegen.rules.reports.sarif import as_sarif
from musegen.rules.reports.text import as_text, summary

__all__ = [
    "Judged",
    "Unreadable",
    "as_json",
    "as_junit",
    "as_markdown",
    "as_ndjson",
    "as_sarif",
    "as_text",
    "beat_text",
    "summary",
]
