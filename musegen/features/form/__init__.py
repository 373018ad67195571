"""Features of form: phrases, cadences, the ending, what is repeated, sequences and imitation, sections and length."""

from musegen.features.form import cadences, imitation, length, phrases, repetition, sequences  # noqa: F401
