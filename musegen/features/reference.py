"""The features as a page: each with its definition, dimensions, unit, range, needs, confounds and source."""

from __future__ import annotations

import math

from musegen.features.registry import GROUPS, Confound, Feature, Group, features

_TITLES: dict[Group, str] = {
    "pitch": "Pitch: classes above the final, spelling, register",
    "melody": "Melody: the lines, their moves and shapes",
    "rhythm": "Rhythm: values, places in the measure, recurrence",
    "texture": "Texture: how lines share the sound",
    "vertical": "Vertical: sonorities and dissonance",
    "harmony": "Harmony: chords, progressions, keys",
    "voice_leading": "Voice leading: motion, resolution, embellishment",
    "form": "Form: phrases, cadences, repetition",
    "learned": "Learned: what networks make of a piece",
}
_CONFOUNDS: dict[Confound, str] = {
    "meter": "bar lines and time signatures: an editor's in much music before 1600",
    "note_values": "the level of notation: halving all values changes it, and editions of old music differ in that",
    "parts": "how many staves or parts the piece is written on",
    "format": "what one file format says and another does not, or guesses: spelling, key signature, fermatas",
}
_HEAD = """# Features

{total} numbers describe a piece, the same columns for every piece; `NaN` where one is undefined. Those of the group
`learned` are made by a network and measured only where they are named (`--features hand-made,learned`: all; see
[what they are good for](learned-features.md)). Each is a function of
`musegen/features/`, of which this page is made (`make docs`). A column is named `group.feature` or, where a feature
has several dimensions, `group.feature.dimension`.

```python
import musegen

for column, value in musegen.describe("bach/bwv66.6", groups=["key_fit", "syncopation"]).items():
    print(column, round(value, 3))
```

As a transformer of scikit-learn: paths, pieces of a corpus, scores or `PieceView`s in, rows out. What is undefined is
NaN: let an imputer follow.

```python
from musegen.features.extractor import FeatureExtractor

extractor = FeatureExtractor(groups=("melody", "harmony"), without=("format",)).set_output(transform="pandas")
print(extractor.fit_transform(["bach/bwv66.6", "bach/bwv269"]).shape)
```

**Needs.** `notes`: the notes and their measures alone; `voices`: the lines; `chords`: the analysis; `graph`: the
voice-leading graph. The first two cost a millisecond or two a chorale, the others as much as an analysis does.

**Confounds.** A feature may tell of the edition instead of the style. `without` leaves out those so marked:

{confounds}

Tests hold every feature of notes to it: under other bar lines, in doubled values, on one staff, without spelling, only
features so marked change, and in another key only those marked *absolute*. What needs `chords` or `graph` is made of
the analysis by the classical engine, which itself reads spelling, key signature and note values: such features are
marked for what they measure, not for what that reading may miss. The **final** is the lowest of the notes
that end last; a **line** is a voice as `musegen.score.voices` tells them, the top line the first and the bass the last.

What needs chords reads the analysis of the chosen engine, always in keys, of music by mode too: to set Palestrina
beside Bach, one definition must serve both. Chords count by duration times confidence. Of a line alone that states no
chords all this is `NaN`, and no analysis is made. The analysis itself listens to bar lines, note values, spelling and
fermatas, and a feature is marked only for what it takes from them besides. With 3/4 written for 4/4, features that need
chords move by 0.11 of their standard deviation on average, in doubled values by 0.01, with every flat written as a
sharp by 0.6 (measured on six pieces; the deviation is that among 120 pieces of five styles). Who wants none of it
leaves out what needs chords.

**Sources** say where an idea or a definition comes from; what differs from the source is said behind it. jSymbolic 2 is
McKay, Cumming & Fujinaga, ISMIR 2018; FANTASTIC is Müllensiefen's technical report (Goldsmiths, 2009); music21.features
is Cuthbert, Ariza & Friedland, ISMIR 2011, by its names for features; Aldwell & Schachter's *Harmony and Voice Leading*
is named by topic, as its editions count their chapters differently. *musegen* alone: defined here.

{groups}
"""


def reference_page() -> str:
    """The page as Markdown.

    >>> reference_page().splitlines()[0]
    '# Features'
    """
    every = features()
    listed = {group: [found for found in every if found.group == group] for group in GROUPS}
    total = sum(len(found.dims) for found in every)
    counts = [f"| [{group}](#{group}) | {len(here)} | {_width(here)} |" for group, here in listed.items()]
    table = "\n".join(["| group | features | numbers |", "|---|---|---|", *counts])
    confounds = "\n".join(f"- `{name}`: {words}." for name, words in _CONFOUNDS.items())
    head = _HEAD.format(total=f"{total:,}", confounds=confounds, groups=table)
    return "\n".join([head, *(_section(group, here) for group, here in listed.items())])


def _section(group: Group, listed: list[Feature]) -> str:
    return "\n".join([f'<a id="{group}"></a>', f"## {_TITLES[group]}", "", *(_entry(found) for found in listed)])


def _entry(found: Feature) -> str:
    marks = [*found.confounds, *(["absolute"] if found.absolute else [])]
    facts = [
        f"{len(found.dims)}: {_dimensions(found)}" if len(found.dims) > 1 else "",
        f"{found.unit}, {_number(found.low)} to {_number(found.high)}",
        f"needs {found.needs}",
        f"confounds: {', '.join(marks)}" if marks else "",
        f"source: {found.source}",
    ]
    definition = " ".join([found.definition, *_details(found)])
    return f"**`{found.name}`** {definition}\\\n{'; '.join(fact for fact in facts if fact)}.\n"


def _details(found: Feature) -> list[str]:
    """What the docstring says behind the definition, but for examples."""
    behind = (found.measure.__doc__ or "").split("\n\n")[1:]
    return [" ".join(words.split()) for words in behind if ">>>" not in words]


def _dimensions(found: Feature) -> str:
    shown = found.dims if len(found.dims) <= 14 else (*found.dims[:4], "...", found.dims[-1])
    return ", ".join(shown).replace("|", "/")


def _width(listed: list[Feature]) -> int:
    return sum(len(found.dims) for found in listed)


def _number(value: float) -> str:
    if math.isinf(value):
        return "no limit"
    return f"{value:g}"
