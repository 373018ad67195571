"""Learns where phrases begin: `python -m musegen.theory.form.learn_phrases FOLDER -o phrase_habits.toml`.

FOLDER has human analyses (a MANIFEST.tsv with columns id, score, analysis, set, split). Learned from are every second
chorale of split `extra`, fermatas hidden, some without their text and some by their melody alone; and the variations
of set `tavern` in split `training`, whose analysts marked phrases. Their marks stand before or after the last chord of
a phrase, mostly before it: a beginning from half a measure before the mark to a measure and a half after it is what
they mean. Alone they teach nothing, for so loose a mark fits any habit: the chorales hold them. A semi-Markov
conditional random field: all divisions of a piece compete, and the marked one is made as probable as can be (adaptive
gradient steps, averaged over the second half).
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MusegenError
from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import analyse
from musegen.theory.annotations.alignment import explained, onsets_on, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.form.boundaries import SIGNS, evidence, leading_line
from musegen.theory.form.phrases import phrases, top_line
from musegen.theory.form.segmentation import (
    HALF_MEASURES,
    PULSES,
    Floats,
    Habits,
    Layout,
    earliest,
    half_measures,
    layout_of,
    octaves,
)

Ints = npt.NDArray[np.int64]

FITS = 0.6
"""The share of the notes that an analysis must explain."""
ROUNDS, STEP, PULL, MARKED = 8, 0.15, 0.003, 1.0
"""`MARKED` weighs a marked variation against a chorale."""
LIFT, ANSWER = 0.4, 0.75
"""Added to every boundary, and to that between an open close and the opening again: analysts of variations mark whole
periods, but an antecedent is a phrase (Caplin)."""


class Divided(NamedTuple):
    """A piece whose phrases are known."""

    name: str
    found: Floats  # (note, sign)
    layout: Layout
    onsets: Ints  # of the line
    early: int  # a beginning may lie so many ticks before what is marked,
    late: int  # or so many after it
    marks: Ints  # where phrases begin, in ticks, the first left out
    by_signs: Ints  # where long notes and rests alone would have them begin

    def windows(self) -> list[npt.NDArray[np.intp]]:
        """The notes that each mark may mean."""
        after = self.onsets[None, :] - self.marks[:, None]
        inside = (after >= -self.early) & (after <= self.late)
        inside[:, 0] = False
        return [np.flatnonzero(row) for row in inside if row.any()]

    def without_text(self) -> Divided:
        """The same as if nothing were sung."""
        found = self.found.copy()
        found[:, [SIGNS.index("text"), SIGNS.index("in_word")]] = 0
        return self._replace(found=found)


def without_fermatas(score: Score) -> Score:
    """The score with its fermatas hidden."""
    rows = score.notes.rows.copy()
    rows["flags"] &= np.uint16(0xFFFF ^ Flag.FERMATA)
    return replace(score, notes=NoteTable(rows))


def alone(score: Score) -> Score:
    """The top line without the others."""
    return replace(score, notes=top_line(score))


def chorales(folder: Path, *, first: int, melody_only: bool = False) -> Iterator[Divided]:
    """Every second chorale of split `extra` from the `first` on, fermatas hidden: phrases begin after them."""
    for row, score, starts in islice(_with_fermatas(folder), first, None, 2):
        hidden = without_fermatas(alone(score) if melody_only else score)
        yield _divided(row, hidden, starts, early=0, late=0)


def _with_fermatas(folder: Path) -> Iterator[tuple[dict[str, str], Score, Ints]]:
    """The chorales that have fermatas inside, with the onsets after them."""
    for row in _rows(folder):
        if row["split"] == "extra":
            score = read(folder / row["score"])
            top = top_line(score)
            ends = top.end[:-1][top.has(Flag.FERMATA)[:-1]]
            starts = np.unique(top["onset"][np.searchsorted(top["onset"], ends)])
            if len(starts) > 1:
                yield row, score, starts


def variations(folder: Path, split: str) -> Iterator[Divided]:
    """The pieces of set `tavern` in a split, of two analyses of one piece the first."""
    for row in _rows(folder):
        if (row["set"], row["split"]) != ("tavern", split) or row["id"].endswith("-b"):
            continue
        try:
            score = read(folder / row["score"])
            marks = _marks(score, (folder / row["analysis"]).read_text(encoding="utf-8", errors="replace"))
        except MusegenError:
            continue
        if len(marks) > 2:
            measure = int(np.median([measure.length for measure in score.measures]))
            yield _divided(row, score, marks, early=measure // 2, late=3 * measure // 2)


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        return list(csv.DictReader(manifest, delimiter="\t"))


def _marks(score: Score, text: str) -> Ints:
    """The onsets of the chords after each double bar of an analysis; none where it does not fit."""
    document = read_roman_text(text)
    if explained(score, place_on(document, score)) < FITS:
        return np.zeros(0, dtype=np.int64)
    onsets = [None, *onsets_on(document, score)[1:], None]  # the first chord begins the piece, after the last is none
    marked = {onsets[after] for _, after in document.phrase_ends}
    return np.array(sorted(onset for onset in marked if onset is not None and onset < score.end), dtype=np.int64)


def _divided(row: dict[str, str], score: Score, marks: Ints, *, early: int, late: int) -> Divided:
    line = leading_line(score)
    layout = layout_of(score, line)
    found = evidence(score, line, layout.places, analyse(score).chords, slices_of(assign_voices(score)))
    ends = np.array([phrase.end for phrase in phrases(score)[:-1]], dtype=np.int64)
    by_signs = line["onset"][np.searchsorted(line["onset"], ends[ends <= line["onset"][-1]])]
    return Divided(row["id"], found, layout, line["onset"], early, late, marks, by_signs)


def learned(pieces: list[tuple[Divided, float]], *, rng: np.random.Generator) -> Habits:
    """The habits under which the known divisions are likeliest; each piece counts with its weight."""
    now = Habits(np.zeros(len(SIGNS)), -2.0, np.zeros(HALF_MEASURES), np.zeros(PULSES))
    values = _flat(now)
    seen, total, averaged = np.full(len(values), 1e-2), np.zeros(len(values)), 0
    for turn in range(ROUNDS):
        for number in rng.permutation(len(pieces)).tolist():
            piece, weight = pieces[number]
            known = _known(piece, now)
            slope = weight / np.sqrt(len(known) + 1) * (_totals(piece, known) - _expected(piece, now)) - PULL * values
            seen += slope**2
            values = values + STEP * slope / np.sqrt(seen)
            now = _habits(values)
            if turn >= ROUNDS // 2:
                total, averaged = total + values, averaged + 1
    return _habits(total / averaged)


def lifted(habits: Habits) -> Habits:
    """The same with what is said and not learned."""
    signs = habits.signs + ANSWER * (np.array(SIGNS) == "answer")
    return habits._replace(signs=signs, boundary=habits.boundary + LIFT)


def _flat(habits: Habits) -> Floats:
    return np.concatenate([habits.signs, [habits.boundary], habits.half_measures, habits.pulses])


def _habits(values: Floats) -> Habits:
    signs, boundary, halves, pulses = np.split(values, np.cumsum([len(SIGNS), 1, HALF_MEASURES]))
    return Habits(signs, float(boundary[0]), halves, pulses)


def _known(piece: Divided, habits: Habits) -> list[int]:
    """The likeliest note for each mark."""
    gains = piece.found @ habits.signs
    return sorted({int(notes[_central(gains[notes])]) for notes in piece.windows()})


def _central(gains: Floats) -> int:
    """The best; of equals the one nearest to the middle."""
    return int((gains - 0.02 * np.abs(np.arange(len(gains)) - len(gains) / 2)).argmax())


def _totals(piece: Divided, starts: list[int]) -> Floats:
    """How often each habit is met in a division."""
    layout = piece.layout
    bounds = np.concatenate([layout.places[:1], layout.places[starts], [layout.end]])
    lengths = np.diff(bounds)
    halves = np.bincount(half_measures(lengths), minlength=HALF_MEASURES)
    pulses = np.bincount(octaves(lengths * layout.pulses), minlength=PULSES)
    return np.concatenate([piece.found[starts].sum(axis=0), [len(starts)], halves, pulses])


def _expected(piece: Divided, habits: Habits) -> Floats:
    """How often each habit is met on average over all divisions, by forward and backward sums."""
    layout = piece.layout
    where, count = np.append(layout.places, layout.end), len(layout.places)
    gains = np.append(piece.found @ habits.signs + habits.boundary, 0.0)
    spans = [where[at] - where[earliest(where, at) : at] for at in range(1, count + 1)]
    lengths = [habits.of_lengths(span, layout.pulses) for span in spans]
    before, after = np.full(count + 1, -np.inf), np.full(count + 1, -np.inf)
    before[0], after[count] = 0.0, 0.0
    for at in range(1, count + 1):
        before[at] = np.logaddexp.reduce(before[at - len(spans[at - 1]) : at] + lengths[at - 1]) + gains[at]
    begins, halves, pulses = np.zeros(count + 1), np.zeros(HALF_MEASURES), np.zeros(PULSES)
    for at in range(count, 0, -1):
        here = slice(at - len(spans[at - 1]), at)
        rest = lengths[at - 1] + gains[at] + after[at]
        share = np.exp(before[here] + rest - before[count])
        begins[at] = share.sum()
        halves += np.bincount(half_measures(spans[at - 1]), share, HALF_MEASURES)
        pulses += np.bincount(octaves(spans[at - 1] * layout.pulses), share, PULSES)
        after[here] = np.logaddexp(after[here], rest)
    inside = begins[:count]
    return np.concatenate([inside @ piece.found, [inside.sum()], halves, pulses])


def lessons(folder: Path) -> list[tuple[Divided, float]]:
    """What is learned from, with its weights."""
    whole, melodies = (list(chorales(folder, first=0, melody_only=only)) for only in (False, True))
    sung = []
    for number, (piece, melody) in enumerate(zip(whole, melodies, strict=True)):
        turn = number % 4
        sung.append(melody if turn == 1 else piece if turn == 3 else piece.without_text())
        sung += [melody.without_text()] * (turn == 3)
    marked = [(piece, MARKED) for piece in variations(folder, "training")]
    return [(piece, 1.0) for piece in sung] + marked


def as_toml(habits: Habits, pieces: int) -> str:
    """The file that `segmentation.habits` reads."""
    lists = {name: [round(float(v), 3) for v in getattr(habits, name)] for name in ("half_measures", "pulses")}
    signs = [f"{name} = {value:.3f}" for name, value in zip(SIGNS, habits.signs.tolist(), strict=True)]
    head = "# How much each sign and length speaks for a phrase to begin: natural logarithms, learned by\n"
    head += f"# musegen.theory.form.learn_phrases from {pieces} pieces (it says which).\n"
    tables = [f"{name} = {values}" for name, values in lists.items()]
    return head + "\n".join([f"boundary = {habits.boundary:.3f}", *tables, "", "[signs]", *signs]) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    known = lessons(options.folder)
    found = lifted(learned(known, rng=np.random.default_rng(0)))
    options.output.write_text(as_toml(found, len(known)), encoding="utf-8")
