"""Features of form: phrases, cadences, the ending, what is repeated, sequences and imitation, sections."""

from musegen.features.form import cadences, imitation, phrases, repetition, sections, sequences  # noqa: F401
