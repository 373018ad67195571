"""Writes the tables of docs/graph.md, every node and edge of the voice-leading graph, from its schema (`make docs`)."""

from __future__ import annotations

import sys
from pathlib import Path

from musegen.theory.graph.schema import EDGES, NODES, Column, TableKind

TABLES = "## Every node and edge"
HEAD = """
Numbers of nodes count from 0 in their table; -1 is none. Codes are small numbers in the arrays and names in GraphML,
JSON and networkx. This part is made from the code: `python docs/write_graph.py` writes it again.
"""


def tables() -> str:
    """A section for each kind of node and edge, a row a column."""
    return TABLES + "\n" + HEAD + "".join(_section(kind) for kind in (*NODES, *EDGES))


def _section(kind: TableKind) -> str:
    ends = f" (from {kind.source} to {kind.target})" if kind.is_edge else ""
    head = f"\n### `{kind.name}`\n\n{kind.meaning[0].upper()}{kind.meaning[1:]}{ends}.\n\n"
    rows = "".join(f"| `{column.name}` | {column.kind} | {_meaning(column)} |\n" for column in kind.columns)
    return f"{head}| column | type | meaning |\n|---|---|---|\n{rows}"


def _meaning(column: Column) -> str:
    names = ", ".join(f"`{name}`" if name else "(empty)" for name in column.names)
    return f"{column.meaning}: {names}" if names else column.meaning


if __name__ == "__main__":
    page = Path(__file__).with_name("graph.md")
    text = page.read_text(encoding="utf-8").partition(TABLES)[0] + tables()
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(text)
    else:
        page.write_text(text, encoding="utf-8")
