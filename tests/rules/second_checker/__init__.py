"""A second checker: every rule once more, note by note from its definition alone, to compare the real one with.

It reads a piece as `Music`, looks at every note, pair or chord in turn, and knows no predicate, view or mask of
`musegen.rules`. A rule of it is one function, registered by the name of the rule.
"""

from second_checker.music import Music, Note, Place
from second_checker.registry import SECOND, places, second

__all__ = ["SECOND", "Music", "Note", "Place", "places", "second"]
