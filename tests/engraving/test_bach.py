"""Every chorale of music21's corpus: written validly, read back the same, drawn without a complaint."""

from pathlib import Path

import pytest

from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.engraving.sheet_svg import engrave
from musegen.errors import ScoreError
from musegen.score.files import read
from musegen.score.musicxml import read_musicxml

from .schema import faults
from .test_musicxml_round_trip import heard, same_music


def chorales() -> list[str]:
    from importlib.util import find_spec

    folder = Path(find_spec("music21").submodule_search_locations[0]) / "corpus" / "bach"
    return sorted(f"bach/{path.stem}" for path in folder.glob("bwv*.mxl"))


@pytest.mark.slow
def test_every_chorale_is_written_read_and_drawn():
    told = {}
    for name in chorales():
        try:
            score = read(name)
        except ScoreError:
            continue
        xml = write_musicxml(score)
        again = read_musicxml(xml)
        same = (
            heard(again) == heard(score) and again.measures == score.measures and same_music(again) == same_music(score)
        )
        engraved = engrave(score, Sheet(arrangement="keyboard"), paged=True)
        if faults(xml) or not same or engraved.warnings:
            told[name] = (faults(xml)[:1], same, engraved.warnings[:1])
    assert told == {}
