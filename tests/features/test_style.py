"""Style: planted differences are found and named, chance is not, and works never stand on both sides of a split."""

import numpy as np
import pytest

from musegen.corpora.tables import Table, texts
from musegen.errors import UsageError
from musegen.features.style.calibration import brier, calibration
from musegen.features.style.classifying import classify
from musegen.features.style.effects import deltas, discovery_rates, group_means, p_values
from musegen.features.style.fingerprints import compare, fingerprint
from musegen.features.style.identifying import identifier, identify
from musegen.features.style.measurements import columns_of, measurements
from musegen.features.style.pipeline import folds_of
from musegen.features.style.telling import as_json, classification_data, classification_text
from musegen.features.style.telling_differences import comparison_text

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


def test_of_four_works_no_interval_is_told_however_many_their_movements():
    told = classification_text(classify(corpus(works=8, movements=5), "composer", permutations=0))
    effects_told = told[told.index("What tells them apart") : told.index("Caution")]
    assert "delta" in effects_told
    assert " to " not in effects_told
    found = classify(corpus(works=10), "composer", permutations=0)
    assert np.isfinite([effect.low for effect in found.effects]).all()


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
    assert np.mean(alone) > 0.1 + np.mean([found.figure.balanced for found in grouped])


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


def test_two_corpora_differ_where_the_difference_was_planted_and_overlap_there_less_than_halves_do():
    table = corpus()
    ada = table.columns["composer"] == "Ada"
    found = compare(table[ada], table[~ada], names=("Ada", "Bea"), top=3)
    assert (found.pieces, found.groups, found.shared) == ((60, 60), (30, 30), 0)
    best = found.differences[0]
    assert (best.effect.column, best.effect.direction) == (PLANTED, "higher")
    assert best.overlap.area < 0.6 < best.overlap.area_of_halves
    assert found.differing < 4
    assert "of halves of the first" in comparison_text(found)


def test_pieces_that_stand_in_both_corpora_count_in_neither():
    table = corpus()
    found = compare(table[np.arange(80)], table[np.arange(40, 120)])
    assert (found.pieces, found.shared) == ((40, 40), 40)
    with pytest.raises(UsageError, match="no piece of its own"):
        compare(table, table)


def test_a_fingerprint_holds_each_number_with_its_spread_over_works():
    table = corpus()
    found = fingerprint(table)
    number = found.columns.index(PLANTED)
    assert found.mean[number] == pytest.approx(table.columns[PLANTED].mean())
    assert found.low[number] < found.mean[number] < found.high[number]
    assert found.lower_quartile[number] < found.median[number] < found.upper_quartile[number]
    assert found.defined[found.columns.index(COLUMNS[0])] == 96


def test_a_new_piece_of_ada_is_hers_for_the_planted_reason_and_what_is_like_nobody_is_called_a_stranger():
    table = corpus()
    known = identifier(table, "composer", features=["npvi", "interval_shares"])
    asked = corpus(seed=9)[np.array([1, 2])]
    hers, stranger = asked[np.array([0])], asked[np.array([1])]
    stranger.columns.update({name: stranger.columns[name] + 40 for name in COLUMNS})
    told = identify(known, hers)[0]
    assert set(told.probabilities) == {"Ada", "Bea"}
    assert sum(told.probabilities.values()) == pytest.approx(1)
    assert identify(known, stranger)[0].is_stranger
    assert not told.is_stranger


def test_a_piece_of_the_corpus_is_told_without_its_whole_work():
    table = corpus()
    known = identifier(table, "composer", but=table[np.array([4])])
    assert len(known.measured.pieces) == 118
    assert "work 2" not in known.measured.groups
    assert "p5" not in [near.piece for told in identify(known, table[np.array([4])]) for near in told.neighbours]


def test_probabilities_that_were_too_sure_are_tempered_until_they_are_right_as_often_as_they_say():
    rng = np.random.default_rng(2)
    chance = rng.uniform(0.5, 1, 4000)
    true = (rng.random(4000) > chance).astype(int)
    logs = 5 * np.log(np.column_stack([chance, 1 - chance]))
    halves = np.arange(2000), np.arange(2000, 4000)
    found = calibration(logs, true, [halves, halves[::-1]])
    assert found.temperature == pytest.approx(5, rel=0.15)
    assert found.error < 0.03
    assert found.brier < brier(np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True), true)
    assert sum(each.pieces for each in found.bins) == 4000
