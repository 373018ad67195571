"""Chorales measured: rules, likeness to Bach, liveliness, an adversary, originality; Bach's own line in every table.

    python tests/benchmarks/chorales.py mine=FOLDER theirs=FOLDER              # folders of scores in four voices
    python tests/benchmarks/chorales.py --bach all                               # all of Bach alone
    python tests/benchmarks/chorales.py --engine classical --jobs 2             # the 77 test melodies, harmonised
    python tests/benchmarks/chorales.py --engine classical --requests           # with a chord and bass on every beat

With an engine the sopranos of the test chorales are harmonised, and the CPU seconds a chorale, the sopranos kept and,
with `--requests`, the chords met are printed before the table. Requests are what our analyser hears on every pulse of
Bach's own setting: a numeral with its inversion, so chord and bass, the cadences among them. A request is met where, in
some sonority before the next one, the bass is that of the chord and alto and tenor belong to it. `--keep FOLDER` writes
what was made as MusicXML; with `--seeds N` each melody is set N times, and chance is drawn by melody.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np

from musegen.cli.console import progress
from musegen.corpora import Piece, pieces_of
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import MusegenError
from musegen.evaluation.adversary import what_tells
from musegen.evaluation.bach import bach_sample, group_of, held_out_pieces, singing
from musegen.evaluation.readings import notes_alone, plain
from musegen.evaluation.sure import Sample
from musegen.evaluation.tables import MEASURES, Evaluation, Measure, evaluation
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import Engine, harmonise_all
from musegen.rules.pulses import pulse_times
from musegen.score.model import HarmonyLabel, Score
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analysis import ChordSpan


class Made(NamedTuple):
    """What became of one melody."""

    name: str
    group: str
    score: Score | None
    seconds: float
    failure: str
    kept: bool
    asked: int
    met: int


class Order(NamedTuple):
    """Melodies for one process."""

    pieces: tuple[Piece, ...]
    engine: Engine
    pack: str
    seed: int
    temperature: float
    requests: bool


def harmonised(order: Order) -> list[Made]:
    """Settings of the sopranos of some chorales, drawn at once where that works, else one by one."""
    whole = [plain(singing(piece.read())) for piece in order.pieces]
    chords = [on_pulses(score) if order.requests else [] for score in whole]
    melodies = [soprano_of(score, asked) for score, asked in zip(whole, chords, strict=True)]
    begin = time.process_time()
    try:
        settings: list[Score | str] = list(_settings(order, melodies))
        each = [(time.process_time() - begin) / len(melodies)] * len(melodies)
    except MusegenError:
        settings, each = _one_by_one(order, melodies)
    rows = zip(order.pieces, melodies, chords, settings, each, strict=True)
    return [_made(*row) for row in rows]


def _settings(order: Order, melodies: Sequence[Score]) -> list[Score]:
    rng = np.random.default_rng(order.seed)
    condition = Condition(pack=order.pack)
    found = harmonise_all(melodies, condition, rng, engine=order.engine, temperature=order.temperature)
    return [candidates[0].score for candidates in found]


def _one_by_one(order: Order, melodies: Sequence[Score]) -> tuple[list[Score | str], list[float]]:
    settings: list[Score | str] = []
    each = []
    for melody in melodies:
        begin = time.process_time()
        try:
            settings += _settings(order, [melody])
        except MusegenError as error:
            settings.append(f"exit {error.exit_code}: {error}")
        each.append(time.process_time() - begin)
    return settings, each


def _made(piece: Piece, melody: Score, asked: Sequence[ChordSpan], setting: Score | str, seconds: float) -> Made:
    if isinstance(setting, str):
        return Made(piece.name, group_of(piece), None, seconds, setting, False, len(asked), 0)
    same = top_line(melody) == top_line(setting)
    return Made(piece.name, group_of(piece), setting, seconds, "", same, len(asked), met(setting, asked))


def on_pulses(score: Score) -> list[ChordSpan]:
    """What is heard on each pulse, each chord until another one stands on a pulse."""
    analysis = notes_alone(score)[1]
    found: list[ChordSpan] = []
    for pulse, place in zip(pulses := pulse_times(score), analysis.chord_indices(pulses), strict=True):
        chord = analysis.chords[place]._replace(onset=int(pulse), duration=score.end - int(pulse))
        if found and (found[-1].key, found[-1].numeral) == (chord.key, chord.numeral):
            continue
        found[-1:] = [found[-1]._replace(duration=int(pulse) - found[-1].onset)] if found else []
        found.append(chord)
    return found


def soprano_of(score: Score, chords: Sequence[ChordSpan] = ()) -> Score:
    """The top line alone, with these chords written as numerals."""
    labels = (HarmonyLabel(chord.onset, "numeral", chord.numeral.figure, str(chord.key)) for chord in chords)
    notes = score.notes.where(score.notes["part"] == 0)
    return replace(score, notes=notes, parts=score.parts[:1], harmonies=tuple(labels), stream=None)


def top_line(score: Score) -> list[tuple[int, ...]]:
    """What the soprano sings: onset, duration, pitch, spelling of each note, ties merged."""
    notes = score.notes.sounding()
    rows = notes.rows[notes["part"] == 0]
    return sorted(tuple(int(row[name]) for name in ("onset", "duration", "pitch", "fifths")) for row in rows)


def met(score: Score, asked: Sequence[ChordSpan]) -> int:
    """How many of these chords sound in alto, tenor and bass somewhere in their span, over their own bass."""
    slices = slices_of(assign_voices(score))
    fifths, sounds = slices.column("fifths")[:, 1:], slices.sounds[:, 1:]
    found = 0
    for chord in asked:
        inside = (slices.onset + slices.duration > chord.onset) & (slices.onset < chord.end)
        belongs = np.isin(fifths, chord.tones) | ~sounds
        over = fifths[:, -1] == chord.key.tonic + chord.numeral.bass
        found += bool((inside & belongs.all(axis=1) & over).any())
    return found


def folder_sample(name: str, folder: str) -> Sample:
    """The scores of a folder; one named after a chorale of Bach's (`bwv66.6.musicxml`) is of its melody's group."""
    groups = {
        piece.name.rpartition("/")[2]: group_of(piece) for piece in (*pieces_of(["bach-chorales"]), *held_out_pieces())
    }
    pieces = pieces_of([folder])
    names = [Path(piece.name).stem for piece in pieces]
    return Sample.of(name, [piece.read() for piece in pieces], [groups.get(stem, f"{name} {stem}") for stem in names])


def made_sample(asked: argparse.Namespace) -> Sample:
    """The test melodies harmonised, what that cost told."""
    pieces = held_out_pieces()[:: asked.every]
    width = max(1, -(-len(pieces) // max(asked.jobs, 1)) if asked.engine == "neural" else 4)
    orders = [
        Order(pieces[first : first + width], asked.engine, asked.pack, seed, asked.temperature, asked.requests)
        for seed in range(asked.seed, asked.seed + asked.seeds)
        for first in range(0, len(pieces), width)
    ]
    with ProcessPoolExecutor(asked.jobs) as pool:
        batches = progress(pool.map(harmonised, orders), "Harmonising", len(orders))
        made = [item for batch in batches for item in batch]
    tell(made)
    done = [(item, item.score) for item in made if item.score is not None]
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        times: Counter[str] = Counter()
        for item, score in done:
            name = item.name.rpartition("/")[2]
            folder = asked.keep / str(asked.seed + times[name]) if asked.seeds > 1 else asked.keep
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.musicxml").write_bytes(write_musicxml(score))
            times[name] += 1
    return Sample.of(asked.engine, [score for _, score in done], [item.group for item, _ in done])


def tell(made: Sequence[Made]) -> None:
    """Costs and what was kept."""
    done = [item for item in made if item.score is not None]
    seconds = [item.seconds for item in made]
    print(
        f"harmonised {len(done)} of {len(made)}; CPU s a chorale: mean {np.mean(seconds):.3f}, max {max(seconds):.3f}"
    )
    print(f"soprano kept in {sum(item.kept for item in done)} of {len(done)}")
    asked = sum(item.asked for item in done)
    if asked:
        print(f"requests met: {sum(item.met for item in done)} of {asked} in what was found")
    for item in made:
        if item.failure:
            print(f"  {item.name}: {item.failure}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="NAME=FOLDER")
    parser.add_argument("--bach", choices=["test", "all"], default="test", help="the line beside them")
    parser.add_argument("--engine", choices=get_args(Engine), help="harmonise the test melodies by it")
    parser.add_argument("--pack", default="chorale")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--requests", action="store_true", help="ask for Bach's own chords")
    parser.add_argument("--every", type=int, default=1, help="every so many melodies")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="so many settings of each melody, by seeds from that on")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write what is made to this folder")
    parser.add_argument("--measures", nargs="+", choices=MEASURES, default=MEASURES)
    parser.add_argument("--tells", type=int, default=0, help="so many features that tell each set from Bach")
    parser.add_argument("--format", choices=["text", "markdown", "json"], default="text")
    asked = parser.parse_args()
    sets = {name: folder_sample(name, folder) for name, _, folder in (word.partition("=") for word in asked.sets)}
    if asked.engine:
        sets[asked.engine] = made_sample(asked)
    real = bach_sample("") if asked.bach == "all" else None
    if asked.tells:
        tell_apart(sets, real or bach_sample("test"), asked.tells)
    print(written(measured(sets, real, asked.measures, given_soprano=bool(asked.engine)), asked.format))


def measured(
    sets: Mapping[str, Sample], real: Sample | None, measures: Sequence[Measure], *, given_soprano: bool
) -> Evaluation:
    """The table, with a bar on a terminal meanwhile."""
    count = sum(len(sample.scores) for sample in sets.values())
    print(f"measuring {count} chorales beside Bach's: a minute and more", file=sys.stderr)
    return evaluation(
        sets,
        real=real,
        measures=measures,
        given_soprano=given_soprano,
        progress=lambda rest: progress(rest, "Measuring"),
    )


def tell_apart(sets: Mapping[str, Sample], real: Sample, top: int) -> None:
    """What an adversary goes by."""
    for name, sample in sets.items():
        print(f"{name} differs from {real.name} in")
        for effect in what_tells(sample, real, top):
            values = f"{effect.median:.3g} against {effect.median_of_others:.3g}"
            print(f"  {effect.column}: {effect.direction}, {values} (delta {effect.delta:.2f})")


def written(table: Evaluation, form: str) -> str:
    """The table in one of its forms."""
    return {"text": table.text, "markdown": table.markdown, "json": table.json}[form]()


if __name__ == "__main__":
    main()
