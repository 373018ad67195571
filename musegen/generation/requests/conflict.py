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
from musegen.generation.requests.scoring import Array
from musegen.generation.requests.settings import EVERY, TAUGHT
from musegen.generation.requests.ways import Slotted, Ways, given_voices
from musegen.score.pitch import SpelledPitch
from musegen.theory.sonority import Sonority

_VOICES = ("soprano", "alto", "tenor", "bass")
_FEW = 40  # chords that are tried first where a slot's chord is free
_MOST_PAIRS = 1_500_000  # successions that are looked at in one question; a second's work
_STAGES = (0, 1, 2)  # a few free chords, all of them, all of them in every setting

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
        answer = question.solvable(without)
        if answer is False:
            active = without
        proven &= answer is not None
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


@dataclass
class _Question:
    """Whether some of the requests of a window have a solution together."""

    ways: Ways
    first: int
    last: int
    _known: dict[tuple[Wish, int, int, frozenset[str], bool], Slotted] = field(default_factory=dict)

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
        rules = frozenset(member.rule for member in active if member.part == "rule")
        gone = frozenset(self.ways.laws.forbidding()) - rules
        limited = self.ways.chain.limited and Member("vocabulary") in active
        chain = self.ways.chain if limited == self.ways.chain.limited else self._unlimited
        ways = self.ways.under(chain, Laws(self.ways.laws.pack, gone, lenient=self.ways.laws.lenient))
        if self._is_barred(ways, wishes) or self._misses(ways, wishes):
            return False
        free = any(not wish.states_chord for wish in wishes)
        for stage in _STAGES if free else _STAGES[-1:]:
            found = self._reach(ways, wishes, stage, gone)
            if found:
                break
        return found

    def _wish(self, slot: int, active: tuple[Member, ...]) -> Wish:
        wish = self.ways.plan.wishes[slot]
        kept = {(member.part, member.voice) for member in active if member.slot == slot}
        return Wish(
            wish.chord if ("chord", -1) in kept else None,
            wish.figures if ("figures", -1) in kept else None,
            wish.cadence if ("cadence", -1) in kept else None,
            tuple(wish.notes[voice] if ("note", voice) in kept else () for voice in range(VOICES)),
        )

    def _reach(self, ways: Ways, wishes: list[Wish], stage: int, gone: frozenset[str]) -> bool | None:
        """Whether there is a way through; settings of free chords are few at first."""
        slots = [self._settings(ways, wish, stage, gone) for wish in wishes]
        all_seen = all(slot.all_kept for slot in slots)
        if sum(len(one.cost) * len(two.cost) for one, two in pairwise(slots)) > _MOST_PAIRS:
            return None
        reached: Array = np.ones(len(slots[0].cost), dtype=bool)
        for place in range(1, len(slots)):
            step = self.first + place
            is_open = ways.is_open(step, slots[place - 1], slots[place], wishes[place - 1], wishes[place])
            reached = np.asarray(is_open[reached].any(axis=0))
        return True if reached.any() else False if all_seen else None

    def _settings(self, ways: Ways, wish: Wish, stage: int, gone: frozenset[str]) -> Slotted:
        free = not wish.states_chord
        states = ways.chain.live(wish)
        if free and stage == 0:
            states = states[np.argsort(ways.chain.space.alone[states], kind="stable")[:_FEW]]
        freedom = TAUGHT if free and stage < 2 else EVERY
        key = (wish, len(states), freedom, gone, ways.chain.limited)
        if key not in self._known:
            self._known[key] = ways.slotted(wish, states, freedom)
        return self._known[key]

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
    def _unlimited(self) -> ChordChain:
        """The chords of every pack."""
        return ChordChain(self.ways.plan, self.ways.chain.statistics, limited=False)

    def _is_barred(self, ways: Ways, wishes: list[Wish]) -> bool:
        """The given notes alone break a law of sound between them, whatever chords they stand in."""
        alone = [_notes_alone(wish, place) for wish in wishes for place in (0, -1)]
        for step in range(1, len(wishes)):
            if ways.is_new_start(self.first + step):
                continue
            given = given_voices(wishes[step - 1]) & given_voices(wishes[step])
            if ways.laws.bars((alone[2 * step - 1], alone[2 * step]), given):
                return True
        return False


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
