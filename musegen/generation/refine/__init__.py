"""What is made is written, read again, judged, mended and ranked before anybody sees it."""

from musegen.generation.refine.candidates import Candidate, Refined
from musegen.generation.refine.choosing import Choice, refined

__all__ = ["Candidate", "Choice", "Refined", "refined"]
