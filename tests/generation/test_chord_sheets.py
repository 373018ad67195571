"""Progressions on paper: each sonority is a named chord, full closes have the tonic on top, sopranos can be sung."""

from itertools import pairwise

import numpy as np
import pytest

from musegen.generation.cadence_words import parse_cadences
from musegen.generation.progressions.asking import ChordsAsked
from musegen.generation.progressions.making import progression
from musegen.generation.progressions.sheet import labels_of, sheet_of, words_of
from musegen.generation.progressions.voicing import full_closes
from musegen.score.meter import TimeSignature
from musegen.score.table import Flag
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.progressions.chords import vocabulary
from musegen.theory.progressions.progression import Progression, grid_of
from musegen.theory.progressions.reading import progression_of

PULSE = 10080
ASKED = [
    ChordsAsked(Key.parse("E-"), style="song"), ChordsAsked(Key.parse("f"), style="chorale"),
    ChordsAsked(Key.parse("A"), TimeSignature(3, 4), 8, "chorale"), ChordsAsked(Key.parse("D"), level=5),
    ChordsAsked(Key.parse("d"), TimeSignature(6, 8), 4, "song", cadences=parse_cadences("PAC")),
]  # fmt: skip


@pytest.fixture(scope="module", params=range(len(ASKED)), ids=lambda number: ASKED[number].key.words)
def made(request):
    piece = progression(ASKED[request.param], np.random.default_rng(3))
    return piece, sheet_of(piece)


def of_figures(text, *, key="C", style="chorale", phrase=2):
    """A progression of a chord a beat in 4/4."""
    home, named = Key.parse(key), vocabulary().numerals[Key.parse(key).minor]
    figures = text.replace("|", " ").split()
    places = [next(n for n, name in enumerate(named) if name is not None and name.figure == one) for one in figures]
    meter = TimeSignature(4, 4)
    return Progression(home, meter, style, grid_of(meter, len(figures) // 4, phrase=phrase), np.array(places))


def soprano(sheet):
    """(onset, pitch) of the top voice, ties merged."""
    notes = sheet.notes.sounding()
    rows = notes.rows[notes["part"] == 0]
    return rows["onset"], rows["pitch"]


def test_every_sonority_is_the_chord_that_the_sheet_names(made):
    piece, sheet = made
    notes = sheet.notes.sounding().rows
    labels = [label.onset for label in sheet.harmonies if label.kind == "numeral"]
    assert sorted(set(notes["onset"].tolist())) == labels
    length = sheet.end // len(piece.chords)
    for onset in labels:
        here = notes[notes["onset"] == onset]
        assert len(here) == 4
        sound = vocabulary().sounds[piece.chords[onset // length]]
        members = {7 * (tone + piece.key.tonic) % 12 for tone in sound.members}
        assert set((here["pitch"] % 12).tolist()) <= members
        assert here["pitch"].min() % 12 == 7 * (sound.bass + piece.key.tonic) % 12


def test_a_full_close_has_the_tonic_on_top(made):
    piece, sheet = made
    onsets, pitches = soprano(sheet)
    length = sheet.end // len(piece.chords)
    tops = full_closes(piece)
    assert (tops >= 0).any()
    for pulse in np.flatnonzero(tops >= 0).tolist():
        assert pitches[np.searchsorted(onsets, pulse * length)] % 12 == tops[pulse]


def test_the_soprano_stays_where_it_can_be_sung(made):
    _, pitches = soprano(made[1])
    assert 62 < pitches.min() < pitches.max() < 80
    assert np.median(pitches) > 66
    assert len(set(pitches.tolist())) > 2


def test_terminal_and_sheet_have_one_name_for_a_chord(made):
    piece, sheet = made
    told = [word for word in words_of(piece).split() if word not in ("|", "-") and not word.endswith(":")]
    assert told == [label.text for label in sheet.harmonies if label.kind == "numeral"]


def test_a_section_in_the_relative_major_is_told_in_it():
    piece = of_figures("i i iv V i i VII VII | III VI VII VII III III VI iiø7 | V V i i", key="a", phrase=1)
    sheet = sheet_of(piece)
    assert words_of(piece) == "i - iv V | C: vi - V - | I IV V - | I - IV a: iiø7 | V - i -"
    keys = {label.onset: label.key for label in sheet.harmonies if label.kind == "numeral"}
    assert (keys[0], keys[8 * PULSE]) == ("a", "C")
    assert progression_of(sheet).figures == piece.figures


def test_one_applied_dominant_is_no_change_of_key():
    piece = of_figures("I I V7/V V/V V V I I | IV IV V7 V7 I I I I")
    assert "G:" not in words_of(piece)


def test_a_flat_sixth_with_its_seventh_is_not_called_a_dominant():
    piece = progression_of(
        parse_grid("key: C major; meter: 4/4\nS: c5 . . . | c5 . b4 . | c5 . . .\nC: F . . . | Ab7 . G7 . | C . . .")
    )
    assert words_of(piece) == "IV - - - | bVI7[b7] - V7 - | I - - -"


def test_a_new_phrase_strikes_the_chord_that_ended_the_one_before():
    piece = of_figures("I I IV IV V V I I | I I IV IV V V I I", phrase=2)
    sheet = sheet_of(piece)
    assert words_of(piece) == "I - IV - | V - I - | I - IV - | V - I -"
    onsets, _ = soprano(sheet)
    assert 8 * PULSE in onsets.tolist()
    held = sheet.notes.rows[sheet.notes.rows["onset"] == 8 * PULSE]
    assert not (held["flags"] & Flag.TIED_FROM_PREVIOUS).any()


def test_phrases_of_a_chorale_end_under_fermatas():
    sheet = sheet_of(of_figures("I I IV IV V V I I | I I ii6 ii6 V V I I", phrase=2))
    marked = sheet.notes.rows[sheet.notes.has(Flag.FERMATA)]
    assert set((marked["onset"] + marked["duration"]).tolist()) == {8 * PULSE, 16 * PULSE}


@pytest.mark.parametrize(
    ("chords", "symbol", "figure", "bass"),
    [
        ("C . D#o7 . | Dm7 . G7 .", "E-o7", "biiio7", -3), ("C . D#o7 . | Em . G7 .", "D#o7", "viio7/iii", 9),
        ("G7 . C#o7 . | C . G7 .", "D-o7", "biio7", -5), ("C . C#o7 . | Dm . G7 .", "C#o7", "viio7/ii", 7),
        ("C . Co7 . | Dm7 . G7 .", "Co7", "io7", 0),
    ],
)  # fmt: skip
def test_a_diminished_seventh_is_spelled_as_it_moves(chords, symbol, figure, bass):
    tune = f"key: C major; meter: 4/4\nS: c5 . . . | c5 . b4 . | c5 . . .\nC: {chords} | C . . ."
    piece = progression_of(parse_grid(tune))
    labels = [(label.kind, label.text) for label in labels_of(piece) if label.onset == 2 * PULSE]
    assert labels == [("chord_symbol", symbol), ("numeral", figure)]
    notes = sheet_of(piece).notes.rows
    assert notes[(notes["onset"] == 2 * PULSE) & (notes["part"] == 3)]["fifths"].tolist() == [bass]
    assert (np.abs(notes["fifths"]) < 10).all()  # G sharp and F flat are the last


def test_there_are_no_double_flats_in_flat_keys():
    tune = "key: E- major; meter: 4/4\nS: e-5 . . . | c5 . b-4 . | e-5 . . .\nC: Eb . Ebo7 . | Fm7 . Bb7 . | Eb . . ."
    assert sheet_of(progression_of(parse_grid(tune))).notes["fifths"].min() >= -8


def test_vii_leads_to_the_relative_major():
    from musegen.generation.syntax import follows

    seven, three = (parse_numeral(figure, minor=True) for figure in ("VII", "III"))
    assert follows(seven, three) > follows(seven, parse_numeral("VI", minor=True)) > 0


LEADING_TONES = ["I V7/V V V7 | I IV V I", "I V I V6 | I V7/vi vi ii | V7/V V I I6 | ii6 V7 I I"]


@pytest.mark.parametrize("figures", LEADING_TONES)
def test_leading_tones_inside_rise_unless_a_phrase_closes(figures):
    sheet = sheet_of(of_figures(figures, phrase=len(figures.split("|"))))
    (last,) = {int(sheet.notes["onset"].max())}
    assert [falls for falls in _fallen(sheet) if falls != last] == []


def _fallen(sheet):
    """Onsets to which a third of a dominant in alto or tenor leaps down though its tonic follows."""
    notes = sheet.notes.sounding()
    labels = sorted(label for label in sheet.harmonies if label.kind == "numeral")
    names = [parse_numeral(label.text, minor=False) for label in labels]
    for before, (here, after) in zip(names, pairwise(labels), strict=False):
        goal = parse_numeral(after.text, minor=False)
        leads = 7 * (before.root + 4) % 12
        if "V" not in before.figure or goal.root != before.root - 1:
            continue
        for part in (1, 2):
            line = notes.rows[notes["part"] == part]
            one, other = (line["pitch"][line["onset"] <= label.onset][-1] for label in (here, after))
            if one % 12 == leads and one - other > 2:
                yield after.onset
