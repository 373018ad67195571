"""`musegen analyse --compare`: the umpire between a human analysis and the one that is found."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from musegen.cli.options import shown_name, without_suffix
from musegen.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from musegen.score.model import Score
    from musegen.theory.analyse import Engine
    from musegen.theory.keys import Key

FORMS = ("text", "json", "tsv")


def check_compare(form: str, place: str, aspects: str | None, reading: str) -> None:
    """Nothing, where a comparison can be made and written so.

    Raises:
        UsageError: another option forbids it.
        UnreadableFile: there is no such file.
    """
    from musegen.score.files import find

    if form not in FORMS:
        raise UsageError(f"{form} shows no comparison", hint=f"--compare goes with --format {', '.join(FORMS)}")
    if aspects is not None:
        raise UsageError("a comparison tells no aspects", hint="leave out --aspects or --compare")
    if reading == "modal":
        raise UsageError("a human analysis names chords in keys", hint="leave out --reading modal or --compare")
    find(place)


def human_files(place: str | None, scores: Iterable[str]) -> list[Path]:
    """The analyses that a comparison of these scores reads, as far as they are there."""
    if place is None:
        return []
    from musegen.theory.comparison.files import human_file

    found = []
    for name in scores:
        with suppress(UnreadableFile):
            found.append(human_file(place, without_suffix(PurePath(shown_name(name)).name))[0])
    return found


def compared(form: str, score: Score, name: str, place: str, key: Key | None, engine: Engine) -> object:
    """One piece against its human analysis: text, a table, or the JSON object of the piece.

    `place` is the analysis, or a folder that has it under the name of the score.

    Raises:
        UnreadableFile, MalformedScore: there is no such analysis, or it cannot be read, or belongs to another score.
    """
    from musegen.theory.analyse import analyse
    from musegen.theory.comparison import reports
    from musegen.theory.comparison.differences import compare
    from musegen.theory.comparison.files import human_file, read_human
    from musegen.theory.comparison.suspects import suspects

    file, called = human_file(place, without_suffix(PurePath(name).name))
    shown = shown_name(called)
    human = read_human(file, score, shown)
    machine = analyse(score, key=key, engine=engine)
    found = compare(score, human.analysis, machine, human.variants)
    slips = suspects(score, human.analysis, machine)
    piece = reports.Compared(name, shown, score, human, found, slips)
    return {"text": reports.as_text, "json": reports.as_json, "tsv": reports.as_tsv}[form](piece)
