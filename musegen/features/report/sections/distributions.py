"""How keys, meters, cadences, phrases, ranges, intervals and harmonic rhythm are distributed, piece by piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from musegen.features.counting import Floats
from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.parts import counted, figure, opened, paragraph, section, text
from musegen.features.report.plots.bars import Series, bars
from musegen.features.report.plots.dots import dots, pitch_name, ranges
from musegen.features.report.plots.frame import number
from musegen.features.report.statistics import Mean, counter_of, means, shares
from musegen.theory.keys import Key

CADENCES = {
    "PAC": "perfect authentic", "IAC": "imperfect authentic", "HC": "half", "DC": "deceptive", "PC": "plagal",
    "EC": "evaded",
}  # fmt: skip
INTERVAL = "dots: means over pieces; lines: middle 95 % of 1,000 bootstraps over works, where there are five"
_PHRASES = (0.0, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 12.5, 16.5)
_PHRASE_NAMES = ("1", "2", "3", "4", "5", "6", "7", "8", "9–12", "13–16", "17+")
_RHYTHM = tuple(number / 4 for number in range(17))
_INTERVALS = tuple(str(size) if size <= 0 else f"+{size}" for size in range(-12, 13))
_METERS = 14


def distributions(data: Data) -> str:
    """The section."""
    told = (_keys, _meters, _cadences, _phrases, _voices, _intervals, _rhythm)
    return section("distributions", "Distributions", *(plot(data) for plot in told))


def mean_series(data: Data, names: Sequence[str], values: Floats) -> list[tuple[str, tuple[Mean, ...]]]:
    """Means over the pieces in per cent, by label where pieces are told apart; their number in the name."""
    found = []
    for name, mask in data.series:
        count = int(np.isfinite(values[mask]).all(axis=1).sum())
        groups = [group for group, kept in zip(data.groups, mask, strict=True) if kept]
        told = f"{name} (n = {count})" if name else ""
        if count:
            found.append((told, means(names, 100 * values[mask], groups, data.seed)))
    return found


def _keys(data: Data) -> str:
    """Keys along the circle of fifths, major and minor."""
    keys = [Key(*facts["key"]) if facts["notes"] and facts["key"] else None for facts in data.facts]
    counts = Counter(key for key in keys if key is not None)
    if not counts:
        return ""
    tonics = range(min(key.tonic for key in counts), max(key.tonic for key in counts) + 1)
    names = [str(Key(tonic)).replace("-", "♭").replace("#", "♯") for tonic in tonics]
    series = [
        Series(mode, [counts[Key(tonic, minor)] for tonic in tonics])
        for mode, minor in (("major", False), ("minor", True))
    ]
    modal = sum(facts["reading"] == "modal" for facts in data.facts)
    total = sum(counts.values())
    drawn = bars("Global keys along the circle of fifths", names, series, "tonic, by fifths", "pieces")
    caption = f"Global keys along the circle of fifths (n = {counted(total, 'piece')})."
    if modal:
        caption += f" {counted(modal, 'piece')} read by mode: the final, with the third above it."
    behind = sorted((name, key.words) for name, key in zip(data.pieces, keys, strict=True) if key is not None)
    return _heading("Keys") + figure(drawn, caption, _open("key", sorted(behind, key=lambda one: one[1])))


def _meters(data: Data) -> str:
    mains = [max(facts["meters"], key=lambda meter: facts["meters"][meter], default="") for facts in data.facts]
    counts = Counter(main for main in mains if main)
    if not counts:
        return ""
    names = [meter for meter, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    kept = names[:_METERS]
    heights = [float(counts[meter]) for meter in kept]
    if len(names) > _METERS:
        kept, heights = [*kept, "others"], [*heights, float(sum(counts[meter] for meter in names[_METERS:]))]
    drawn = bars("Meters", kept, [Series("", heights)], "meter of most measures", "pieces")
    changing = sum(len(facts["meters"]) > 1 for facts in data.facts)
    told = f"{changing:,}" if changing else "none"
    caption = f"Meter of most measures (n = {counted(sum(counts.values()), 'piece')}; in {told} the meter changes)."
    behind = [(name, main) for name, main in zip(data.pieces, mains, strict=True) if main]
    return _heading("Meters") + figure(drawn, caption, _open("meter", sorted(behind, key=lambda one: one[1])))


def _cadences(data: Data) -> str:
    counts = [facts["cadences"] for facts in data.facts]
    if not any(counts):
        return _heading("Cadences") + paragraph(_without_cadences(data))
    drawn = _share_dots(
        data,
        counts,
        tuple(CADENCES),
        "Cadences by kind",
        "% of a piece’s cadences",
        lambda kind: f"{CADENCES[kind]} ({kind})",
    )
    with_some = sum(bool(count) for count in counts)
    caption = (
        f"Kinds of cadence: the share that each has of a piece’s cadences ({INTERVAL}; n = "
        f"{counted(with_some, 'piece')} with a cadence)."
    )
    lists = "".join(_cadence_behind(data, counts, kind) for kind in CADENCES)
    some_without = not all(facts["has_chords"] for facts in data.facts)
    return (
        _heading("Cadences")
        + figure(drawn, caption, lists)
        + (paragraph(_without_cadences(data), kind="soft") if some_without else "")
    )


def _without_cadences(data: Data) -> str:
    """Why some pieces have none."""
    modal = sum(facts["reading"] == "modal" for facts in data.facts)
    alone = sum(facts["reading"] != "modal" and not facts["has_chords"] for facts in data.facts)
    told = []
    if modal:
        told.append(
            f"{counted(modal, 'piece')} of before about 1650 read by mode: clausulae instead of cadences in keys, "
            "and no"
            " numerals; <code>musegen analyse --reading modal</code> tells them."
        )
    if alone:
        told.append(f"{counted(alone, 'piece')} of one line alone: of chords that nobody wrote nothing is counted.")
    return " ".join(told) or "No cadence was found."


def _phrases(data: Data) -> str:
    counts = [counter_of(facts["phrases"], _PHRASES) if facts["phrases"] else {} for facts in data.facts]
    if not any(counts):
        return ""
    edges = [f"{edge:g}" for edge in _PHRASES]
    series = mean_series(data, _PHRASE_NAMES, shares(counts, edges))
    made = [Series(name, [mean.mean for mean in row], [(mean.low, mean.high) for mean in row]) for name, row in series]
    drawn = bars("Phrase lengths", _PHRASE_NAMES, made, "measures", "% of a piece’s phrases")
    caption = (
        "Phrase lengths in measures, to the nearest (bars: means over pieces; lines: middle 95 % of bootstraps over "
        f"works, where there are five; n = {counted(sum(bool(count) for count in counts), 'piece')})."
    )
    rows = [row for row in range(len(counts)) if counts[row]]
    behind = data.listed(lambda row: f"median {number(float(np.median(data.facts[row]['phrases'])))} measures", rows)
    return _heading("Phrases") + figure(
        drawn, caption, _open("median length of its phrases", sorted(behind, key=lambda one: (len(one[1]), one[1])))
    )


def _voices(data: Data) -> str:
    """The ranges of the voices, in pieces of the commonest number of them."""
    sizes = Counter(len(facts["voices"]) for facts in data.facts if facts["voices"])
    if not sizes:
        return ""
    size = max(sizes, key=lambda one: (sizes[one], -one))
    rows = [row for row, facts in enumerate(data.facts) if len(facts["voices"]) == size]
    told = []
    for line in range(min(size, 12)):
        lows, highs = ([data.facts[row]["voices"][line][end] for row in rows] for end in (1, 2))
        names = Counter(data.facts[row]["voices"][line][0] for row in rows)
        name = names.most_common(1)[0][0] if names.most_common(1)[0][1] > len(rows) / 2 else str(line + 1)
        told.append((name, (float(min(lows)), float(np.median(lows)), float(np.median(highs)), float(max(highs)))))
    drawn = ranges(f"Ranges of the voices in pieces of {size}", told, "sounding pitch")
    others = (
        f"; {counted(len(data.facts) - len(rows), 'piece')} with another number of voices left out"
        if len(rows) < len(data.facts)
        else ""
    )
    caption = (
        "Ranges of the voices, top first (thick: median lowest to median highest note of a piece; thin: over all; n "
        f"= {counted(len(rows), 'piece')} of {counted(size, 'voice')}{others})."
    )
    behind = data.listed(
        lambda row: "; ".join(
            f"{name} {pitch_name(low)}–{pitch_name(high)}" for name, low, high in data.facts[row]["voices"][:12]
        ),
        rows,
    )
    return _heading("Voices") + figure(drawn, caption, _open("ranges", behind))


def _intervals(data: Data) -> str:
    values = np.column_stack([data.column(f"melody.interval_shares.{size}") for size in _INTERVALS])
    if not np.isfinite(values).any():
        return ""
    made = [
        Series(name, [mean.mean for mean in row], [(mean.low, mean.high) for mean in row])
        for name, row in mean_series(data, _INTERVALS, values)
    ]
    drawn = bars("Melodic intervals", _INTERVALS, made, "semitones, up positive", "% of a piece’s moves")
    count = int(np.isfinite(values).all(axis=1).sum())
    caption = (
        "Melodic intervals in all voices; ±12 holds larger ones too (bars: means over pieces; lines: middle 95 % of "
        f"bootstraps over works, where there are five; n = {counted(count, 'piece')})."
    )
    steps = data.column("melody.mean_interval.all")
    rows = np.argsort(-np.nan_to_num(steps, nan=-1), kind="stable").tolist()
    behind = data.listed(lambda row: f"mean interval {number(float(steps[row]))} semitones", rows)
    return _heading("Melodic intervals") + figure(drawn, caption, _open("mean size of its intervals", behind))


def _rhythm(data: Data) -> str:
    lengths = data.column("harmony.harmony_lengths.mean")
    known = np.isfinite(lengths)
    if not known.any():
        return ""
    series = []
    for name, mask in data.series:
        some = lengths[known & mask]
        if len(some):
            counts = counter_of(some, _RHYTHM)
            series.append(
                Series(
                    f"{name} (n = {len(some)})" if name else "", [100 * count / len(some) for count in counts.values()]
                )
            )
    names = [f"{edge:g}" for edge in _RHYTHM[:-1]] + ["4+"]
    drawn = bars(
        "Harmonic rhythm",
        names,
        series,
        "mean length of a harmony in felt beats (lower end of each bin)",
        "% of pieces",
    )
    caption = (
        f"Harmonic rhythm: how long a root lasts on average in a piece (n = {counted(int(known.sum()), 'piece')})."
    )
    rows = [row for row in np.argsort(lengths, kind="stable").tolist() if known[row]]
    return _heading("Harmonic rhythm") + figure(
        drawn, caption, _open("mean length of a harmony", data.listed(lambda row: f"{lengths[row]:.2f}", rows))
    )


def _share_dots(
    data: Data,
    counts: Sequence[Mapping[str, float]],
    names: Sequence[str],
    title: str,
    label: str,
    told: Callable[[str], str],
) -> str:
    series = mean_series(data, names, shares(counts, names))
    return dots(title, [told(name) for name in names], series, label)


def _cadence_behind(data: Data, counts: Sequence[Mapping[str, float]], kind: str) -> str:
    """The pieces with cadences of a kind, and the command that shows these."""
    rows = sorted((row for row in range(len(counts)) if counts[row].get(kind)), key=lambda row: -counts[row][kind])
    total = sum(counts[row][kind] for row in rows)
    listed = parts.pieces(data.listed(lambda row: f"{counts[row][kind]:g}", rows))
    command = paragraph(f"<code>{text(data.find_command('*', '--cadence', kind), 4000)}</code>") if rows else ""
    return opened(f"{CADENCES[kind]} ({kind}): {total:,.0f} in {counted(len(rows), 'piece')}", command + listed)


def _heading(words: str) -> str:
    return f"<h3>{text(words)}</h3>"


def _open(what: str, behind: Sequence[tuple[str, str]]) -> str:
    return opened(f"The pieces, by {what}", parts.pieces(behind))
