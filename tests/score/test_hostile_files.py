"""Bad input: whatever a file holds, one error of ours with its place, soon and in little memory."""

import contextlib
import os
import resource
import stat
import struct
import time
import zipfile

import pytest
from documents import ATTRIBUTES, CONTAINER, DOCTYPE, GOOD, HEAD, measure, mxl, note, score, under_sign

from musegen.errors import MalformedScore, ScoreError, UnreadableFile
from musegen.score.files import read, read_bytes
from musegen.score.musicxml import read_musicxml


def spoiled(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode()


def two_parts(first, second, **more):
    return score(first, second, **more).encode()


BAR = measure(note("C4", 8))
ENTITIES = '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
XXE = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
MALFORMED = {
    # name: (content, what the message must hold)
    "cut in half": (GOOD.encode()[: len(GOOD) // 2], "line "),
    "last tag missing": (GOOD.encode()[:-5], "line "),
    "latin-1 called utf-8": (GOOD.replace("P1</part-name>", "Fl\xf6te</part-name>").encode("latin-1"), "byte 1"),
    "billion laughs": (score(BAR, doctype=ENTITIES).encode(), "entities"),
    "external entity": (score(BAR, doctype=XXE).encode(), "entities"),
    "undefined entity": (spoiled("P1</part-name>", "&eacute;</part-name>"), "eacute"),
    "control character": (spoiled("P1</part-name>", "&#1;</part-name>"), "line "),
    "deep nesting": (f"{HEAD}<score-partwise>{'<a>' * 5000}".encode(), "line "),
    "no parts": (score().encode(), "no parts"),
    "part not listed": (two_parts(BAR, BAR, listed=["P1"]), "`P2` is not in the part list"),
    "part missing": (score(BAR, listed=["P1", "P2"]).encode(), "`P2` is listed but not there"),
    "part twice": (two_parts(BAR, BAR).replace(b'<part id="P2">', b'<part id="P1">'), "two parts"),
    "uneven parts": (two_parts(BAR, BAR + measure(note("C4", 8), number=2)), "numbers of measures"),
    "divisions zero": (spoiled("<divisions>2<", "<divisions>0<"), "divisions"),
    "divisions negative": (spoiled("<divisions>2<", "<divisions>-4<"), "divisions"),
    "divisions not a number": (spoiled("<divisions>2<", "<divisions>NaN<"), "divisions"),
    "divisions words": (spoiled("<divisions>2<", "<divisions>abc<"), "divisions"),
    "divisions in Arabic digits": (spoiled("<divisions>2<", "<divisions>\u0662<"), "divisions"),
    "divisions missing": (spoiled("<divisions>2</divisions>", ""), "measure 1, beat 1: a duration before"),
    "duration negative": (spoiled("<duration>4<", "<duration>-1<"), "measure 1, beat 3: the duration is -1"),
    "duration zero": (spoiled("<duration>4<", "<duration>0<"), "measure 1, beat 3: a note of no duration"),
    "duration without end": (spoiled("<duration>4<", "<duration>1e308<"), "measure 1, beat 3"),
    "duration absurd": (spoiled("<duration>4<", "<duration>1000000000000<"), "measure 1, beat 3"),
    "duration missing": (spoiled("<duration>4</duration>", ""), "measure 1, beat 3: a note without duration"),
    "octave 999": (spoiled("<octave>4<", "<octave>999<"), "octave"),
    "octave -5": (spoiled("<octave>4<", "<octave>-5<"), "octave"),
    "octave missing": (spoiled("<octave>4</octave>", ""), "octave"),
    "step H": (spoiled("<step>G<", "<step>H<"), "measure 1, beat 3: the step of a note is `H`"),
    "alter 9": (spoiled("<alter>1<", "<alter>9<"), "measure 1, beat 2: the alteration"),
    "alter infinite": (spoiled("<alter>1<", "<alter>INF<"), "alteration"),
    "99 sharps": (spoiled("<fifths>1<", "<fifths>99<"), "sharps or flats"),
    "a thousand million sharps": (spoiled("<fifths>1<", "<fifths>1000000000<"), "sharps or flats"),
    "two durations": (spoiled("<duration>4<", "<duration>4</duration><duration>2<"), "beat 3: two durations"),
    "two pitches": (spoiled("</pitch>", "</pitch><pitch><step>D</step><octave>5</octave></pitch>"), "two pitches"),
    "key altered without end": (
        spoiled("<fifths>1</fifths>", "<key-step>C</key-step><key-alter>inf</key-alter>"), "beat 1: an alter",
    ),
    "clef Q": (spoiled("<sign>G<", "<sign>Q<"), "clef `Q`"),
    "time 4/0": (spoiled("<beat-type>4<", "<beat-type>0<"), "beat type"),
    "time 4/3": (spoiled("<beat-type>4<", "<beat-type>3<"), "no note value"),
    "time in words": (spoiled("<beats>4<", "<beats>four<"), "beats"),
    "time too long": (spoiled("<beats>4<", "<beats>1000000<"), "beats"),
    "staff 77": (spoiled("<duration>4</duration>", "<duration>4</duration><staff>77</staff>"), "the staff"),
    "a thousand million staves": (spoiled("<clef>", "<staves>1000000000</staves><clef>"), "staves"),
    "pitch and rest": (spoiled("<duration>4</duration>", "<rest/><duration>4</duration>"), "pitch and rest"),
    "measure in a measure": (spoiled("<note><rest/>", "<measure/><note><rest/>"), "beat 1: a measure inside"),
    "neither pitch nor rest": (spoiled("<rest/>", ""), "measure 2, beat 1: a note without pitch"),
    "backup before the bar": (
        score(measure(note("C4"), "<backup><duration>4</duration></backup>")).encode(), "before the barline",
    ),
    "forward without end": (score(measure("<forward><duration>2000000000</duration></forward>")).encode(), "duration"),
    "chord of nothing": (score(measure(note("C4").replace("<pitch>", "<chord/><pitch>"))).encode(), "chord note"),
    "tempo NaN": (score(measure('<sound tempo="NaN"/>', note("C4", 8))).encode(), "tempo"),
    "tempo zero": (score(measure('<sound tempo="0"/>', note("C4", 8))).encode(), "tempo"),
    "transposed by a thousand": (
        score(measure(note("C4", 8), attributes=ATTRIBUTES.replace(
            "<clef>", "<transpose><chromatic>1000</chromatic></transpose><clef>"))).encode(), "transposition",
    ),
    "container names nothing there": (mxl({"other.xml": GOOD}), "does not hold it"),
    "container damaged": (
        mxl({"META-INF/container.xml": "<a", "score.xml": GOOD, "b.xml": GOOD}, None),
        "names no score",
    ),
    "container with entities": (mxl({"score.xml": score(BAR, doctype=XXE)}), "entities"),
    "member climbs out": (mxl({"score.xml": GOOD, "../evil.xml": "x"}), "outside its folder"),
    "member is absolute": (mxl({"score.xml": GOOD, "/etc/evil": "x"}), "outside its folder"),
    "zip bomb": (mxl({"score.xml": b" " * (40 << 20)}), "suspicious size"),
    "zip cut off": (mxl({"score.xml": GOOD})[:-30], "damaged"),
    "zip with a bad checksum": (
        mxl({"score.xml": GOOD}, compression=zipfile.ZIP_STORED).replace(b"<step>C", b"<step>D"), "damaged",
    ),
    "zip by LZMA": (mxl({"score.xml": GOOD}, compression=zipfile.ZIP_LZMA), "unknown way"),
}  # fmt: skip
UNREADABLE = {
    "empty": b"",
    "blanks": b" \n \t ",
    "zeros": b"\0" * 1000,
    "noise": bytes(range(1, 256)) * 20,
    "prose": b"Dear Sir or Madam, please find enclosed",
    "html": b"<!DOCTYPE html><html><body>score-partwise</body></html>",
    "pdf": b"%PDF-1.7 ...",
    "pickle": b"\x80\x04\x95cos\nsystem\n(S'echo'\ntR.",
    "another zip": mxl({"a.txt": "x"}, container=None),
    "an opus": b"<opus><title>all</title></opus>",
    "unknown encoding": GOOD.replace("UTF-8", "EBCDIC").encode(),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_score_is_refused_with_its_place(name, tmp_path):
    content, said = MALFORMED[name]
    path = tmp_path / "etude.musicxml"
    path.write_bytes(content)
    with pytest.raises(MalformedScore) as caught:
        read(path)
    assert caught.value.file == str(path)
    assert said in str(caught.value)


def test_numbers_too_long_for_python_name_a_voice_all_the_same_and_no_instrument():
    lower, upper = "9" * 4400, "1" + "0" * 4400
    bar = measure(note("C4", 8, f"<voice>{upper}</voice>"), "<backup><duration>8</duration></backup>",
                  note("E4", 8, f"<voice>{lower}</voice>"))  # fmt: skip
    program = f"<midi-instrument id='I'><midi-program>{lower}</midi-program></midi-instrument></score-part>"
    read_score = read_musicxml(score(bar).replace("</score-part>", program).encode())
    assert sorted(zip(read_score.notes["pitch"].tolist(), read_score.notes["voice"].tolist(), strict=True)) == [
        (60, 2), (64, 1),
    ]  # fmt: skip
    assert read_score.parts[0].midi_program == 0


def test_more_voices_than_a_table_holds_are_refused_in_their_measure(monkeypatch):
    monkeypatch.setattr("musegen.score.musicxml_part.MAX_VOICES", 2)
    bar = measure(*(note("C4", 2, f"<voice>{name}</voice>") for name in "abc"))
    with pytest.raises(MalformedScore, match=r"measure 1.*more than 2 voices"):
        read_musicxml(score(bar).encode())


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_score_is_called_unreadable(name, tmp_path):
    path = tmp_path / "etude.xml"
    path.write_bytes(UNREADABLE[name])
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    assert caught.value.file == str(path)


def test_a_link_and_an_encrypted_member_are_refused():
    link = zipfile.ZipInfo("score.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = mxl({link: "/etc/passwd"})
    with pytest.raises(MalformedScore, match="is a link"):
        read_bytes(made, "a.mxl")
    locked = bytearray(mxl({"score.xml": GOOD}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.rindex(signature) + place] |= 1
    with pytest.raises(MalformedScore, match="encrypted"):
        read_bytes(bytes(locked), "a.mxl")


def test_folders_pipes_devices_and_missing_files_are_never_opened(tmp_path):
    pipe = tmp_path / "pipe.krn"
    os.mkfifo(pipe)
    device = tmp_path / "zero.krn"
    device.symlink_to("/dev/zero")
    hollow = tmp_path / "hollow.xml"
    hollow.symlink_to(tmp_path / "nowhere")
    for path in (tmp_path, pipe, device, hollow, tmp_path / "none.xml", "", ".", "/", "a\0b", "x" * 5000,
                 "http://example.org/a.xml", "bach/../../../etc/passwd", "../secret"):  # fmt: skip
        with pytest.raises(UnreadableFile):
            read(path)


def test_the_decoy_beside_the_real_score_is_not_read():
    decoy = GOOD.replace("<step>C", "<step>D")
    made = read_bytes(mxl({"a-decoy.xml": decoy, "music/real.xml": GOOD}, "music/real.xml"), "a.mxl")
    assert made.notes["pitch"].tolist() == [60, 66, 67]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace("UTF-8", "UTF-16").encode("utf-16"),
        GOOD.replace("UTF-8", "UTF-16").encode("utf-16-be"),
        GOOD.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        GOOD.removeprefix(HEAD).encode(),
        score(measure(note("C4"), note("F#4"), note("G4", 4)), doctype=DOCTYPE).encode(),
        mxl({"score.xml": GOOD.encode("utf-16")}),
        mxl({"score.xml": GOOD}, compression=zipfile.ZIP_STORED),
    ],
)
def test_every_honest_packing_of_a_score_is_read(content):
    assert read_bytes(content, "a").notes["pitch"].tolist() == [60, 66, 67]


def test_a_timewise_score_is_read_like_its_partwise_twin():
    parts = [measure(note("C4", 8)), measure(note("E4", 8))]
    body = "".join(
        f'<part id="P{number}">{ATTRIBUTES}{note(pitch, 8)}</part>' for number, pitch in ((1, "C4"), (2, "E4"))
    )
    partwise = score(*parts)
    head = partwise[: partwise.index('<part id="P1">')].replace("score-partwise", "score-timewise")
    timewise = f'{head}<measure number="1">{body}</measure></score-timewise>'
    assert read_bytes(timewise.encode(), "t") == read_bytes(partwise.encode(), "p")


def many(template, count):
    return "".join(template.format(number) for number in range(1, count + 1))


VOICE = note("C4", 8, "<voice>{}</voice>") + "<backup><duration>8</duration></backup>"
UNLIKE = measure(note("C4", 1), attributes="<attributes><divisions>9{:03}</divisions></attributes>")
HUGE = {
    "millions of empty elements": lambda: HEAD + "<score-partwise>" + "<a/>" * 2_400_000,
    "attributes without end": lambda: HEAD + "<score-partwise " + many('a{}="1" ', 2_000_000),
    "30 000 notes in a bar": lambda: score(measure(note("C4", 1) * 30_000)),
    "10 000 bars": lambda: score(BAR * 10_000),
    "repeat signs without end": lambda: score(
        measure(note("C4", 1) * 30_000, attributes=ATTRIBUTES + under_sign()) + "<measure/>" * 9_000
    ),
    "empty bars without end": lambda: score("<measure/>" * 1_200_000),
    "1 500 parts": lambda: score(*[BAR] * 1500),
    "3 000 voices": lambda: score(measure(many(VOICE, 3000))),
    "a long text": lambda: GOOD.replace("P1</part-name>", "x" * 12_000_000 + "</part-name>"),
    "unlike divisions": lambda: score(many(UNLIKE, 400)),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_flood_is_read_or_refused_in_seconds_never_in_minutes(name):
    content = HUGE[name]().encode()
    start = time.process_time()
    with contextlib.suppress(ScoreError):
        read_bytes(content, "flood.musicxml")
    assert time.process_time() - start < 30  # alone each takes .1 to 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000


TRACK = bytes.fromhex("00 90 3c 40 60 80 3c 40 00 ff 2f 00")


def midi(track=TRACK, division=96, tracks=1, length=None):
    head = b"MThd" + struct.pack(">IHHH", 6, 0 if tracks == 1 else 1, tracks, division)
    return head + b"MTrk" + struct.pack(">I", len(track) if length is None else length) + track


FOREIGN = {
    "midi header only": midi()[:10],
    "midi division zero": midi(division=0),
    "midi track cut off": midi()[:-3],
    "midi track of 4 GB": midi(length=0xFFFFFFFF),
    "midi two tracks promised": midi(tracks=2),
    "midi without status": midi(b"\0\x3c\x40\0\xff\x2f\0"),
    "midi open system message": midi(b"\0\xf0\x03\x01\x02\x03\0\xff\x2f\0"),
    "midi without end": midi(TRACK[:-4]),
    "midi silence of a year": midi(b"\xff\xff\xff\x7f" + TRACK[1:]),
    "midi tempo zero": midi(b"\0\xff\x51\x03\0\0\0" + TRACK),
    "midi without notes": midi(TRACK[-4:]),
    "abc without key": b"X:1\nT:x\nCDEF|\n",
    "abc without notes": b"X:1\nK:C\n",
    "abc with a long note": b"X:1\nL:1/8\nK:C\nC999999999|\n",
    "kern with uneven spines": b"**kern\t**kern\n4c\t4e\n4d\n*-\t*-\n",
    "kern that never ends": b"**kern\n4c\n4d\n",
    "mei cut off": b'<mei xmlns="http://www.music-encoding.org/ns/mei"><music>',
    "mei with entities": b'<!DOCTYPE mei [<!ENTITY a "b">]><mei/>',
    "mei without music": b'<mei xmlns="http://www.music-encoding.org/ns/mei"/>',
}


def test_nonsense_in_metre_and_beat_is_refused_in_its_measure_and_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    for content, said in (
        (b"**kern\n*M4/4\n=7\n1c\n=8\n*M4/0\n4c\n*-\n", "measure 8: `*M4/0` is no time signature"),
        (b"m1 C: I\nm2 V b0 I\n", "measure 2: `b0` is no beat"),
        (b"Time Signature: 4/0\nm1 C: I\nm2 V\n", "Time Signature: 4/0"),
    ):
        with pytest.raises(MalformedScore) as caught:
            read_bytes(content, "bad.file")
        assert said in str(caught.value)
        assert "Traceback" not in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FOREIGN)
def test_bad_files_of_other_formats_are_refused(name, tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    with pytest.raises(MalformedScore) as caught:
        read_bytes(FOREIGN[name], "bad.file")
    assert "bad.file" in str(caught.value)


def test_what_is_wrong_in_the_head_of_a_tune_is_told_in_one_plain_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    for content, said in (
        (b"X:1\nT:Fl\xf6te\nK:C\nCDEF|\n", "line 2 holds letters that are not UTF-8; save it as UTF-8"),
        (b"X:1\nM:4/4\nL:1/8X:1\nK:C\nCDEF|\n", "line 3: `L:1/8X:1` is no note length; write it like L:1/8"),
    ):
        with pytest.raises(MalformedScore) as caught:
            read_bytes(content, "tune.abc")
        assert said in str(caught.value)
        assert "Error" not in str(caught.value)


def test_the_container_template_itself_is_good():
    assert "score.xml" in CONTAINER.format("score.xml")


def test_the_only_score_of_an_archive_is_read_although_its_title_spoils_the_container():
    name = "After You've Gone.xml"
    spoilt = f"<container><rootfiles><rootfile full-path='{name}'/></rootfiles></container>"
    read = read_bytes(mxl({"META-INF/container.xml": spoilt, name: GOOD}, None), "song.mxl")
    assert read == read_bytes(GOOD.encode(), "song.musicxml")
