"""Four voices made by chance under the laws of a pack, as a search makes them: frame by frame, voice by voice."""

import numpy as np

from musegen.generation.decode.voice_laws import Laws
from musegen.score.model import Score
from musegen.score.pitch import pitch_name
from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.given import given_analysis
from musegen.theory.sonority import Harmony, Sonority

FIGURES = "I I6 ii6 IV V V7 V65 V43 V42 vi viio6 V7/V".split()
HEAD = "key: C major; meter: 4/4; unit: 1/8\n"
ORDER = (0, 3, 1, 2)
MIDDLES = (71, 66, 59, 50)
TRIES = 60
UNITS = 16


def composed(laws: Laws, rng: np.random.Generator) -> Score:
    """Two measures in eighths under a random chord a beat; begun again where nothing goes on."""
    while True:
        chords = ["." if unit % 2 else str(rng.choice(FIGURES)) for unit in range(UNITS)]
        lines = _lines(laws, chords, rng)
        if lines:
            return parse_grid(HEAD + "\n".join(_row(name, line) for name, line in zip("SATBH", lines, strict=True)))


def _row(name: str, line: list[str]) -> str:
    return f"{name}: {' '.join(line[:8])} | {' '.join(line[8:])}"


def _lines(laws: Laws, chords: list[str], rng: np.random.Generator) -> list[list[str]]:
    """What each voice sings, and the chords; nothing where no note was found."""
    under = parse_grid(HEAD + _row("B", ["c3"] * UNITS) + "\n" + _row("H", chords))
    harmony = given_analysis(under).harmony_at(under.notes["onset"])
    lines: list[list[str]] = [[], [], [], [], chords]
    notes, begun = np.zeros((4, 2), dtype=np.int16), 0
    for unit in range(UNITS):
        tries = (_frame(laws, notes, (harmony[[begun]], harmony[[unit]]), unit, rng) for _ in range(TRIES))
        found = next((item for item in tries if item is not None), None)
        if found is None:
            return []
        notes, struck = found
        begun = unit if struck else begun
        for voice, line in enumerate(lines[:4]):
            line.append(pitch_name(*notes[voice].tolist()).lower() if voice in struck else ".")
    return lines


def _frame(
    laws: Laws, old: np.ndarray, chords: tuple[Harmony, Harmony], unit: int, rng: np.random.Generator
) -> tuple[np.ndarray, list[int]] | None:
    """Notes and who strikes one, a voice after the other, as the laws let them; None where that fails."""
    pulse, joined, new = unit % 2 == 0, unit > 0, old.copy()
    struck = [voice for voice in ORDER if not joined or rng.random() < (0.8 if pulse else 0.3)]
    come = [voice for voice in ORDER if voice not in struck]
    sung = list(ORDER) * joined
    for voice in struck:
        come.append(voice)
        proposed = _proposed(chords[1], voice, rng)
        rows = np.repeat(new[None], len(proposed), axis=0)
        rows[:, voice] = proposed
        before = _sonority(np.repeat(old[None], len(rows), axis=0), sung, sung, chords[0])
        now = _sonority(rows, come, struck, chords[1])
        passes = ~laws.refused(before, now, np.full(len(rows), joined), voice, pulse=pulse)
        if not passes.any():
            return None
        new = rows[passes.argmax()]
    before, now = _sonority(old[None], sung, sung, chords[0]), _sonority(new[None], come, struck, chords[1])
    refused = laws.refused_chord(before, now, np.array([joined]), pulse=pulse)
    return None if refused[0] else (new, struck)


def _proposed(harmony: Harmony, voice: int, rng: np.random.Generator) -> np.ndarray:
    """(rows, 2): pitch and fifths of chord notes in any octave near a voice, and a few others, in any order."""
    members = harmony.members[0][harmony.members[0] < 100]
    fifths = np.append(np.tile(members, 3), rng.integers(-1, 6, 3))
    wanted = MIDDLES[voice] + rng.integers(-8, 9, len(fifths))
    notes = np.stack([wanted + (7 * fifths - wanted + 6) % 12 - 6, fifths], axis=1)
    return rng.permutation(notes.astype(np.int16))


def _sonority(notes: np.ndarray, sounding: list[int], struck: list[int], harmony: Harmony) -> Sonority:
    """(rows, voices, 2) notes as rows of a sonority, only some of which sound or begin."""
    sounds = np.tile(np.isin(np.arange(4), sounding), (len(notes), 1))
    attack = sounds & np.isin(np.arange(4), struck)
    return Sonority(notes[..., 0], notes[..., 1], sounds, attack, harmony[[0] * len(notes)])
