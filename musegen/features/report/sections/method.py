"""How the page was made, from what was really done; and how to cite it."""

from __future__ import annotations

import importlib.metadata
from typing import NamedTuple

import numpy as np

import musegen
from musegen.features import bootstraps
from musegen.features.feature_set import feature_set
from musegen.features.report.data import CORPUS, Data
from musegen.features.report.mapping import comparable
from musegen.features.report.parts import counted, opened, paragraph, section, text
from musegen.features.style import effects

REFERENCES = {
    "cliff": (
        "N. Cliff, “Dominance statistics: Ordinal analyses to answer ordinal questions”, Psychological Bulletin 114 "
        "(1993), 494–509."
    ),
    "mann": (
        "H. B. Mann and D. R. Whitney, “On a test of whether one of two random variables is stochastically larger "
        "than the other”, Annals of Mathematical Statistics 18 (1947), 50–60."
    ),
    "fdr": (
        "Y. Benjamini and Y. Hochberg, “Controlling the false discovery rate”, Journal of the Royal Statistical "
        "Society B 57 (1995), 289–300."
    ),
    "boot": "B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, New York 1993.",
    "spearman": (
        "C. Spearman, “The proof and measurement of association between two things”, American Journal of Psychology "
        "15 (1904), 72–101."
    ),
    "cramer": "H. Cramér, Mathematical Methods of Statistics, Princeton 1946, ch. 21.",
    "music21": (
        "M. S. Cuthbert and C. Ariza, “music21: A toolkit for computer-aided musicology and symbolic music data”, "
        "ISMIR 2010, 637–642."
    ),
}


class Cited(NamedTuple):
    """What CITATION.cff says, which a wheel does not carry; a test holds the two together."""

    authors: str
    title: str
    released: str


CITED = Cited("The musegen developers", "musegen: reads, checks and writes sheet music", "2026-11-20")


def method(data: Data) -> str:
    """The section."""
    digest = data.found.digest
    version = feature_set(data.asked.engine)
    cite = (
        f"{CITED.authors}: <em>{CITED.title}</em>, version {text(musegen.__version__)} ({CITED.released}), MIT licence."
        f" Report on {text(data.title)}, {counted(len(data.pieces), 'piece')}, corpus digest "
        f"<code>{digest[:16]}</code>, feature set"
        f" <code>{version}</code>."
    )
    used = _used(data)
    listed = "".join(f"<li>{text(REFERENCES[name], 400)}</li>" for name in used)
    versions = (
        f"musegen {musegen.__version__}, numpy {np.__version__}, scipy {_version('scipy')}, verovio "
        f"{_version('verovio')}, music21 {_version('music21')}"
    )
    of_what = f"Corpus digest, of the names and contents of the pieces: <code>{digest}</code>."
    return section(
        "method", "Method and citation", paragraph(*_sentences(data)), "<h3>To cite</h3>", paragraph(cite),
        "<h3>References</h3>", f"<ul>{listed}</ul>",
        opened("Digest and versions", paragraph(of_what, f"Made with {text(versions, 400)}.")),
    )  # fmt: skip


def _sentences(data: Data) -> list[str]:
    """What was done, in order."""
    failures, total = len(data.found.failures), len(data.pieces)
    could = f"{failures:,} of them could not be" if failures else "all of them could be"
    how = (
        "as they are played, simple repeats and endings written out (da capo is not followed)"
        if data.asked.unfold
        else "as they are written, repeats not unfolded"
    )
    told = [
        f"{counted(total + failures, 'piece')} were to be read; {could}. Scores were taken {how}.",
        f"Keys, numerals and cadences were found by musegen’s {data.asked.engine} engine; music before about 1650,",
        "as composer or file name tell, was read by mode for its final and phrases, while features read all in keys.",
        f"{len(data.measured.columns):,} features were measured (feature set {feature_set(data.asked.engine)}).",
        "The unit of every statistic is the piece, never the note: a share is that of one piece, and pieces are",
        "averaged.",
        f"The {counted(len(set(data.groups)), 'work')} (groups of the corpus) are drawn with replacement,",
        f"{bootstraps.DRAWS:,} times for means and {effects.DRAWS} times for effect sizes; intervals hold the",
        "middle 95 %.",
    ]
    told += _comparison(data) if data.values else []
    if data.map is not None:
        told.append(
            f"The map shows principal components of {len(data.map.columns):,} of the"
            f" {len(comparable(data.measured).columns):,} features that tell neither edition nor pitch level, centred"
            " on their medians, divided by their interquartile ranges, drawn in to ±3, each feature with equal weight;"
            " undefined values take the median."
        )
    return [*told, f"Random numbers come from the seed {data.seed}; the same pieces give the same page."]


def _comparison(data: Data) -> list[str]:
    """By what pieces were told apart, and how that was judged."""
    which = "the two corpora" if data.by == CORPUS else f"the label {text(data.by)}"
    found = " (none was asked for; it is the first usual one whose commonest values have half of the pieces)"
    values = ", ".join(text(value) for value in data.values)
    return [
        f"Pieces were told apart by {which}{'' if data.is_chosen else found}: {values}; differences are Cliff’s δ,",
        "tested by Mann and Whitney on the means of works, with false discovery rates by Benjamini and Hochberg over",
        "all features and values.",
    ]


def _used(data: Data) -> list[str]:
    always = ["boot", "music21"]
    return (["cliff", "mann", "fdr", "cramer"] if data.values else ["fdr"]) + ["spearman", *always]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
