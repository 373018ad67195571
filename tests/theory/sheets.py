"""Small MusicXML scores for tests of what a page says beside its notes: 4/4 in C, a note a measure."""

from musegen.score.files import read_bytes

HEAD = (
    "<attributes><divisions>1</divisions><key><fifths>0</fifths></key>"
    "<time><beats>4</beats><beat-type>4</beat-type></time>{}</attributes>"
)


def note(pitch, more="", kind=""):
    """A whole note, `E5`; `r` is a rest."""
    sound = f"<pitch><step>{pitch[0]}</step><octave>{pitch[-1]}</octave></pitch>" if pitch != "r" else "<rest/>"
    return f"<note>{kind}{sound}<duration>4</duration>{more}</note>"


def parts(*lines, before=None, after=None, more="", kind=""):
    """A score of a part a line, `E5 D5 E5`; `before` and `after` map a measure to what stands round its notes."""
    rows = [[note(pitch, more, kind if number == len(lines) else "") for pitch in line.split()]
            for number, line in enumerate(lines, start=1)]  # fmt: skip
    return _score(rows, HEAD.format(""), before or {}, after or {})


def keyboard(lines, staves):
    """The same as one part of two staves, a written voice a line, with the staff of each note: `112`."""
    rows = [
        [
            note(pitch, f"<voice>{voice}</voice><staff>{staff}</staff>")
            for pitch, staff in zip(line.split(), on, strict=True)
        ]
        for voice, (line, on) in enumerate(zip(lines, staves, strict=True), start=1)
    ]
    back = "<backup><duration>4</duration></backup>"
    return _score(
        [[back.join(column) for column in zip(*rows, strict=True)]], HEAD.format("<staves>2</staves>"), {}, {}
    )


def _score(rows, head, before, after):
    listed = "".join(f'<score-part id="P{number}"><part-name/></score-part>' for number in range(len(rows)))
    written = "".join(
        f'<part id="P{number}">' + "".join(
            f'<measure number="{at}">{head if at == 1 else ""}{before.get(at, "")}{text}{after.get(at, "")}</measure>'
            for at, text in enumerate(row, start=1)
        ) + "</part>"
        for number, row in enumerate(rows)
    )  # fmt: skip
    return read_bytes(
        f'<score-partwise version="4.0"><part-list>{listed}</part-list>{written}</score-partwise>'.encode(),
        "a.musicxml",
    )
