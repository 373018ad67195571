"""Playing together with the machine: it answers in time, in key and on the grid, whatever is played."""

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.generation.continuation.beat import SIXTEENTH, beat_of, counted_in
from musegen.generation.continuation.keys import KeyFinder, spelled, symbol_at
from musegen.generation.continuation.rounds import is_in_key
from musegen.generation.continuation.session import Note, Session, Setting
from musegen.generation.continuation.writing import score_of_lines
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import METERS, home_named

BAR = 96
CALL = (62, 65, 69, 74, 72, 69, 65, 64)


def _answers(session, start):
    notes = []
    while note := session.next(start):
        notes.append(note)
    return notes


def _called(session, start=0, pitches=CALL):
    for number, pitch in enumerate(pitches):
        session.hear(start + 12 * number, pitch)


@pytest.mark.parametrize("meter", METERS, ids=str)
def test_after_one_measure_the_machine_answers_with_one_in_every_meter(meter):
    session = Session(Setting(meter=meter, key=home_named("D dorian"), measures=1), np.random.default_rng(1))
    bar = int(meter.quarters * 24)
    session.hear(0, 62)
    notes = _answers(session, bar)
    assert notes
    assert notes[0].onset >= bar
    assert notes[-1].end <= 2 * bar
    assert all(note.onset % SIXTEENTH == 0 for note in notes)
    assert all(is_in_key(session.key, note.pitch) for note in notes)


def test_round_after_round_all_is_in_key_and_answers_end_on_the_tonic():
    session = Session(Setting(key=home_named("D dorian"), measures=2), np.random.default_rng(2))
    for number in range(12):  # 48 measures: the second round, too
        start = 4 * BAR * number
        _called(session, start)
        notes = _answers(session, start + 2 * BAR)
        assert start + 2 * BAR <= notes[0].onset
        assert notes[-1].end <= start + 4 * BAR
        assert all(is_in_key(session.key, note.pitch) for note in notes)
        assert notes[-1].pitch % 12 == 2


def test_the_key_is_found_from_what_was_played_and_kept_while_the_machine_plays_in_it():
    session = Session(Setting(measures=1), np.random.default_rng(3))
    assert session.key is None
    _called(session, pitches=(67, 69, 71, 74, 72, 71, 69, 67))
    assert _answers(session, BAR)
    assert session.key.words == "G major"
    _called(session, 2 * BAR, pitches=(68, 70, 63, 68, 61, 63, 68, 68))
    while session.prepare():
        pass
    assert session.key.words == "G major"


def test_the_machine_says_nothing_in_the_players_turn_and_does_not_listen_in_its_own():
    session = Session(Setting(key=home_named("C"), measures=1), np.random.default_rng(4))
    assert session.next(0) is None
    _called(session)
    first = session.next(BAR)
    session.hear(first.onset, 61)
    assert all(is_in_key(session.key, note.pitch) for note in _answers(session, BAR))
    assert session.next(2 * BAR) is None


def test_where_nothing_is_played_the_machine_still_answers():
    session = Session(Setting(measures=1), np.random.default_rng(5))
    assert _answers(session, BAR)
    assert session.key.words == "C major"


def test_what_one_has_played_alone_is_written_beside_an_empty_part():
    home = home_named("D")
    score = score_of_lines([[], [Note(0, 24, 62, 2), Note(12, 24, 64, 4)]], home, TimeSignature(4, 4))
    rows = score.notes.sounding().rows
    assert len(score.parts) == 2
    assert rows["part"].tolist() == [1, 1]
    assert rows["duration"].tolist() == [5040, 10080]  # the first ends where the second begins
    with pytest.raises(UsageError, match="nothing was played"):
        score_of_lines([[], []], home, TimeSignature(4, 4))


def test_with_free_turns_the_machine_goes_on_whenever_it_is_asked_and_gives_way():
    session = Session(Setting(key=home_named("D"), turns="follow"), np.random.default_rng(6))
    _called(session, pitches=(62, 66, 69, 74))
    notes = [session.next(2 * BAR) for _ in range(5)]
    assert notes[0].onset >= 2 * BAR
    onset = notes[-1].end
    session.hear(onset - 12, 66)  # into its last note
    session.hear(onset + 12, 69)
    after = session.next(onset + 24)
    assert after.onset >= onset + 24


def test_the_same_seed_plays_the_same_notes_however_often_it_prepares():
    played = []
    for prepares in (False, True):
        session = Session(Setting(key=home_named("D dorian"), measures=1), np.random.default_rng(7))
        for number, pitch in enumerate(CALL):
            session.hear(12 * number, pitch)
            while prepares and number > 3 and session.prepare():
                pass
        played.append(_answers(session, BAR))
    assert played[0] == played[1]


def test_a_note_that_is_released_early_leaves_a_rest():
    """A rest of a half note stands in the machine's memory, and the answer still begins at the barline or after."""
    session = Session(Setting(key=home_named("C"), measures=1), np.random.default_rng(8))
    session.hear(0, 60)
    session.release(24)
    notes = _answers(session, BAR)
    assert notes[0].onset >= BAR


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"meter": TimeSignature(5, 4)}, "no melody in 5/4"),
        ({"measures": 0}, "turns of 0 measures"),
        ({"measures": 17}, "turns of 17 measures"),
        ({"turns": "never"}, "no way to take turns"),
        ({"temperature": 0}, "temperature of 0"),
        ({"style": "baroque"}, "no style"),
        ({"genre": "tango"}, "no genre"),
    ],
)
def test_what_nobody_can_play_is_refused(asked, told):
    with pytest.raises(UsageError, match=told):
        Session(Setting(**asked), np.random.default_rng(1))


def test_wrong_notes_and_places_are_refused():
    session = Session(Setting(measures=1), np.random.default_rng(1))
    with pytest.raises(UsageError, match="no MIDI number"):
        session.hear(0, 128)
    with pytest.raises(UsageError, match="no place on the grid"):
        session.hear(1, 60)
    with pytest.raises(UsageError, match="no place on the grid"):
        session.next(-3)


def test_notes_that_are_played_unevenly_stand_on_the_grid():
    beat = beat_of(100, TimeSignature(4, 4))
    rng = np.random.default_rng(9)
    places = np.arange(0, 400, 12)
    late = [beat.seconds(int(place)) + rng.normal(0, 0.02) for place in places]
    assert [beat.snapped(time) for time in late] == places.tolist()


def test_a_count_in_says_tempo_and_first_barline():
    beat = counted_in([1.0, 1.59, 2.2, 2.8], TimeSignature(4, 4))
    assert round(beat.tempo) == 100
    assert abs(beat.start - 3.4) < 0.02


@pytest.mark.parametrize("tempo", [0, -3, float("nan"), 10_000])
def test_a_tempo_that_nobody_plays_is_refused(tempo):
    with pytest.raises(UsageError, match="nobody plays"):
        beat_of(tempo, TimeSignature(4, 4))


@pytest.mark.parametrize("taps", [[], [1.0], [1.0, 1.0], [0.0, 1.0, 1.2, 3.0]])
def test_a_count_in_that_tells_no_tempo_is_refused(taps):
    with pytest.raises(UsageError):
        counted_in(taps, TimeSignature(4, 4))


@pytest.mark.parametrize(
    ("pitches", "key"),
    [
        ((62, 64, 65, 67, 69, 71, 69, 65, 62), "D dorian"),
        ((57, 60, 64, 62, 60, 59, 56, 57), "A minor"),
        ((67, 71, 74, 72, 71, 69, 66, 67), "G major"),
        ((57, 61, 64, 67, 66, 64, 62, 61, 57), "A mixolydian"),
    ],
)
def test_keys_are_heard_from_a_few_notes(pitches, key):
    finder = KeyFinder()
    for pitch in pitches:
        finder.add(pitch, 1.0)
    assert finder.best().words == key


def test_every_midi_number_has_a_name_in_every_key():
    for key in ("C", "F# major", "Eb minor", "E phrygian", "Bb lydian"):
        home = home_named(key)
        for pitch in range(128):
            assert (7 * spelled(home, pitch) - pitch) % 12 == 0
            assert symbol_at(home, pitch) > 1
