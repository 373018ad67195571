"""The verbs that make music: each calls one room of generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from musegen.errors import UsageError
from musegen.verbs.reading import key_named, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from musegen.generation.accompaniment.making import Accompaniment
    from musegen.generation.accompaniment.styles import LayerName
    from musegen.generation.chorales import ChoralePlan
    from musegen.generation.chorales.making import Chorale
    from musegen.generation.exercises.sheets import SheetPair
    from musegen.generation.harmonise import Engine as HarmoniseEngine
    from musegen.generation.refine import Refined
    from musegen.generation.restyle.making import Restyled
    from musegen.generation.scenes.making import Cue
    from musegen.theory.keys import Key


def harmonise(
    melody: Any,
    *,
    key: str | Key | None = None,
    pack: str = "chorale",
    candidates: int = 1,
    engine: HarmoniseEngine = "neural",
    voices: str = "",
    measures: str = "",
    cadences: str = "",
    temperature: float = 1.0,
    rng: Generator | None = None,
) -> list[Refined]:
    """Four-part settings of the top line of a score, best first; every given note is kept.

    Chord symbols and numerals in the score are kept too, each until the next one. `engine` is `neural`, a network that
    has heard Bach's chorales, or `classical`, in plain chords. With `voices` or `measures`, such as "A,T" and "5-8,12",
    the score is in four voices, of which the neural engine sets only these anew. It takes `cadences`, too, such as
    "m4: HC, m8: PAC in D" or, by phrases, "1: HC, 2: PAC in D". Each setting differs from the others; there may be
    fewer than `candidates`. `temperature` is the network's: the lower, the likelier.

    Raises:
        ScoreError: the source cannot be read.
        UsageError: there is no such voice, measure or cadence, or the engine cannot do what is asked.
        NoSolution: the requests contradict each other; names measure and beat.
        NotFound: the widest search spent its effort.

    >>> from musegen import check
    >>> best = harmonise("bach/bwv66.6")[0]
    >>> [part.name for part in best.score.parts], check(best).count("error")
    (['Soprano', 'Alto', 'Tenor', 'Bass'], 0)
    """
    import numpy as np

    from musegen.generation.cadence_words import cadences_at, parse_cadences
    from musegen.generation.conditions import Condition, Left
    from musegen.generation.harmonise import harmonise as harmonise_score

    left = Left.parse(voices, measures) if voices or measures else None
    score, wishes = read(melody), parse_cadences(cadences) if cadences else ()
    closes = cadences_at(wishes, score) if wishes else ()
    condition = Condition(key=key_named(key), pack=pack, candidates=candidates, left=left, cadences=closes)
    drawn = rng or np.random.default_rng(1)
    return harmonise_score(score, condition, drawn, engine=engine, temperature=temperature)


def accompany(
    source: Any,
    *,
    style: str = "ballad",
    level: int = 3,
    parts: Sequence[LayerName] = ("bass", "chords", "drums"),
    rng: Generator | None = None,
) -> Accompaniment:
    """A lead sheet, or a melody for which chords are found, with an accompaniment below it; what is given stays.

    `style` is a shipped one, or a file of your own; `level`, 1 to 8, says how busy it is; `parts` say who plays.

    Raises:
        ScoreError: the source cannot be read, has no melody, or a symbol that names no chord.
        UsageError: there is no such style, level or part, or nothing of what is asked for is in this style.

    >>> made = accompany("oneills1850/0001-0050#4", style="swing", parts=["bass"])
    >>> [part.name for part in made.score.parts], made.are_found
    (['', 'Double Bass'], True)
    """
    import numpy as np

    from musegen.generation.accompaniment.making import accompany as accompany_score

    return accompany_score(read(source), rng or np.random.default_rng(1), style=style, level=level, parts=parts)


def exercise(
    *,
    level: int,
    key: str | Key = "C major",
    meter: str = "4/4",
    measures: int = 8,
    pickup: str = "none",
    count: int = 1,
    seed: int = 1,
    engine: HarmoniseEngine = "neural",
) -> list[SheetPair]:
    """Exercises in harmonising a melody, each a student's sheet and its answer; the same seed gives the same sheets.

    `engine` is `neural`, where a network that has heard Bach's chorales draws inner voices and ornaments within the
    level and chooses, or `classical`, where a search and lots do.

    Raises:
        UsageError: there is no such level, key, meter, length or pickup.
        NotFound: no exercise was found.

    >>> [pair.name for pair in exercise(level=1, key="D major", measures=4, count=2, seed=7)]
    ['harmonise-melody-1-D-major-7-1', 'harmonise-melody-1-D-major-7-2']
    """
    from musegen.generation.conditions import Condition
    from musegen.generation.exercises import make_sheets
    from musegen.score.meter import TimeSignature

    condition = Condition(
        key=key_named(key),
        meter=TimeSignature.parse(meter),
        measures=measures,
        pickup=pickup,
        level=level,
        pack=f"level-{level}",
    )
    return list(make_sheets(condition, seed=seed, count=count, engine=engine))


def cue(
    duration: float,
    mood: str = "",
    *,
    at: Sequence[float] = (),
    valence: float | None = None,
    arousal: float | None = None,
    key: str | Key | None = None,
    meter: str | None = None,
    style: str = "",
    ending: Literal["cadence", "open"] = "cadence",
    seed: int = 1,
) -> Cue:
    """Music of so many seconds in one mood or several, such as "calm to tense" or "sad, then happy at 20s".

    `at` are the times of the changes in seconds; `valence` and `arousal`, -1 to 1, take the place of words. `style`
    names an accompaniment for all of it. The score has tempo marks that make it as long as asked; the same seed gives
    the same cue.

    Raises:
        UsageError: there is no such mood, key, meter or style, or the times contradict each other.

    >>> made = cue(8, "calm", meter="4/4", seed=3)
    >>> abs(made.seconds - 8) < 0.2, made.errors
    (True, 0)
    """
    import numpy as np

    from musegen.generation.scenes.asking import CueWish
    from musegen.generation.scenes.making import make_cue
    from musegen.generation.scenes.moods import steps_of
    from musegen.score.meter import TimeSignature

    meant = TimeSignature.parse(meter) if meter else None
    wish = CueWish(float(duration), steps_of(mood, valence, arousal, at), key_named(key), meant, style, ending)
    return make_cue(wish, np.random.default_rng([seed]))


def restyle(
    source: Any,
    to: str,
    *,
    key: str | Key | None = None,
    keep: Literal["strict", "free"] = "free",
    level: int = 3,
    seed: int = 1,
) -> Restyled:
    """A piece in another style, its melody kept: chorale, waltz, march, ragtime, jig, reel, minor, major, counterpoint.

    The melody is the top line of the first part. `keep` strict has every note on a strong beat stay and adds none;
    free may add and leave out notes on weak beats. `level` is that of an accompaniment. What is kept, and what the
    rules of the style find, comes back with the score.

    Raises:
        ScoreError: the source cannot be read, or is no melody in one meter; says measure and beat.
        UsageError: there is no such style, key or level, or the piece is in it already.
        NotFound: no setting was found.

    >>> waltz = restyle("bach/bwv66.6", "waltz")
    >>> str(waltz.line.meter), waltz.errors, waltz.kept.structural_kept == waltz.kept.structural
    ('3/4', 0, True)
    """
    import numpy as np

    from musegen.generation.restyle.making import restyle as restyle_score

    return restyle_score(read(source), to, np.random.default_rng([seed]), key=key_named(key), keep=keep, level=level)


def generate(
    kind: Literal["chorale"] = "chorale",
    *,
    key: str | Key | None = None,
    meter: str | None = None,
    measures: int = 0,
    phrases: int = 0,
    pickup: str = "auto",
    cadences: str = "",
    like: Any = None,
    plan: ChoralePlan | None = None,
    style: str = "",
    level: int = 0,
    pack: str = "",
    candidates: int = 4,
    count: int = 1,
    seed: int = 1,
    temperature: float = 1.0,
) -> list[Chorale]:
    """New pieces, each with its plan; what is None, 0, empty or `auto` is drawn. The same seed gives the same pieces.

    `cadences` say how phrases close, in order or by number, such as "HC, PAC in D" or "2: PAC in D"; `like` is a
    chorale whose plan is followed, `plan` one of `generation.chorales.draw_plan`, `plan_of` or your own. `style` is
    plain, walking or florid; a `level`, 1 to 8, keeps to its keys, cadences and chords. Each piece is the best of so
    many `candidates`, drawn under the rules of `pack`: `chorale`, or that of the level, unless given.

    Raises:
        ScoreError: `like` cannot be read, or is no chorale.
        UsageError: no such plan can be, or a plan is given beside wishes that it settles.
        NotFound: the search spent its effort.
    """
    from musegen.generation.cadence_words import parse_cadences
    from musegen.generation.chorales.making import chorales
    from musegen.generation.conditions import Condition
    from musegen.score.meter import TimeSignature

    if kind != "chorale":
        raise UsageError(f"nothing generates a `{kind}`", hint="there is chorale")
    wished = Condition(
        key=key_named(key),
        meter=TimeSignature.parse(meter) if meter else None,
        measures=measures,
        pickup=pickup,
        level=level,
        pack=pack or (f"level-{level}" if level else "chorale"),
        style=style,
        candidates=candidates,
    )
    closes = parse_cadences(cadences) if cadences else ()
    model = plan if like is None else _plan_like(like, plan)
    made = chorales(
        wished, seed=seed, count=count, phrases=phrases, cadences=closes, like=model, temperature=temperature
    )
    return list(made)


def _plan_like(source: Any, other: ChoralePlan | None) -> ChoralePlan:
    from musegen.generation.chorales import plan_of
    from musegen.generation.chorales.following import whole_name

    if other is not None:
        raise UsageError("a plan and a chorale to follow contradict each other", hint="give one of them")
    return plan_of(read(whole_name(source) if isinstance(source, str) else source))
