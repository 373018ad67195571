"""musegen reads, checks and writes sheet music."""

__version__ = "0.1.0"
