"""A piece a fifth or more higher on the line of fifths: every note, signature and label moved alike."""

from dataclasses import replace

from musegen.score.table import NoteTable
from musegen.theory.keys import Key


def transposed(score, fifths):
    """The same piece `fifths` fifths higher (negative: lower), in the nearest octave."""
    semitones = (7 * fifths + 6) % 12 - 6
    rows = score.notes.rows.copy()
    rows["pitch"] += semitones
    rows["fifths"] += fifths
    measures = tuple(
        measure._replace(key_signature=measure.key_signature._replace(fifths=measure.key_signature.fifths + fifths))
        for measure in score.measures
    )
    return replace(
        score,
        notes=NoteTable(rows),
        measures=measures,
        harmonies=tuple(label._replace(key=_moved(label.key, fifths)) for label in score.harmonies),
    )


def _moved(name, fifths):
    key = Key.parse(name)
    return str(key._replace(tonic=key.tonic + fifths))
