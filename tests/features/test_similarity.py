"""Similarity: a tune is known again whatever becomes of it, in its own voice, with its own notes."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from musegen.errors import UnreadableFile, UsageError
from musegen.features.similarity.index import Entry, build
from musegen.features.similarity.lines import Line, lines_of
from musegen.features.similarity.page import page
from musegen.features.similarity.passages import passages
from musegen.features.similarity.search import similar
from musegen.features.similarity.storage import load, save
from musegen.features.similarity.telling import as_json, match_line, matches_data
from musegen.features.similarity.typed import typed_melody
from musegen.score.textgrid import parse_grid
from tests.benchmarks.altered_tunes import ornamented, variants

SONG = parse_grid(
    "key: G major; meter: 3/4; unit: 1/8\n"
    "S: d4 . g4 . a4 . | b4 . . a4 g4 . | e5 . d5 . b4 . | c5 . b4 a4 g4 . | f#4 . a4 . d5 . | g4 . . . r ."
)
WALTZ = parse_grid(
    "key: C major; meter: 3/4; unit: 1/8\n"
    "S: e5 . . . c5 . | g4 . a4 . e5 . | f5 g5 f5 e5 d5 . | b4 . d5 . g4 . | c5 e5 g5 e5 d5 . | c5 . . . r ."
)


def entry(name, score, group=""):
    return Entry(name, group, [measure.number for measure in score.measures], lines_of(score))


@pytest.fixture(scope="module")
def songs():
    """Two songs among sixty tunes that a random walk made."""
    rng = np.random.default_rng(3)
    walks = [Line.of(60 + np.cumsum(rng.integers(-4, 5, 40)), rng.choice([0.5, 1, 2], 40)) for _ in range(60)]
    strangers = [Entry(f"walk {number}", "", [], [walk]) for number, walk in enumerate(walks)]
    return build([entry("song", SONG), entry("waltz", WALTZ), *strangers])


def test_a_song_in_another_key_and_twice_as_slow_is_found_with_every_note(songs):
    melody = lines_of(SONG)[0]
    found = similar(Line.of(melody.pitch - 3, melody.step * 2), songs)[0]
    assert (found.piece, found.transformation, found.transposition, found.tempo) == ("song", "original", 3, 0.5)
    assert found.measures == ("1", "6")
    assert found.notes == tuple(melody.note.tolist())
    assert found.longest_run == len(melody.pitch)


def test_a_song_upside_down_and_backwards_is_told_as_such(songs):
    melody = lines_of(WALTZ)[0]
    turned = Line.of((120 - melody.pitch)[::-1], melody.step[::-1])
    found = similar(turned, songs)[0]
    assert (found.piece, found.transformation) == ("waltz", "retrograde inversion")
    assert found.notes == tuple(melody.note.tolist()[::-1])
    assert similar(turned, songs, transformations=["original"])[0].bits < found.bits


def test_ornaments_and_a_wrong_note_leave_the_other_notes_matched(songs):
    decorated = parse_grid(
        "key: G major; meter: 3/4; unit: 1/8\n"
        "S: d4 . g4 f#4 a4 . | b4 . . a4 g4 . | e5 . c#5 . b4 . | c5 . b4 a4 g4 . | f#4 . a4 b4 d5 . | g4 . . . r ."
    )
    found = similar(decorated, songs)[0]
    names = {note: decorated.notes["pitch"][number] for number, note in enumerate(decorated.notes["id"].tolist())}
    assert found.piece == "song"
    assert 73 not in [names[note] for note in found.query_notes], "the wrong note matches nothing"
    assert len(found.notes) == len(SONG.notes) - 1


def test_a_tune_in_the_tenor_of_a_setting_is_found_in_the_tenor():
    setting = parse_grid(
        "key: G major; meter: 4/4\n"
        "S: b4 b4 a4 b4 | c5 d5 b4 a4 | b4 . . .\n"
        "A: g4 g4 f#4 g4 | g4 f#4 g4 f#4 | g4 . . .\n"
        "T: d4 e4 d4 b3 | c4 a3 e4 d4 | d4 . . .\n"
        "B: g3 e3 d3 g3 | e3 d3 e3 d3 | g2 . . ."
    )
    index = build([entry("setting", setting), entry("song", SONG), entry("waltz", WALTZ)])
    found = similar(typed_melody("f4 g4 f4 d4 eb4 c4 g4 f4 f4:4"), index)[0]
    assert (found.piece, found.line, found.transposition) == ("setting", "tenor", -3)
    tenor = setting.notes.where(setting.notes["part"] == 2)["id"].tolist()
    assert list(found.notes) == tenor


def test_a_score_of_several_voices_asks_with_each_of_them(songs):
    duet = parse_grid(
        "key: G major; meter: 3/4; unit: 1/8\n"
        "S: b5 . . . . . | b5 . a5 . . . | g5 . . . a5 . | b5 . . . . . | c6 . . . . . | b5 . . . . .\n"
        "B: d3 . g3 . a3 . | b3 . . a3 g3 . | e4 . d4 . b3 . | c4 . b3 a3 g3 . | f#3 . a3 . d4 . | g3 . . . r ."
    )
    found = similar(duet, songs)[0]
    assert (found.piece, found.query_line, found.transposition) == ("song", "2", 12)


def test_a_piece_is_not_found_in_its_own_group():
    again = replace(SONG, metadata=SONG.metadata._replace(title="again"))
    index = build([entry("song", SONG, "family"), entry("again", again, "family"), entry("waltz", WALTZ)])
    assert {match.piece for match in similar(SONG, index, without="song")} <= {"waltz"}


@settings(max_examples=12)
@given(st.lists(st.integers(-7, 7), min_size=11, max_size=30), st.randoms(use_true_random=False))
def test_any_tune_finds_itself_transposed_augmented_inverted_and_backwards(rises, random):
    assume(len(set(rises)) > 5)  # a tune of one note is no surprise to anybody
    pitch = 60 + np.cumsum([0, *rises])
    tune = Line.of(pitch, [random.choice([0.5, 1.0, 1.5, 2.0]) for _ in pitch])
    other = Line.of([60, 64, 67, 72, 67, 64] * 4)
    index = build([Entry("tune", "", [], [tune]), Entry("other", "", [], [other])])
    turns = dict(variants(tune, np.random.default_rng(1)))
    for name in ("transposed", "augmented", "inverted", "retrograde"):
        found = passages(index, turns[name])
        assert found, name
        best = max(passage.bits for passage in found)
        assert best == pytest.approx(max(match.bits for match in found if match.line == 0), abs=0.01), name


def test_what_common_formulas_share_is_worth_less_than_what_is_rare():
    scale = [60, 62, 64, 65, 67, 65, 64, 62] * 3
    rare = [60, 67, 61, 70, 59, 66, 63, 72]
    index = build([*(Entry(str(number), "", [], [Line.of(scale)]) for number in range(40)),
                   Entry("rare", "", [], [Line.of([*scale[:8], *rare])])])  # fmt: skip
    usual, unusual = (
        max((match.bits for match in passages(index, Line.of(notes))), default=0) for notes in (scale[:8], rare)
    )
    assert unusual > 2 * usual


def test_an_index_is_kept_and_read_back_and_damage_is_named(songs, tmp_path):
    save(songs, tmp_path / "songs.npz")
    again = load(tmp_path / "songs.npz")
    assert again.digest == songs.digest
    assert similar(SONG, again) == similar(SONG, songs)
    content = (tmp_path / "songs.npz").read_bytes()
    for damaged in (b"", b"PK\x03\x04nothing", content[: len(content) // 2]):
        (tmp_path / "damaged.npz").write_bytes(damaged)
        with pytest.raises(UnreadableFile):
            load(tmp_path / "damaged.npz")
    with pytest.raises(UnreadableFile):
        load(tmp_path / "nowhere.npz")


def test_music_without_melodies_is_indexed_and_finds_nothing(tmp_path):
    silent = build([Entry("two notes", "", ["1"], lines_of(parse_grid("meter: 2/4\nS: c5 d5")))])
    save(silent, tmp_path / "silent.npz")
    assert similar(SONG, load(tmp_path / "silent.npz")) == ()
    assert similar(parse_grid("meter: 2/4\nS: c5 d5"), silent) == ()


NO_MELODIES = ("g4 a4", "g4 a4 h4 c5 d5", "g4:0 a4 b4 c5 d5", "g4:1/7 a4:1/11 b4 c5 d5", "g4^ a4 b4 c5 d5", "")
NO_LENGTHS = ("g4:99999999999 a4 b4 c5 d5", "g4:1e9 a4 b4 c5 d5", "g4+b4 a4 b4 c5 d5", "g4:x a4 b4 c5 d5")


@pytest.mark.parametrize("typed", [*NO_MELODIES, *NO_LENGTHS])
def test_what_is_no_melody_is_refused(typed):
    with pytest.raises(UsageError):
        typed_melody(typed)


def test_a_page_shows_both_passages_with_their_notes_marked(songs):
    found = similar(SONG, songs, count=1)
    shown = page("Like the song", SONG, found, lambda name: SONG)
    assert shown.count("<img") == 2
    assert "measures 1-6" in match_line(found[0])
    assert json.loads(as_json(matches_data("song", songs, found)))["matches"][0]["piece"] == "song"


@pytest.mark.slow
def test_a_thousand_folk_songs_are_known_again():
    from musegen.corpora import pieces_of
    from musegen.features.similarity.storage import index_of

    index = index_of(pieces_of(["essen"])[:1000])
    rng = np.random.default_rng(1)
    found = {}
    long_enough = np.flatnonzero(np.diff(index.begins) >= 12)
    for number in rng.choice(long_enough, 25, replace=False).tolist():
        for name, query in variants(index.entry_line(number), rng):
            matches = passages(index, query)
            own = max((match.bits for match in matches if match.line == number), default=0)
            rival = max((match.bits for match in matches if match.line != number), default=0)
            found.setdefault(name, []).append(own > rival)
    assert {name for name, hits in found.items() if np.mean(hits) < 0.9} <= {"12-note excerpt"}
    assert np.mean(found["12-note excerpt"]) > 0.75
    assert len(ornamented(index.entry_line(0), rng).pitch) > len(index.entry_line(0).pitch)
