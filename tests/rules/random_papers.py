"""Scores full of slips of the pen: hands, accompaniments, voicings, figured basses, instruments, ties and lengths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import cycle
from random import Random

from musegen.score.model import Score, Source
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid

Make = Callable[[], str]
METERS = {"4/4": 8, "3/4": 6, "6/8": 6, "2/2": 8, "2/4": 4, "3/8": 3}  # eighths of a measure
KEYS = ("C major", "G major", "F major", "d minor", "Eb major", "c minor", "e minor", "A major")
SYMBOLS = (
    "C G7 Am F Dm7 Cmaj7 C/E F/G G7sus4 E7 Bb C6 Bm7b5 G9 Am7 D7addb9 Ebmaj7 C#dim7 F#m7 G7alterb5 Csus4 Cadd9 G13 Dm9 "
    "N C11 F6 Dbmaj7 Caug Cm6 CmM7 G7/B Esus2 C5 G+7 D7 Fm7 Bb7 Eb Am/G G7sus4addb9 Db7 F#maj7 C7"
).split()
FALLING_ROOTS = "Dm7 G7 Cmaj7 Fmaj7 Bm7b5 E7 Am7".split()
FIGURES = (
    "- - - 6 7 6,5 4,3 4,2 2 4 9 # b #6 b7 7,# 6,4 5,3 8,5,3 6,#4,2 9,7 4,#2 12 x9y 8,1 6,6 n6 6\\ 4+ 9,4 8,3 n 6,# "
    "7,5,# ##6 bb7 3 5 8 7,4 5,4 9,8 +6 6,5,b #4,3 #6+ 5,2 7,2 _"
).split()
SUSPENDED = "4 3 7 6 9 8 4 #".split()
KEYBOARDS = ("Piano", "Piano", "Organ", "Harp", "Accordion", "")
PLAYERS = (
    "Flute Violin Viola Cello Soprano Alto Tenor Bass Horn Flutes Trumpet Oboe Violins Piano Harp Guitar Clarinet "
    "Timpani Bassoon Violino Tuba Nobody"
).split()
CRUMB, EIGHTH = 315, 5040  # a 128th and an eighth, in ticks


def keyboard_piece(random: Random) -> Score:
    """Chord symbols over a keyboard of one to three staves, or over strings, mostly with a melody."""
    head, cells = _head(random)
    rows = {"Melody": _row(random, cells, lambda: _pitch(random, 30, 42))} if random.random() < 0.85 else {}
    name, most = random.choice(KEYBOARDS), random.choice((3, 6, 8))
    if random.random() < 0.2:
        rows |= {"Viola": _row(random, cells, lambda: _pitch(random, 26, 36))}
        rows |= {"Cello": _row(random, cells, lambda: _pitch(random, 15, 30))}
    elif random.random() < 0.2:
        rows |= {name: _row(random, cells, lambda: _chord(random, 14, 34, most))}
    else:
        rows |= {f"{name}/1": _row(random, cells, lambda: _chord(random, random.randint(22, 30), 38, most))}
        rows |= {f"{name}/2": _row(random, cells, lambda: _chord(random, 10, random.randint(20, 34), most))}
        rows |= {f"{name}/3": _row(random, cells, lambda: _pitch(random, 12, 26))} if name == "Organ" else {}
    return _score(head, rows | {"C": _labels(random, cells, lambda: random.choice(SYMBOLS), 0.3)})


def keyboard_style(random: Random) -> Score:
    """One to four voices that roam and cross."""
    head, cells = _head(random)
    ranges = {"S": (32, 40), "A": (28, 36), "T": (23, 33), "B": (16, 30)}
    rows = {name: _row(random, cells, partial(_pitch, random, *ends)) for name, ends in ranges.items()}
    return _score(head, dict(list(rows.items())[random.choice((0, 0, 0, 1, 2, 3)) :]))


def lead_sheet(random: Random) -> Score:
    """A melody with strings or a piano under chord symbols."""
    head, cells = _head(random)
    rows = {"Melody": _row(random, cells, lambda: _pitch(random, 30, 42))}
    strings = {"Violin": (30, 38), "Viola": (26, 35), "Cello": (20, 33), "Bass": (9, 24)}
    if random.random() < 0.6:
        for name in list(strings)[random.randint(0, 2) :]:
            rows[name] = _row(random, cells, partial(_pitch, random, *strings[name]))
    else:
        rows["Piano/1"] = _row(random, cells, lambda: _chord(random, 22, 35, 3))
        rows["Piano/2"] = _row(random, cells, lambda: _chord(random, 9, 22, 2))
    circle = cycle(FALLING_ROOTS)
    make = (lambda: next(circle)) if random.random() < 0.5 else (lambda: random.choice(SYMBOLS))
    return _score(head, rows | {"C": _labels(random, cells, make, 0.4)})


def figured_bass(random: Random) -> Score:
    """Two to four upper voices over a bass with figures, good and bad."""
    head, cells = _head(random)
    upper = {"S": (30, 38), "A": (27, 34), "T": (23, 31)}
    rows = {
        name: _row(random, cells, partial(_pitch, random, *upper[name], 0.15))
        for name in random.choice(("SAT", "SAT", "SA"))
    }
    slow = random.random() < 0.5
    rows["B"] = _row(random, cells, lambda: _pitch(random, 16, 25, 0.1), hold=0.85 if slow else 0.5)
    chain = cycle(SUSPENDED)
    make = (lambda: next(chain)) if slow else (lambda: random.choice(FIGURES))
    return _score(head, rows | {"F": _labels(random, cells, make, 0.5)})


def ensemble(random: Random) -> Score:
    """Players and singers at and over the ends of what they can do."""
    head, cells = _head(random)
    rows = {}
    for name in random.sample(PLAYERS, random.randint(1, 4)):
        low, most = random.choice((5, 14, 20, 24, 28)), random.choice((1, 1, 2, 3, 5))
        high = low + random.randint(4, 25)
        rows[name] = _row(random, cells, partial(_chord, random, low, high, most))
    return _score(head, rows)


def long_breaths(random: Random) -> Score:
    """Many measures with few rests and fermatas."""
    meter, cells, unit = random.choice((("4/4", 2, "1/2"), ("3/4", 3, "1/4"), ("4/2", 4, "1/2"), ("6/8", 2, "1/8")))
    lengths = [cells if meter != "6/8" else 6] * random.choice((9, 14, 30))

    def note() -> str:
        return _pitch(random, 30, 34, 0) + "^" * (random.random() < 0.02)

    rest = random.choice((0, 0.01, 0.03))
    players = random.sample(("Flute", "Oboe", "Soprano", "Tuba", "Flutes", "Violin"), 2)
    rows = {name: _row(random, lengths, note, hold=0.5, rest=rest) for name in players}
    return _score(f"key: C major; meter: {meter}; unit: {unit}", rows)


def paper(random: Random) -> Score:
    """Ties, fermatas and accidentals at random; lengths, written voices and barlines changed behind the grid's back."""
    head, cells = _head(random)
    names = random.choice((("S", "A", "T", "B"), ("Violin", "Cello"), ("Piano/1", "Piano/2"), ("Flute",)))
    most = random.choice((1, 1, 3)) if len(names) < 4 else 1

    def note() -> str:
        accidental = random.choice(("###", "bbb", "##")) if random.random() < 0.03 else ""
        head = random.choice("cdefgab") + accidental + "4" if accidental else _pitch(random, 28, 32)
        return head + "~" * (random.random() < 0.15) + "^" * (random.random() < 0.06)

    def chord() -> str:
        return "+".join(note() for _ in range(random.randint(1, most)))

    silent = random.choice(names) if random.random() < 0.15 else ""
    rows = {name: _row(random, cells, (lambda: "r") if name == silent else chord) for name in names}
    score = _score(head, rows)
    return _spoilt(random, score) if random.random() < 0.6 else score


def _spoilt(random: Random, score: Score) -> Score:
    columns = ("onset", "duration", "pitch", "fifths", "part", "staff", "voice", "measure_index", "flags")
    notes = [{name: int(row[name]) for name in columns} for row in score.notes.rows]
    for note in notes:
        _spoil(random, note)
    notes += [dict(note) for note in notes if random.random() < 0.05]
    measures = tuple(
        measure._replace(repeat_end=random.random() < 0.3, barline=random.choice(("", "final", "double")))
        for measure in score.measures
    )
    kind = random.choice(("musicxml", "musicxml", "kern", "midi"))
    return replace(score, notes=NoteTable.of(notes), measures=measures, source=Source(f"piece.{kind}", kind))


def _spoil(random: Random, note: dict[str, int]) -> None:
    """Another length or written voice now and then, or a grace note or a drum."""
    longer = random.choice((2 * EIGHTH, EIGHTH, -EIGHTH, CRUMB - 1, CRUMB, CRUMB + 1))
    if random.random() < 0.25:
        note["duration"] = max(1, note["duration"] + longer)
    if random.random() < 0.1:
        note["duration"] = random.choice((CRUMB - 1, CRUMB, 100, *(2 * EIGHTH * size for size in (16, 17, 24, 25, 33))))
    if random.random() < 0.3:
        note["voice"] = random.choice((1, 2))
    if random.random() < 0.05:
        note["flags"] |= int(random.choice((Flag.GRACE, Flag.UNPITCHED)))
        note["duration"] *= not note["flags"] & Flag.GRACE


def _head(random: Random) -> tuple[str, list[int]]:
    """(head of a grid in eighths, how many of them each measure has)."""
    meter = random.choice(list(METERS))
    beat = 8 // int(meter.split("/")[1])
    pickup = random.random() < 0.3
    cells = [*([beat] if pickup else []), METERS[meter], METERS[meter]]
    return f"key: {random.choice(KEYS)}; meter: {meter}; unit: 1/8" + "; pickup: 1" * pickup, cells


def _row(random: Random, cells: list[int], make: Make, *, hold: float = 0.0, rest: float = 0.1) -> str:
    hold = hold or random.choice((0.3, 0.6))

    def cell(first: bool) -> str:
        draw = random.random()
        return "." if draw < hold and not first else "r" if draw < hold + rest else make()

    return " | ".join(" ".join(cell(bar == number == 0) for number in range(count)) for bar, count in enumerate(cells))


def _labels(random: Random, cells: list[int], make: Make, share: float) -> str:
    return " | ".join(" ".join(make() if random.random() < share else "." for _ in range(count)) for count in cells)


def _pitch(random: Random, low: int, high: int, altered: float = 0.2) -> str:
    step = random.randint(low, high)
    accidental = random.choice("#b") if random.random() < altered else ""
    return f"{'cdefgab'[step % 7]}{accidental}{step // 7}"


def _chord(random: Random, low: int, high: int, most: int) -> str:
    return "+".join(sorted({_pitch(random, low, high, 0.1) for _ in range(random.randint(1, most))}))


def _score(head: str, rows: dict[str, str]) -> Score:
    return parse_grid("\n".join([head, *(f"{name}: {row}" for name, row in rows.items())]))
