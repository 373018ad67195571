"""Writes docs/species-authors.md from the model solutions in tests/rules/fragments (`make docs`; `-` prints it)."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent.parent / "tests" / "rules" / "fragments"
MODES = ("Ionian", "Dorian", "Phrygian", "Lydian", "Mixolydian", "Aeolian")
ABOVE = ("upper", "1")
EXAMPLE = """\
```console
$ cat > fux-15.abc <<'END'
> X:1
> T:Fux, figure 15
> M:4/4
> L:1/1
> K:G mixolydian
> V:1
> G | E | D | G | G | G | A | B | G | c | A | G | ^F | G |]
> V:2
> G, | C | B, | G, | C | E | D | G | E | C | D | B, | A, | G, |]
> END
$ musegen check fux-15.abc --pack species-1 --cantus-firmus lower
...6:1: warning static-melody The voice 1 repeats G4 ...
...1 warning...
```"""
PAGE = """\
# Model solutions of the species, and their authors' liberties

Written from `tests/rules/fragments/model-solutions*.toml` by `make docs`.

A rule that finds fault with the books it is taken from is either wrong or stricter than they are. Here are {total}
published solutions, {authors}, each checked under its whole pack, `species-1` to `species-5`. In {clean} of them
there is no finding of severity error or warning. In the other {free}, all of them Fux's, what is found is held by a
test to the very place: these are his liberties, which the packs do not grant to a pupil.

The notes of Fux are taken from the transcriptions of M. Gotham and compared, as far as they go, with those of
R. Head; figure numbers are those of A. Mann's translation. Of the later authors only Ouseley's page was seen, as
Wikisource has it. The solutions of the others are as the programmer of `dranidis/counterpoint` set them, with the
author's name and no page. They are few, one or two by each: of Albrechtsberger, Cherubini, Bellermann and Schenker
we found no sets in any encoding, only pictures.

To check one of them, or a solution of your own, write it in ABC or MusicXML and name the pack of its species and the
voice that has the cantus. This is figure 15, where Fux sings one note three times:

{example}

## Liberties by mode

Places are measure and beat.

{liberties}

## All solutions

`cantus` says where it stands.

{solutions}
"""


class Solution(NamedTuple):
    """A published solution: who, where, and the findings that stay, each as (rule, place)."""

    author: str
    place: str
    species: str
    voices: int
    mode: str
    cantus: str
    liberties: tuple[tuple[str, str], ...]
    words: str


def solutions() -> list[Solution]:
    """All that stand in the fragments, author by author in the order of the files, Fux by figure."""
    files = sorted(FOLDER.glob("model-solutions*.toml"))
    found = [_solution(item) for path in files for item in tomllib.loads(path.read_text(encoding="utf-8"))["fragment"]]
    return sorted(found, key=lambda item: (item.author != "Fux", item.author, _number(item.place)))


def _solution(item: dict[str, Any]) -> Solution:
    author, rest = item["name"].split(", ", 1)
    lines, cantus = item["grid"].strip().splitlines(), item["cantus_firmus"]
    below = cantus in ("lower", str(len(lines) - 1))
    return Solution(
        author,
        rest.split(": ")[0],
        item["pack"][-1],
        len(lines) - 1,
        lines[0].split(";")[0].split()[-1].title(),
        "above" if cantus in ABOVE else "below" if below else "middle",
        tuple((one["rule"], f"{one['measure']}:{one['beat']}") for one in item["findings"]),
        item.get("licence", ""),
    )


def _number(place: str) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, place))
    return int(digits or 0), place


def page(items: list[Solution]) -> str:
    """The page, in Markdown."""
    counted = Counter(item.author for item in items)
    text = PAGE.format(
        total=len(items),
        authors=", ".join(f"{count} by {author}" for author, count in counted.most_common()),
        clean=sum(not item.liberties for item in items),
        example=EXAMPLE,
        free=sum(bool(item.liberties) for item in items),
        liberties="\n".join(_by_mode(items)),
        solutions="\n".join(_table(items)),
    )
    return "\n\n".join(map(_filled, text.rstrip().split("\n\n"))) + "\n"


def _by_mode(items: Iterable[Solution]) -> Iterator[str]:
    """Author, mode and rule, with all the places."""
    yield "| author | mode | rule | where |"
    yield "|---|---|---|---|"
    places: dict[tuple[str, int, str], dict[str, list[str]]] = {}
    for item in items:
        for rule, at in item.liberties:
            figures = places.setdefault((item.author, MODES.index(item.mode), rule), {})
            figures.setdefault(item.place, []).append(at)
    for (author, mode, rule), figures in sorted(places.items()):
        where = "; ".join(f"{figure}, {', '.join(at)}" for figure, at in figures.items())
        yield f"| {author} | {MODES[mode]} | `{rule}` | {where} |"


def _table(items: Iterable[Solution]) -> Iterator[str]:
    yield "| author | place | species | voices | mode | cantus | liberties |"
    yield "|---|---|---|---|---|---|---|"
    for item in items:
        found = ", ".join(f"`{rule}` {at}" for rule, at in item.liberties)
        cells = (item.author, item.place, item.species, str(item.voices), item.mode, item.cantus)
        yield f"| {' | '.join(cells)} | {f'{item.words} {found}' if found else ''} |"


def _filled(part: str) -> str:
    return part if part[0] in "#|`" else fill(part, 120, break_on_hyphens=False)


if __name__ == "__main__":
    text = page(solutions())
    if sys.argv[1:] == ["-"]:
        sys.stdout.buffer.write(text.encode())
    else:
        Path(__file__).with_name("species-authors.md").write_text(text, encoding="utf-8")
