"""A chorale by its notes alone: four voices in four parts, without numerals, words or names; and how it is heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from musegen.errors import UnreadableFile
from musegen.generation.paper import on_paper
from musegen.score.keeping import kept
from musegen.score.model import Metadata, Score
from musegen.score.table import NOTE_DTYPE, Flag
from musegen.score.voices import Voices, assign_voices
from musegen.theory.analysis import Analysis
from musegen.theory.kept_analyses import kept_analysis

VOICES = 4


def plain(score: Score) -> Score:
    """The four voices of a score, on whatever staves they stand, as four parts; meter, notes and fermatas are left.

    Raises:
        UnreadableFile: it has not four voices.

    >>> from musegen.score.textgrid import parse_grid
    >>> plain(parse_grid("meter: 2/4\\nS: c5 d5\\nA: g4 g4\\nT: e4 d4\\nB: c3 b2\\nH: I V6")).harmonies
    ()
    """
    return kept(score, "plain", _plain)


def notes_alone(score: Score) -> tuple[Score, Analysis]:
    """The score as `plain` has it, and what the neural engine hears in it; kept on disk.

    Raises:
        UnreadableFile: it has not four voices.
    """
    bare = plain(score)
    return bare, kept(bare, "heard", lambda piece: kept_analysis(piece, "neural", "tonal"))


def _plain(score: Score) -> Score:
    voices = assign_voices(score)
    if len(voices.names) != VOICES:
        raise UnreadableFile(f"a chorale has four voices; here are {len(voices.names)}", file=score.path)
    alone = replace(score, lyrics=(), directions=(), metadata=Metadata(), notices=())
    none_kept = np.zeros(0, dtype=NOTE_DTYPE)
    return replace(on_paper(alone, none_kept, list(_records(voices)), (), shows_beats=False), four_voices=False)


def _records(voices: Voices) -> Iterator[dict[str, int]]:
    rows = [*enumerate(voices.line.tolist()), *voices.shared]
    names = ("onset", "duration", "pitch", "fifths")
    for row, line in rows:
        if line >= 0:
            note = voices.notes.rows[row]
            yield {name: int(note[name]) for name in names} | {"part": line, "flags": int(note["flags"]) & Flag.FERMATA}
