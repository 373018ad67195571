"""Drums: kits are written and read again without loss, sound on channel 10, and nobody else hears them."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.engraving.midi import midi
from musegen.engraving.musicxml import write_musicxml
from musegen.features.extractor import measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.rules.engine import check
from musegen.score.midi import read_midi
from musegen.score.model import Drum, Part
from musegen.score.music21_door import from_music21, to_music21
from musegen.score.musicxml import read_musicxml
from musegen.score.percussion import PERCUSSION, as_displayed, drums_by_name, kit_of
from musegen.score.serial import packed, unpacked
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse

EIGHTH = 5040
TUNE = parse_grid(
    "key: G major; meter: 4/4\nS: b4 a4 g4 f#4 | g4 . d5 .\nB: g3 d3 e3 d3 | g2 . . .\nC: G D Em D | G . . ."
)
NUMBERS = sorted(drum.number for drum in drums_by_name().values())


def with_drums(strokes, kit=None):
    """The tune with strokes, pairs of eighth and number, in a part below it."""
    struck = sorted(set(strokes))
    part = len(TUNE.parts)
    added = NoteTable.of(
        {
            "onset": eighth * EIGHTH, "duration": EIGHTH, "pitch": number, "part": part, "flags": int(Flag.UNPITCHED),
            "fifths": (0, 7, 2, -3, 4, -1, 6, 1, 8, 3, -2, 5)[number % 12], "measure_index": eighth // 8, "id": 100 + n,
        }
        for n, (eighth, number) in enumerate(struck)
    )  # fmt: skip
    notes = NoteTable(np.concatenate([TUNE.notes.rows, added.rows])).ordered()
    drums = Part("P3", "Drums", "", (PERCUSSION,), (0, 0), 1, kit or kit_of(number for _, number in struck))
    return replace(TUNE, notes=notes, parts=(*TUNE.parts, drums))


def music(score):
    rows = score.notes.rows[["onset", "duration", "pitch", "fifths", "part", "flags"]]
    return sorted(rows.tolist())


strokes = st.lists(st.tuples(st.integers(0, 15), st.sampled_from(NUMBERS)), min_size=1, max_size=24)


@settings(max_examples=40, deadline=None)
@given(strokes)
def test_what_is_written_is_read_again(struck):
    score = with_drums(struck)
    again = read_musicxml(write_musicxml(score))
    assert again.parts == score.parts
    assert music(again) == music(score)
    assert unpacked(*packed(score)) == score


@settings(max_examples=20, deadline=None)
@given(strokes)
def test_drums_sound_on_channel_10_and_come_back(struck):
    score = with_drums(struck)
    again = read_midi(midi(score), "drums.mid", "")
    drums = [number for number, part in enumerate(again.parts) if part.kit]
    assert [again.parts[number].name for number in drums] == ["Drums"]
    heard = again.notes.rows[again.notes["part"] == drums[0]]
    assert {(int(row["onset"]) // EIGHTH, int(row["pitch"])) for row in heard} == set(struck)
    assert (heard["flags"] & Flag.UNPITCHED > 0).all()
    assert again.parts[drums[0]].kit == score.parts[-1].kit


def test_a_kit_of_ones_own_keeps_places_and_heads():
    kit = (Drum(36, "Bass drum", 65, ""), Drum(38, "Rim", 74, "slash"), Drum(90, "Thunder sheet", 79, "diamond"))
    score = with_drums([(0, 36), (2, 38), (4, 90)], kit)
    xml = write_musicxml(score)
    assert b"<midi-unpitched>37</midi-unpitched>" in xml
    assert b"<midi-channel>10</midi-channel>" in xml
    assert b"<notehead>slash</notehead>" in xml
    assert b"<sign>percussion</sign>" in xml
    assert read_musicxml(xml).parts == score.parts


def test_without_keys_an_unpitched_note_is_its_place_as_before():
    score = with_drums([(0, 36)])
    bare = as_displayed(score)
    again = read_musicxml(write_musicxml(bare))
    assert again.parts[-1].kit == ()
    assert again.notes["pitch"][again.notes.has(Flag.UNPITCHED)].tolist() == [65]


def test_music21_gets_drums_at_their_places():
    score = with_drums([(0, 36), (3, 42)])
    assert from_music21(to_music21(score)).notes["pitch"].tolist() == as_displayed(score).notes["pitch"].tolist()


def test_nothing_else_hears_the_drums():
    score = with_drums([(eighth, number) for eighth in range(16) for number in (36, 42)])
    for pack in ("accompaniment", "lead-sheet", "melody", "ranges"):
        assert [str(item) for item in check(score, pack).findings] == [str(item) for item in check(TUNE, pack).findings]
    features = chosen(())
    here, there = (np.array(measured(PieceView(piece), features)) for piece in (score, TUNE))
    assert np.array_equal(here, there, equal_nan=True)
    one, other = analyse(score), analyse(TUNE)
    assert str(one.key) == str(other.key)
    assert [(span.onset, str(span.numeral)) for span in one.chords] == [
        (span.onset, str(span.numeral)) for span in other.chords
    ]
