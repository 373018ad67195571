"""Open and closed layouts of a score, however its four voices stand in the file; what has not four says so."""

import pytest

from musegen import cli
from musegen.engraving.four_parts import in_four_parts
from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.score.files import read, read_bytes
from musegen.score.textgrid import parse_grid

CHORALE = "bach/bwv66.6"
NOTE = "<note><pitch><step>{}</step><octave>{}</octave></pitch><duration>{}</duration><voice>{}</voice></note>"


def lines(score):
    """(voice, onset, duration, pitch, spelling, tie) of every written note."""
    return sorted(
        (int(row["part"]), int(row["onset"]), int(row["duration"]), int(row["pitch"]), int(row["fifths"]))
        for row in score.notes.rows
    )


@pytest.mark.parametrize("arrangement", ["choir", "keyboard"])
def test_a_chorale_on_two_staves_is_laid_out_on_four_with_every_voice_as_it_was(arrangement):
    chorale = read(CHORALE)
    closed = read_bytes(write_musicxml(chorale, sheet=Sheet(arrangement=arrangement)), "closed.musicxml")
    opened = read_bytes(write_musicxml(closed, sheet=Sheet(arrangement="open")), "open.musicxml")
    assert [part.name for part in opened.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert lines(opened) == lines(chorale)


def test_a_keyboard_score_becomes_a_choir_score_on_two_staves():
    keyboard = read_bytes(write_musicxml(read(CHORALE), sheet=Sheet(arrangement="keyboard")), "keyboard.musicxml")
    choir = read_bytes(write_musicxml(keyboard, sheet=Sheet(arrangement="choir")), "choir.musicxml")
    assert [part.name for part in choir.parts] == ["Soprano Alto", "Tenor Bass"]
    assert lines(in_four_parts(choir)) == lines(read(CHORALE))


def test_a_note_that_soprano_and_alto_share_stands_on_both_staves():
    upper = NOTE.format("E", 5, 1, 1) + NOTE.format("D", 5, 1, 1) + NOTE.format("E", 5, 2, 1)
    alto = NOTE.format("C", 5, 1, 2) + "<forward><duration>1</duration></forward>" + NOTE.format("C", 5, 2, 2)
    men = [[NOTE.format(step, 3, 1, voice) for step in steps] for voice, steps in ((1, "GGGG"), (2, "CBCC"))]
    back = "<backup><duration>4</duration></backup>"
    first = "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
    parts = (upper + back + alto, "".join(men[0]) + back + "".join(men[1]))
    music = "".join(
        f'<part id="P{number}"><measure number="1">{first}{notes}</measure></part>'
        for number, notes in enumerate(parts)
    )
    names = "".join(f'<score-part id="P{number}"><part-name>{number}</part-name></score-part>' for number in range(2))
    text = f'<score-partwise version="4.0"><part-list>{names}</part-list>{music}</score-partwise>'
    opened = in_four_parts(read_bytes(text.encode(), "shared.musicxml"))
    melody = {part: [line[3] for line in lines(opened) if line[0] == part] for part in range(4)}
    assert melody[0] == [76, 74, 76]
    assert melody[1] == [72, 74, 72]
    assert len(set(opened.notes["id"].tolist())) == len(opened.notes)


@pytest.mark.parametrize("layout", ["open", "closed", "keyboard"])
def test_a_duet_stays_as_it_is_written_and_the_reason_is_told(tmp_path, capsys, layout):
    duet = tmp_path / "duet.musicxml"
    duet.write_bytes(write_musicxml(parse_grid("meter: 2/4\nS: d5 c5\nB: g3 a3")))
    out = tmp_path / "out.musicxml"
    assert cli.run(["render", str(duet), "--layout", layout, "-o", str(out)]) == 0
    assert f"laid out as written, not {layout}: it has 2 voices, not four" in capsys.readouterr().err
    assert lines(read(str(out))) == lines(read(str(duet)))
    assert cli.run(["render", CHORALE, "--layout", layout, "-o", str(out)]) == 0
    assert "laid out" not in capsys.readouterr().err
