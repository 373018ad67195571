"""What a mood asks of music: mode, tempo, register, density, dissonance, rhythm, loudness, after published correlates.

What listeners hear as pleasant or not, calm or active, is taken from

- Gabrielsson and Lindström, "The role of structure in the musical expression of emotions" (Handbook of Music and
  Emotion, 2010, chapter 14): fast, loud, dense music and wide leaps are active; major, consonant music is happy or
  serene, minor and dissonant music sad, tense or angry; high is happy, low is sad or threatening;
- Eerola, Friberg and Bresin, "Emotional expression in music" (Frontiers in Psychology 4:487, 2013): mode before tempo
  before register before loudness, each by its own and in straight lines, which is why they are set one by one here;
- Livingstone, Muhlberger, Brown and Thompson, "Changing musical emotion" (Computer Music Journal 34:1, 2010): rules
  that move tempo, mode, loudness, pitch height and density of a score by quadrants.

Which number goes with which place on the circle is ours.
"""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.scenes.moods import Mood

_TEMPO, _OCTAVES = 92.0, 0.85
"""Felt beats a minute of a mood in the middle, and how many octaves faster the most active one is."""
_OF_VALENCE = 0.06
_SLOWER = 0.9
"""Of felt beats that are dotted: their three parts make them busier."""
_SIGNS = ((-0.75, "pp"), (-0.35, "p"), (0.0, "mp"), (0.4, "mf"), (0.75, "f"), (9.0, "ff"))
_STYLES = {"cheerful": "bright", "peaceful": "calm", "tense": "tense", "sad": "sad"}
_COUNTS = {"cheerful": "happy", "peaceful": "calm", "tense": "tense", "sad": "sad"}
"""Moods of `tunes.moods` with as many notes."""
_MIDDLE = 69.0
"""The MIDI number about which a melody of the middle lies."""
_LOWEST, _HIGHEST = 55, 86
_STILL = -0.45
"""Arousal below which no note of the melody is shorter than a beat, and many are longer."""


class Character(NamedTuple):
    """The means of a mood."""

    is_minor: bool
    pulse: float  # felt beats a minute that it would have
    low: int  # MIDI numbers that the melody is between
    high: int
    level: int  # of the melody: its shortest notes and widest leaps
    mood: str  # that of `tunes.moods`, which says how many notes there are
    style: str  # of the accompaniment
    busy: int  # its level
    dissonance: float  # 0 plain triads, to 1 sevenths and ninths wherever they may be
    pace: float  # chords in a measure of four felt beats
    dynamic: str


def character_of(mood: Mood, *, is_compound: bool = False) -> Character:
    """What to do for a mood.

    >>> from musegen.generation.scenes.moods import mood_named
    >>> calm, tense = character_of(mood_named("calm")), character_of(mood_named("tense"))
    >>> calm.is_minor, tense.is_minor, calm.pulse < tense.pulse, calm.dynamic, tense.dynamic
    (False, True, True, 'p', 'f')
    """
    valence, arousal = mood.valence, mood.arousal
    pulse = _TEMPO * 2 ** (_OCTAVES * arousal + _OF_VALENCE * valence) * (_SLOWER if is_compound else 1.0)
    middle = _MIDDLE + 3.0 * valence + 2.0 * arousal
    reach = 8.0 + 2.0 * arousal
    low, high = max(_LOWEST, round(middle - reach)), min(_HIGHEST, round(middle + reach))
    dynamic = next(sign for most, sign in _SIGNS if arousal <= most)
    return Character(
        is_minor=valence < 0,
        pulse=pulse,
        low=low,
        high=high,
        level=2 if arousal < _STILL else 3 if arousal < -0.2 else 4 if arousal < 0.45 else 5,
        mood="sad" if arousal < _STILL else _COUNTS[mood.quadrant],
        style=_STYLES[mood.quadrant],
        busy=max(1, min(8, round(4.5 + 4.0 * arousal))),
        dissonance=max(0.0, min(1.0, (arousal - 2.0 * valence) / 2.5)),
        pace=1.0 + 0.5 * (arousal > 0),
        dynamic=dynamic,
    )
