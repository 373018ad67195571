"""A search that keeps to the laws of a pack writes what `check` lets pass: tables, voices one by one, whole frames."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lawful_composer import FIGURES, composed

from musegen.generation.decode import compiled, tables
from musegen.generation.decode.voice_laws import Laws
from musegen.generation.neural.frames import frame_onsets, frames_of
from musegen.rules.engine import check
from musegen.rules.entries import Rule
from musegen.rules.hits import hits_of
from musegen.rules.masks import voices_of
from musegen.rules.packs import Pack, load_pack
from musegen.rules.plugins import load_plugin
from musegen.rules.registry import EXEMPTIONS
from musegen.rules.view import View
from musegen.rules.views import VIEWS, surface
from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.pitch import nearest_fifths, pitch_name
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Analysis
from musegen.theory.annotations.given import given_analysis
from musegen.theory.sonority import Bools, Sonority

PLUGIN = '''
"""Laws of a teacher's own: of one voice, of two, of two in a depth, of three, and of a voice in a chord."""
import numpy as np
from musegen.rules import predicate
from musegen.theory.motion import interval_steps, similar_motion

@predicate("pair", "voices")
def struck_again(first, second):
    """A voice strikes its note again."""
    return (second.pitch == first.pitch) & second.attack & first.sounds & second.sounds

@predicate("pair", "pairs")
def parallel_sevenths(first, second):
    """Two voices move in sevenths."""
    sevenths = [interval_steps(item) % 7 == 6 for item in (first, second)]
    return sevenths[0] & sevenths[1] & similar_motion(first, second)

@predicate("slice", "pairs")
def deep_thirds(sonority):
    """A third lies below C3."""
    upper, lower = sonority.pairs
    high = np.maximum(sonority.pitch[..., upper], sonority.pitch[..., lower])
    return (np.abs(interval_steps(sonority)) == 2) & (high < 48) & sonority.together

@predicate("slice", "together")
def three_alike(sonority):
    """Three voices sing a note of one name."""
    same = (sonority.fifths[..., :, None] == sonority.fifths[..., None, :]) & sonority.sounds[..., None, :]
    return (same.sum(axis=-1) > 2) & sonority.sounds

@predicate("pair", "voices", needs_harmony=True)
def leap_to_the_seventh(first, second):
    """A voice leaps to the seventh of a chord."""
    seventh = second.harmony.seventh[..., None]
    return (second.fifths == seventh) & (np.abs(second.pitch - first.pitch) > 2) & first.sounds & second.attack
'''
OWN = ("struck_again", "parallel_sevenths", "deep_thirds", "three_alike", "leap_to_the_seventh")
RULE = '[[rule]]\nid = "{id}"\npredicate = "{name}"\nmessage = "It is so"\nwhy = "I say so"\n'
PACKS = ("chorale", "strict", "level-4", "own")


@pytest.fixture(params=PACKS)
def pack(request: pytest.FixtureRequest, tmp_path: Path, forget_plugins: None) -> Pack:
    if request.param != "own":
        return load_pack(request.param)
    (tmp_path / "mine.py").write_text(PLUGIN)
    load_plugin(tmp_path / "mine.py")
    rules = "".join(RULE.format(id=name.replace("_", "-"), name=name) for name in OWN)
    (tmp_path / "mine.toml").write_text('[pack]\nid = "mine"\n' + rules)
    return load_pack(tmp_path / "mine.toml")


@pytest.fixture(scope="module")
def heard() -> tuple[Score, Analysis]:
    score = read("bach/bwv66.6")
    return score, analyse(score)


def by_check(pack: Pack) -> list[Rule]:
    """The rules of one moment that are errors; exceptions that only the whole piece can grant are taken away."""
    rules = [rule for rule in pack.rules if rule.severity == "error" and rule.kind.window != "phrase"]
    return [
        replace(rule, unless=tuple(name for name in rule.unless if EXEMPTIONS[name].kernel))
        for rule in rules
        if not rule.kind.throughout
    ]


def successions(heard: tuple[Score, Analysis], rows: int = 600) -> tuple[Sonority, Sonority, Bools]:
    """Any sonority of a chorale after any other, some voices held, some notes made strange."""
    rng = np.random.default_rng(3)
    view = surface(*heard)
    here, there = rng.integers(0, len(view.first.pitch), (2, rows))
    first, second = view.first[here], view.second[np.where(rng.random(rows) < 0.5, here, there)]
    bent = rng.random(second.pitch.shape) < 0.15
    pitch = np.where(bent, second.pitch + rng.integers(-3, 4, bent.shape), second.pitch)
    fifths = np.where(bent, [[nearest_fifths(p % 12, 3) for p in row] for row in pitch.tolist()], second.fifths)
    attack = (pitch != first.pitch) | (rng.random(bent.shape) < 0.3)
    second = replace(second, pitch=pitch.astype(np.int16), fifths=fifths.astype(np.int16), attack=attack)
    return first, second, rng.random(rows) < 0.9


def forbidden(pack: Pack, first: Sonority, second: Sonority, joined: Bools, pulse: Bools) -> Bools:
    """(rows,): some error of the pack, every rule asked."""
    found = np.zeros(len(joined), dtype=bool)
    for rule in by_check(pack):
        if second.harmony is None and rule.kind.needs_harmony:
            continue
        if rule.kind.window == "pair":
            found |= voices_of(rule, first, second).any(axis=1) & joined
        else:
            found |= voices_of(rule, second).any(axis=1) & (pulse | (rule.view == "surface"))
    return found


@pytest.mark.parametrize("with_chords", [True, False])
def test_tables_refuse_what_the_rules_forbid_and_nothing_else(
    pack: Pack, heard: tuple[Score, Analysis], with_chords: bool
) -> None:
    first, second, joined = successions(heard)
    if not with_chords:
        first, second = replace(first, harmony=None), replace(second, harmony=None)
    pulse = np.arange(len(joined)) % 2 == 0
    laws = Laws(pack)
    found = laws.refused_chord(first, second, joined, pulse=pulse)
    for voice in range(4):
        found |= laws.refused(first, second, joined, voice, pulse=pulse)
    wanted = forbidden(pack, first, second, joined, pulse)
    assert 0.1 < wanted.mean() < 0.95
    assert np.flatnonzero(found != wanted).tolist() == []


def test_what_passes_voice_by_voice_is_not_forbidden_when_all_sound(pack: Pack, heard: tuple[Score, Analysis]) -> None:
    first, second, joined = successions(heard)
    pulse, laws = np.ones(len(joined), dtype=bool), Laws(pack)
    found = laws.refused_chord(first, second, joined)
    for come in ([0], [0, 3], [0, 3, 1], [0, 3, 1, 2]):
        decided = np.isin(np.arange(4), come) & second.sounds
        partly = replace(second, sounds=decided, attack=second.attack & decided)
        found |= laws.refused(first, partly, joined, come[-1])
    wanted = forbidden(pack, first, second, joined, pulse)
    assert not (wanted & ~found).any()
    assert (found & ~wanted).mean() < 0.05  # a seventh that a later voice would have taken over


def grids(*, rests: bool) -> Iterator[Score]:
    """Four voices in eighths under random chords."""
    rng = np.random.default_rng(8)
    for _ in range(12):
        lines = {name: [] for name in "SATB"}
        for name, middle in zip(lines, (74, 67, 60, 50), strict=True):
            for unit in range(16):
                midi = middle + int(rng.integers(-6, 7))
                sung = pitch_name(midi, nearest_fifths(midi % 12, int(rng.integers(0, 4)))).lower()
                silent = rests and rng.random() < 0.15
                lines[name].append("r" if silent else "." if unit and rng.random() < 0.4 else sung)
        lines["H"] = [str(rng.choice(FIGURES)) if unit % 2 == 0 else "." for unit in range(16)]
        text = [f"{name}: {' '.join(line[:8])} | {' '.join(line[8:])}" for name, line in lines.items()]
        yield parse_grid("key: C major; meter: 4/4; unit: 1/8\n" + "\n".join(text))


def frames_heard(score: Score, analysis: Analysis) -> tuple[View, Sonority, Sonority, Bools, Bools, list[int]]:
    """A piece as a search writes it, a row a frame: before, now, joined, pulse, and the time of the slice of each."""
    frames, onset, view = frames_of(score), frame_onsets(score), surface(score, analysis)
    sounds = frames.pitch > 0
    place = np.searchsorted(view.onset, onset, side="right") - 1
    last = np.maximum.accumulate(np.where(sounds, np.arange(len(onset))[:, None], -1), axis=0)
    last = np.vstack([np.full((1, 4), -1), last[:-1]])
    columns = np.arange(4)
    pitch, fifths = (np.where(last < 0, 0, column[last, columns]) for column in (frames.pitch, frames.fifths))
    earlier = view.onset[np.maximum(place - 1, 0)]  # the chord of the slice before, not of the frame before
    first = Sonority(pitch, fifths, last >= 0, last >= 0, analysis.harmony_at(earlier))
    second = Sonority(frames.pitch, frames.fifths, sounds, frames.attack, analysis.harmony_at(onset))
    joined = np.append(False, view.connected_voices.any(axis=1))[place]
    return view, first, second, joined, np.isin(onset, view.pulses), view.onset[place].tolist()


def walked(score: Score, analysis: Analysis, laws: Laws, *, held_too: bool = False) -> tuple[View, set[int]]:
    """The view of a piece, and the times of the slices in whose frames something is refused.

    As in a search only voices that strike a note are asked, or with `held_too` all.
    """
    view, first, second, joined, pulse, times = frames_heard(score, analysis)
    found = laws.refused_chord(first, second, joined, pulse=pulse)
    for voice in range(4):
        found |= laws.refused(first, second, joined, voice, pulse=pulse) & (held_too | second.attack[:, voice])
    return view, {time for time, is_refused in zip(times, found.tolist(), strict=True) if is_refused}


def told(pack: Pack, view: View) -> set[int]:
    """The times at which `check` finds what the laws forbid, all through what lasts."""
    found = set()
    for rule in by_check(pack):
        seen = VIEWS[rule.view](view)
        plain = replace(rule, unless=())
        excused = voices_of(rule, seen.first, seen.second).any(axis=1) if rule.kind.window == "pair" else None
        for hit in hits_of(plain, seen):
            if excused is None or excused[hit.before]:
                found |= {int(time) for time in seen.onset[hit.at : max(hit.end, hit.at) + 1]}
    return found


def test_frame_by_frame_the_laws_refuse_what_check_reports_and_nothing_else(pack: Pack) -> None:
    laws = Laws(pack)
    for score in grids(rests=False):
        analysis = given_analysis(score)
        view, refused = walked(score, analysis, laws, held_too=True)
        assert refused == told(pack, view)


def test_where_voices_rest_the_laws_let_nothing_pass_that_check_reports(pack: Pack) -> None:
    laws = Laws(pack)
    judged = {rule.id for rule in by_check(pack)}
    for score in grids(rests=True):
        analysis = given_analysis(score)
        _, refused = walked(score, analysis, laws)
        assert {item.onset for item in check(score, pack, analysis).findings if item.rule in judged} <= refused


def test_bach_is_refused_where_check_finds_fault_with_him(pack: Pack, heard: tuple[Score, Analysis]) -> None:
    score, analysis = heard
    view, refused = walked(score, analysis, Laws(pack))
    judged = {rule.id for rule in by_check(pack)}
    found = {item.onset for item in check(score, pack, analysis).findings if item.rule in judged}
    assert found <= refused <= told(pack, view)


def test_a_search_that_obeys_the_laws_writes_what_check_lets_pass(pack: Pack) -> None:
    laws, rng = Laws(pack), np.random.default_rng(5)
    judged = {rule.id for rule in by_check(pack)}
    for _ in range(3):
        score = composed(laws, rng)
        report = check(score, pack, given_analysis(score))
        assert [item.message for item in report.findings if item.rule in judged] == []


def test_what_a_piece_costs_frame_by_frame_is_what_check_takes_off() -> None:
    rules = [rule for rule in load_pack("strict").rules if rule.severity != "error" and rule.view == "surface"]
    bare = tuple(
        replace(rule, unless=()) for rule in rules if rule.kind.window != "phrase" and not rule.kind.throughout
    )
    pack = replace(load_pack("strict"), rules=bare)
    laws, totals = Laws(pack), []
    for score in grids(rests=False):
        analysis = given_analysis(score)
        _, first, second, joined, pulse, _ = frames_heard(score, analysis)
        totals.append(float(laws.costs(first, second, joined, pulse=pulse).sum()))
        found = check(score, pack, analysis).findings
        assert totals[-1] == sum(item.points * (1 if item.severity == "warning" else 0.5) for item in found)
    assert min(totals) > 0


def test_a_third_that_comes_late_is_not_missing_and_one_that_never_comes_is() -> None:
    laws = Laws("strict")
    names = [rule.id for rule in load_pack("strict").rules if rule.kind.throughout]
    score = parse_grid("""
        key: C major; meter: 4/4
        S: g4 .  d5 .
        A: f4 e4 b4 .
        T: c4 .  g4 .
        B: c3 .  g3 d3
        H: I  .  V  ii
    """)
    _, _, second, _, _, _ = frames_heard(score, given_analysis(score))
    lacks = laws.lacks(second)
    third = names.index("missing-third")
    assert lacks[[0, 4, 8, 12], third].tolist() == [True, False, False, True]
    first_chord = np.logical_and.reduce(lacks[:8], keepdims=True)
    last_chord = np.logical_and.reduce(lacks[12:], keepdims=True)
    assert laws.lack_refused(np.concatenate([first_chord, last_chord])).tolist() == [False, True]
    assert laws.lack_costs(first_chord).tolist() == [0]


def test_a_chord_of_which_nothing_is_refused_at_its_end_lacks_nothing_in_check() -> None:
    laws, judged = Laws("strict"), {rule.id for rule in load_pack("strict").rules if rule.kind.throughout}
    for score in grids(rests=True):
        analysis = given_analysis(score)
        _, _, second, _, _, _ = frames_heard(score, analysis)
        chord = analysis.chord_indices(frame_onsets(score))
        refused, lack = set(), np.zeros((1, len(laws.lacks(second)[0])), dtype=bool)
        for frame, here in enumerate(laws.lacks(second)):
            lack = here & (lack | (frame == 0 or chord[frame] != chord[frame - 1]))
            if frame + 1 == len(chord) or chord[frame + 1] != chord[frame]:
                refused |= {analysis.chords[chord[frame]].onset} if laws.lack_refused(lack)[0] else set()
        errors = [item for item in check(score, "strict", analysis).findings if item.severity == "error"]
        assert {item.onset for item in errors if item.rule in judged} <= refused


def test_what_given_voices_break_among_themselves_is_not_laid_to_the_search() -> None:
    score = parse_grid("key: C major; meter: 2/4\nS: b4 c5\nA: g4 g4\nT: d4 e4\nB: b2 c3\nH: V6 I")
    _, first, second, joined, pulse, _ = frames_heard(score, given_analysis(score))
    laws, inner, alto_and_bass = Laws("strict"), np.array([0, 1, 1, 0], dtype=bool), np.array([0, 1, 0, 1], dtype=bool)
    assert laws.refused_chord(first, second, joined, pulse=pulse)[0]
    assert not laws.refused_chord(first, second, joined, pulse=pulse, free=inner).any()
    assert laws.refused_chord(first, second, joined, pulse=pulse, free=alto_and_bass)[0]


def test_nothing_is_asked_twice(heard: tuple[Score, Analysis], monkeypatch: pytest.MonkeyPatch) -> None:
    pack = load_pack("chorale")
    first, second, joined = successions(heard)
    once = [Laws(pack).refused(first, second, joined, voice, pulse=False).tolist() for voice in (0, 1, 2)]

    def asked(*_: object) -> Bools:
        raise AssertionError("a rule was asked again")

    monkeypatch.setattr(tables, "asked", asked)
    monkeypatch.setattr(compiled, "reach_of", asked)
    assert [Laws(pack).refused(first, second, joined, voice, pulse=False).tolist() for voice in (0, 1, 2)] == once


def test_a_pack_says_what_a_search_cannot_judge() -> None:
    unknown = Laws("chorale").not_judged
    assert "unexplained-dissonance" in unknown
    assert "parallel-fifths" not in unknown
    assert "parallel-fifths" in Laws("species-1").not_judged  # two or three voices


def test_what_was_tabulated_is_known_to_the_next_process_and_says_the_same(
    tmp_path: Path, heard: tuple[Score, Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(compiled, "_ROOM", 0)
    first, second, joined = successions(heard)
    known, said = [], []
    for _ in range(2):
        laws = Laws(replace(load_pack("strict")))  # another object: nothing is known of it
        known.append(len(laws._known.chords))
        said.append([laws.refused(first, second, joined, voice).tolist() for voice in range(4)])
        laws.keep()
    assert said[0] == said[1]
    assert known[0] == 0 < known[1] == len(laws._known.chords)


def test_tables_of_a_teachers_own_predicates_are_not_kept(pack: Pack) -> None:
    entry = compiled.compiled(pack).entry
    assert (entry is None) == (pack.id == "mine")
