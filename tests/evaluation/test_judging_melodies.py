"""Judges of melodies on real tunes, on tunes with their measures shuffled, on another collection, on stolen ones."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from musegen.corpora import Split, corpus
from musegen.errors import UnreadableFile, UsageError
from musegen.evaluation.melodies.adversary import Numbers, columns, numbers_of, told_apart, what_tells
from musegen.evaluation.melodies.asked import Asked, asked_as_is, kept, shares_kept, tonic_and_mode, whole_measures
from musegen.evaluation.melodies.descriptions import DESCRIPTIONS, described
from musegen.evaluation.melodies.distances import distances
from musegen.evaluation.melodies.judging import Sets, judged, tunes_of
from musegen.evaluation.melodies.lines import MelodyLine, line_of
from musegen.evaluation.melodies.order import order_columns, order_numbers, surprise_of
from musegen.evaluation.melodies.sharing import longest_shared
from musegen.evaluation.melodies.shuffling import measures_shuffled
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid

HEAD = "key: G major; meter: 4/4; unit: 1/8\nS: "
REEL = HEAD + "g4 a4 b4 d5 g5 d5 b4 a4 | {} | c5 e5 d5 c5 b4 g4 a4 f#4 | g4 . . . g4 . . ."


def tunes(name: str, split: Split, count: int) -> tuple[MelodyLine, ...]:
    """So many tunes, evenly over a book that is ordered by kinds."""
    pieces = corpus(name).split(split)
    count = min(count, len(pieces))
    return tunes_of([pieces[n * len(pieces) // count] for n in range(count)], lambda piece, error: None)


@pytest.fixture(scope="module")
def irish() -> tuple[tuple[MelodyLine, ...], tuple[MelodyLine, ...], tuple[MelodyLine, ...]]:
    """Test, validation and training tunes of O'Neill's collection."""
    return tunes("oneills-1850", "test", 180), tunes("oneills-1850", "valid", 180), tunes("oneills-1850", "train", 200)


@pytest.fixture(scope="module")
def shuffled(irish: tuple[tuple[MelodyLine, ...], ...]) -> tuple[MelodyLine, ...]:
    rng = np.random.default_rng(5)
    return tuple(line_of(measures_shuffled(tune.score, rng), tune.name, tune.group) for tune in irish[0])


def transposed(tune: MelodyLine, semitones: int, times: int) -> MelodyLine:
    rows = tune.score.notes.rows.copy()
    rows["pitch"] += semitones
    rows["onset"] *= times
    rows["duration"] *= times
    measures = tuple(m._replace(onset=m.onset * times, length=m.length * times) for m in tune.score.measures)
    return line_of(dataclasses.replace(tune.score, notes=NoteTable(rows), measures=measures), "stolen")


def test_every_description_is_finite_and_has_its_dimensions(irish: tuple[tuple[MelodyLine, ...], ...]) -> None:
    for description in DESCRIPTIONS:
        rows = described(irish[0], description)
        assert rows.shape == (len(irish[0]), len(description.dims))
        assert np.isfinite(rows).all()
        assert description.what


def test_a_tune_that_repeats_itself_after_two_measures_says_so() -> None:
    again = line_of(parse_grid(REEL.replace("{}", "e5 d5 b4 a4 g4 . a4 b4 | g4 a4 b4 d5 g5 d5 b4 a4")))
    found = {one.name: dict(zip(one.dims, one.tell(again).tolist(), strict=True)) for one in DESCRIPTIONS}
    assert found["form"]["lag 2"] > found["form"]["lag 1"]
    assert found["pitch range"][""] == 13
    assert found["scale degrees"]["0"] == max(found["scale degrees"].values())
    assert found["cadence places"]["measure 5"] == max(found["cadence places"].values())


def test_held_out_tunes_of_the_same_collection_are_near_and_shuffled_ones_are_far_in_form_alone(
    irish: tuple[tuple[MelodyLine, ...], ...], shuffled: tuple[MelodyLine, ...]
) -> None:
    same = distances(irish[1], irish[0], irish[2], np.random.default_rng(0))
    assert 0.5 < same.ratio < 2
    assert same.low < same.ratio < same.high
    assert all(one.overlap > 0.9 for one in same.each)
    apart = {one.name: one for one in distances(shuffled, irish[0], irish[2], np.random.default_rng(0)).each}
    assert apart["form"].ratio > 1.25
    assert apart["form"].divergence > apart["form"].own_divergence
    assert apart["pitch count"].ratio == pytest.approx(1)
    assert apart["pitch count"].made == apart["pitch count"].own


def test_scottish_tunes_are_farther_than_irish_ones(irish: tuple[tuple[MelodyLine, ...], ...]) -> None:
    scottish = tunes("airds-airs", "test", 100)
    near, far = (distances(made, irish[0], irish[2], np.random.default_rng(0)) for made in (irish[1], scottish))
    assert far.ratio > 1.5 * near.ratio


def test_the_adversary_hears_the_order_of_measures_and_cannot_tell_halves_of_one_collection(
    irish: tuple[tuple[MelodyLine, ...], ...], shuffled: tuple[MelodyLine, ...]
) -> None:
    surprise = surprise_of(irish[2])
    real, other, mixed = (numbers_of(some, surprise) for some in (irish[0][::3], irish[1][::3], shuffled[::3]))
    control = told_apart(mixed, real, repeats=1)
    assert control.value > 0.95
    assert control.low > 0.9
    assert 0.3 < told_apart(other, real, repeats=1).value < 0.7
    tells = what_tells(mixed, real)
    assert any(word in tells[0].column for word in ("barline", "likeness", "form"))
    assert all(abs(one.delta) >= abs(after.delta) for one, after in pairwise(tells))


def test_the_adversary_says_nothing_of_one_tune() -> None:
    one = Numbers(("a",), np.zeros((1, len(columns()))))
    assert np.isnan(told_apart(one, one).value)


def test_order_numbers_have_names_and_a_short_tune_has_some() -> None:
    tune = line_of(parse_grid("meter: 2/4\nS: c5 d5 | e5 f5 | g5 a5 | c5 d5"))
    found = order_numbers(tune, surprise_of([tune]))
    assert found.shape == (len(order_columns()),)
    assert np.isfinite(found).any()


def test_shuffling_moves_whole_measures_and_keeps_all_notes_ties_pickup_and_end(
    irish: tuple[tuple[MelodyLine, ...], ...],
) -> None:
    rng = np.random.default_rng(1)
    for tune in irish[0][:20]:
        mixed = measures_shuffled(tune.score, rng)
        assert sorted(mixed.notes["pitch"]) == sorted(tune.score.notes["pitch"])
        assert mixed.measures == tune.score.measures
        last = [score.notes["pitch"][score.notes["measure_index"] == len(score.measures) - 1].tolist()
                for score in (mixed, tune.score)]  # fmt: skip
        assert last[0] == last[1]
        assert len(mixed.notes.sounding()) == len(tune.score.notes.sounding())


def test_a_stolen_tune_is_found_whole_in_any_key_and_note_values(irish: tuple[tuple[MelodyLine, ...], ...]) -> None:
    own = irish[2][7]
    free, stolen = longest_shared([irish[0][0], transposed(own, 5, 2)], irish[2])
    assert stolen.notes == len(own.pitch)
    assert stolen.source == own.name
    assert 3 < free.notes < 30


def test_the_longest_shared_passage_is_what_comparing_everything_with_everything_finds(
    irish: tuple[tuple[MelodyLine, ...], ...],
) -> None:
    known, made = irish[2][:12], irish[0][:6]
    for one, tune in zip(longest_shared(made, known, rhythm=False), made, strict=True):
        mine = tune.intervals.tolist()
        longest = 0
        for other in known:
            theirs = other.intervals.tolist()
            run = [0] * (len(theirs) + 1)
            for move in mine:
                run = [0, *((run[n] + 1 if move == there else 0) for n, there in enumerate(theirs))]
                longest = max(longest, *run)
        assert one.notes == longest + 1


def test_what_was_asked_for_is_judged_from_the_notes() -> None:
    tune = line_of(parse_grid(REEL.replace("{}", "e5 d5 b4 a4 g4 . a4 b4")))
    asked = Asked("G major", "4/4", 4, 60, 80)
    assert kept(tune, asked) == dict.fromkeys(("key", "meter", "length", "range", "cadence"), True)
    for wrong, name in (
        (asked._replace(key="D major"), "key"), (asked._replace(meter="2/2"), "meter"),
        (asked._replace(measures=8), "length"), (asked._replace(highest=78), "range"),
        (asked._replace(lowest=67), "range"), (asked._replace(key="E minor"), "cadence"),
    ):  # fmt: skip
        assert not kept(tune, wrong)[name]
    assert shares_kept([tune, tune], [asked, asked._replace(meter="6/8")])["everything"] == (1, 2)
    assert kept(tune, Asked(cadence=False)) == {}


def test_a_key_signature_alone_is_no_key() -> None:
    foreign = line_of(parse_grid("key: G major; meter: 4/4\nS: g4 ab4 bb4 db5 | eb5 db5 bb4 ab4 | g4 . . ."))
    assert not kept(foreign, Asked("G major"))["key"]


def test_modes_are_read_and_nonsense_is_told() -> None:
    assert tonic_and_mode("A dorian") == (9, "dorian", 1)
    assert tonic_and_mode("F# mix") == (6, "mixolydian", 5)
    with pytest.raises(UsageError, match="no key"):
        tonic_and_mode("H dur")


def test_real_tunes_keep_what_they_are(irish: tuple[tuple[MelodyLine, ...], ...]) -> None:
    found = shares_kept(irish[0], [asked_as_is(tune) for tune in irish[0]])
    for name in ("key", "meter", "length", "range"):
        assert found[name][0] >= 0.95 * found[name][1]
    assert 0.5 < found["cadence"][0] / found["cadence"][1] < 0.95  # many go round and round
    assert whole_measures(irish[0][0]) > 4


LINE = "c5 d5 e5 f5 | c5 d5 e5 f5"


@pytest.mark.parametrize(
    ("grid", "reason"), [("S: c5 d5 e5 f5", "too few"), (f"S: {LINE}\nB: {LINE.replace('5', '3')}", "one line")]
)
def test_what_is_no_melody_is_told(grid: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        line_of(parse_grid(f"meter: 4/4\n{grid}"), "x.abc")


def test_too_few_tunes_are_told(irish: tuple[tuple[MelodyLine, ...], ...]) -> None:
    with pytest.raises(UnreadableFile, match="2 made tunes are too few"):
        judged(Sets(irish[0][:2], irish[1], irish[2]), np.random.default_rng(0))
