"""Harmony labels and figured bass as MusicXML elements."""

from __future__ import annotations

from lxml import etree

from musegen.engraving.figures_text import key_fifths, numeral_words, split_figure, split_numeral
from musegen.engraving.ink import legal
from musegen.errors import UsageError
from musegen.score.chord_symbols import ABBREVIATIONS, parse_chord_symbol
from musegen.score.model import FiguredBass, HarmonyLabel

_FIGURE_WORDS = {
    "#": "sharp", "♯": "sharp", "b": "flat", "♭": "flat", "-": "flat", "n": "natural", "♮": "natural",
    "x": "double-sharp", "##": "double-sharp", "bb": "flat-flat",
    "+": "plus", "/": "slash", "\\": "back-slash", "|": "vertical",
}  # fmt: skip


def harmony_element(label: HarmonyLabel, *, offset: int, staff: int) -> etree._Element:
    """A `<harmony>`; `offset` is in divisions from where it is written, `staff` is 0 in parts with one staff."""
    harmony = etree.Element("harmony", placement="above" if label.kind == "chord_symbol" else "below")
    if label.alternate:
        harmony.set("type", "alternate")
    {"numeral": _numeral, "chord_symbol": _chord_symbol, "function": _function}[label.kind](harmony, label)
    if offset:
        child(harmony, "offset", offset)
    if staff:
        child(harmony, "staff", staff)
    return harmony


def figured_bass_element(figured: FiguredBass, *, duration: int) -> etree._Element:
    """A `<figured-bass>` that stands for `duration` divisions."""
    element = etree.Element("figured-bass")
    for text in figured.figures:
        figure = child(element, "figure")
        prefix, number, suffix = split_figure(text)
        if text == "_":
            child(figure, "extend", type="continue")
            continue
        for name, value in (("prefix", prefix), ("figure-number", number), ("suffix", suffix)):
            if value:
                child(figure, name, value if name == "figure-number" else _FIGURE_WORDS.get(value, value))
    child(element, "duration", duration)
    return element


def child(parent: etree._Element, tag: str, content: object = None, /, **attributes: str) -> etree._Element:
    """A new last child; underscores of attribute names become hyphens."""
    element = etree.SubElement(
        parent, tag, {name.replace("_", "-"): legal(value) for name, value in attributes.items()}
    )
    if content is not None:
        element.text = legal(str(content))
    return element


def _numeral(harmony: etree._Element, label: HarmonyLabel) -> None:
    """The literal figure stands in `text` and wins on reading; root, kind, inversion and key are for machines."""
    fifths, mode = key_fifths(label.key or "C")
    parts = split_numeral(label.text)
    for number, part in enumerate(parts):
        words = numeral_words(part, minor=mode == "minor" and number == len(parts) - 1)
        numeral = _numeral_root(harmony, words.degree, label.text if number == 0 else "")
        if words.alter:
            hidden = {} if part.accidental else {"print_object": "no"}
            child(numeral, "numeral-alter", words.alter, **hidden)
        _numeral_key(numeral, fifths, mode)
        child(harmony, "kind", words.kind, text="")
        child(harmony, "inversion", words.inversion, text="")
    if not parts:
        _numeral_key(_numeral_root(harmony, 1, label.text), fifths, mode)
        child(harmony, "kind", "other", text="")


def _numeral_root(harmony: etree._Element, degree: int, text: str) -> etree._Element:
    numeral = child(harmony, "numeral")
    child(numeral, "numeral-root", degree, text=text)
    return numeral


def _numeral_key(numeral: etree._Element, fifths: int, mode: str) -> None:
    key = child(numeral, "numeral-key", print_object="no")
    child(key, "numeral-fifths", fifths)
    child(key, "numeral-mode", mode)


def _chord_symbol(harmony: etree._Element, label: HarmonyLabel) -> None:
    root = child(harmony, "root")
    try:
        symbol = parse_chord_symbol(label.text)
    except UsageError:
        child(root, "root-step", "C")
        child(harmony, "kind", "none", text=label.text)
        return
    _note_name(root, "root", symbol.root)
    written = ABBREVIATIONS.get(symbol.kind, ("",))[0] if symbol.written is None else symbol.written
    child(harmony, "kind", symbol.kind, text=written)
    if symbol.bass:
        _note_name(child(harmony, "bass"), "bass", symbol.bass)
    for one in symbol.degrees:
        degree = child(harmony, "degree")
        child(degree, "degree-value", one.value)
        child(degree, "degree-alter", one.alter)
        child(degree, "degree-type", "subtract" if one.word == "omit" else one.word)


def _note_name(element: etree._Element, prefix: str, name: str) -> None:
    child(element, f"{prefix}-step", name[0])
    alter = name.count("#") - name.count("-")
    if alter:
        child(element, f"{prefix}-alter", alter)


def _function(harmony: etree._Element, label: HarmonyLabel) -> None:
    child(harmony, "function", label.text)
    child(harmony, "kind", "none", text="")
