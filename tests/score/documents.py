"""Small MusicXML documents for tests: a good one, and parts of it to spoil."""

import io
import zipfile

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
ATTRIBUTES = (
    "<attributes><divisions>2</divisions><key><fifths>1</fifths><mode>major</mode></key>"
    "<time><beats>4</beats><beat-type>4</beat-type></time><clef><sign>G</sign><line>2</line></clef></attributes>"
)
CONTAINER = '<?xml version="1.0"?><container><rootfiles><rootfile full-path="{}"/></rootfiles></container>'


def note(pitch="C4", duration=2, more="", inside=""):
    """One `<note>`; `pitch` like F#4, or `r`."""
    if pitch == "r":
        return f"<note{inside}><rest/><duration>{duration}</duration>{more}</note>"
    alter = {"#": "<alter>1</alter>", "b": "<alter>-1</alter>"}.get(pitch[1], "")
    sound = f"<pitch><step>{pitch[0]}</step>{alter}<octave>{pitch[-1]}</octave></pitch>"
    return f"<note{inside}>{sound}<duration>{duration}</duration>{more}</note>"


def measure(*content, number=1, attributes=ATTRIBUTES, more=""):
    """One `<measure>`."""
    return f'<measure number="{number}"{more}>{attributes}{"".join(content)}</measure>'


def under_sign(measures="1", kind="start", staff=""):
    """The attributes of a measure where a repeat sign begins or stops."""
    number = f' number="{staff}"' if staff else ""
    sign = f'<measure-repeat type="{kind}">{measures}</measure-repeat>'
    return f"<attributes><measure-style{number}>{sign}</measure-style></attributes>"


def score(*parts, head=HEAD, doctype="", before="", listed=None):
    """A whole document: each part is a string of measures."""
    names = listed or [f"P{number}" for number in range(1, len(parts) + 1)]
    part_list = "".join(f'<score-part id="{name}"><part-name>{name}</part-name></score-part>' for name in names)
    body = "".join(f'<part id="P{number}">{part}</part>' for number, part in enumerate(parts, start=1))
    inside = f"{before}<part-list>{part_list}</part-list>{body}"
    return f'{head}{doctype}<score-partwise version="4.0">{inside}</score-partwise>'


GOOD = score(measure(note("C4"), note("F#4"), note("G4", 4)) + measure(note("r", 8), number=2, attributes=""))


def mxl(members, container="score.xml", compression=zipfile.ZIP_DEFLATED):
    """An .mxl archive; `members` maps names to bytes or text; a container of None is left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        if container is not None:
            archive.writestr("META-INF/container.xml", CONTAINER.format(container))
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()
