"""Tunes: one line of notes in one meter and one key, as symbols that are the same in every transposition."""
