"""The thirteen core rules, counted per hundred chords as a stranger would: no exceptions, every sonority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, get_args

from musegen.evaluation.readings import notes_alone
from musegen.evaluation.sure import Figure, Sample, mean, rate
from musegen.generation.neural.frames import A_QUARTER, Frames
from musegen.rules.core.chords import Chords, chords_in
from musegen.rules.core.chords import chords_of as chords_of_score
from musegen.rules.core.counting import CONTRARY, CORE, Counted, counted
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


def core_figures(sample: Sample) -> list[Figure]:
    """Each rule per hundred chords, the total under both readings of chords, and the share of pieces without any."""
    by_sound, by_analysis = (core_counts(sample.scores, by=by) for by in get_args(By))
    chords = [item.chords for item in by_sound]

    def hundred(name: str, numbers: Sequence[int]) -> Figure:
        return rate(name, numbers, chords, sample, 100)

    each = [hundred(name, [item.found[name] for item in by_sound]) for name in (*CORE, *CONTRARY)]
    again = [
        hundred(f"{name}, by analysis", [item.found[name] for item in by_analysis]) for name in CHORD_RULES.values()
    ]
    by_itself = [counted(chords_of(score).alone(0)).total for score in sample.scores]
    contrary = [sum(item.found[name] for name in CONTRARY) for item in by_sound]
    return [
        *each,
        *again,
        hundred("parallels, similar motion", [item.parallels for item in by_sound]),
        hundred("parallels, both motions", [a.parallels + b for a, b in zip(by_sound, contrary, strict=True)]),
        hundred("all thirteen", [item.total for item in by_sound]),
        hundred("of these in the soprano by itself", by_itself),
        hundred("all thirteen, by analysis", [item.total for item in by_analysis]),
        mean("pieces without parallels, %", [item.parallels == 0 for item in by_sound], sample, 100),
        mean("pieces without any of the thirteen, %", [item.total == 0 for item in by_sound], sample, 100),
        mean("the same, by analysis and in contrary motion, too, %",
             [a.is_clean and b.is_clean for a, b in zip(by_sound, by_analysis, strict=True)], sample, 100),
        rate("chords a beat", chords, [item.quarters for item in by_sound], sample),
    ]  # fmt: skip


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
