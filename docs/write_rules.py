"""Writes docs/rules.md, the reference of the rules, from the catalogue (`make docs`)."""

from __future__ import annotations

import sys
from pathlib import Path

from musegen.rules.packs import catalogue
from musegen.rules.reference import reference_page

if __name__ == "__main__":
    page = reference_page(catalogue().values())
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(page)
    else:
        Path(__file__).with_name("rules.md").write_text(page, encoding="utf-8")
