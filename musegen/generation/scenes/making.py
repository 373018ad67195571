"""Cues on request: a duration and moods in, a score of that length for melody and piano out, checked by the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from numpy.random import Generator

from musegen.engraving.excerpts import excerpt
from musegen.generation.accompaniment.judging import own_findings
from musegen.generation.accompaniment.making import Accompaniment, accompany
from musegen.generation.accompaniment.styles import Style, load_style
from musegen.generation.refine.rereading import reread
from musegen.generation.scenes.asking import CuePlan, CueWish, planned
from musegen.generation.scenes.melodies import stretches
from musegen.generation.scenes.writing import lead_sheet, with_directions, with_players
from musegen.rules.engine import check_all
from musegen.rules.findings import Finding
from musegen.rules.packs import load_pack
from musegen.score.model import Score
from musegen.theory.songs.sheet import sheet_chords

PACKS = ("melody", "lead-sheet", "accompaniment")
"""What a cue is checked by: its melody by the first two, the whole by the last."""
_STYLES = Path(__file__).parent / "styles"
_TRIES = 4
"""Cues that are made before one with errors is given out."""


@dataclass(frozen=True)
class Cue:
    """A cue, what it was to be, and what the rules say of it."""

    score: Score
    plan: CuePlan
    findings: tuple[Finding, ...]

    @property
    def seconds(self) -> float:
        """How long it sounds, by its tempo marks."""
        return sum(scene.timed.seconds(self.plan.meter) for scene in self.plan.scenes)

    @property
    def changes(self) -> tuple[float, ...]:
        """When the moods change, in seconds."""
        found, time = [], 0.0
        for scene in self.plan.scenes[:-1]:
            time += scene.timed.seconds(self.plan.meter)
            found.append(time)
        return tuple(found)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)


def make_cue(wish: CueWish, rng: Generator) -> Cue:
    """A cue as it is wished: the first without errors under the rules, of a few.

    Raises:
        UsageError: the wishes contradict each other, or no music is so short or so long.
    """
    plan = planned(wish, rng)
    found: list[Cue] = []
    for attempt in rng.spawn(_TRIES):
        cue = _made(wish, plan, attempt)
        if not cue.errors:
            return cue
        found.append(cue)
    return min(found, key=lambda cue: cue.errors)


def _made(wish: CueWish, plan: CuePlan, rng: Generator) -> Cue:
    title = f"Cue: {_words(plan)}, {wish.duration:g} s"
    lead = lead_sheet(stretches(plan, wish.ending, rng), title)
    played = []
    first = 0
    for number, scene in enumerate(plan.scenes):
        last = first + scene.timed.measures
        goes_on = number + 1 < len(plan.scenes) and plan.scenes[number + 1].is_gradual
        part = excerpt(lead, first, last if goes_on else last - 1)
        made = accompany(
            part, rng, style=_style(wish.style or scene.character.style, own=not wish.style),
            level=scene.character.busy,
        )  # fmt: skip
        played.append((made.score, first, last))
        first = last
    whole = reread(with_directions(with_players(lead, played), plan))
    whole = replace(whole, source=None)
    return Cue(whole, plan, _findings(lead, whole, made.style))


def _words(plan: CuePlan) -> str:
    joints = [" to " if scene.is_gradual else ", then " for scene in plan.scenes[1:]]
    words = [scene.mood.words for scene in plan.scenes]
    return words[0] + "".join(joint + word for joint, word in zip(joints, words[1:], strict=True))


def _style(name: str, *, own: bool) -> Style:
    return load_style(str(_STYLES / f"{name}.toml") if own else name)


def _findings(lead: Score, whole: Score, style: Style) -> tuple[Finding, ...]:
    """What the packs say of melody and chords, and of what is played under them."""
    sheet = reread(lead)
    found = [finding for name in PACKS[:2] for finding in next(check_all([(sheet, None)], load_pack(name))).findings]
    made = Accompaniment(whole, style, 1, sheet_chords(whole), False, len(lead.parts))
    return (*found, *own_findings(made, PACKS[2]))
