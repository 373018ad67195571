"""Playing together in real time: how soon the next note is there, in key and on the grid; a partner's errors.

    taskset -c 0 python tests/benchmarks/realtime.py                 # 10 minutes of play each; about 5 minutes
    taskset -c 0 python tests/benchmarks/realtime.py --minutes 1

Players are tunes of the test split of `folk-tunes`, which no weights have seen, in 4/4 at 100 beats a minute, with
every key up to 20 ms early or late (normal, sigma 8 ms). The clock is simulated, the work is not: what the machine has
to do while nobody waits is done in the gaps, and a note that comes before it is done waits for it. So a latency is the
time from the moment at which a note can be asked for until it is there. `cpu` is that of the process, `wall` what one
hears on this machine, as busy as it is. The first notes count like all others; opening is told apart.

`partner`: tunes of the same split under species-1 without its rules of whole notes and of the end, which a player alone
decides, and cantus firmi in whole notes, drawn at random, under the whole of species-1 and
species-2. Rows name the rules' errors.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from musegen.corpora import pieces_of
from musegen.errors import MusegenError
from musegen.generation.continuation.beat import beat_of
from musegen.generation.continuation.conductor import Conductor, Duet
from musegen.generation.continuation.keys import spelled
from musegen.generation.continuation.partner import Partner
from musegen.generation.continuation.rounds import is_in_key
from musegen.generation.continuation.session import Note, Session, Setting, Turns
from musegen.generation.continuation.streams import Key
from musegen.generation.continuation.writing import score_of_lines
from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import LENGTHS, MODES, Home, home_named
from musegen.theory.tunes.tune import Tune, tune_of

METER, TEMPO = TimeSignature(4, 4), 100
SIGMA, FARTHEST = 0.008, 0.02
OF_A_PLAYER = ("wrong-values", "imperfect-ending", "weak-cadence", "wrong-final")
_PERCENT = (50, 99, 100)


class Watch:
    """Latencies of the machine on a simulated clock, by process and by wall, in seconds."""

    def __init__(self) -> None:
        self.cpu, self.wall = list[float](), list[float]()
        self.begin()
        self.late = 0  # gaps too short for what was to be done in them

    def begin(self) -> None:
        """The simulated clock stands at 0 again."""
        self._free = {"cpu": 0.0, "wall": 0.0}

    def asked(self, now: float, work: Callable[[], Any], *, counts: bool) -> Any:
        """Do what is asked at a moment of the simulated clock; a note that `counts` has a latency."""
        begun = time.process_time(), time.perf_counter()
        answer = work()
        spent = {"cpu": time.process_time() - begun[0], "wall": time.perf_counter() - begun[1]}
        for name, latencies in (("cpu", self.cpu), ("wall", self.wall)):
            self.late += name == "wall" and self._free[name] > now
            self._free[name] = max(self._free[name], now) + spent[name]
            if counts:
                latencies.append(self._free[name] - now)
        return answer

    def idle(self, until: float, work: Callable[[], bool]) -> None:
        """Do what is left to do, step by step, as long as the next moment has not come."""
        while self._free["wall"] < until:
            now = max(self._free.values())
            if not self.asked(now, work, counts=False):
                break

    def lines(self) -> Iterator[str]:
        """Two lines of a table."""
        for name, latencies in (("cpu", self.cpu), ("wall", self.wall)):
            middle, high, most = np.percentile(np.array(latencies) * 1000, _PERCENT)
            slow = float(np.mean(np.array(latencies) >= 0.02))
            yield f"  {name:5}p50 {middle:6.2f}  p99 {high:6.2f}  longest {most:6.2f} ms  over 20 ms {slow:.2%}"


def tunes() -> list[Tune]:
    """Tunes of the test split in common time, in notes that stand on sixteenths."""
    found = []
    for piece in pieces_of(["folk-tunes"], split="test"):
        try:
            tune = tune_of(piece.read())
        except MusegenError:
            continue
        if tune.meter == METER and not (np.array(LENGTHS)[tune.length] % 6).any():
            found.append(tune)
    return found


def keys_of(tune: Tune, rng: Generator) -> Iterator[Key]:
    """The keys of a tune, a little early or late."""
    beat = beat_of(TEMPO, METER)
    for symbol, length, onset in zip(tune.symbol.tolist(), tune.length.tolist(), tune.onset.tolist(), strict=True):
        if symbol > 1 and onset >= 0:
            off = np.clip(rng.normal(0, SIGMA, 2), -FARTHEST, FARTHEST)
            pitch = tune.home.pitch(symbol).pitch
            yield Key(beat.seconds(onset) + float(off[0]), pitch, True)
            yield Key(beat.seconds(onset + LENGTHS[length]) - 0.03 + float(off[1]), pitch, False)


def answering(players: list[Tune], minutes: float, turns: Turns, *, known: bool, rng: Generator) -> None:
    """Call and answer by four measures, or going on where the player has stopped; a new player every 32 measures."""
    watch, tally = Watch(), Counter[str]()
    place, beat, opened = 0, beat_of(TEMPO, METER), 0.0
    bars = int(minutes * TEMPO / 4)
    number = 0
    while place < bars:
        tune = players[number % len(players)]
        number += 1
        begun = time.process_time()
        session = Session(Setting(METER, tune.home if known else None, turns, 4), rng.spawn(1)[0])
        opened = max(opened, time.process_time() - begun)
        count = min(32, bars - place)
        conductor = Conductor(beat, session)
        homes = perform(conductor, watch, [*sorted(_parts(tune, count, turns, rng))], beat.seconds(count * beat.bar))
        place += count
        told(conductor, homes, tune, tally)
        watch.begin()
    print(f"{turns}, key {'given' if known else 'heard'}: {bars} measures, {number} players, {tally['notes']} notes")
    print(*watch.lines(), sep="\n")
    print(
        f"  in key {tally['in key'] / tally['notes']:.2%}  on the grid {tally['on grid'] / tally['notes']:.2%}"
        f"  played in a key of the player's signature {tally['same'] / number:.0%}"
        f"  waited for thinking {watch.late}  opening {opened:.2f} s of the processor"
    )


def _parts(tune: Tune, bars: int, turns: Turns, rng: Generator) -> Iterator[Key]:
    """What of a tune falls into the player's turns."""
    beat, mine = beat_of(TEMPO, METER), False
    for key in keys_of(tune, rng):
        if key.is_down:
            place = beat.snapped(key.seconds) // tune.bar
            mine = place < bars and (place // 4 % 2 == 0 if turns == "answer" else place % 8 < 3)
        if mine:
            yield key


def perform(conductor: Conductor, watch: Watch, keys: list[Key], end: float) -> list[Home]:
    """Keys and cues in the order of time; the key in which each note was played."""
    homes = list[Home]()
    while True:
        due = conductor.due
        now = min([key.seconds for key in keys[:1]] + ([due] if due is not None else []) + [end])
        watch.idle(now, conductor.session.prepare)
        if now >= end:
            return homes
        if keys and keys[0].seconds <= now:
            key = keys.pop(0)
            watch.asked(now, lambda key=key: conductor.key(key), counts=False)
        else:
            watch.asked(now, conductor.cue, counts=True)
            homes += [conductor.home] * (len(conductor.answered) - len(homes))


def told(conductor: Conductor, homes: list[Home], tune: Tune, tally: Counter[str]) -> None:
    """Count what was answered."""
    home = conductor.session.key
    assert home is not None
    tally["same"] += home.signature == tune.home.signature
    for note, key in zip(conductor.answered, homes, strict=True):
        tally["notes"] += 1
        tally["in key"] += is_in_key(key, note.pitch)
        tally["on grid"] += note.onset % 6 == 0


def duets(players: list[Tune], minutes: float, rng: Generator) -> None:
    """A partner beside tunes, note against note, for so many minutes."""
    watch, errors, tally = Watch(), Counter[str](), Counter[str]()
    whole, beat = load_pack("species-1"), beat_of(TEMPO, METER)
    pack = Pack(whole.id, whole.title, tuple(rule for rule in whole.rules if rule.id not in OF_A_PLAYER), whole.scope)
    seconds, number = 0.0, 0
    while seconds < minutes * 60:
        tune, above = players[number % len(players)], number % 2 == 0
        number += 1
        duet = Duet(beat, Partner(tune.home, rng.spawn(1)[0], above=above))
        watch.begin()
        for key in sorted(keys_of(tune, rng)):
            watch.asked(key.seconds, lambda key=key, duet=duet: duet.key(key), counts=key.is_down)
        tally["forced"] += duet.partner.forced
        judged(duet.answered, duet.played, tune.home, pack, above, errors, tally)
        seconds += beat.seconds(tune.end)
    print(f"partner of tunes: {number} tunes, {tally['notes']} notes, no lawful note {tally['forced']}")
    print(*watch.lines(), sep="\n")
    print(f"  errors with the partner {dict(errors)}, of the player alone {tally['alone']}")
    print(f"  in key {tally['in key'] / tally['notes']:.2%}")


def judged(
    sung: list[Note], played: list[Note], home: Home, pack: Pack, above: bool, errors: Counter[str],
    tally: Counter[str],
) -> None:  # fmt: skip
    """Check a duet; findings in the player's line alone are counted apart."""
    score = score_of_lines([sung, played] if above else [played, sung], home, METER)
    report = check(score, pack, infer=False, cantus_firmus="lower" if above else "upper")
    mine = "1" if above else "2"
    for finding in report.findings:
        if finding.severity == "error" and (mine in finding.voices or not finding.voices):
            errors[finding.rule] += 1
        elif finding.severity == "error":
            tally["alone"] += 1
    tally["notes"] += len(sung)
    tally["in key"] += sum(is_in_key(home, note.pitch) for note in sung)


def cantus(home: Home, rng: Generator) -> list[int]:
    """A line in whole notes by sung intervals, of 8 to 13 notes, that steps down to its end."""
    while True:
        steps = rng.choice([-1, 1, -1, 1, -2, 2, -3, 3, 4, -4], int(rng.integers(5, 11)))
        places = [0, *np.cumsum(steps).tolist(), 1, 0]
        pitches = [home.natural(place).pitch for place in places]
        leaps = np.abs(np.diff(pitches))
        if min(places) >= -4 and max(places) <= 9 and np.isin(leaps, (1, 2, 3, 4, 5, 7, 8)).all():
            return pitches


def counterpoints(minutes: float, rng: Generator, *, halves: bool) -> None:
    """A partner beside cantus firmi that it knows the length of, a measure every 2.4 seconds."""
    watch, errors, tally = Watch(), Counter[str](), Counter[str]()
    tonics = dict(zip(MODES, "F C G D A E".split(), strict=True))
    seconds, number = 0.0, 0
    while seconds < minutes * 60:
        home, above = home_named(f"{tonics[MODES[number % 6]]} {MODES[number % 6]}"), number // 6 % 2 == 0
        number += 1
        line = cantus(home, rng)
        partner = Partner(home, rng.spawn(1)[0], above=above, halves=halves, notes=len(line))
        played, sung = list[Note](), list[Note]()
        for bar, pitch in enumerate(line):
            both = watch.asked(seconds, lambda pitch=pitch, partner=partner: partner.play(pitch), counts=True)
            played.append(Note(96 * bar, 96, pitch, spelled(home, pitch)))
            length = 96 // len(both)
            sung += [Note(96 * bar + length * place, length, *one) for place, one in enumerate(both)]
            seconds += 240 / TEMPO
        tally["forced"] += partner.forced
        judged(sung, played, home, load_pack(partner.pack), above, errors, tally)
    name = "species-2" if halves else "species-1"
    print(f"partner, {name}: {number} cantus firmi, {tally['notes']} notes, no lawful note {tally['forced']}")
    print(*watch.lines(), sep="\n")
    print(f"  errors of {name}, endings included: {dict(errors)}")


def main(minutes: float) -> None:
    """All tables."""
    players, rng = tunes(), np.random.default_rng(1)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{len(players)} tunes; {cores} core{'s' * (cores != 1)}, load {os.getloadavg()[0]:.1f} of {os.cpu_count()}")
    answering(players, minutes, "answer", known=False, rng=rng)
    answering(players, minutes, "answer", known=True, rng=rng)
    answering(players, minutes, "follow", known=False, rng=rng)
    duets(players, minutes, rng)
    counterpoints(minutes, rng, halves=False)
    counterpoints(minutes, rng, halves=True)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--minutes", type=float, default=10.0)
    main(words.parse_args().minutes)
