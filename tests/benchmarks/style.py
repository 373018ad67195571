"""Style told from features: repertories, vocal polyphony, quartets and regions of folk song, raw and normalised.

python tests/benchmarks/style.py --tables FOLDER            # the features are measured once and kept there
python tests/benchmarks/style.py --tables FOLDER --tasks quartets,vocal --seeds 3 --permutations 20
python tests/benchmarks/style.py --tables FOLDER --strangers  # whether pieces of a label left out are told to be none

Each task is told by cross-validation with whole groups (works, families of tunes): five folds by several seeds, the
quartets by leaving out each work. *raw* are the files as they are. *normalised* is their music only: notes in parts,
measures and meters; without grace notes, fermatas, ties, words, names, key signatures, repeats, barlines, printed
numbers and spelling, which is estimated anew as for MIDI. *plain* are 79 numbers of the usual kind (PLAIN), told by a
random forest and by our pipeline, the better one of each. *unconfounded* are ours without those that depend on meter,
note values, parts or format, with labels dealt anew to the groups beside.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from musegen.corpora import Piece, pieces_of
from musegen.corpora.tables import Table, read_table, table_of, texts, write_table
from musegen.features.extractor import feature_row
from musegen.features.style.classifying import Figure, permuted, testable, tried
from musegen.features.style.identifying import identifier, identify
from musegen.features.style.measurements import Measurements, measurements, words
from musegen.features.style.pipeline import Maker, classifier
from musegen.score.model import KeySignature, Measure, Metadata, Part, Score
from musegen.score.spelling import respelled
from musegen.score.table import Flag, NoteTable

PLAIN = (
    "pitch_class_shares", "interval_shares", "note_value_shares", "intervals_over_bass", "meter_kind_shares", "ambitus",
    "pitch_height", "events_per_quarter", "number_of_lines", "lines_at_a_time", "length_of_piece",
)  # fmt: skip
"""79 dimensions: histograms of pitch classes, melodic and harmonic intervals, note values; meter, range, size."""
MOST = 500
"""Tunes of a region."""
REGIONS = 11


class Task(NamedTuple):
    """What is told of which pieces, and the figure to reach."""

    corpus: str
    by: str
    labels: tuple[str, ...]  # none: the commonest
    goal: float


TASKS = {
    "repertories": Task("seven-repertories", "repertory", (), 0.77),
    "vocal": Task("seven-repertories", "repertory", ("Palestrina", "Monteverdi", "Trecento"), 0.99),
    "quartets": Task("seven-repertories", "repertory", ("Haydn", "Mozart", "Beethoven"), 0.61),
    "regions": Task("essen", "region", (), 0.39),
}


class Normalised(NamedTuple):
    """A piece that is read as its notes, measures and meters only."""

    piece: Piece

    def read(self) -> Score:
        """The reduced score."""
        return normalised(self.piece.read())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--permutations", type=int, default=20)
    parser.add_argument("--strangers", action="store_true")
    asked = parser.parse_args()
    asked.tables.mkdir(parents=True, exist_ok=True)
    for name in asked.tasks.split(","):
        if asked.strangers:
            print_strangers(TASKS[name], asked.tables)
        else:
            print_task(name, asked)


def print_task(name: str, asked: argparse.Namespace) -> None:
    """One task: each form, each classifier."""
    task, begun = TASKS[name], time.process_time()
    raw = selected(task, table_for(task, asked.tables, "raw"))
    pure = selected(task, table_for(task, asked.tables, "normalised"))
    measured = prepared(task, raw)
    counts = measured.counts
    size = f"{len(measured.pieces)} pieces, {len(set(measured.groups))} groups, {len(counts)} labels"
    print(f"\n{name}: {size}; goal {task.goal}")
    print(f"  {'':<34}{'numbers':>8}{'accuracy':>10}{'balanced':>10}  {'95 % of groups':>16}")
    majority = max(counts.values()) / len(measured.pieces)
    print(f"  {'commonest label':<34}{'':>8}{majority:>10.3f}{1 / len(counts):>10.3f}")
    for form, table in (("raw", raw), ("normalised", pure)):
        plain = measurements(table, task.by, features=PLAIN)
        makers: tuple[Maker, ...] = (forest, classifier)
        print_row(
            f"plain, {form}", max((shown(plain, asked, make) for make in makers), key=lambda found: found.balanced)
        )
        print_row(f"ours, {form}", shown(prepared(task, table), asked))
        bare = prepared(task, table).unconfounded()
        found = shown(bare, asked)
        print_row(f"ours, {form}, unconfounded", found)
    chance = permuted(bare, found.balanced, 5, asked.permutations, np.random.default_rng(1))
    told = f"labels dealt anew, {chance.times} times"
    print(f"  {told:<52}{chance.balanced:>10.3f}  highest {chance.highest:.3f}, p = {chance.p:.3f}")
    print(f"  {time.process_time() - begun:.0f} s CPU", flush=True)


def shown(measured: Measurements, asked: argparse.Namespace, make: Maker = classifier) -> Figure:
    """The figure over several ways to make the folds."""
    measured, _ = testable(measured)
    return tried(measured, tuple(measured.counts), 5, asked.seeds, np.random.default_rng(1), make)[0]


def print_row(what: str, found: Figure) -> None:
    """One line of the table."""
    bounds = f"{found.low:.3f} to {found.high:.3f}"
    print(f"  {what:<34}{found.columns:>8}{found.accuracy:>10.3f}{found.balanced:>10.3f}  {bounds:>16}", flush=True)


def forest(_weights: Any) -> Any:
    """What the prototype used: the median for what is undefined, 300 trees, labels weighed alike."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    trees = RandomForestClassifier(300, class_weight="balanced", random_state=0)
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), trees)


def print_strangers(task: Task, folder: Path) -> None:
    """Of each label: how many of its pieces are called strangers among the others; and how many of the others' own.

    The others' own are told without their group, twelve drawn by seed.
    """
    table = selected(task, table_for(task, folder, "raw"))
    labels = words(table, task.by)
    print(f"{'label left out':<16}{'pieces':>7}{'called strangers':>18}")
    for label in dict.fromkeys(labels.tolist()):
        known = identifier(table[labels != label], task.by)
        told = identify(known, table[labels == label], top=0)
        print(f"{label:<16}{len(told):>7}{np.mean([each.is_stranger for each in told]):>18.2f}", flush=True)
    drawn = np.random.default_rng(1).choice(len(table), 12, replace=False)
    own = [identify(identifier(table, task.by, but=table[[row]]), table[[row]], top=0)[0] for row in drawn.tolist()]
    print(f"{'none':<16}{len(own):>7}{np.mean([each.is_stranger for each in own]):>18.2f}")


def prepared(task: Task, table: Table) -> Measurements:
    """The label and all our numbers."""
    return measurements(table, task.by)


def selected(task: Task, table: Table) -> Table:
    """The rows of a task: of its labels, or of the commonest ones so many each, drawn by seed."""
    labels = words(table, task.by)
    if task.labels:
        return table[np.isin(labels, task.labels)]
    if task.corpus != "essen":
        return table
    kept = drawn_regions(labels)
    return table[np.isin(np.arange(len(table)), kept)] if len(kept) < len(table) else table


def drawn_regions(labels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The rows of the commonest regions, at most MOST of each."""
    rng = np.random.default_rng(0)
    names, counts = np.unique(labels[labels != ""].astype(str), return_counts=True)
    commonest = names[np.argsort(-counts, kind="stable")][:REGIONS]
    drawn = [rng.permutation(np.flatnonzero(labels == name))[:MOST] for name in commonest]
    return np.sort(np.concatenate(drawn))


def table_for(task: Task, folder: Path, form: str) -> Table:
    """The features of a corpus, measured once; of Essen only the tunes that are told."""
    kept = folder / f"{task.corpus}-{form}.npz"
    if kept.exists():
        return read_table(kept)
    pieces = [piece for piece in pieces_of([task.corpus]) if piece.labels.get(task.by)]
    if task.corpus == "essen":
        pieces = [pieces[row] for row in drawn_regions(texts([piece.labels[task.by] for piece in pieces]))]
    rows = []
    for piece in pieces:
        read = Normalised(piece) if form == "normalised" else piece
        known = {"piece": piece.place, "path": str(piece.path), "sha256": piece.sha256, "group": piece.group}
        rows.append(known | dict(piece.labels) | feature_row(read, {}))
    table = table_of(rows)
    write_table(table, kept)
    return table


def normalised(score: Score) -> Score:
    """The notes in their parts, the measures and the meters; nothing else of the file."""
    notes = score.notes.where(~score.notes.has(Flag.GRACE) & ~score.notes.has(Flag.UNPITCHED)).sounding()
    rows = notes.rows.copy()
    rows["flags"], rows["id"], rows["staff"], rows["fifths"] = 0, np.arange(len(rows)), 1, 0
    measures = tuple(
        Measure(str(number), measure.onset, measure.length, measure.time_signature, KeySignature(0), measure.is_pickup)
        for number, measure in enumerate(score.measures, start=1)
    )
    parts = tuple(Part(f"P{number}") for number in range(len(score.parts)))
    plain = replace(
        score, notes=NoteTable(rows), measures=measures, parts=parts, harmonies=(), figures=(), lyrics=(),
        note_names=(), colors=(), metadata=Metadata(), source=None, notices=(), stream=None,
    )  # fmt: skip
    return respelled(plain) if len(rows) else plain


if __name__ == "__main__":
    main()
