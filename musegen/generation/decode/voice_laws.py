"""The laws of any pack, as a search over frames asks for them: a voice after the other, then the whole sonority."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from musegen.rules.entries import Rule
from musegen.rules.masks import voices_of
from musegen.rules.packs import Pack, load_pack
from musegen.theory.sonority import Bools, Sonority

VOICES = 4
_PAIRS = list(combinations(range(VOICES), 2))
_WITH = [[number for number, pair in enumerate(_PAIRS) if voice in pair] for voice in range(VOICES)]
"""For each voice the numbers of the pairs that it belongs to."""


class Laws:
    """The slice and pair rules of a pack over rows of four voices, S A T B; a row is a particle or a candidate."""

    def __init__(self, pack: str | Pack) -> None:
        """`pack` is a pack, or the name or path of one.

        Raises:
            PackError, UsageError: there is no such pack, or it cannot be used.
        """
        pack = load_pack(pack) if isinstance(pack, str) else pack
        suits = not pack.scope.voices or VOICES in pack.scope.voices
        rules = [rule for rule in pack.rules if suits and _is_judged(rule)]
        self._errors = [rule for rule in rules if rule.severity == "error"]
        self._weighing = [rule for rule in rules if rule.severity != "error" and not rule.kind.throughout]
        self._throughout = [rule for rule in rules if rule.kind.throughout]

    def refused(
        self, before: Sonority, now: Sonority, joined: Bools, voice: int, *, pulse: Bools | bool = True
    ) -> Bools:
        """(rows,): the note of `voice` breaks a law, by itself or together with the voices that are decided so far.

        `now.sounds` is True only for decided voices that sound, `voice` included. `before` holds what each voice sang
        last; rules of successions act only where `joined`. `pulse`: the frame begins a felt beat.
        """
        found = np.zeros(len(now.pitch), dtype=bool)
        for rule in self._errors:
            if not rule.kind.throughout and not (rule.kind.needs_harmony and now.harmony is None):
                mask = _holds(rule, before, now, joined, pulse)
                found |= mask[:, _WITH[voice]].any(axis=1) if rule.kind.axis == "pairs" else mask[:, voice]
        return found & now.sounds[:, voice]

    def refused_chord(self, before: Sonority, now: Sonority, joined: Bools, *, pulse: Bools | bool = True) -> Bools:
        """(rows,): the whole sonority, all voices decided, breaks a law that no voice could see when it was decided."""
        found = np.zeros(len(now.pitch), dtype=bool)
        for rule in self._errors:
            if not rule.kind.throughout and not (rule.kind.needs_harmony and now.harmony is None):
                found |= _holds(rule, before, now, joined, pulse).any(axis=1)
        return found

    def costs(
        self, before: Sonority, now: Sonority, joined: Bools, *, pulse: Bools | bool = True
    ) -> npt.NDArray[np.float64]:
        """(rows,): the points of all warnings and half the points of all infos in a complete frame."""
        total = np.zeros(len(now.pitch))
        for rule in self._weighing:
            if not (rule.kind.needs_harmony and now.harmony is None):
                weight = rule.points * (1.0 if rule.severity == "warning" else 0.5)
                total += weight * _holds(rule, before, now, joined, pulse).any(axis=1)
        return total

    def lacks(self, now: Sonority) -> Bools:
        """(rows, rules): which rules about what a chord lacks throughout hold in this sonority, all voices decided.

        A chord breaks such a rule only if it holds in all its frames: keep `lack = lacks(now) & (lack | begins)`, and
        ask `lack_refused` and `lack_costs` when the chord ends. (rows, 0) without chords.
        """
        rules = [] if now.harmony is None else self._throughout
        return np.array([voices_of(rule, now) for rule in rules], dtype=bool).reshape(-1, len(now.pitch)).T

    def lack_refused(self, lack: Bools) -> Bools:
        """(rows,): what a chord has lacked from its beginning to its end is an error."""
        return np.asarray(lack @ np.array([rule.severity == "error" for rule in self._throughout], dtype=bool))

    def lack_costs(self, lack: Bools) -> npt.NDArray[np.float64]:
        """(rows,): the points of what a chord has lacked throughout and that is no error."""
        weights = [_WEIGHTS[rule.severity] * rule.points for rule in self._throughout]
        return np.asarray(lack @ np.array(weights, dtype=np.float64))


_WEIGHTS = {"error": 0.0, "warning": 1.0, "info": 0.5}


def _is_judged(rule: Rule) -> bool:
    return rule.kind.window != "phrase" and not (rule.kind.window == "pair" and rule.view != "surface")


def _holds(rule: Rule, before: Sonority, now: Sonority, joined: Bools, pulse: Bools | bool) -> Bools:
    """(rows, voices or pairs): where the rule holds, as far as one frame and what was sung before it tell."""
    heard = now if rule.view == "surface" else replace(now, attack=now.sounds)
    where = np.broadcast_to(pulse, joined.shape) if rule.view != "surface" else np.ones_like(joined)
    if rule.kind.window == "slice":
        return np.asarray(voices_of(rule, heard) & where[:, None])
    first = replace(before, attack=before.sounds)
    return np.asarray(voices_of(rule, first, now) & joined[:, None])
