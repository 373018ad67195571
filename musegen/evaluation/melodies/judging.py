"""Judges a set of made melodies beside a corpus: distances, an adversary, originality, rules, what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.corpora import Piece
from musegen.errors import MusegenError, UnreadableFile
from musegen.evaluation.judgement import Kept, Melodies, RuleCount, Shared
from musegen.evaluation.melodies.adversary import Numbers, numbers_of, told_apart, what_tells
from musegen.evaluation.melodies.asked import Asked, asked_as_is, shares_kept
from musegen.evaluation.melodies.distances import distances
from musegen.evaluation.melodies.lines import MelodyLine, line_of
from musegen.evaluation.melodies.order import surprise_of
from musegen.evaluation.melodies.sharing import Longest, longest_shared
from musegen.evaluation.melodies.shuffling import measures_shuffled
from musegen.features.similarity.telling import shown
from musegen.rules.engine import check
from musegen.rules.packs import load_pack

FEWEST = 5
"""Of fewer tunes on a side nothing is told."""
MOST_COMPARED = 400
"""So many tunes of each side the adversary reads, and the rules: more make it slow, and no surer."""
_CHECKED = 200
Told = Callable[[str, Exception], None]
Step = Callable[[str], None]


class Sets(NamedTuple):
    """What is compared. No tune of `corpus` may be of a group of `held_out`."""

    made: tuple[MelodyLine, ...]
    held_out: tuple[MelodyLine, ...]
    corpus: tuple[MelodyLine, ...]  # what a generator may have learned from
    asked: tuple[Asked, ...] = ()  # of each made tune; none where nobody knows


def tunes_of(pieces: Iterable[Piece], on_failure: Told) -> tuple[MelodyLine, ...]:
    """The melodies of these pieces; what cannot be read, or is no melody, is told and left out."""
    found = []
    for piece in pieces:
        try:
            found.append(line_of(piece.read(), piece.place, piece.group))
        except MusegenError as error:
            on_failure(piece.place, error)
    return tuple(found)


def judged(sets: Sets, rng: Generator, *, pack: str = "notation", step: Step = lambda name: None) -> Melodies:
    """All that is told of the made tunes; `step` hears what is being done.

    Raises:
        UnreadableFile: a side has fewer than five tunes.
        PackError: the pack cannot be used.
    """
    for name, tunes in zip(("made", "held-out", "corpus"), sets, strict=False):
        if len(tunes) < FEWEST:
            raise UnreadableFile(f"{len(tunes)} {name} tunes are too few to judge by", hint=f"{FEWEST} is the least")
    step("distances")
    apart = distances(sets.made, sets.held_out, sets.corpus, rng)
    step("shared passages")
    shared, by_pitch = (_shared(sets, rhythm=rhythm) for rhythm in (True, False))
    step("rules")
    rules = _rules(sets, pack, rng)
    step("adversary")
    made, real, shuffled = _numbers(sets, rng)
    one, other = _halves(real, rng)
    figures = (told_apart(made, real), told_apart(one, other, "real-or-real AUC"),
               told_apart(shuffled, real, "shuffled-or-real AUC"))  # fmt: skip
    sizes = (len(sets.made), len(sets.held_out), len(sets.corpus))
    return Melodies(sizes, apart, *figures, what_tells(made, real), shared, by_pitch, pack, rules, _kept(sets))


def _numbers(sets: Sets, rng: Generator) -> tuple[Numbers, Numbers, Numbers]:
    """What the adversary reads of made tunes, of held-out ones, and of these with their measures shuffled."""
    surprise = surprise_of(sets.corpus)
    made, real = _some(sets.made, MOST_COMPARED, rng), _some(sets.held_out, MOST_COMPARED, rng)
    shuffled = [line_of(measures_shuffled(tune.score, rng), tune.name, tune.group) for tune in real]
    return numbers_of(made, surprise), numbers_of(real, surprise), numbers_of(shuffled, surprise)


def _halves(numbers: Numbers, rng: Generator) -> tuple[Numbers, Numbers]:
    """The tunes in two halves that divide no group."""
    groups = np.array(numbers.groups, dtype=object)
    names = rng.permutation(np.unique(groups.astype(str)))
    first = np.isin(groups.astype(str), names[: len(names) // 2])
    one, other = (Numbers(tuple(groups[side].tolist()), numbers.values[side]) for side in (first, ~first))
    return one, other


def _shared(sets: Sets, *, rhythm: bool) -> tuple[Shared, ...]:
    found = longest_shared([*sets.made, *sets.held_out], sets.corpus, rhythm=rhythm)
    count = len(sets.made)
    return (_summed("made", sets.made, found[:count]), _summed("held out", sets.held_out, found[count:]))


def _summed(name: str, tunes: Sequence[MelodyLine], found: Sequence[Longest]) -> Shared:
    notes = np.array([one.notes for one in found])
    most = int(notes.argmax())
    high = float(np.quantile(notes, 0.95))
    return Shared(name, float(notes.mean()), high, int(notes[most]), shown(tunes[most].name), shown(found[most].source))


def _rules(sets: Sets, name: str, rng: Generator) -> tuple[RuleCount, ...]:
    """Findings in a hundred notes of every rule that any tune breaks, the commonest among made tunes first."""
    pack = load_pack(name)
    sides = []
    for tunes in (_some(sets.made, _CHECKED, rng), _some(sets.held_out, _CHECKED, rng)):
        reports = [check(tune.score, pack, infer=False) for tune in tunes]
        sides.append(([[finding.rule for finding in report.findings] for report in reports],
                      sum(len(tune.pitch) for tune in tunes)))  # fmt: skip
    (made, made_notes), (real, real_notes) = sides
    rules = dict.fromkeys(rule for pieces in (made, real) for found in pieces for rule in found)
    counted = [
        RuleCount(
            rule,
            100 * sum(found.count(rule) for found in made) / made_notes,
            100 * sum(found.count(rule) for found in real) / real_notes,
            sum(rule in found for found in made) / len(made),
        )
        for rule in rules
    ]
    return tuple(sorted(counted, key=lambda one: (-one.made, -one.real, one.rule)))


def _kept(sets: Sets) -> tuple[Kept, ...]:
    real = shares_kept(sets.held_out, [asked_as_is(tune) for tune in sets.held_out])
    made = shares_kept(sets.made, sets.asked) if sets.asked else {}
    names = list(dict.fromkeys([*made, *real]))
    names.sort(key=lambda name: name == "everything")
    return tuple(Kept(name, made.get(name), real.get(name, (0, 0))) for name in names)


def _some(tunes: Sequence[MelodyLine], most: int, rng: Generator) -> list[MelodyLine]:
    if len(tunes) <= most:
        return list(tunes)
    return [tunes[number] for number in sorted(rng.permutation(len(tunes))[:most].tolist())]
