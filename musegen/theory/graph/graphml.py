"""GraphML of a graph, for Gephi, yEd, Cytoscape, igraph and networkx, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from musegen.errors import MalformedScore, UnreadableFile
from musegen.theory.graph.records import about_values, graph_from, records
from musegen.theory.graph.schema import KINDS
from musegen.theory.graph.structure import VoiceLeadingGraph

_SPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_NUMPY = {"text": "string", "code": "string", "bool": "boolean", "float64": "double"}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_BYTES = 1 << 28


def to_graphml(graph: VoiceLeadingGraph) -> bytes:
    """The graph as a GraphML document; equal graphs give equal bytes. Characters that XML cannot hold become U+FFFD.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> document = to_graphml(voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5")))
    >>> b'<edge id="succession:0" source="note:0" target="note:1">' in document
    True
    """
    head = about_values(graph.about)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<graphml xmlns="{_SPACE}">']
    lines += [_key("graph", name, _TYPES[type(value)]) for name, value in head.items()]
    lines += [_key(domain, name, type_) for (domain, name), type_ in sorted(_attributes().items())]
    lines.append('<graph id="voice-leading" edgedefault="directed">')
    lines += [_data("graph", name, value) for name, value in head.items()]
    for record in records(graph):
        domain = "edge" if record.kind.is_edge else "node"
        ends = f' source="{record.source}" target="{record.target}"' if record.kind.is_edge else ""
        values = {"kind": record.kind.name} | record.values
        inside = "".join(_data(domain, name, value) for name, value in values.items())
        lines.append(f'<{domain} id="{record.id}"{ends}>{inside}</{domain}>')
    return "\n".join([*lines, "</graph>", "</graphml>", ""]).encode("utf-8")


def _attributes() -> dict[tuple[str, str], str]:
    """The GraphML type of every attribute of nodes and edges: one name has one type in each."""
    found = {("node", "kind"): "string", ("edge", "kind"): "string"}
    for kind in KINDS.values():
        domain = "edge" if kind.is_edge else "node"
        for column in kind.columns:
            if column.name not in ("source", "target"):
                found[domain, column.name] = _NUMPY.get(column.kind, "long")
    return found


def _key(domain: str, name: str, kind: str) -> str:
    return f'<key id="{domain}.{name}" for="{domain}" attr.name={quoteattr(name)} attr.type="{kind}"/>'


def _data(domain: str, name: str, value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)
    return f'<data key="{domain}.{name}">{escape(_FORBIDDEN.sub("�", text))}</data>'


def from_graphml(document: bytes) -> VoiceLeadingGraph:
    """The graph of what `to_graphml` wrote.

    Raises:
        UnreadableFile: it is too large, or no XML.
        MalformedScore: it is no voice-leading graph.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5"))
    >>> from_graphml(to_graphml(graph)) == graph
    True
    """
    from lxml import etree

    if len(document) > MAX_BYTES:
        raise UnreadableFile(f"it is larger than {MAX_BYTES >> 20} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"this is no XML: {str(error)[:80]}") from None
    graph = root.find(f"{{{_SPACE}}}graph")
    if graph is None:
        raise MalformedScore("this is no GraphML")
    return graph_from(_values(graph), _elements(graph))


def _elements(graph: Any) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for element in graph.iterchildren(f"{{{_SPACE}}}node", f"{{{_SPACE}}}edge"):
        names = (element.get(name, "") for name in ("id", "source", "target"))
        yield *names, _values(element)


def _values(element: Any) -> dict[str, Any]:
    """The attributes of a node, an edge or the graph, as text."""
    data = element.iterchildren(f"{{{_SPACE}}}data")
    return {item.get("key", "").partition(".")[2]: item.text or "" for item in data}
