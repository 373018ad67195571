"""Chords found for melodies that everybody knows."""

import itertools
import json

import numpy as np
import pytest

import musegen
from musegen.cli import run
from musegen.errors import UnreadableFile, UsageError
from musegen.score.textgrid import parse_grid
from musegen.theory.form.phrases import phrase_end_notes
from musegen.theory.songs.melody_chords import chords_for
from musegen.theory.songs.ranking import Chain, best_path, likelihood, odds, ranked_paths

AMAZING_GRACE = """key: G major; meter: 3/4; pickup: 1; unit: 1/8
S: d4 . | g4 . . . b4 g4 | b4 . . . a4 . | g4 . . . e4 . | d4 . . . d4 . | \
g4 . . . b4 g4 | b4 . . . a4 . | d5 . . . . . | d5 . . . b4 . | d5 . . . b4 g4 | \
b4 . . . a4 . | g4 . . . e4 . | d4 . . . d4 . | g4 . . . b4 g4 | b4 . . . a4 . | \
g4 . . . . . | g4 . . ."""
AULD_LANG_SYNE = """key: F major; meter: 4/4; pickup: 1; unit: 1/8
S: c4 . | f4 . . e4 f4 . a4 . | g4 . . f4 g4 . a4 . | f4 . . f4 a4 . c5 . | d5 . . . . . d5 . | \
c5 . . a4 a4 . f4 . | g4 . . f4 g4 . a4 . | f4 . . d4 d4 . c4 . | f4 . . . . . d5 . | c5 . . a4 a4 . f4 . | \
g4 . . f4 g4 . d5 . | c5 . . a4 a4 . c5 . | d5 . . . . . d5 . | c5 . . a4 a4 . f4 . | g4 . . f4 g4 . a4 . | \
f4 . . d4 d4 . c4 . | f4 . . . . . r r"""
GREENSLEEVES = """key: A minor; meter: 6/8; pickup: 1; unit: 1/16
S: a4 . | c5 . . . d5 . e5 . . f#5 e5 . | d5 . . . b4 . g4 . . a4 b4 . | \
c5 . . . a4 . a4 . . g#4 a4 . | b4 . . . g#4 . e4 . . . a4 . | c5 . . . d5 . e5 . . f#5 e5 . | \
d5 . . . b4 . g4 . . a4 b4 . | c5 . . b4 a4 . g#4 . . f#4 g#4 . | a4 . . . . . a4 . . . . . | \
g5 . . . . . g5 . . f#5 e5 . | d5 . . . b4 . g4 . . a4 b4 . | c5 . . . a4 . a4 . . g#4 a4 . | \
b4 . . . g#4 . e4 . . . . . | g5 . . . . . g5 . . f#5 e5 . | d5 . . . b4 . g4 . . a4 b4 . | \
c5 . . b4 a4 . g#4 . . f#4 g#4 . | a4 . . . . . a4 . . . . ."""
SUNG = {
    "Amazing Grace": (AMAZING_GRACE, "G", "G G/G7/D7 C/G/Em G G G/D7/A7/Em D7/D/G D7/G "
                                          "G G/G7/D7 C/G/Em G G/Em D7/D/G G G"),
    "Auld Lang Syne": (AULD_LANG_SYNE, "F", "F/Dm C7/Gm/C F/F7 B- F/Dm/Am C7/Gm/C/G7 F/B-/Dm F "
                                            "F C7/Gm/C F/F7 B-/Gm F C7/Gm/C F/B-/Dm F"),
    "Greensleeves": (GREENSLEEVES, "a", "Am/C G/Em Am/F E7/E Am G/Em Am/E7/F Am C/Em G Am/F E7/E C/Em G Am/E7/F Am"),
}  # fmt: skip
"""What musicians play, bar by bar; the slash parts what may stand there."""


@pytest.mark.parametrize("title", SUNG)
def test_the_chords_that_musicians_play_are_found_among_the_first_three(title):
    grid, key, played = SUNG[title]
    found = chords_for(parse_grid(grid), 1, every="measure")
    assert str(found.key) == key
    first = {measure: chord.symbol for chord in found.harmonisations[0].chords for measure in _measures(chord, found)}
    wanted = {slot.measure: set(bar.split("/")) for slot, bar in zip(found.slots, played.split(), strict=True)}
    in_three = [wanted[slot.measure] & {choice.symbol for choice in slot.choices[:3]} for slot in found.slots]
    assert np.mean([bool(hits) for hits in in_three]) >= 0.9
    assert np.mean([first[measure] in bars for measure, bars in wanted.items()]) >= 0.8
    assert found.harmonisations[0].chords[-1].numeral.figure in ("I", "i")


def _measures(chord, found):
    return [slot.measure for slot in found.slots if chord.onset <= slot.onset < chord.end]


def test_chorale_style_cadences_with_v_i_and_knows_inversions():
    tune = parse_grid("key: G major; meter: 4/4\nS: g4 a4 b4 g4 | c5 b4 a4^ . | b4 c5 d5 b4 | b4 a4 g4^ .")
    found = chords_for(tune, 3, style="chorale")
    best = [chord.symbol for chord in found.harmonisations[0].chords]
    assert best[-1] == "G"
    assert best[-2].startswith("D")
    assert any("/" in symbol for symbol in best)


def test_chords_at_every_half_measure_do_not_rest_on_one_root_for_three_measures():
    found = chords_for(musegen.read("bach/bwv347"), 1, every="half")
    roots = [chord.numeral.root for chord in found.harmonisations[0].chords for _ in _measures(chord, found)]
    assert max(len([*group]) for _, group in itertools.groupby(roots)) <= 4


def test_phrases_close_on_the_triads_of_tonic_and_dominant():
    score = musegen.read("bach/bwv269")
    ends = [onset for onset, _ in phrase_end_notes(score)]
    chords = chords_for(score, 1, every="half").harmonisations[0].chords
    closes = {one.numeral.figure for one in chords if any(one.onset <= end < one.end for end in ends)}
    assert closes == {"I", "V"}


def test_alternatives_differ_and_odds_add_up():
    found = chords_for(parse_grid(AMAZING_GRACE), 4)
    said = {tuple(chord[:2] + chord[4:5] for chord in one.chords) for one in found.harmonisations}
    assert len(said) == 4
    for slot in found.slots:
        chances = [choice.probability for choice in slot.choices]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) <= 1.001


def test_ranking_finds_what_trying_all_paths_finds():
    rng = np.random.default_rng(5)
    chain = Chain(rng.normal(size=(4, 3)), (rng.normal(size=(3, 3)), rng.normal(size=(3, 3))), np.array([0, 1, 0, 1]))
    paths = np.stack(np.meshgrid(*[np.arange(3)] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    values = np.array([likelihood(chain, path) for path in paths])
    assert best_path(chain).tolist() == paths[values.argmax()].tolist()
    weights = np.exp(values) / np.exp(values).sum()
    whole = np.array([[weights[paths[:, slot] == choice].sum() for choice in range(3)] for slot in range(4)])
    assert odds(chain) == pytest.approx(whole)
    likely = [likelihood(chain, path) for path in ranked_paths(chain, 5)]
    assert likely[1:] == sorted(likely[1:], reverse=True)
    assert likely[0] >= max(likely)


def test_no_melody_and_no_such_count_are_said():
    with pytest.raises(UnreadableFile, match="no melody"):
        chords_for(parse_grid("meter: 2/4\nS: r r"))
    with pytest.raises(UsageError, match="1 to 50 can"):
        chords_for(parse_grid("meter: 2/4\nS: c5 d5"), 0)


def test_the_command_writes_text_json_and_a_lead_sheet(tmp_path):
    tune, sheet = tmp_path / "tune.musicxml", tmp_path / "sheet.musicxml"
    musegen.write(parse_grid(AMAZING_GRACE), tune)
    assert run(["chords", str(tune), "-o", str(tmp_path / "a.txt")]) == 0
    assert "Key: G major (style: song)" in (tmp_path / "a.txt").read_text("utf-8")
    assert run(["chords", str(tune), "--format", "json", "--count", "2", "-o", str(tmp_path / "a.json")]) == 0
    assert len(json.loads((tmp_path / "a.json").read_text("utf-8"))["harmonisations"]) == 2
    assert run(["chords", str(tune), "--format", "musicxml", "-o", str(sheet)]) == 0
    found = musegen.analyse(str(sheet))
    assert found.symbols
    assert [chord.numeral.figure for chord in found.chords][-1] == "I"
    assert run(["chords", str(sheet), "--format", "musicxml", "-o", str(tmp_path / "b.musicxml")]) == 2
