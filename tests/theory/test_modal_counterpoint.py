"""Interval modules and points of imitation: counterpoint as it is woven, before any chord is named."""

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.modal.imitation import imitation_points
from musegen.theory.modal.interval_modules import interval_modules, kind_of


def modules(grid, size):
    return {row.module: row.occurrences for row in interval_modules(parse_grid(grid)) if row.size == size}


def test_a_suspended_close_is_the_module_7_6_8():
    grid = "meter: 4/4\nS: a4 . d5 d5 | d5 c#5 d5 .\nT: f4 . g4 f4 | e4 . d4 ."
    assert modules(grid, 3)["7 1 6 -2 8"] == 1
    assert kind_of("7 1 6 -2 8") == "clausula, 7-6-8"


def test_thirds_in_parallel_are_counted_at_every_beat_over_every_pair():
    grid = "meter: 4/4\nS: e5 f5 g5 a5\nA: c5 d5 e5 f5\nB: c4 d4 e4 f4"
    assert modules(grid, 2)["3 2 3"] == 3
    assert modules(grid, 2)["8 2 8"] == 3
    assert modules(grid, 2)["10 2 10"] == 3


def test_crossed_voices_are_read_from_the_lower_note():
    assert modules("meter: 2/4\nS: c4 d4\nT: e4 g4", 2) == {"3 2 4": 1}


def test_a_rest_breaks_a_module():
    assert modules("meter: 4/4\nS: e5 r g5 a5\nT: c5 d5 e5 f5", 2) == {"3 2 3": 1}


SOGGETTO = """
    meter: 4/4
    Cantus: r  .  .  .  | .  .  .  .  | d5 a4 c5 b4 | a4 . . .
    Altus:  d4 a4 c5 b4 | a4 . . .    | r  .  .  .  | r . . .
    Tenor:  r  .  .  .  | a3 d4 f4 e4 | d4 . . .    | r . . ."""


def test_a_soggetto_is_answered_at_the_fifth_by_a_fourth():
    (point,) = imitation_points(
        parse_grid(
            SOGGETTO.replace(
                "Cantus: r  .  .  .  | .  .  .  .  | d5 a4 c5 b4", "Cantus: r  .  .  .  | .  .  .  .  | d5 a5 c6 b5"
            ).replace("b5 | a4", "b5 | a5")
        )
    )
    assert point.soggetto == "D4 A4 C5 B4 A4"
    assert [(entry.voice, entry.pitch, entry.answer) for entry in point.entries] == [
        ("Altus", "D4", ""), ("Tenor", "A3", "tonal"), ("Cantus", "D5", "exact"),
    ]  # fmt: skip


def test_a_fourth_down_does_not_answer_a_fifth_up():
    (point,) = imitation_points(parse_grid(SOGGETTO))
    assert [entry.voice for entry in point.entries] == ["Altus", "Tenor"]


def test_voices_that_begin_together_do_not_imitate():
    assert imitation_points(parse_grid("meter: 4/4\nS: e5 f5 g5 a5 | g5 . . .\nT: c5 d5 e5 f5 | e5 . . .")) == ()


def test_the_double_soggetto_of_an_agnus_enters_in_four_voices_each():
    first, second, *_ = imitation_points(musegen.read("palestrina/Agnus_05"))
    assert (first.soggetto, [entry.voice for entry in first.entries]) == (
        "D4 C4 D4 E4 F4", ["Alto", "Tenor 2", "Bass", "Soprano"],
    )  # fmt: skip
    assert second.soggetto == "A4 G4 A4 G4 F4"
