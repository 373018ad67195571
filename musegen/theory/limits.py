"""How long a piece may be that is read at once."""

from __future__ import annotations

from musegen.errors import UnreadableFile

MAX_FRAMES = 16_000
"""More half beats than this (2,000 measures of 4/4) are not analysed at once: each takes about a millisecond."""


def refuse_length(frames: int) -> None:
    """Refuse a piece of more than MAX_FRAMES frames.

    Raises:
        UnreadableFile: it is too long to be analysed.
    """
    if frames > MAX_FRAMES:
        raise UnreadableFile(
            f"{frames} half beats are too many to analyse", hint=f"at most {MAX_FRAMES}: divide the piece"
        )
