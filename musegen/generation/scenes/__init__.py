"""Cues: music of an asked length in asked moods, with the changes where they are asked for."""
