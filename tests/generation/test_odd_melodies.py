"""Odd melodies and odd packs: a setting that keeps what is given, or one typed error, never anything else."""

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.frames import A_QUARTER
from musegen.score.textgrid import parse_grid
from musegen.theory.vocabulary import figures

NO_CHORDS = """
[pack]
id = "nothing"
title = "No chord at all"
extends = ["strict"]
[allow]
major = []
minor = []
[[rule]]
id = "outside-vocabulary"
"""


@pytest.mark.parametrize("key", ["C major", "c minor"])
def test_where_no_chord_is_allowed_those_that_are_drawn_are_still_chords_of_their_mode(tmp_path, key):
    pack = tmp_path / "nothing.toml"
    pack.write_text(NO_CHORDS)
    task = task_for(parse_grid(f"key: {key}; meter: 4/4\nS: c5 d5 f#5 g5"), Condition())
    drawn = draw([task] * 8, np.random.default_rng(1), pack=str(pack))
    assert len(drawn[0][0].said.local) == 4 * A_QUARTER
    for answer in (one for several in drawn for one in several):
        for local, figure in zip(answer.said.local.tolist(), answer.said.figure.tolist(), strict=True):
            assert 0 <= figure < len(figures(bool(local % 2)))
