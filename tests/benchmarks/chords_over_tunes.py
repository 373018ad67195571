"""How chords set over folk tunes of music21's corpus sit: clashes with accents, closes, basses, and changes in waltzes.

python tests/benchmarks/chords_over_tunes.py [--every 12] [--style chorale]
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from musegen.corpora import pieces_of
from musegen.generation.progressions.chorale_setting import chorale_chords_over
from musegen.generation.progressions.fitting import fit_of
from musegen.generation.progressions.setting import ChordSetting, chords_over
from musegen.score.model import Score
from musegen.theory.form.phrases import phrase_end_notes, top_line
from musegen.theory.progressions.progression import STYLES
from musegen.theory.songs.sheet import SheetChord, read_symbol
from musegen.theory.songs.slots import Slot

CORPORA = ("oneills1850/0001-0050.abc", "oneills1850/0101-0200.abc", "oneills1850/0301-0350.abc")
_LEADS = (2, 7, 11)
"""Semitones above the tonic from which a tune goes to it over a dominant."""


def counts(score: Score, found: ChordSetting) -> Iterator[str]:
    """Everything that is counted, by name."""
    chords = [read_symbol(label.text, label.onset) for label in found.labels]
    onsets = [chord.onset for chord in chords]
    tonic, line = found.key.tonic, top_line(score)
    spans = list(pairwise([*onsets, int(line.end.max())]))
    slots = [Slot(*span, 0, 0, False, np.zeros((3, 12))) for span in spans]
    fit = fit_of(score, slots, found.key, [tuple(tone - tonic for tone in chord.members) for chord in chords])
    for number, chord in enumerate(chords):
        measure = score.measures[score.measure_index_at(chord.onset)]
        yield "chords"
        yield from ["clashes"] * bool(fit.clashes[number, number])
        yield from ["over another member than the root"] * (chord.bass != chord.root)
        if str(measure.time_signature) == "3/4":
            yield "chords in 3/4"
            yield from ["of them inside a measure"] * (chord.onset > measure.onset)
    yield _close(chords, tonic)
    for onset, _ in phrase_end_notes(score):
        row = int(np.searchsorted(line["onset"], onset, side="right")) - 1
        before, last = ((int(line["pitch"][place]) - 7 * tonic) % 12 for place in (max(row - 1, 0), row))
        if before in _LEADS and last == 0:
            yield "phrases that fall to the tonic from 2, 5 or 7"
            yield from ["of them with dominant and tonic"] * _is_full(chords, onset, tonic)


def _close(chords: list[SheetChord], tonic: int) -> str:
    """How a tune closes."""
    last = [(chord.pitch_class - 7 * tonic) % 12 for chord in chords[-2:]]
    names = {0: "the tonic alone", 7: "V", 11: "vii", 5: "IV"}
    return f"closes: {names.get(last[0], 'another chord')} and {'I' if last[-1] == 0 else 'another'}"


def _is_full(chords: list[SheetChord], onset: int, tonic: int) -> bool:
    heard = [(chord.pitch_class - 7 * tonic) % 12 for chord in chords if chord.onset <= onset]
    return len(heard) > 1 and heard[-1] == 0 and heard[-2] in (7, 11)


def main() -> None:
    """Print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=12)
    parser.add_argument("--style", choices=STYLES, default="song")
    asked = parser.parse_args()
    pieces = pieces_of(CORPORA)[:: asked.every]
    found: Counter[str] = Counter()
    over = chords_over if asked.style == "song" else chorale_chords_over
    for piece in pieces:
        score = piece.read()
        found.update(counts(score, over(score)[0]))
    print(f"{len(pieces)} tunes")
    for name, many in sorted(found.items()):
        print(f"{many:6} {name}")


if __name__ == "__main__":
    main()
