"""From a sketch of the generator to the task of singing it lawfully: its chords are heard and then said."""

from __future__ import annotations

import numpy as np

from musegen.generation.chorales.asked import task_of
from musegen.generation.chorales.plan import ChoralePlan
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import VOICES, Frames, Ints
from musegen.generation.neural.said import UNSAID, Said, key_number, key_of, nothing_said, said_of
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.phrases.encoding import A_STEP, LOWEST, STEPS, Phrases
from musegen.score.model import Score
from musegen.score.pitch import pitch_class_of
from musegen.theory.analyse import analyse
from musegen.theory.numerals import Numeral
from musegen.theory.vocabulary import numerals


def sketched(phrases: Phrases, plan: ChoralePlan, title: str = "") -> Score:
    """Phrases as they were drawn, one after the other; notes are called as in the home key."""
    frames = frames_of_phrases(phrases)
    said = nothing_said(len(frames.pitch))
    said.home[:] = said.local[:] = key_number(plan.key)
    return score_of(well_spelled(Drawn(frames, said, 0.0, 0.0)), measures=plan.measures, title=title)


def frames_of_phrases(phrases: Phrases) -> Frames:
    """Phrases on the grid of sixteenths, one after the other."""
    note = phrases.note + np.array(LOWEST) + phrases.wish.shift[:, None, None]
    steps = len(note) * STEPS
    pitch = np.repeat(note.reshape(steps, VOICES), A_STEP, axis=0).astype(np.int16)
    attack = np.zeros(pitch.shape, dtype=np.bool_)
    attack[::A_STEP] = phrases.attack.reshape(steps, VOICES) > 0
    return Frames(pitch, np.zeros_like(pitch), attack)


def task_for(phrases: Phrases, plan: ChoralePlan) -> Task:
    """What is to be sung: every note free, the chords that the neural analyser hears in the sketch said.

    Where a phrase closes, the chord is a triad in root position on the root that is heard.
    """
    task, score = task_of(plan), sketched(phrases, plan)
    heard = said_of(score, analyse(score, engine="neural"))
    local, figure = _known(heard, key_number(plan.key))
    last = task.said.to_phrase_end == 0
    closes = np.flatnonzero(last & ~np.append(False, last[:-1]))
    for close, end in zip(closes.tolist(), [*(closes[1:] - 1).tolist(), len(last) - 1], strict=True):
        inside = slice(close, close + 1 + int(np.argmin(np.append(last[close + 1 : end + 1], False))))
        figure[inside], local[inside] = _rest(int(local[close]), int(figure[close]))
    return task._replace(said=task.said._replace(local=local, figure=figure))


def _known(heard: Said, home: int) -> tuple[Ints, Ints]:
    """Keys and chords of every frame; where a chord has no name in the vocabulary, the one before goes on."""
    figure, local = heard.figure.copy(), heard.local.copy()
    known = np.flatnonzero(figure != UNSAID)
    if not len(known):
        return np.full_like(local, home), np.zeros_like(figure)
    place = np.maximum(np.searchsorted(known, np.arange(len(figure)), side="right") - 1, 0)
    return local[known[place]], figure[known[place]]


def _rest(local: int, figure: int) -> tuple[int, int]:
    """The triad in root position on a chord's root: its figure and key; the tonic where none has a name."""
    chords = numerals(key_of(local).minor)
    here = chords[figure]
    found = [number for number, chord in enumerate(chords) if _is_triad(chord) and chord.root == here.root]
    return (found[0] if found else 0), local


def _is_triad(chord: Numeral) -> bool:
    members = [int(pitch_class_of(member - chord.root)) for member in chord.members]
    return chord.inversion == 0 and members in ([0, 4, 7], [0, 3, 7])
