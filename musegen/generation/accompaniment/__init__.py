"""Accompaniments under a melody: bass, chords and drums, played by styles that are data; see docs/accompaniment.md.

`making` is the door. `styles` reads the files in styles/, whose rows `rows` takes apart and `meters` fits to any meter;
`plan` says when what is struck, `voicings`, `guitar` and `bass` with which notes, `writing` puts them on paper.
"""
