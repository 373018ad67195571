"""The report as one page of HTML: nothing from elsewhere, no script, light and dark, legible in print."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from musegen.engraving.html import document
from musegen.features.report.data import Data
from musegen.features.report.parts import harmless, text
from musegen.features.report.sections.changes import changes
from musegen.features.report.sections.characteristic import characteristic
from musegen.features.report.sections.chords import chords
from musegen.features.report.sections.confounds import confounds
from musegen.features.report.sections.distributions import distributions
from musegen.features.report.sections.examples import examples
from musegen.features.report.sections.maps import maps
from musegen.features.report.sections.method import method
from musegen.features.report.sections.overview import overview

CONTENTS = {
    "overview": "The corpus", "distributions": "Distributions", "chords": "Chords",
    "characteristic": "Characteristic features", "map": "Map", "time": "Change over time",
    "pieces": "Typical and unusual pieces", "confounds": "Editors and encodings", "method": "Method and citation",
}  # fmt: skip
STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #ffffff; --soft: #5c5c5c; --line: #d4d4d4; --mark: #9c2f21;
  --c0: #0072b2; --c1: #d55e00; --c2: #00805d; --c3: #b0568d; --c4: #a87a00; --c5: #3a8fc4; --c6: #8a8a8a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #17181a; --soft: #a9a9a9; --line: #3c3e42; --mark: #ff9a86;
    --c0: #56b4e9; --c1: #ff8a3d; --c2: #2ec49b; --c3: #e39ac4; --c4: #f0c04a; --c5: #8fd0ff; --c6: #9a9a9a; }
}
* { box-sizing: border-box; }
body { margin: 2rem auto 5rem; max-width: 50rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 Georgia, "Times New Roman", Times, serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { font-weight: normal; line-height: 1.25; }
h1 { font-size: 1.9rem; margin-bottom: .3rem; }
h2 { font-size: 1.45rem; margin: 3rem 0 .8rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.12rem; margin: 2rem 0 .4rem; } h4 { font-size: .95rem; margin: .6rem 0 .1rem; color: var(--soft); }
a { color: inherit; } nav ul { list-style: none; padding: 0; margin: 1rem 0; columns: 3 12rem; }
code { font: .88em/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.soft, figcaption, caption { color: var(--soft); } figcaption, caption { font-size: .9rem; text-align: left; }
.warn { color: var(--mark); } .warning { border-left: 3px solid var(--mark); padding-left: .8rem; }
figure { margin: .6rem 0; } figure img { max-width: 100%; height: auto; }
figure.music img { background: #ffffff; padding: .4rem; border-radius: 3px; }
.in { margin-left: 1.5rem; }
.wide { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; line-height: 1.35; }
caption { padding-bottom: .3rem; }
th { text-align: left; font-weight: normal; color: var(--soft); border-bottom: 1px solid var(--line);
  vertical-align: bottom; }
th, td { padding: .2rem .9rem .2rem 0; overflow-wrap: normal; } td { vertical-align: top; }
td:first-child { overflow-wrap: break-word; }
td:has(small) { min-width: 13rem; } td code { overflow-wrap: anywhere; } small { color: var(--soft); }
td.n, th.n { text-align: right; } td.n { white-space: nowrap; overflow-wrap: normal; }
td.n details { white-space: normal; } td.n details[open] { text-align: left; min-width: 12rem; }
tbody tr + tr td { border-top: 1px solid var(--line); }
details { margin: .2rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
td details { margin: 0; } td summary { font-size: inherit; color: inherit; white-space: nowrap; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
dl { margin: .3rem 0 .8rem; font-size: .82rem; line-height: 1.4; max-height: 24rem; overflow-y: auto; }
dt { float: left; clear: left; padding-right: .6rem; color: var(--soft); } dd { margin: 0 0 .15rem 0; }
.plot { display: block; width: 100%; height: auto; font: 12px/1 Helvetica, Arial, "Liberation Sans", sans-serif; }
.plot text { fill: var(--ink); } .plot .t { font-size: 11px; }
.plot .g { stroke: var(--line); stroke-width: .6; } .plot .a { stroke: var(--ink); stroke-width: 1; }
.plot .w { stroke: var(--ink); stroke-width: 1.4; } .plot .mid { stroke: var(--ink); stroke-width: 2.4; }
.plot .band { fill: var(--ink); opacity: .14; }
.plot .m { stroke: var(--paper); stroke-width: .5; } .plot .b { stroke: none; }
.plot .c0 { fill: var(--c0); } .plot .c1 { fill: var(--c1); } .plot .c2 { fill: var(--c2); }
.plot .c3 { fill: var(--c3); } .plot .c4 { fill: var(--c4); } .plot .c5 { fill: var(--c5); }
.plot .c6 { fill: none; stroke: var(--c6); stroke-width: 1.2; }
.plot .w.c0 { stroke: var(--c0); } .plot .w.c1 { stroke: var(--c1); } .plot .w.c2 { stroke: var(--c2); }
.plot .w.c3 { stroke: var(--c3); } .plot .w.c4 { stroke: var(--c4); } .plot .w.c5 { stroke: var(--c5); }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #333; --line: #bbb; --mark: #800;
    --c0: #0072b2; --c1: #d55e00; --c2: #00805d; --c3: #b0568d; --c4: #a87a00; --c5: #3a8fc4; --c6: #777; }
  body { font-size: 10pt; max-width: none; margin: 0; padding: 0; }
  nav, details:not([open]) { display: none; }
  td details:not([open]) { display: block; }
  h2, h3, h4 { break-after: avoid; } figure, tr, .in { break-inside: avoid; } h2 { margin-top: 1.6rem; }
  .wide { overflow: visible; } table { font-size: 8.5pt; } dl { max-height: none; }
  @page { margin: 18mm 16mm; }
}
"""
"""Colours are those of Okabe and Ito, darkened or lightened for contrast; shapes tell the series as well."""


def report_page(data: Data, progress: Callable[[list[int]], Iterable[int]] = lambda rows: rows) -> str:
    """The page; `progress` hands out the numbers of the pieces that are engraved, one by one."""
    links = "".join(f'<li><a href="#{name}">{text(title)}</a></li>' for name, title in CONTENTS.items())
    head = f"<header><h1>{text(data.title)}</h1><p class='soft'>{_subtitle(data)}</p></header>"
    sections = (
        overview(data), distributions(data), chords(data), characteristic(data), maps(data), changes(data),
        examples(data, progress), confounds(data), method(data),
    )  # fmt: skip
    body = (head, f"<nav aria-label='Contents'><ul>{links}</ul></nav>", "<main>", *sections, "</main>")
    return harmless(document(data.title, STYLE, "\n".join(body)))


def _subtitle(data: Data) -> str:
    told = f"A report of musegen: {len(data.pieces):,} pieces in {len(set(data.groups)):,} works"
    by = f", told apart by {text(data.by)}" if data.values else ""
    return told + by + (", repeats unfolded" if data.asked.unfold else "")
