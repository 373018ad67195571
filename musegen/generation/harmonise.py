"""Harmonising: given notes in, ranked four-part settings out, every given note kept; the same door for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

from numpy.random import Generator

from musegen.errors import NotFound, UsageError, nearest
from musegen.generation import classical_settings
from musegen.generation.conditions import Condition
from musegen.generation.left_out import left_out
from musegen.generation.naming import named
from musegen.generation.proving import refuse_impossible
from musegen.generation.refine import Choice, Refined, refined
from musegen.generation.wishes import check_temperature, check_wishes
from musegen.score.model import Score

Engine = Literal["neural", "classical"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
DEFAULT_ENGINE: Engine = "neural"


def check_engine(name: str) -> None:
    """Nothing, where there is an engine of this name.

    Raises:
        UsageError: there is none.

    >>> check_engine("neural")
    """
    if name not in ENGINES:
        raise UsageError(f"there is no engine `{name}`", hint=nearest(str(name), ENGINES))


def harmonise(
    source: Score,
    condition: Condition,
    rng: Generator,
    *,
    engine: Engine = DEFAULT_ENGINE,
    temperature: float = 1.0,
) -> list[Refined]:
    """Four-part settings of a melody, or of what else of four voices is given, best first, which differ.

    Args:
        source: a melody, which is the top line of a score; or, where the condition leaves something of it to us, four
            voices of which the rest is given. What is given is kept note for note, and so are chords, numerals and
            figures that the score has; what else is not kept stands in the notices of the setting's score.
        condition: key, rule pack and the number of candidates; what is not given is inferred.
        rng: what is drawn is drawn from it; the classical engine needs it for the second and later candidates only.
        engine: `neural` draws from a network that has heard Bach's chorales, under the rules of the pack; `classical`
            searches chords and voicings by counted statistics, and takes a melody only.
        temperature: of the network: below 1 the likelier, and the duller.

    Returns:
        At most `condition.candidates` settings with numerals; fewer where no more were found that differ.

    Raises:
        NoSolution: the requests contradict each other, or no setting keeps to the chords and ranges of the pack; names
            measure and beat.
        NotFound: the search spent its effort.
        UnreadableFile: the melody is too long, or has too many notes in one beat.
        UsageError: something is asked for that the engine cannot do, or does not exist.
    """
    (found,) = harmonise_all([source], condition, rng, engine=engine, temperature=temperature)
    if engine == "neural":
        refuse_impossible(source, condition, found)
    if not found:
        raise NotFound(f"no setting was drawn under {condition.pack}", hint="try another seed, pack or key")
    return [named(_told(one, source, condition), condition.pack) for one in found]


def _told(setting: Refined, source: Score, condition: Condition) -> Refined:
    """The setting with notices of what it lacks."""
    lost = left_out(source, condition, setting.score, setting.candidate.given)
    return replace(setting, score=replace(setting.score, notices=(*setting.score.notices, *lost))) if lost else setting


def harmonise_all(
    sources: Sequence[Score],
    condition: Condition,
    rng: Generator,
    *,
    engine: Engine = DEFAULT_ENGINE,
    temperature: float = 1.0,
) -> list[list[Refined]]:
    """The settings of each of many scores under one condition, as `harmonise` gives them; drawn at once.

    Whether there could be any is not asked: where nothing keeps to the pack, what was drawn comes back with its errors.
    """
    check_engine(engine)
    check_temperature(temperature)
    for source in sources:
        check_wishes(source, condition)
    if engine == "classical":
        found = [classical_settings.settings(source, condition, rng) for source in sources]
        return [refined(candidates, pack=condition.pack, count=condition.candidates) for candidates in found]
    from musegen.generation import neural_settings  # onnxruntime is not needed for the other engine

    drawing = neural_settings.Settings(sources, condition, rng, temperature=temperature)
    made = [Choice(condition.pack, condition.candidates) for _ in sources]
    for number, candidates in drawing.first().items():
        made[number].take(candidates)
    for _ in range(neural_settings.AGAIN):
        faulty = {number: choice.nearest for number, choice in enumerate(made) if not choice.is_enough}
        for number, candidates in drawing.again(faulty).items():
            made[number].take(candidates)
    return [choice.best() for choice in made]
