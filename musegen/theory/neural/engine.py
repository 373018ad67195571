"""A piece read by the neural engine: what the network hears, decoded to keys and chords."""

from __future__ import annotations

from dataclasses import replace

from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.limits import refuse_length
from musegen.theory.neural.brief_keys import absorbed
from musegen.theory.neural.decoding import decode
from musegen.theory.neural.encoding import encode
from musegen.theory.neural.reading import hear
from musegen.theory.neural.resolutions import resolved
from musegen.theory.neural.spans import read_path
from musegen.theory.statistics import ChoraleStatistics


def read(score: Score, counts: ChoraleStatistics) -> Analysis:
    """Keys and chords of a piece in which something sounds."""
    piece = encode(score)
    refuse_length(len(piece))
    heard = hear(piece)
    path = decode(heard, counts)
    path = replace(path, taken=resolved(path.taken, heard.lowest))
    return read_path(score, piece, replace(path, taken=absorbed(path, heard.lowest)), heard.lowest)
