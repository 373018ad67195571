"""Restyling on request: a score and the name of a style in, the same melody in that style out, checked by its rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from numpy.random import Generator

from musegen.errors import UsageError, nearest
from musegen.generation.restyle.identity import Kept, kept_of
from musegen.generation.restyle.lines import Line, line_of
from musegen.generation.restyle.meters import closed, stretched
from musegen.generation.restyle.modes import in_mode
from musegen.generation.restyle.rhythms import in_rhythm
from musegen.generation.restyle.settings import set_as
from musegen.generation.restyle.styles import KEEPS, Keep, Style, style_named
from musegen.rules.findings import Finding
from musegen.score.model import Score
from musegen.score.voices import assign_voices
from musegen.theory.keys import Key


@dataclass(frozen=True)
class Restyled:
    """A piece in another style, with what it keeps of its melody and what the rules of the style say."""

    score: Score
    style: Style
    line: Line  # the melody as it is now
    given: Line  # as it was
    findings: tuple[Finding, ...]
    pack: str  # whose rules were asked
    notices: tuple[str, ...] = ()  # what of the score is not there any more

    @property
    def kept(self) -> Kept:
        """What the melody has kept."""
        return kept_of(self.given, self.line)

    @property
    def errors(self) -> int:
        """Error rules of the style's pack that are broken."""
        return sum(finding.severity == "error" for finding in self.findings)


def restyle(
    score: Score,
    style: str | Style,
    rng: Generator,
    *,
    key: Key | None = None,
    keep: Keep = "free",
    level: int = 3,
    title: str = "",
) -> Restyled:
    """The top line of a score in another style, set as that style has it.

    Args:
        score: the top line of its first part is the melody; repeats are sung once.
        style: a name of `styles.STYLES`, or a style of your own.
        rng: what is drawn is drawn from it.
        key: that of the new piece; its own, or one in which it can be sung, unless given.
        keep: `strict` keeps every note that falls on a strong beat and adds none; `free` may add and leave out notes
            on weak beats.
        level: of an accompaniment, 1 to 8.
        title: of the new piece; that of the score unless given.

    Raises:
        UsageError: there is no such style, or the piece is in it already.
        MalformedScore: there is no one melody; says measure and beat.
        NotFound: no setting was found.
    """
    asked = style_named(style) if isinstance(style, str) else style
    if keep not in KEEPS:
        raise UsageError(f"`{keep}` does not say what is kept", hint=nearest(str(keep), KEEPS))
    given = line_of(score)
    line = _sung(given, asked, keep)
    named = (title or score.metadata.title).rstrip(" .,;:")
    made = set_as(line, asked, rng, key=key, keep=keep, level=level, score=score)
    whole = replace(made.score, metadata=score.metadata._replace(title=f"{named}, {asked.title}" if named else ""))
    return Restyled(
        whole, asked, made.line, given, made.findings, made.pack or asked.pack, tuple(_left_out(score, asked))
    )


def _left_out(score: Score, style: Style) -> Iterator[str]:
    """What the new piece does not have."""
    whole = style.texture == "as given" and len(assign_voices(score).names) > 1
    if score.harmonies:
        yield "its chord symbols or numerals are left out"
    if whole:
        return
    if any(measure.repeat_end for measure in score.measures):
        yield "repeats are written once"
    if len(assign_voices(score).names) > 1:
        yield "only the top line of the first part is kept"
    if score.lyrics:
        yield "words are left out"


def _sung(given: Line, style: Style, keep: Keep) -> Line:
    """The melody in the mode, the meter and the rhythm of a style."""
    line = in_mode(given, style.mode) if style.mode else given
    line = stretched(line, style.meter) if style.meter else closed(line)
    return in_rhythm(line, style.rhythm, free=keep == "free")
