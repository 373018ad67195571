"""Pitch: which pitch classes sound, measured from the final; how notes are spelled; where they lie."""

from musegen.features.pitch import classes, common, spelling, register  # isort: skip # the order of the columns

__all__ = ["classes", "common", "register", "spelling"]
