"""Pitch: which pitch classes sound, measured from the final; how notes are spelled; where they lie."""

from musegen.features.pitch import classes, common, register, spelling

__all__ = ["classes", "common", "register", "spelling"]
