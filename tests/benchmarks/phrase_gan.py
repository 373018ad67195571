"""How good made phrases are: likeness, core rules, kinds covered, the critic; beside Bach, an n-gram and a network.

    python tests/benchmarks/phrase_gan.py --sheets 40 [--keep FOLDER] [--beside NAME=FOLDER ...]

Sheets of six phrases, as `musegen generate phrase --phrases 6` makes them; the same generator without laws; an n-gram
without laws; and folders of chorales in 4/4, such as `musegen generate chorale --meter 4/4 --count 40` makes. All are
compared with Bach's held-out chorales (likeness as docs/evaluation.md has it) and, phrase by phrase on a grid of
eighths, with his held-out phrases (kinds, critic).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from musegen.engraving.render import render
from musegen.evaluation.bach import bach_sample
from musegen.evaluation.core_rules import core_figures
from musegen.evaluation.critic import critic_figures, phrases_of
from musegen.evaluation.likeness import likeness_figures
from musegen.evaluation.originality import originality_figures
from musegen.evaluation.phrase_judging import SIX, bach_phrases, coverage_of
from musegen.evaluation.sure import Figure, Sample
from musegen.generation.neural.frames import A_QUARTER, frames_of
from musegen.generation.phrases.asking import draw_wish, plan_for
from musegen.generation.phrases.cross_relations import cross_relations
from musegen.generation.phrases.encoding import NOTES, STEPS, Phrases, Wish
from musegen.generation.phrases.making import sheets
from musegen.generation.phrases.network import PhraseNetwork, phrase_network
from musegen.generation.phrases.singing import Asked
from musegen.generation.phrases.sketching import sketched
from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.theory.keys import Key


class NGram:
    """A voice's next note after its last two, the voice above it and the half of the beat (Witten & Bell 1991)."""

    def __init__(self, phrases: Phrases) -> None:
        self.counts: dict[tuple[object, ...], Counter[int]] = defaultdict(Counter)
        self.struck: dict[tuple[int, int], list[int]] = defaultdict(list)
        for note, attack, minor in zip(phrases.note, phrases.attack, phrases.wish.minor, strict=True):
            for step in range(STEPS):
                for voice in range(4):
                    for context in _contexts(note, step, voice, int(minor)):
                        self.counts[context][int(note[step, voice])] += 1
                    if step and note[step, voice] == note[step - 1, voice]:
                        self.struck[voice, step % 2].append(int(attack[step, voice]))

    def sung(self, wish: Wish, rng: np.random.Generator) -> Phrases:
        """So many phrases as there are wishes; only their mode is heard."""
        note = np.zeros((len(wish.start), STEPS, 4), dtype=np.int64)
        attack = np.ones_like(note)
        for number, minor in enumerate(wish.minor.tolist()):
            for step in range(STEPS):
                for voice in range(4):
                    note[number, step, voice] = self._drawn(_contexts(note[number], step, voice, minor), rng)
                    if step and note[number, step, voice] == note[number, step - 1, voice]:
                        attack[number, step, voice] = rng.random() < np.mean(self.struck[voice, step % 2])
        return Phrases(note, attack, wish)

    def _drawn(self, contexts: list[tuple[object, ...]], rng: np.random.Generator) -> int:
        for context in contexts:
            seen = self.counts.get(context)
            if seen and (context is contexts[-1] or rng.random() >= len(seen) / (len(seen) + seen.total())):
                return int(rng.choice(list(seen), p=np.array(list(seen.values())) / seen.total()))
        raise AssertionError("the last context has been seen")


class Counted(PhraseNetwork):
    """The n-gram in the generator's place, under the same laws; of the notes before it hears the last one only."""

    def __init__(self, ngram: NGram) -> None:
        self._ngram, self.latent = ngram, 1
        self._known: dict[tuple[int, ...], np.ndarray] = {}

    def draught(self, latent: np.ndarray, wish: Wish) -> np.ndarray:
        rows = [[(minor, step % 2) for step in range(STEPS)] for minor in wish.minor.tolist()]
        return np.array(rows, dtype=np.float32)

    def voice(self, number: int, draught: np.ndarray, before: np.ndarray, above: np.ndarray) -> np.ndarray:
        over = above[:, number - 1] if number else np.full(len(before), -1)
        rows = zip(draught.astype(int).tolist(), before[:, number].tolist(), over.tolist(), strict=True)
        return np.array([self._logs(number, *at, last, top) for at, last, top in rows])

    def strokes(self, draught: np.ndarray, before: np.ndarray, now: np.ndarray) -> np.ndarray:
        rates = [[np.mean(self._ngram.struck[voice, half]) for voice in range(4)] for half in draught[:, 1].astype(int)]
        return np.log(rates) - np.log1p(-np.array(rates))

    def sung(self, latent: np.ndarray, wish: Wish, rng: np.random.Generator, temperature: float = 1.0) -> Phrases:
        return self._ngram.sung(wish, rng)

    def judged(self, phrases: Phrases) -> np.ndarray:
        return phrase_network().judged(phrases)

    def _logs(self, voice: int, minor: int, half: int, last: int, above: int) -> np.ndarray:
        key = (voice, minor, half, last, above)
        if key not in self._known:
            at, found = key[:3], np.full(NOTES, 1e-4 / NOTES)
            for context in (at, (*at, last), (*at, last, above)):
                seen = self._ngram.counts.get(context)
                if seen:
                    counted = np.array([seen[note] for note in range(NOTES)], dtype=np.float64)
                    found = (counted + len(seen) * found) / (counted.sum() + len(seen))
            self._known[key] = np.log(found)
        return self._known[key]


def _contexts(note: np.ndarray, step: int, voice: int, minor: int) -> list[tuple[object, ...]]:
    at = (voice, minor, step % 2)
    last = int(note[step - 1, voice]) if step else -1
    before = int(note[step - 2, voice]) if step > 1 else -1
    above = int(note[step, voice - 1]) if voice else -1
    return [(*at, last, above, before), (*at, last, above), (*at, last), at]


def in_sixes(count: int, sing: object, seed: int) -> list[Score]:
    """Sheets without laws."""
    found = []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        home, wish = draw_wish(rng, SIX, None)
        found.append(sketched(sing(wish, rng), plan_for(home, wish)))  # type: ignore[operator]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sheets", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--beside", action="append", default=[], metavar="NAME=FOLDER")
    asked = parser.parse_args()
    network, learnt = phrase_network(), bach_phrases("train")
    start = time.process_time()
    made = [*sheets(Asked(phrases=SIX), seed=asked.seed, count=asked.sheets)]
    spent = (time.process_time() - start) / asked.sheets
    print(f"{asked.sheets} sheets, {sum(bool(one.errors) for one in made)} with an error, {spent:.1f} CPU s each")
    if asked.keep:
        asked.keep.mkdir(exist_ok=True, parents=True)
        for number, one in enumerate(made, 1):
            (asked.keep / f"sheet-{number}.musicxml").write_bytes(render(one.score, ".musicxml"))

    def drawn(wish: Wish, rng: np.random.Generator) -> Phrases:
        return network.sung(rng.standard_normal((len(wish.start), network.latent), dtype=np.float32), wish, rng)

    sets = {
        "GAN": [one.score for one in made],
        "GAN, no laws": in_sixes(asked.sheets, drawn, asked.seed),
        "n-gram": [
            one.score
            for one in sheets(Asked(phrases=SIX), seed=asked.seed, count=asked.sheets, network=Counted(NGram(learnt)))
        ],
        "n-gram, no laws": in_sixes(asked.sheets, NGram(learnt).sung, asked.seed),
    }
    for name, _, folder in (each.partition("=") for each in asked.beside):
        sets[name] = [read(str(path)) for path in sorted(Path(folder).glob("*.musicxml"))]
    tell(sets)


def tell(sets: dict[str, list[Score]]) -> None:
    bach = bach_sample("test")
    sixes = _bach_in_sixes(Phrases.joined([bach_phrases("valid"), bach_phrases("test")]))
    samples = {"Bach test": bach, "Bach, six phrases": Sample.of("Bach, six phrases", sixes)}
    samples |= {name: Sample.of(name, scores) for name, scores in sets.items()}
    for name, sample in samples.items():
        figures = [*core_figures(sample), *likeness_figures(sample)]
        figures += originality_figures(sample, given_soprano=False)
        figures += critic_figures(sample, bach_sample("valid") if sample is bach else bach)
        found = coverage_of(sample.scores)
        many = sum(len(phrases_of(score).note) for score in sample.scores)
        print(f"\n{name}: {len(sample.scores)} pieces, {many} phrases")
        print(f"  kinds covered {found.covered} of {len(found.held)}, shares apart {found.distance:.2f}")
        near, far = crossed(sample.scores)
        print(f"  cross relations per 100 chords: {near:.2f}, within a beat {far:.2f}")
        for figure in figures:
            print(f"  {_line(figure)}", flush=True)


def crossed(scores: Sequence[Score]) -> tuple[float, float]:
    """To 100 changes of sonority: chromatic notes taken up by another voice at once, and within a beat."""
    chords, found = 0, np.zeros(2)
    for score in scores:
        frames = frames_of(score)
        closes = {int(note["onset"] + note["duration"]) for note in score.notes.rows[score.notes.has(Flag.FERMATA)]}
        joined = ~np.isin(np.arange(len(frames.pitch)) * score.ticks_per_quarter // A_QUARTER, [0, *closes])
        chords += int((np.diff(frames.pitch, axis=0) != 0).any(axis=1).sum())
        found += [len(cross_relations(frames, joined, reach)) for reach in (1, A_QUARTER)]
    return tuple((100 * found / chords).tolist())


def _bach_in_sixes(held: Phrases) -> list[Score]:
    """Bach's phrases in a row, those of one tonic, mode and first beat together, on the same grid."""
    found = []
    groups = defaultdict(list)
    for number, key in enumerate(zip(held.wish.minor, held.wish.shift, held.wish.start, strict=True)):
        groups[key].append(number)
    for (minor, shift, start), rows in groups.items():
        if start in (0, 3):
            for first in range(0, len(rows) - SIX + 1, SIX):
                some = held.rows(np.array(rows[first : first + SIX]))
                home = next(key for key in _KEYS if key.minor == minor and _shift(key) == shift)
                found.append(sketched(some, plan_for(home, some.wish)))
    return found


_KEYS = [Key.of_signature(number, minor=minor) for number in range(-6, 7) for minor in (False, True)]


def _shift(key: Key) -> int:
    from musegen.generation.phrases.encoding import shift_of

    return shift_of(key.tonic)


def _line(figure: Figure) -> str:
    return f"{figure.name:45s} {figure.value:8.2f} [{figure.low:.2f}, {figure.high:.2f}]"


if __name__ == "__main__":
    main()
