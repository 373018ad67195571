"""How far each engine's confidence can be trusted, and what `check` finds by its chords against the human's.

python tests/benchmarks/confidence.py                         # the 16 chorales of music21's corpus; no other data
python tests/benchmarks/confidence.py --validation FOLDER     # the validation pieces of such a folder; minutes, once
python tests/benchmarks/confidence.py --kept FOLDER           # 24 of split `extra` that no network learned from
python tests/benchmarks/confidence.py --findings [...]        # the findings of rules that need chords, of both
python tests/benchmarks/confidence.py --sets [...]            # by what the name of a file begins with
All take --engine, --right .9 (the share of chords that shall be right) and --findings --pack strict.

A chord is right where root, quality and inversion are the human's, a numeral where the key is too; a pivot counts under
either name. Shares are of the time that the human names. `else second`: of the time whose numeral is wrong, where the
runner-up is the human's. `off` is the expected calibration error: the mean distance of confidence and share right, by
bands of a tenth. A finding is right where the same rule finds it at the same time in the same voices by the human
numerals. Confidence is that of `check`: excerpts of less than five measures are read in the key of their signature.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from analysis import chorale_pieces, validation_pieces
from cadences import extra
from kept_readings import kept_reading, whole

from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Score
from musegen.theory.analyse import ENGINES, Engine
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.annotations.alignment import Placed, analysis_of
from musegen.theory.comparison.agreement import Reading, agree_either_way, plain
from musegen.theory.comparison.differences import moments
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

BANDS = np.linspace(0, 1, 11)
BOUNDS = np.arange(0, 1, 0.05)
OF_EXTRA = 10
"""Of the extra chorales, one in so many is no lesson (`musegen.training.analyser`)."""
Place = tuple[str, int, tuple[str, ...]]
"""Rule, onset and voices of a finding."""


class Piece(NamedTuple):
    """A score with its human reading; the name of a chorale that the classical engine has to forget."""

    score: Score
    human: list[Placed]
    name: str = ""

    def heard(self, engine: Engine) -> Analysis:
        """Keys and chords alone."""
        return kept_reading(self.score, engine, self.name)


class Told(NamedTuple):
    """Moments: how long, how sure, and what of it is right; an array each."""

    quarters: np.ndarray
    sure: np.ndarray
    chord: np.ndarray
    numeral: np.ndarray
    second: np.ndarray  # the runner-up is the human's

    def share(self, column: np.ndarray, where: np.ndarray) -> float:
        """The share of the time there for which a column holds; nan where there is none."""
        whole = self.quarters[where].sum()
        return float((self.quarters * column)[where].sum() / whole) if whole else float("nan")

    def off(self, column: np.ndarray) -> float:
        """The expected calibration error."""
        bands = np.digitize(self.sure, BANDS[1:-1])
        gaps = [(bands == band, self.quarters[bands == band].sum()) for band in np.unique(bands)]
        return sum(t * abs(self.share(column, b) - self.share(self.sure, b)) for b, t in gaps) / self.quarters.sum()


def told(pieces: Iterable[Piece], engine: Engine) -> Told:
    """Every moment of some pieces."""
    rows = [row for piece in pieces for row in _moments(piece, engine)]
    return Told(*np.array(rows, dtype=float).T)


def _moments(piece: Piece, engine: Engine) -> Iterator[tuple[float, ...]]:
    human, found = analysis_of(piece.human, piece.score), piece.heard(engine)
    for moment in moments(human, found):
        if moment.machine >= 0:
            chord, asked = found.chords[moment.machine], human.chords[moment.human]
            quarters = (moment.end - moment.onset) / piece.score.ticks_per_quarter
            rescued = not moment.agreed.numeral and _is_second(chord, asked)
            yield quarters, chord.confidence, moment.agreed.chord, moment.agreed.numeral, rescued


def _is_second(chord: ChordSpan, asked: ChordSpan) -> bool:
    name, colon, figure = chord.runner_up.partition(": ")
    key = Key.parse(name) if colon else chord.key
    second = Reading(key, plain(parse_numeral(figure if colon else name, minor=key.minor)))
    return agree_either_way(asked, second).numeral


def reliability(name: str, pieces: list[Piece], engine: Engine, right: float) -> None:
    """Print what is right in each band of confidence, and from each bound upwards."""
    found = told(pieces, engine)
    every = np.ones(len(found.sure), dtype=bool)
    chord, numeral, sure = (found.share(column, every) for column in (found.chord, found.numeral, found.sure))
    print(f"\n{engine}, {name}: {len(pieces)} pieces, {found.quarters.sum():.0f} quarters")
    print(f"  chord {chord:.3f} numeral {numeral:.3f} mean confidence {sure:.3f}", end="; ")
    print(f"off: chord {found.off(found.chord):.3f} numeral {found.off(found.numeral):.3f}")
    print("  confidence   of the time   chord   numeral  else second")
    for low, high in pairwise(BANDS):
        band = (found.sure >= low) & ((found.sure < high) | (high == 1))
        wrong = band & ~found.numeral.astype(bool)
        values = [found.share(column, band) for column in (found.chord, found.numeral)]
        second = found.share(found.second, wrong)
        print(f"  {low:.1f} to {high:.1f}   {_of(found, band):10.3f} {values[0]:9.3f} {values[1]:8.3f} {second:10.3f}")
    print("  from         of the time   chord   numeral")
    for bound in BOUNDS:
        kept = found.sure >= bound
        values = [found.share(column, kept) for column in (found.chord, found.numeral)]
        print(f"  {bound:.2f}         {_of(found, kept):10.3f} {values[0]:9.3f} {values[1]:8.3f}")
    print(f"  chords are right {right:.0%} of the time from {_least(found, right)}")


def _of(found: Told, where: np.ndarray) -> float:
    return float(found.quarters[where].sum() / found.quarters.sum())


def _least(found: Told, right: float) -> str:
    """The smallest bound in hundredths from which so many chords are right."""
    bounds = np.arange(0, 1, 0.01)
    enough = [bound for bound in bounds if found.share(found.chord, found.sure >= bound) >= right]
    return f"{enough[0]:.2f}" if enough else "nowhere"


def findings(pieces: list[Piece], engines: Iterable[Engine], pack: Pack) -> None:
    """Print precision and recall of the findings that need chords, from each bound upwards, and by rule."""
    pack = _by_chords(pack)
    truths = [set(_places(piece.score, analysis_of(piece.human, piece.score), pack)) for piece in pieces]
    print(f"\nby the human numerals {sum(map(len, truths))} findings of {pack.id} in {len(pieces)} pieces")
    for engine in engines:
        found = [_places(piece.score, piece.heard(engine), pack) for piece in pieces]
        print(f"{engine}:\n  from   findings   right   precision   recall")
        for bound in BOUNDS:
            print(f"  {bound:.2f} {_counts(found, truths, bound)}")
        for rule in sorted({place[0] for places in (*found, *truths) for place in places}):
            mine = [{place: sure for place, sure in places.items() if place[0] == rule} for places in found]
            theirs = [{place for place in places if place[0] == rule} for places in truths]
            print(f"  {rule:<28} {_counts(mine, theirs, pack.scope.min_confidence)} of {sum(map(len, theirs))}")


def _counts(found: list[dict[Place, float]], truths: list[set[Place]], bound: float) -> str:
    kept = [{place for place, sure in places.items() if sure >= bound} for places in found]
    right = sum(len(mine & theirs) for mine, theirs in zip(kept, truths, strict=True))
    number, asked = sum(map(len, kept)), sum(map(len, truths))
    return f"{number:9} {right:7} {right / max(number, 1):11.3f} {right / max(asked, 1):8.3f}"


def _by_chords(pack: Pack) -> Pack:
    """The rules of a pack that read chords, but that which compares written numerals with the notes."""
    rules = tuple(rule for rule in pack.rules if rule.kind.needs_harmony and "numerals" not in rule.kind.needs)
    return replace(pack, rules=rules)


def _places(score: Score, chords: Analysis, pack: Pack) -> dict[Place, float]:
    """What is found, however uncertain the chord is, with how sure it is."""
    lenient = replace(pack, scope=pack.scope._replace(min_confidence=0.0))
    report = check(score, lenient, whole(score, chords))
    return {(item.rule, item.onset, item.voices): item.confidence for item in report.findings}


def _groups(pieces: list[Piece], *, apart: bool) -> dict[str, list[Piece]]:
    """The pieces by the first word of their files' names; or all in one."""
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        source = piece.score.source
        name = Path(source.path).name.split("-")[0] if apart and source else "all"
        groups.setdefault(name, []).append(piece)
    return groups


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--validation", type=Path)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--findings", action="store_true")
    parser.add_argument("--sets", action="store_true")
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--right", type=float, default=0.9)
    parser.add_argument("--pack", default="chorale")
    options = parser.parse_args()
    if options.kept:
        chosen = [Piece(score, human, name) for name, score, human in list(extra(options.kept))[::OF_EXTRA]]
    else:
        listed = validation_pieces(options.validation) if options.validation else chorale_pieces()
        chosen = [Piece(*piece) for piece in listed]
    engines: tuple[Engine, ...] = (options.engine,) if options.engine else ENGINES
    for name, group in _groups(chosen, apart=options.sets).items():
        if options.findings:
            print(f"\n{name}", end="")
            findings(group, engines, load_pack(options.pack))
        else:
            for engine in engines:
                reliability(name, group, engine, options.right)
