"""Chord loops and forms of popular song: turnarounds, four-chord loops, the twelve-bar blues, line cliches.

Walter Everett, *The Foundations of Rock*, ch. 9; Nicole Biamonte, "Triadic Modal and Pentatonic Patterns in Rock
Music", *Music Theory Spectrum* 32 (2010); Mulholland & Hojnacki, ch. 8 (blues).
"""

from __future__ import annotations

from collections.abc import Iterator

from musegen.score.model import Score
from musegen.theory.songs.steps import MINOR_KINDS, Found, Step

_LOOPS = {
    "I-V-vi-IV": "0M 7M 9m 5M", "vi-IV-I-V": "9m 5M 0M 7M", "I-vi-IV-V (doo-wop)": "0M 9m 5M 7M",
    "I-vi-ii-V (turnaround)": "0M 9m 2m 7M", "iii-vi-ii-V (turnaround)": "4m 9m 2m 7M",
    "I-IV-V-IV": "0M 5M 7M 5M", "IV-V-iii-vi": "5M 7M 4m 9m",
    "I-V-vi-iii-IV-I-IV-V (Pachelbel)": "0M 7M 9m 4m 5M 0M 5M 7M",
    "i-bVII-bVI-V (Andalusian)": "0m 10M 8M 7M", "i-bVI-bIII-bVII": "0m 8M 3M 10M",
    "I-bVII-IV-I (double plagal)": "0M 10M 5M 0M",
}  # fmt: skip
"""Semitones above the tonic and third of each chord; longer loops are looked for first."""
_BLUES = ((0,), (0, 5), (0,), (0,), (5,), (5, 6), (0,), (0, 9), (7, 2), (5, 7), (0,), (0, 7, 2))
"""The roots that each of the twelve bars may begin on."""
_LINE = 3
_OCTAVE, _RAISED_FIFTH = 12, 8


def loops(steps: tuple[Step, ...]) -> Iterator[Found]:
    """The loops in order, of chords that last equally long (the last one may be longer)."""
    at = 0
    while at < len(steps):
        found = next((loop for loop in (_loop(steps, at, name) for name in _BY_LENGTH) if loop), None)
        if found:
            yield found
        at += len(found.steps) if found else 1


_BY_LENGTH = tuple(sorted(_LOOPS, key=lambda name: -len(_LOOPS[name].split())))


def _loop(steps: tuple[Step, ...], at: int, name: str) -> Found | None:
    wanted = _LOOPS[name].split()
    chords = steps[at : at + len(wanted)]
    if len(chords) < len(wanted) or len({step.span.key for step in chords}) > 1:
        return None
    if any(f"{step.degree}{_third(step)}" != want for step, want in zip(chords, wanted, strict=True)):
        return None
    lengths = {step.span.duration for step in chords[:-1]}
    even = len(lengths) == 1 and chords[-1].span.duration >= lengths.pop()
    return Found(name, chords[0].span.key, chords) if even else None


def _third(step: Step) -> str:
    return {"M": "M", "M7": "M", "7": "M", "s": "M", "m": "m", "m7": "m"}.get(step.quality, "-")


def blues_choruses(score: Score, steps: tuple[Step, ...]) -> Iterator[Found]:
    """Choruses of a twelve-bar blues: its roots at the barlines, tonic and subdominant major or minor as one."""
    onsets = [measure.onset for measure in score.measures]
    at_bar = [_sounding(steps, onset) for onset in onsets]
    at = 0
    while at + len(_BLUES) <= len(onsets):
        bars = at_bar[at : at + len(_BLUES)]
        if all(bars) and _is_blues([bar for bar in bars if bar]):
            end = onsets[at + len(_BLUES)] if at + len(_BLUES) < len(onsets) else score.end
            inside = tuple(step for step in steps if onsets[at] <= step.span.onset < end)
            first = bars[0]
            assert first is not None
            yield Found("twelve-bar blues", first.span.key, inside or (first,))
            at += len(_BLUES)
        else:
            at += 1


def _sounding(steps: tuple[Step, ...], onset: int) -> Step | None:
    return next((step for step in reversed(steps) if step.span.onset <= onset < step.symbol.end), None)


def _is_blues(bars: list[Step]) -> bool:
    tonic = bars[0].symbol.pitch_class
    fits = all((bar.symbol.pitch_class - tonic) % 12 in roots for bar, roots in zip(bars, _BLUES, strict=True))
    return fits and bars[0].degree == 0 and _third(bars[0]) != "-"


def line_cliches(steps: tuple[Step, ...]) -> Iterator[Found]:
    """A chord held while one line in it moves by semitones: i i(maj7) i7 i6, or I I+ I6 I7."""
    at = 0
    while at + _LINE <= len(steps):
        end = at + 1
        while end < len(steps) and _goes_on(steps, at, end):
            end += 1
        if end - at >= _LINE:
            yield Found("line cliché", steps[at].span.key, steps[at:end])
        at = end if end - at >= _LINE else at + 1


def _goes_on(steps: tuple[Step, ...], first: int, here: int) -> bool:
    """The same root and third as at first, the line a semitone on in the direction that it took."""
    before, step = steps[here - 1], steps[here]
    if step.symbol.pitch_class != steps[first].symbol.pitch_class or _is_minor(step) != _is_minor(steps[first]):
        return False
    moves = [(_line(steps[place]) - _line(steps[place - 1])) for place in range(first + 1, here)]
    move = _line(step) - _line(before)
    if here == first + 1 and (_line(before), _line(step)) == (_OCTAVE, _RAISED_FIFTH):
        return True  # from the fifth of the triad
    return abs(move) == 1 and all(move == other or abs(other) != 1 for other in moves)


def _is_minor(step: Step) -> bool:
    return step.quality in MINOR_KINDS


def _line(step: Step) -> int:
    """Semitones above the root of the note that moves; the octave where the chord is a plain triad."""
    chord = step.symbol
    over = 7 * (chord.bass - chord.root) % 12
    if over in (8, 9, 10, 11):
        return over
    added = {7 * (tone - chord.root) % 12 for tone in chord.members}
    return next((tone for tone in (11, 10, 9, 8) if tone in added), _OCTAVE)
