"""Ask for Bach's chord and bass on every beat of held-out chorales, and for his cadences at fermatas: what is met?

`python tests/benchmarks/requests_met.py [--every N] [--jobs 1] [--pack chorale] [--forced]` takes the chorales of the
split test of `corpora/bach-chorales.toml`, reads their chords and cadences with the neural engine, and asks for the
pitch classes and the bass of each on every pulse (before a cadence and in it, those of its two chords) and for the
kinds and keys of the cadences: under Bach's soprano, and with no voice given; once more with the network as the judge
of voicings; and where the rules of chords are laws even against the chords asked for. It prints beats and cadences met,
chords of which something is left out, pieces in a stated conflict, CPU seconds a chorale, the network's nats a note,
and findings of the 13 core rules per 100 chords of plain skeletons. With `--forced`, beside them: the fewest, contrary
motion included, that any voicings of the chords could have that lack no third or seventh, one chord a beat; proven by
dynamic programming over all of them.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.corpora import corpus
from musegen.errors import NoSolution, NotFound
from musegen.evaluation.core_rules import core_counts
from musegen.evaluation.likelihood import likelihood
from musegen.generation.conditions import CadenceAsked, Condition, Left
from musegen.generation.given import Request, notes_given
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.frames import frames_of
from musegen.generation.requests.by_ear import faults_after, faults_alone, faults_between, heard
from musegen.generation.requests.by_network import NetworkScorer
from musegen.generation.requests.cadences import closes
from musegen.generation.requests.chords import ChordChain
from musegen.generation.requests.laws import Laws
from musegen.generation.requests.plan import Plan, Wish, plan_of
from musegen.generation.requests.settings import EVERY, LOST
from musegen.generation.requests.skeletons import Skeleton, skeletons
from musegen.generation.requests.ways import Ways, sung_through
from musegen.generation.requests.writing import plain_score
from musegen.score.files import read
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Analysis
from musegen.theory.statistics import statistics


class Row(NamedTuple):
    """What is given, who judges voicings, and whether rules of chords may be broken by request."""

    left: Left | None = None
    judged: bool = False
    lenient: bool = True


_EVERYTHING = Left(("S", "A", "T", "B"))
_ROWS = {
    "under Bach's soprano": Row(),
    "no voice given": Row(_EVERYTHING),
    "under Bach's soprano, judged by the network": Row(judged=True),
    "no voice given, judged by the network": Row(_EVERYTHING, judged=True),
    "under Bach's soprano, chord rules as laws": Row(lenient=False),
    "no voice given, chord rules as laws": Row(_EVERYTHING, lenient=False),
}

_LISTED = 5  # conflicts that are printed of a row


def one_piece(name: str, pack: str, forced: bool) -> dict[str, Counter[str]]:
    """What one chorale adds to every row."""
    score = replace(read(name), harmonies=(), figures=())
    read_as = analyse(score, engine="neural")
    cadences = tuple(CadenceAsked(cadence.onset, cadence.kind, cadence.key) for cadence in read_as.cadences)
    tallies = {}
    for name_of_row, row in _ROWS.items():
        condition = Condition(key=read_as.key, left=row.left, pack=pack, cadences=cadences)
        plan = replace(_asking(condition, plan_of(score, condition), read_as), lenient=row.lenient)
        judge = NetworkScorer(task_for(score, condition)) if row.judged else None
        tallies[name_of_row] = _tally(name, plan, condition, judge)
        if forced and row.left is None and row.lenient and tallies[name_of_row]["solved"]:
            tallies[name_of_row]["forced"] = fewest_faults(plan)
    return tallies


def fewest_faults(plan: Plan) -> int:
    """Of any voicings of the chords that are asked for, as a counter would count them."""
    ways = Ways(plan, ChordChain(plan, statistics()), Laws(plan.pack, lenient=True))
    best, before = np.zeros(1, dtype=np.int64), None
    for slot, wish in enumerate(plan.wishes):
        states = ways.chain.live(wish) if wish.states_chord else ways.chain.kept(slot, EVERY)
        found, sound = ways.settings(wish, states, EVERY)
        whole = found.cost < LOST
        places = np.flatnonzero(whole if whole.any() else ~whole)
        places = places[np.unique(found.pitch[places], axis=0, return_index=True)[1]]
        sung = [heard(one, 7 * plan.home.tonic % 12) for one in sung_through(sound[places], wish)]
        reached = faults_alone(sung[0]) if before is None else faults_between(before, sung[0]) + best[:, None]
        best = np.atleast_2d(reached).min(axis=0) + sum(faults_after(*pair) for pair in pairwise(sung))
        before = sung[-1]
    return int(best.min())


def _asking(condition: Condition, plan: Plan, heard: Analysis) -> Plan:
    asked: dict[int, Request] = {}
    for slot, wish, following in zip(plan.slots, plan.wishes, (*plan.wishes[1:], Wish()), strict=True):
        onset = wish.cadence.onset if wish.cadence else slot.onset
        if following.cadence and not wish.cadence:
            onset = min(slot.onset + slot.duration, following.cadence.onset) - 1
        span = heard.chords[int(heard.chord_indices(np.array([onset]))[0])]
        bass = 7 * (span.key.tonic + span.numeral.bass) % 12
        asked[slot.onset] = notes_given({7 * tone % 12 for tone in span.tones}, bass)
    return plan_of(plan.score, condition, chords=asked)


def _tally(name: str, plan: Plan, condition: Condition, judge: NetworkScorer | None) -> Counter[str]:
    counts = Counter(pieces=1, beats=len(plan.slots))
    start = time.process_time()
    try:
        found = skeletons(plan, score_voicings=judge)[0]
    except NoSolution as error:
        kind = "not found" if isinstance(error, NotFound) else "conflicts"
        counts["milliseconds to tell"] = round(1000 * (time.process_time() - start))
        return counts + Counter({kind: 1, f"told {name}: {'; '.join(error.conflicts)}": 1})
    counts["milliseconds"] = round(1000 * (time.process_time() - start))
    counts += Counter(solved=1, asked=len(plan.slots), met=_met(found), incomplete=_incomplete(found))
    counts += _cadences(found)
    written = plain_score(found, condition)
    counted = core_counts([written])[0]
    counts["chords"] += counted.chords
    counts["clean"] += counted.is_clean
    nats = likelihood([frames_of(written)], given=() if condition.left else (0,)).per_piece
    counts["millionths of nats"] += round(1e6 * nats)
    return counts + Counter({f"core {rule}": number for rule, number in counted.found.items()})


def _met(found: Skeleton) -> int:
    """Beats on which every free voice sings a note of the chord, and the bass its bass."""
    met = 0
    for wish, pitches in zip(found.plan.wishes, found.pitch.tolist(), strict=True):
        if wish.chord is None:  # between two beats
            continue
        names, _, bass = wish.chord.text.partition(" over ")
        free = [pitch % 12 for pitch, sung in zip(pitches, wish.notes, strict=True) if not sung]
        classes = {_PITCH_CLASSES[name] for name in names.split()}
        met += set(free) <= classes and pitches[-1] % 12 == _PITCH_CLASSES[bass]
    return met


def _cadences(found: Skeleton) -> Counter[str]:
    """Cadences asked for, and those that the last two chords and the soprano make."""
    counts: Counter[str] = Counter()
    for place, wish in enumerate(found.plan.wishes):
        if wish.cadence is not None:
            pair = found.chords[max(place - 1, 0)], found.chords[place]
            made = closes(wish.cadence, *pair, int(found.fifths[place, 0]))
            counts += Counter({"cadences": 1, "cadences met": int(made)})
    return counts


def _incomplete(found: Skeleton) -> int:
    sounding = [{pitch % 12 for pitch in pitches} for pitches in found.pitch.tolist()]
    return sum(
        not sounds >= {7 * tone % 12 for tone in chord.tones}
        for sounds, chord in zip(sounding, found.chords, strict=True)
    )


def _names() -> dict[str, int]:
    return {notes_given({pitch_class}).text: pitch_class for pitch_class in range(12)}


_PITCH_CLASSES = _names()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--pack", default="chorale")
    parser.add_argument("--forced", action="store_true")
    asked = parser.parse_args()
    names = [piece.name for piece in corpus("bach-chorales").pieces if piece.split == "test"][:: asked.every]
    with ProcessPoolExecutor(asked.jobs) as pool:
        tallies = list(pool.map(partial(one_piece, pack=asked.pack, forced=asked.forced), names))
    for row in _ROWS:
        _print(row, sum((tally[row] for tally in tallies), Counter()))


def _print(row: str, counts: Counter[str]) -> None:
    solved, chords = max(counts["solved"], 1), max(counts["chords"], 1)
    print(f"{row}: {counts['pieces']} pieces, {counts['beats']} beats")
    print(f"  beats met {counts['met']} of {counts['asked']}, something left out of {counts['incomplete']}; "
          f"cadences met {counts['cadences met']} of {counts['cadences']}")  # fmt: skip
    number = max(counts["conflicts"] + counts["not found"], 1)
    print(f"  conflicts {counts['conflicts']} ({counts['milliseconds to tell'] / number / 1000:.2f} s each), "
          f"not found {counts['not found']}")  # fmt: skip
    for told in [name for name in counts if name.startswith("told ")][:_LISTED]:
        print("   ", told[5:])
    print(f"  CPU s a chorale {counts['milliseconds'] / solved / 1000:.3f}, "
          f"nats a note {counts['millionths of nats'] / solved / 1e6:.4f}")  # fmt: skip
    core = {
        name.removeprefix("core "): number for name, number in counts.items() if name.startswith("core ") and number
    }
    total = sum(number for name, number in core.items() if not name.startswith("antiparallel"))
    print(f"  core findings per 100 of {chords} chords: {100 * total / chords:.2f}; clean pieces {counts['clean']}")
    if counts["forced"]:
        print(f"  with contrary motion {sum(core.values())}; any voicings, one a beat, have {counts['forced']} or more")
    for name, number in sorted(core.items(), key=lambda item: -item[1]):
        print(f"    {name}: {number} ({100 * number / chords:.2f})")


if __name__ == "__main__":
    main()
