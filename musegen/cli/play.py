"""`musegen play`: the machine answers, goes on, or sings a second voice, while somebody plays."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import is_quiet, notice
from musegen.cli.generate.melody import GENRES, STYLES
from musegen.cli.lazy import shared_options
from musegen.cli.making import not_empty, output_option, places_for, temperature_option
from musegen.cli.options import HOME, METER, SEED, write_output
from musegen.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from musegen.cli.players import Player
    from musegen.generation.continuation.beat import Beat
    from musegen.generation.continuation.conductor import Conductor, Duet
    from musegen.generation.continuation.rounds import Turns
    from musegen.generation.continuation.session import Note
    from musegen.generation.continuation.streams import Stream
    from musegen.score.meter import TimeSignature
    from musegen.theory.tunes.symbols import Home

WAYS = ("answer", "follow", "above", "below")


@click.command(
    name="play",
    epilog="\b\nExamples:\n  musegen play --stream call.mid --measures 4 -o both.musicxml\n"
    "  musegen play --port Piano --out-port Synth --tempo 96 -o session.mid\n"
    "  musegen play --keys --way below --key 'D dorian' -o duet.pdf",
)
@click.option("--stream", metavar="FILE.mid", callback=not_empty, help="Listen to this MIDI file, in its own time.")
@click.option("--paced", is_flag=True, help="The file is played as long as it lasts; else as fast as can be.")
@click.option("--port", metavar="NAME", callback=not_empty, help="Listen to the MIDI port whose name holds this.")
@click.option("--keys", is_flag=True, help="Play on the terminal: a w s e d ... are C, C sharp, D ...; q ends.")
@click.option("--out-port", metavar="NAME", callback=not_empty, help="Sound on this MIDI port.")
@click.option(
    "--way", type=click.Choice(WAYS), default="answer", show_default=True,
    help="Answer in turn; go on when nobody plays; sing a second voice above or below.",
)  # fmt: skip
@click.option("--measures", type=click.IntRange(1, 16), default=4, show_default=True, help="Of each turn.")
@click.option("--turns", type=click.IntRange(1, 1000), default=1000, help="Stop after so many turns of the machine.")
@click.option("--tempo", type=float, help="Felt beats a minute; else that of the file, or 90.")
@click.option("--meter", type=METER, help="Else that of the file, or 4/4.")
@click.option("--key", type=HOME, help="Else it is heard; a second voice needs it.")
@click.option("--style", type=click.Choice(STYLES), help="Whose tunes it takes after; else it is left free.")
@click.option("--genre", type=click.Choice(GENRES), help="What kind of tune; else it is left free.")
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other notes.")
@output_option
@shared_options
def command(
    stream: str | None, paced: bool, port: str | None, keys: bool, out_port: str | None, way: str, measures: int,
    turns: int, tempo: float | None, meter: TimeSignature | None, key: Home | None, style: str | None,
    genre: str | None, temperature: float, seed: int, output: Path,
) -> None:  # fmt: skip
    """Play together with the machine, from a MIDI file, a MIDI port or the keys of a terminal.

    With `--way answer` it plays as many measures as you do, after you; with `follow` it goes on a measure after your
    last note, until you play again; with `above` and `below` it sings a second voice, note against note. What both
    have played is written in the end: when the file is over, or when you stop (Ctrl-C; on the terminal, q).
    """
    from musegen.cli.players import Sounder, sing, take_turns
    from musegen.engraving.render import render
    from musegen.generation.continuation.beat import beat_of
    from musegen.generation.continuation.conductor import Duet
    from musegen.generation.continuation.writing import score_of_lines
    from musegen.score.meter import TimeSignature

    path = places_for(output, 1, [stream], None)[0]
    file = _file(stream, port=port, keys=keys)
    if file and file.players > 1:
        notice(f"{stream}: {file.players} players at once are heard as one line; give the melody alone")
    meter = meter or (file and file.meter) or TimeSignature(4, 4)
    beat = beat_of(_tempo(tempo, file, meter), meter)
    made = _conductor(beat, way, measures, key, style or "", genre or "", temperature, seed)
    sounder = Sounder(out_port)
    with _terminal(keys=keys):
        player = _player(file, port, paced=paced)
        with suppress(KeyboardInterrupt):
            if isinstance(made, Duet):
                sing(player, made, sounder)
            else:
                take_turns(player, made, sounder, turns=turns, measures=measures)
    lines = [made.answered, made.played] if way == "above" else [made.played, made.answered]
    names = ("Machine", "Player") if way == "above" else ("Player", "Machine")
    score = score_of_lines(lines, made.home, meter, title="Played together", names=names)
    write_output(path, render(score, path.suffix))
    if not is_quiet():
        notice(f"{path}: {made.home.words}, {_count(made.played)} played, {_count(made.answered)} by the machine")


def _count(notes: list[Note]) -> str:
    return f"{len(notes)} note{'s' * (len(notes) != 1)}"


def _file(stream: str | None, *, port: str | None, keys: bool) -> Stream | None:
    """The file that is listened to, if it is one; there is one player in any case."""
    if sum(map(bool, (stream, port, keys))) != 1:
        raise UsageError("the machine listens to one player", hint="name one of --stream FILE, --port NAME, --keys")
    if not stream:
        return None
    from musegen.generation.continuation.streams import stream_of
    from musegen.score.files import MAX_BYTES

    path = Path(stream)
    try:
        if not path.is_file():
            raise UnreadableFile("there is no such file", file=stream)
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(f"it is larger than {MAX_BYTES >> 20} MB", file=stream)
        return stream_of(path.read_bytes(), stream)
    except OSError as error:
        raise UnreadableFile((error.strerror or str(error)).lower(), file=stream) from None


def _tempo(tempo: float | None, file: Stream | None, meter: TimeSignature) -> float:
    """Felt beats a minute."""
    if tempo is not None or file is None:
        return 90.0 if tempo is None else tempo
    return file.quarters_per_minute / float(meter.pulse_quarters)


def _conductor(
    beat: Beat, way: str, measures: int, key: Home | None, style: str, genre: str, temperature: float, seed: int
) -> Conductor | Duet:
    import numpy as np

    from musegen.generation.continuation.conductor import Conductor, Duet
    from musegen.generation.continuation.partner import Partner
    from musegen.generation.continuation.session import Session, Setting

    rng = np.random.default_rng(seed)
    if way in ("above", "below"):
        if key is None:
            raise UsageError("a second voice has to know the key beforehand", hint="say it: --key 'D dorian'")
        return Duet(beat, Partner(key, rng, above=way == "above", temperature=temperature))
    turns: Turns = "answer" if way == "answer" else "follow"
    return Conductor(beat, Session(Setting(beat.meter, key, turns, measures, style, genre, temperature), rng))


def _terminal(*, keys: bool) -> AbstractContextManager[None]:
    from musegen.cli.players import raw_terminal

    return raw_terminal() if keys else nullcontext()


def _player(file: Stream | None, port: str | None, *, paced: bool) -> Player:
    from musegen.cli.players import FilePlayer, KeyboardPlayer, PortPlayer

    if file:
        return FilePlayer(file.keys, paced=paced)
    return PortPlayer(port) if port else KeyboardPlayer()
