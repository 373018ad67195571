"""Rhythm: note values and their ratios, places in the measure, syncopation, what comes back after how long."""

from musegen.features.rhythm import density, meter, patterns, recurrence, values

__all__ = ["density", "meter", "patterns", "recurrence", "values"]
