"""What a generator keeps: the laws of a pack, and under the pack of Bach's practice the textbook's too, also by ear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.voice_laws import Laws
from musegen.rules.core.chords import Chords, chords_in, chords_of
from musegen.rules.core.counting import counted, places
from musegen.rules.core.templates import (
    Readings,
    doubled_leading_tones,
    read_sonorities,
    unresolved_leading_tones,
    unresolved_sevenths,
)
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Score
from musegen.theory.sonority import Bools, Ints, Sonority

LENIENT = ("chorale",)
"""Packs that excuse what Bach takes upon himself; who learns from him does not."""
TEXTBOOK = "core-13"


def keeps_textbook(pack: str) -> bool:
    """Whether what is made under a pack keeps the thirteen core rules as well."""
    return pack in LENIENT


@cache
def composing_laws(pack: str) -> Laws:
    """The laws under which music is made that a pack judges.

    Raises:
        PackError, UsageError: there is no such pack, or it cannot be used.
    """
    return Laws(_with_textbook(load_pack(pack)) if keeps_textbook(pack) else pack)


def _with_textbook(pack: Pack) -> Pack:
    stricter = load_pack(TEXTBOOK).rules
    names = {rule.id for rule in stricter}
    return replace(pack, rules=(*(rule for rule in pack.rules if rule.id not in names), *stricter))


def textbook_faults(pitch: Ints, fifths: Ints, given: Sequence[int]) -> int:
    """How often a strict stranger finds the thirteen core rules broken in frames (frames, 4), 0 where silent.

    Fifths and octaves in contrary motion count, too (`rules.core.counting`); what single `given` voices do by
    themselves does not.
    """
    return _faults(chords_in(pitch, fifths, np.ones(len(pitch))), given)


def textbook_faults_of(score: Score, given: Sequence[int]) -> int:
    """The same of a score in four voices, which may have shorter notes.

    Raises:
        UnreadableFile: it has not four voices.
    """
    return _faults(chords_of(score), given)


def _faults(chords: Chords, given: Sequence[int]) -> int:
    return counted(chords).everything - sum(counted(chords.alone(voice)).everything for voice in given)


def textbook_places(pitch: Ints, fifths: Ints, given: Sequence[int]) -> set[int]:
    """The frames in which such faults arrive."""
    chords = chords_in(pitch, fifths, np.ones(len(pitch)))
    found = Counter(time for times in places(chords).values() for time in times)
    for voice in given:
        found -= Counter(time for times in places(chords.alone(voice)).values() for time in times)
    return {int(time) for time in found}


class ByEar(NamedTuple):
    """What a stranger has heard in rows of four voices, who reads chords by their sound (`rules.core.templates`)."""

    pitch: npt.NDArray[np.int64]  # (rows, voices), 0 where silent
    read: Readings
    home: npt.NDArray[np.int64]  # (rows,): the pitch class of the home tonic

    @classmethod
    def of(cls, sonority: Sonority, home: npt.NDArray[np.int64]) -> ByEar:
        """What sounds, read by itself; `home` (rows,)."""
        pitch = np.where(sonority.sounds, sonority.pitch, 0).astype(np.int64)
        return cls(pitch, read_sonorities(pitch, sonority.fifths.astype(np.int64), home), home)

    def rows(self, which: npt.NDArray[np.intp]) -> ByEar:
        """Some rows."""
        return ByEar(self.pitch[which], Readings(*(column[which] for column in self.read)), self.home[which])

    def refuses(self, now: Sonority) -> Bools:
        """(rows,): where a tendency tone is doubled or goes astray in what sounds now, all voices decided."""
        old, new = self, ByEar.of(now, self.home)
        moves = np.where((old.pitch > 0) & (new.pitch > 0), new.pitch - old.pitch, 0)
        astray = unresolved_leading_tones(old.pitch, moves, old.read, new.read)
        astray |= unresolved_sevenths(old.pitch, moves, old.read, new.read)
        doubled = doubled_leading_tones(new.pitch, new.read) & now.attack.any(axis=1)
        return np.asarray(astray.any(axis=1) | doubled)


def refused_by_ear(before: Sonority, now: Sonority, home: npt.NDArray[np.int64]) -> Bools:
    """(rows,): heard by itself, without what the chords are called, a tendency tone is doubled or goes astray."""
    return ByEar.of(before, home).refuses(now)
