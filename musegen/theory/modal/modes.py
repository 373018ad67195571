"""The mode of a piece: final, system, ambitus, authentic or plagal, named among the eight and the twelve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from musegen.score.keeping import kept
from musegen.score.model import Score
from musegen.score.pitch import STEPS, fifths_name, step_of
from musegen.theory.keys import Key
from musegen.theory.modal.ambitus import ambitus, authentic_share
from musegen.theory.modal.clausulae import Clausula, clausulae
from musegen.theory.modal.finals import last_note, names_a_part, probabilities, signature_of
from musegen.theory.modal.lines import Line, Role, lines_of
from musegen.theory.modal.names import FIFTHS, FOURTHS, SCALES, Scale, mode_name, system_name, tonal_type


class Mode(NamedTuple):
    """The mode of a piece and what speaks for it; `onset` is that of the last sonority, in ticks."""

    onset: int
    final: str  # `G`, `B-`
    name: str  # Glarean's: `Hypodorian`
    church: int  # 1 to 8
    glarean: int  # 1 to 12
    is_authentic: bool
    system: str  # `cantus mollis`
    reciting_tone: str
    species_of_fifth: str  # `first (re-la)`
    species_of_fourth: str
    tonal_type: str  # Powers's: `♭-g2-G`; the clef by the reach of the cantus
    tenor: str  # ambitus: `D3-E4`
    cantus: str
    confidence: float
    runner_up: str
    evidence: str

    @property
    def scale_name(self) -> str:
        """`dorian` for Dorian and Hypodorian."""
        return self.name.lower().removeprefix("hypo")

    @property
    def key(self) -> Key:
        """The nearest that a major or minor key comes to it: its final, with the third over it.

        >>> from musegen.score.textgrid import parse_grid
        >>> str(mode_of(parse_grid("meter: 4/4\\nT: d3 a3 g3 f3 | e3 . d3 .")).key)
        'd'
        """
        tonic = Key.parse(self.final).tonic
        return Key(tonic, self.scale_name in ("dorian", "phrygian", "aeolian"))


class Degree(NamedTuple):
    """One degree of the cadence plan."""

    degree: int
    pitch: str
    occurrences: int
    is_regular: bool  # a degree on which this mode is expected to close (Meier)


def mode_of(score: Score) -> Mode:
    """The mode of a piece: the most probable final, authentic or plagal by the reach of its voices.

    The eight modes are counted as singers of the time did: C with B natural and F with B flat are 5 or 6, A is 1 or 2
    (many prints count it as 3 or 4 too, by the psalm tone). Found once and kept with the score.

    Source: Glarean, Dodecachordon, II; Zarlino, Istitutioni harmoniche, IV; Powers, Tonal Types and Modal Categories.

    >>> from musegen.score.textgrid import parse_grid
    >>> found = mode_of(parse_grid("meter: 4/4\\nS: a4 d5 c5 a4 | g4 f4 e4 d4 | . c#4 d4 .\\n"
    ...                            "T: d4 . a3 c4 | bb3 a3 g3 f3 | e3 . d3 ."))
    >>> found.name, found.final, found.church, found.system
    ('Dorian', 'D', 1, 'cantus durus')
    """
    return kept(score, "mode", _found)


def placed(mode: Mode, found: tuple[Clausula, ...]) -> tuple[Clausula, ...]:
    """The clausulae with their degrees in a mode."""
    return tuple(clausula._replace(degree=_degree(mode, clausula.pitch)) for clausula in found)


def _degree(mode: Mode, pitch: str) -> int:
    return mode.key.scale_degree(Key.parse(pitch).tonic)[0]


def plan(mode: Mode, found: Sequence[Clausula]) -> tuple[Degree, ...]:
    """The degrees on which a piece closes, most often first; evaded clausulae do not count."""
    regular = next(scale for scale in SCALES.values() if scale.name.lower() == mode.scale_name)
    closes = regular.closes[not mode.is_authentic]
    counted = Counter(clausula.pitch for clausula in found if clausula.kind != "evaded").most_common()
    degrees = ((_degree(mode, pitch), pitch, count) for pitch, count in counted)
    return tuple(Degree(*row, row[0] in closes) for row in degrees)


def _found(score: Score) -> Mode:
    lines, found = lines_of(score), clausulae(score)
    signature, is_part = signature_of(score, lines), names_a_part(score)
    ranked = _ranked(lines, probabilities(lines, found, signature, is_part=is_part), signature)
    sure, final, is_authentic = ranked[0]
    _, other, other_authentic = max(ranked[1:])
    scale, tonic = SCALES[final], final + signature
    return Mode(
        onset=max(int(line.onset[-1]) for line in lines),
        final=fifths_name(tonic),
        name=mode_name(scale, authentic=is_authentic),
        church=scale.church + (not is_authentic),
        glarean=scale.glarean + (not is_authentic),
        is_authentic=is_authentic,
        system=system_name(signature),
        reciting_tone=_degree_name(tonic, scale.reciting[not is_authentic], scale),
        species_of_fifth=_species(scale.fifth, FIFTHS),
        species_of_fourth=_species(scale.fourth, FOURTHS),
        tonal_type=tonal_type(signature, _cantus_centre(lines), fifths_name(tonic)),
        tenor=_reach(lines, "tenor", tonic),
        cantus=_reach(lines, "cantus", tonic),
        confidence=round(sure, 2),
        runner_up=f"{mode_name(SCALES[other], authentic=other_authentic)} on {fifths_name(other + signature)}",
        evidence=_evidence(lines, found, tonic, is_part=is_part),
    )


def _ranked(lines: tuple[Line, ...], finals: dict[int, float], signature: int) -> list[tuple[float, int, bool]]:
    """(probability, final, authentic?) of every mode: first the likelier one on the likeliest final."""
    best, ranked = max(finals, key=lambda final: finals[final]), []
    for final, probability in finals.items():
        authentic = authentic_share(lines, int(step_of(final + signature)))
        ranked += [(probability * authentic, final, True), (probability * (1 - authentic), final, False)]
    return sorted(ranked, key=lambda item: (item[1] == best, item[0]), reverse=True)


def _cantus_centre(lines: tuple[Line, ...]) -> float | None:
    """The middle of what the highest cantus sings, in staff steps from C0."""
    cantus = next((line for line in lines if line.role == "cantus"), None)
    return None if cantus is None else (int(cantus.diatonic.min()) + int(cantus.diatonic.max())) / 2


def _degree_name(tonic: int, degree: int, scale: Scale) -> str:
    """The name of a degree of the mode: its letter, as the system has it."""
    natural = {STEPS[int(step_of(place))]: place for place in range(-1, 6)}
    place = next(final for final, other in SCALES.items() if other is scale)
    letter = STEPS[(int(step_of(place)) + degree - 1) % 7]
    return fifths_name(natural[letter] - place + tonic)


def _species(number: int, names: dict[int, str]) -> str:
    return f"{('first', 'second', 'third', 'fourth')[number - 1]} ({names[number]})"


def _reach(lines: tuple[Line, ...], role: Role, tonic: int) -> str:
    reaches = [str(ambitus(line, int(step_of(tonic)))) for line in lines if line.role == role]
    return ", ".join(dict.fromkeys(reaches))


def _evidence(lines: tuple[Line, ...], found: tuple[Clausula, ...], tonic: int, *, is_part: bool) -> str:
    """`the last sonority stands on G; 6 of 9 clausulae close on G`."""
    kept = [clausula for clausula in found if clausula.kind != "evaded"]
    name = fifths_name(tonic)
    words = [f"the last sonority stands on {fifths_name(last_note(lines))}"]
    if kept:
        words.append(f"{sum(clausula.pitch == name for clausula in kept)} of {len(kept)} clausulae close on {name}")
    words += ["the title names a part, which may close on another degree than the whole"] * is_part
    return "; ".join(words)
