"""The verbs that read, tell and write what is there: each calls one room."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from musegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from musegen.engraving.marks import Sheet
    from musegen.features.similarity.character.index import CharacterIndex, Likeness
    from musegen.features.similarity.index import SimilarityIndex
    from musegen.features.similarity.matches import Match
    from musegen.rules.findings import Report
    from musegen.rules.marks import Grade
    from musegen.rules.packs import Pack
    from musegen.score.model import Score
    from musegen.theory.analyse import Engine
    from musegen.theory.analysis import Analysis
    from musegen.theory.keys import Key
    from musegen.theory.modal.reading import Asked
    from musegen.theory.songs.melody_chords import MelodyChords, Style
    from musegen.theory.songs.slots import Every


def read(source: Any) -> Score:
    """The score of a path, a name of music21's corpus (`bach/bwv66.6`), a music21 stream; a Score as it is.

    Of a setting by `harmonise`, its score.

    Raises:
        UnreadableFile: not there, not a regular file, empty, too large, or of no known format.
        MalformedScore: a known format whose content contradicts itself; says the measure and beat.

    >>> read("bach/bwv66.6")
    <Score: 'bwv66.6', 4 parts, 10 measures>
    """
    from musegen.score.files import read as read_score
    from musegen.score.model import Score

    held = getattr(source, "score", None)
    return held if isinstance(held, Score) else read_score(source)


def analyse(
    source: Any, *, key: str | Key | None = None, reading: Asked = "auto", engine: Engine = "neural"
) -> Analysis:
    """Keys, chords with numerals and functions, cadences, phrases and non-chord tones; `key` states the home key.

    `engine` is `neural`, learned from music of all textures, or `classical`, learned from chorales; the latter reads
    wherever `key` is stated. `reading` is `tonal`, `modal` or `auto`: by mode where the composer, or the name of the
    file, tells of a time before 1650. The modal reading withholds functions and cadences; `musegen.theory.modal` has
    mode and clausulae.

    Raises:
        ScoreError: the source cannot be read.
        UsageError: `key` is no key, or stated for the modal reading.

    >>> str(analyse("bach/bwv66.6").key)
    'f#'
    """
    from musegen.theory.modal.reading import read_by

    return read_by(read(source), reading, key=key_named(key), engine=engine)


def check(
    source: Any,
    *,
    pack: Pack | str = "chorale",
    analysis: Analysis | None = None,
    harmony: Any = None,
    waivers: str | Path | None = None,
    plugins: Iterable[str | Path] = (),
) -> Report:
    """What in a score breaks which rule of a pack: a shipped one by name, or your own by path.

    Rules that need chords read `analysis`, else the numerals of the score, else what the analyser hears. `harmony` is a
    source whose numerals take the place of the score's own, `waivers` a file of findings to let pass; `plugins` are
    Python files with predicates that the pack names.

    Raises:
        ScoreError: the source, the pack or one of the other files cannot be read.

    >>> print(check("bach/bwv66.6").findings[0])
    2:3: info all-voices-similar Soprano, alto, tenor and bass all move the same way
    """
    from musegen.rules.engine import check as check_score
    from musegen.rules.harmony_file import check_harmony, with_harmony
    from musegen.rules.waivers import read_waivers, waive

    _load_plugins(plugins)
    score, passed = read(source), read_waivers(Path(waivers)) if waivers is not None else ()
    if harmony is not None:
        other = read(harmony)
        check_harmony(other)
        score = with_harmony(score, other)
    return waive(check_score(score, pack, analysis), passed)


def grade(source: Any, exercise: str | Path, *, pack: Pack | str = "", plugins: Iterable[str | Path] = ()) -> Grade:
    """The marks of an answer to a sheet of ours; `exercise` is its manifest, or the folder where that lies.

    The rules are those of the sheet's level, or of `pack`; `plugins` are Python files with predicates that it names.

    Raises:
        ScoreError: the answer, the manifest or the pack cannot be read, or the answer is of no sheet of this manifest.
        UsageError: there is no such pack.
    """
    from musegen.generation.exercises.manifest import manifest_in, named_entry, read_manifest
    from musegen.generation.exercises.returned import assignment
    from musegen.rules.grading import grade as grade_answer
    from musegen.rules.packs import load_pack

    _load_plugins(plugins)
    manifest, answer = manifest_in(exercise), read(source)
    entry = named_entry(read_manifest(manifest), answer, answer.path)
    rules = load_pack(pack or entry.pack) if isinstance(pack, str) else pack
    return grade_answer(answer, assignment(entry, answer, rules, str(manifest.parent)))


def suggest_chords(
    melody: Any,
    *,
    count: int = 3,
    key: str | Key | None = None,
    style: Style = "song",
    every: Every | None = None,
) -> MelodyChords:
    """Chords for the top line of a score: ranked harmonisations, and slot by slot ranked chords with their odds.

    Style is "song" (lead sheets) or "chorale"; a chord may change every "measure", "half" (a 4/4 measure) or "beat".

    Raises:
        ScoreError: the source cannot be read.
        UsageError: there is no melody, or so many harmonisations cannot be asked for.

    >>> found = suggest_chords("bach/bwv66.6", style="chorale")
    >>> str(found.key), len(found.harmonisations)
    ('f#', 3)
    """
    from musegen.theory.songs.melody_chords import chords_for

    return chords_for(read(melody), count, key=key_named(key), style=style, every=every)


def describe(source: Any, *, groups: Iterable[str] = ()) -> dict[str, float]:
    """What can be measured of a piece: a number for each column of docs/features.md, NaN where it is undefined.

    `groups` are groups of features (pitch, melody, rhythm, texture, vertical, harmony, voice_leading, form) or single
    ones; all, where none is named. The harmony is read by the classical engine.

    Raises:
        ScoreError: the source cannot be read.
        UsageError: there is no group or feature of a name.

    >>> describe("bach/bwv66.6", groups=["tessitura_width"])
    {'pitch.tessitura_width.top': 7.0, 'pitch.tessitura_width.bass': 11.0}
    """
    from musegen.features.extractor import column_names, measured
    from musegen.features.piece_view import PieceView
    from musegen.features.registry import chosen

    features = chosen(tuple(groups))
    return dict(zip(column_names(features), measured(PieceView(read(source)), features).tolist(), strict=True))


@overload
def similar(
    source: Any,
    corpus: str | Path | SimilarityIndex | Sequence[str],
    *,
    count: int = 10,
    plain: bool = False,
    by: Literal["notes"] = "notes",
) -> tuple[Match, ...]: ...


@overload
def similar(
    source: Any, corpus: str | Path | CharacterIndex | Sequence[str], *, count: int = 10, by: Literal["character"]
) -> tuple[Likeness, ...]: ...


def similar(
    source: Any,
    corpus: Any,
    *,
    count: int = 10,
    plain: bool = False,
    by: Literal["notes", "character"] = "notes",
) -> tuple[Match, ...] | tuple[Likeness, ...]:
    """The pieces of a corpus that share the most surprising passage with a score, strongest first.

    `corpus` is a corpus, folder or file by name, several of them, a kept index (.npz) or an index. A passage may be
    transposed, slower or faster, ornamented, partly wrong and, unless `plain`, inverted or backwards. Where the source
    is named as a piece of the corpus, its own group is left out. The first call for a corpus reads all of it. By
    "character" they are tunes that the melody network hears alike, whether they share a note or not.

    Raises:
        ScoreError: the source, or a piece of the corpus, cannot be read.
        UsageError: there is no such corpus, no such way, or `plain` does not go with it.

    >>> best = similar("bach/bwv66.6", ["bach/bwv66.6", "bach/bwv254"], count=1)[0]
    >>> best.piece, len(best.notes) == len(best.query_notes)
    ('bach/bwv254', True)
    >>> similar("oneills1850/0001-0050#4", ["oneills1850/0001-0050#7"], count=1, by="character")[0].piece
    'oneills1850/0001-0050#7'
    """
    from musegen.features.similarity.search import similar as similar_pieces
    from musegen.features.similarity.storage import index_named
    from musegen.features.similarity.symbols import TRANSFORMATIONS

    own = str(source) if isinstance(source, str | Path) else ""
    if by == "character" and not plain:
        from musegen.features.similarity.character.index import alike
        from musegen.features.similarity.character.storage import characters_named

        return alike(read(source), characters_named(corpus), count=count, without=own)
    if by != "notes":
        raise UsageError(f"by `{by}`{' and plain' * plain} is no way to be similar", hint="there are notes, character")
    hows = TRANSFORMATIONS[:1] if plain else TRANSFORMATIONS
    return similar_pieces(read(source), index_named(corpus), count=count, transformations=hows, without=own)


def render(source: Any, kind: str = "svg", *, sheet: Sheet | None = None) -> bytes:
    """The score as the content of a file: `svg`, `png`, `pdf`, `mid` or `musicxml`.

    Raises:
        ScoreError: the source cannot be read.
        UsageError: no such kind of file is written.
        EngravingError: the score cannot be engraved.

    >>> render("bach/bwv66.6", "mid")[:4]
    b'MThd'
    """
    from musegen.engraving.render import render as render_score

    return render_score(read(source), kind, sheet=sheet)


def write(source: Any, path: str | Path, *, sheet: Sheet | None = None) -> None:
    """Write the score to a file, whole or not at all; the suffix says what kind: .musicxml .svg .png .pdf .mid.

    Raises:
        ScoreError: the source cannot be read.
        UsageError: no such kind of file is written.
        EngravingError: the score cannot be engraved, or the place not written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write("bach/bwv66.6", f"{folder}/chorale.musicxml")
    ...     len(read(f"{folder}/chorale.musicxml").notes)
    165
    """
    from musegen.score.whole_files import write_atomically

    write_atomically(path, render(source, Path(path).suffix, sheet=sheet))


def _load_plugins(paths: Iterable[str | Path]) -> None:
    from musegen.rules.plugins import load_plugin

    for path in paths:
        load_plugin(path)


def key_named(key: str | Key | None) -> Key | None:
    """The key of a name; a key, or none, as it is."""
    from musegen.theory.keys import Key

    return Key.parse(key) if isinstance(key, str) else key
