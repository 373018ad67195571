"""Harmonic features: chords, their functions and progressions, harmonic rhythm, keys. All read `chord_columns`.

They read the analysis, and this reads bar lines, fermatas and spelling: `confounds` names only what a feature takes
from them itself. Who wants none of it leaves out what `needs` chords.

They always take the tonal reading of the engine that was chosen, of music by mode too: to set Palestrina beside Bach,
one definition must serve both. Chords count by duration times confidence, pairs of chords by their confidences, and
only pairs inside a phrase are counted. NaN where a piece has no chords.
"""

from musegen.features.harmony import chords, keys, progressions, rhythm  # noqa: F401
