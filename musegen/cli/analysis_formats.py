"""What `musegen analyse` writes of one piece in each of its formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from musegen.cli.options import STANDARD, shown_name

if TYPE_CHECKING:
    from musegen.score.model import Score
    from musegen.theory.analyse import Engine
    from musegen.theory.analysis import Analysis
    from musegen.theory.aspects import Aspect
    from musegen.theory.graph.structure import VoiceMode
    from musegen.theory.keys import Key
    from musegen.theory.modal.reading import Asked
    from musegen.theory.numeral_styles import Cadential, NumeralStyle

SUFFIXES = {
    "text": ".txt", "json": ".json", "tsv": ".tsv", "rntxt": ".rntxt", "dcml": ".harmonies.tsv",
    "musicxml": ".musicxml", "svg": ".svg",
    "graphml": ".graphml", "graph-json": ".graph.json", "npz": ".npz", "graph-svg": ".graph.svg",
}  # fmt: skip
TONAL = ("rntxt", "dcml")
GRAPHS = ("graphml", "graph-json", "npz", "graph-svg")
PRINTED = ("text", "svg", "graph-svg")


def rendered_piece(
    form: str,
    score: Score,
    name: str,
    key: Key | None,
    engine: Engine,
    writing: tuple[NumeralStyle | None, Cadential],
    told: tuple[Aspect, ...],
    reading: Asked,
    voices: VoiceMode,
) -> object:
    """One piece in a format: text, the JSON object of the piece, or bytes."""
    from musegen.theory import reports
    from musegen.theory.modal.reading import read_by

    asked = "tonal" if form in TONAL else reading
    analysis = read_by(_phrased(score, name), asked, key=key, engine=engine, with_chords=form != "text")
    if form == "text":
        return reports.as_text(analysis, score, name=name, style=writing[0], cadential=writing[1], told=told)
    if form == "json":
        return reports.as_json(analysis, score, name=name, told=told)
    style = writing[0] or ("jazz" if analysis.symbols else "roman")
    if form == "graph-svg":
        return _graph_svg(analysis, score, style, writing[1], voices)
    if form in GRAPHS:
        return _graph(form, score, analysis, voices)
    if analysis.reading == "modal" and form in ("svg", "musicxml"):
        return _with_clausulae(score, form)
    if form == "svg":
        return _svg(analysis, score, style, writing[1])
    makers: dict[str, Callable[[Analysis, Score], str]] = {
        "tsv": reports.as_tsv, "rntxt": _roman_text, "dcml": _dcml, "musicxml": _musicxml,
    }  # fmt: skip
    return makers[form](analysis, score)


def _phrased(score: Score, name: str) -> Score:
    """A sheet of ours with the phrases of the manifest beside it; any other score as it is."""
    from musegen.cli.surroundings import phrase_ends_of
    from musegen.rules.hearing import with_phrase_ends

    ends = None if name == shown_name(STANDARD) else phrase_ends_of(name, score, None)
    return score if ends is None else with_phrase_ends(score, ends)


def _roman_text(analysis: Analysis, score: Score) -> str:
    from musegen.theory.annotations.romantext.writing import write_roman_text

    return write_roman_text(analysis, score)


def _dcml(analysis: Analysis, score: Score) -> str:
    from musegen.theory.annotations.dcml.writing import write_dcml

    return write_dcml(analysis, score)


def _musicxml(analysis: Analysis, score: Score) -> str:
    """The score's own document with the numerals added; numerals that it has are left as they are."""
    from musegen.engraving.annotate import annotate
    from musegen.engraving.marks import Marks
    from musegen.theory.reports import numeral_labels

    labels = () if analysis.given else numeral_labels(analysis, score)
    return annotate(score, Marks(harmonies=labels)).decode("utf-8")


def _svg(analysis: Analysis, score: Score, style: NumeralStyle, cadential: Cadential) -> str:
    from musegen.engraving.marks import Sheet
    from musegen.engraving.sheet_svg import svg
    from musegen.theory.engraved import analysis_marks

    named = _named(analysis, score, style, cadential)
    is_named = style == "riemann" or any(label.kind == "function" for label in named.harmonies)
    marks = analysis_marks(analysis, score, functions=not is_named)
    return svg(named, sheet=Sheet(marks=marks))


def _graph_svg(analysis: Analysis, score: Score, style: NumeralStyle, cadential: Cadential, voices: VoiceMode) -> str:
    """The voice-leading graph over the score and its numerals; the least motion comes besides the score's lines."""
    from musegen.engraving.marks import Sheet
    from musegen.engraving.sheet_svg import svg
    from musegen.theory.graph import graph_marks, voice_leading_graph

    least = voice_leading_graph(score, analysis, voices) if voices == "minimal" else None
    lines = voice_leading_graph(score, analysis, "score" if voices == "minimal" else voices)
    return svg(_named(analysis, score, style, cadential), sheet=Sheet(marks=graph_marks(lines, score, least)))


def _named(analysis: Analysis, score: Score, style: NumeralStyle, cadential: Cadential) -> Score:
    """The score with numerals under its chords; those that it has are kept."""
    from musegen.theory.reports import numeral_labels, styled

    kept = tuple(label for label in score.harmonies if label.kind != "numeral")
    labels = score.harmonies if analysis.given else kept + numeral_labels(analysis, score)
    return replace(score, harmonies=styled(labels, style, cadential))


def _with_clausulae(score: Score, form: str) -> str:
    """The score with the letters of its clausulae in place of numerals."""
    from musegen.engraving.annotate import annotate
    from musegen.engraving.marks import Sheet
    from musegen.engraving.sheet_svg import svg
    from musegen.theory.modal.marks import clausula_marks

    marks = clausula_marks(score)
    return svg(score, sheet=Sheet(marks=marks)) if form == "svg" else annotate(score, marks).decode("utf-8")


def _graph(form: str, score: Score, analysis: Analysis, voices: VoiceMode) -> str | bytes:
    from musegen.theory import graph

    made = graph.voice_leading_graph(score, analysis, voices)
    if form == "npz":
        return graph.to_npz(made)
    return graph.to_graphml(made).decode("utf-8") if form == "graphml" else graph.to_json(made)


def finished(form: str, pieces: list[object], engine: str) -> str | bytes:
    """The content of a file that holds these pieces."""
    if form == "npz":
        return bytes(pieces[0])  # type: ignore[call-overload, no-any-return]
    if form == "json":
        from musegen.theory.reports import json_document

        return json_document(pieces, engine=engine)
    if form == "tsv":
        head = str(pieces[0]).partition("\n")[0]
        return "".join([f"{head}\n", *(str(piece).partition("\n")[2] for piece in pieces)])
    return "\n".join(str(piece) for piece in pieces)
