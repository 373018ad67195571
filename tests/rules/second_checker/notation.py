"""The second checker on slips of notation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from musegen.rules.entries import Rule
from musegen.score.table import Flag
from second_checker.music import Music, Place
from second_checker.registry import second
from second_checker.written import Head, heard, place, written

LEFT_OUT: dict[str, str] = {}


@second("overlapping-notes")
def overlapping_notes(music: Music, rule: Rule) -> Iterator[Place]:
    """A note of a voice begins while another that began earlier still sounds."""
    if source_format(music) == "midi":
        return
    rounding = music.score.ticks(1) // 32
    for voice in {head[6:9] for head in played(music)}:
        heads = sorted(head for head in played(music) if head[6:9] == voice)
        until = -1
        for head in heads:
            under = [one for one in heads if one.onset < head.onset and one.end - head.onset >= rounding]
            if under and head.onset > until:
                yield place(music, head.onset)
                until = max(one.end for one in under) - rounding


@second("dangling-tie")
def dangling_tie(music: Music, rule: Rule) -> Iterator[Place]:
    """A tie that leads to no note of its pitch."""
    repeats = {measure.onset + measure.length for measure in music.score.measures if measure.repeat_end}
    begins = {(head.part, head.midi, head.onset) for head in played(music)}
    for head in played(music):
        leads = (head.part, head.midi, head.end) in begins or head.end in repeats
        if Flag.TIED_TO_NEXT in head.flags and not leads:
            yield place(music, head.onset, head)


@second("triple-accidental")
def triple_accidental(music: Music, rule: Rule) -> Iterator[Place]:
    """Three sharps or flats before one note."""
    for head in heard(music):
        if max(head.name.count("#"), head.name.count("-")) > 2:
            yield place(music, head.onset, head)


@second("tiny-note")
def tiny_note(music: Music, rule: Rule) -> Iterator[Place]:
    """Shorter than a 128th."""
    for head in heard(music):
        if music.score.quarters(head.end - head.onset) * 32 < 1:
            yield place(music, head.onset, head)


@second("long-note")
def long_note(music: Music, rule: Rule) -> Iterator[Place]:
    """Longer than eight full measures."""
    for head in heard(music):
        measure = music.score.measures[music.score.measure_index_at(head.onset)]
        if head.end - head.onset > 8 * music.score.ticks(measure.time_signature.quarters):
            yield place(music, head.onset, head)


@second("duplicate-note")
def duplicate_note(music: Music, rule: Rule) -> Iterator[Place]:
    """A note twice in one written voice."""
    counted = Counter((head[6:9], head.onset, head.midi) for head in played(music))
    for head in played(music):
        if counted[head[6:9], head.onset, head.midi] > 1:
            yield place(music, head.onset)


@second("empty-part")
def empty_part(music: Music, rule: Rule) -> Iterator[Place]:
    """A part without a note, where another has some."""
    for part in range(len(music.score.parts)):
        if heard(music) and not any(head.part == part for head in written(music)):
            yield music.place(music.score.measures[0].onset)


@second("missing-final-barline")
def missing_final_barline(music: Music, rule: Rule) -> Iterator[Place]:
    """No final barline and no repeat sign at the end."""
    last = music.score.measures[-1]
    if heard(music) and source_format(music) != "midi" and last.barline != "final" and not last.repeat_end:
        yield music.place(last.onset)


@second("fermata-not-aligned")
def fermata_not_aligned(music: Music, rule: Rule) -> Iterator[Place]:
    """A fermata in some of four voices, and none in another that sounds with it."""
    if len(music.voices) != 4:
        return
    signs = sorted((note for notes in music.voices for note in notes if note.fermata), key=lambda note: note.onset)
    until = 0
    lacking = []
    for sign in signs:
        together = [
            [note for note in notes if note.onset < sign.end and note.end > sign.onset] for notes in music.voices
        ]
        if sign.onset >= until and any(notes and not any(note.fermata for note in notes) for notes in together):
            lacking.append(sign.onset)
        until = sign.end if sign.onset >= until else until
    for time in lacking[:1] if len({sign.voice for sign in signs}) == 1 else lacking:
        yield music.place(time)


def played(music: Music) -> list[Head]:
    """The written notes that take time: no grace notes, nor drums."""
    return [head for head in written(music) if head.end > head.onset and not head.flags & (Flag.GRACE | Flag.UNPITCHED)]


def source_format(music: Music) -> str:
    """What kind of file the piece came from."""
    return music.score.source.format if music.score.source else ""
