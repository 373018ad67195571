"""A concordance as one self-contained web page: counts that open the passages behind them, some of them engraved."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from musegen.engraving import html
from musegen.engraving.excerpts import excerpt_svg
from musegen.errors import MusegenError
from musegen.features.search.concordance import Concordance, Rate, Searched, group_of
from musegen.features.search.finding import Hit
from musegen.features.search.reports import Counted, headline, left_out, method
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.analyse import Engine
from musegen.theory.kept_analyses import kept_analysis

MARK = "#C0392B"
LONGEST = 5
"""Measures of a picture; a longer passage is shown by its beginning."""
_STYLE = """
table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: normal; color: var(--soft); }
th, td { padding: .12rem .7rem .12rem 0; vertical-align: top; }
.number, .before { text-align: right; }
.context { color: var(--soft); }
.match { color: var(--mark); font-weight: bold; padding: 0 .5rem; white-space: nowrap; }
.bar { width: 14rem; }
details { border-top: 1px solid var(--line); padding: .3rem 0; }
summary { cursor: pointer; }
.soft { color: var(--soft); }
"""


class Chosen(NamedTuple):
    """A passage to be engraved: its piece, and its number among the passages there."""

    searched: Searched
    number: int
    engine: Engine


def chosen_hits(found: Concordance, most: int) -> list[Chosen]:
    """So many passages, spread over the pieces: the first of each, then the second of each."""
    numbers = [(number, searched) for searched in found.pieces for number in range(len(searched.hits))]
    engine: Engine = "classical" if found.engine == "classical" else "neural"
    return [Chosen(searched, number, engine) for number, searched in sorted(numbers, key=lambda one: one[0])[:most]]


def to_html(counts: Counted, engraved: Iterable[Chosen]) -> str:
    """The page; these passages are engraved, each when its turn comes."""
    pictures = {(chosen.searched.piece.place, chosen.number): picture(chosen) for chosen in engraved}
    found = counts.found
    parts = [f"<h1>{escape(found.query)}</h1>", f"<p>{escape(headline(counts))}.</p>"]
    parts += [f'<p class="soft">{escape(text)}.</p>' for text in _method(counts) if text]
    parts.append(_rate_table(counts))
    for number, (name, group) in enumerate(_groups(counts)):
        parts.append(f'<h2 id="g{number}">{escape(name)}</h2>')
        parts += [_piece(searched, pictures) for searched in group if searched.hits]
    if found.left_out:
        rows = "".join(f"<li>{escape(one.piece.name)}: {escape(one.left_out)}</li>" for one in found.left_out)
        parts.append(f"<details><summary>{escape(left_out(found))}</summary><ul>{rows}</ul></details>")
    return html.document(found.query, html.READING_STYLE + _STYLE, "\n".join(parts))


def picture(chosen: Chosen) -> str:
    """The passage engraved with its notes marked, its chords below where chords were asked for; or why it is not."""
    hit = chosen.searched.hits[chosen.number]
    try:
        score = chosen.searched.piece.read()
        drawn = excerpt_svg(
            score, hit.first_measure, min(hit.last_measure, hit.first_measure + LONGEST - 1),
            dict.fromkeys(hit.notes or _sounding(score, hit), MARK), labels=_labels(score, chosen),
            arrangement="as written" if "-" in hit.voices else "keyboard",  # pairs of voices are seen apart
        )  # fmt: skip
    except MusegenError as error:
        return f'<p class="soft">This passage cannot be engraved: {escape(str(error))}</p>'
    return html.picture(drawn, f"{chosen.searched.piece.name}, measure {hit.measure}: {hit.match}")


def _sounding(score: Score, hit: Hit) -> list[int]:
    """The notes that sound in a passage."""
    notes = score.notes.sounding()
    found: list[int] = notes["id"][(notes["onset"] < hit.end) & (notes.end > hit.first)].tolist()
    return found


def _labels(score: Score, chosen: Chosen) -> list[HarmonyLabel]:
    if not chosen.searched.reading:
        return []
    chords = kept_analysis(score, chosen.engine, "modal" if chosen.searched.reading == "modal" else "tonal").chords
    lowest = len(score.parts) - 1
    staff = len(score.parts[lowest].clefs)
    return [
        HarmonyLabel(chord.onset, "numeral", chord.numeral.figure, str(chord.key), lowest, staff) for chord in chords
    ]


def _method(counts: Counted) -> list[str]:
    interval = (
        "Rates are hits per 1,000 beats (denominator units, repeats not unfolded); intervals hold the middle 95 % of "
        "1,000 bootstraps over works (what the corpus lists as one group), not over notes"
    )
    return [method(counts.found).capitalize(), interval]


def _groups(counts: Counted) -> list[tuple[str, list[Searched]]]:
    """The pieces under the headings of the table."""
    if not counts.rates:
        return [("Passages", list(counts.found.searched))]
    return [
        (rate.group, [one for one in counts.found.searched if group_of(one.piece, counts.label) == rate.group])
        for rate in counts.rates
    ]


def _rate_table(counts: Counted) -> str:
    head = (counts.label or "", "hits", "pieces", "beats", "per 1,000 beats", "95 % interval", "")
    rows = ["<tr>" + "".join(f"<th>{escape(word)}</th>" for word in head) + "</tr>"]
    rates = counts.rates or (counts.total,)
    widest = max((rate.high if not math.isnan(rate.high) else rate.per_thousand for rate in rates), default=0.0)
    for number, rate in enumerate(rates):
        rows.append(_rate_row(rate, f"#g{number}", widest))
    return f"<table>{''.join(rows)}</table>"


def _rate_row(rate: Rate, link: str, widest: float) -> str:
    per = "" if math.isnan(rate.per_thousand) else f"{rate.per_thousand:.2f}"
    interval = "" if math.isnan(rate.low) else f"{rate.low:.2f} to {rate.high:.2f}"
    numbers = (f"{rate.pieces_with} of {rate.pieces}", f"{rate.beats:,.0f}", per, interval)
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    hits = f'<td class="number"><a href="{link}">{rate.hits:,}</a></td>'
    return f'<tr><td>{escape(rate.group)}</td>{hits}{cells}<td class="bar">{_bar(rate, widest)}</td></tr>'


def _bar(rate: Rate, widest: float) -> str:
    """The rate as a dot, its interval as a line, on the scale of the widest one."""
    if math.isnan(rate.per_thousand) or not widest or math.isnan(widest):
        return ""
    low, high = (rate.per_thousand if math.isnan(edge) else edge for edge in (rate.low, rate.high))
    x, left, right = (4 + 192 * value / widest for value in (rate.per_thousand, low, high))
    return (
        '<svg viewBox="0 0 200 12" width="100%" height="12" aria-hidden="true">'
        f'<line x1="{left:.1f}" x2="{right:.1f}" y1="6" y2="6" stroke="currentColor" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="6" r="3.5" fill="currentColor"/></svg>'
    )


def _piece(searched: Searched, pictures: dict[tuple[str, int], str]) -> str:
    """A piece: the number of its passages, which opens them."""
    count, place = len(searched.hits), searched.piece.place
    rows = "".join(_hit(hit, pictures.get((place, number), "")) for number, hit in enumerate(searched.hits))
    known = ", ".join(value for name, value in searched.piece.labels.items() if name in ("composer", "title", "date"))
    told = f' <span class="soft">{escape(known)}</span>' if known else ""
    opened = " open" if any((place, number) in pictures for number in range(count)) else ""
    head = f"<summary>{escape(searched.piece.name)}: {count} passage{'s' * (count != 1)}{told}</summary>"
    return f"<details{opened}>{head}<table>{rows}</table></details>"


def _hit(hit: Hit, drawn: str) -> str:
    voices = f"voice{'s' * ('-' in hit.voices)} {hit.voices}" if hit.voices[:1].isdigit() else hit.voices
    place = escape(", ".join(part for part in (f"m. {hit.measure}", f"beat {hit.beat}", voices, hit.cadence) if part))
    row = (
        f'<tr><td>{place}</td><td class="context before">{escape(hit.before)}</td>'
        f'<td class="match">{escape(hit.match)}</td><td class="context">{escape(hit.after)}</td></tr>'
    )
    return row + (f'<tr><td colspan="4">{drawn}</td></tr>' if drawn else "")
