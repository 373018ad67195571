"""The analyser against the human analyses in music21's corpus: the figures of its card, measured again."""

import importlib.util
import tomllib
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import musegen
from musegen.theory.analyse import analyse
from musegen.theory.annotations.alignment import home_key

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "analysis.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("analysis_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_sixteen_chorales_are_read_as_well_as_the_card_says(benchmark):
    card = tomllib.loads((resources.files("musegen.theory") / "data" / "analyser.toml").read_text(encoding="utf-8"))
    rows = []
    for number, bwv in benchmark.CHORALES.items():
        score = musegen.read(f"bach/bwv{bwv}")
        human = benchmark.human_analysis(number, score)
        found = analyse(score)
        assert found.key == home_key(human), bwv
        rows.append(benchmark.shares(score, found, human))
    quarters = np.array([row["quarters"] for row in rows])
    for name, promised in card["shipped_check"].items():
        mean = quarters @ np.array([row[name] for row in rows]) / quarters.sum()
        assert mean == pytest.approx(promised, abs=0.01), name


def test_the_first_chorale_is_read_almost_as_its_human_analyst_did(benchmark):
    score = musegen.read("bach/bwv269")
    agreed = benchmark.shares(score, analyse(score), benchmark.human_analysis(1, score))
    assert agreed["rn"] > 0.9
    assert agreed["key"] == 1
