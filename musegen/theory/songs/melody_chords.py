"""Chords for a melody that has none: whole harmonisations and, slot by slot, ranked chords with their odds.

`song` weighs chord successions counted in lead sheets with what is sung over each chord; `chorale` the progressions of
Bach's chorales with the soprano's degree (a hidden Markov chain each, as in Simon, Morris and Basu, "MySong", 2008).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple, get_args

from musegen.errors import UsageError
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.songs.chorale_chain import chorale_chain, chorale_choices
from musegen.theory.songs.ranking import moving, odds, ranked_paths
from musegen.theory.songs.slots import EVERY, Every, Slot, sung_slots
from musegen.theory.songs.song_chain import song_chain, song_choices
from musegen.theory.songs.song_statistics import SongStatistics, song_statistics
from musegen.theory.statistics import statistics

Style = Literal["song", "chorale"]
STYLES: tuple[Style, ...] = get_args(Style)
MOST = 50
"""Harmonisations, and alternatives of a slot, that may be asked for."""
_LIKELY = 0.01
MOVES: dict[tuple[Style, Every], float] = {
    ("song", "measure"): 0.6, ("song", "half"): 1.0, ("song", "beat"): 1.2, ("chorale", "half"): 0.4,
    ("chorale", "measure"): 0.6,
}  # fmt: skip
"""What a whole harmonisation pays, in nats, for each slot over the root of the one before: else long tonics win. So
roots change about as often as in Bach's own settings of chorale melodies; chorales beat by beat do without."""


class ChordChoice(NamedTuple):
    """A chord for a slot."""

    symbol: str  # `Dm7`, flats as `-`
    numeral: Numeral
    probability: float


class MelodySlot(NamedTuple):
    """A slot of the melody with its chords, the likeliest first. Times in ticks."""

    onset: int
    end: int
    measure: str
    beat: Fraction
    choices: tuple[ChordChoice, ...]


class SetChord(NamedTuple):
    """A chord of a harmonisation; slots that keep their chord are one. Times in ticks."""

    onset: int
    end: int
    measure: str
    beat: Fraction
    symbol: str
    numeral: Numeral


class Harmonisation(NamedTuple):
    """Chords for the whole melody; `confidence` is the mean probability of what it says in each slot."""

    chords: tuple[SetChord, ...]
    confidence: float

    @property
    def labels(self) -> tuple[HarmonyLabel, ...]:
        """Its chord symbols, to be written over the melody."""
        return tuple(HarmonyLabel(chord.onset, "chord_symbol", chord.symbol) for chord in self.chords)


class MelodyChords(NamedTuple):
    """What was found for a melody."""

    key: Key
    style: Style
    harmonisations: tuple[Harmonisation, ...]  # best first
    slots: tuple[MelodySlot, ...]


def chords_for(
    score: Score,
    count: int = 3,
    *,
    key: Key | None = None,
    style: Style = "song",
    every: Every | None = None,
    learned: SongStatistics | None = None,
) -> MelodyChords:
    """Chords for the top line of a score, whatever chords it has: `count` harmonisations, ranked.

    `every` says how often a chord may change: a "measure" in songs, a "beat" in chorales unless stated.
    `key` states the key instead of finding it; `learned` takes other song statistics.

    Raises:
        UsageError: so many cannot be asked for.
        UnreadableFile: there is no melody.

    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("key: C major; meter: 3/4\\nS: e5 c5 g4 | f5 e5 d5 | d5 b4 g4 | c5 . .")
    >>> best = chords_for(tune).harmonisations[0]
    >>> [chord.symbol for chord in best.chords]
    ['C', 'Dm', 'G7', 'C']
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"{count} harmonisations cannot be asked for", hint=f"1 to {MOST} can")
    every = every or ("beat" if style == "chorale" else "measure")
    slots = sung_slots(score, every, pickup=style == "chorale")
    key = key or home_keys(score, statistics())[0].key
    if style == "chorale":
        chain, choices = chorale_chain(score, slots, key, statistics()), chorale_choices(key)
    else:
        songs = learned or song_statistics()
        chain, choices = song_chain(slots, key, EVERY.index(every), songs), song_choices(key, songs)
    chances = odds(chain)
    paths = ranked_paths(moving(chain, [numeral.root for _, numeral in choices], MOVES.get((style, every), 0.0)), count)
    found = tuple(
        Harmonisation(
            _chords(score, slots, [choices[place] for place in path]),
            float(chances[range(len(path)), path].mean()),
        )
        for path in paths
    )
    rows = [_slot(score, slot, row.tolist(), choices) for slot, row in zip(slots, chances, strict=True)]
    return MelodyChords(key, style, found, tuple(rows))


def _slot(score: Score, slot: Slot, chances: list[float], choices: list[tuple[str, Numeral]]) -> MelodySlot:
    order = sorted(range(len(chances)), key=lambda place: -chances[place])
    likely = [place for number, place in enumerate(order[:MOST]) if number < 3 or chances[place] >= _LIKELY]
    told = tuple(ChordChoice(*choices[place], round(chances[place], 4)) for place in likely)
    return MelodySlot(slot.onset, slot.end, *score.place(slot.onset), told)


def _chords(score: Score, slots: list[Slot], said: list[tuple[str, Numeral]]) -> tuple[SetChord, ...]:
    found: list[SetChord] = []
    for slot, (symbol, numeral) in zip(slots, said, strict=True):
        if found and found[-1].symbol == symbol:
            found[-1] = found[-1]._replace(end=slot.end)
        else:
            found.append(SetChord(slot.onset, slot.end, *score.place(slot.onset), symbol, numeral))
    return tuple(found)
