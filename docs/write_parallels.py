"""Writes docs/bach-parallels.md from the list in tests/rules/bach-parallels.toml (`make docs`; `-` prints it)."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import fill
from typing import Any

LIST = Path(__file__).parent.parent / "tests" / "rules" / "bach-parallels.toml"
KINDS = {
    "error": "encoding error",
    "exchange": "voices exchanged",
    "reading": "readings differ",
    "repeat": "written-out repeat",
    "fermata": "new phrase",
    "anticipation": "cadential anticipation",
    "passing": "non-chord tone",
    "leap": "by leap",
}
PAGE = """\
# Parallel fifths and octaves in Bach's chorales

Written from `tests/rules/bach-parallels.toml` by `make docs`; `python tests/rules/bach_parallels.py` finds them
again.

How many parallels did Bach write in his chorales, and how many did those who typed them? Here is what our checker
finds on the surface of the 365 four-part chorales of music21's corpus, each place with a judgement: {fifths} fifths
and {octaves} octaves. A place counts where two voices strike new notes together, move the same way, and form the
same perfect interval, by spelling, before and after. An independent count has 45 and 21. Its three more fifths
leave a fermata with an octave leap in both voices ({revoiced}): to our rule the same chord in another position. In
both counts 34 fifths and 13 octaves do not leave a fermata. Of the {total}, pack `chorale` reports {reported}; it
excuses {fermata} because a phrase ends between the two chords, and {anticipation} because a note anticipates the
close.

Each place was then looked up in a second encoding, the 370 chorales in kern by C. S. Sapp, and its notes there were
given to the same checker: {confirmed} of the {total} stand there too, so our checker finds all that are confirmed.
Where the two differ, a third encoding was asked, the JSB chorales (M. Allan; Boulanger-Lewandowski et al. 2012);
"both others" below are these two. No manuscript was seen: an encoding error is a place where the others agree on
something else that makes the better music. The judgements: {summary}.

What remains agrees with what is written about Bach (G. Fitsioris and D. Conklin, *Parallel successions of perfect
fifths in the Bach chorales*, 2008; L. Dahn, *Consecutive 5ths and octaves in Bach chorales*, 2016). His fifths
stand at the cadence, where the soprano anticipates its last note over the passing seventh of the tenor; beside
another passing note; or between chords, by leap. Inside a phrase, parallels by step between chord notes stand only
where the encodings differ.

## In both encodings: {confirmed}

Place is measure, beat and voices; then a fifth or an octave, the notes, what pack `chorale` makes of it, and the
number in the 370 chorales.

{both}

## Only in music21's corpus: {alone}

A piece without a number is not among the 370.

{only}
"""


def page(data: dict[str, Any]) -> str:
    """The page, in Markdown."""
    items = data["parallel"]
    rules = Counter(item["rule"] for item in items)
    excused = Counter(item.get("excused", "none") for item in items)
    kinds = Counter(item["kind"] for item in items)
    both = [item for item in items if item["confirmed"]]
    only = [item for item in items if not item["confirmed"]]
    text = PAGE.format(
        fifths=rules["parallel-fifths"],
        octaves=rules["parallel-octaves"],
        revoiced=", ".join(_bwv(place) for place in data["revoiced"]),
        reported=excused["none"],
        fermata=excused["fermata"],
        anticipation=excused["anticipation"],
        total=len(items),
        confirmed=len(both),
        alone=len(only),
        summary=", ".join(f"{KINDS[kind]} {count}" for kind, count in kinds.most_common()),
        both="\n".join(_table(both)),
        only="\n".join(_table(only)),
    )
    return "\n\n".join(map(_filled, text.rstrip().split("\n\n"))) + "\n"


def _filled(part: str) -> str:
    return part if part[0] in "#|" else fill(part, 120, break_on_hyphens=False)


def _table(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "| piece | place | size | notes | pack | no. | judgement |"
    yield "|---|---|---|---|---|---|---|"
    for item in items:
        size = "8" if item["rule"] == "parallel-octaves" else "5"
        judgement = f"{KINDS[item['kind']]}: {item['judgement']}"
        cells = [_bwv(item["piece"]), item["at"], size, item["notes"], item.get("excused", "reports")]
        yield f"| {' | '.join(cells)} | {item['second'] or ''} | {judgement} |"


def _bwv(piece: str) -> str:
    return piece.replace("bach/bwv", "BWV ")


if __name__ == "__main__":
    text = page(tomllib.loads(LIST.read_text(encoding="utf-8")))
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(text)
    else:
        Path(__file__).with_name("bach-parallels.md").write_text(text, encoding="utf-8")
