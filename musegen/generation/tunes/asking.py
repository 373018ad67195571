"""What is asked of a melody, completed by what follows from it; what contradicts itself is refused or told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from numpy.random import Generator

from musegen.errors import UsageError, nearest
from musegen.generation.tunes.moods import MOODS
from musegen.generation.tunes.periods import period_plan
from musegen.generation.tunes.plans import SONG, Plan, draw_plan
from musegen.generation.tunes.primers import Primer
from musegen.generation.tunes.under import Chart, aimed
from musegen.score.meter import TimeSignature
from musegen.score.pitch import pitch_class_of
from musegen.theory.tunes.levels import LIMITS
from musegen.theory.tunes.symbols import GRID, MODES, Home, check_meter, home_of
from musegen.theory.tunes.telling import GENRES, STYLES

PHRASED = range(1, 5)
"""Levels whose melodies are exercises: in phrases, without repeats."""
_OF_GENRE = {
    "jig": "6/8 9/8 12/8", "slip jig": "9/8", "reel": "2/2 4/4 2/4", "hornpipe": "2/2 4/4 2/4 3/2",
    "march": "4/4 2/4 6/8 2/2", "waltz": "3/4 3/8", "strathspey": "4/4 2/2", "polka": "2/4",
}  # fmt: skip
"""Meters of each genre, the usual one first; airs are in any."""
_OF_LEVEL = ("4/4 4/4 3/4 2/4", "4/4 4/4 3/4 2/4", "4/4 4/4 3/4 2/4 6/8", "4/4 4/4 3/4 2/4 6/8 2/2")
_OF_SONGS = ("4/4", "4/4", "4/4", "3/4", "2/2", "6/8")
_EASY_BARS = 8
_SONG_BARS = (8, 16, 16, 32)
_EASY_MODES = ("major",), ("major", "major", "minor"), ("major", "major", "minor"), ("major", "minor", "dorian")
_TONICS = {"major": (1, 2, 0, 3, -1), "minor": (2, 4, 3, 1), "dorian": (2, 4, 3), "mixolydian": (2, 3, 1)}
"""Usual tonics of each mode, on the line of fifths; of other modes D."""
_UPBEATS = 0.4
"""Songs that begin with an upbeat, where it is left free."""
_TRIES = 12
"""Plans over chords, of which the one is taken that has nearest to so many of its measures come again."""
_AGAIN = 1 / 3


@dataclass(frozen=True)
class TuneWish:
    """Requests; what is None, 0 or empty is left free.

    >>> TuneWish(measures=16, style="irish").pack
    'melody'
    """

    key: Home | None = None
    meter: TimeSignature | None = None
    measures: int = 0
    pickup: str = "auto"  # "none", "beat" or "auto"
    style: str = ""
    genre: str = ""
    level: int = 0
    mood: str = ""
    chords: Chart | None = None
    range: tuple[int, int] | None = None  # MIDI numbers
    pack: str = "melody"
    candidates: int = 24
    temperature: float = 1.0

    @property
    def is_phrased(self) -> bool:
        """Whether it is a song or an exercise, in phrases that close, and without repeats."""
        return bool(self.chords) or self.style == SONG or self.level in PHRASED


def completed(wish: TuneWish, primer: Primer | None) -> TuneWish:
    """The wish with what its chords and its primer say of key, meter and length.

    Raises:
        UsageError: a word is none, or two requests contradict each other.
    """
    check_words(wish.style, wish.genre, wish.mood)
    if primer:
        _check_primer(wish, primer)
        wish = replace(wish, meter=primer.tune.meter, key=primer.tune.home)
    if wish.chords:
        wish = _over(wish, wish.chords)
    return wish


def check_words(style: str, genre: str, mood: str = "") -> None:
    """Whether there are such a style, genre and mood; "" is any.

    Raises:
        UsageError: one is none; says what is nearest to it.
    """
    for what, word, words in (("style", style, STYLES), ("genre", genre, GENRES), ("mood", mood, [*MOODS])):
        if word and word not in words:
            raise UsageError(f"there is no {what} `{word}`", hint=nearest(word, [*words]))


def remarks(wish: TuneWish) -> tuple[str, ...]:
    """What a person should know who asks for this: how requests that pull apart are both kept; `wish` is completed.

    Raises:
        UsageError: its genre is never in its meter. A few real tunes are, which judges ask for; a person errs.
    """
    _check_genre(wish)
    found = []
    if wish.mood and wish.key and MODES[wish.key.mode] not in MOODS[wish.mood].modes:
        modes = " or ".join(MOODS[wish.mood].modes)
        found.append(f"{wish.mood} melodies are in {modes}; in {wish.key.words} only pace and span are {wish.mood}")
    if wish.level and wish.style == SONG:
        found.append(f"a song of level {wish.level} has the lengths and leaps of the level; nothing is tied over")
    if wish.chords and wish.measures % len(wish.chords.bars):
        found.append(f"{len(wish.chords.bars)} measures of chords, begun again, break off in {wish.measures} measures")
    if wish.chords and not wish.chords.has_tonic_at(wish.measures - 1, (wish.key or wish.chords.home).fifths):
        last = wish.chords.over(wish.measures - 1)[-1][1]
        found.append(f"the last chord, {last}, has no tonic: the melody ends on another of its notes")
    return tuple(found)


def planned(wish: TuneWish, rng: Generator) -> tuple[Plan, Home]:
    """A plan as it is wished, and its key."""
    if wish.is_phrased:
        return _phrased(wish, rng)
    meters = meters_of_genre(wish.genre)
    plan = draw_plan(
        rng, meter=wish.meter, measures=wish.measures, style=wish.style, genre=wish.genre, pickup=wish.pickup,
        meters=meters, level=wish.level, home=wish.key,
        modes=[MODES.index(mode) for mode in MOODS[wish.mood].modes] if wish.mood else (),
        density=MOODS[wish.mood].density if wish.mood else None,
    )  # fmt: skip
    its_own = plan.like.home if plan.like and (not wish.mood or MODES[plan.mode] in MOODS[wish.mood].modes) else None
    if its_own and not _can_end(its_own.fifths, wish.range):
        its_own = None
    return _with_upbeat(plan, wish), wish.key or its_own or _some_key(wish, MODES[plan.mode], rng)


def _check_primer(wish: TuneWish, primer: Primer) -> None:
    tune = primer.tune
    for what, asked, given in (("meter", wish.meter, tune.meter), ("key", wish.key, tune.home)):
        if asked and (asked != given if what == "meter" else asked[:2] != given[:2]):
            told = f"the primer has another {what}"
            raise UsageError(told, hint=f"leave out --{what}, or give a primer of that {what}")


def _over(wish: TuneWish, chords: Chart) -> TuneWish:
    """The wish in the key and meter of its chords, and as long as they are, where nothing else is asked."""
    if wish.meter and chords.meter and wish.meter != chords.meter:
        raise UsageError(f"the chords stand in {chords.meter}, not in {wish.meter}", hint="leave out --meter")
    home = chords.home
    if wish.key and not chords.is_in(wish.key):
        told = f"these chords are not in {wish.key.words}"
        raise UsageError(told, hint=f"leave out --key, or ask for {home.words}; or give chords of {wish.key.words}")
    return replace(
        wish, key=wish.key or home, meter=wish.meter or chords.meter, measures=wish.measures or chords.measures
    )


def _check_genre(wish: TuneWish) -> None:
    meters = meters_of_genre(wish.genre)
    if wish.meter and meters and wish.meter not in meters:
        *others, last = map(str, meters)
        named = f"{', '.join(others)} or {last}" if others else last
        raise UsageError(f"no {wish.genre} is in {wish.meter}", hint=f"it is in {named}; leave out --genre or --meter")


def meters_of_genre(genre: str) -> tuple[TimeSignature, ...]:
    """The meters that tunes of a genre are written in; empty where they are in any."""
    return tuple(TimeSignature.parse(text) for text in _OF_GENRE.get(genre, "").split())


def _phrased(wish: TuneWish, rng: Generator) -> tuple[Plan, Home]:
    meter = wish.meter or _some_meter(wish, rng)
    check_meter(meter)
    easy = wish.level in PHRASED
    modes = MOODS[wish.mood].modes if wish.mood else _EASY_MODES[wish.level - 1] if easy else _EASY_MODES[1]
    home = wish.key or _some_key(wish, str(rng.choice(modes)), rng)
    measures = wish.measures or (_EASY_BARS if easy else int(rng.choice(_SONG_BARS)))
    chords = [wish.chords.over(bar) for bar in range(measures)] if wish.chords else []
    late = bool(chords) and len(chords[-1]) > 1  # the last chord would be cut off by what an upbeat takes away
    upbeat = wish.pickup == "beat" or (wish.pickup == "auto" and not easy and not late and rng.random() < _UPBEATS)
    plans = [
        period_plan(
            rng, meter, measures, pickup=int(meter.beat_quarters * GRID) * upbeat, mode=MODES[home.mode], chords=chords,
            is_exercise=easy,
        )
        for _ in range(_TRIES if wish.chords else 1)
    ]  # fmt: skip
    plan = _with_upbeat(min(plans, key=lambda plan: abs(plan.likeness - _AGAIN * plan.bars)), wish)
    return (aimed(plan, wish.chords, home) if wish.chords else plan), home


def _some_meter(wish: TuneWish, rng: Generator) -> TimeSignature:
    usual = _OF_LEVEL[wish.level - 1].split() if wish.level in PHRASED else list(_OF_SONGS)
    of_genre = _OF_GENRE.get(wish.genre, "").split()
    found = [text for text in usual if not of_genre or text in of_genre] or of_genre[:1]
    return TimeSignature.parse(str(rng.choice(found)))


def _some_key(wish: TuneWish, mode: str, rng: Generator) -> Home:
    mode = str(rng.choice(MOODS[wish.mood].modes)) if wish.mood else mode
    tonics = _TONICS.get(mode, (2,))
    return home_of(int(rng.choice([tonic for tonic in tonics if _can_end(tonic, wish.range)] or tonics)), mode)


def _can_end(tonic: int, span: tuple[int, int] | None) -> bool:
    """Whether a range has the tonic, a place on the line of fifths."""
    return span is None or any(pitch % 12 == pitch_class_of(tonic) for pitch in range(span[0], span[1] + 1))


def _with_upbeat(plan: Plan, wish: TuneWish) -> Plan:
    """The plan with the upbeat that is asked for, in notes that the level has; else none could begin on a beat."""
    beat = int(plan.meter.beat_quarters * GRID)
    pickup = {"none": 0, "beat": beat}.get(wish.pickup, plan.pickup)
    shortest = int(LIMITS[wish.level - 1].shortest * beat) if wish.level else 1
    return replace(plan, pickup=pickup // shortest * shortest)
