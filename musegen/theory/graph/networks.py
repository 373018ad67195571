"""The graph as a networkx MultiDiGraph: a view of the arrays, for whoever draws or searches it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from musegen.theory.graph.records import about_values, records
from musegen.theory.graph.structure import VoiceLeadingGraph

if TYPE_CHECKING:
    from networkx import MultiDiGraph
else:
    MultiDiGraph = Any


def to_networkx(graph: VoiceLeadingGraph) -> MultiDiGraph:
    """A MultiDiGraph with all attributes; nodes are `note:12`, edge keys `succession:3`, codes are names.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> network = to_networkx(voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5")))
    >>> network.nodes["note:0"]["name"], network.edges["note:0", "note:1", "succession:0"]["move"]
    ('E5', 'STEP')
    """
    import networkx

    network = networkx.MultiDiGraph(**about_values(graph.about))
    for record in records(graph):
        values = {"kind": record.kind.name} | record.values
        if record.kind.is_edge:
            network.add_edge(record.source, record.target, key=record.id, **values)
        else:
            network.add_node(record.id, **values)
    return network
