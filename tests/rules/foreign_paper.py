"""Scores in MusicXML as other programs and people write them: the same four voices, laid out in many ways."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from typing import Any, NamedTuple

from musegen.score.model import Score
from musegen.score.table import Flag

DIVISIONS = 24


class Line(NamedTuple):
    """One voice on paper: which of the four it is, and how it is written there."""

    voice: int
    staff: int = 1
    number: int = 1


class Sheet(NamedTuple):
    """One part on paper."""

    name: str
    lines: tuple[Line, ...]
    transpose: tuple[int, int] = (0, 0)  # steps and semitones from written to sounding
    clefs: tuple[str, ...] = ("G2",)
    split_ties: bool = False  # longer notes are tied over every quarter
    graces: bool = False  # a grace note before each second note
    hidden_rests: bool = False
    last_voice_first: bool = False
    divisions: Callable[[int], int] = lambda measure: DIVISIONS


_BANDS = (("Clarinet in Bb", (-1, -2)), ("Alto Saxophone", (-5, -9)), ("Horn in F", (-4, -7)), ("Bassoon", (0, 0)))
_NAMES = ("Soprano", "Alto", "Tenor", "Bass")


def _open(**how: Any) -> list[Sheet]:
    return [Sheet(name, (Line(voice),), **how) for voice, name in enumerate(_NAMES)]


HYMNAL = (Line(0, 1, 1), Line(1, 1, 2), Line(2, 2, 5), Line(3, 2, 6))
PAPERS: dict[str, list[Sheet]] = {
    "open score, named": _open(),
    "open score, bass on top": _open()[::-1],
    "no names at all": [sheet._replace(name="") for sheet in _open()],
    "notes tied over every quarter": _open(split_ties=True),
    "grace notes everywhere": _open(graces=True),
    "hidden rests": _open(hidden_rests=True),
    "other divisions in every measure": _open(divisions=lambda measure: DIVISIONS * (1 + measure % 3)),
    "hymnal, two staves of one part": [
        Sheet("", HYMNAL, clefs=("G2", "F4"))
    ],
    "hymnal, the lower voices written first": [
        Sheet("", HYMNAL, clefs=("G2", "F4"), last_voice_first=True)
    ],
    "choir, two parts, hidden rests": [
        Sheet("Soprano Alto", (Line(0, 1, 1), Line(1, 1, 2)), hidden_rests=True),
        Sheet("Tenor Bass", (Line(2, 1, 1), Line(3, 1, 2)), clefs=("F4",), hidden_rests=True),
    ],
    "tenor written an octave higher": [
        *_open()[:2],
        Sheet("Tenor", (Line(2),), transpose=(-7, -12)),
        _open()[3]._replace(clefs=("F4",)),
    ],
    "transposing winds": [
        Sheet(name, (Line(voice),), transpose=steps) for voice, (name, steps) in enumerate(_BANDS)
    ],
    "an empty piano under the choir": [*_open(), Sheet("Piano", (), clefs=("G2", "F4"))],
}  # fmt: skip
"""What a copyist may make of four voices."""


def on_paper(score: Score, sheets: list[Sheet]) -> bytes:
    """The four voices of an open score (parts in the order S A T B) as a MusicXML document."""
    listed, parts = "", ""
    for number, sheet in enumerate(sheets):
        listed += f'<score-part id="X{number}"><part-name>{sheet.name}</part-name></score-part>'
        measures = "".join(_measure(score, sheet, index) for index in range(len(score.measures)))
        parts += f'<part id="X{number}">{measures}</part>'
    return f'<score-partwise version="3.1"><part-list>{listed}</part-list>{parts}</score-partwise>'.encode()


def _measure(score: Score, sheet: Sheet, index: int) -> str:
    measure, divisions = score.measures[index], sheet.divisions(index)
    length = int(score.quarters(measure.length) * divisions)
    bodies = [_voice(score, sheet, line, index) for line in sheet.lines]
    if not bodies:
        rest = '<note><rest measure="yes"/><duration>{0}</duration><voice>{1}</voice><staff>{2}</staff></note>'
        bodies = [rest.format(length, 1 + 4 * staff, staff + 1) for staff in range(len(sheet.clefs))]
    if sheet.last_voice_first:
        bodies.reverse()
    back = f"<backup><duration>{length}</duration></backup>"
    implicit = ' implicit="yes"' if measure.is_pickup else ""
    return (
        f'<measure number="{measure.number}"{implicit}>{_attributes(score, sheet, index)}{back.join(bodies)}</measure>'
    )


def _attributes(score: Score, sheet: Sheet, index: int) -> str:
    measure, before = score.measures[index], score.measures[index - 1] if index else None
    meter, told = measure.time_signature, [f"<divisions>{sheet.divisions(index)}</divisions>"]
    if before is None or measure.key_signature != before.key_signature:
        mode = f"<mode>{measure.key_signature.mode}</mode>" if measure.key_signature.mode else ""
        told.append(f"<key><fifths>{measure.key_signature.fifths + _written_above(sheet)}</fifths>{mode}</key>")
    if before is None or meter != before.time_signature:
        beats, kind = str(meter).split("/")
        told.append(f"<time><beats>{beats}</beats><beat-type>{kind}</beat-type></time>")
    if before is None:
        told += _staves(sheet)
    return f"<attributes>{''.join(told)}</attributes>"


def _staves(sheet: Sheet) -> Iterator[str]:
    """Number of staves, clefs, transposition."""
    yield f"<staves>{len(sheet.clefs)}</staves>"
    for number, (sign, line) in enumerate(sheet.clefs, start=1):
        yield f'<clef number="{number}"><sign>{sign}</sign><line>{line}</line></clef>'
    steps, semitones = sheet.transpose
    if steps == -7:
        yield "<transpose><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>"
    elif steps:
        yield f"<transpose><diatonic>{steps}</diatonic><chromatic>{semitones}</chromatic></transpose>"


def _voice(score: Score, sheet: Sheet, line: Line, index: int) -> str:
    """What a voice sings in one measure, its rests as the sheet writes them."""
    measure, divisions = score.measures[index], sheet.divisions(index)
    told, now, numbers = [], measure.onset, count()
    for row in _rows(score, line.voice, index):
        told.append(_gap(score, sheet, line, row["onset"] - now, divisions))
        if sheet.graces and next(numbers) % 2:
            told.append(f"<note><grace/>{_pitch(row, sheet, 1)}<voice>{line.number}</voice></note>")
        told += _notes(score, sheet, line, row, divisions)
        now = row["onset"] + row["duration"]
    told.append(_gap(score, sheet, line, measure.onset + measure.length - now, divisions))
    return "".join(told)


def _rows(score: Score, voice: int, index: int) -> Iterator[dict[str, int]]:
    rows = score.notes.rows
    for row in rows[(rows["part"] == voice) & (rows["measure_index"] == index)]:
        yield {name: int(row[name]) for name in row.dtype.names}


def _notes(score: Score, sheet: Sheet, line: Line, row: dict[str, int], divisions: int) -> Iterator[str]:
    quarter, pieces, left = score.ticks(Fraction(1)), [], row["duration"]
    while sheet.split_ties and left > quarter:
        pieces.append(quarter)
        left -= quarter
    pieces.append(left)
    for number, length in enumerate(pieces):
        begins = number < len(pieces) - 1 or row["flags"] & Flag.TIED_TO_NEXT
        ends = number > 0 or row["flags"] & Flag.TIED_FROM_PREVIOUS
        ties = '<tie type="stop"/>' * bool(ends) + '<tie type="start"/>' * bool(begins)
        tied = ties.replace("tie ", "tied ")
        fermata = "<fermata/>" if row["flags"] & Flag.FERMATA else ""
        marks = f"<notations>{tied}{fermata}</notations>" if tied or fermata else ""
        staff = f"<staff>{line.staff}</staff>" if len(sheet.clefs) > 1 else ""
        duration = f"<duration>{int(score.quarters(length) * divisions)}</duration>"
        yield f"<note>{_pitch(row, sheet)}{duration}{ties}<voice>{line.number}</voice>{staff}{marks}</note>"


def _gap(score: Score, sheet: Sheet, line: Line, ticks: int, divisions: int) -> str:
    length = int(score.quarters(ticks) * divisions)
    if not length:
        return ""
    staff = f"<staff>{line.staff}</staff>" if len(sheet.clefs) > 1 else ""
    hidden = ' print-object="no"' if sheet.hidden_rests else ""
    return f"<note{hidden}><rest/><duration>{length}</duration><voice>{line.number}</voice>{staff}</note>"


def _pitch(row: dict[str, int], sheet: Sheet, above: int = 0) -> str:
    """The written pitch; `above` steps higher without accidental for a grace note."""
    fifths = row["fifths"] + _written_above(sheet)
    letter, alter = "FCGDAEB"[(fifths + 1) % 7], (fifths + 1) // 7
    octave = (row["pitch"] - sheet.transpose[1] - alter) // 12 - 1
    if above:
        place = "CDEFGAB".index(letter) + above
        letter, alter, octave = "CDEFGAB"[place % 7], 0, octave + place // 7
    sign = f"<alter>{alter}</alter>" if alter else ""
    return f"<pitch><step>{letter}</step>{sign}<octave>{octave}</octave></pitch>"


def _written_above(sheet: Sheet) -> int:
    """How far a part's written notes lie from the sounding ones on the line of fifths."""
    steps, semitones = sheet.transpose
    return 12 * steps - 7 * semitones
