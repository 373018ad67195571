"""The generators that ship, as judges know them: a table with an entry for each; and folders that any other made."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from musegen.corpora import Piece, corpus, corpus_names, pieces_of
from musegen.errors import MusegenError, UnreadableFile, UsageError, nearest
from musegen.evaluation.bach import CORPUS as CHORALES
from musegen.evaluation.bach import group_of, held_out_pieces, singing
from musegen.evaluation.judgement import HeldOut, Judgement
from musegen.evaluation.melodies import shipped
from musegen.evaluation.melodies.asked import Asked
from musegen.evaluation.melodies.judging import Sets, judged, tunes_of
from musegen.evaluation.melodies.lines import MelodyLine, line_of
from musegen.evaluation.sure import Sample
from musegen.evaluation.tables import evaluation
from musegen.features.similarity.telling import shown
from musegen.score.model import Score

EXAMPLES = 6
"""So many pieces are shown, the first ones: nobody chooses them."""
_HELD_OUT = 5
"""Of a folder without splits every so manieth piece is held out."""


@dataclass(frozen=True)
class Order:
    """How a generator is to be judged."""

    count: int = 200  # pieces that it makes, or that are read
    seed: int = 1
    pack: str = ""  # the rules to check by; "" is the generator's own
    on_failure: Callable[[str, Exception], None] = lambda name, error: None
    step: Callable[[str], None] = lambda name: None  # hears what is being done


class Made(NamedTuple):
    """A melody and what it was asked to be."""

    score: Score
    asked: Asked


class Entry(NamedTuple):
    """One generator: what it makes, and how it is judged."""

    what: str
    judge: Callable[[Order], Judgement]


@dataclass(frozen=True)
class MelodyGenerator:
    """What judges must know of a generator of melodies to make it an `Entry`.

    Nothing of `corpora` but their training splits may have been learned from. `make` gives so many melodies, drawn by
    the generator alone, none chosen; what each is asked to be should be drawn from the corpora, too, for a distance to
    them says nothing of a generator that was asked for something else.
    """

    name: str
    corpora: tuple[str, ...]
    make: Callable[[int, np.random.Generator], Sequence[Made]]
    held_out: Callable[[], Sequence[HeldOut]] = tuple
    pack: str = "notation"

    def judge(self, order: Order) -> Judgement:
        """The judgement of melodies made now.

        Raises:
            UnreadableFile: too few melodies were made, or the corpora have too few.
        """
        rng = np.random.default_rng(order.seed)
        order.step("making")
        made = self.make(order.count, rng)
        order.step("reading the corpus")
        tunes, asked = _made_tunes(made, order)
        held, known = _split(pieces_of(list(self.corpora)), order)
        told = judged(Sets(tunes, held, known, asked), rng, pack=order.pack or self.pack, step=order.step)
        order.step("held-out likelihood")
        return Judgement(
            self.name, ", ".join(self.corpora), f"{len(tunes)} melodies, none chosen", order.seed, card_of(self.name),
            tuple(self.held_out()), told, examples=tuple(one.score for one in made[:EXAMPLES]),
        )  # fmt: skip


def judge(name: str, order: Order, against: str = "") -> Judgement:
    """The judgement of a generator that ships, or of a folder of scores beside the corpus `against`.

    Raises:
        UsageError: there is no such generator, folder or corpus, or a folder is given without a corpus.
        UnreadableFile: too few pieces can be judged.
    """
    if os.path.isdir(name):
        return _of_folder(name, against, order)
    if name not in GENERATORS:
        raise UsageError(f"there is no generator or folder `{name}`", hint=nearest(name, GENERATORS))
    if against:
        raise UsageError(f"{name} is judged beside its own corpus", hint="--against is for folders")
    return GENERATORS[name].judge(order)


def card_of(name: str) -> dict[str, Any]:
    """The card of a network that ships; empty where none of this name does."""
    from musegen.models import networks

    return networks.card(name) if name in networks.names() else {}


def _of_folder(folder: str, against: str, order: Order) -> Judgement:
    if not against:
        raise UsageError(f"{folder} is judged beside a corpus", hint="name one: --against oneills-1850")
    pieces = _some(pieces_of([folder]), order.count)
    name = _folder_name(folder)
    unread: list[tuple[str, str]] = []

    def tell(place: str, error: Exception, further: Callable[[str, Exception], None] = order.on_failure) -> None:
        unread.append((shown(place), str(error).removeprefix(f"{place}: ")))
        further(place, error)

    order = replace(order, on_failure=tell)
    if against == CHORALES:
        return _of_chorales(name, folder, pieces, order, unread)
    rng = np.random.default_rng(order.seed)
    order.step("reading")
    made = tunes_of(pieces, order.on_failure)
    held, known = _split(pieces_of([against]), order)
    told = judged(Sets(made, held, known), rng, pack=order.pack or "notation", step=order.step)
    title = corpus(against).title if against in corpus_names() else shown(against)
    return Judgement(
        name, title, f"{len(made)} melodies of the folder {name}", order.seed, melodies=told,
        examples=tuple(tune.score for tune in made[:EXAMPLES]), unread=tuple(unread),
    )  # fmt: skip


def _folder_name(folder: str) -> str:
    """The last part of a folder's name."""
    return Path(folder).resolve().name


def _of_chorales(
    name: str, folder: str, pieces: Sequence[Piece], order: Order, unread: list[tuple[str, str]]
) -> Judgement:
    """Chorales of a folder beside Bach's; one that has not four voices is told and left out."""
    groups = {piece.name.rpartition("/")[2]: group_of(piece) for piece in held_out_pieces()}
    scores, owners = [], []
    for piece in pieces:
        stem = _folder_name(piece.name).rpartition(".")[0]
        try:
            score = singing(piece.read())
            Sample.of(name, [score])
        except MusegenError as error:
            order.on_failure(piece.place, error)
            continue
        scores.append(score)
        owners.append(groups.get(stem, f"{name} {stem}"))
    if not scores:
        raise UnreadableFile("no chorale in four voices", file=folder)
    table = evaluation({name: Sample.of(name, scores, owners)}, progress=_told(order))
    made = f"{len(scores)} chorales of the folder {name}"
    return Judgement(name, "Bach's held-out chorales", made, order.seed, table=table,
                     examples=tuple(scores[:EXAMPLES]), unread=tuple(unread))  # fmt: skip


def _harmoniser(order: Order) -> Judgement:
    """Settings of the sopranos of Bach's held-out chorales, by the network that ships."""
    from musegen.evaluation.likelihood import likelihood
    from musegen.generation.conditions import Condition
    from musegen.generation.harmonise import harmonise_all
    from musegen.generation.neural.frames import frames_of

    pieces = _some(held_out_pieces(), order.count)
    whole = [singing(piece.read()) for piece in pieces]
    order.step("harmonising")
    condition = Condition(pack=order.pack or "chorale")
    found = harmonise_all(list(map(_soprano, whole)), condition, np.random.default_rng(order.seed))
    made = [
        (candidates[0].score, group_of(piece)) for candidates, piece in zip(found, pieces, strict=True) if candidates
    ]
    sample = Sample.of("harmoniser", [score for score, _ in made], [group for _, group in made])
    table = evaluation({"harmoniser": sample}, given_soprano=True, progress=_told(order))
    order.step("held-out likelihood")
    nats = likelihood([frames_of(piece.read()) for piece in corpus(CHORALES).split("test")]).per_piece
    told = HeldOut("harmoniser", nats, "nats a note", "the test split, sixteenths, nothing given or said")
    said = f"settings of {len(made)} of {len(pieces)} held-out sopranos"
    return Judgement("harmoniser", "Bach's held-out chorales", said, order.seed, card_of("harmoniser"), (told,),
                     table=table, examples=tuple(score for score, _ in made[:EXAMPLES]))  # fmt: skip


def _melodies(count: int, rng: np.random.Generator) -> list[Made]:
    return [Made(*one) for one in shipped.made(count, rng)]


def _chords(order: Order) -> Judgement:
    """Progressions of songs and of chorales, drawn in usual keys and meters; held-out bits are those of the card."""
    from musegen.evaluation import chord_judging

    rng = np.random.default_rng(order.seed)
    order.step("making")
    made = chord_judging.made(order.count, rng)
    order.step("laws")
    further = chord_judging.figures(made, rng)
    said = f"{len(made)} progressions of {chord_judging.MEASURES} measures, none chosen"
    return Judgement("chords", "the laws of their styles", said, order.seed, card_of("chords"), further=further,
                     examples=chord_judging.sheets_of(made[:EXAMPLES]))  # fmt: skip


def _phrases(order: Order) -> Judgement:
    """Sheets of six phrases, as many as hold the count, by the network that ships."""
    from musegen.evaluation import phrase_judging
    from musegen.generation.phrases.making import sheets
    from musegen.generation.phrases.singing import Asked

    order.step("making")
    many = max(order.count // phrase_judging.SIX, 1)
    asked = Asked(phrases=phrase_judging.SIX, pack=order.pack or "chorale")
    scores = [sheet.score for sheet in sheets(asked, seed=order.seed, count=many)]
    table = evaluation({"phrases": Sample.of("phrases", scores)}, progress=_told(order))
    order.step("kinds of phrases")
    further = phrase_judging.aims("phrases", scores, table)
    said = f"{many} sheets of {phrase_judging.SIX} phrases, none chosen"
    return Judgement("phrases", "Bach's held-out chorales", said, order.seed, card_of("phrases"), table=table,
                     further=further, examples=tuple(scores[:EXAMPLES]))  # fmt: skip


def _told(order: Order) -> Callable[[Sequence[Any]], Any]:
    def hand_on(measures: Sequence[Any]) -> Any:
        for measure in measures:
            order.step(str(measure))
            yield measure

    return hand_on


def _soprano(score: Score) -> Score:
    notes = score.notes.where(score.notes["part"] == 0)
    return replace(
        score, notes=notes, parts=score.parts[:1], harmonies=(), figures=(), lyrics=(), directions=(), stream=None
    )


def _made_tunes(made: Sequence[Made], order: Order) -> tuple[tuple[MelodyLine, ...], tuple[Asked, ...]]:
    tunes, asked = [], []
    for number, one in enumerate(made, start=1):
        try:
            tunes.append(line_of(one.score, f"made {number}"))
        except MusegenError as error:
            order.on_failure(f"made {number}", error)
            continue
        asked.append(one.asked)
    return tuple(tunes), tuple(asked)


def _split(pieces: Sequence[Piece], order: Order) -> tuple[tuple[MelodyLine, ...], tuple[MelodyLine, ...]]:
    """(held out, corpus): by the splits of the corpus; without any, every fifth group is held out."""
    if any(piece.split in ("test", "valid") for piece in pieces):
        held = [piece for piece in pieces if piece.split in ("test", "valid")]
        known = [piece for piece in pieces if piece.split == "train"]
    else:
        names = sorted({piece.group or piece.name for piece in pieces})
        out = set(np.random.default_rng(order.seed).permutation(names)[::_HELD_OUT].tolist())
        held = [piece for piece in pieces if (piece.group or piece.name) in out]
        known = [piece for piece in pieces if (piece.group or piece.name) not in out]
    ignore: Callable[[str, Exception], None] = lambda name, error: None  # noqa: E731  # a corpus has its own faults
    return tunes_of(held, ignore), tunes_of(known, ignore)


def _some(pieces: Sequence[Piece], count: int) -> list[Piece]:
    """So many of the pieces, evenly over their order."""
    if len(pieces) <= count:
        return list(pieces)
    return [pieces[number * len(pieces) // count] for number in range(count)]


_MELODY = MelodyGenerator("melody", (shipped.CORPUS,), _melodies, shipped.held_out, pack="melody")
GENERATORS: dict[str, Entry] = {
    "harmoniser": Entry("four-part settings of Bach's held-out sopranos", _harmoniser),
    "chords": Entry("chord progressions of songs and of chorales", _chords),
    "phrases": Entry("phrases of eight beats, in rows of six", _phrases),
    "melody": Entry("melodies, each asked to be what a tune of the corpus is", _MELODY.judge),
}
"""Every generator that ships, by the name of its network."""
