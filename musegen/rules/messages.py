"""The words of a finding: facts in the names of the piece's own notes, and messages made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from musegen.rules.registry import Hit
from musegen.rules.view import View

VOICE_WORDS = {"S": "soprano", "A": "alto", "T": "tenor", "B": "bass"}
_NUMERALS = ("{chord", "{symbol", "{numeral", "{figure")


def facts_of(hit: Hit, view: View) -> dict[str, Any]:
    """What a message may speak of.

    For two voices `upper`, `lower` and their notes; for one `voice`, `note_from`, `note_to`; for several `voices` and
    `notes`; with chords `chord_before`, `chord` and `key`.
    """
    names = [voice_word(view.voices.names[voice]) for voice in hit.voices]
    before, after = ([_note(view, row) for row in rows] for rows in _rows(hit, view))
    heard = [_note(view, row) for row in hit.rows] or list(dict.fromkeys(after))
    facts: dict[str, Any] = {"voices": listed(names), "notes": listed(heard)}
    if len(names) == 2:
        facts |= {"upper": names[0], "lower": names[1]}
        facts |= {"upper_from": before[0], "upper_to": after[0], "lower_from": before[1], "lower_to": after[1]}
    if names:
        facts |= {"voice": names[0], "note_from": before[0], "note_to": after[0]}
    for name, position in (("chord_before", hit.before), ("chord", hit.at)):
        chord = view.chord_at(position)
        if chord is not None:
            facts |= {name: chord.numeral.figure, "key": chord.key.words}
    return facts | dict(hit.facts)


def notes_of(hit: Hit, view: View) -> tuple[str, ...]:
    """The ids of the notes of a hit: those before the arrival, then those at it, upper voices first.

    A hit that names no notes of its own and no voices is about the whole chord.
    """
    if hit.rows:
        listed = list(hit.rows)
    elif not hit.voices and hit.onset < 0:
        listed = view.row[hit.at].tolist()
    else:
        listed = [row for rows in _rows(hit, view) for row in rows]
    return tuple(view.score.note_name(view.ids[row]) for row in dict.fromkeys(listed) if row >= 0)


def worded(template: str, facts: Mapping[str, Any]) -> str:
    """The message with its facts, beginning with a capital unless it begins with a numeral: `viio65` is no `Viio65`.

    >>> worded("{chord} is rare", {"chord": "viio65"}), worded("{voice} leaps", {"voice": "tenor"})
    ('viio65 is rare', 'Tenor leaps')
    """
    text = template.format_map(dict(facts))
    return text if template.startswith(_NUMERALS) else text[:1].upper() + text[1:]


def _rows(hit: Hit, view: View) -> tuple[list[int], list[int]]:
    here = view.row[hit.at].tolist()
    after = [here[voice] for voice in hit.voices]
    if hit.before == hit.at:
        return after, after
    earlier = view.row_before[hit.before].tolist()
    return [earlier[voice] for voice in hit.voices], after


def voice_word(name: str) -> str:
    """What a voice is called in a sentence: `tenor`, `voice 2`."""
    return VOICE_WORDS.get(name, f"voice {name}")


def _note(view: View, row: int) -> str:
    return view.note_name(row) if row >= 0 else "a rest"


def listed(words: list[str]) -> str:
    """`A, B and C`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""
