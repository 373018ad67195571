"""An analysis as text for a person, as TSV, JSON and labels (RomanText: `annotations.romantext`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.model import HarmonyLabel, Place, Score
from musegen.score.spelling import is_estimated
from musegen.theory import aspects
from musegen.theory.analysis import Analysis, Cadence, ChordSpan
from musegen.theory.form.boundaries import leading_line
from musegen.theory.harmony.pivots import pivot_at
from musegen.theory.keys import Key
from musegen.theory.modal.telling import why_modal
from musegen.theory.numeral_styles import Cadential, NumeralStyle, written, written_figure
from musegen.theory.numerals import Numeral
from musegen.theory.places import listed, measures
from musegen.theory.songs.chart import chart

TSV_COLUMNS = ("onset_quarter", "duration_quarter", "measure", "beat", "key", "roman", "function", "cadence")
_MOST_NOTICES = 4
UNSURE = 0.5
"""Below this mean confidence the text report says that the reading is unsure."""


def as_text(
    analysis: Analysis,
    score: Score,
    *,
    name: str = "",
    style: NumeralStyle | None = None,
    cadential: Cadential = "Cad64",
    told: Sequence[aspects.Aspect] = aspects.ASPECTS,
) -> str:
    """What a person reads: the keys, each phrase measure by measure with its cadence, the non-chord tones, aspects.

    A chord in brackets goes on from the phrase before. The chords are written in a style of `numeral_styles`: Roman
    figures unless stated, jazz ones in a lead sheet, whose measures stand four in a row. What is said of a cadence
    names chords as musegen does.
    """
    style = style or ("jazz" if analysis.symbols else "roman")
    title = " · ".join(part for part in (name, " ".join(score.metadata.title.split())) if part)
    lines = ([title] if title else []) + _notice_lines(score)
    if analysis.reading == "modal":
        return "\n".join([*lines, why_modal(score), *aspects.lines(score, analysis, told)]) + "\n"
    lines.append(f"Key: {analysis.key.words}" + _doubt(analysis))
    if not analysis.chords:
        return "\n".join([*lines, "No chords: nothing pitched sounds."]) + "\n"
    if len(analysis.keys) > 1:
        lines.append("Local keys: " + "; ".join(_key_words(analysis, score)))
    if analysis.symbols:
        lines += ["", *chart(analysis, score, style), *(f"  {_cadence_words(one)}" for one in analysis.cadences)]
    else:
        lines += _phrase_by_phrase(analysis, score, lambda chord: written(chord, style, cadential))
    tones = Counter(tone.kind for tone in analysis.non_chord_tones)
    if tones:
        lines += ["", "Non-chord tones: " + ", ".join(f"{count} {kind}" for kind, count in sorted(tones.items()))]
    return "\n".join([*lines, *aspects.lines(score, analysis, told)]) + "\n"


def _notice_lines(score: Score) -> list[str]:
    """What reading the file had to mend or guess, each once with its measures; of many the first."""
    told: dict[str, list[str]] = {}
    for notice in score.notices:
        told.setdefault(notice.message, []).extend([f"measure {notice.measure}"] * bool(notice.measure))
    rest = len(told) - _MOST_NOTICES
    lines = [f"Note: {message}{f' ({listed(places)})' if places else ''}" for message, places in told.items()]
    return lines[:_MOST_NOTICES] + [f"Note: and {rest} more"] * (rest > 0)


def _doubt(analysis: Analysis) -> str:
    if analysis.given:
        return " (numerals as given in the score)"
    if analysis.symbols:
        return " (chords as the chord symbols state)"
    length = sum(chord.duration for chord in analysis.chords)
    mean = sum(chord.confidence * chord.duration for chord in analysis.chords) / length if length else 1.0
    return f" (unsure: mean confidence {mean:.0%})" if mean < UNSURE else ""


def _key_words(analysis: Analysis, score: Score) -> list[str]:
    return [f"{span.key.words} from {score.place(span.onset)} ({span.confidence:.0%})" for span in analysis.keys]


def _phrase_by_phrase(analysis: Analysis, score: Score, write: Callable[[Numeral], str]) -> list[str]:
    """The lines of every phrase, each after an empty one."""
    attacks = leading_line(score)["onset"]
    numbers = range(1, len(analysis.phrases) + 1)
    return [line for number in numbers for line in ("", *_phrase_lines(analysis, score, number, attacks, write))]


def _phrase_lines(
    analysis: Analysis, score: Score, number: int, attacks: npt.NDArray[np.int64], write: Callable[[Numeral], str]
) -> list[str]:
    """A phrase (numbers count from 1): its measures, its chords, its cadence; `attacks` of the leading line."""
    start, end = _bounds(analysis, number)
    chords = [chord for chord in analysis.chords if start <= chord.onset < end]
    before = next((chord for chord in reversed(analysis.chords) if chord.onset < start), None)
    begins = int(attacks[attacks >= start].min(initial=max(end, start) - 1)) if number > 1 else start
    begins = min([begins, *(chord.onset for chord in chords[:1])])
    soon = begins + score.ticks(score.measures[score.measure_index_at(begins)].time_signature.pulse_quarters)
    held = before and before.end > begins and not (chords and chords[0].onset < soon)
    words = [f"{score.place(begins).measure}) ({write(before.numeral)})"] if before and held else []
    words += _measures(chords, before.key if before else None, write)
    if held and chords and chords[0].measure == score.place(begins).measure:
        words[:2] = [f"{words[0]} {words[1].partition(' ')[2]}"]
    made = [cadence for cadence in analysis.cadences if start <= cadence.onset < end]
    span = measures(score, begins, analysis.phrases[number - 1].end)
    told = [" | ".join(words)] * bool(words) + [_cadence_words(one) for one in made]
    return [f"Phrase {number}, {span}", *(f"  {line}" for line in told)]


def _bounds(analysis: Analysis, number: int) -> tuple[int, int]:
    """When the chords of a phrase begin, in ticks: the first phrase has also those before its melody."""
    phrases = analysis.phrases
    start = phrases[number - 1].onset if number > 1 else min(phrases[0].onset, analysis.chords[0].onset)
    after = analysis.chords[-1].onset + 1
    return start, phrases[number].onset if number < len(phrases) else max(phrases[-1].end, after)


def _measures(chords: list[ChordSpan], key: Key | None, write: Callable[[Numeral], str]) -> list[str]:
    """`2) G: I6 V` for each measure: its number, keys where they change, figures."""
    bars: dict[str, list[str]] = {}
    for chord in chords:
        words = bars.setdefault(chord.measure, [chord.measure + ")"])
        words += [f"{chord.key}:"] if chord.key != key else []
        words.append(write(chord.numeral))
        key = chord.key
    return [" ".join(words) for words in bars.values()]


def _cadence_words(cadence: Cadence) -> str:
    place = Place(cadence.measure, cadence.beat)
    return f"{cadence.kind} in {cadence.key.words}, {place}: {cadence.evidence}"


def as_tsv(analysis: Analysis, score: Score) -> str:
    """A row a chord; quarters and beats as decimals where they are exact, else as `1/3`; ready for `score_rn.py`.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .\\nA: g4 f4 | e4 .\\nT: c4 b3 | g3 .\\nB: c3 g3 | c3 .")
    >>> print(as_tsv(analyse(piece), piece).splitlines()[2].split("\\t")[4:])
    ['C', 'V7', 'D', '']
    """
    cadences = {cadence.onset: cadence.kind for cadence in analysis.cadences}
    rows = [TSV_COLUMNS]
    for chord in analysis.chords:
        times = number_text(score.quarters(chord.onset)), number_text(score.quarters(chord.duration))
        place = chord.measure, number_text(chord.beat)
        reading = str(chord.key), chord.numeral.figure, chord.function or "", cadences.get(chord.onset, "")
        rows.append((*times, *place, *reading))
    return "".join("\t".join(row) + "\n" for row in rows)


def number_text(value: Fraction) -> str:
    """`2`, `0.5`, `1/3`."""
    if value.denominator == 1:
        return str(value.numerator)
    odd = value.denominator
    for factor in (2, 5):
        while odd % factor == 0:
            odd //= factor
    return str(value) if odd > 1 else f"{float(value):.10f}".rstrip("0")


def as_json(
    analysis: Analysis, score: Score, *, name: str = "", told: Sequence[aspects.Aspect] = aspects.ASPECTS
) -> dict[str, Any]:
    """Everything, for machines; times in quarters (floats)."""

    def when(onset: int, duration: int | None = None) -> dict[str, Any]:
        measure, beat = score.place(onset)
        times = {"onset_quarter": float(score.quarters(onset))}
        times |= {} if duration is None else {"duration_quarter": float(score.quarters(duration))}
        return times | {"measure": measure, "beat": float(beat)}

    return {
        "file": name,
        "key": str(analysis.key),
        "given": analysis.given,
        "spelling": "estimated" if is_estimated(score) else "given",
        "notices": [{"message": notice.message, "measure": notice.measure} for notice in score.notices],
        "reading": analysis.reading,
        "keys": [
            when(span.onset, span.duration) | {"key": str(span.key), "confidence": span.confidence}
            for span in analysis.keys
        ],
        "chords": [
            when(chord.onset, chord.duration)
            | {
                "key": str(chord.key), "roman": chord.numeral.figure, "function": chord.function,
                "confidence": chord.confidence, "runner_up": chord.runner_up,
            }
            for chord in analysis.chords
        ],
        "cadences": [
            when(cadence.onset)
            | {"kind": cadence.kind, "key": str(cadence.key), "evidence": cadence.evidence}
            for cadence in analysis.cadences
        ],
        "phrases": [when(phrase.onset, phrase.end - phrase.onset) for phrase in analysis.phrases],
        "non_chord_tones": [
            when(tone.onset) | {"note": score.note_name(tone.note), "kind": tone.kind}
            for tone in analysis.non_chord_tones
        ],
        **aspects.as_json(score, analysis, told),
    }  # fmt: skip


def json_document(pieces: list[Any], *, engine: str) -> str:
    """Several analyses as one document."""
    return json.dumps({"version": 1, "engine": engine, "files": pieces}, indent=2, ensure_ascii=False) + "\n"


def numeral_labels(analysis: Analysis, score: Score) -> tuple[HarmonyLabel, ...]:
    """The numerals as labels under the lowest part; a pivot (before a key change in a phrase) has both its names."""
    if not analysis.chords:
        return ()
    part = max(len(score.parts) - 1, 0)
    staff = len(score.parts[part].clefs) if score.parts else 1
    labels = []
    for index, chord in enumerate(analysis.chords):
        labels.append(HarmonyLabel(chord.onset, "numeral", chord.numeral.figure, str(chord.key), part, staff))
        pivot = pivot_at(analysis, index)
        if pivot:
            key = str(analysis.chords[index + 1].key)
            labels.append(HarmonyLabel(chord.onset, "numeral", pivot.after, key, part, staff, alternate=True))
    return tuple(labels)


def styled(
    labels: tuple[HarmonyLabel, ...], style: NumeralStyle, cadential: Cadential = "Cad64"
) -> tuple[HarmonyLabel, ...]:
    """The labels with their numerals in another style, to be printed: they cannot be read back."""
    return tuple(
        label._replace(text=written_figure(label.text, label.key, style, cadential))
        if label.kind == "numeral"
        else label
        for label in labels
    )
