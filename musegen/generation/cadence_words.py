"""Cadences in words, as people ask for them: `m4: HC, m8: PAC in D`, by measure or by number of the phrase."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple, get_args

from musegen.errors import UsageError
from musegen.generation.conditions import CadenceAsked
from musegen.generation.melody import Melody, MelodySlot, melody_of
from musegen.score.model import Measure, Score
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key

_HOW = "write it like m4: HC, m8b3: PAC in D, or by phrases: 1: HC, 2: PAC in D"
_PLACE = re.compile(r"m(?P<measure>\d+)(?:\s*b(?P<beat>\d+(?:\.\d+|/[1-9]\d*)?))?|(?P<phrase>\d+)")
_WISH = re.compile(r"(?P<kind>[A-Za-z]+)(?:\s+in\s+(?P<key>.+))?")
_LONGEST = 4000


class CadenceWish(NamedTuple):
    """A cadence that somebody asks for; what is None is left free."""

    kind: CadenceKind | None
    key: Key | None
    phrase: int = 0  # which phrase it ends, from 1; 0: `measure` says where
    measure: str = ""  # its printed number
    beat: Fraction | None = None  # of its last chord; None: where the phrase ends in that measure

    @property
    def words(self) -> str:
        """As it is asked for.

        >>> CadenceWish("PAC", Key.parse("D"), measure="8").words
        'm8: PAC in D'
        """
        beat = "" if self.beat is None else f"b{self.beat}"
        where = f"m{self.measure}{beat}" if self.measure else str(self.phrase)
        return f"{where}: {self.kind or 'any'}" + (f" in {self.key}" if self.key else "")


def parse_cadences(text: str) -> tuple[CadenceWish, ...]:
    """Read a list of cadences; one without a place ends the phrase after the one before it, the first one phrase 1.

    A cadence is PAC, IAC, HC, DC, PC, EC or `any`, which leaves the kind free; without `in KEY` its key is free.

    Raises:
        UsageError: the list cannot be read, or asks twice for one place.

    >>> [wish.words for wish in parse_cadences("m4: HC, m8b3: PAC in D")]
    ['m4: HC', 'm8b3: PAC in D']
    >>> [wish.words for wish in parse_cadences("HC, any in B flat major, 5: PAC")]
    ['1: HC', '2: any in B-', '5: PAC']
    """
    if len(text) > _LONGEST:
        raise UsageError("the list of cadences is too long", hint=f"{_LONGEST} letters fit")
    found: list[CadenceWish] = []
    for item in text.split(","):
        wish = _parsed(item.strip(), found[-1] if found else None)
        if any((wish.phrase, wish.measure, wish.beat) == (one.phrase, one.measure, one.beat) for one in found):
            raise UsageError(f"two cadences are asked for at one place: `{item.strip()}`", hint=_HOW)
        found.append(wish)
    return tuple(found)


def _parsed(item: str, before: CadenceWish | None) -> CadenceWish:
    place, colon, asked = item.rpartition(":")
    where, wish = _PLACE.fullmatch(place.strip()), _WISH.fullmatch(asked.strip())
    if wish is None or (colon and where is None):
        raise UsageError(f"`{item}` asks for no cadence", hint=_HOW)
    kind, key = _kind(wish["kind"]), Key.parse(wish["key"]) if wish["key"] else None
    if where is not None and where["measure"]:
        beat = Fraction(where["beat"]) if where["beat"] else None
        return CadenceWish(kind, key, 0, str(int(where["measure"])), beat)
    if where is None and before is not None and before.measure:
        raise UsageError(f"`{item}` does not say where", hint=_HOW)
    phrase = int(where["phrase"]) if where else (before.phrase + 1 if before else 1)
    if not phrase:
        raise UsageError("phrases are counted from 1", hint=_HOW)
    return CadenceWish(kind, key, phrase)


def _kind(word: str) -> CadenceKind | None:
    kinds: tuple[CadenceKind, ...] = get_args(CadenceKind)
    if word.lower() == "any":
        return None
    if word.upper() not in kinds:
        raise UsageError(f"`{word}` is no cadence", hint=f"there are {', '.join(kinds)} and any")
    return kinds[kinds.index(word.upper())]


def cadences_at(wishes: tuple[CadenceWish, ...], score: Score) -> tuple[CadenceAsked, ...]:
    """Where in a score these cadences close: for `Condition.cadences`, in order of time.

    Phrases end at the fermatas of the top line; without them where its long notes and rests tell so.

    Raises:
        UnreadableFile: there is no melody.
        UsageError: no phrase ends there, nothing sounds there, or two of them close at once.

    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("meter: 2/4\\nS: c5 d5^ | e5 d5 | c5 .")
    >>> [asked.onset // 10080 for asked in cadences_at(parse_cadences("1: HC, m3: PAC in C"), tune)]
    [1, 4]
    """
    melody = melody_of(score)
    found = [CadenceAsked(_slot(wish, melody).onset, wish.kind, wish.key) for wish in wishes]
    for number, asked in enumerate(found):
        if any(asked.onset == other.onset for other in found[:number]):
            raise UsageError(f"two cadences are asked for at {score.place(asked.onset)}", hint="leave one of them out")
    return tuple(sorted(found, key=lambda asked: asked.onset))


def _slot(wish: CadenceWish, melody: Melody) -> MelodySlot:
    """The beat of the melody at which the last chord of a cadence stands."""
    ends = [slot for slot in melody.slots if slot.is_phrase_end]
    if wish.phrase:
        if wish.phrase > len(ends):
            told = f"there is no phrase {wish.phrase}: the melody has {len(ends)}"
            raise UsageError(told, hint="end phrases with fermatas, or name measure and beat, such as m4b3: HC")
        return ends[wish.phrase - 1]
    measure = _measure(wish.measure, melody.score)
    if wish.beat is None:
        here = [slot for slot in ends if measure.onset <= slot.onset < measure.onset + measure.length]
        if len(here) != 1:
            told = "two phrases end" if here else "no phrase ends"
            hint = f"name the beat, such as m{wish.measure}b1: {wish.kind or 'any'}"
            raise UsageError(f"{told} in measure {wish.measure}", hint=hint)
        return here[0]
    return _sounding(wish, melody, measure)


def _sounding(wish: CadenceWish, melody: Melody, measure: Measure) -> MelodySlot:
    assert wish.beat is not None, "the caller has looked"
    meter, quarter = measure.time_signature, melody.score.ticks_per_quarter
    missing = meter.quarters * quarter - measure.length if measure.is_pickup else 0
    onset = measure.onset + (wish.beat - 1) * meter.beat_quarters * quarter - missing
    found = next((slot for slot in melody.slots if slot.onset <= onset < slot.onset + slot.duration), None)
    if found is None or not measure.onset <= onset < measure.onset + measure.length:
        told = f"the melody does not sound at measure {wish.measure}, beat {wish.beat}"
        raise UsageError(told, hint="name a beat on which a chord can stand")
    return found


def _measure(number: str, score: Score) -> Measure:
    found = next((measure for measure in score.measures if measure.number == number), None)
    if found is None:
        numbers = [measure.number for measure in score.measures]
        raise UsageError(f"there is no measure {number}", hint=f"there are measures {numbers[0]} to {numbers[-1]}")
    return found
