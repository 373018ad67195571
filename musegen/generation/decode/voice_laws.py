"""The laws of any pack, as a search over frames asks for them: a voice after the other, then the whole sonority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.coming import Coming
from musegen.generation.decode.compiled import compiled, keep
from musegen.generation.decode.numbering import HELD_NOTE, NOTE_NUMBERS, codes
from musegen.generation.decode.reach import PAIRS, VOICES, asked
from musegen.generation.decode.tables import ASK, EXCUSABLE, ON_PULSE, SONORITY, SUCCESSION, Bytes
from musegen.rules.entries import Rule
from musegen.rules.packs import Pack, load_pack
from musegen.theory.sonority import Bools, Sonority

Points = npt.NDArray[np.float64]
_WEIGHTS = {"error": 0.0, "warning": 1.0, "info": 0.5}
_WITH = [[number for number, pair in enumerate(PAIRS) if voice in pair] for voice in range(VOICES)]
"""For each voice the numbers of the pairs that it belongs to."""


class Laws:
    """The slice and pair rules of a pack over rows of four voices, S A T B; a row is a particle or a candidate.

    `before` is what each voice sang last, `now` the frame that is being made. Both may carry the chords of each row,
    without which rules that need chords are silent; the chord before is that of the last frame in which something
    began, for `check` reads chords there. `joined` (rows,) says where the frame goes on from what was sung before:
    elsewhere no rule of a succession acts. What counts in a frame:

    - rules of the surface judge frames in which something begins; what only goes on was judged when it began. Ask
      `refused` of each voice that strikes a note, in any order, then `refused_chord`;
    - rules of a view of pulses act where `pulse` is true: one truth value for all rows, or one a row. There they judge
      held notes, too: ask `refused_chord` on every pulse, for a note that came before it may only then be refused;
    - what a chord lacks `throughout` shows when the chord ends: see `lacks`;
    - exceptions that need more than two sonorities (`anticipation`, `brief-note`, ...) are not granted;
    - rules of a phrase, pair rules of other views, and rules that need a cantus, figures or instruments are in
      `not_judged`: they are left to `check`.

    So `check` reports no error of a judged rule in what passed here, while it may let pass what is refused here.

    >>> from musegen.rules.views import surface
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = surface(parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3"))
    >>> laws, goes_on = Laws("strict"), np.array([True])
    >>> [bool(laws.refused(piece.first, piece.second, goes_on, voice)[0]) for voice in range(4)]
    [False, False, True, True]
    """

    def __init__(self, pack: str | Pack) -> None:
        """`pack` is a pack, or the name or path of one.

        Raises:
            PackError, UsageError: there is no such pack, or it cannot be used.
        """
        self._known = compiled(load_pack(pack) if isinstance(pack, str) else pack)

    def keep(self) -> None:
        """Keep what was tabulated for the next process, in the user's cache."""
        keep(self._known)

    @property
    def not_judged(self) -> tuple[str, ...]:
        """The ids of the rules of which nothing is known here."""
        return self._known.not_judged

    def refused(
        self, before: Sonority, now: Sonority, joined: Bools, voice: int, *, pulse: Bools | bool = True
    ) -> Bools:
        """(rows,): the note of `voice` breaks a law, by itself or together with the voices that are decided so far.

        `now.sounds` is True only for decided voices that sound, `voice` included. Where a voice that is not yet decided
        could excuse it (by taking over a seventh), the note is refused all the same.
        """
        cells = self._cells(before, now, voice)
        allowed = joined * np.uint8(SUCCESSION) + np.uint8(SONORITY) + np.multiply(pulse, ON_PULSE, dtype=np.uint8)
        found = (cells & allowed) != 0
        if self._known.growing or cells.max(initial=0) >= EXCUSABLE:
            found = self._refused_by_rules(Moment.of(before, now, joined, pulse), voice, cells, found)
        return np.asarray(found & now.sounds[:, voice])

    def coming(self, before: Sonority, now: Sonority, joined: Bools, *, pulse: Bools | bool = True) -> Coming:
        """What `refused` asks of, prepared for many notes of each row; of `now` the chords matter only."""
        return Coming.of(self._known, before, now, joined, pulse)

    def refused_as_well(self, moment: Moment, voice: int, cells: Bytes) -> Bools:
        """(rows,): a note that its cells (`coming`) allow breaks a law all the same, one that has no table."""
        nothing = np.zeros(len(cells), dtype=bool)
        if not self._known.growing and cells.max(initial=0) < EXCUSABLE:
            return nothing
        return self._refused_by_rules(moment, voice, cells, nothing)

    def refused_chord(
        self, before: Sonority, now: Sonority, joined: Bools, *, pulse: Bools | bool = True, free: Bools | None = None
    ) -> Bools:
        """(rows,): the whole sonority, all voices decided, breaks a law that no voice could see when it was decided.

        On a pulse also what held notes break, of which no `refused` was asked. `free` (voices,) or (rows, voices) says
        which voices the search has drawn: what the given ones break among themselves is then passed over.
        """
        found, moment = np.zeros(len(now.pitch), dtype=bool), Moment.of(before, now, joined, pulse)
        for rule in self._known.whole:
            if _acts(rule, moment):
                mask = _holds(rule, moment)
                found |= (mask if free is None else mask & _concerning(rule, free)).any(axis=1)
        return found

    def costs(self, before: Sonority, now: Sonority, joined: Bools, *, pulse: Bools | bool = True) -> Points:
        """(rows,): the points of all warnings and half the points of all infos that begin in a complete frame."""
        total, moment = np.zeros(len(now.pitch)), Moment.of(before, now, joined, pulse)
        if now.attack.any():
            for rule in self._known.weighing:
                if _acts(rule, moment):
                    total += _WEIGHTS[rule.severity] * rule.points * _begun(rule, moment)
        return total

    def lacks(self, now: Sonority) -> Bools:
        """(rows, rules): which rules about what a chord lacks throughout hold in this sonority, all voices decided.

        A chord breaks such a rule only if it holds in all its frames: keep `lack = lacks(now) & (lack | begins)`, where
        `begins[:, None]` says that another chord begins, and ask `lack_refused` and `lack_costs` when the chord ends.
        """
        rules = [] if now.harmony is None else self._known.throughout
        found = np.zeros((len(now.pitch), len(self._known.throughout)), dtype=bool)
        for number, rule in enumerate(rules):
            found[:, number] = asked(rule, now, now)
        return found

    def lack_refused(self, lack: Bools) -> Bools:
        """(rows,): what a chord has lacked from its beginning to its end is an error."""
        return np.asarray(lack @ np.array([rule.severity == "error" for rule in self._known.throughout], dtype=bool))

    def lack_costs(self, lack: Bools) -> Points:
        """(rows,): the points of what a chord has lacked throughout and that is no error."""
        return np.asarray(lack @ np.array([_WEIGHTS[rule.severity] * rule.points for rule in self._known.throughout]))

    def _cells(self, before: Sonority, now: Sonority, voice: int) -> Bytes:
        """(rows,): what the tables say of a voice, alone and with each other one that is decided."""
        old, new = codes(before), codes(now)
        left, note = NOTE_NUMBERS[old], NOTE_NUMBERS[new[:, voice]]
        note = np.where(now.attack[:, voice], note, np.int16(HELD_NOTE))
        known = self._known
        cells: Bytes = known.notes[voice, left[:, voice], note]
        if now.harmony is not None and (known.chords.rules or known.chords.excusable):
            cells |= known.chords.cells(voice, (before.harmony or now.harmony, now.harmony), left, note)
        others = [other for other in np.flatnonzero(now.sounds.any(axis=0)).tolist() if other != voice]
        if others and known.pairs.rules:
            pairs = known.pairs.cells(voice, others, old, new, now.attack) * now.sounds[:, others]
            cells |= np.bitwise_or.reduce(pairs, axis=1)
        return cells

    def _refused_by_rules(self, moment: Moment, voice: int, cells: Bytes, found: Bools) -> Bools:
        """The same as `found`, and what has no table: strange notes, what may be excused, rules of several voices."""
        strange, excusable = cells >= ASK, ((cells & EXCUSABLE) != 0) & moment.joined
        for rules, where in ((self._known.tabled, strange), (self._known.excusable, strange | excusable)):
            rows = np.flatnonzero(where & ~found & moment.now.sounds[:, voice])
            if len(rows):
                found[rows] = _broken(rules, moment.rows(rows), voice)
        return found | _broken(self._known.growing, moment, voice)


class Moment(NamedTuple):
    """A frame and what it is heard against, as rules read them."""

    before: Sonority
    now: Sonority
    joined: Bools
    pulse: Bools

    @classmethod
    def of(cls, before: Sonority, now: Sonority, joined: Bools, pulse: Bools | bool) -> Moment:
        """Where there was no chord before, as when a piece begins, that of now stands in."""
        chord = before.harmony or now.harmony
        heard = Sonority(before.pitch, before.fifths, before.sounds, before.sounds, chord)
        return cls(heard, now, joined, np.broadcast_to(np.asarray(pulse, dtype=bool), joined.shape))

    def rows(self, rows: npt.NDArray[np.intp]) -> Moment:
        """Some of its rows, in order."""
        if len(rows) == len(self.joined):
            return self
        return Moment(self.before[rows], self.now[rows], self.joined[rows], self.pulse[rows])


def _acts(rule: Rule, moment: Moment) -> bool:
    """The rule has something to say in this frame."""
    knows = moment.now.harmony is not None or not rule.kind.needs_harmony
    return knows and (rule.view == "surface" or bool(moment.pulse.any()))


def _holds(rule: Rule, moment: Moment) -> Bools:
    """(rows, voices or pairs): where the rule holds, as far as one frame and what was sung before it tell."""
    found = asked(rule, moment.before, moment.now)
    if rule.kind.window == "pair":
        return np.asarray(found & moment.joined[:, None])
    return found if rule.view == "surface" else np.asarray(found & moment.pulse[:, None])


def _concerning(rule: Rule, voices: Bools) -> Bools:
    """(voices or pairs) or (rows, ...): where the mask of a rule is about one of these voices."""
    if rule.kind.axis != "pairs":
        return voices
    upper, lower = np.array(PAIRS).T
    return np.asarray(voices[..., upper] | voices[..., lower])


def _broken(rules: Sequence[Rule], moment: Moment, voice: int) -> Bools:
    """(rows,): one of the rules holds of a voice, by itself or with others that sound."""
    found = np.zeros(len(moment.joined), dtype=bool)
    for rule in rules:
        if _acts(rule, moment):
            mask = _holds(rule, moment)
            is_of_two = rule.kind.axis == "pairs"
            found |= (mask & moment.now.together)[:, _WITH[voice]].any(axis=1) if is_of_two else mask[:, voice]
    return found


def _begun(rule: Rule, moment: Moment) -> npt.NDArray[np.intp]:
    """(rows,): how often `check` would report the rule for what begins in this frame."""
    found = _holds(rule, moment)
    if rule.kind.window == "slice" and found.any():
        is_state = rule.kind.axis == "pairs"  # told once for as long as it lasts
        found = found & (~asked(rule, moment.before, moment.before) if is_state else moment.now.attack)
    if rule.kind.axis == "together":
        return np.asarray(found.any(axis=1).astype(np.intp))
    return np.asarray(np.count_nonzero(found, axis=1))
