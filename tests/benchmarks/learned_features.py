"""Learned features beside hand-made ones, on the same tasks: labels told, tunes of a kind found, tunes found again.

python tests/benchmarks/learned_features.py --tables FOLDER      # all; features are measured once and kept there
python tests/benchmarks/learned_features.py --tables FOLDER --tasks labels --seeds 2

Only tunes are used that no network learned from: of `folk-tunes` the test and valid splits (whole families), of
`essen` a sample by seed, as many of each region. All are tunes that the melody network can hear. Intervals are the
middle 95 % of bootstraps over tune families; *more* is the interval of the figure less the hand-made one, both from the
same families.

labels: `features.style`'s classifier, five folds by family, balanced accuracy; *two judges* are two halves of the
hand-made features, told apart and multiplied as both kinds are. found: of `--queries` tunes, how many of the ten
pieces of other families that are nearest have the label, and whether the nearest is of the tune's family. altered:
whether an altered tune, or four measures of it, finds its tune first among `--altered` ones. *hand-made* and *learned*
are nearest by cosine of standardised numbers of whole pieces (of passages: of the same passages), each feature of the
weight that the classifier gives it, or, *flat*, each number; *character* is `corpus similar --by character`, *notes*
is `corpus similar`: what it does not find is no hit.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from altered_scores import ALTERATIONS
from numpy.random import Generator

from musegen.corpora import Piece, corpus
from musegen.corpora.tables import Table, read_table, table_of, write_table
from musegen.engraving.excerpts import excerpt
from musegen.errors import ScoreError
from musegen.features.bootstraps import intervals
from musegen.features.extractor import feature_row
from musegen.features.registry import HAND_MADE
from musegen.features.similarity import character, index, search
from musegen.features.similarity.character.index import CharacterEntry, alike
from musegen.features.similarity.character.passages import passages_of
from musegen.features.similarity.lines import lines_of
from musegen.features.style.classifying import BOOTSTRAPS, balanced, group_confusions
from musegen.features.style.measurements import Measurements, columns_of, feature_of, measurements, words
from musegen.features.style.pipeline import folds_of, out_of_fold, scaling, weights_of
from musegen.score.model import Score
from musegen.theory.tunes.thinking import thinker_id

Floats = npt.NDArray[np.float64]
KINDS = (HAND_MADE, "learned")
SPACES = {"hand-made": ("hand-made", True), "hand-made, flat": ("hand-made", False), "learned": ("learned", False)}
"""Numbers of which kind, and whether a feature weighs the same however many dimensions it has."""
LABELS = {
    "collection": ("folk-tunes", ("O'Neill", "Ryan", "Aird")), "genre": ("folk-tunes", ("jig", "reel", "hornpipe")),
    "region": ("essen", ()),
}  # fmt: skip
REGIONS, OF_EACH = 9, 110
NEAREST = 10
FEWEST_MEASURES = 8
TASKS = ("labels", "found", "altered")
Vectors = Callable[[Measurements], Floats]


class Held(NamedTuple):
    """A score that is read as it is."""

    score: Score

    def read(self) -> Score:
        """The score."""
        return self.score


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--altered", type=int, default=100)
    asked = parser.parse_args()
    asked.tables.mkdir(parents=True, exist_ok=True)
    tasks = {"labels": tell_labels, "found": tell_found, "altered": tell_altered}
    tables = {name: table_for(name, asked.tables) for name in ("folk-tunes", "essen")}
    begun = time.process_time()
    for task in asked.tasks.split(","):
        print(f"\n{task}")
        tasks[task](tables, asked)
        print(f"  {time.process_time() - begun:.0f} s CPU so far", flush=True)


def table_for(name: str, folder: Path) -> Table:
    """Hand-made and learned numbers of the tunes of a corpus, kept apart: other weights change but the learned ones."""
    every = chosen_pieces(name)
    made = kept(folder / f"{name}-made.npz", lambda: rows_of(every, "hand-made"))
    learned = kept(folder / f"{name}-{thinker_id()}.npz", lambda: rows_of(every, "learned"))
    known = np.isfinite(learned.columns["learned.melody_thoughts.mean_000"])
    families = len(set(words(made, "group")[known]))
    print(f"{name}: {len(every)} tunes, of which the network hears {known.sum()}; {families} families")
    return Table(dict(made.columns) | dict(learned.columns))[np.flatnonzero(known)]


def chosen_pieces(name: str) -> list[Piece]:
    """The pieces of a corpus that are tried."""
    pieces = corpus(name).pieces
    if name == "folk-tunes":
        return [piece for piece in pieces if piece.split in ("test", "valid")]
    regions = [piece.labels.get("region", "") for piece in pieces]
    counts = sorted(
        {region: regions.count(region) for region in set(regions) if region}.items(), key=lambda told: -told[1]
    )
    rng, found = np.random.default_rng(1), []
    for region, _ in counts[:REGIONS]:
        here = [piece for piece, own in zip(pieces, regions, strict=True) if own == region]
        found += [here[number] for number in sorted(rng.permutation(len(here))[:OF_EACH].tolist())]
    return found


def kept(path: Path, rows: Callable[[], list[dict[str, Any]]]) -> Table:
    """A table from a file, or made and written there."""
    if not path.exists():
        write_table(table_of(rows()), path)
    return read_table(path)


def rows_of(pieces: Sequence[Piece], group: str) -> list[dict[str, Any]]:
    """A row a piece."""
    options = {"groups": [group]}
    known = [{"piece": piece.name, "group": piece.group or piece.name, **piece.labels} for piece in pieces]
    return [row | feature_row(piece, options) for row, piece in zip(known, pieces, strict=True)]


def measured(table: Table, by: str = "") -> dict[str, Measurements]:
    """Both kinds of numbers, of the pieces that have a label of a task."""
    found = {kind: measurements(table, by, features=(kind,)) for kind in KINDS}
    labels = LABELS[by][1] if by else ()
    mask = np.isin(found["learned"].labels, labels) if labels else np.full(len(found["learned"].labels), True)
    return {kind: one.rows(mask).defined() for kind, one in found.items()}


def tell_labels(tables: dict[str, Table], asked: argparse.Namespace) -> None:
    """Labels told by hand-made numbers, learned ones and both."""
    for by, (name, _) in LABELS.items():
        both = measured(tables[name], by)
        names = tuple(both["learned"].counts)
        print(f"  {by}: {both['learned'].counts}")
        logs = {kind: [logs_of(one, names, seed) for seed in range(1, asked.seeds + 1)] for kind, one in both.items()}
        logs["both"] = [np.add(*each) for each in zip(*logs.values(), strict=True)]
        logs["two judges"] = [
            sum(logs_of(half, names, seed) for half in halves(both["hand-made"])) for seed in range(1, asked.seeds + 1)
        ]
        found = {
            kind: np.mean([group_confusions(both["learned"], names, each.argmax(axis=1)) for each in of_kind], axis=0)
            for kind, of_kind in logs.items()
        }
        rng = np.random.default_rng(1)
        weights = rng.multinomial(len(found["both"]), np.full(len(found["both"]), 1 / len(found["both"])), BOOTSTRAPS)
        drawn = {kind: balanced(np.tensordot(weights, one, 1)) for kind, one in found.items()}
        for kind, one in found.items():
            value, more = float(balanced(one.sum(axis=0))), drawn[kind] - drawn["hand-made"]
            print(f"    {kind:<12}{value:>7.3f}  {bounds(drawn[kind])}   more {bounds(more)}", flush=True)


def halves(made: Measurements) -> list[Measurements]:
    """Every other feature: what two judges have who hear no more than one."""
    features = list(dict.fromkeys(feature_of(column).name for column in made.columns))
    return [
        made.only([column for column in made.columns if feature_of(column).name in set(features[first::2])])
        for first in (0, 1)
    ]


def logs_of(one: Measurements, names: Sequence[str], seed: int) -> Floats:
    """(pieces, labels): logarithms of probabilities, out of fold."""
    return out_of_fold(one, list(names), folds_of(one.labels, one.groups, 5, seed))


def bounds(drawn: Floats) -> str:
    """The middle 95 %."""
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{low:+.3f} to {high:+.3f}"


def directions(values: Floats, weights: Floats) -> Callable[[Floats], Floats]:
    """What turns rows of numbers into directions, scaled as these rows are."""
    from sklearn.pipeline import make_pipeline

    scaled = make_pipeline(*scaling()).fit(values)

    def directed(rows: Floats) -> Floats:
        found = scaled.transform(rows) * weights
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9))

    return directed


def space(columns: Sequence[str], values: Floats, name: str) -> Callable[[Floats], Floats]:
    """The directions of one of SPACES."""
    weighs = SPACES[name][1]
    return directions(values, weights_of(columns) if weighs else np.ones(len(columns)))


def cosines(one: Measurements, name: str) -> Floats:
    """(pieces, pieces)."""
    found = space(one.columns, one.values, name)(one.values)
    return found @ found.T


class Likeness(NamedTuple):
    """How alike some queries are to all pieces of a corpus, each way; nought or less where a piece is not found."""

    queries: npt.NDArray[np.intp]  # numbers of pieces
    pieces: tuple[str, ...]
    groups: npt.NDArray[Any]
    ways: dict[str, Floats]  # (queries, pieces)


def likeness_in(name: str, table: Table, count: int) -> Likeness:
    """Of so many pieces of a corpus, drawn by seed."""
    both = measured(table)
    pieces, groups = both["learned"].pieces, both["learned"].groups
    queries = np.sort(np.random.default_rng(4).permutation(len(pieces))[:count])
    scores = scores_of(name, pieces)
    found = {way: cosines(both[kind], way)[queries] + 2 for way, (kind, _) in SPACES.items()}
    found["both"] = found["hand-made"] + found["learned"]
    characters, notes = indexes(pieces, scores)
    asked = [scores[number] for number in queries.tolist()]
    found["character"] = np.array([ranked(alike(score, characters, count=len(pieces)), pieces) for score in asked])
    found["notes"] = np.array([ranked(search.similar(score, notes, count=len(pieces)), pieces) for score in asked])
    return Likeness(queries, pieces, groups, found)


def indexes(pieces: Sequence[str], scores: Sequence[Score]) -> tuple[Any, Any]:
    """The two indexes of `corpus similar`."""
    numbers = [[measure.number for measure in score.measures] for score in scores]
    told = list(zip(pieces, scores, numbers, strict=True))
    hears = character.index.build(CharacterEntry(name, "", "", words, passages_of(one)) for name, one, words in told)
    return hears, index.build(index.Entry(name, "", words, lines_of(one)) for name, one, words in told)


def ranked(found: Sequence[Any], pieces: Sequence[str]) -> Floats:
    """(pieces,): the higher, the earlier a piece was found; nought where it was not."""
    places = {match.piece: len(found) - place for place, match in enumerate(found)}
    return np.array([places.get(piece, 0) for piece in pieces], dtype=np.float64)


def tell_found(tables: dict[str, Table], asked: argparse.Namespace) -> None:
    """Of tunes that are drawn: whether the ten nearest are of their kind, and the nearest of their family."""
    for name, table in tables.items():
        likeness = likeness_in(name, table, asked.queries)
        for by in (by for by, (corpus_name, _) in LABELS.items() if corpus_name == name):
            tell_kind(by, likeness, words(table, by))
        tell_family(name, likeness)


def tell_kind(by: str, likeness: Likeness, labels: npt.NDArray[Any]) -> None:
    """Of the nearest pieces of other families that have such a label, how many have the same."""
    known = np.isin(labels, LABELS[by][1]) if LABELS[by][1] else labels != ""
    rows = known[likeness.queries]
    queries = likeness.queries[rows]
    allowed = known & (likeness.groups[queries][:, None] != likeness.groups)
    hits = {}
    for way, every in likeness.ways.items():
        values = np.where(allowed, every[rows], -1)
        near = np.argsort(-values, axis=1, kind="stable")[:, :NEAREST]
        there = np.take_along_axis(values, near, axis=1) > 0
        hits[way] = ((labels[near] == labels[queries][:, None]) & there).mean(axis=1)
    print(f"  {by}: {len(queries)} of {known.sum()} tunes")
    tell_hits(hits, likeness.groups[queries])


def tell_family(name: str, likeness: Likeness) -> None:
    """Whether the nearest piece is of the same family, where there is one."""
    queries, groups = likeness.queries, likeness.groups
    other = np.arange(len(groups)) != queries[:, None]
    akin = (groups[queries][:, None] == groups) & other
    some = akin.any(axis=1)
    hits = {}
    for way, every in likeness.ways.items():
        best = np.where(other, every, -1).argmax(axis=1)
        hits[way] = akin[np.arange(len(best)), best][some].astype(float)
    print(f"  family, {name}: {some.sum()} tunes that have kin among {len(groups)}")
    tell_hits(hits, groups[queries][some])


def tell_hits(hits: dict[str, Floats], groups: npt.NDArray[Any]) -> None:
    """A line for each way: the mean, its interval, and what it has more than the hand-made numbers."""
    for way, found in hits.items():
        rows = np.stack([found, found - hits["hand-made"]], axis=1)
        low, high = intervals(rows, np.ones(len(rows)), groups.tolist(), np.random.default_rng(1))
        told = [f"{least:+.3f} to {most:+.3f}" for least, most in zip(low, high, strict=True)]
        print(f"    {way:<12}{found.mean():>7.3f}  {told[0]}   more {told[1]}", flush=True)


def scores_of(name: str, pieces: Sequence[str]) -> list[Score]:
    """The scores of some pieces of a corpus."""
    known = {piece.name: piece for piece in corpus(name).pieces}
    return [known[piece].read() for piece in pieces]


class Asked(NamedTuple):
    """A tune, and where a passage of it is asked for."""

    name: str
    group: str
    score: Score
    first: int


def tell_altered(tables: dict[str, Table], asked: argparse.Namespace) -> None:
    """Whether altered tunes, and altered passages, find their tune first."""
    rng = np.random.default_rng(2)
    tunes = drawn_tunes(measured(tables["folk-tunes"])["learned"], asked.altered, rng)
    characters, notes = indexes([tune.name for tune in tunes], [tune.score for tune in tunes])
    passages = [(number, cut) for number, tune in enumerate(tunes) for cut in all_passages(tune.score)]
    owner = np.array([number for number, _ in passages])
    kept_spaces = {
        "whole": spaces([tune.score for tune in tunes]), "four measures": spaces([cut for _, cut in passages]),
    }  # fmt: skip
    groups = np.array([tune.group for tune in tunes])
    for extent, (ours, vectors) in kept_spaces.items():
        owners = owner if extent == "four measures" else np.arange(len(tunes))
        for alteration, alter in ALTERATIONS.items():
            queries = [altered(tune, alter, extent, np.random.default_rng(place)) for place, tune in enumerate(tunes)]
            rows = {kind: rows_for(queries, kind) for kind in KINDS}
            hits = {
                name: owners[(ours[name](rows[kind]) @ vectors[name].T).argmax(axis=1)] == np.arange(len(tunes))
                for name, (kind, _) in SPACES.items()
            }
            hits["character"] = found_by(lambda one: alike(one, characters, count=1), queries, tunes)
            hits["notes"] = found_by(lambda one: search.similar(one, notes, count=1), queries, tunes)
            print(f"  {alteration}, {extent}: {len(tunes)} tunes")
            tell_hits({way: found.astype(float) for way, found in hits.items()}, groups)


def drawn_tunes(known: Measurements, count: int, rng: Generator) -> list[Asked]:
    """So many tunes of eight measures or more, each with a place of a passage, on the grid of passages."""
    found: list[Asked] = []
    order = rng.permutation(len(known.pieces)).tolist()
    for number, score in zip(order, scores_of("folk-tunes", [known.pieces[place] for place in order]), strict=True):
        if len(score.measures) > FEWEST_MEASURES and len(found) < count:
            starts = [passage.first for passage in passages_of(score)]
            found.append(Asked(known.pieces[number], str(known.groups[number]), score, int(rng.choice(starts))))
    return found


def all_passages(score: Score) -> list[Score]:
    """The passages of a tune as scores."""
    return [excerpt(score, passage.first, passage.last) for passage in passages_of(score)]


def altered(tune: Asked, alter: Callable[[Score, Generator], Score], extent: str, rng: Generator) -> Score:
    """The tune, or its passage, altered."""
    whole = alter(tune.score, rng)
    last = next(passage.last for passage in passages_of(tune.score) if passage.first == tune.first)
    return whole if extent == "whole" else excerpt(whole, tune.first, last)


def spaces(scores: Sequence[Score]) -> tuple[dict[str, Callable[[Floats], Floats]], dict[str, Floats]]:
    """What turns rows into the directions of SPACES, and those of these scores."""
    rows = {kind: rows_for(scores, kind) for kind in KINDS}
    columns = {kind: columns_of((kind,)) for kind in KINDS}
    ours = {name: space(columns[kind], rows[kind], name) for name, (kind, _) in SPACES.items()}
    return ours, {name: ours[name](rows[kind]) for name, (kind, _) in SPACES.items()}


def rows_for(scores: Sequence[Score], kind: str) -> Floats:
    """(scores, columns): numbers of one kind."""
    rows = [list(feature_row(Held(score), {"groups": [kind]}).values()) for score in scores]
    return np.array(rows, dtype=np.float64)


def found_by(
    searched: Callable[[Score], Sequence[Any]], queries: Sequence[Score], tunes: Sequence[Asked]
) -> npt.NDArray[Any]:
    """Whether each query's first answer is its own tune."""
    hits = []
    for query, tune in zip(queries, tunes, strict=True):
        try:
            answer = searched(query)
        except ScoreError:
            answer = ()
        hits.append(bool(answer) and answer[0].piece == tune.name)
    return np.array(hits)


if __name__ == "__main__":
    main()
