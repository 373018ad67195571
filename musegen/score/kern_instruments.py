"""The instruments and voices that kern knows by a code (`*Iviola`): their names and General MIDI programs."""

from __future__ import annotations

from typing import NamedTuple


class Instrument(NamedTuple):
    """What a code stands for."""

    name: str
    abbreviation: str
    midi_program: int  # 1 to 128


_CHOIR = 54
_KNOWN: dict[str, tuple[str, str, int]] = {
    "soprn": ("Soprano", "S", _CHOIR), "cant": ("Soprano", "S", _CHOIR), "mezzo": ("Mezzo-soprano", "M", _CHOIR),
    "calto": ("Alto", "A", _CHOIR), "alto": ("Alto", "A", _CHOIR), "tenor": ("Tenor", "T", _CHOIR),
    "barit": ("Baritone", "Bar", _CHOIR), "bass": ("Bass", "B", _CHOIR), "vox": ("Voice", "V", _CHOIR),
    "violn": ("Violin", "Vln", 41), "viola": ("Viola", "Vla", 42), "cello": ("Violoncello", "Vc", 43),
    "cbass": ("Contrabass", "Cb", 44), "vdgam": ("Viol", "Vdg", 43),
    "arpa": ("Harp", "Hp", 47), "guitr": ("Guitar", "Gtr", 25), "liuto": ("Lute", "Lt", 25),
    "mando": ("Mandolin", "Mdln", 25), "banjo": ("Banjo", "Bjo", 106),
    "piano": ("Piano", "Pno", 1), "forte": ("Fortepiano", "Fp", 1), "cemba": ("Harpsichord", "Hpsd", 7),
    "clavi": ("Clavichord", "Clvd", 8), "clest": ("Celesta", "Cel", 9), "organ": ("Organ", "Org", 20),
    "armon": ("Harmonica", "Hca", 23), "accor": ("Accordion", "Acc", 22),
    "picco": ("Piccolo", "Picc", 73), "flt": ("Flute", "Fl", 74), "flts": ("Recorder", "Rec", 75),
    "oboe": ("Oboe", "Ob", 69), "cangl": ("English horn", "EHn", 70), "clars": ("Clarinet", "Cl", 72),
    "clara": ("Clarinet", "Cl", 72), "clarb": ("Bass clarinet", "BCl", 72), "fagot": ("Bassoon", "Bsn", 71),
    "cor": ("Horn", "Hn", 61), "tromp": ("Trumpet", "Tpt", 57), "tromt": ("Trombone", "Tbn", 58),
    "tromb": ("Bass trombone", "BTbn", 58), "tuba": ("Tuba", "Tba", 59), "timpa": ("Timpani", "Timp", 48),
    "sax": ("Saxophone", "Sax", 66), "vibra": ("Vibraphone", "Vib", 12), "marim": ("Marimba", "Mar", 13),
    "xylo": ("Xylophone", "Xyl", 14), "glock": ("Glockenspiel", "Glk", 10),
}  # fmt: skip
KEYBOARDS = frozenset(("piano", "forte", "cemba", "clavi", "clest", "organ", "arpa"))
"""Played from several staves by one player."""


def instrument(code: str) -> Instrument:
    """The instrument of a code, nameless where it is unknown.

    >>> instrument("violn")
    Instrument(name='Violin', abbreviation='Vln', midi_program=41)
    """
    return Instrument(*_KNOWN.get(code, ("", "", 0)))
