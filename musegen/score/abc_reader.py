"""The ABC reader: the text of a tune in, a Score out (ABC 2.1, and the older ways of writing that corpora hold)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from musegen.errors import MalformedScore
from musegen.score.abc_bars import evened
from musegen.score.abc_tune import TuneReader
from musegen.score.abc_tunes import Tune, digest_of, place_of, places_of, unix_lines
from musegen.score.abc_voice import DURATION, FIFTHS, FLAGS, ID, MEASURE, ONSET, PITCH, VOICE, Voice
from musegen.score.limits import on_fine_grid
from musegen.score.measure_grid import MeasureFacts, shared_measures
from musegen.score.model import BASS, TREBLE, HarmonyLabel, Lyric, Measure, Notice, Part, Score, Source
from musegen.score.musicxml_attributes import Transposition, spelled_transposition
from musegen.score.musicxml_labels import label_order
from musegen.score.plain_text import check_plain_text, from_dos
from musegen.score.table import NOTE_DTYPE, NoteTable
from musegen.score.unwritable import refuse_unwritable

MAX_TUNE = 2 << 20  # bytes
_CHARSET = re.compile(rb"^(?:%%abc-|I:abc-)?charset\s+(?:iso-?8859-1|latin-?1)", re.MULTILINE | re.IGNORECASE)
_MIDDLE = 60  # middle C
_LOW = 59  # a line that lies lower on the whole is written in the bass clef


def read_abc(data: bytes, name: str, digest: str, tune: str = "") -> Score:
    """The score of a tune of an ABC file: of the one that `tune` names (`12`, `12.2`), else of the first.

    Of a named tune, the digest is that of its own text. Accidentals hold to the barline in all octaves, as ABC 2.1
    says (4.2; `%%propagate-accidentals` changes it); repeats are marked, not played.

    Raises:
        MalformedScore: the tune contradicts itself; says the line or the measure.
        UnreadableFile: there is no tune of that name.

    >>> score = read_abc(b"X:1\\nT:Air\\nM:3/4\\nL:1/4\\nK:G\\nD|G2 B|A2 ^c|d3|]", "air.abc", "")
    >>> score.metadata.title, score.notes["pitch"].tolist(), score.measures[0].number
    ('Air', [62, 67, 71, 69, 73, 74], '0')
    """
    text = unix_lines(data)
    places = places_of(text)
    chosen = place_of(text, tune) if tune else places[0]
    reader = _read(text, places[0].start, chosen)
    notices = (_first_of(places),) if not tune and len(places) > 1 else ()
    return _assemble(reader, Source(name, "abc", digest_of(text, chosen) if tune else digest), notices)


def _first_of(places: Sequence[Tune]) -> Notice:
    told = f"the collection holds {len(places)} tunes: the first is read"
    return Notice(f"{told}; write #{places[1].name} after the file's name for the next")


def _read(text: bytes, head: int, tune: Tune) -> TuneReader:
    """The tune on a grid fine enough for every length in it."""
    body = text[tune.start : tune.stop]
    check_plain_text(body, MAX_TUNE)
    check_plain_text(text[:head], MAX_TUNE)
    latin = _CHARSET.search(text[:head] + body) is not None
    first_line = text.count(b"\n", 0, tune.start) + 1
    words, preamble = _decoded(body, first_line, latin), _decoded(text[:head], 1, latin)

    def walked(unit: int) -> TuneReader:
        reader = TuneReader(unit)
        reader.read(preamble, words, first_line)
        return reader

    return on_fine_grid(walked)


def _decoded(text: bytes, first_line: int, latin: bool) -> str:
    try:
        return from_dos(text.decode("latin-1" if latin else "utf-8"))
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + first_line
        raise MalformedScore(f"line {line} holds letters that are not UTF-8", hint="save it as UTF-8") from None


def _assemble(reader: TuneReader, source: Source, notices: tuple[Notice, ...]) -> Score:
    unit = reader.ticks_per_quarter
    voices = [voice for voice in reader.voices.values() if voice.bars.facts]
    _check(voices)
    moved = [_transposition(voice) for voice in voices]
    facts, shorter = evened([_sounding(voice, change) for voice, change in zip(voices, moved, strict=True)])
    measures, uneven = shared_measures(facts, unit)
    firsts = np.cumsum([0, *(voice.seen for voice in voices)]).tolist()
    score = Score(
        _note_table(voices, measures, firsts, moved),
        measures,
        tuple(_part(number, voice) for number, voice in enumerate(voices)),
        harmonies=_harmonies(voices, measures),
        lyrics=tuple(
            Lyric(note + first, *words)
            for voice, first in zip(voices, firsts, strict=False)
            for note, *words in sorted(voice.lyrics)
        ),
        metadata=reader.metadata,
        ticks_per_quarter=unit,
        source=source,
        notices=(*notices, *(notice for voice in voices for notice in voice.notices), *shorter, *uneven),
    )
    refuse_unwritable(score)
    return score


def _check(voices: Sequence[Voice]) -> None:
    if not any(voice.rows or voice.chord_symbols for voice in voices):
        raise MalformedScore("the file holds no notes")
    if all(row[DURATION] == 0 for voice in voices for row in voice.rows) and any(voice.rows for voice in voices):
        raise MalformedScore("no note has a duration")


def _note_table(
    voices: Sequence[Voice], measures: Sequence[Measure], firsts: Sequence[int], moved: Sequence[Transposition | None]
) -> NoteTable:
    onsets = np.array([measure.onset for measure in measures], dtype=np.int64)
    tables = []
    for number, voice in enumerate(voices):
        rows = np.array(voice.rows, dtype=np.int64).reshape(-1, 8).T
        rows = rows[:, rows[MEASURE] < len(measures)]  # without grace notes after the last barline
        table = np.empty(rows.shape[1], dtype=NOTE_DTYPE)
        table["onset"], table["duration"] = rows[ONSET] + onsets[rows[MEASURE]], rows[DURATION]
        table["part"], table["staff"], table["voice"] = number, 1, rows[VOICE]
        table["measure_index"], table["flags"], table["id"] = rows[MEASURE], rows[FLAGS], rows[ID] + firsts[number]
        change = moved[number] or Transposition()
        table["pitch"] = rows[PITCH] + 12 * _octave(voice) + change.semitones
        table["fifths"] = rows[FIFTHS] + change.fifths
        tables.append(table)
    return NoteTable(np.concatenate(tables)).ordered()


def _octave(voice: Voice) -> int:
    """From written to sounding: as stated; old files write a bass line two octaves high under `bass`."""
    stated, clef = voice.setting.octave, voice.setting.clef
    if stated is None and clef == BASS and voice.rows and _mean_pitch(voice) >= _MIDDLE:
        return -2
    return stated or 0


def _mean_pitch(voice: Voice) -> float:
    return sum(row[PITCH] for row in voice.rows) / len(voice.rows)


def _transposition(voice: Voice) -> Transposition | None:
    stated = voice.setting.transpose
    return spelled_transposition(*stated) if stated else None


def _sounding(voice: Voice, moved: Transposition | None) -> list[MeasureFacts]:
    """The measures of a voice, with their key signatures at sounding pitch."""
    facts = voice.bars.numbered()
    if moved is None:
        return facts
    for bar in facts:
        if bar.key is not None:
            fifths = bar.key.fifths + moved.fifths
            bar.key = bar.key._replace(fifths=fifths - 12 * round(fifths / 12) if abs(fifths) > 7 else fifths)
    return facts


def _part(number: int, voice: Voice) -> Part:
    setting = voice.setting
    low = bool(voice.rows) and _mean_pitch(voice) < _LOW
    clef = setting.clef or (BASS if low else TREBLE)
    name, short = setting.name or "", setting.abbreviation or ""
    return Part(f"P{number + 1}", name, short, (clef,), setting.transpose or (0, 0))


def _harmonies(voices: Sequence[Voice], measures: Sequence[Measure]) -> tuple[HarmonyLabel, ...]:
    found = [
        HarmonyLabel(measures[index].onset + onset, "chord_symbol", text, part=number)
        for number, voice in enumerate(voices)
        for index, onset, text in voice.chord_symbols
        if index < len(measures)
    ]
    return tuple(sorted(found, key=label_order))
