"""Tunes of a user's own as lessons: a corpus with its splits, or a folder whose tune families are divided here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from musegen.corpora import Piece, Split, pieces_of
from musegen.corpora.adding import UNKNOWN, scan_guarded
from musegen.corpora.freezing import frozen
from musegen.corpora.manifests import Corpus, Origin
from musegen.corpora.splitting import Shares, split_of
from musegen.errors import MalformedScore, MusegenError
from musegen.training.tunes import Lesson, lesson

STYLE = "own"
LEARNING: tuple[Split, ...] = ("train", "valid", "test")
SECONDS = 60.0
"""What reading a piece may take."""
_TRIES = 500
_TOLD = 3
_FAIR: dict[Split, float] = {"train": 0.6, "valid": 0.05, "test": 0.05}
"""The share of the tunes that each split of a folder has at least, if any seed gives that."""
Families = Mapping[str, Sequence[Lesson]]


class Divided(NamedTuple):
    """What a user's tunes are learned from, chosen by and judged by; what was passed over."""

    lessons: Mapping[Split, Sequence[Lesson]]
    passed_over: Mapping[str, str]  # names of pieces that cannot be read, or are no tunes, and why
    seed: int  # by which families are divided; 0 where the corpora say it

    def sources(self) -> dict[str, dict[Split, int]]:
        """How many tunes of each split each corpus or folder has."""
        found: dict[str, dict[Split, int]] = {}
        for split, tunes in self.lessons.items():
            for tune in tunes:
                of_source = found.setdefault(tune.source, dict.fromkeys(self.lessons, 0))
                of_source[split] += 1
        return found


def own_tunes(sources: Sequence[str]) -> Divided:
    """The tunes of corpora, which have splits, and of folders, which are divided by family as `corpus add` does.

    Raises:
        UsageError, UnreadableFile: there is no such corpus or folder, or no score in it.
        MalformedScore: there are too few tunes for three splits.
    """
    listed = [(piece, source) for source in sources for piece in pieces_of([source])]
    loose, passed_over = _in_families([(piece, source) for piece, source in listed if not piece.corpus])
    lessons: dict[Split, list[Lesson]] = {split: [] for split in LEARNING}
    families: dict[str, list[Lesson]] = {}
    for piece, source in [*(one for one in listed if one[0].corpus), *loose]:
        try:
            tune = lesson(piece, source, STYLE)
        except MusegenError as error:
            passed_over[piece.name] = error.message
            continue
        if piece.corpus:
            lessons.get(piece.split, []).append(tune)
        else:
            families.setdefault(piece.group, []).append(tune)
    seed = fair_seed(families) if families else 0
    for family, tunes in families.items():
        lessons[split_of(family, Shares(seed))] += tunes
    found = Divided(lessons, passed_over, seed)
    _check(found, sources)
    return found


def _in_families(loose: Sequence[tuple[Piece, str]]) -> tuple[list[tuple[Piece, str]], dict[str, str]]:
    """Pieces of folders with the group that each belongs to; and what cannot be read, with the reason."""
    named = _named_apart(loose)
    if not named:
        return [], {}
    pieces = [piece for piece, _ in named]
    made = Corpus(STYLE, STYLE, UNKNOWN, Path(), origin=Origin("folder", (), os.curdir))
    done = frozen(made, pieces, partial(scan_guarded, jobs=0, seconds=SECONDS, on_progress=None), {})
    source_of = {piece.name: source for piece, source in named}
    return [(piece, source_of[piece.name]) for piece in done.pieces], dict(done.unreadable)


def _named_apart(loose: Sequence[tuple[Piece, str]]) -> list[tuple[Piece, str]]:
    """The same pieces; of two folders with a file of one name, the second file has its whole place as its name."""
    seen: set[str] = set()
    found = []
    for piece, source in loose:
        here = piece if piece.name not in seen else replace(piece, name=piece.place, folder="")
        seen.add(here.name)
        found.append((here, source))
    return found


def fair_seed(families: Families) -> int:
    """The first seed that leaves enough tunes to each split, or at least one; 0 where none does."""
    tunes = sum(map(len, families.values()))
    filled = 0
    for seed in range(1, _TRIES + 1):
        sizes = dict.fromkeys(LEARNING, 0)
        for family, members in families.items():
            sizes[split_of(family, Shares(seed))] += len(members)
        if all(sizes[split] >= share * tunes for split, share in _FAIR.items()):
            return seed
        filled = filled or seed * all(sizes.values())
    return filled


def _check(found: Divided, sources: Sequence[str]) -> None:
    missing = [split for split, tunes in found.lessons.items() if not tunes]
    if not missing:
        return
    tunes = sum(map(len, found.lessons.values()))
    if not tunes:
        told = "no tune is in it" if len(sources) == 1 else "no tune is in them"
    elif len(missing) < len(LEARNING) and found.seed == 0 and tunes >= len(LEARNING):
        told = f"of {tunes} tunes none is in the split {missing[0]}"
    else:
        told = f"{tunes} {'tune is' if tunes == 1 else 'tunes are'} too few to learn from, to choose by and to judge by"
    reasons = [f"{name}: {reason}" for name, reason in found.passed_over.items()]
    hint = "; ".join(reasons[:_TOLD]) or "a tune has one meter, one key signature, four notes or more"
    raise MalformedScore(told, file=", ".join(sources), hint=hint)
