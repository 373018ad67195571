"""How harmony labels look: Roman numerals with stacked figures, thoroughbass figures, chord symbols, key names."""

from __future__ import annotations

from musegen.engraving.figures_text import Figure, split_chord_symbol, split_figure, split_numeral
from musegen.engraving.ink import Block, Ring, Run, Stroke, accidental, moved, text, width
from musegen.engraving.marks import Cadential
from musegen.score.model import FiguredBass, HarmonyLabel

_STACKS = {1: ((0.40,), 0.66), 2: ((0.36, -0.10), 0.60), 3: ((0.46, 0.11, -0.24), 0.50)}
_FIGURE_LINE = 0.74  # ems between thoroughbass figures
_SIGNS = {"#": "#", "♯": "#", "b": "b", "♭": "b", "-": "b", "n": "n", "♮": "n", "x": "x", "##": "x", "bb": "bb"}


def label_block(label: HarmonyLabel, *, cadential: Cadential = "Cad64") -> Block:
    """A harmony label, laid out from its left edge."""
    if label.kind == "numeral":
        return numeral_block(label.text, minor=label.key[:1].islower(), cadential=cadential)
    return chord_symbol_block(label.text) if label.kind == "chord_symbol" else text(label.text, style="italic")


def numeral_block(figure: str, *, minor: bool = False, cadential: Cadential = "Cad64") -> Block:
    """A Roman numeral: raised o and ø, figures stacked, the slash of an applied chord on the baseline.

    >>> numeral_block("V65/V").width > numeral_block("V65").width
    True
    """
    if figure.startswith("Cad") and cadential != "Cad64":
        figure = figure.replace("Cad", "V" if cadential == "V64" else "i" if minor else "I")
    parts = split_numeral(figure)
    if not parts:
        return text(figure)
    block = _part_block(parts[0])
    for part in parts[1:]:
        block = block.then(text("/"), 0.04).then(_part_block(part), 0.02)
    return block


def key_block(name: str) -> Block:
    """`G:` or `e:`, with its flat or sharp."""
    signs = {"#": "♯", "-": "♭", "b": "♭"}
    return text(name[0] + "".join(signs.get(sign, sign) for sign in name[1:]) + ":", style="bold")


def chord_symbol_block(symbol: str) -> Block:
    """`B-maj7/D`: the suffix a little smaller, flats and sharps as music signs."""
    parts = split_chord_symbol(symbol)
    if parts is None:
        return text(symbol)
    block = _note_name(parts.step, parts.alter)
    if parts.suffix:
        suffix = parts.suffix.replace("b", "♭").replace("#", "♯")
        block = block.then(text(suffix, size=0.78, y=0.12), 0.03)
    if parts.bass_step:
        block = block.then(text("/"), 0.03).then(_note_name(parts.bass_step, parts.bass_alter), 0.02)
    return block


def figured_block(figured: FiguredBass) -> Block:
    """Thoroughbass figures under each other, the top one on the baseline, one line each."""
    block, widest = Block(), 0.0
    for number, figure in enumerate(figured.figures):
        one = moved(_figure(figure), 0.0, -_FIGURE_LINE * number)
        block, widest = Block(block.parts + one.parts), max(widest, one.width)
    return Block(block.parts, widest)


def figured_height(count: int) -> float:
    """How far a stack of figures reaches below its first baseline, in ems."""
    return _FIGURE_LINE * max(count - 1, 0)


def _part_block(part: Figure) -> Block:
    block = Block()
    for sign in part.accidental:
        block = block.then(accidental(sign, size=0.85), 0.01)
    block = block.then(text(part.roman), 0.02 if part.accidental else 0.0)
    if part.quality in ("o", "ø"):
        ring = Block((Ring(0.14, 0.56, 0.115, part.quality == "ø"),), 0.28)
        block = block.then(ring, 0.03)
    elif part.quality:
        block = block.then(text(part.quality, size=0.7, y=0.3))
    return block.then(_stack(part.figures), 0.04) if part.figures else block


def _stack(figures: str) -> Block:
    """Up to three figures over each other, right of the numeral."""
    lines = _lines(figures)
    heights, size = _STACKS[min(len(lines), 3)]
    block, widest = Block(), 0.0
    for line_text, height in zip(lines, heights, strict=False):
        one = _signed(line_text, size=size, y=height)
        block, widest = Block(block.parts + one.parts), max(widest, one.width)
    return Block(block.parts, widest)


def _lines(figures: str) -> list[str]:
    """`b75` as ["b7", "5"]: every digit begins a line with the signs before it."""
    lines, signs = [], ""
    for letter in figures:
        if letter.isdigit():
            lines.append(signs + letter)
            signs = ""
        else:
            signs += letter
    return lines + ([signs] if signs else [])


def _signed(letters: str, *, size: float, y: float) -> Block:
    block = Block()
    for letter in letters:
        sign = _SIGNS.get(letter)
        block = block.then(accidental(sign, size=size, y=y) if sign else text(letter, size=size, y=y), 0.01)
    return block


def _figure(figure: str) -> Block:
    """One thoroughbass figure: its accidental, its number, its plus or slash."""
    prefix, number, suffix = split_figure(figure)
    block = Block()
    for sign in (prefix, number, suffix):
        if sign in _SIGNS:
            block = block.then(accidental(_SIGNS[sign], size=0.82), 0.03)
        elif sign in ("/", "\\"):
            reach = width(number) * 0.9
            block = Block((*block.parts, Stroke(0.0, 0.05, reach, 0.6)), block.width)
        elif sign:
            block = block.then(Block((Run(sign, 0.0, 0.0, 0.95),), width(sign) * 0.95), 0.02)
    return block


def _note_name(step: str, alter: int) -> Block:
    return text(step + ("♯" * alter if alter > 0 else "♭" * -alter))
