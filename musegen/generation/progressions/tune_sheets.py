"""Lead sheets: the melody of any score, note for note, under chord symbols that are set over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from musegen.generation.melody import written_rows
from musegen.generation.progressions.chorale_setting import chorale_chords_over
from musegen.generation.progressions.setting import chords_over
from musegen.score.model import TREBLE, Measure, Part, Score
from musegen.score.table import NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.form.phrases import marks_its_phrases, top_line
from musegen.theory.keys import Key
from musegen.theory.progressions.progression import Style


class LeadSheet(NamedTuple):
    """A melody under chord symbols."""

    score: Score
    key: Key
    words: str  # the key, the chords, and what was left out of the score


def lead_sheets(
    score: Score, count: int = 1, *, key: Key | None = None, style: Style | None = None
) -> Iterator[LeadSheet]:
    """Up to `count` lead sheets of a score, best first.

    A tune that marks its phrases with fermatas has chords of chorales, any other those of songs, unless `style` says
    otherwise. Of a score in several voices the top line is taken, and chord symbols are left out; of a tune everything
    else stays.

    Raises:
        UsageError: so many cannot be asked for.
        UnreadableFile: there is no melody.
    """
    voices = len(assign_voices(score).names)
    tune = melody_alone(score) if voices > 1 else score
    style = style or ("chorale" if marks_its_phrases(tune) else "song")
    over = chorale_chords_over if style == "chorale" else chords_over
    kept = tuple(label for label in tune.harmonies if label.kind != "chord_symbol")
    left = f"; the top line of {voices} voices, without the others" if voices > 1 else ""
    for found in over(tune, count, key=key):
        told = " ".join(label.text for label in found.labels)
        sheet = replace(tune, harmonies=tuple(sorted((*kept, *found.labels))), measures=_ended(tune.measures))
        yield LeadSheet(sheet, found.key, f"{found.key.words}, as a {style}{left}: {told}")


def _ended(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """A sheet that ends with the double barline of a section has a final one."""
    last = measures[-1]
    return (*measures[:-1], last._replace(barline="final")) if last.barline == "double" else measures


def melody_alone(score: Score) -> Score:
    """The top line of a score on one staff, with its words.

    >>> from musegen.score.textgrid import parse_grid
    >>> len(melody_alone(parse_grid("meter: 2/4\\nS: e5 d5\\nB: c3 g3")).notes)
    2
    """
    line = top_line(score)
    rows = score.notes.where(written_rows(score.notes, line)).rows.copy()
    names = {score.parts[part].name for part in set(rows["part"].tolist())}
    rows["part"], rows["staff"], rows["voice"] = 0, 1, 1
    kept = {int(number) for number in rows["id"]}
    part = Part("P1", names.pop() if len(names) == 1 else "Melody", clefs=(TREBLE,))
    return replace(
        score,
        notes=NoteTable(rows).ordered(),
        parts=(part,),
        harmonies=(),
        figures=(),
        lyrics=tuple(lyric for lyric in score.lyrics if lyric.note in kept),
        note_names=(),
        colors=(),
        stream=None,
    )
