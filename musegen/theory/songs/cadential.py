"""ii-V-I in its many forms: in minor, with substitute dominants, by the backdoor, in chains.

Mark Levine, *The Jazz Theory Book*, chs. 1 and 12; Barrie Nettles and Richard Graf, *The Chord Scale Theory and Jazz
Harmony*, chs. 4 to 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from musegen.theory.keys import Key
from musegen.theory.songs.steps import Found, Step, key_of

_FIFTH, _STEP, _WHOLE_UP = 7, 1, 10
_CHAIN = 3


def cadential_patterns(steps: tuple[Step, ...]) -> Iterator[Found]:
    """ii-V-I and its kin, in order; no chord stands in two, but where one pattern's goal is the ii of the next."""
    at = 0
    while at < len(steps):
        found = _chain_of_twos(steps, at) or _backdoor(steps, at) or _two_five(steps, at) or _dominants(steps, at)
        if found is None:
            at += 1
            continue
        yield found
        last = found.steps[-1]
        at += len(found.steps) - (_starts_two(steps, at + len(found.steps) - 1) and not last.is_dominant)


def _starts_two(steps: tuple[Step, ...], at: int) -> bool:
    """A ii and its V begin here: by a fifth, or by a semitone down to a substitute's root."""
    if at + 1 >= len(steps):
        return False
    two, five = steps[at : at + 2]
    return two.quality in ("m7", "m", "h") and five.is_dominant and two.falls_to(five) in (_FIFTH, _STEP)


def _goal(after: tuple[Step, ...], root: int) -> Step | None:
    """The chord that follows, where it has that pitch class for its root and is one to come to rest on."""
    return after[0] if after and after[0].symbol.pitch_class == root and after[0].is_rest else None


def _two_five(steps: tuple[Step, ...], at: int) -> Found | None:
    """One ii-V with what it leads to."""
    if not _starts_two(steps, at):
        return None
    two, five = steps[at : at + 2]
    expected = (two.symbol.pitch_class - 2) % 12
    substitute = two.falls_to(five) == _STEP
    goal = _goal(steps[at + 2 : at + 3], expected)
    if goal is None:
        if two.quality == "m" or substitute or (two.degree == 0 and two.span.key.minor):  # i7-IV7 is Dorian
            return None
        return Found("ii-V", Key(two.symbol.root - 2, two.quality == "h"), (two, five))
    name = "ii-subV-I" if substitute else "minor ii-V-i" if key_of(goal).minor else "ii-V-I"
    return Found(name, key_of(goal), (two, five, goal))


def _chain_of_twos(steps: tuple[Step, ...], at: int) -> Found | None:
    """Two ii-V or more, each a step under the one before, with the last one's goal."""
    pairs = 0
    while _starts_two(steps, at + 2 * pairs):
        two, five = steps[at + 2 * pairs : at + 2 * pairs + 2]
        apart = steps[at + 2 * pairs - 2].falls_to(two) if pairs else 2
        if apart not in (1, 2) or two.falls_to(five) != _FIFTH:
            break
        pairs += 1
    if pairs < 2:
        return None
    last = steps[at + 2 * pairs - 2]
    whole = steps[at : at + 2 * pairs]
    goal = _goal(steps[at + 2 * pairs : at + 2 * pairs + 1], (last.symbol.pitch_class - 2) % 12)
    key = key_of(goal) if goal else Key(last.symbol.root - 2, last.quality == "h")
    return Found("ii-V chain", key, (*whole, goal) if goal else whole)


def _backdoor(steps: tuple[Step, ...], at: int) -> Found | None:
    """(iv) bVII7 I: the dominant that comes in by the back door."""
    first = steps[at]
    begins = 0 if first.is_dominant else 1 if first.quality in ("m", "m7") and first.degree == 5 else -1
    if begins < 0 or at + begins + 1 >= len(steps):
        return None
    dominant, goal = steps[at + begins], steps[at + begins + 1]
    if not dominant.is_dominant or dominant.degree != _WHOLE_UP or not goal.quality.startswith("M") or goal.degree:
        return None
    if dominant.span.key != goal.span.key or goal.span.key.minor:
        return None
    return Found("backdoor", goal.span.key, steps[at : at + begins + 2])


def _dominants(steps: tuple[Step, ...], at: int) -> Found | None:
    """Three dominant sevenths or more round the circle of fifths, with their goal."""
    end = at + 1
    while end < len(steps) and steps[end].is_dominant and steps[end - 1].falls_to(steps[end]) == _FIFTH:
        end += 1
    if not steps[at].is_dominant or end - at < _CHAIN:
        return None
    last = steps[end - 1]
    goal = _goal(steps[end : end + 1], (last.symbol.pitch_class - _FIFTH) % 12)
    key = key_of(goal) if goal else Key(last.symbol.root - 1)
    return Found("chain of dominants", key, steps[at : end + 1] if goal else steps[at:end])
