"""Harmonising: a melody in, ranked four-part settings out, every given note kept; the same door for every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from musegen.errors import UnreadableFile
from musegen.generation import classical
from musegen.generation.cadence_keys import CadenceCosts, CadenceKeys, cadence_keys
from musegen.generation.chord_space import ChordSpace, chord_space
from musegen.generation.conditions import Condition
from musegen.generation.conflicts import no_chord, no_setting
from musegen.generation.given import Given, given_harmony
from musegen.generation.lattice import Wanted, build_lattice
from musegen.generation.melody import Melody, melody_of
from musegen.generation.vocabulary import has_vocabulary, within_vocabulary
from musegen.generation.voicings import PARTS, Chord
from musegen.generation.widening import all_doubled, doubled, widened
from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.score.barlines import split_at_barlines
from musegen.score.model import HarmonyLabel, Score
from musegen.score.musicxml_labels import label_order
from musegen.score.table import NOTE_DTYPE, Flag, NoteTable
from musegen.theory.keys import Key
from musegen.theory.statistics import ChoraleStatistics, statistics

EFFORTS = ((14, 9.0, 160), (30, 14.0, 400), (1_000_000, float("inf"), 1500))
"""(chords a slot, how much worse than the best they may be, voicings kept): a spent beam widens."""
MAX_BEATS, MAX_NOTES = 1000, 64
"""How many beats a melody may have, and how many notes a beat: a beat takes about ten milliseconds."""
_FAR_SIGNATURE = 3.0  # what each sharp or flat between a key and the signature costs, in nats
_DORIAN_SIGNATURE = 1.0
_FINAL_NOTE = 3.0  # what a melody that does not end on the tonic costs


@dataclass(frozen=True)
class Proposal:
    """A four-part setting with its numerals; the lower the cost, the better."""

    score: Score
    cost: float
    engine: str
    errors: int  # findings of severity error under the condition's pack


def harmonise(
    source: Score,
    condition: Condition,
    rng: Generator,
    *,
    counted: ChoraleStatistics | None = None,
    foretold: CadenceKeys | None = None,
) -> list[Proposal]:
    """Four-part settings of the top line of a score, best first; the first one is the best found without chance.

    Args:
        source: the score whose top line is kept note for note; its chord symbols or numerals, where present, are kept.
        condition: key, rule pack and the number of candidates; what is not given is inferred. Where the pack judges a
            vocabulary, the search has no other chords, but for those that are given.
        rng: drawn from for the second and later candidates only.
        counted: the chorale statistics that price the chords; the shipped ones unless given.
        foretold: the weights that price the key of each cadence; the shipped ones unless given.

    Raises:
        NoSolution: the requests contradict each other; names measure and beat.
        NotFound: the widest search spent its effort.
        UnreadableFile: the melody is too long, or has too many notes in one beat.
    """
    melody = melody_of(source)
    _limit(melody)
    prices = counted or statistics()
    cadences = (foretold or cadence_keys()).costs(melody)
    given = given_harmony(melody, condition)
    pack = load_pack(condition.pack)
    home = condition.key or _home_key(melody, prices, cadences, given, pack)
    proposals = []
    for number in range(condition.candidates):
        noise = None if number == 0 else rng
        proposals.append(_propose(melody, home, condition, given, prices, cadences, pack, noise))
    return sorted(proposals, key=lambda proposal: (proposal.errors > 0, proposal.cost))


def _limit(melody: Melody) -> None:
    """Long melodies and crowded beats would take minutes."""
    file = melody.score.source.path if melody.score.source else ""
    if len(melody.slots) > MAX_BEATS:
        told = f"a melody of {len(melody.slots)} beats is too long to harmonise"
        raise UnreadableFile(told, file=file, hint=f"at most {MAX_BEATS}: divide it")
    fullest = max(melody.slots, key=lambda slot: len(slot.rows))
    if len(fullest.rows) > MAX_NOTES:
        measure, beat = melody.score.place(fullest.onset)
        told = f"{len(fullest.rows)} notes in one beat are too many to harmonise"
        raise UnreadableFile(told, file=file, measure=measure, beat=beat, hint=f"at most {MAX_NOTES}")


def _propose(
    melody: Melody,
    home: Key,
    condition: Condition,
    given: Given,
    prices: ChoraleStatistics,
    cadences: CadenceCosts,
    pack: Pack,
    rng: Generator | None,
) -> Proposal:
    known = within_vocabulary(chord_space(home, prices), home, pack)
    limited = pack.id if has_vocabulary(pack) else ""
    if not known.chords:
        raise no_chord(melody, home, 0, None, limited)
    space = widened(known, given.asked)
    dead = classical.DeadEnd(0, exact=False)
    wanted = [None if asked is None else asked.keeps for asked in given.asked]
    for tried, width, margin, beam in _efforts(space, given, small=bool(limited)):
        noise = None if rng is None else rng.gumbel(0, 1.0, (len(melody.slots), len(tried.chords)))
        lattice = build_lattice(melody, tried, home, prices.rhythm(), wanted, cadences, width=width, margin=margin)
        if isinstance(lattice, int):
            raise no_chord(melody, home, lattice, given.asked[lattice], limited)
        found = classical.search(
            melody, lattice, prices, condition.pack, beam=beam, noise=noise, given_chords=any(wanted)
        )
        if isinstance(found, classical.DeadEnd):
            dead = replace(found, exact=found.exact and space is known)
            continue
        score = build_score(melody, found, given)
        report = check(score, pack)
        return Proposal(score, found.cost, "classical", report.count("error"))
    raise no_setting(melody, condition, dead, given.asked, limited)


def _efforts(space: ChordSpace, given: Given, *, small: bool) -> Iterator[tuple[ChordSpace, int, float, int]]:
    """Where to search and how widely; at last, where chords are given or of a `small` list, one may be struck again."""
    yield from ((space, *effort) for effort in EFFORTS)
    if small:
        yield (all_doubled(space), *EFFORTS[-1])
    elif any(given.asked):
        yield (doubled(space, given.asked), *EFFORTS[-1])


def _home_key(melody: Melody, prices: ChoraleStatistics, cadences: CadenceCosts, given: Given, pack: Pack) -> Key:
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


def build_score(melody: Melody, found: classical.Proposal, given: Given) -> Score:
    """The given melody over the three voices that were found, with a numeral at every new chord.

    Chord symbols that the melody came with still stand over it.
    """
    source = melody.score
    records = [record for voice in (1, 2, 3) for record in _voice(melody, found, voice)]
    below = NoteTable.of(split_at_barlines(records, source.measures)).rows.copy()
    soprano = melody.written.rows.copy()
    soprano["part"], soprano["staff"], soprano["voice"] = 0, 1, 1
    below["id"] = np.arange(len(below)) + (int(soprano["id"].max()) + 1)
    table = NoteTable(np.concatenate([soprano, below]).astype(NOTE_DTYPE)).ordered()
    kept = {int(number) for number in soprano["id"]}
    return replace(
        source,
        notes=table,
        parts=PARTS,
        harmonies=tuple(sorted((*given.symbols, *_labels(melody, found)), key=label_order)),
        figures=(),
        lyrics=tuple(lyric for lyric in source.lyrics if lyric.note in kept),
        note_names=(),
        colors=(),
        source=None,
        notices=(*source.notices, *given.notices),
        stream=None,
    )


def _voice(melody: Melody, found: classical.Proposal, voice: int) -> list[dict[str, int]]:
    records: list[dict[str, int]] = []
    for number, slot in enumerate(melody.slots):
        if found.held[number]:
            records[-1]["duration"] = slot.onset + slot.duration - records[-1]["onset"]
            records[-1]["flags"] |= _fermata(melody, number)
            continue
        records.append(
            {
                "onset": slot.onset,
                "duration": slot.duration,
                "pitch": int(found.pitch[number, voice]),
                "fifths": int(found.fifths[number, voice]),
                "part": voice,
                "flags": _fermata(melody, number),
            }
        )
    return records


def _fermata(melody: Melody, number: int) -> int:
    rows = list(melody.slots[number].rows)
    return int(Flag.FERMATA) if bool(melody.notes.has(Flag.FERMATA)[rows].any()) else 0


def _labels(melody: Melody, found: classical.Proposal) -> tuple[HarmonyLabel, ...]:
    return tuple(
        HarmonyLabel(slot.onset, "numeral", chord.numeral.figure, str(chord.key), part=3)
        for slot, chord, held in zip(melody.slots, found.chords, found.held, strict=True)
        if not held
    )
