"""Four-part settings of random numerals, full of faults: wrong notes, held ones, rests, fermatas, late resolutions."""

from __future__ import annotations

from random import Random

from musegen.score.pitch import fifths_name
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

KEYS = ("C", "G", "B-", "E", "a", "c", "f#")
FIGURES = {
    False: "I I I6 I64 ii ii6 ii65 ii7 iii iii6 IV IV6 IV64 V V V6 V64 V7 V7 V65 V43 V42 vi vi6 viio viio6 viiø7 "
    "Cad64 V/V V7/V V65/V viio7/V V7/IV V42/IV V/vi iv iv6 bVI bIII N6 It6 Ger65 Fr43 V+",
    True: "i i i6 i64 iio iio6 iiø65 III iv iv6 iv64 IV V V V6 V7 V7 V65 V43 V42 v v6 VI VI6 VII viio6 viio7 viio43 "
    "Cad64 V/V V7/V V7/iv V7/III N6 It6 Ger65 Fr43",
}
METERS = {"4/4": (4, "1/4"), "3/4": (3, "1/4"), "6/8": (6, "1/8"), "2/2": (4, "1/4"), "2/4": (4, "1/8")}
RANGES = ((62, 79), (55, 72), (50, 67), (40, 60))
COMMON = (
    ("ii6", "Cad64", "V", "I"),
    ("V7", "I"),
    ("V", "IV"),
    ("ii65", "I"),
    ("V43", "I6"),
    ("V42", "IV6"),
    ("V7", "vi"),
)


def random_setting(random: Random, measures: int = 3) -> str:
    """A text grid of four voices over numerals; most notes belong to their chord, and many move by step."""
    key = Key.parse(random.choice(KEYS))
    meter = random.choice(list(METERS))
    cells, unit = METERS[meter]
    pickup = random.choice((0, 0, 1))
    lengths = [*([pickup] if pickup else []), *([cells] * measures)]
    chords = _chords(random, key, sum(lengths))
    rows = [_line(random, voice, key, chords) for voice in range(4)]
    _put_fermatas(random, rows)
    beat = {"2/2": "1/2", "2/4": "1/4"}.get(meter, unit)
    begin = f"; pickup: {'1/2' if beat != unit else '1'}" if pickup else ""
    mode = "minor" if key.minor else "major"
    head = f"key: {fifths_name(key.tonic).replace('-', 'b')} {mode}; meter: {meter}; unit: {unit}{begin}"
    labels = _labels(chords)
    return "\n".join([head, *(_row(name, row, lengths) for name, row in zip("SATBH", [*rows, labels], strict=True))])


def _chords(random: Random, key: Key, cells: int) -> list[str]:
    """The figure of each cell."""
    found: list[str] = []
    while len(found) < cells:
        figures = [random.choice(FIGURES[key.minor].split())]
        if not key.minor and random.random() < 0.3:
            figures = list(random.choice(COMMON))
        for figure in figures:
            found += [figure] * random.choice((1, 1, 2, 2, 3))
    return found[:cells]


def _labels(chords: list[str]) -> list[str]:
    return [chord if number == 0 or chord != chords[number - 1] else "." for number, chord in enumerate(chords)]


def _line(random: Random, voice: int, key: Key, chords: list[str]) -> list[str]:
    """One voice: chord notes near the last one, with holds, foreign notes, rests."""
    low, high = RANGES[voice]
    here, cells = (low + high) // 2, []
    for number, figure in enumerate(chords):
        numeral = parse_numeral(figure, minor=key.minor)
        changed = number == 0 or figure != chords[number - 1]
        if number and random.random() < (0.15 * (voice < 3) if changed else 0.6):
            cells.append(".")
            continue
        if random.random() < 0.04 and not (changed and voice == 3) and number < len(chords) - 1:
            cells.append("r")
            continue
        tones = [key.tonic + member for member in numeral.members]
        if voice == 3 and changed and random.random() < 0.8:
            tones = [key.tonic + numeral.bass]
        if random.random() < 0.25:
            tones = [*key.degrees, key.leading_tone, key.tonic + 6, key.tonic - 5]
        found = sorted((abs(pitch - here), pitch, tone) for tone in tones for pitch in _pitches(tone, low, high))
        _, here, tone = random.choice(found[: random.choice((1, 2, 3, 4))])
        cells.append(_cell(_misspelled(tone) if random.random() < 0.02 else tone, here))
    return cells


def _misspelled(fifths: int) -> int:
    """The same sound under another name."""
    return fifths - 12 if fifths > 0 else fifths + 12


def _pitches(fifths: int, low: int, high: int) -> list[int]:
    return [pitch for pitch in range(low, high + 1) if (pitch - 7 * fifths) % 12 == 0]


def _cell(fifths: int, pitch: int) -> str:
    """A note as the grid writes it; the octave is that of the letter."""
    name = fifths_name(fifths)
    alter = name.count("#") - name.count("-")
    return f"{name.lower().replace('-', 'b')}{(pitch - alter) // 12 - 1}"


def _put_fermatas(random: Random, rows: list[list[str]]) -> None:
    """At a moment where all voices strike, over notes that end together; not in every piece."""
    struck = [at for at in range(len(rows[0]) - 1) if all(row[at] not in (".", "r") for row in rows)]
    if struck and random.random() < 0.5:
        at = random.choice(struck)
        for row in rows:
            if row[at + 1] == ".":
                row[at + 1] = row[at]
            row[at] += "^"


def _row(name: str, cells: list[str], lengths: list[int]) -> str:
    bars, at = [], 0
    for length in lengths:
        bars.append(" ".join(cells[at : at + length]))
        at += length
    return f"{name}: {' | '.join(bars)}"
