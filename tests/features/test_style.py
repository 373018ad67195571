"""Style: planted differences are found and named, chance is not, and works never stand on both sides of a split."""

import numpy as np
import pytest

from musegen.corpora.tables import Table, texts
from musegen.errors import UsageError
from musegen.features.style.classifying import classify
from musegen.features.style.effects import deltas, discovery_rates, group_means, p_values
from musegen.features.style.measurements import columns_of, measurements
from musegen.features.style.pipeline import folds_of
from musegen.features.style.telling import as_json, classification_data, classification_text

COLUMNS = columns_of(["interval_shares", "npvi", "onset_place_shares"])
PLANTED = "rhythm.npvi.top"


def corpus(seed=3, works=60, movements=2, planted=PLANTED, size=5.0):
    """A table of two composers, Ada and Bea, whose pieces differ in one number; movements of a work are alike."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(works), movements)
    count = len(owner)
    composer = np.where(owner % 2, "Ada", "Bea")
    columns = {
        "piece": texts([f"p{number}" for number in range(count)]),
        "path": texts([f"p{number}.{'krn' if name == 'Ada' else 'xml'}" for number, name in enumerate(composer)]),
        "group": texts([f"work {number}" for number in owner]),
        "composer": texts(composer.tolist()),
        "genre": texts([f"genre {number % 2}" for number in owner // 2]),
    }
    for name in COLUMNS:
        of_work = rng.normal(size=works)[owner]
        columns[name] = of_work + rng.normal(size=count) * 0.3 + size * (name == planted) * (composer == "Ada")
    columns[COLUMNS[0]][::5] = np.nan
    return Table(columns)


def test_a_planted_difference_is_found_named_and_confirmed_beyond_chance():
    found = classify(corpus(), "composer", permutations=20)
    assert found.figure.balanced > 0.85
    assert found.unconfounded.balanced > 0.85
    assert found.permutations.p < 0.05
    assert found.permutations.balanced == pytest.approx(0.5, abs=0.15)
    best = found.effects[0]
    assert (best.column, best.size, best.q < 0.05) == (PLANTED, "large", True)
    assert best.direction == ("higher" if best.label == "Ada" else "lower")
    assert min(abs(best.low), abs(best.high)) > 0.7
    assert not any(effect.q < 0.05 for effect in found.effects[1:])


def test_what_the_movements_of_a_work_share_is_no_style():
    """Genres were dealt to the works by chance: a split within works would tell them with certainty."""
    grouped, alone = [], []
    for seed in range(4):
        table = corpus(seed=seed, planted=None)
        grouped.append(classify(table, "genre", permutations=0, top=1))
        each = Table(table.columns | {"group": table.columns["piece"]})
        alone.append(classify(each, "genre", permutations=0, top=0).figure.balanced)
    assert np.mean([found.figure.balanced for found in grouped]) == pytest.approx(0.5, abs=0.08)
    assert not any(effect.q < 0.05 for found in grouped for effect in found.effects)
    assert np.mean(alone) > 0.7


def test_a_style_that_is_only_in_the_bar_lines_vanishes_without_them():
    planted = "rhythm.onset_place_shares.0"
    found = classify(corpus(planted=planted), "composer", permutations=5)
    assert found.figure.balanced > 0.8 > found.unconfounded.balanced
    assert planted not in [effect.column for effect in found.effects]


def test_labels_that_are_file_formats_are_said_to_be():
    found = classify(corpus(), "composer", permutations=0)
    assert [confound.what for confound in found.confounds if confound.is_strong] == ["format"]
    assert ".krn is Ada" in classification_text(found)
    assert classification_data(found)["permutations"]["p"] is None


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not():
    told = [as_json(classification_data(classify(corpus(), "composer", permutations=2, seed=s))) for s in (1, 1, 2)]
    assert told[0] == told[1] != told[2]


def test_no_work_is_ever_learned_from_and_told():
    measured = measurements(corpus(), "composer")
    for learned, told in folds_of(measured.labels, measured.groups, 5, seed=1):
        assert not set(measured.groups[learned]) & set(measured.groups[told])


def test_a_label_of_one_work_only_is_left_out_and_one_label_is_too_few():
    table = corpus()
    table.columns["composer"][:2] = "Cleo"
    found = classify(table, "composer", permutations=0)
    assert (found.left_out, found.labels) == ({"Cleo": 2}, ("Ada", "Bea"))
    table.columns["composer"][:] = "Cleo"
    with pytest.raises(UsageError, match="two labels"):
        classify(table, "composer")
    with pytest.raises(UsageError, match="no piece has a label `editor`"):
        classify(table, "editor")


def test_effect_sizes_and_p_values_are_those_of_scipy():
    from scipy.stats import false_discovery_control, mannwhitneyu

    rng = np.random.default_rng(1)
    values = rng.integers(0, 6, (40, 5)).astype(float)
    mask = np.arange(40) < 15
    expected = mannwhitneyu(values[mask], values[~mask], method="asymptotic", use_continuity=False)
    assert deltas(values, mask) == pytest.approx(2 * expected.statistic / (15 * 25) - 1)
    assert p_values(values, mask) == pytest.approx(expected.pvalue)
    assert discovery_rates(expected.pvalue) == pytest.approx(false_discovery_control(expected.pvalue))


def test_a_work_counts_once_however_many_movements_it_has():
    measured = measurements(corpus(works=8, movements=50), "composer")
    means, mask = group_means(measured, measured.labels == "Ada")
    assert means.shape == (8, len(measured.columns))
    assert mask.sum() == 4
