"""The node-link JSON of a graph, as `networkx.node_link_graph(..., edges="edges")` reads it, and back."""

from __future__ import annotations

import json
from typing import Any

from musegen.errors import MalformedScore
from musegen.theory.graph.records import about_values, graph_from, records
from musegen.theory.graph.structure import VoiceLeadingGraph


def to_node_link(graph: VoiceLeadingGraph) -> dict[str, Any]:
    """A dictionary of plain values: `graph` with format and version, `nodes`, `edges`, always in the same order.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> found = to_node_link(voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5")))
    >>> found["nodes"][0]["id"], found["nodes"][0]["name"], found["edges"][0]["semitones"]
    ('note:0', 'E5', -2)
    """
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    for record in records(graph):
        if record.kind.is_edge:
            ends = {"source": record.source, "target": record.target, "key": record.id}
            edges.append(ends | {"kind": record.kind.name} | record.values)
        else:
            nodes.append({"id": record.id, "kind": record.kind.name} | record.values)
    head = {"directed": True, "multigraph": True, "graph": about_values(graph.about)}
    return head | {"nodes": nodes, "edges": edges}


def to_json(graph: VoiceLeadingGraph) -> str:
    """The node-link form as text, a node or an edge a line; equal graphs give equal text."""
    whole = to_node_link(graph)
    head = ", ".join(f"{json.dumps(name)}: {_line(whole[name])}" for name in ("directed", "multigraph", "graph"))
    lists = ",\n".join(f'"{name}": [\n' + ",\n".join(map(_line, whole[name])) + "\n]" for name in ("nodes", "edges"))
    return f"{{{head},\n{lists}}}\n"


def from_node_link(data: Any) -> VoiceLeadingGraph:
    """The graph of a node-link dictionary.

    Raises:
        MalformedScore: it is not one that `to_node_link` could have made.
    """
    try:
        about, nodes, edges = data["graph"], data["nodes"], data["edges"]
        found = [(node["id"], "", "", node) for node in nodes]
        found += [(edge["key"], edge["source"], edge["target"], edge) for edge in edges]
        found = [(str(name), str(source), str(target), dict(values)) for name, source, target, values in found]
        about = dict(about)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedScore(f"this is no node-link graph: {str(error)[:80]}") from None
    return graph_from(about, found)


def from_json(text: str | bytes) -> VoiceLeadingGraph:
    """The graph of what `to_json` wrote.

    Raises:
        MalformedScore: it is no such text.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5"))
    >>> from_json(to_json(graph)) == graph
    True
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedScore(f"this is no JSON: {str(error)[:80]}") from None
    return from_node_link(data)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
