"""What a card says of a network of a user's own: its tunes, how it was taught, what that gained, and warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora import corpus, corpus_names
from musegen.score.toml_text import toml_string
from musegen.training.own_tunes import Divided

SURE = 2.0
"""How many standard errors a gain must have."""
_TOLD = 20
Floats = npt.NDArray[np.float64]


class Gain(NamedTuple):
    """Bits a note before and after, what was gained, and the standard error of that over the tunes."""

    before: float
    after: float
    error: float  # NaN of a single tune

    @property
    def bits(self) -> float:
        """How much fewer bits a note costs."""
        return self.before - self.after

    @property
    def is_sure(self) -> bool:
        """Whether it is more than chance would do."""
        return self.bits > SURE * self.error

    def __str__(self) -> str:
        return f"{self.before:.3f} bits a note before, {self.after:.3f} after, gain {self.bits:.3f} ± {self.error:.3f}"


def gain_of(before: Floats, after: Floats, notes: npt.NDArray[np.int64]) -> Gain:
    """The gain over tunes (tunes,) that cost so many bits and have so many notes.

    >>> print(gain_of(np.array([30.0, 62.0]), np.array([20.0, 40.0]), np.array([10, 20])))
    3.067 bits a note before, 2.000 after, gain 1.067 ± 0.044
    """
    whole = notes.sum()
    rest = before - after - notes * ((before - after).sum() / whole)
    tunes = len(notes)
    error = float(np.sqrt((rest**2).sum() * tunes / (tunes - 1)) / whole) if tunes > 1 else float("nan")
    return Gain(float(before.sum() / whole), float(after.sum() / whole), error)


def warnings_of(tunes: Divided, gains: Mapping[str, Gain], few: int) -> list[str]:
    """What must be said where there were too few tunes, a sentence each."""
    every, judging = sum(map(len, tunes.lessons.values())), len(tunes.lessons["test"])
    found = []
    if every < few:
        found.append(f"{every} tunes are few: below {few} those to judge by seldom show a gain (docs/own-style.md)")
    if not any(gain.is_sure for gain in gains.values()):
        found.append(f"on {judging} tunes that nothing was learned from the gain may be chance")
    return found


def card_lines(
    tunes: Divided,
    facts: Mapping[str, str | int | float],
    gains: Mapping[str, Gain],
    ngram: float,
    warnings: Sequence[str],
) -> list[str]:
    """The lines of the card about tunes, learning, figures and warnings."""
    lines = [f"warnings = [{', '.join(map(toml_string, warnings))}]"]
    for source, counts in tunes.sources().items():
        lines += ["", f"[data.{toml_string(source)}]", *(f"{split} = {number}" for split, number in counts.items())]
        licence = corpus(source).licence if source in corpus_names() else "LicenseRef-unknown"
        lines.append(f"licences = [{toml_string(licence)}]")
    lines += ["", "[learning]"]
    lines += [f"{name} = {toml_string(value) if isinstance(value, str) else value}" for name, value in facts.items()]
    lines += ["", "[test]  # bits a note, pitch and length together, of the tunes that nothing was learned from"]
    for what, gain in gains.items():
        error = "" if np.isnan(gain.error) else f"  # gain {gain.bits:.4f}, standard error {gain.error:.4f}"
        lines.append(f"{what} = {{ before = {gain.before:.4f}, after = {gain.after:.4f} }}{error}")
    lines.append(f"ngram = {ngram:.4f}  # of order 5, learned from the same tunes")
    if tunes.passed_over:
        lines += ["", f"[passed_over]  # {len(tunes.passed_over)} pieces"]
        first = list(tunes.passed_over.items())[:_TOLD]
        lines += [f"{toml_string(name)} = {toml_string(reason)}" for name, reason in first]
    return lines
