"""A judgement as one page of HTML: nothing from elsewhere, no script, legible in print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from musegen.engraving.excerpts import excerpt
from musegen.engraving.html import document, svg_address
from musegen.evaluation.judgement import FARTHEST_RATIO, Judgement, Melodies
from musegen.evaluation.melodies.descriptions import DESCRIPTIONS
from musegen.evaluation.telling import figure_words
from musegen.features.report.page import STYLE
from musegen.features.report.parts import figure, harmless, paragraph, section, table, text
from musegen.features.report.plots.dots import dots
from musegen.features.report.statistics import Mean
from musegen.score.model import Score

_CONTENTS = {
    "summary": "Figures to reach", "likelihood": "Held-out likelihood", "distances": "Distance to the corpus",
    "adversary": "Adversary", "originality": "Originality", "rules": "Rules", "asked": "What was asked for",
    "measures": "Measures", "examples": "Examples", "card": "The network's card", "unread": "Not judged",
    "method": "Method",
}  # fmt: skip
_SHOWN = 16
"""Measures of an example that are engraved."""


def judgement_page(
    judgement: Judgement, progress: Callable[[Sequence[Score]], Iterable[Score]] = lambda scores: scores
) -> str:
    """The page; `progress` hands out the examples that are engraved, one by one."""
    sections = _sections(judgement, progress)
    title = f"{judgement.name}, judged"
    links = "".join(f'<li><a href="#{name}">{text(_CONTENTS[name])}</a></li>' for name in sections)
    told = f"{text(judgement.made)}, beside {text(judgement.against)}; seed {judgement.seed}"
    head = f"<header><h1>{text(title)}</h1><p class='soft'>{told}</p></header>"
    nav = f"<nav aria-label='Contents'><ul>{links}</ul></nav>"
    return harmless(document(title, STYLE, "\n".join((head, nav, "<main>", *sections.values(), "</main>"))))


def _sections(judgement: Judgement, progress: Callable[[Sequence[Score]], Iterable[Score]]) -> dict[str, str]:
    """Those that have something to tell, in the order of the page."""
    made: dict[str, str] = {}
    if judgement.aims:
        made["summary"] = _summary(judgement)
    if judgement.held_out:
        made["likelihood"] = _likelihood(judgement)
    if judgement.melodies:
        made |= _of_melodies(judgement.melodies)
    if judgement.table:
        made["measures"] = _of_chorales(judgement)
    if judgement.examples:
        made["examples"] = _examples(judgement, progress)
    if judgement.card:
        made["card"] = section("card", _CONTENTS["card"], _card(judgement.card))
    if judgement.unread:
        rows = [[text(piece), text(reason)] for piece, reason in judgement.unread]
        made["unread"] = section("unread", _CONTENTS["unread"], table("Left out", ["piece", "reason"], rows, left=2))
    if judgement.melodies:
        made["method"] = _method(judgement.melodies)
    return made


def _summary(judgement: Judgement) -> str:
    rows = [
        [
            text(aim.what),
            text(aim.figure),
            text(aim.wanted),
            "yes" if aim.reached else "<strong class='warn'>no</strong>",
        ]
        for aim in judgement.aims
    ]
    missed = sum(not aim.reached for aim in judgement.aims)
    said = f"{len(judgement.aims) - missed} of {len(judgement.aims)} are reached."
    heads = ["figure", "measured", "wanted", "reached"]
    return section(
        "summary", _CONTENTS["summary"], paragraph(said), table("What should be reached", heads, rows, left=4)
    )


def _likelihood(judgement: Judgement) -> str:
    rows = [
        [text(one.model) + (" (n-gram)" if one.baseline else ""), f"{one.value:.3f}", text(one.unit), text(one.what)]
        for one in judgement.held_out
    ]
    drawn = dots(
        "Held-out likelihood", [one.model for one in judgement.held_out],
        [("", [Mean(one.model, one.value, float("nan"), float("nan")) for one in judgement.held_out])],
        judgement.held_out[0].unit,
    )  # fmt: skip
    return section(
        "likelihood", _CONTENTS["likelihood"],
        table("The lower, the better", ["model", "value", "unit", "on what"], rows),
        figure(drawn, "How many bits or nats each model pays; the lower, the better."),
    )  # fmt: skip


def _of_melodies(told: Melodies) -> dict[str, str]:
    return {
        "distances": _distances(told),
        "adversary": _adversary(told),
        "originality": _originality(told),
        "rules": _rules(told),
        "asked": _asked(told),
    }


def _distances(told: Melodies) -> str:
    apart = told.distances
    rows = [
        [
            text(one.name), f"{one.overlap:.3f}", f"{one.own_overlap:.3f}", f"{one.divergence:.4f}",
            f"{one.own_divergence:.4f}", _ratio(one.ratio, one.low, one.high),
            _pair(one.made, one.own),
        ]
        for one in apart.each
    ]  # fmt: skip
    rows.append(["<em>mean of 1 − OA</em>", "", "", "", "", _ratio(apart.ratio, apart.low, apart.high), ""])
    heads = ["of a tune", "OA", "own OA", "KL", "own KL", "ratio", "mean, made / held out"]
    drawn = dots(
        "How much farther than the corpus's own tunes",
        [one.name for one in apart.each],
        [("", [Mean(one.name, one.ratio, one.low, one.high) for one in apart.each])],
        "1 − OA of made tunes, by that of held-out ones",
    )
    said = (
        f"{apart.tunes[0]} made and as many held-out tunes beside {apart.tunes[2]} of the corpus. OA is the "
        "overlapping area of the densities of distances inside the corpus and of distances to it; KL the divergence of "
        "Kullback and Leibler, in nats. <em>Own</em> figures are those of the corpus's held-out tunes: what chance "
        f"and taste leave apart. A ratio of 1 is as near as they are; at most {FARTHEST_RATIO} is wanted."
    )
    return section(
        "distances", _CONTENTS["distances"], paragraph(said), table("By description", heads, rows),
        figure(drawn, "Ratios with the middle 95 % of bootstraps over tunes."),
    )  # fmt: skip


def _adversary(told: Melodies) -> str:
    names = {"made from held-out": told.adversary, "held-out from held-out": told.own,
             "measure-shuffled from held-out (the control)": told.control}  # fmt: skip
    rows = [[text(name), figure_words(found)] for name, found in names.items()]
    tells = [[text(one.column), f"{one.delta:+.2f}", f"{one.made:.3g}", f"{one.real:.3g}"] for one in told.tells]
    said = (
        "The area under the curve of a classifier that reads over a thousand numbers of each tune and is tried on "
        "tunes whose family it never saw: 0.5 cannot tell, 1 always can. The control is held-out tunes against "
        "themselves with their measures in another order: a judge that cannot hear that hears no form."
    )
    return section(
        "adversary", _CONTENTS["adversary"], paragraph(said), table("Who can be told from whom", ["", "AUC"], rows),
        table("What tells made tunes most", ["number", "Cliff's δ", "made, median", "held out, median"], tells),
    )  # fmt: skip


def _originality(told: Melodies) -> str:
    rows = []
    for kind, both in (("melody and rhythm", told.shared), ("intervals alone", told.shared_pitches)):
        rows += [
            [f"{text(one.name)}, {kind}", f"{one.mean:.1f}", f"{one.high:.0f}", str(one.longest),
             f"{text(one.piece)} ← {text(one.source)}" if one.source else ""]
            for one in both
        ]  # fmt: skip
    said = (
        "The most notes in a row that a tune has in common with a tune of the corpus, in any key and any note values. "
        "Held-out tunes are of other families, so their figures are what unrelated tunes of the style share."
    )
    heads = ["tunes", "mean", "95 %", "longest", "where the longest is, and where from"]
    return section("originality", _CONTENTS["originality"], paragraph(said), table("Notes in a row", heads, rows))


def _rules(told: Melodies) -> str:
    rows = [[text(one.rule), f"{one.made:.3f}", f"{one.real:.3f}", f"{one.pieces:.1%}"] for one in told.rules]
    heads = ["rule", "made", "held out", "made tunes with any"]
    body = table("Findings in 100 notes", heads, rows) if rows else paragraph("Nothing was found in either.")
    return section("rules", _CONTENTS["rules"], paragraph(f"The pack <code>{text(told.pack)}</code>."), body)


def _asked(told: Melodies) -> str:
    rows = [[text(one.aspect), _of(one.made), _of(one.real)] for one in told.kept]
    said = (
        "Judged from the notes, apart from the generator. The last column is how many held-out tunes keep what they "
        "themselves are: how strict this judge is."
    )
    heads = ["aspect", "made tunes that keep it", "held-out tunes that would"]
    return section("asked", _CONTENTS["asked"], paragraph(said), table("Kept", heads, rows))


def _of_chorales(judgement: Judgement) -> str:
    evaluated = judgement.table
    if evaluated is None:
        return ""
    heads = ["measure", *(f"{text(name)} ({size})" for name, size in zip(evaluated.sets, evaluated.sizes, strict=True))]
    parts = []
    for measure in dict.fromkeys(line.measure for line in evaluated.lines):
        lines = [line for line in evaluated.lines if line.measure == measure]
        rows = [[text(line.name), *map(figure_words, line.figures)] for line in lines]
        parts.append(table(text(measure), heads, rows))
    return section("measures", _CONTENTS["measures"], *parts)


def _examples(judgement: Judgement, progress: Callable[[Sequence[Score]], Iterable[Score]]) -> str:
    from musegen.engraving.sheet_svg import svg

    drawn = []
    for number, score in enumerate(progress(judgement.examples), start=1):
        last = min(len(score.measures), _SHOWN) - 1
        shown = svg(excerpt(score, 0, last))
        more = f", its first {_SHOWN} measures" if last + 1 < len(score.measures) else ""
        words = f"{number}{more}"
        drawn.append(f'<figure class="music"><figcaption>{words}</figcaption><img alt="example {words}" '
                     f'src="{svg_address(shown)}"></figure>')  # fmt: skip
    said = f"The first {len(judgement.examples)} pieces that were judged; nobody chose them."
    return section("examples", _CONTENTS["examples"], paragraph(said), *drawn)


def _card(card: Mapping[str, Any]) -> str:
    """What a card says, a row a value, inner tables named before them."""
    return table("", ["", ""], [[text(name), text(_value(value), 400)] for name, value in _flat(card)], left=2)


def _flat(card: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in card.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}: ")
        else:
            yield before + name, value


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _method(told: Melodies) -> str:
    rows = [[text(one.name), text(one.what, 400)] for one in DESCRIPTIONS]
    made, held, corpus = told.sizes
    said = (
        f"{made} made tunes, {held} held-out tunes and {corpus} of the corpus were read. Distances: L.-C. Yang and "
        "A. Lerch, On the evaluation of generative models in music (2020). See docs/judging.md."
    )
    return section(
        "method", _CONTENTS["method"], paragraph(said), table("What is told of a tune", ["", ""], rows, left=2)
    )


def _ratio(value: float, low: float, high: float) -> str:
    told = f"{value:.2f} [{low:.2f}, {high:.2f}]"
    return f"<span class='warn'>{told}</span>" if value > FARTHEST_RATIO else told


def _pair(made: float, own: float) -> str:
    return "" if made != made else f"{made:.3g} / {own:.3g}"


def _of(count: tuple[int, int] | None) -> str:
    return "–" if count is None or not count[1] else f"{count[0]} of {count[1]} ({count[0] / count[1]:.1%})"
