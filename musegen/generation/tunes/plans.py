"""Plans of melodies: how many bars, which repeat which, where sections begin, where phrases aim; after real tunes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import UsageError
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.form import NEW, RHYTHM, SAME, VARIED, Form
from musegen.theory.tunes.symbols import GRID, METERS, MODES, Home, Ints, check_meter, home_of
from musegen.theory.tunes.telling import GENRES, STYLES

TABLE = Path(__file__).parent.parent / "data" / "tune_forms.npz"
SONG = "song"
"""The style whose tunes have chords."""
MOST_BARS = 128
_WIDEST = 4
"""Staff places by which a last note is reached at most: of 827 sections of real tunes 14 end with a wider leap."""
_HALVED, _TWO_FOUR = (2, 4), TimeSignature(2, 4)
_TONIC = 0
_ENOUGH = 4
"""Tunes that are as wished; where there are fewer, the wish gives way, for all melodies would have one form."""
_ENOUGH_AKIN = 8
"""The same of wishes that a form can do without: the mode, the tonic."""
_OF_BLOCKS = np.array([0.35, 0.35, 0.15, 0.15])
"""How often a bar of a later block that would be new is new, the first block's bar varied, its rhythm, or the same."""


class Character(NamedTuple):
    """What the tune is like as a whole whose form a plan has; a melody is told so where nothing else is asked."""

    home: Home
    style: str
    genre: str
    level: int
    density: int  # a class of notes a quarter
    lowest: int  # staff places from the tonic
    highest: int


@dataclass(frozen=True)
class Plan:
    """What a melody is to be, before any note. Times in parts of the grid."""

    meter: TimeSignature
    pickup: int
    form: Form
    starts: tuple[int, ...]  # bars in which sections begin
    repeated: tuple[bool, ...]  # of each section
    mode: int  # of the tune whose form it is
    breaths: tuple[int, ...] = ()  # bars inside sections in which phrases begin that close as sections do
    is_phrased: bool = False  # phrases close on strong beats, with a note of a felt beat or more
    approach: tuple[int, int] = (0, _WIDEST)  # staff places by which a last note is reached, at least and at most
    like: Character | None = None  # the tune whose form it is
    moved: tuple[int, ...] = ()  # staff places by which each bar lies from the one whose notes it takes up; or none do
    is_exercise: bool = False  # of an easy level: it begins with the tonic's chord

    @cached_property
    def bar(self) -> int:
        """The length of a bar."""
        return int(self.meter.quarters * GRID)

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return len(self.form.source)

    @property
    def end(self) -> int:
        """Where the melody ends: a pickup is missing in its last bar."""
        return self.bars * self.bar - self.pickup

    @cached_property
    def boundaries(self) -> tuple[int, ...]:
        """Where sections end: no note sounds on over these."""
        return (*(start * self.bar - self.pickup for start in self.starts[1:]), self.end)

    @property
    def phrases(self) -> tuple[int, ...]:
        """Bars in which phrases begin that close."""
        return tuple(sorted({*self.starts, *self.breaths}))

    @property
    def phrase_ends(self) -> tuple[int, ...]:
        """Where these phrases end: no note sounds on over these."""
        return (*(start * self.bar - self.pickup for start in self.phrases[1:]), self.end)

    @property
    def strong(self) -> int:
        """How far strong beats lie apart: half a bar of two or four felt beats, but of 2/4 a bar."""
        return strong_of(self.meter)

    @property
    def likeness(self) -> int:
        """How many bars are to be the same as earlier ones, or varied."""
        return int(np.isin(self.form.kinship, (SAME, VARIED)).sum())

    @property
    def words(self) -> str:
        """The plan in a line.

        >>> plan = draw_plan(np.random.default_rng(1), meter=TimeSignature(6, 8), measures=16, style="irish")
        >>> plan.words.split(",")[0], plan.bars
        ('16 measures of 6/8', 16)
        """
        sizes = np.diff([*self.starts, self.bars]).tolist()
        signs = [f"{size}{' repeated' * again}" for size, again in zip(sizes, self.repeated, strict=True)]
        return f"{self.bars} measures of {self.meter}, sections of {' + '.join(signs)}"


def strong_of(meter: TimeSignature) -> int:
    """How far strong beats lie apart, in parts of the grid: half a bar of two or four felt beats, but of 2/4 a bar.

    >>> [strong_of(TimeSignature.parse(text)) / GRID for text in ("4/4", "3/4", "6/8", "2/4")]
    [2.0, 3.0, 1.5, 2.0]
    """
    bar, pulse = int(meter.quarters * GRID), int(meter.pulse_quarters * GRID)
    return bar // 2 if bar // pulse in _HALVED and meter != _TWO_FOUR else bar


class _Forms(NamedTuple):
    """Forms of real tunes, a row a tune; the columns of bars lie end to end."""

    meter: Ints
    mode: Ints
    style: Ints
    genre: Ints
    pickup: Ints
    tonic: Ints  # on the line of fifths
    level: Ints
    density: Ints
    lowest: Ints  # staff places from the tonic
    highest: Ints
    first: Ints  # (tunes + 1,): where the bars of each begin
    kinship: Ints  # (bars,)
    source: Ints
    section: Ints
    goal: Ints
    repeated: Ints  # 1 in bars of sections that are repeated

    @property
    def bars(self) -> Ints:
        """(tunes,)"""
        return np.diff(self.first)

    def character(self, row: int) -> Character:
        """What the tune of a row is like."""
        style, genre = int(self.style[row]), int(self.genre[row])
        return Character(
            home_of(int(self.tonic[row]), MODES[self.mode[row]]), STYLES[style] if style >= 0 else "",
            GENRES[genre] if genre >= 0 else "", int(self.level[row]), int(self.density[row]), int(self.lowest[row]),
            int(self.highest[row]),
        )  # fmt: skip


def draw_plan(
    rng: Generator,
    *,
    meter: TimeSignature | None = None,
    measures: int = 0,
    style: str = "",
    genre: str = "",
    pickup: str = "auto",
    meters: Sequence[TimeSignature] = (),
    level: int = 0,
    modes: Sequence[int] = (),
    home: Home | None = None,
    density: int | None = None,
) -> Plan:
    """A plan as it is wished; what is left out is drawn as often as it is in the tunes.

    `pickup` is "auto", "none" or "beat"; where no `meter` is asked it is one of `meters`, if these are any; the tune
    is of the `level` or an easier one, about as dense as asked, in one of the `modes` or on the tonic of `home`, where
    there are enough of these. A length that no tune has is made of the forms of shorter ones: later parts take up the
    first one.

    Raises:
        UsageError: the network knows no such meter, or the tune would be too short or too long.
    """
    if meter:
        check_meter(meter)
    if measures and not 2 <= measures <= MOST_BARS:
        raise UsageError(f"a melody of {measures} measures is none", hint=f"2 to {MOST_BARS} measures are")
    forms = known_forms()
    rows = _fitting(forms, [meter] if meter else meters, style, genre, pickup)
    akin = _Akin(forms, level, [home.mode] if home else modes, home, density)
    if not measures:
        return _whole(forms, akin.one_of(rows, rng))
    exact = rows[forms.bars[rows] == measures]
    if len(exact):
        return _whole(forms, akin.one_of(exact, rng))
    longer = rows[forms.bars[rows] > measures]
    if measures < 8 and len(longer):
        return _last_bars(_whole(forms, akin.one_of(longer, rng)), measures)
    return _in_blocks(forms, rows, measures, akin, rng)


class SongForm(NamedTuple):
    """Which bar of a real song comes again, and how; and what the song is like."""

    kinship: Ints  # (bars,)
    source: Ints  # (bars,)
    like: Character


def song_form(rng: Generator, measures: int, mode: int) -> SongForm | None:
    """The beginning of a real song that has so many bars, in a mode if there are such; None where no song is as long.

    >>> found = song_form(np.random.default_rng(1), 16, MODES.index("major"))
    >>> len(found.source), found.like.style
    (16, 'song')
    """
    forms = known_forms()
    rows = np.flatnonzero((forms.style == STYLES.index(SONG)) & (forms.bars >= measures))
    if not len(rows):
        return None
    row = _Akin(forms, 0, [mode], None, None).one_of(rows, rng)
    here = slice(forms.first[row], forms.first[row] + measures)
    return SongForm(forms.kinship[here].copy(), forms.source[here].copy(), forms.character(row))


@cache
def known_forms() -> _Forms:
    """The forms that ship, counted by `musegen.generation.tunes.count_forms`."""
    with np.load(TABLE) as stored:
        return _Forms(*(stored[name].astype(np.int64) for name in _Forms._fields))


def _fitting(forms: _Forms, meters: Sequence[TimeSignature], style: str, genre: str, pickup: str) -> Ints:
    """The tunes that are as wished; style, genre and pickup give way, in this order backwards, where none is left."""
    kept = np.isin(forms.meter, [METERS.index(meter) for meter in meters or METERS])
    kept &= forms.style != STYLES.index(SONG)  # these have no ends
    beat = np.array([int(one.beat_quarters * GRID) for one in METERS])[forms.meter]
    wished = [
        np.isin(forms.style, [STYLES.index(style)] if style in STYLES else forms.style),
        np.isin(forms.genre, [GENRES.index(genre)] if genre in GENRES else forms.genre),
        {"none": forms.pickup == 0, "beat": forms.pickup == beat}.get(pickup, kept),
    ]
    for wish in wished:
        if (kept & wish).sum() >= min(_ENOUGH, kept.sum()):
            kept = kept & wish
    return np.flatnonzero(kept)


class _Akin(NamedTuple):
    """What the tune of a form should rather be like: wishes that give way, each after those before it."""

    forms: _Forms
    level: int
    modes: Sequence[int]
    home: Home | None
    density: int | None

    def one_of(self, rows: Ints, rng: Generator) -> int:
        """One of some tunes, drawn from those that are most as wished."""
        forms, home = self.forms, self.home
        wished = [
            forms.level[rows] <= self.level if self.level else rows >= 0,
            abs(forms.density[rows] - self.density) <= 1 if self.density is not None else rows >= 0,
            np.isin(forms.mode[rows], self.modes) if self.modes else rows >= 0,
            forms.tonic[rows] == home.fifths if home else rows >= 0,
        ]
        kept = np.ones(len(rows), dtype=bool)
        for wish in wished:
            if (kept & wish).sum() >= _ENOUGH_AKIN:
                kept = kept & wish
        return int(rng.choice(rows[kept]))


def _whole(forms: _Forms, row: int) -> Plan:
    here = slice(forms.first[row], forms.first[row + 1])
    section, goal = forms.section[here], forms.goal[here].copy()
    starts = np.flatnonzero(np.diff(section, prepend=-1)).tolist()
    again = [bool(forms.repeated[here][start]) for start in starts]
    form = formed(forms.kinship[here], forms.source[here], starts, goal)
    return Plan(
        METERS[forms.meter[row]], int(forms.pickup[row]), form, tuple(starts), tuple(again), int(forms.mode[row]),
        like=forms.character(row),
    )  # fmt: skip


def formed(kinship: Ints, source: Ints, starts: Sequence[int], goal: Ints) -> Form:
    """A form with its places told, which aims at the tonic in the end."""
    bars = np.arange(len(source))
    section = np.searchsorted(starts, bars, side="right") - 1
    since = bars - np.array(starts)[section]
    left = np.array([*starts[1:], len(source)])[section] - 1 - bars
    last = bars >= len(source) - 1 - since[-1] % 4
    return Form(kinship, source, section, since, left, np.where(last, _TONIC, goal))


def _last_bars(plan: Plan, measures: int) -> Plan:
    """The end of a plan; what repeated a bar that is no longer there is new."""
    cut = plan.bars - measures
    source = plan.form.source[cut:] - cut
    lost = source < 0
    source = np.where(lost, np.arange(measures), source)
    starts = sorted({0, *(start - cut for start in plan.starts if start > cut)})
    form = formed(np.where(lost, NEW, plan.form.kinship[cut:]), source, starts, plan.form.goal[cut:])
    again = plan.repeated[len(plan.repeated) - len(starts) :]
    return replace(plan, form=form, starts=tuple(starts), repeated=again)


def _in_blocks(forms: _Forms, rows: Ints, measures: int, akin: _Akin, rng: Generator) -> Plan:
    """Forms of shorter tunes one after the other; the later ones take up bars of the first, or their rhythm."""
    sizes = forms.bars[rows]
    blocks: list[Plan] = []
    left = measures
    while left:
        fitting = rows[(sizes <= left) & ((left - sizes == 0) | (left - sizes >= 4))]
        usual = fitting[np.isin(forms.bars[fitting], (8, 16, 32, left))]
        pool = usual if len(usual) else fitting
        if not len(pool):
            longer = rows[sizes > left]
            blocks.append(_last_bars(_whole(forms, akin.one_of(longer, rng)), left))
            break
        pool = pool[forms.bars[pool] == forms.bars[pool].max()]
        blocks.append(_whole(forms, akin.one_of(pool, rng)))
        left -= blocks[-1].bars
    return _joined(blocks, rng)


def _joined(blocks: list[Plan], rng: Generator) -> Plan:
    """One plan after the other, what is new in the later ones mostly taken from the first."""
    first = blocks[0]
    begins = np.cumsum([0, *(block.bars for block in blocks)]).tolist()
    kinship = np.concatenate([block.form.kinship for block in blocks])
    source = np.concatenate([block.form.source + begin for block, begin in zip(blocks, begins, strict=False)])
    for bar in np.flatnonzero((kinship == NEW) & (np.arange(len(kinship)) >= first.bars)):
        kinship[bar] = rng.choice([NEW, VARIED, RHYTHM, SAME], p=_OF_BLOCKS)
        if kinship[bar] != NEW:
            source[bar] = bar % first.bars
    starts = [start + begin for block, begin in zip(blocks, begins, strict=False) for start in block.starts]
    again = tuple(repeated for block in blocks for repeated in block.repeated)
    form = formed(kinship, source, starts, np.concatenate([block.form.goal for block in blocks]))
    return replace(first, form=form, starts=tuple(starts), repeated=again)
