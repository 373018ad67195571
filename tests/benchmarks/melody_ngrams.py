"""The order-5 back-off n-gram of tunes, which every melody network must beat: bits a note.

    python tests/benchmarks/melody_ngrams.py                 # folk-tunes, learned from train, told of valid and test
    python tests/benchmarks/melody_ngrams.py --order 9

An event is a note, a rest or the end of the tune: a symbol (place on the staff counted from the tonic, lowered, natural
or raised by the key signature; musegen.theory.tunes.symbols), and but for the end a length. Bits a note are those of
all symbols, ends and rests included, and of all lengths, for each note. Two models of lengths:

    pairs     P(symbol | past pairs) * P(length | past pairs, symbol)        a pair is a symbol with its length
    lengths   P(symbol | past pairs) * P(length | past lengths, symbol)      the symbol is left out first
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from musegen.corpora import pieces_of
from musegen.errors import MusegenError
from musegen.evaluation.melodies.baseline import length_events, symbol_events
from musegen.evaluation.ngrams import Ints, learn_events, pasts
from musegen.theory.tunes.symbols import LENGTHS, REST, SYMBOLS
from musegen.theory.tunes.tune import Tune, tune_of


def tunes_of(name: str, split: str) -> list[Tune]:
    """The tunes of a split; what is no tune is passed over."""
    found = []
    for piece in pieces_of([name], split=split):
        try:
            found.append(tune_of(piece.read()))
        except MusegenError:
            continue
    return found


def lengths_after_pairs(tunes: Sequence[Tune], items: int) -> tuple[Ints, Ints]:
    """Contexts and lengths: after past pairs, with the symbol first."""
    pairs = [(tune.symbol[:, None], pasts(tune.symbol * len(LENGTHS) + tune.length, items)) for tune in tunes]
    return np.concatenate([np.hstack(pair) for pair in pairs]), np.concatenate([tune.length for tune in tunes])


EVENTS = {"pairs": lengths_after_pairs, "lengths": length_events}


def main(name: str, order: int) -> None:
    """Learn and tell."""
    taught = tunes_of(name, "train")
    begun = time.process_time()
    symbols = learn_events(*symbol_events(taught, order - 1), SYMBOLS)
    lengths = {after: learn_events(*events_of(taught, order - 1), len(LENGTHS)) for after, events_of in EVENTS.items()}
    events = sum(len(tune.symbol) + 1 for tune in taught)
    print(f"three models learned from {events} events of {len(taught)} tunes: {time.process_time() - begun:.1f} s")
    for split in ("valid", "test"):
        tunes = tunes_of(name, split)
        notes = sum(int((tune.symbol > REST).sum()) for tune in tunes)
        of_symbols = symbols.bits_of(*symbol_events(tunes, order - 1)).sum() / notes
        for after, model in lengths.items():
            of_lengths = model.bits_of(*EVENTS[after](tunes, order - 1)).sum() / notes
            print(
                f"{split:<6} {len(tunes)} tunes, {notes} notes, order {order}, {after:<8}"
                f" {of_symbols:.3f} + {of_lengths:.3f} = {of_symbols + of_lengths:.3f} bits a note"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default="folk-tunes")
    parser.add_argument("--order", type=int, default=5)
    asked = parser.parse_args()
    main(asked.corpus, asked.order)
