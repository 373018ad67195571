"""Writes docs/features.md, the reference of the features, from their table (`make docs`)."""

from __future__ import annotations

import sys
from pathlib import Path

from musegen.features.reference import reference_page

if __name__ == "__main__":
    page = reference_page()
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(page)
    else:
        Path(__file__).with_name("features.md").write_text(page, encoding="utf-8")
