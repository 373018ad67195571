"""What is made is written, read again, judged, mended and ranked before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence

from musegen.generation.refine.candidates import Candidate, Refined
from musegen.rules.packs import Pack

__all__ = ["Candidate", "Refined", "refined"]


def refined(candidates: Sequence[Candidate], *, pack: Pack | str, count: int) -> list[Refined]:
    """The best `count` of these settings, best first, each other enough than those before it; fewer where there are none.

    Each is written to MusicXML and read again; the pack judges it by its own numerals and by the chords that are heard in
    the notes alone. What breaks a rule is mended where one or two notes can, never a given one.
    """
    raise NotImplementedError
