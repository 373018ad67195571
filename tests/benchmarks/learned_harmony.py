"""What the encoders of chords and of the harmoniser tell of composers, beside hand-made features: string quartets.

python tests/benchmarks/learned_harmony.py       # 46 movements, their first 24 measures; five minutes, mostly analysing

Neither network learned from a quartet. *chords*: mean and spread of the latents of every measure, of the chords that
the classical engine hears. *four voices*: mean and spread of what the harmoniser remembers at each sixteenth, told
nothing but the notes. Classified as in `musegen corpus classify`, each work left out once; *both* multiplies the
probabilities with those of the hand-made features. Balanced accuracy; *more* is the middle 95 % of bootstraps over
works of the figure less the hand-made one.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from musegen.corpora import Piece, corpus
from musegen.engraving.excerpts import excerpt
from musegen.errors import UnreadableFile
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.features.style.classifying import BOOTSTRAPS, balanced, group_confusions
from musegen.features.style.measurements import Measurements
from musegen.features.style.pipeline import classifier, folds_of, out_of_fold
from musegen.generation.neural.frames import VOICES, frames_of
from musegen.generation.neural.listening import UNKNOWN, Heard, heard
from musegen.generation.neural.network import LAYERS, NOT_GIVEN, harmoniser
from musegen.generation.neural.said import PLAIN
from musegen.models.networks import network
from musegen.theory.progressions.network import shipped
from musegen.theory.progressions.reading import progression_of

Floats = npt.NDArray[np.float64]
MEASURES = 24
COMPOSERS = ("Haydn", "Mozart", "Beethoven")


def main() -> None:
    """Print the table."""
    pieces = [piece for piece in corpus("string-quartets").pieces if piece.labels.get("composer") in COMPOSERS]
    rows = [(piece, row) for piece in pieces if (row := row_of(piece)) is not None]
    labels = np.array([piece.labels["composer"] for piece, _ in rows], dtype=object)
    groups = np.array([piece.group or piece.name for piece, _ in rows], dtype=object)
    print(f"{len(rows)} movements of four voices in {len(set(groups))} works: {dict(Counter(labels.tolist()))}")
    made = logs_of(labels, groups, np.array([row["hand-made"] for _, row in rows]), column_names(chosen()))
    told = {"hand-made": made}
    for way in ("chords", "four voices"):
        told[way] = logs_of(labels, groups, np.array([row[way] for _, row in rows]))
        told[f"both, {way}"] = told[way] + made
    tell(labels, groups, told)


def row_of(piece: Piece) -> dict[str, Floats] | None:
    """The numbers of each kind; None where there are not four voices."""
    score = piece.read()
    view = PieceView(excerpt(score, 0, min(MEASURES, len(score.measures)) - 1))
    try:
        voices = remembered(view)
    except UnreadableFile:
        return None
    latents = shipped().latents(progression_of(view.score, view.analysis)).mean
    return {"hand-made": measured(view, chosen()), "chords": pooled(latents), "four voices": pooled(voices)}


def remembered(view: PieceView) -> Floats:
    """(frames, memory): what the harmoniser remembers before each frame.

    Raises:
        UnreadableFile: there are not four voices.
    """
    frames = frames_of(view.score)
    count, player, columns = len(frames.pitch), harmoniser(), heard(frames)
    nothing = np.zeros((1, count), dtype=np.int64)
    context = network("harmoniser", "encoder").run(
        notes=np.full((1, count, VOICES), NOT_GIVEN), struck=np.full((1, count, VOICES), UNKNOWN),
        said=np.zeros((1, count, len(PLAIN))), home=nothing, local=nothing, figure=nothing,
    )["context"]  # fmt: skip
    state, found, unsaid = np.zeros((LAYERS, 1, player.width), dtype=np.float32), [], np.zeros(1, dtype=np.int64)
    for frame in range(count):
        here = Heard(*(column[frame : frame + 1] for column in columns))
        memory, state = player.remember(here, unsaid, unsaid, context[:, frame], state)
        found.append(memory[0])
    return np.array(found, dtype=np.float64)


def pooled(rows: Floats) -> Floats:
    """The mean, and how far the rows spread."""
    return np.concatenate([rows.mean(axis=0), rows.std(axis=0)])


def logs_of(
    labels: npt.NDArray[np.object_], groups: npt.NDArray[np.object_], values: Floats, columns: tuple[str, ...] = ()
) -> Floats:
    """(pieces, labels): logarithms of probabilities, out of fold; without columns each number weighs the same."""
    folds = folds_of(labels, groups, 5, 1)
    if columns:
        one = Measurements(tuple(map(str, range(len(labels)))), labels, groups, columns, values.astype(float)).defined()
        return out_of_fold(one, list(COMPOSERS), folds)
    found = np.zeros((len(labels), len(COMPOSERS)))
    for learned, tried in folds:
        fitted = classifier(np.ones(values.shape[1])).fit(values[learned], labels[learned].astype(str))
        order = [fitted.classes_.tolist().index(name) for name in COMPOSERS]
        found[tried] = fitted.predict_log_proba(values[tried])[:, order]
    return found


def tell(labels: npt.NDArray[np.object_], groups: npt.NDArray[np.object_], told: dict[str, Floats]) -> None:
    """A line for each way."""
    one = Measurements((), labels, groups, (), np.zeros((len(labels), 0)))
    found = {way: group_confusions(one, COMPOSERS, logs.argmax(axis=1)) for way, logs in told.items()}
    count = len(found["hand-made"])
    weights = np.random.default_rng(1).multinomial(count, np.full(count, 1 / count), BOOTSTRAPS)
    drawn: dict[str, Floats] = {way: balanced(np.tensordot(weights, table, 1)) for way, table in found.items()}
    for way, table in found.items():
        low, high = np.quantile(drawn[way] - drawn["hand-made"], (0.025, 0.975))
        print(f"  {way:<20}{float(balanced(table.sum(axis=0))):>7.3f}   more {low:+.3f} to {high:+.3f}")


if __name__ == "__main__":
    main()
