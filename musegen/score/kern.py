"""The reader of Humdrum kern: bytes in, a Score out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore
from musegen.score.kern_measures import measured
from musegen.score.kern_parts import Layout, laid_out
from musegen.score.kern_records import metadata_of
from musegen.score.kern_tokens import REST
from musegen.score.kern_walk import Row, Syllable, Walk
from musegen.score.limits import on_fine_grid
from musegen.score.measure_grid import shared_measures
from musegen.score.model import Lyric, Score, Source
from musegen.score.plain_text import check_plain_text, decoded
from musegen.score.table import NOTE_DTYPE, NoteTable
from musegen.score.unwritable import refuse_unwritable

_UNSPLIT = "-"

Ints = npt.NDArray[np.int64]


def read_kern(data: bytes, name: str = "", digest: str = "") -> Score:
    """The score of a Humdrum file with `**kern` spines.

    A row's id counts notes and rests, part by part from the top, in each measure by measure voice by voice. Read are
    notes with spelling, ties, grace notes and fermatas, voices of split spines, meters, keys, clefs, barlines and
    repeats, instruments, syllables, and reference records; slurs, beams, ornaments, dynamics and expansions are not.

    Raises:
        MalformedScore: the file contradicts its format or holds no notes; names the measure and beat.

    >>> score = read_kern(b"**kern\\n*M3/4\\n=1\\n4c\\n2e-\\n==\\n*-")
    >>> score.notes["pitch"].tolist(), score.measures[0].barline
    ([60, 63], 'final')
    """
    check_plain_text(data)
    walk = on_fine_grid(partial(_walked, decoded(data)))
    if not walk.spines:
        raise MalformedScore("the file has no **kern spine")
    rows, facts = measured(walk)
    if not any(row.pitch != REST for row in rows):
        raise MalformedScore("the file holds no notes")
    measures, notices = shared_measures([facts], walk.unit)
    layout = _layout(walk)
    onsets = np.array([measure.onset for measure in measures], dtype=np.int64)
    table, numbers = _note_table(rows, layout, onsets)
    score = Score(
        table,
        measures,
        layout.parts,
        lyrics=_lyrics(walk.syllables, numbers),
        metadata=metadata_of(walk.records),
        ticks_per_quarter=walk.unit,
        source=Source(name, "kern", digest),
        notices=(*walk.bars.notices, *notices),
    )
    refuse_unwritable(score)
    return score


def _walked(text: str, unit: int) -> Walk:
    walk = Walk(unit)
    walk.through(text)
    return walk


def _layout(walk: Walk) -> Layout:
    voices: dict[int, int] = {}
    sums: dict[int, list[int]] = {}
    for row in walk.rows:
        if row.voice >= voices.get(row.spine, 0):
            voices[row.spine] = row.voice + 1
        if row.pitch != REST and walk.spines[row.spine].clef is None:
            sums.setdefault(row.spine, []).append(row.pitch)
    heights = {spine: sum(pitches) / len(pitches) for spine, pitches in sums.items()}
    return laid_out(walk.spines, voices, heights)


def _note_table(rows: Sequence[Row], layout: Layout, onsets: Ints) -> tuple[NoteTable, Ints]:
    """The notes, and the number of every row, rests included."""
    values = np.fromiter(chain.from_iterable(rows), np.int64, 8 * len(rows)).reshape(-1, 8).T
    onset, duration, pitch, fifths, spine, voice, measure, flags = values
    places = np.zeros((max(layout.places) + 1, 3), dtype=np.int64)
    for number, place in layout.places.items():
        places[number] = place
    part, staff, first_voice = places[spine].T
    voice = voice + first_voice
    order = np.lexsort((onset, voice, measure, part))
    numbers = np.empty(len(rows), dtype=np.int64)
    numbers[order] = np.arange(len(rows))
    table = np.empty(len(rows), dtype=NOTE_DTYPE)
    table["onset"], table["duration"], table["pitch"] = onset + onsets[measure], duration, pitch
    table["fifths"], table["part"], table["staff"], table["voice"] = fifths, part, staff, voice
    table["measure_index"], table["flags"], table["id"] = measure, flags, numbers
    return NoteTable(table[pitch != REST]).ordered(), numbers


def _lyrics(syllables: Sequence[Syllable], numbers: Ints) -> tuple[Lyric, ...]:
    """Syllables under their notes: a hyphen at an end says that the word goes on there."""
    found = []
    for row, verse, text in syllables:
        before, after = text.startswith(_UNSPLIT), text.endswith(_UNSPLIT)
        kind = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        plain = text.strip(_UNSPLIT).strip()
        if plain:
            found.append(Lyric(int(numbers[row]), str(verse), plain, kind[before, after]))
    return tuple(sorted(found))
