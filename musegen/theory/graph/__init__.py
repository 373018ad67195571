"""The voice-leading graph: notes, slices, chords and phrases, and how they lead to each other, as arrays."""

from musegen.theory.graph.arrays import feature_names, from_npz, to_hetero, to_hetero_data, to_npz
from musegen.theory.graph.build import voice_leading_graph
from musegen.theory.graph.drawing import graph_marks
from musegen.theory.graph.faults import antiparallels, crossings, parallels
from musegen.theory.graph.graphml import from_graphml, to_graphml
from musegen.theory.graph.histograms import Histogram, edge_histograms
from musegen.theory.graph.networks import to_networkx
from musegen.theory.graph.node_link import from_json, from_node_link, to_json, to_node_link
from musegen.theory.graph.structure import VoiceLeadingGraph
from musegen.theory.graph.targets import Targets, voice_leading_targets

__all__ = [
    "Histogram",
    "Targets",
    "VoiceLeadingGraph",
    "antiparallels",
    "crossings",
    "edge_histograms",
    "feature_names",
    "from_graphml",
    "from_json",
    "from_node_link",
    "from_npz",
    "graph_marks",
    "parallels",
    "to_graphml",
    "to_hetero",
    "to_hetero_data",
    "to_json",
    "to_networkx",
    "to_node_link",
    "to_npz",
    "voice_leading_graph",
    "voice_leading_targets",
]
