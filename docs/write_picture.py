"""Draws docs/images/exercise.png: the first student sheet and answer of `make exercise`, one above the other."""

from __future__ import annotations

import re
from pathlib import Path

import musegen
from musegen.engraving.png import png

SIZE = re.compile(r'width="([\d.]+)mm" height="([\d.]+)mm"')

GAP = 10.0  # mm


def stacked(drawings: list[str]) -> str:
    """One SVG with all of them, top to bottom."""
    sizes = [tuple(float(number) for number in found.groups()) for found in map(SIZE.search, drawings) if found]
    width, height = max(width for width, _ in sizes), sum(height for _, height in sizes) + GAP * (len(sizes) - 1)
    body, top = [], 0.0
    for drawing, (wide, high) in zip(drawings, sizes, strict=True):
        placed = SIZE.sub(f'x="0" y="{top}" width="{wide}" height="{high}"', drawing, count=1)
        body.append(placed[placed.index("<svg") :])
        top += high + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
    )
    return head + "".join(body) + "</svg>"


if __name__ == "__main__":
    pair = musegen.exercise(level=3, key="G major", meter="4/4", measures=8, seed=7)[0]
    sheets = [musegen.render(score, sheet=sheet).decode() for score, sheet in (pair.student, pair.answer)]
    Path(__file__).with_name("images").mkdir(exist_ok=True)
    (Path(__file__).parent / "images" / "exercise.png").write_bytes(png(stacked(sheets), dots_per_mm=5))
