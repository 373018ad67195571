"""Restyling: does the style move, is the melody still found, are the rules kept; 100 pieces drawn by seed.

python tests/benchmarks/restyle.py FOLDER                # training numbers are measured once and kept in FOLDER
python tests/benchmarks/restyle.py FOLDER --count 10     # a tenth of the pieces, of every target

Two classifiers of `features/style`, calibrated as `corpus identify` has them, learn from real pieces alone: the kind
(chorale, counterpoint as Palestrina's, jig, reel, waltz: tunes in 3/4) and the mode. They hear one line, the top one,
without fermatas, words, repeats and mode of the key signature, and know the groups pitch, melody and rhythm without
what depends on parts, format or note values: nothing of texture. They do know the meter, which makes a jig. Learned
from: O'Neill's, Ryan's and Aird's tunes, Bach's chorales and Palestrina's masses, train and valid splits (by family
and work). Sources come from the test splits, of the kinds that stand at each target, as far as they are one tune in
one meter; modes get pieces in the other one. A piece that is not made, or not below .2 before, counts as not moved.
The index of the melody search holds all sources and 500 more pieces; `found` is its usual effort, `thorough` that of
`corpus originality`.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from musegen.corpora import Piece, pieces_of
from musegen.corpora.tables import Table, read_table, table_of, write_table
from musegen.errors import MusegenError
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.features.similarity.index import SimilarityIndex, build
from musegen.features.similarity.passages import QUICK, THOROUGH
from musegen.features.similarity.reading import entry_of
from musegen.features.similarity.search import similar
from musegen.features.similarity.symbols import INTERVALS
from musegen.features.style.calibration import calibration, tempered
from musegen.features.style.measurements import words
from musegen.features.style.pipeline import classifier, folds_of, out_of_fold, weights_of
from musegen.generation.restyle.lines import is_minor, line_of, score_of
from musegen.generation.restyle.making import Restyled, restyle
from musegen.generation.restyle.meters import stretched
from musegen.generation.restyle.settings import chorale_melody
from musegen.generation.restyle.styles import STYLES
from musegen.score.model import KeySignature, Measure, Metadata, Part, Score
from musegen.score.table import NoteTable

FEATURES = chosen(("pitch", "melody", "rhythm"), ("note_values", "parts", "format"))
COLUMNS = column_names(FEATURES)
TUNES = ("oneills-1850", "ryans-mammoth", "airds-airs")
MOST = 90
"""Pieces of a kind that are learned from."""
READ, OTHERS = 2600, 500
"""Pieces that are drawn from the corpora; so many more than the sources are searched."""
LOW, HIGH = 0.2, 0.8


class Target(NamedTuple):
    """A style, its kind for the classifier, whence its sources come, and how many of them."""

    style: str
    kind: str
    sources: tuple[str, ...]
    count: int


TARGETS = (
    Target("chorale", "chorale", ("jig", "reel", "waltz", "tune"), 20),
    Target("waltz", "waltz", ("jig", "reel", "tune", "chorale"), 20),
    Target("jig", "jig", ("reel", "waltz", "tune", "chorale"), 12),
    Target("reel", "reel", ("jig", "waltz", "chorale"), 12),
    Target("counterpoint", "counterpoint", ("tune", "waltz", "chorale"), 16),
    Target("minor", "minor", ("jig", "reel", "waltz", "tune", "chorale"), 10),
    Target("major", "major", ("jig", "reel", "waltz", "tune", "chorale"), 10),
)


def main() -> None:
    """Measure, make, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", default="free", choices=("free", "strict"))
    parser.add_argument("--lines", action="store_true", help="chorales as melodies only: style and search, no errors")
    parser.add_argument("--bits", action="store_true", help="only tell how surprising intervals are in 450 tunes")
    parser.add_argument("--targets", default=",".join(target.style for target in TARGETS))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.bits:
        tell_bits()
        return
    begun = time.process_time()
    by_kind = pieces_by_kind()
    table = learned_table(by_kind, asked.folder / "restyle-learned.npz")
    judges = {
        "kind": Judge(table[words(table, "kind") != "tune"], "kind"),
        "mode": Judge(table[words(table, "kind") != "counterpoint"], "mode"),
    }
    for name, judge in judges.items():
        print(f"{name}: {judge.told}")
    print(f"learned in {time.process_time() - begun:.0f} s CPU", flush=True)
    drawn = list(draw_sources(by_kind, asked))
    rest = others(by_kind, {piece.name for _, piece in drawn}, asked.seed)
    index = build(
        [entry_of(piece) for piece in {piece.name: piece for _, piece in drawn}.values()]
        + [entry_of(piece) for piece in rest]
    )
    wanted = asked.targets.split(",")
    rows = [row_of(target, piece, judges, index, asked) for target, piece in drawn if target.style in wanted]
    tell(rows)
    print(f"{time.process_time() - begun:.0f} s CPU")


def kind_of(piece: Piece, score: Score) -> str:
    """The kind that a piece of the corpora counts as; empty where it is none."""
    meters = {str(measure.time_signature) for measure in score.measures}
    genre = piece.labels.get("genre", "")
    if piece.corpus == "bach-chorales":
        return "chorale"
    if piece.corpus == "palestrina":
        return "counterpoint"
    if len(meters) != 1:
        return ""
    meter = meters.pop()
    if meter == "6/8":
        return "jig"
    if genre == "reel":
        return "reel"
    return "waltz" if meter == "3/4" else "tune"


def pieces_by_kind() -> dict[str, dict[bool, list[Piece]]]:
    """Of every kind, the pieces to learn from (False) and the held-out ones (True), in a drawn order."""
    rng = np.random.default_rng(0)
    found: dict[str, dict[bool, list[Piece]]] = defaultdict(lambda: {False: [], True: []})
    pieces = [piece for corpus in (*TUNES, "bach-chorales", "palestrina") for piece in pieces_of([corpus])]
    for number in rng.permutation(len(pieces))[:READ].tolist():
        piece = pieces[number]
        quick = {"bach-chorales": "chorale", "palestrina": "counterpoint"}.get(piece.corpus, "")
        try:
            kind = quick or kind_of(piece, piece.read())
        except MusegenError:
            continue
        if kind:
            found[kind][piece.split == "test"].append(piece)
    return found


def learned_table(by_kind: dict[str, dict[bool, list[Piece]]], kept: Path) -> Table:
    """The numbers of what is learned from, measured once."""
    if kept.exists():
        return read_table(kept)
    rows = []
    for kind, sides in by_kind.items():
        for piece in sides[False][:MOST]:
            try:
                score = piece.read()
                rows.append(
                    {"piece": piece.name, "group": piece.group, "kind": kind, "mode": mode_of(score)} | numbers(score)
                )
            except MusegenError:
                continue
    table = table_of(rows)
    write_table(table, kept)
    return table


def mode_of(score: Score) -> str:
    """The mode that its line tells of; empty where it is no one line in one key."""
    try:
        return "minor" if is_minor(line_of(score).home) else "major"
    except MusegenError:
        return ""


def numbers(score: Score) -> dict[str, Any]:
    """What the classifiers know of a piece."""
    return dict(zip(COLUMNS, measured(PieceView(top_alone(score)), FEATURES), strict=True))


def top_alone(score: Score) -> Score:
    """The top line of the first part: its notes, measures and meters; nothing else of the file."""
    notes = score.notes.sounding().rows
    notes = notes[notes["part"] == 0]
    notes = notes[np.lexsort((-notes["pitch"], notes["onset"]))]
    rows = notes[np.diff(notes["onset"], prepend=-1) != 0].copy()
    ends = np.append(rows["onset"][1:], np.iinfo(np.int64).max)
    rows["duration"] = np.minimum(rows["duration"], ends - rows["onset"])
    rows["flags"], rows["id"], rows["staff"], rows["voice"] = 0, np.arange(len(rows)), 1, 1
    measures = tuple(
        Measure(
            str(number),
            measure.onset,
            measure.length,
            measure.time_signature,
            KeySignature(measure.key_signature.fifths),
            measure.is_pickup,
        )
        for number, measure in enumerate(score.measures, start=1)
    )
    return replace(
        score, notes=NoteTable(rows), measures=measures, parts=(Part("P1"),), harmonies=(), figures=(), lyrics=(),
        note_names=(), colors=(), metadata=Metadata(), source=None, notices=(), stream=None,
    )  # fmt: skip


class Judge:
    """A classifier of `features/style`, learned from a table, with its accuracy on folds without common groups."""

    def __init__(self, table: Table, by: str) -> None:
        from musegen.features.style.classifying import testable, tried
        from musegen.features.style.measurements import measurements

        known, _ = testable(measurements(table, by))
        figure, _ = tried(known, tuple(known.counts), 5, 1, np.random.default_rng(1))
        splits = folds_of(known.labels, known.groups, 5, 1)
        names = list(known.counts)
        true = np.array([names.index(label) for label in known.labels])
        self._calibration = calibration(out_of_fold(known, names, splits), true, splits)
        self.told = (
            f"{len(known.pieces)} pieces {known.counts}, {len(known.columns)} numbers, balanced accuracy "
            f"{figure.balanced:.3f}, calibration error {self._calibration.error:.3f}"
        )
        self._columns = known.columns
        self._fitted = classifier(weights_of(known.columns)).fit(known.values, known.labels.astype(str))

    def probability(self, score: Score, label: str) -> float:
        """Of a label for a piece."""
        heard = numbers(score)
        row = np.array([[heard[name] for name in self._columns]], dtype=np.float64)
        row[~np.isfinite(row)] = np.nan
        told = tempered(self._fitted.predict_log_proba(row), self._calibration.temperature)
        return float(told[0][list(self._fitted.classes_).index(label)])


def draw_sources(
    by_kind: dict[str, dict[bool, list[Piece]]], asked: argparse.Namespace
) -> Iterator[tuple[Target, Piece]]:
    """A target and a held-out piece, as often as each target asks; modes get pieces in the other one."""
    for place, target in enumerate(TARGETS):
        rng, taken = np.random.default_rng([asked.seed, place]), set()
        left = max(1, round(target.count * asked.count / 100))
        pool = [piece for kind in target.sources for piece in by_kind[kind][True][:60]]
        for number in rng.permutation(len(pool)).tolist():
            piece = pool[number]
            if left == 0:
                break
            if piece.name in taken or mode_of(piece.read()) in ("", target.kind):
                continue
            taken.add(piece.name)
            left -= 1
            yield target, piece


def others(by_kind: dict[str, dict[bool, list[Piece]]], taken: set[str], seed: int) -> list[Piece]:
    """More tunes for the index."""
    tunes = [
        piece
        for kind in ("jig", "reel", "waltz", "tune", "chorale")
        for piece in by_kind[kind][True]
        if piece.name not in taken
    ]
    order = np.random.default_rng(seed).permutation(len(tunes))
    return [tunes[number] for number in order[:OTHERS]]


def tell_bits() -> None:
    """How many bits of surprise intervals have by their size: what `restyle/identity` quotes by."""
    pieces = [piece for corpus in TUNES for piece in pieces_of([corpus]) if piece.split != "test"][::5][:450]
    index = build([entry_of(piece) for piece in pieces])
    bits, _ = index.surprise.of(index.interval, index.ratio)
    sizes = np.abs(index.interval.astype(int) - INTERVALS // 2)
    print(" ".join(f"{float(bits[sizes == size].mean()):.1f}" for size in range(13)))


class Row(NamedTuple):
    """What came of a piece."""

    target: str
    piece: str
    before: float
    after: float
    found: bool
    thoroughly: bool
    errors: int
    kept: float
    seconds: float
    told: str = ""


def row_of(
    target: Target, piece: Piece, judges: dict[str, Judge], index: SimilarityIndex, asked: argparse.Namespace
) -> Row:
    """Restyle one piece and measure it."""
    judge = judges["mode" if target.kind in ("major", "minor") else "kind"]
    begun = time.process_time()
    score = piece.read()
    before = judge.probability(score, target.kind)
    try:
        made = melody_alone(score) if asked.lines and target.style == "chorale" else restyled(target, score, asked)
    except MusegenError as error:
        row = Row(
            target.style, piece.name, before, float("nan"), False, False, 0, 0, time.process_time() - begun, str(error)
        )
    else:
        seconds = time.process_time() - begun
        after = judge.probability(made.score, target.kind)
        found = [first_found(made, index, effort) == piece.name for effort in (QUICK, THOROUGH)]
        row = Row(
            target.style, piece.name, before, after, *found, made.errors, made.kept.kept / made.kept.notes, seconds
        )
    print(
        f"{row.target:13}{row.before:6.2f}{row.after:6.2f} found {row.found:d}{row.thoroughly:d} errors "
        f"{row.errors} kept {row.kept:.2f} {row.seconds:5.1f} s {row.piece} {row.told}",
        flush=True,
    )
    return row


def restyled(target: Target, score: Score, asked: argparse.Namespace) -> Restyled:
    """The piece in the style."""
    return restyle(score, target.style, np.random.default_rng([asked.seed]), keep=asked.keep)


def melody_alone(score: Score) -> Restyled:
    """The melody of a chorale, which its setting keeps note for note, without the setting."""
    given = line_of(score)
    line = chorale_melody(stretched(given, "4/4"))
    return Restyled(score_of(line, ""), STYLES["chorale"], line, given, (), "chorale")


def first_found(made: Restyled, index: SimilarityIndex, effort: Any) -> str:
    """The piece that melody search finds first for the restyled melody."""
    found = similar(score_of(made.line, ""), index, count=1, effort=effort)
    return found[0].piece if found else ""


def tell(rows: Sequence[Row]) -> None:
    """The table."""
    print(
        f"\n{'target':14}{'n':>4}{'moved':>8}{'before':>8}{'after':>8}{'found':>8}{'thorough':>9}{'errors':>8}{'kept':>7}{'s':>7}"
    )
    for name in [*dict.fromkeys(row.target for row in rows), "all"]:
        own = [row for row in rows if name in (row.target, "all")]
        moved = np.mean([row.before < LOW and row.after > HIGH for row in own])
        before, after, kept, seconds = (
            float(np.nanmedian([getattr(row, what) for row in own])) for what in ("before", "after", "kept", "seconds")
        )
        found, thorough = np.mean([row.found for row in own]), np.mean([row.thoroughly for row in own])
        print(
            f"{name:14}{len(own):>4}{moved:>8.2f}{before:>8.2f}{after:>8.2f}{found:>8.2f}{thorough:>9.2f}"
            f"{sum(row.errors for row in own):>8}{kept:>7.2f}{seconds:>7.1f}"
        )


if __name__ == "__main__":
    main()
