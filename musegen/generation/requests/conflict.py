"""Requests that contradict each other: an irreducible set of them, proven by searching without each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from musegen.errors import NoSolution, NotFound
from musegen.generation.requests.cadences import closes
from musegen.generation.requests.chords import ChordChain
from musegen.generation.requests.laws import Laws
from musegen.generation.requests.plan import VOICES, Plan, Wish
from musegen.generation.requests.scoring import Settings
from musegen.generation.requests.settings import EVERY, TAUGHT
from musegen.generation.requests.ways import Ways, given_voices, joins_apart, sung_in, sung_through
from musegen.score.pitch import SpelledPitch
from musegen.theory.sonority import Bools, Sonority

_VOICES = ("soprano", "alto", "tenor", "bass")
_FEW, _ALL = 40, 100_000
_MOST_PAIRS = 600_000  # successions that are looked at in one question; a second's work
_STAGES = ((_FEW, TAUGHT, 400), (_ALL, TAUGHT, 1500), (_ALL, EVERY, 20_000))
"""How many free chords are looked at, how freely they are set, and how many settings of a slot."""

Part = Literal["chord", "figures", "cadence", "note", "rule", "vocabulary"]


class Member(NamedTuple):
    """Something that was asked for and can be given up alone."""

    part: Part
    slot: int = -1
    voice: int = -1
    rule: str = ""


def irreducible(ways: Ways, first: int, last: int) -> NoSolution:
    """The error that names, by measure and beat, requests from slot `first` to slot `last` that contradict each other.

    A deletion filter over the rules of the pack and the requests: what remains has no solution in four voices in order
    within their ranges, and without any one of it there is one. Where that was not proven the error is a `NotFound`.
    """
    question = _Question(ways, first, last)
    active = question.members()
    proven = question.solvable(active) is False
    for member in active:
        without = tuple(item for item in active if item != member)
        if question.solvable(without) is False:
            active = without
    proven &= all(question.solvable(tuple(item for item in active if item != member)) for member in active)
    conflicts = tuple(question.words(member) for member in sorted(active, key=_order))
    if proven:
        if len(conflicts) == 1:
            return NoSolution("this cannot be set for four voices", conflicts=conflicts, hint="change it")
        hint = "without any one of them there is a solution"
        return NoSolution("these requests contradict each other", conflicts=conflicts, hint=hint)
    return NotFound("no setting was found that keeps these requests", conflicts=conflicts, hint="one may still exist")


def _order(member: Member) -> tuple[bool, int, int]:
    """Requests by place, then laws."""
    return member.slot < 0, member.slot, -member.voice


class _Node(NamedTuple):
    """All settings of a slot, lawful or not, and what each rule forbids of them."""

    settings: Settings
    sound: Sonority
    enters: Sonority
    leaves: Sonority
    faults: dict[str, Bools]
    whole: bool  # none was left out for their number


_Key = tuple[Wish, bytes, int, int]
"""A slot's wish, the states of its chord, how freely it is set, and in how many ways at the most."""


@dataclass
class _Question:
    """Whether some of the requests of a window have a solution together; what was found out is kept."""

    ways: Ways
    first: int
    last: int
    _nodes: dict[_Key, _Node] = field(default_factory=dict)
    _steps: dict[tuple[int, _Key, _Key], dict[str, Bools]] = field(default_factory=dict)

    def members(self) -> tuple[Member, ...]:
        """All that could be given up; what is given up first, if it makes no difference, comes first."""
        laws = [Member("rule", rule=rule) for rule in self.ways.laws.forbidding()]
        asked: list[Member] = []
        for slot in range(self.first, self.last + 1):
            wish = self.ways.plan.wishes[slot]
            asked += [Member("note", slot, voice) for voice in (1, 2, 0, 3) if wish.notes[voice]]
            parts = (("cadence", wish.cadence), ("figures", wish.figures), ("chord", wish.chord))
            asked += [Member(part, slot) for part, value in parts if value is not None]  # type: ignore[arg-type]
        asked.sort(key=lambda member: member.part != "note")
        vocabulary = (Member("vocabulary"),) if self.ways.chain.limited else ()
        return (*laws, *asked, *vocabulary)

    def words(self, member: Member) -> str:
        """A request by measure and beat, a rule with its pack."""
        plan = self.ways.plan
        if member.part == "rule":
            return f"the rule {member.rule} of {plan.pack}"
        if member.part == "vocabulary":
            return f"the chords of {plan.pack}"
        wish, where = plan.wishes[member.slot], plan.score.place(plan.slots[member.slot].onset)
        return f"{where}: {_asked_for(wish, member, plan)}"

    def solvable(self, active: tuple[Member, ...]) -> bool | None:
        """Whether there is a way through the window; None where that was too much to find out."""
        wishes = [self._wish(slot, active) for slot in range(self.first, self.last + 1)]
        rules = {member.rule for member in active if member.part == "rule"}
        limited = self.ways.chain.limited and Member("vocabulary") in active
        ways = self.ways if limited == self.ways.chain.limited else self._unlimited
        if self._is_barred(wishes, rules) or self._misses(ways, wishes):
            return False
        found = any(self._reach(ways, wishes, stage, rules) for stage in _STAGES[:-1])
        return found or self._reach(ways, wishes, _STAGES[-1], rules)

    def _wish(self, slot: int, active: tuple[Member, ...]) -> Wish:
        wish = self.ways.plan.wishes[slot]
        kept = {(member.part, member.voice) for member in active if member.slot == slot}
        return Wish(
            wish.chord if ("chord", -1) in kept else None,
            wish.figures if ("figures", -1) in kept else None,
            wish.cadence if ("cadence", -1) in kept else None,
            tuple(wish.notes[voice] if ("note", voice) in kept else () for voice in range(VOICES)),
        )

    def _reach(self, ways: Ways, wishes: list[Wish], stage: tuple[int, int, int], rules: set[str]) -> bool | None:
        """Whether there is a way through, in the settings of this stage; None where some were left out."""
        keys = [self._key(ways, slot, wish, stage) for slot, wish in enumerate(wishes, self.first)]
        nodes = [self._node(ways, key) for key in keys]
        if sum(len(one.settings.cost) * len(two.settings.cost) for one, two in pairwise(nodes)) > _MOST_PAIRS:
            return None
        reached = ~_any_of(nodes[0].faults, rules)
        for slot in range(self.first + 1, self.last + 1):
            place = slot - self.first
            closed = _any_of(self._faults(ways, slot, keys[place - 1], keys[place]), rules)
            reached = (~closed[reached]).any(axis=0) & ~_any_of(nodes[place].faults, rules)
        return True if reached.any() else False if all(node.whole for node in nodes) else None

    def _key(self, ways: Ways, slot: int, wish: Wish, stage: tuple[int, int, int]) -> _Key:
        asked = self.ways.plan.wishes
        states = ways.chain.live(wish)
        if wish.states_chord and not any(item.cadence for item in asked[self.first : self.last + 1]):
            kept = self.ways.chain.kept(slot, EVERY)  # as the whole piece reads it
            states = kept if len(kept) else states
        few, freedom, most = stage
        states = states[np.argsort(ways.chain.space.alone[states], kind="stable")[:few]]
        return wish, states.tobytes(), freedom, most

    def _node(self, ways: Ways, key: _Key) -> _Node:
        if key not in self._nodes:
            wish, states, freedom, most = key
            every, sound = ways.settings(wish, np.frombuffer(states, dtype=np.intp), freedom)
            cheapest = np.argsort(every.cost, kind="stable")[:most]
            settings, sound = every.at(cheapest), sound[cheapest]
            faults = _forbidden(ways.laws, sound, wish)
            whole = len(cheapest) == len(every.cost)
            self._nodes[key] = _Node(settings, sound, *sung_in(sound, wish), faults, whole)
        return self._nodes[key]

    def _faults(self, ways: Ways, slot: int, one: _Key, two: _Key) -> dict[str, Bools]:
        """What each rule forbids of ways into a slot; the cadence that is asked for is a law without a name."""
        if (slot, one, two) not in self._steps:
            before, here, left, met = self._node(ways, one), self._node(ways, two), one[0], two[0]
            heard = before.sound[:, None], here.sound[None, :]
            sung = (before.leaves[:, None], here.enters[None, :]) if joins_apart(left, met) else None
            given, stated = given_voices(left) & given_voices(met), left.states_chord or met.states_chord
            faults = {} if ways.is_new_start(slot) else ways.laws.why(heard, sung, given, stated=stated)
            shape = len(before.settings.cost), len(here.settings.cost)
            missed = np.broadcast_to(ways.misses_cadence(met, before.settings, here.settings), shape)
            self._steps[slot, one, two] = {**faults, "": missed}
        return self._steps[slot, one, two]

    def _misses(self, ways: Ways, wishes: list[Wish]) -> bool:
        """No chords that the window may have make the cadence that is asked for, under the soprano that is given."""
        chords = ways.chain.space.chords
        for before, last in pairwise(wishes):
            asked = last.cadence
            if asked is None:
                continue
            sung = [note.fifths for note in last.notes[0]]
            pairs = ((chords[one], chords[two]) for two in ways.chain.live(last) for one in ways.chain.live(before))
            if not any(closes(asked, one, two, tone) for one, two in pairs for tone in sung or two.tones):
                return True
        return False

    @cached_property
    def _unlimited(self) -> Ways:
        """With the chords of every pack."""
        chain = ChordChain(self.ways.plan, self.ways.chain.statistics, limited=False)
        return Ways(self.ways.plan, chain, self.ways.laws)

    def _is_barred(self, wishes: list[Wish], rules: set[str]) -> bool:
        """The given notes alone break a law of sound between them, whatever chords they stand in."""
        for slot, (left, met) in enumerate(pairwise(wishes), self.first + 1):
            given = given_voices(left) & given_voices(met)
            joined = _notes_alone(left, -1), _notes_alone(met, 0)
            if not self.ways.is_new_start(slot) and self.ways.laws.bars(joined, given) & rules:
                return True
        return False


def _forbidden(laws: Laws, sound: Sonority, wish: Wish) -> dict[str, Bools]:
    """What each rule forbids of settings, and of what sounds while given voices sing on over them."""
    given = given_voices(wish)
    faults = laws.why((sound,), None, given, stated=wish.states_chord)
    for passing in sung_through(sound, wish) if joins_apart(wish, wish) else ():
        for rule, fault in laws.why_passing(passing, given).items():
            faults[rule] = faults[rule] | fault
    return faults


def _any_of(faults: dict[str, Bools], rules: set[str]) -> Bools:
    """Where some of these rules, or a law without a name, forbids."""
    found = [fault for rule, fault in faults.items() if rule in rules or not rule]
    return np.logical_or.reduce(found) if found else np.zeros_like(next(iter(faults.values())))


def _notes_alone(wish: Wish, place: int) -> Sonority:
    """What the given voices sing first (0) or last (-1), the others silent."""
    notes = [sung[place] if sung else (0, 0) for sung in wish.notes]
    sounds = given_voices(wish)[None, :]
    pitch, fifths = np.array(notes, dtype=np.int16).T
    return Sonority(pitch[None, :], fifths[None, :], sounds, sounds)


def _asked_for(wish: Wish, member: Member, plan: Plan) -> str:
    if member.part == "note":
        names = " ".join(SpelledPitch(note.pitch, note.fifths).name for note in wish.notes[member.voice])
        melody = member.voice == 0 and plan.melody is not None
        return f"the melody's {names}" if melody else f"the given {_VOICES[member.voice]} {names}"
    if member.part == "cadence":
        assert wish.cadence is not None, "only what is asked for is named"
        key = f" in {wish.cadence.key.words}" if wish.cadence.key else ""
        return f"the cadence {wish.cadence.kind or 'asked for'}{key}"
    asked = wish.chord if member.part == "chord" else wish.figures
    assert asked is not None, "only what is asked for is named"
    return f"the given {member.part} {asked.text}"
