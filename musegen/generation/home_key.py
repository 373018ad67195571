"""The home key of a melody: the one in whose chords it costs least, among those near its key signature."""

from __future__ import annotations

from musegen.generation.cadence_keys import CadenceCosts
from musegen.generation.chord_space import chord_space
from musegen.generation.conflicts import no_chord
from musegen.generation.given import Given
from musegen.generation.lattice import Wanted, build_lattice
from musegen.generation.melody import Melody
from musegen.generation.vocabulary import has_vocabulary, within_vocabulary
from musegen.generation.voicings import Chord
from musegen.rules.packs import Pack
from musegen.theory.keys import Key
from musegen.theory.statistics import ChoraleStatistics

_FAR_SIGNATURE = 3.0  # what each sharp or flat between a key and the signature costs, in nats
_DORIAN_SIGNATURE = 1.0
_FINAL_NOTE = 3.0  # what a melody that does not end on the tonic costs


def likely_key(melody: Melody, prices: ChoraleStatistics, cadences: CadenceCosts, given: Given, pack: Pack) -> Key:
    """The key in whose chords the melody costs least, among those near its key signature.

    Raises:
        NoSolution: none of them has a chord for some note over which no chord is given; says measure and beat.
    """
    signature = melody.score.measures[0].key_signature
    fifths = signature.fifths
    candidates = [Key.of_signature(fifths + step, minor=minor) for step in (0, -1, 1) for minor in (False, True)]
    priced: list[tuple[float, Key]] = []
    blocked = 0
    free: list[Wanted | None] = [None if asked is None else _any_chord for asked in given.asked]
    for key in candidates:
        space = within_vocabulary(chord_space(key, prices), key, pack)
        lattice = build_lattice(melody, space, key, prices.rhythm(), free, cadences, width=1, margin=1e9)
        if isinstance(lattice, int):
            blocked = max(blocked, lattice)
        else:
            distance = _signature_cost(key, fifths) + _FINAL_NOTE * (_last_note(melody) != key.tonic)
            stated = 0.0 if signature.mode in ("", key.mode) else 1.0
            priced.append((lattice.cost + distance + stated, key))
    if not priced:
        raise no_chord(melody, candidates[0], blocked, None, pack.id if has_vocabulary(pack) else "")
    return min(priced)[1]


def _any_chord(_chord: Chord) -> bool:
    return True


def _signature_cost(key: Key, fifths: int) -> float:
    """The price of a key under a signature; minor keys with the signature of dorian are common in old chorales."""
    if key.minor and key.signature == fifths - 1:
        return _DORIAN_SIGNATURE
    return _FAR_SIGNATURE * abs(key.signature - fifths)


def _last_note(melody: Melody) -> int:
    return int(melody.notes["fifths"][-1])
