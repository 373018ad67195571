"""`musegen generate`: the table of what can be made from nothing; each command is a module of this folder."""

from __future__ import annotations

import click

from musegen.cli.lazy import LazyGroup, shared_options

COMMANDS = {
    "accompaniment": "Bass, chords and drums under a lead sheet or a melody.",
    "chorale": "Whole chorales in four parts, in Bach's style.",
    "chords": "Chord progressions, drawn, varied or blended, and chords for a melody.",
    "cue": "Music of an asked length in asked moods, with changes where they are asked for.",
    "melody": "Tunes for one voice, in folk style or over chords.",
    "phrase": "Phrases of eight beats in four parts, by a generator that learned against a critic.",
}
"""Every command and its line in the help; the command itself is `musegen.cli.generate.<name>:command`."""


@click.group(
    cls=LazyGroup,
    commands=COMMANDS,
    package="musegen.cli.generate",
    epilog="\b\nExample:\n  musegen generate chorale -o chorale.pdf",
)
@shared_options
def command() -> None:
    """Make new music, under conditions or free."""
