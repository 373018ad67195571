"""Originality: a stolen phrase is told with its place and with what unrelated pieces share; a stranger is let pass."""

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.features.similarity.base_rate import with_base_rate
from musegen.features.similarity.index import Entry, build
from musegen.features.similarity.lines import Line
from musegen.features.similarity.originality import originality
from musegen.features.similarity.storage import load, save
from musegen.features.similarity.strangers import stranger
from musegen.features.similarity.telling import originality_data, originality_text
from tests.benchmarks.altered_tunes import ornamented, planted


def walk(rng, notes=48):
    rises = rng.choice([-4, -2, -2, -1, 0, 1, 2, 2, 3, 5], notes)
    return Line.of(
        np.clip(64 + np.cumsum(rises - rises.mean()).round().astype(int), 48, 84), rng.choice([0.5, 1, 1, 2], notes)
    )


@pytest.fixture(scope="module")
def corpus():
    """A hundred tunes that a random walk made, with their base rates."""
    rng = np.random.default_rng(5)
    index = build(Entry(f"tune {number}", "", ["1"], [walk(rng)]) for number in range(100))
    return with_base_rate(index, np.random.default_rng(1), sample=30)


def test_sixteen_stolen_notes_are_told_with_their_place_in_both_tunes(corpus):
    rng = np.random.default_rng(9)
    stolen = corpus.entry_line(70)
    part = Line.of(stolen.pitch[10:26], stolen.step[10:26])
    host, (first, last) = planted(walk(rng), part, rng)
    report = originality(host, corpus)
    assert not report.is_original
    told = report.copies[0]
    assert told.match.piece == "tune 70"
    assert set(range(10, 26)) <= set(told.match.notes)
    assert set(range(first, last)) <= set(told.match.query_notes)
    assert told.chance == 0
    assert "beyond chance\n  " in originality_text("host", report)
    assert originality_data("host", corpus, report)["passages"][0]["piece"] == "tune 70"


def test_a_stolen_phrase_is_known_under_its_ornaments(corpus):
    rng = np.random.default_rng(4)
    stolen = corpus.entry_line(12)
    part = ornamented(Line.of(stolen.pitch[:24], stolen.step[:24]), rng)
    host, _ = planted(walk(rng, 80), part, rng)
    assert originality(host, corpus).copies[0].match.piece == "tune 12"


def test_few_strangers_are_called_copies(corpus):
    rng = np.random.default_rng(6)
    called = [not originality(stranger(corpus.surprise, 48, rng), corpus).is_original for _ in range(12)]
    assert sum(called) <= 2


def test_a_tune_of_the_corpus_is_itself_unless_its_group_is_left_out(corpus):
    tune = corpus.entry_line(3)
    assert originality(tune, corpus).copies[0].version
    assert all(copy.match.piece != "tune 3" for copy in originality(tune, corpus, without="tune 3").passages)


def test_what_is_stronger_is_rarer_among_unrelated_pieces(corpus):
    shares = [passage.unrelated for passage in originality(corpus.entry_line(3), corpus).passages]
    assert shares == sorted(shares)


def test_base_rates_are_kept_with_the_index_and_drawn_the_same_again(corpus, tmp_path):
    save(corpus, tmp_path / "tunes.npz")
    assert np.array_equal(load(tmp_path / "tunes.npz").chance, corpus.chance)
    few = [with_base_rate(corpus, np.random.default_rng(1), sample=3).chance.tolist() for _ in range(2)]
    assert few[0] == few[1]


def test_without_base_rates_nothing_is_judged():
    with pytest.raises(UsageError):
        originality(Line.of(range(60, 70)), build([Entry("a", "", ["1"], [Line.of(range(60, 70))])]))
