"""Four parts on paper: kept notes beside new ones, under numerals; how the answer of any engine becomes a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from musegen.engraving.metrical_ties import tied_in_meter
from musegen.generation.voicings import PARTS, Chord
from musegen.score.barlines import split_at_barlines
from musegen.score.model import HarmonyLabel, Notice, Score
from musegen.score.musicxml_labels import label_order
from musegen.score.table import NOTE_DTYPE, NoteTable, Rows


def on_paper(
    source: Score,
    kept: Rows,
    records: list[dict[str, int]],
    labels: Iterable[HarmonyLabel],
    notices: Iterable[Notice] = (),
    *,
    shows_beats: bool = True,
) -> Score:
    """The rows that are kept, with their ids and lyrics, and new notes, in the measures of a score.

    `kept` are written rows whose part is 0 to 3, S A T B; `records` are new notes, which may cross barlines and beats:
    each has onset, duration, pitch, fifths, part and flags. Without `shows_beats` they are tied over barlines only.
    """
    written = tied_in_meter(records, source) if shows_beats else split_at_barlines(records, source.measures)
    new = NoteTable.of(written).rows.copy()
    new["id"] = np.arange(len(new)) + int(kept["id"].max(initial=-1)) + 1
    names = {int(number) for number in kept["id"]}
    return replace(
        source,
        notes=NoteTable(np.concatenate([kept, new]).astype(NOTE_DTYPE)).ordered(),
        parts=PARTS,
        harmonies=tuple(sorted(labels, key=label_order)),
        figures=(),
        lyrics=tuple(lyric for lyric in source.lyrics if lyric.note in names),
        note_names=(),
        colors=(),
        source=None,
        notices=(*source.notices, *notices),
        stream=None,
    )


def numeral_label(onset: int, chord: Chord) -> HarmonyLabel:
    """The numeral of a chord, as it stands under the bass."""
    return HarmonyLabel(onset, "numeral", chord.numeral.figure, str(chord.key), part=3)
