"""How harmony labels look: Roman numerals with stacked figures, thoroughbass figures, chord symbols, key names."""

from __future__ import annotations

from musegen.engraving.analysis_letters import letters_block
from musegen.engraving.figures_text import Figure, split_figure, split_numeral
from musegen.engraving.ink import Block, Ring, Stroke, accidental, moved, text, width
from musegen.engraving.marks import Cadential
from musegen.errors import UsageError
from musegen.score.chord_symbols import parse_chord_symbol, usual_writing
from musegen.score.model import FiguredBass, HarmonyLabel

_STACKS = {1: ((0.38,), 0.70), 2: ((0.40, -0.12), 0.67), 3: ((0.50, 0.12, -0.26), 0.54)}
_FIGURE_LINE = 0.74  # ems between thoroughbass figures
_SIGNS = {"#": "#", "♯": "#", "b": "b", "♭": "b", "-": "b", "n": "n", "♮": "n", "x": "x", "##": "x", "bb": "bb"}


def label_block(label: HarmonyLabel, *, cadential: Cadential = "Cad64") -> Block:
    """A harmony label, laid out from its left edge."""
    if label.kind == "numeral":
        return numeral_block(label.text, minor=label.key[:1].islower(), cadential=cadential)
    return chord_symbol_block(label.text) if label.kind == "chord_symbol" else text(label.text, style="italic")


def numeral_block(figure: str, *, minor: bool = False, cadential: Cadential = "Cad64") -> Block:
    """A Roman numeral: raised o and ø, figures stacked, the slash of an applied chord on the baseline.

    Numerals of other schools (`theory.numeral_styles`) are set in their own way.

    >>> numeral_block("V65/V").width > numeral_block("V65").width
    True
    """
    if figure.startswith("Cad") and cadential != "Cad64":
        figure = figure.replace("Cad", "V" if cadential == "V64" else "i" if minor else "I")
    letters = letters_block(figure)
    if letters is not None:
        return letters
    parts = split_numeral(figure)
    if not parts:
        return text(figure)
    block = _part_block(parts[0])
    for part in parts[1:]:
        block = block.then(text("/"), 0.08).then(_part_block(part), 0.09 if part.accidental else 0.03)
    return block


def key_block(name: str, *, is_reminder: bool = False) -> Block:
    """`G:` or `e:`, with its flat or sharp; lighter where it only reminds of a key."""
    signs = {"#": "♯", "-": "♭", "b": "♭"}
    style = "" if is_reminder else "bold"
    letters = text(name[0] + "".join(signs.get(sign, sign) for sign in name[1:]), style=style)
    return letters.then(text(":", style=style), 0.06 if len(name) > 1 else 0.0)


def chord_symbol_block(symbol: str) -> Block:
    """`B-maj7/D`, `F7sus4`: the suffix a little smaller and as it is usually written, flats and sharps as signs."""
    try:
        parts = parse_chord_symbol(symbol)
    except UsageError:
        return text(symbol)
    block = _note_name(parts.root)
    end = len(symbol) - len(parts.bass) - 1 if parts.bass else len(symbol)
    suffix = usual_writing(symbol[len(parts.root) : end]).replace("b", "♭").replace("#", "♯")
    if suffix:
        block = block.then(text(suffix, size=0.78, y=0.12), 0.03)
    if parts.bass:
        block = block.then(text("/"), 0.03).then(_note_name(parts.bass), 0.02)
    return block


def figured_block(figured: FiguredBass) -> Block:
    """Thoroughbass figures under each other, the top one on the baseline, one line each."""
    lines = [_figure(figure) for figure in figured.figures]
    hang = max((one.hang for one in lines), default=0.0)
    parts = Block()
    for number, one in enumerate(lines):
        parts = Block(parts.parts + moved(one, hang - one.hang, -_FIGURE_LINE * number).parts)
    return Block(parts.parts, max((hang - one.hang + one.width for one in lines), default=0.0), hang)


def figured_height(count: int) -> float:
    """How far a stack of figures reaches below its first baseline, in ems."""
    return _FIGURE_LINE * max(count - 1, 0)


def _part_block(part: Figure) -> Block:
    block = Block()
    for sign in part.accidental:
        block = block.then(accidental(sign, size=0.85), 0.01)
    block = block._replace(hang=block.width).then(text(part.roman), 0.05 if part.accidental else 0.0)
    if part.quality in ("o", "ø"):
        ring = Block((Ring(0.15, 0.55, 0.13, part.quality == "ø"),), 0.30 if part.quality == "o" else 0.36)
        block = block.then(ring, 0.04)
    elif part.quality:
        block = block.then(text(part.quality, size=0.7, y=0.3))
    block = block.then(_stack(part.figures), 0.04) if part.figures else block
    for number, change in enumerate(part.changes):
        block = block.then(_change(change), 0.04 if number else 0.08)
    return block


def _change(change: str) -> Block:
    """A note left out or added, small in round brackets: `(no 3)`, `(add 4)`, `(♭9)`."""
    word = next((word for word in ("no", "add") if change.startswith(word)), "")
    rest = _signed(change[len(word) :], size=0.62, y=0.3)
    return text(f"({word} " if word else "(", size=0.62, y=0.3).then(rest).then(text(")", size=0.62, y=0.3))


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
    """One thoroughbass figure: its accidental hangs left of the number, its plus or slash stands at or on it."""
    prefix, number, suffix = split_figure(figure)
    block = _sign(prefix)
    if number:
        block = block._replace(hang=block.width)
    block = block.then(text(number), 0.0)
    if suffix in ("/", "\\"):
        reach = block.hang + width(number)
        return Block((*block.parts, Stroke(block.hang - 0.05, 0.08, reach + 0.05, 0.6)), block.width, block.hang)
    return block.then(_sign(suffix))


def _sign(sign: str) -> Block:
    if sign in _SIGNS:
        return accidental(_SIGNS[sign], size=0.95)
    return text(sign, size=0.95) if sign and sign != "_" else Block()


def _note_name(name: str) -> Block:
    return text(name[0] + name[1:].replace("#", "♯").replace("-", "♭"))
