"""Mood as a rule of thumb: pleasantness and activity that published correlates would lead one to expect of a score."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from musegen.features.piece_view import PieceView
from musegen.features.style.mood_cues import SCORE_CUES, TEMPO, UNKNOWN, Cue
from musegen.score.files import read
from musegen.score.model import Direction, Score

NOTE = "a rule of thumb from published correlates, not a measurement of what anyone felt"
_NEUTRAL = 0.1
_STANDARD_TEMPO = 100.0


class Share(NamedTuple):
    """What one cue says, and what it adds."""

    cue: str
    value: float
    unit: str
    strength: float  # -1 to 1: how far from neutral
    valence: float  # what it adds to the valence
    arousal: float
    source: str


class Mood(NamedTuple):
    """Where a score would lie on Russell's circumplex (1980); NaN where no cue is known."""

    valence: float  # -1 unpleasant to 1 pleasant
    arousal: float  # -1 calm to 1 active
    cues: tuple[Share, ...]
    unknown: tuple[str, ...]  # cues that matter, and that the score does not tell

    @property
    def quadrant(self) -> str:
        """The corner of the circumplex in a word or two; unknown without a tempo, on which arousal depends most."""
        if TEMPO.name in self.unknown:
            return "unknown"
        if not math.hypot(self.valence, self.arousal) >= _NEUTRAL:
            return "unknown" if math.isnan(self.valence + self.arousal) else "neutral"
        pleasant, active = self.valence >= 0, self.arousal >= 0
        return ("cheerful" if active else "peaceful") if pleasant else ("tense" if active else "sad")


def mood(source: Any, *, tempo: float | None = None) -> Mood:
    """The mood that mode, register, density, dissonance, chromaticism and texture of a score lead one to expect.

    `source` is a path, a name of music21's corpus, a stream, a Score or a PieceView. `tempo` is in beats a minute; left
    out, it is what the score's own marks say. Without either the cue that matters most for arousal is
    missing. Effects add up and are linear, as Eerola, Friberg & Bresin (2013) found for the expression that listeners
    perceive; the weights are ours, after what they and Gabrielsson & Lindström (2010), Schubert (2004) and Livingstone
    et al. (2010) rank.

    Raises:
        ScoreError: it cannot be read.

    >>> bright, dark = mood("bach/bwv66.6", tempo=60), mood("bach/bwv66.6", tempo=160)
    >>> bright.arousal < dark.arousal
    True
    """
    view = source if isinstance(source, PieceView) else PieceView(read(source))
    values = [(cue, cue.measure(view)) for cue in SCORE_CUES]
    tempo = tempo or stated_tempo(view.score)
    if tempo > 0:
        values.insert(0, (TEMPO, math.log2(tempo / _STANDARD_TEMPO)))
    known = [(cue, value) for cue, value in values if math.isfinite(value)]
    missing = [cue.name for cue in (TEMPO, *SCORE_CUES) if cue.name not in {there.name for there, _ in known}]
    valence, arousal = sum(abs(cue.valence) for cue, _ in known), sum(abs(cue.arousal) for cue, _ in known)
    cues = tuple(_share(cue, value, valence, arousal) for cue, value in known)
    sums = sum(share.valence for share in cues), sum(share.arousal for share in cues)
    return Mood(sums[0] if valence else math.nan, sums[1] if arousal else math.nan, cues, (*missing, *UNKNOWN))


def stated_tempo(score: Score) -> float:
    """The tempo that marks of a score state, in felt beats a minute, the mean by their lengths; 0 where none does.

    >>> from dataclasses import replace
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 6/8; unit: 1/8\\nS: a4 b4 c5 d5 c5 b4")
    >>> round(stated_tempo(replace(piece, directions=(Direction(0, "tempo", "Andante", 120.0),))))
    80
    """
    marks = [one for one in score.directions if one.kind == "tempo" and one.tempo > 0]
    ends = [*(one.onset for one in marks[1:]), score.end]
    lengths = [max(end - one.onset, 0) for one, end in zip(marks, ends, strict=False)]
    if not sum(lengths):
        return 0.0
    octaves = (length * math.log2(_pulses(score, one)) for one, length in zip(marks, lengths, strict=True))
    return float(2 ** (sum(octaves) / sum(lengths)))


def _pulses(score: Score, mark: Direction) -> float:
    """Felt beats a minute."""
    meter = score.measures[score.measure_index_at(mark.onset)].time_signature
    return mark.tempo / float(meter.pulse_quarters)


def mood_text(name: str, found: Mood) -> str:
    """The mood with the share of each cue, and what is not known."""
    told = found.quadrant if TEMPO.name not in found.unknown else "no mood is named without a tempo"
    lines = [f"{name}: {told}; valence {found.valence:+.2f}, arousal {found.arousal:+.2f} ({NOTE})"]
    lines += [
        f"  {share.cue:<13}{share.value:>7.2f}  valence {share.valence:+.2f}, "
        f"arousal {share.arousal:+.2f}  ({share.unit})"
        for share in found.cues
    ]
    return "".join(line + "\n" for line in (*lines, f"  not known: {', '.join(found.unknown)}"))


def mood_data(name: str, found: Mood) -> dict[str, Any]:
    """The same for JSON."""
    return {"piece": name, "quadrant": found.quadrant, "note": NOTE} | found._asdict()


def _share(cue: Cue, value: float, valence: float, arousal: float) -> Share:
    strength = max(-1.0, min(1.0, (value - cue.neutral) / cue.scale))
    added = (cue.valence * strength / valence if valence else 0.0, cue.arousal * strength / arousal if arousal else 0.0)
    return Share(cue.name, value, cue.unit, strength, *added, cue.source)
