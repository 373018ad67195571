"""The plots of a page as files of their own: SVG with its colours in it, on white, for a paper."""

from __future__ import annotations

import re

from musegen.features.report.page import STYLE

_PLOT = re.compile(r'<svg class="plot" viewBox="0 0 (\S+) (\S+)" role="img" aria-label="([^"]*)"(.*?)</svg>', re.DOTALL)
_COLOUR = re.compile(r"(--[\w-]+): (#[0-9a-f]+)")
_RULE = re.compile(r"^\.plot.*$", re.MULTILINE)
_UNFIT = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def figures(page: str) -> dict[str, str]:
    """Every plot of the page by the name of its file, numbered in their order.

    Colours stand in the file itself, since few drawing programs know those of a style sheet's variables.

    >>> drawn = '<svg class="plot" viewBox="0 0 680 9" role="img" aria-label="Keys" x="">'
    >>> list(figures(f"{drawn}<text>C</text></svg>"))
    ['01-keys.svg']
    """
    colours = dict(_COLOUR.findall(STYLE.partition("@media")[0]))
    rules = "\n".join(rule.replace(".plot ", "") for rule in _RULE.findall(STYLE) if not rule.startswith(".plot {"))
    for name, colour in colours.items():
        rules = rules.replace(f"var({name})", colour)
    style = f"<style>text {{ font: 12px Helvetica, Arial, sans-serif; }}\n{rules}</style>"
    found = {}
    for number, (width, height, label, rest) in enumerate(_PLOT.findall(page), start=1):
        slug = _UNFIT.sub("-", label.lower()).strip("-")[:_LONGEST].strip("-") or "plot"
        head = f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{label}"'
        opening, _, body = rest.partition(">")
        paper = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        found[f"{number:02d}-{slug}.svg"] = f"{head}{opening}>{style}{paper}{body}</svg>\n"
    return found
