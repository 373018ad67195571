"""Originality: a stolen phrase is told with its place and with what unrelated pieces share; a stranger is let pass."""

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.features.similarity.base_rate import strongest, with_base_rate
from musegen.features.similarity.evidence import shared
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


def test_a_line_that_many_groups_sing_proves_less_than_one_that_only_two_do():
    rng = np.random.default_rng(8)
    common, rare = (list(rng.choice([-5, -3, -2, 2, 3, 5, 7], 11)) for _ in range(2))

    def tune(rises):
        other = rng.choice([-4, -2, -1, 1, 2, 4], 30).tolist()
        return Line.of(66 + np.cumsum([0, *other[:15], *rises, *other[15:]]))

    tunes = [tune(rare), *(tune(common) for _ in range(12)), *(tune([]) for _ in range(40))]
    index = build(Entry(str(number), "", ["1"], [line]) for number, line in enumerate(tunes))
    known, unknown = (shared(index, [tune(rises)])[0].passage for rises in (common, rare))
    assert index.pieces[index.owner[unknown.line]] == "0"
    assert known.bits < unknown.bits - 8


def test_a_turn_said_again_and_again_proves_little_more_than_said_once():
    rng = np.random.default_rng(3)
    turn, walk_on = [4, -7, 5, 3, -5], rng.choice([-7, -5, -4, 3, 4, 5, 7], 25).tolist()
    index = build(
        Entry(name, "", ["1"], [Line.of(60 + np.cumsum([0, *rises]))])
        for name, rises in (("turning", turn * 5), ("walking", walk_on))
    )
    turning, walking = (shared(index, [index.entry_line(number)])[0].passage for number in (0, 1))
    assert turning.bits < 0.75 * walking.bits


def test_a_song_in_three_groups_is_a_version_of_each_and_no_false_alarm():
    rng = np.random.default_rng(2)
    song = walk(rng)
    varied = Line.of(np.concatenate([song.pitch[:30] + 5, walk(rng).pitch[:20]]))
    index = build(Entry(name, "", ["1"], [line]) for name, line in (("a", song), ("b", varied), ("c", walk(rng))))
    found = shared(index, [song], "a")
    assert {index.pieces[index.owner[one.passage.line]] for one in found if one.related} == {"b"}
    assert strongest(index, [song], "a").bits < found[0].passage.bits / 2
