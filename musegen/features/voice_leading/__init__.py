"""Voice-leading features, read off the voice-leading graph: motion, parallels, resolutions, figures, smoothness.

Of the graph's tables they read `note`, `slice`, `succession`, `motion` and `voice_leading`. Pairs of lines under a
fermata are not counted, as in the rules.
"""

from musegen.features.voice_leading import figures, motions, resolutions, smoothness  # noqa: F401
