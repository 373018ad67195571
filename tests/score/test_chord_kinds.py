"""Kinds of chord in MusicXML: an unknown one is told with its measure; the Neapolitan is named as people write it."""

import pytest

from musegen.errors import MalformedScore
from musegen.score.files import read
from musegen.theory.songs.sheet import sheet_chords

SHEET = """<score-partwise><part-list><score-part id="P1"><part-name/></score-part></part-list><part id="P1">
<measure number="7"><attributes><divisions>1</divisions>
<time><beats>4</beats><beat-type>4</beat-type></time></attributes>
<harmony><root><root-step>C</root-step></root><kind>{kind}</kind></harmony>
<note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration><voice>1</voice><type>whole</type></note>
</measure></part></score-partwise>"""


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [("mystic", True), ("other", True), ("major", False), ("Half-Diminished", False), ("none", False), ("", False)],
)
def test_a_kind_that_nobody_knows_is_told_with_its_measure(kind, is_told, tmp_path):
    path = tmp_path / "sheet.musicxml"
    path.write_text(SHEET.format(kind=kind))
    notices = [notice for notice in read(path).notices if "kind of chord" in notice.message]
    assert [(notice.measure, f"`{kind}`" in notice.message) for notice in notices] == [("7", True)] * is_told


@pytest.mark.parametrize(("kind", "written"), [("Neapolitan", "Db/F"), ("Italian", "Ab7"), ("German", "Ab7")])
def test_a_chord_named_by_what_it_does_is_named_as_people_write_it(kind, written, tmp_path):
    path = tmp_path / "sheet.musicxml"
    path.write_text(SHEET.format(kind=kind))
    with pytest.raises(MalformedScore) as found:
        sheet_chords(read(path))
    assert f"write the chord itself: {written}" in str(found.value)
    assert "measure 7" in str(found.value)
