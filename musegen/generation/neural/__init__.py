"""The neural harmoniser: scores as frames of sixteenths, what is asked of each frame, and notes drawn by a network."""
