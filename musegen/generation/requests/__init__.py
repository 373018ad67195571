"""Chords, figures and cadences that are asked for: settings that meet them, or the requests that conflict."""
