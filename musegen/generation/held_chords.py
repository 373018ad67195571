"""Chords that are given and held on: where the melody sings something else before another chord stands."""

from __future__ import annotations

from contextlib import suppress

from musegen.errors import UsageError
from musegen.generation.melody import Melody, melody_of
from musegen.score.chord_symbols import WITHOUT_CHORD
from musegen.score.model import HarmonyLabel, Notice, Score
from musegen.score.pitch import SpelledPitch
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

_FIRST = 3
"""Places that are told of each chord."""


def held_against(score: Score) -> tuple[Notice, ...]:
    """A notice for each chord of a score that is held, until the next one, under melody notes that it does not have.

    Only notes that begin a beat after the chord does are looked at: with its own first note somebody has chosen it.

    Raises:
        UnreadableFile: there is no melody.

    >>> from dataclasses import replace
    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("meter: 4/4\\nS: c5 b4 g4 d5 | e5 . . .")
    >>> held_against(replace(tune, harmonies=(HarmonyLabel(0, "chord_symbol", "C"),)))[0].message.partition(":")[0]
    'beat 1'
    """
    stated = sorted(label for label in score.harmonies if label.kind in ("numeral", "chord_symbol"))
    labels = [label for label in stated if not label.alternate]
    if not labels:
        return ()
    melody = melody_of(score)
    found = []
    for label, until in zip(labels, [*(label.onset for label in labels[1:]), score.end], strict=True):
        places = _strangers(melody, label, until)
        if places:
            where, more = score.place(label.onset), ", ..." if len(places) > _FIRST else ""
            told = f"beat {where.beat}: {label.text} is held until the next chord, under {', '.join(places[:_FIRST])}"
            found.append(Notice(f"{told}{more}; write N.C. where it shall end", where.measure))
    return tuple(found)


def _strangers(melody: Melody, label: HarmonyLabel, until: int) -> list[str]:
    """The notes that begin a beat while a chord is held and are none of its notes, with their places."""
    tones = _tones(label)
    if tones is None:
        return []
    found = []
    for slot in melody.slots:
        row = melody.notes.rows[slot.rows[0]] if slot.rows else None
        if row is None or not label.onset < slot.onset < until or row["onset"] != slot.onset:
            continue
        if 7 * int(row["fifths"]) % 12 not in tones:
            place = melody.score.place(slot.onset)
            name = SpelledPitch(int(row["pitch"]), int(row["fifths"])).name
            found.append(f"{name} (measure {place.measure}, beat {place.beat})")
    return found


def _tones(label: HarmonyLabel) -> frozenset[int] | None:
    """The pitch classes of a chord; None where it is none, or its key is not stated."""
    if label.text in WITHOUT_CHORD:
        return None
    with suppress(UsageError):
        if label.kind == "chord_symbol":
            return frozenset(7 * tone % 12 for tone in members_of_symbol(label.text).tones)
        if label.key:
            key = Key.parse(label.key)
            return frozenset(7 * tone % 12 for tone in parse_numeral(label.text, minor=key.minor).tones(key))
    return None
