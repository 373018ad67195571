"""What chords may do: successions, cadences, harmonic rhythm, plans; and which wishes conflict."""

from itertools import pairwise

import numpy as np
import pytest

from musegen.errors import NoSolution, UsageError
from musegen.generation.cadence_words import parse_cadences
from musegen.generation.levels import level_named
from musegen.generation.progressions.asking import ChordsAsked, task_of
from musegen.generation.progressions.closes import closing_pairs, last_pairs, openings
from musegen.generation.progressions.successions import known_chords, successions
from musegen.generation.progressions.tasks import CLOSING, Reach
from musegen.score.meter import TimeSignature
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.progressions.chords import FUNCTIONS, place_of_numeral, place_of_symbol, vocabulary
from musegen.theory.songs.sheet import read_symbol

C = Key.parse("C")


def place(figure, *, minor=False):
    return place_of_numeral(parse_numeral(figure, minor=minor), Key(0, minor), Key(0, minor))


def symbols(text):
    return [place_of_symbol(read_symbol(word), C) for word in text.split()]


def walk(task, rng):
    """A progression drawn blindly among what the task leaves open: (chords, states)."""
    reach = Reach(task)
    chord = int(rng.choice(np.flatnonzero(reach.can_begin)))
    state, chords, states = int(task.grid.strength[0]), [chord], [int(task.grid.strength[0])]
    for pulse in range(1, len(task.grid)):
        options = reach.options(pulse, state, chord)
        ways = [(chord, False, False)] * 3 * options.holds
        ways += [(int(new), True, False) for new in np.flatnonzero(options.begins)]
        ways += [(int(new), True, True) for new in np.flatnonzero(options.closes)]
        assert ways, "nothing was left to go on with"
        chord, begins, closes = ways[int(rng.integers(len(ways)))]
        state = reach.next_state(pulse, state, begins=begins, closes=closes)
        chords.append(chord)
        states.append(state)
    return np.array(chords), np.array(states)


@pytest.mark.parametrize(
    "line",
    ["I ii V I", "I V6 I vi IV V7 I", "I V7/IV IV Cad64 V7 I", "I I6 IV V65/V V I", "I V IV6 V65 I", "I vi ii65 V vi"],
)
def test_what_textbooks_teach_may_follow(line):
    table = successions("chorale", False)
    assert all(table[place(one), place(other)] for one, other in pairwise(line.split()))


@pytest.mark.parametrize(
    "pair",
    ["V IV", "V7 ii", "ii I", "V42 I", "V7/V I", "Cad64 I", "iii viio", "V65 vi", "I Cad64", "V/V V/vi", "V/V vi"],
)
def test_what_textbooks_forbid_may_not(pair):
    one, other = pair.split()
    assert not successions("chorale", False)[place(one), place(other)]


@pytest.mark.parametrize("pair", ["V v", "V v6", "V7 v7", "viio6 v6", "viio7 VII7"])
def test_the_leading_tone_of_minor_does_not_go_away(pair):
    assert not successions("chorale", True)[tuple(place(one, minor=True) for one in pair.split())]


def test_an_applied_dominant_does_not_lose_its_third_in_a_near_key():
    table = successions("chorale", False)
    assert not table[place("V/ii"), place("vi")]
    assert table[place("V/ii"), place("ii")]


def test_a_lament_steps_down_from_the_leading_tone():
    assert successions("chorale", True)[place("V6", minor=True), place("v6", minor=True)]


@pytest.mark.parametrize("style", ["song", "chorale"])
@pytest.mark.parametrize("minor", [False, True])
def test_a_seventh_in_the_bass_falls_by_a_step(style, minor):
    sounds, table = vocabulary().sounds, successions(style, minor)
    four_twos = [
        n for n, one in enumerate(sounds) if one.bass - one.root in (-2, 5, -9) and one.bass == one.members[-1]
    ]
    assert four_twos
    for before in four_twos:
        for after in np.flatnonzero(table[before]).tolist():
            assert 7 * (sounds[before].bass - sounds[after].bass) % 12 in (1, 2)


def test_a_near_key_has_its_own_progressions():
    table = successions("chorale", True)
    for one, other in pairwise("i VII III iv VII6 III".split()):
        assert table[place(one, minor=True), place(other, minor=True)], (one, other)


@pytest.mark.parametrize(
    ("line", "is_lawful"),
    [
        ("C A7 Dm7 G7 C", True), ("C C#o7 Dm7 G7 C6", True), ("C E7 A7 D7 G7 C", True), ("C F7 C", True),
        ("G7 Em7", True), ("G7 Dm7", False), ("C7 G", False), ("C7 F", True), ("D F", False), ("D G", True),
        ("A7 Bm7", False), ("E F", True), ("G F", False), ("G Dm", False), ("G D7 G7", True),
        ("C A7 F C", False), ("D7 C", False), ("E7 Dm7", False), ("Bm7b5 C", False),
    ],
)  # fmt: skip
def test_dominants_of_songs_resolve(line, is_lawful):
    table = successions("song", False)
    assert all(table[one, other] for one, other in pairwise(symbols(line))) == is_lawful


def test_a_piece_ends_on_a_tonic_in_root_position():
    pairs = last_pairs("chorale", False)
    assert pairs[place("V7"), place("I")]
    assert pairs[place("V65"), place("I")]
    assert not pairs[place("V42"), place("I6")]


def test_minor_songs_have_a_leading_tone_before_the_tonic():
    table = successions("song", True)
    pairs = [("v", "i"), ("VII", "i"), ("V7", "i"), ("VII", "III"), ("I", "V"), ("I", "iv")]
    found = [bool(table[place(one, minor=True), place(other, minor=True)]) for one, other in pairs]
    assert found == [False, False, True, True, False, True]


@pytest.mark.parametrize("goal", ["F", "a"])
def test_a_full_close_in_a_near_key_has_a_dominant_of_its_own(goal):
    pairs = closing_pairs("PAC", "chorale", False, 0, Key.parse(goal))
    diatonic, own = {"F": (("I", "IV"), ("V7/IV", "IV")), "a": (("iii", "vi"), ("V/vi", "vi"))}[goal]
    assert not pairs[place(diatonic[0]), place(diatonic[1])]
    assert pairs[place(own[0]), place(own[1])]


@pytest.mark.parametrize("style", ["song", "chorale"])
@pytest.mark.parametrize("minor", [False, True])
def test_every_chord_of_a_style_can_be_named_and_goes_somewhere(style, minor):
    known = known_chords(style, minor)
    assert all(vocabulary().numerals[int(minor)][number] is not None for number in np.flatnonzero(known))
    assert successions(style, minor)[known].any(axis=1).mean() > 0.95


@pytest.mark.parametrize("level", range(1, 9))
def test_a_level_has_its_own_chords_only(level):
    for minor in (False, True):
        named = vocabulary().numerals[int(minor)]
        known = {named[number].figure for number in np.flatnonzero(known_chords("chorale", minor, level))}
        assert known <= set(level_named(level).figures(minor=minor))
        assert {"i" if minor else "I", "V"} <= known


@pytest.mark.parametrize(
    ("kind", "pair", "is_one"),
    [
        ("PAC", "V7 I", True), ("PAC", "V6 I", False), ("IAC", "V65 I", True), ("IAC", "V I6", True),
        ("HC", "ii6 V", True), ("HC", "V7 V", False), ("DC", "V7 vi", True), ("PC", "IV I", True),
        ("PC", "IV6 I", False),
    ],
)  # fmt: skip
def test_cadences_are_told_by_their_last_two_chords(kind, pair, is_one):
    one, other = pair.split()
    assert closing_pairs(kind, "chorale", False)[place(one), place(other)] == is_one


def test_a_cadence_in_a_near_key():
    pairs = closing_pairs("PAC", "chorale", False, 0, Key.parse("G"))
    assert pairs[place("V7/V"), place("V")]
    assert not pairs[place("V7"), place("I")]


@pytest.mark.parametrize("asked", [
    ChordsAsked(C), ChordsAsked(Key.parse("a"), style="chorale"), ChordsAsked(C, TimeSignature(3, 4), 12, level=3),
    ChordsAsked(Key.parse("g"), TimeSignature(6, 8), 16, phrases=4), ChordsAsked(C, measures=1),
    ChordsAsked(C, measures=8, style="chorale", functions=("T", "PD", "D", "T")),
])  # fmt: skip
def test_whatever_is_drawn_keeps_the_laws(asked):
    task, rng = task_of(asked), np.random.default_rng(3)
    laws, minor, level = asked.laws, asked.key.minor, asked.level
    for _ in range(40):
        chords, states = walk(task, rng)
        grid, strength = task.grid, task.grid.strength
        begins = np.flatnonzero(np.diff(chords, prepend=-1))
        assert openings(laws, minor, level)[chords[0]]
        assert known_chords(laws, minor, level)[chords].all()
        assert (states[grid.ends_phrase] == CLOSING).all()
        inner = {int(end) + 1 for end in np.flatnonzero(grid.ends_phrase)[:-1]}
        for before, after in pairwise(begins):
            if int(after) not in inner:
                assert successions(laws, minor, level)[chords[before], chords[after]]
            for pulse in range(before + 1, after):
                assert strength[pulse] <= strength[before] or states[pulse] == CLOSING or pulse in inner
        *_, before, last = begins
        assert last_pairs(laws, minor, level)[chords[before], chords[last]]
        assert strength[last] > 0


def test_a_plan_of_functions_is_kept():
    asked = ChordsAsked(C, measures=8, style="chorale", functions=("T", "PD", "D", "T"))
    chords, _ = walk(task_of(asked), np.random.default_rng(1))
    found = [FUNCTIONS[number] for number in vocabulary().function[0, chords]]
    assert found == ["T"] * 8 + ["PD"] * 8 + ["D"] * 8 + ["T"] * 8


def test_first_last_and_cadences_are_kept():
    asked = ChordsAsked(C, measures=8, style="chorale", cadences=parse_cadences("PAC in G, HC"), first="I6", last="V")
    for number in range(20):
        chords, _ = walk(task_of(asked), np.random.default_rng(number))
        assert chords[0] == place("I6")
        assert chords[-1] == place("V")
        assert chords[15] == place("V")
        first = chords[:16][np.diff(chords[:16], prepend=-1) != 0]
        assert first[-2] in (place("V/V"), place("V7/V"))


@pytest.mark.parametrize(
    ("wishes", "named"),
    [
        ({"functions": ("D", "D")}, ["function 2, D"]),
        ({"functions": ("T", "D", "PD", "T"), "style": "chorale"}, ["function 3, PD", "function 4, T"]),
        ({"level": 1, "last": "ii"}, ["the last chord, ii", "level 1"]),
        (
            {"cadences": parse_cadences("HC"), "measures": 4, "style": "chorale", "last": "I"},
            ["phrase 1: HC", "the last chord, I"],
        ),
    ],
)
def test_wishes_that_conflict_are_named(wishes, named):
    with pytest.raises(NoSolution) as found:
        task_of(ChordsAsked(C, **wishes))
    told = " / ".join(found.value.conflicts)
    assert all(words in told for words in named)


def test_of_conflicting_wishes_none_can_be_left_out():
    wishes = {"functions": ("T", "PD", "D", "T"), "first": "I", "last": "vi", "style": "chorale"}
    with pytest.raises(NoSolution) as found:
        task_of(ChordsAsked(C, **wishes, cadences=parse_cadences("PAC")))
    assert "the first chord, I" not in found.value.conflicts
    task_of(ChordsAsked(C, **(wishes | {"last": "I"}), cadences=parse_cadences("PAC")))


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"functions": ("T", "S")}, "`S` is no function"), ({"functions": ("T",) * 40}, "40 functions do not fit"),
        ({"cadences": parse_cadences("EC")}, "chords alone make no EC"), ({"measures": 65}, "65 measures"),
        ({"cadences": parse_cadences("m3: HC")}, "no phrase ends in measure 3"),
        ({"phrases": 9}, "9 phrases do not fit"),
        ({"first": "I[add9]"}, "no chord that progressions are made of"), ({"first": "H"}, "not a Roman numeral"),
        ({"meter": TimeSignature(7, 8)}, "7/8"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_wrong_usage(wishes, said):
    with pytest.raises(UsageError, match=said.replace("[", r"\[")):
        task_of(ChordsAsked(C, **wishes))
