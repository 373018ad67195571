"""The text grid: chords, ties, staves, labels and modes, as rule fragments use them."""

import pytest

from musegen.errors import MalformedScore
from musegen.score.model import HarmonyLabel, KeySignature
from musegen.score.table import Flag
from musegen.score.textgrid import parse_grid


def test_a_piano_has_two_staves_and_its_hands_play_chords():
    score = parse_grid("Flute: d5 . . .\nPiano/1: c4+e4+g4 . . .\nPiano/2: c2 . . .")
    assert [part.name for part in score.parts] == ["Flute", "Piano"]
    assert [clef.sign for clef in score.parts[1].clefs] == ["G", "F"]
    piano = score.notes.where(score.notes["part"] == 1)
    hands = zip(piano["staff"].tolist(), piano["pitch"].tolist(), strict=True)
    assert sorted(hands) == [(1, 60), (1, 64), (1, 67), (2, 36)]


def test_a_tie_is_taken_up_by_the_same_pitch_only():
    first, second, third, _ = (int(row["flags"]) for row in parse_grid("S: c5~ c5~ d5 e5").notes.rows)
    assert first == Flag.TIED_TO_NEXT
    assert second == Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS
    assert third == 0


def test_figures_last_until_the_next_and_flat_symbols_are_read():
    score = parse_grid("S: c5 b4 c5 d5\nB: c3 d3 e3 f3\nC: Bb/Db . Bbm7 .\nF: - 6,5 . #")
    assert [(item.onset, item.duration, item.figures) for item in score.figures] == [
        (0, 10080, ()), (10080, 20160, ("6", "5")), (30240, 10080, ("#",)),
    ]  # fmt: skip
    assert [label.text for label in score.harmonies] == ["B-/D-", "B-m7"]
    assert isinstance(score.harmonies[0], HarmonyLabel)


@pytest.mark.parametrize(("key", "sharps"), [("d dorian", 0), ("e phrygian", 0), ("g mixolydian", 0), ("f# dorian", 4)])
def test_modes_have_their_signatures(key, sharps):
    assert parse_grid(f"key: {key}\nS: d5").measures[0].key_signature == KeySignature(sharps, key.split()[1])


def test_a_mode_that_is_none_is_named():
    with pytest.raises(MalformedScore, match="d dorean"):
        parse_grid("key: d dorean\nS: d5")
