"""Features as rows: for one piece, for a corpus, and as a transformer that scikit-learn accepts."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

import musegen
from musegen.corpora import corpus
from musegen.errors import UsageError
from musegen.features.extractor import FeatureExtractor, column_names, feature_row, measured
from musegen.features.piece_view import PieceView
from musegen.features.reference import reference_page
from musegen.features.registry import GROUPS, chosen, features
from musegen.score.textgrid import parse_grid

CHORALES = ("bach/bwv66.6", "bach/bwv269")
CHECKS = (
    "check_estimator_cloneable", "check_valid_tag_types", "check_estimator_repr", "check_no_attributes_set_in_init",
    "check_parameters_default_constructible", "check_get_params_invariance", "check_set_params", "check_mixin_order",
    "check_do_not_raise_errors_in_init_or_set_params", "check_estimator_tags_renamed", "check_estimators_unfitted",
    "check_transformers_unfitted", "check_estimators_fit_returns_self", "check_estimators_overwrite_params",
    "check_fit_check_is_fitted", "check_readonly_memmap_input",
)  # fmt: skip
"""Those of scikit-learn's checks that do not feed numbers to `transform`."""


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learn_finds_a_well_behaved_estimator(check):
    getattr(estimator_checks, check)("FeatureExtractor", FeatureExtractor())


def test_a_path_a_score_and_a_view_give_the_same_row():
    extractor = FeatureExtractor(groups=("pitch", "rhythm")).fit()
    score = musegen.read(CHORALES[0])
    by_name, by_score, by_view = extractor.transform([CHORALES[0], score, PieceView(score)])
    np.testing.assert_array_equal(by_name, by_score)
    np.testing.assert_array_equal(by_name, by_view)


def test_columns_have_names_and_a_data_frame_shows_them():
    extractor = FeatureExtractor(groups=("melody",), without=("format",)).set_output(transform="pandas")
    table = extractor.fit_transform(CHORALES)
    assert list(table.columns) == list(extractor.get_feature_names_out()) == list(
        column_names(chosen(("melody",), ("format",)))
    )  # fmt: skip
    assert table.shape[0] == len(CHORALES)
    assert not any(name.startswith("melody.degree_pair_shares") for name in table.columns)


def test_chorales_go_through_a_pipeline_that_is_cloned_and_pickled():
    pipeline = make_pipeline(FeatureExtractor(("texture",)), SimpleImputer(keep_empty_features=True), KMeans(2))
    fitted = pickle.loads(pickle.dumps(clone(pipeline).fit(CHORALES)))  # our own, made one line above
    assert set(fitted.predict(CHORALES)) == {0, 1}


def test_no_pieces_give_no_rows_and_nothing_is_told_before_fit():
    assert FeatureExtractor(("texture",)).fit([]).transform([]).shape == (0, len(column_names(chosen(("texture",)))))
    with pytest.raises(NotFittedError):
        FeatureExtractor().get_feature_names_out()


def test_a_piece_of_a_corpus_gives_the_row_that_describe_gives():
    piece = corpus("bach-chorales")[CHORALES[0]]
    row = feature_row(piece, {"groups": ["pitch", "texture"]})
    assert {name: float(value) for name, value in row.items()} == pytest.approx(
        musegen.describe(piece.name, groups=("pitch", "texture")), nan_ok=True
    )
    extractor = FeatureExtractor(groups=("pitch",)).fit()
    assert np.array_equal(extractor.transform([piece]), extractor.transform(["bach/bwv66.6"]), equal_nan=True)


def test_a_misspelled_feature_is_met_with_the_right_name():
    with pytest.raises(UsageError, match="rising_share"):
        musegen.describe(CHORALES[0], groups=["rising_shares"])


def test_there_are_eight_hundred_columns_and_more_and_no_two_of_a_name():
    names = column_names(features())
    assert len(names) == len(set(names)) >= 800
    assert {found.group for found in features()} == set(GROUPS)


@pytest.mark.parametrize("found", features(), ids=lambda found: found.name)
def test_a_feature_says_what_it_is_and_where_it_comes_from(found):
    assert found.definition.endswith(".")
    assert len(found.definition) > 20
    assert found.unit
    assert found.source
    assert found.low < found.high


def test_a_chorale_defines_nearly_all_and_silence_nearly_nothing():
    every = features()
    chorale = measured(PieceView(musegen.read(CHORALES[0])), every)
    silence = measured(PieceView(parse_grid("meter: 2/4\nS: r r")), every)
    assert np.isnan(chorale).mean() < 0.1
    assert np.isnan(silence).mean() > 0.9
    assert len(chorale) == len(silence)


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
def test_in_chorales_quartets_and_madrigals_every_value_lies_in_its_range():
    pieces = [piece for name in ("bach-chorales", "monteverdi", "trecento") for piece in corpus(name).pieces[::20]]
    for piece in pieces:
        view = PieceView(piece.read())
        for found in features():
            values = np.atleast_1d(np.asarray(found.measure(view), dtype=float))
            told = values[~np.isnan(values)]
            assert len(values) == len(found.dims)
            assert ((told >= found.low - 1e-6) & (told <= found.high + 1e-6)).all(), (piece.name, found.name, values)


def test_the_page_of_features_is_up_to_date():
    page = (Path(__file__).resolve().parents[2] / "docs" / "features.md").read_text(encoding="utf-8")
    assert page == reference_page(), "run `make docs`"
