"""How cues come out: which mood judges that share no table with the generator name, how long they sound, errors, time.

    python tests/benchmarks/moods.py --count 200
    python tests/benchmarks/moods.py --changes 40

Cues of one mood, a quarter of them in each corner of Russell's circle, by turns in a named mood and at a place drawn
there; keys, meters and lengths (15 to 120 s) by lot. What is judged is read from the written files: notes, tempo and
dynamics from MusicXML, the length from MIDI.

Judge 1 is `musegen corpus mood`, whose weights were set before there were cues. Judge 2 is a logistic regression on
measured features, trained on pieces of music21's corpus that are played, transposed and loud by lot, and that simulated
listeners call by corner: their weights are drawn, with the signs and ranks of the cited studies. It is asked a second
time without being told tempo and loudness.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import music21
import numpy as np

from musegen.engraving.excerpts import excerpt
from musegen.engraving.midi import midi
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import MusegenError
from musegen.features.piece_view import PieceView
from musegen.features.style.mood import mood
from musegen.features.style.mood_cues import SCORE_CUES
from musegen.generation.scenes.asking import CueWish
from musegen.generation.scenes.making import make_cue
from musegen.generation.scenes.moods import MOODS, Mood, Step, mood_at, mood_named
from musegen.score.files import read
from musegen.score.meter import TimeSignature
from musegen.score.midi_events import parse_midi
from musegen.score.musicxml import read_musicxml
from musegen.theory.keys import Key

CORNERS = ("cheerful", "peaceful", "tense", "sad")
LOUD = {"pp": -5, "p": -3, "mp": -1, "mf": 1, "f": 3, "ff": 5}
COLUMNS = (
    "mode",
    "register",
    "density",
    "dissonance",
    "chromaticism",
    "texture",
    "tempo",
    "notes a second",
    "loudness",
)
VALENCE = {"mode": 3, "dissonance": -2, "register": 1, "chromaticism": -1, "tempo": 1}
AROUSAL = {"tempo": 3, "loudness": 3, "notes a second": 2, "dissonance": 1, "register": 0.5, "texture": 0.5}
"""Signs and ranks as `mood_cues` and the studies that it names have them, and loudness (Schubert 2004)."""
NEUTRAL = {"mode": 0.0, "tempo": 0.0, "loudness": 0.0}
"""What is neither: between major and minor, 100 beats a minute, between mp and mf. Of other columns it is the mean."""
CLEAR = 0.3
"""How far from either axis moods lie that are asked for."""
KEYS = (None, "C", "G", "F", "D", "B-", "A", "E-")
MINOR_KEYS = (None, "a", "e", "d", "b", "g", "f#", "c")
METERS = (None, "4/4", "3/4", "6/8", "2/4")


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--changes", type=int, default=0)
    parser.add_argument("--listeners", type=int, default=300, help="pieces that judge 2 learns from")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    judges = _judges(asked.listeners, asked.seed)
    if asked.count:
        _single(asked.count, judges, asked.seed, asked.jobs)
    if asked.changes:
        _changes(asked.changes, judges, asked.seed, asked.jobs)


class Made(NamedTuple):
    """A cue as its files have it, and what was asked."""

    asked: tuple[Mood, ...]
    duration: float
    at: float
    sheet: bytes
    sound: bytes
    changes: tuple[float, ...]
    border: int  # the first measure of the second mood
    errors: int
    seconds: float  # of computing


def _single(count: int, judges: dict, seed: int, jobs: int) -> None:
    right, named = Counter(), Counter()
    off, late, errors, seconds = [], 0, 0, []
    for made in _all(_one, count, seed, jobs):
        score, [meant] = read_musicxml(made.sheet), made.asked
        away = abs(_sounding(made.sound) - made.duration)
        off.append(away)
        late += away > 60.0 / _pulse(score)
        errors += made.errors
        seconds.append(made.seconds)
        for judge, ask in judges.items():
            found = ask(score)
            right[judge, meant.quadrant] += found == meant.quadrant
            named[judge, meant.quadrant, found] += 1
    print(f"{count} cues: {errors} errors, {late} off by more than a beat, {max(off):.2f} s at most")
    print(f"{np.mean(seconds):.2f} s of computing a cue, {max(seconds):.2f} s at most")
    for judge in judges:
        share = sum(right[judge, corner] for corner in CORNERS) / count
        each = ", ".join(f"{corner} {right[judge, corner]}/{-(-count // 4)}" for corner in CORNERS)
        print(f"{judge}: {share:.1%} ({each})")
        wrong = {key[1:]: many for key, many in named.items() if key[0] == judge and key[1] != key[2]}
        print("   " + ", ".join(f"{asked} heard as {heard} {many}" for (asked, heard), many in sorted(wrong.items())))


def _changes(count: int, judges: dict, seed: int, jobs: int) -> None:
    right, off, errors, length = Counter(), [], 0, []
    for made in _all(_two, count, seed + 1, jobs):
        score = read_musicxml(made.sheet)
        errors += made.errors
        off.append(abs(made.changes[0] - made.at))
        length.append(abs(_sounding(made.sound) - made.duration))
        halves = excerpt(score, 0, made.border - 1), excerpt(score, made.border, len(score.measures) - 1)
        for judge, ask in judges.items():
            right[judge] += all(ask(half) == one.quadrant for half, one in zip(halves, made.asked, strict=True))
    ends = f"the change off by {max(off):.2f} s at most, the end by {max(length):.2f} s"
    print(f"{count} cues with a change: {errors} errors; {ends}")
    for judge in judges:
        print(f"{judge}: both moods named in {right[judge]} of {count}")


def _all(make, count: int, seed: int, jobs: int):
    """The cues of all numbers, in so many processes."""
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(make, [(seed, number) for number in range(count)])


def _one(place: tuple[int, int]) -> Made:
    """A cue of one mood."""
    rng = np.random.default_rng(place)
    number = place[1]
    meant = _meant(CORNERS[number % 4], rng, named=number // 4 % 2 == 0)
    duration = round(float(rng.uniform(15, 120)), 1)
    keys = MINOR_KEYS if meant.valence < 0 else KEYS
    key, meter = keys[rng.integers(len(keys))], METERS[rng.integers(len(METERS))]
    home, time_signature = key and Key.parse(key), meter and TimeSignature.parse(meter)
    return _cue(CueWish(duration, (Step(meant),), home, time_signature), rng)


def _two(place: tuple[int, int]) -> Made:
    """A cue with a change."""
    rng = np.random.default_rng(place)
    moods = [_meant(CORNERS[corner], rng, named=True) for corner in rng.permutation(4)[:2]]
    duration = round(float(rng.uniform(30, 90)), 1)
    at = round(duration * float(rng.uniform(0.35, 0.65)), 1)
    return _cue(CueWish(duration, (Step(moods[0]), Step(moods[1], at, bool(rng.random() < 0.5)))), rng)


def _cue(wish: CueWish, rng: np.random.Generator) -> Made:
    since = time.process_time()
    cue = make_cue(wish, rng)
    seconds = time.process_time() - since
    asked = tuple(step.mood for step in wish.steps)
    border = cue.plan.scenes[0].timed.measures
    sheet, sound = write_musicxml(cue.score), midi(cue.score)
    return Made(asked, wish.duration, wish.steps[-1].at or 0.0, sheet, sound, cue.changes, border, cue.errors, seconds)


def _meant(corner: str, rng: np.random.Generator, *, named: bool) -> Mood:
    if named:
        words = [word for word in MOODS if mood_named(word).quadrant == corner]
        words = [word for word in words if min(map(abs, MOODS[word])) >= CLEAR]
        return mood_named(words[rng.integers(len(words))])
    signs = {"cheerful": (1, 1), "peaceful": (1, -1), "tense": (-1, 1), "sad": (-1, -1)}[corner]
    return mood_at(*(sign * round(float(rng.uniform(CLEAR, 1.0)), 2) for sign in signs))


def _sounding(content: bytes) -> float:
    """Seconds from the beginning of a MIDI file to the end of its last note."""
    file = parse_midi(content)
    events = [event for track in file.tracks for event in track]
    last = max(event.tick for event in events if event.kind & 0xF0 == 0x80 and event.kind < 0xF0)
    tempos = sorted((event.tick, int.from_bytes(event.body, "big")) for event in events if event.kind == 0xFF51)
    ends = [*(tick for tick, _ in tempos[1:]), last]
    ticks = ((min(end, last) - tick) * micro for (tick, micro), end in zip(tempos, ends, strict=True) if tick < last)
    return sum(ticks) / file.division / 1e6


def _tempo(score) -> float:
    """The first tempo, in quarters a minute."""
    return next(one.tempo for one in score.directions if one.kind == "tempo")


def _pulse(score) -> float:
    """The first tempo, in felt beats a minute."""
    return _tempo(score) / float(score.measures[0].time_signature.pulse_quarters)


def _judges(count: int, seed: int) -> dict:
    second, third = _learned(count, seed)

    def first(score):
        return mood(score, tempo=_pulse(score)).quadrant

    return {"judge 1": first, "judge 2": second, "judge 2, notes only": third}


def _learned(count: int, seed: int):
    """Judge 2, with and without tempo and loudness."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(seed)
    rows = np.array([_played(notes, rng) for notes in _pieces(count, seed) for _ in range(8)])
    middle = [NEUTRAL.get(name, mean) for name, mean in zip(COLUMNS, rows.mean(axis=0), strict=True)]
    standard = (rows - middle) / rows.std(axis=0)
    heard = [_listener(row, rng) for row in standard]
    whole = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(rows, heard)
    bare = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(rows[:, :6], heard)
    agreed = whole.score(rows, heard), bare.score(rows[:, :6], heard)
    print(f"judge 2 learned from {len(rows)} performances of {len(rows) // 8} pieces")
    print(f"it agrees with the simulated listeners in {agreed[0]:.0%}, from notes alone in {agreed[1]:.0%}")

    def ask(score):
        return str(whole.predict([_row(score)])[0])

    def ask_bare(score):
        return str(bare.predict([_row(score)[:6]])[0])

    return ask, ask_bare


def _pieces(count: int, seed: int):
    """Measured notes of pieces of music21's corpus, by lot."""
    paths = [Path(path) for path in music21.corpus.getCorePaths()]
    paths = [path for path in paths if path.suffix in (".mxl", ".xml", ".abc", ".krn") and path.stat().st_size < 30_000]
    random.Random(seed).shuffle(paths)
    found = 0
    for path in paths:
        if found == count:
            return
        try:
            notes = _notes(read(str(path)))
        except (MusegenError, ValueError, IndexError):
            continue
        if np.isfinite(notes).all():
            found += 1
            yield notes


def _notes(score) -> np.ndarray:
    view = PieceView(score)
    return np.array([cue.measure(view) for cue in SCORE_CUES])


def _played(notes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A performance of a piece: some tempo, some loudness, in some octave."""
    tempo, loud, up = rng.uniform(-1, 1), rng.uniform(-5, 5), rng.uniform(-9, 9)
    row = notes.copy()
    row[1] += up
    return np.append(row, [tempo, row[2] * 2**tempo, loud])


def _row(score) -> np.ndarray:
    """The same of a cue."""
    notes = np.nan_to_num(_notes(score))
    tempo = np.log2(_pulse(score) / 100)
    signs = [LOUD[one.text] for one in score.directions if one.kind == "dynamic"]
    return np.append(notes, [tempo, notes[2] * 2**tempo, np.mean(signs)])


def _listener(row: np.ndarray, rng: np.random.Generator) -> str:
    """The corner that a listener hears, with weights and an ear of their own."""
    sums = []
    for weights in (VALENCE, AROUSAL):
        own = {name: weight * float(np.exp(rng.normal(0, 0.4))) for name, weight in weights.items()}
        scale = sum(abs(weight) for weight in own.values())
        heard = sum(weight * row[COLUMNS.index(name)] for name, weight in own.items()) / scale
        sums.append(heard + float(rng.normal(0, 0.1)))
    pleasant, active = sums[0] >= 0, sums[1] >= 0
    return ("cheerful" if active else "peaceful") if pleasant else ("tense" if active else "sad")


if __name__ == "__main__":
    main()
