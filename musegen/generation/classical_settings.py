"""The classical engine's settings of a melody: chords priced by what chorales do, voicings searched under the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation import classical
from musegen.generation.cadence_keys import CadenceCosts, CadenceKeys, cadence_keys
from musegen.generation.chord_space import ChordSpace, chord_space
from musegen.generation.conditions import Condition
from musegen.generation.conflicts import no_chord, no_setting
from musegen.generation.given import Given, given_harmony
from musegen.generation.home_key import likely_key
from musegen.generation.lattice import build_lattice
from musegen.generation.melody import Melody, melody_of, within_limits
from musegen.generation.paper import numeral_label, on_paper
from musegen.generation.refine import Candidate
from musegen.generation.vocabulary import has_vocabulary, within_vocabulary
from musegen.generation.widening import all_doubled, doubled, widened
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import HarmonyLabel, Score
from musegen.score.table import Flag
from musegen.score.voices import assign_voices
from musegen.theory.keys import Key
from musegen.theory.statistics import ChoraleStatistics, statistics

EFFORTS = ((14, 9.0, 160), (30, 14.0, 400), (1_000_000, float("inf"), 1500))
"""(chords a slot, how much worse than the best they may be, voicings kept): a spent beam widens."""


class _Work(NamedTuple):
    """A melody with all that is asked of it and all that prices its chords."""

    condition: Condition
    melody: Melody
    given: Given
    pack: Pack
    home: Key
    prices: ChoraleStatistics
    cadences: CadenceCosts


def settings(
    source: Score,
    condition: Condition,
    rng: Generator,
    *,
    counted: ChoraleStatistics | None = None,
    foretold: CadenceKeys | None = None,
) -> list[Candidate]:
    """As many settings of the top line of a score as the condition asks for; the first one is found without chance.

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
        UsageError: something is asked for that this engine cannot do.
    """
    _refuse_more(source, condition)
    melody = melody_of(source)
    within_limits(melody)
    prices = counted or statistics()
    cadences = (foretold or cadence_keys()).costs(melody)
    given = given_harmony(melody, condition)
    pack = load_pack(condition.pack)
    home = condition.key or likely_key(melody, prices, cadences, given, pack)
    work = _Work(condition, melody, given, pack, home, prices, cadences)
    return [_found(work, rng if number else None) for number in range(condition.candidates)]


def _refuse_more(source: Score, condition: Condition) -> None:
    """What only the neural engine can be asked for; figures under one line are those of a bass."""
    figured = bool(source.figures) and len(assign_voices(source).names) == 1
    asked = {"voices and measures left to it": condition.left, "figures": figured or condition.figures,
             "cadences": condition.cadences, "a style": condition.style}  # fmt: skip
    for name, value in asked.items():
        if value:
            raise UsageError(f"the classical engine takes a melody, and no {name}", hint="use --engine neural")


def _found(work: _Work, rng: Generator | None) -> Candidate:
    melody, given, prices = work.melody, work.given, work.prices
    known = within_vocabulary(chord_space(work.home, prices), work.home, work.pack)
    limited = work.pack.id if has_vocabulary(work.pack) else ""
    if not known.chords:
        raise no_chord(melody, work.home, 0, None, limited)
    space = widened(known, given.asked)
    dead = classical.DeadEnd(0, exact=False)
    wanted = [None if asked is None else asked.keeps for asked in given.asked]
    for tried, width, margin, beam in _efforts(space, given, small=bool(limited)):
        noise = None if rng is None else rng.gumbel(0, 1.0, (len(melody.slots), len(tried.chords)))
        lattice = build_lattice(
            melody, tried, work.home, prices.rhythm(), wanted, work.cadences, width=width, margin=margin
        )
        if isinstance(lattice, int):
            raise no_chord(melody, work.home, lattice, given.asked[lattice], limited)
        found = classical.search(
            melody, lattice, prices, work.condition.pack, beam=beam, noise=noise, given_chords=any(wanted)
        )
        if isinstance(found, classical.Proposal):
            return _candidate(melody, found, given)
        dead = replace(found, exact=found.exact and space is known)
    raise no_setting(melody, work.condition, dead, given.asked, limited)


def _efforts(space: ChordSpace, given: Given, *, small: bool) -> Iterator[tuple[ChordSpace, int, float, int]]:
    """Where to search and how widely; at last, where chords are given or of a `small` list, one may be struck again."""
    yield from ((space, *effort) for effort in EFFORTS)
    if small:
        yield (all_doubled(space), *EFFORTS[-1])
    elif any(given.asked):
        yield (doubled(space, given.asked), *EFFORTS[-1])


def _candidate(melody: Melody, found: classical.Proposal, given: Given) -> Candidate:
    """The given melody over the three voices that were found; its cost counts as if it were a likelihood."""
    score = _score(melody, found, given)
    drawn = len(score.notes) - len(melody.written)
    kept = frozenset(melody.written["id"].tolist())
    return Candidate(score, -found.cost / max(drawn, 1), found.cost, kept, asked=any(given.asked))


def _score(melody: Melody, found: classical.Proposal, given: Given) -> Score:
    """With a numeral at every new chord; chord symbols that the melody came with still stand over it."""
    records = [record for voice in (1, 2, 3) for record in _voice(melody, found, voice)]
    soprano = melody.written.rows.copy()
    soprano["part"], soprano["staff"], soprano["voice"] = 0, 1, 1
    return on_paper(melody.score, soprano, records, (*given.symbols, *_labels(melody, found)), given.notices)


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
        numeral_label(slot.onset, chord)
        for slot, chord, held in zip(melody.slots, found.chords, found.held, strict=True)
        if not held
    )
