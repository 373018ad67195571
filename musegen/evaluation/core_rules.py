"""The thirteen core rules, counted per hundred chords as a stranger would: no exceptions, every sonority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from musegen.evaluation.readings import notes_alone
from musegen.generation.neural.frames import A_QUARTER, Frames
from musegen.rules.core.chords import Chords, chords_in
from musegen.rules.core.chords import chords_of as chords_of_score
from musegen.rules.core.counting import Counted, counted
from musegen.rules.engine import check_all
from musegen.rules.packs import load_pack
from musegen.score.model import Score

By = Literal["template", "analysis"]
Piece = Score | Frames
"""What can be measured: a score in four voices, or the frames of one."""
CHORD_RULES = {
    "doubled-leading-tone": "doubled leading tone",
    "unresolved-leading-tone": "unresolved leading tone",
    "unresolved-seventh": "unresolved seventh",
}


def core_counts(pieces: Sequence[Piece], *, by: By = "template") -> list[Counted]:
    """What is found in each piece.

    `by` says how the three rules of chords know them: `template` reads each sonority by its sound alone, `analysis`
    judges them by the pack `core-13` on the neural engine's reading of the notes. Definitions: docs/evaluation.md.

    Raises:
        UnreadableFile: a piece has not four voices.
        TypeError: frames were given, and `analysis` needs scores.

    >>> from musegen.score.textgrid import parse_grid
    >>> core_counts([parse_grid("meter: 2/4\\nS: e5 d5\\nA: c5 b4\\nT: g4 g4\\nB: c4 g3")])[0].is_clean
    True
    """
    by_sound = [counted(chords_of(piece)) for piece in pieces]
    if by == "template":
        return by_sound
    told = _by_analysis([_score(piece) for piece in pieces])
    return [item._replace(found={**item.found, **ours}) for item, ours in zip(by_sound, told, strict=True)]


def chords_of(piece: Piece) -> Chords:
    """The chords of a score or of frames; see `musegen.rules.core.chords`."""
    if isinstance(piece, Score):
        return chords_of_score(piece)
    return chords_in(piece.pitch, piece.fifths, [1 / A_QUARTER] * len(piece.pitch))


def _by_analysis(scores: Sequence[Score]) -> Iterator[dict[str, int]]:
    """The rules of chords as the pack judges them."""
    whole = load_pack("core-13")
    pack = replace(whole, rules=tuple(rule for rule in whole.rules if rule.id in CHORD_RULES))
    for report in check_all((notes_alone(score) for score in scores), pack):
        found = dict.fromkeys(CHORD_RULES.values(), 0)
        for finding in report.findings:
            found[CHORD_RULES[finding.rule]] += 1
        yield found


def _score(piece: Piece) -> Score:
    if not isinstance(piece, Score):
        raise TypeError("an analysis needs a score; frames can be judged by template")
    return piece
