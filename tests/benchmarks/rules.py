"""How fast the rules are: all chorales at once, one exercise, one edit; and music21's own checker beside them.

python tests/benchmarks/rules.py              # all 365 chorales: a minute, most of it to analyse them first
python tests/benchmarks/rules.py --every 8    # every eighth
python tests/benchmarks/rules.py --pack strict --rules

Seconds of computing (CPU) with one thread of BLAS, the best of several runs; reading and analysis are not counted but
where it is said. music21's checker judges three of our rules and two more that we have in another form (parallel
fifths and octaves, hidden fifths and octaves of the outer voices, crossing).
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from musegen.corpora import corpus
from musegen.rules.engine import check, check_all
from musegen.rules.entries import Rule
from musegen.rules.findings import Edit
from musegen.rules.live import LiveCheck
from musegen.rules.packs import Pack, load_pack
from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Analysis

Piece = tuple[Score, Analysis]
THEIRS = 3
"""Chorales for music21: it needs seconds for each."""


def main(every: int, pack: Pack, *, by_rule: bool) -> None:
    """Print every figure."""
    names = [piece.name for piece in corpus("bach-chorales").pieces[::every]]
    scores = [read(name) for name in names]
    start = time.process_time()
    pieces = [(score, analyse(score)) for score in scores]
    print(f"{len(names)} chorales analysed in {time.process_time() - start:.1f} s (not counted below)")
    gc.set_threshold(100_000)  # as the command line has it
    gc.freeze()
    together = _corpus(pieces, pack)
    if by_rule:
        _by_rule(pieces, pack)
    _exercise(pieces, pack)
    _edits(pieces, pack)
    _music21(names[:THEIRS], together / len(names))


def _corpus(pieces: list[Piece], pack: Pack) -> float:
    reports = list(check_all(pieces, pack))
    seconds = _best(lambda: list(check_all(pieces, pack)), 4)
    single = _best(lambda: [check(score, pack, analysis) for score, analysis in pieces], 2)
    found = sum(len(report.findings) + len(report.waived) for report in reports)
    print(f"all {len(pack.rules)} rules of {pack.id} over all, together {seconds:.2f} s, one by one {single:.2f} s")
    print(f"  {found} findings, waived ones among them")
    return seconds


def _by_rule(pieces: list[Piece], pack: Pack) -> None:
    """What each rule costs alone, over what no rule costs, the dearest first."""
    bare = _best(lambda: list(check_all(pieces, _only(pack))), 3)
    costs: Counter[str] = Counter()
    for rule in pack.rules:
        costs[rule.id] = round(1000 * (_best(lambda rule=rule: list(check_all(pieces, _only(pack, rule))), 2) - bare))
    print(f"  no rule {1000 * bare:.0f} ms; " + ", ".join(f"{name} {cost}" for name, cost in costs.most_common()))


def _only(pack: Pack, *rules: Rule) -> Pack:
    return Pack(pack.id, pack.title, rules, pack.scope, pack.allow)


def _exercise(pieces: list[Piece], pack: Pack) -> None:
    score, analysis = next((piece for piece in pieces if len(piece[0].measures) == 16), pieces[0])
    fresh = iter([Score(**{name: getattr(score, name) for name in _FIELDS}) for _ in range(20)])
    seconds = _best(lambda: check(next(fresh), pack, analysis), 20)
    print(f"one chorale of {len(score.measures)} measures, analysis given: {1000 * seconds:.2f} ms")


_FIELDS = (
    "notes", "measures", "parts", "harmonies", "figures", "lyrics", "note_names", "metadata", "ticks_per_quarter",
    "source",
)  # fmt: skip


def _edits(pieces: list[Piece], pack: Pack) -> None:
    score = next((piece[0] for piece in pieces if len(piece[0].measures) == 16), pieces[0][0])
    note = score.note_name(int(score.notes["id"][len(score.notes) // 2]))
    turns = cycle([Edit(note, "", "D4"), Edit(note, "", "E4")])
    notes_alone, heard = LiveCheck(score, pack, infer=False), LiveCheck(score, pack)
    for words, work in (
        ("rules on one or two sonorities, without chords", lambda: notes_alone.edit([next(turns)], hear=False)),
        ("rules on one or two sonorities, with the chords of before", lambda: heard.edit([next(turns)], hear=False)),
        ("all rules, the phrase heard again", lambda: heard.edit([next(turns)])),
        ("all rules, the whole piece heard again", heard.settle),
    ):
        print(f"after an edit: {words}: {1000 * _best(work, 15):.2f} ms")


def _music21(names: list[str], ours: float) -> None:
    """music21's checker on the same chorales, beside all our rules on one of them."""
    from music21 import corpus
    from music21.figuredBass import checker

    pairwise = (checker.parallelFifths, checker.parallelOctaves, checker.hiddenFifth, checker.hiddenOctave)
    streams = [corpus.parse(name) for name in names]
    start = time.process_time()
    for stream in streams:
        for judge in pairwise:
            checker.checkConsecutivePossibilities(stream, judge)
        checker.checkSinglePossibilities(stream, checker.voiceCrossing)
    theirs = (time.process_time() - start) / len(names)
    print(f"music21.figuredBass.checker, 5 rules: {theirs:.2f} s a chorale; all of ours {1000 * ours:.2f} ms", end="")
    print(f", {theirs / ours:.0f} times less")


def _best(work: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--pack", default="chorale")
    parser.add_argument("--rules", action="store_true", help="what each rule costs alone")
    options = parser.parse_args()
    main(options.every, load_pack(options.pack), by_rule=options.rules)
