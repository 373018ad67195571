"""Sheets as pictures: what stands where, what is hidden, and that equal input gives equal bytes."""

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from lxml import etree

from musegen.engraving.beams import beams
from musegen.engraving.ink import width
from musegen.engraving.marks import Label, Line, Marks, Sheet, Table
from musegen.engraving.musicxml import write_musicxml
from musegen.engraving.numerals import key_block
from musegen.engraving.png import png
from musegen.engraving.render import render
from musegen.engraving.sheet_svg import engrave, pages, svg
from musegen.engraving.values import Span, write_values
from musegen.errors import EngravingError, UsageError
from musegen.score.files import read
from musegen.score.meter import TimeSignature
from musegen.score.model import FiguredBass, HarmonyLabel, Lyric, Score
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid
from musegen.score.worker import Worker, WorkerCrashed

SVG = "{http://www.w3.org/2000/svg}"
PHRASE = """key: e minor; meter: 4/4; unit: 1/4
S: b4 a4 g4 f#4^ | g4 f#4 d#4 e4^
A: g4 e4 e4 d#4  | e4 e4 b3 b3
T: b3 c4 b3 b3   | b3 c4 a3 g#3
B: e3 a2 b2 b2   | e3 c3 b2 e2
H: i iv Cad64 V  | i VI7 viio7/V I"""
KEYBOARD = Sheet(title="A phrase", arrangement="keyboard")
STUDENT = replace(
    KEYBOARD, hidden_parts=frozenset({1, 2, 3}), harmonies=False, figures=False, numeral_line=True, name_line=True
)


def drawn(picture: str) -> etree._Element:
    return etree.fromstring(picture.encode())


def labels(picture: str) -> list[str]:
    groups = drawn(picture).iter(f"{SVG}g")
    return ["".join(group.itertext()) for group in groups if group.get("class", "").startswith("harmony")]


def heads(picture: str) -> dict[str, tuple[float, float]]:
    found = {}
    for group in drawn(picture).iter(f"{SVG}g"):
        if group.get("class") == "note":
            place = next(group.iter(f"{SVG}use")).get("transform")
            x, y, *_ = (float(number) for number in re.findall(r"-?[\d.]+", place))
            found[group.get("id")] = (x, y)
    return found


def stems(picture: str) -> dict[str, str]:
    """`up` or `down` for every note of a picture."""
    found = {}
    for group in drawn(picture).iter(f"{SVG}g"):
        if group.get("class") == "note":
            path = next(
                (path for stem in group if stem.get("class") == "stem" for path in stem.iter(f"{SVG}path")), None
            )
            if path is not None:
                ends = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]
                head = heads(picture)[group.get("id")]
                found[group.get("id")] = "up" if min(ends[1], ends[3]) < head[1] - 100 else "down"
    return found


def measures_held(picture: str) -> list[int]:
    """How many measures each system has."""
    systems = [group for group in drawn(picture).iter(f"{SVG}g") if group.get("class") == "system"]
    return [sum(group.get("class") == "measure" for group in system.iter(f"{SVG}g")) for system in systems]


def test_a_closed_score_has_sopranos_up_and_altos_down():
    score = parse_grid(PHRASE)
    directions = stems(svg(score, sheet=KEYBOARD))
    parts = dict(zip(score.notes["id"].tolist(), score.notes["part"].tolist(), strict=True))
    wanted = {score.note_name(note): "up" if part % 2 == 0 else "down" for note, part in parts.items()}
    assert directions == wanted


def test_numerals_name_the_key_once_and_stand_at_one_height():
    picture = svg(parse_grid(PHRASE), sheet=KEYBOARD)
    assert labels(picture) == ["i", "e:", "iv", "Cad64", "V", "i", "VI7", "vii7/V", "I"]
    bases = {text.get("y") for group in drawn(picture).iter(f"{SVG}g") if group.get("class") == "harmony"
             for text in list(group)[:1]}  # fmt: skip
    assert len(bases) == 1


def test_a_pivot_is_read_in_two_keys_on_two_rows():
    score = parse_grid("meter: 4/4\nS: e4 f#4 g4 f#4\nB: c3 d3 b2 d3\nH: I . . .")
    late = 2 * score.ticks_per_quarter
    pivot = (
        HarmonyLabel(late, "numeral", "iii", "C", 1),
        HarmonyLabel(late, "numeral", "vi", "G", 1, alternate=True),
        HarmonyLabel(late * 3 // 2, "numeral", "V", "G", 1),
    )
    picture = svg(replace(score, harmonies=(*score.harmonies, *pivot)))
    rows = {}
    for group in drawn(picture).iter(f"{SVG}g"):
        if group.get("class", "").startswith("harmony"):
            rows.setdefault(group[0].get("y"), []).append("".join(group.itertext()))
    assert list(rows.values()) == [["I", "C:", "iii"], ["vi", "G:", "V"]]


def test_a_student_sheet_draws_the_melody_only_and_rules_a_line():
    score = parse_grid(PHRASE)
    picture = svg(score, sheet=STUDENT)
    assert len(heads(picture)) == 8
    assert labels(picture) == []
    assert 'class="rest' not in picture
    assert 'class="mRest' not in picture
    assert "#777777" in picture


def test_the_first_chord_can_be_given():
    assert len(heads(svg(parse_grid(PHRASE), sheet=replace(STUDENT, first_chord=True)))) == 11


def test_a_hidden_answer_changes_no_byte_of_the_student_sheet():
    score = parse_grid(PHRASE)
    soprano = score.notes.where(score.notes["part"] == 0)
    rows = soprano.rows.copy()
    rows["id"] = range(len(rows))
    bare = replace(score, notes=NoteTable(rows), harmonies=())
    for suffix in (".svg", ".musicxml"):
        assert render(score, suffix, sheet=STUDENT) == render(bare, suffix, sheet=STUDENT)


def test_marks_colour_notes_and_join_them():
    score = parse_grid(PHRASE)
    marks = Marks(colors=((0, "#c0392b"),), labels=(Label(0, "fifths", "above", "#c0392b"),), lines=(Line(0, 1),))
    picture = svg(score, sheet=replace(KEYBOARD, marks=marks))
    assert "fifths" in picture
    assert 'class="mark-line"' in picture
    assert picture.upper().count('FILL="#C0392B"') >= 1


def test_measures_are_equally_wide_where_asked():
    score = parse_grid("meter: 4/4; unit: 1/8\nS: c5 . . . . . . . | c5 d5 e5 f5 g5 a5 b5 c6 | c5 . d5 . e5 . f5 .")
    picture = svg(score, sheet=Sheet(equal_measures=True))
    ends = [
        max(float(path.get("d").split("L")[1].split()[0]) for path in staff.iterchildren(f"{SVG}path"))
        for staff in drawn(picture).iter(f"{SVG}g")
        if staff.get("class") == "staff"
    ]
    assert abs((ends[1] - ends[0]) - (ends[2] - ends[1])) < 0.08 * (ends[2] - ends[1])


def test_systems_break_evenly_and_where_told():
    score = parse_grid("meter: 2/4\nS: " + " | ".join(["c5 d5"] * 9))
    assert measures_held(svg(score, sheet=Sheet(measures_per_system=4))) == [3, 3, 3]


@pytest.mark.parametrize(("measures", "held"), [(8, [4, 4]), (12, [6, 6]), (16, [8, 8]), (4, [4])])
def test_the_last_system_of_a_short_sheet_is_as_full_as_the_others(measures, held):
    tune = parse_grid("key: D; meter: 3/4\nS: " + " | ".join(["d5 c#5 b4"] * measures))
    assert measures_held(svg(tune)) == held


def test_an_upbeat_stands_with_what_it_leads_to():
    bars = ["d5 c#5 b4"] * 8
    tune = parse_grid("key: D; meter: 3/4; pickup: 1\nS: a4 | " + " | ".join(bars))
    assert measures_held(svg(tune)) == [5, 4]


def test_breaks_that_are_asked_for_stay():
    tune = parse_grid("key: D; meter: 3/4\nS: " + " | ".join(["d5 c#5 b4"] * 8))
    broken = tuple(one._replace(new_system=number == 7) for number, one in enumerate(tune.measures))
    assert measures_held(svg(replace(tune, measures=broken))) == [7, 1]
    assert measures_held(svg(tune, sheet=Sheet(system_starts=(3,)))) == [3, 5]


def test_no_page_is_higher_than_its_paper():
    score = parse_grid("meter: 2/4\nS: " + " | ".join(["c5 d5"] * 60))
    for paper, limit in (("a4", 267.0), ("letter", 249.4)):
        heights = [float(drawn(page).get("height").removesuffix("mm")) for page in
                   pages(score, sheet=Sheet(measures_per_system=4, paper=paper, title="Long"))]  # fmt: skip
        assert len(heights) > 1
        assert max(heights) <= limit


def test_every_kind_of_file_comes_out_the_same_twice():
    score = parse_grid(PHRASE)
    for suffix, start in (
        (".svg", b"<svg"),
        (".png", b"\x89PNG"),
        (".pdf", b"%PDF"),
        (".mid", b"MThd"),
        (".musicxml", b"<?xml"),
    ):
        first = render(score, suffix, sheet=KEYBOARD)
        assert first.startswith(start)
        assert render(score, suffix, sheet=KEYBOARD) == first
    with pytest.raises(UsageError, match=r"\.svg"):
        render(score, ".doc")


def test_another_process_draws_the_same_svg():
    code = (
        "from musegen.score.files import read; from musegen.engraving.sheet_svg import svg; import hashlib;"
        "print(hashlib.sha256(svg(read('bach/bwv66.6')).encode()).hexdigest())"
    )
    told = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    }
    assert len(told) == 1


def test_a_bach_chorale_is_drawn_without_complaint():
    engraved = engrave(read("bach/bwv66.6"), Sheet(arrangement="open"), paged=False)
    assert engraved.warnings == ()
    assert len(heads(engraved.pages[0])) == 165


def test_double_sharps_are_drawn():
    picture = svg(parse_grid("key: g# minor; meter: 2/4\nS: f##5 g#5"))
    assert "E263" in picture


def test_png_has_ink_where_the_flat_of_the_title_stands():
    plain, flat = (png(svg(parse_grid("meter: 2/4\nS: c5 d5"), sheet=Sheet(title=title))) for title in ("B", "B♭"))
    assert plain != flat


def test_a_score_without_measures_is_an_engraving_error():
    with pytest.raises(EngravingError, match="no measure"):
        svg(Score(NoteTable.of([]), (), ()))


def test_a_crash_of_verovio_is_an_engraving_error(monkeypatch):
    class Broken:
        def call(self, payload):
            raise WorkerCrashed("the verovio process ended with status -11")

    monkeypatch.setattr("musegen.engraving.sheet_svg._worker", Broken)
    with pytest.raises(EngravingError, match="status -11"):
        svg(parse_grid("meter: 2/4\nS: c5 d5"))


def test_a_drawing_that_lacks_measures_is_an_engraving_error(monkeypatch):
    class Nothing:
        def call(self, payload):
            return Worker("verovio", timeout=30, memory_mb=2000).call(payload | {"musicxml": b"no music"})

    monkeypatch.setattr("musegen.engraving.sheet_svg._worker", Nothing)
    with pytest.raises(EngravingError, match="0 of 1 measures"):
        svg(parse_grid("meter: 2/4\nS: c5 d5"))


def test_a_given_first_chord_does_not_tell_that_it_is_tied():
    score = parse_grid("meter: 2/4\nS: c5 d5 | e5 f5\nA: g4 . | . .\nT: e4 d4 | c4 c4\nB: c3 b2 | a2 g2")
    xml = render(score, ".musicxml", sheet=replace(STUDENT, first_chord=True))
    assert b"<tie" not in xml


def test_figures_over_a_held_bass_are_joined_by_a_line():
    score = parse_grid("meter: 4/4\nS: c5 c5 b4 .\nB: c3 f3 g3 .")
    quarter = score.ticks_per_quarter
    figures = (FiguredBass(2 * quarter, quarter, ("4",), 1), FiguredBass(3 * quarter, quarter, ("3",), 1))
    joined = svg(replace(score, figures=figures))
    apart = svg(replace(score, figures=figures[:1]))
    assert joined.count('fill="none"') == apart.count('fill="none"') + 1


def test_a_staff_is_seven_and_a_half_millimetres_high_in_print():
    picture = drawn(svg(parse_grid("meter: 2/4\nS: c5 d5")))
    staff = next(group for group in picture.iter(f"{SVG}g") if group.get("class") == "staff")
    heights = [float(path.get("d").split()[1]) for path in staff.iterchildren(f"{SVG}path")]
    units_per_mm = float(picture.get("viewBox").split()[2]) / float(picture.get("width").removesuffix("mm"))
    assert abs((max(heights) - min(heights)) / units_per_mm - 7.5) < 0.1


def test_letters_that_xml_forbids_are_left_out():
    score = parse_grid("meter: 2/4\nS: c5 d5")
    sheet = Sheet(title="A\x00 \ud800title", instruction="\x0b")
    assert b"A title" in render(score, ".musicxml", sheet=sheet)
    assert b"A title" in render(score, ".svg", sheet=sheet)


def test_letters_stand_close_to_their_notes_and_touch_nothing():
    score = parse_grid(PHRASE)
    ids = score.notes["id"][score.notes["onset"] == 0].tolist()
    parts = score.notes["part"][score.notes["onset"] == 0].tolist()
    letters = tuple(Label(note, "P", "under" if part % 2 else "over") for note, part in zip(ids, parts, strict=True))
    picture = svg(score, sheet=replace(KEYBOARD, marks=Marks(labels=letters)))
    places = heads(picture)
    found = []
    for group in drawn(picture).iter(f"{SVG}g"):
        if group.get("class") == "letter":
            (words,) = group
            found.append((float(words.get("x")), float(words.get("y"))))
    for (x, y), note, part in zip(found, ids, parts, strict=True):
        head = places[score.note_name(note)]
        assert abs(x - head[0]) < 400
        assert 0 < (y - head[1]) * (1 if part % 2 else -1) < 1500
    boxes = [(x, y - 200, x + 170, y) for x, y in found]
    apart = [a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1] for a in boxes for b in boxes if a < b]
    assert all(apart)


def test_a_tick_stands_under_every_asterisk():
    score = parse_grid(PHRASE)
    onsets = tuple(sorted(set(score.notes["onset"].tolist())))
    plain, ticked = (svg(score, sheet=replace(STUDENT, asterisks=stars)) for stars in ((), onsets))
    assert ticked.count("#777777") == plain.count("#777777") + len(onsets)


def test_a_key_is_remembered_at_each_system_once_the_music_has_turned():
    score = parse_grid(
        "meter: 2/4\nS: c5 d5 | e5 f#5 | g5 f#5 | g5 b5\nB: c3 g2 | c3 d3 | g2 d3 | g2 g2\nH: I V | I . | . . | . ."
    )
    late = tuple(
        HarmonyLabel(onset, "numeral", "I", "G", 1)
        for onset in sorted(set(score.notes["onset"].tolist()))
        if onset >= score.measures[2].onset
    )
    both = replace(score, harmonies=(*score.harmonies, *late))
    sheet = Sheet(system_starts=(1, 3))
    assert [label for label in labels(svg(both, sheet=sheet)) if ":" in label] == ["C:", "C:", "G:", "G:"]
    assert [label for label in labels(svg(score, sheet=sheet)) if ":" in label] == ["C:"]


def test_a_table_is_on_the_page_whole_or_on_the_next_one():
    score = parse_grid("meter: 2/4\nS: " + " | ".join(["c5 d5"] * 60))
    table = Table((("Marks for", "of"), *((f"Row {number}", "1") for number in range(12))), (0.8, 0.2))
    sheets = pages(score, sheet=Sheet(measures_per_system=4, table=table))
    held = [page.count("Row ") for page in sheets]
    assert sorted(held)[-1] == 12
    assert sum(held) == 12


def test_no_system_or_table_stands_alone_on_the_last_page():
    for count in range(20, 44, 4):
        score = parse_grid("meter: 2/4\nS: " + " | ".join(["c5 d5"] * count))
        sheets = pages(score, sheet=Sheet(measures_per_system=4, title="Long"))
        systems = [page.count('class="system"') for page in sheets]
        assert sum(systems) == count // 4
        assert len(systems) == 1 or systems[-1] > 1


def test_the_sharp_of_a_key_stands_clear_of_its_letter():
    letter, sharp, colon = key_block("f#").parts
    assert letter.x + width("f", "bold") + 0.1 < sharp.x < colon.x - 0.25


def test_notes_left_out_and_added_are_printed_small_and_known_to_machines():
    score = replace(parse_grid("meter: 4/4\nB: g2 . . .\nH: V . . ."), harmonies=())
    label = HarmonyLabel(0, "numeral", "V7[no3][add4]", "C", 0)
    assert labels(svg(replace(score, harmonies=(label,)))) == ["V7(no 3)(add 4)", "C:"]
    written = etree.fromstring(write_musicxml(replace(score, harmonies=(label,))))
    assert written.findtext(".//numeral-root") == "5"
    assert written.findtext(".//harmony/kind") == "dominant"


def test_four_quavers_share_a_beam_in_two_four_but_not_over_a_tie():
    meter = TimeSignature(2, 4)
    eighths = [Span(Fraction(n, 2), Fraction(n + 1, 2), (n,)) for n in range(4)]
    tied = [eighths[0], eighths[1]._replace(tied_out=True), eighths[2]._replace(tied_in=True), eighths[3]]
    first_words = [[words[0] for words in beams(write_values(spans, meter), meter)] for spans in (eighths, tied)]
    assert first_words == [["begin", "continue", "continue", "end"], ["begin", "end", "begin", "end"]]


def test_a_key_is_remembered_where_systems_begin_and_never_inside_one():
    score = parse_grid("meter: 4/4\nS: " + " | ".join(["c5 d5 e5 d5"] * 12))
    keys = [HarmonyLabel(m.onset, "numeral", "I", "G" if n else "C", 0) for n, m in enumerate(score.measures)]
    picture = svg(replace(score, harmonies=tuple(keys), measures=tuple(
        measure._replace(new_system=n == 10) for n, measure in enumerate(score.measures))))  # fmt: skip
    systems = [group for group in drawn(picture).iter(f"{SVG}g") if group.get("class") == "system"]
    assert len(systems) > 2
    assert labels(picture).count("G:") == len(systems)


def test_letters_of_alto_and_tenor_stand_between_the_staves_by_their_own_notes():
    score = parse_grid(
        "key: E major; meter: 4/4; unit: 1/4\nS: b4 . . .\nA: g#4 a3 g#3 a3\nT: e4 f#4 g#4 f#4\nB: e3 . . ."
    )
    rows = score.notes.rows
    letters = tuple(
        Label(int(row["id"]), "N", "under" if row["part"] == 1 else "over") for row in rows if row["part"] in (1, 2)
    )
    picture = svg(score, sheet=Sheet(arrangement="choir", marks=Marks(labels=letters)))
    places = heads(picture)
    words = [next(iter(g)) for g in drawn(picture).iter(f"{SVG}g") if g.get("class") == "letter"]
    found = sorted((float(word.get("x")), float(word.get("y"))) for word in words)
    altos, tenors = ([places[score.note_name(int(row["id"]))] for row in rows if row["part"] == n] for n in (1, 2))
    assert len(found) == len(letters)
    for number, (alto, tenor) in enumerate(zip(altos, tenors, strict=True)):
        lower, upper = sorted((found[2 * number][1], found[2 * number + 1][1]), reverse=True)
        assert alto[1] + 150 < upper < lower - 180 < lower < tenor[1]


def fermatas(score: Score, sheet: Sheet) -> list[tuple[str, str]]:
    """The measure number and note of every fermata of a MusicXML file."""
    document = etree.fromstring(write_musicxml(score, sheet=sheet))
    notes = [note for note in document.iter("note") if note.find("notations/fermata") is not None]
    return [(note.getparent().get("number"), note.findtext("pitch/step")) for note in notes]


def test_a_voice_that_moves_under_a_fermata_has_its_own_on_its_own_staff_alone():
    score = parse_grid(
        """meter: 4/4
S: g4 f4 e4^ . | g4 d4 c4^ .
A: d4 . c4 a3^ | d4 b3 g3^ .
T: b3 . g3^ . | b3 . . g3^
B: g3 b3 c4 a3^ | g2 . e3^ ."""
    )
    assert fermatas(score, Sheet(arrangement="open")) == [
        ("1", "E"), ("2", "C"), ("1", "A"), ("2", "G"), ("1", "G"), ("2", "G"), ("1", "A"), ("2", "E"),
    ]  # fmt: skip
    for two_staves in ("choir", "keyboard"):
        closed = fermatas(score, Sheet(arrangement=two_staves))
        assert sorted(closed) == [("1", "E"), ("1", "G"), ("2", "C"), ("2", "E"), ("2", "G")]


def test_a_fermata_stands_clear_of_the_beam_before_its_note():
    score = parse_grid(
        """key: A major; meter: 3/4; unit: 1/16
S: b4 . . . b4 . . . a4^ . . .
A: a4 . . . g#4 . . . e4^ . . .
T: f#4 . d4 . b3 . e4 d4 c#4^ . . .
B: d3 . b2 . e3 . . . a2^ . . ."""
    )
    picture = drawn(svg(score, sheet=Sheet(arrangement="choir")))
    beams = [points(line) for line in picture.iter(f"{SVG}polygon")]
    signs = [group for group in picture.iter(f"{SVG}g") if group.get("class") == "fermata"]
    lefts = [points(sign, "transform")[0][0] for group in signs for sign in group.iter(f"{SVG}use")]
    assert len(lefts) == 2
    assert max(lefts) - max(x for beam in beams for x, _ in beam) >= 59
    assert max(lefts) - min(lefts) < 80


def points(element: etree._Element, name: str = "points") -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", element.get(name))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_breaks_that_a_file_asks_for_in_vain_stretch_no_last_measure():
    score = parse_grid("meter: 4/4; unit: 1/16\nS: " + " | ".join(["c5 d5 e5 f5 " * 4] * 12 + ["c5" + " ." * 15]))
    measures = tuple(measure._replace(new_system=number == 6) for number, measure in enumerate(score.measures))
    picture = drawn(svg(replace(score, measures=measures)))
    ends = [staff_end(system) for system in picture.iter(f"{SVG}g") if system.get("class") == "system"]
    assert len(ends) > 2
    assert ends[-1] < 0.7 * ends[0] == pytest.approx(0.7 * ends[1], rel=0.01)


def staff_end(system: etree._Element) -> float:
    lines = (path.get("d") for path in system.iter(f"{SVG}path") if path.get("d").startswith("M"))
    ends = [[float(number) for number in re.findall(r"-?[\d.]+", line)] for line in lines]
    return max(end[2] for end in ends if len(end) == 4 and end[1] == end[3])


def test_words_stand_apart_though_the_breaks_of_a_file_leave_no_room_for_them():
    score = parse_grid("meter: 4/4\nS: " + " | ".join(["c5 d5 e5 f5"] * 9))
    notes = score.notes["id"].tolist()
    words = tuple(Lyric(note, "1", "schlang") for note in notes)
    measures = tuple(measure._replace(new_system=number in (3, 6)) for number, measure in enumerate(score.measures))
    picture = drawn(svg(replace(score, measures=measures, lyrics=words)))
    lefts: dict[str, list[float]] = {}
    for system in (group for group in picture.iter(f"{SVG}g") if group.get("class") == "system"):
        words_of = (text for group in system.iter(f"{SVG}g") if group.get("class") == "syl" for text in group)
        lefts[system.get("id")] = [float(text.get("x")) for text in words_of if text.get("x")]
    assert sum(map(len, lefts.values())) == len(notes)
    least = width("schlang") * 421 + 70
    assert all(after - before >= least for found in lefts.values() for before, after in pairwise(found))


def test_barlines_leave_room_for_words_between_the_staves():
    score = parse_grid("meter: 2/4\nS: c5 d5\nB: c3 d3")
    sung = replace(score, lyrics=(Lyric(int(score.notes["id"][0]), "1", "la"),))
    through = [etree.fromstring(write_musicxml(one)).findtext(".//group-barline") for one in (score, sung)]
    assert through == ["yes", "no"]
