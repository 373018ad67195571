"""DCML's chords as musegen's numerals and back: `ii%65` is `iiø65`, `V(64)` is `Cad64`, in minor `#viio7` is `viio7`.

DCML counts roots in the major or the natural minor scale; a seventh over a major triad is minor unless an `M` says
otherwise; what a relative root is decides in which mode the chord before the slash is read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.theory.annotations.dcml.labels import Label, degree_name, degree_of, parted, shift
from musegen.theory.keys import Key, scale_degrees, signs
from musegen.theory.naming import named_chord
from musegen.theory.numerals import Numeral, letters_above, parse_numeral

_TRIADS = {"": (0, 4, 1), "M": (0, 4, 1), "o": (0, -3, -6), "%": (0, -3, -6), "+": (0, 4, 8), "+M": (0, 4, 8)}
_SEVENTHS = {"": -2, "M": 5, "o": -9, "%": -2, "+": -2, "+M": 5}
_INVERSION = {"": 0, "6": 1, "64": 2, "7": 0, "65": 1, "43": 2, "2": 3, "42": 3}
_SIGN = {"o": "o", "%": "ø", "+": "+", "+M": "+", "M": "", "": ""}
_CHANGE = re.compile(r"([+\-^v]?)(b*|#*)(1[0-4]|\d)")
_OURS = re.compile(r"([b#-]*)([IViv]+)(o|ø|\+|)(\d*)$")
_BRACKET = re.compile(r"\[(no|add|bass|)([b#]*)(\d+)\]")
_SIXTHS = {
    "It6": ("vii", "o", "6", "b3"), "It53": ("vii", "o", "", "b3"), "It64": ("vii", "o", "64", "b3"),
    "Ger65": ("vii", "o", "65", "b3"), "Ger43": ("vii", "o", "43", "b3"), "Ger42": ("vii", "o", "2", "b3"),
    "Fr43": ("V", "", "43", "b5"), "Fr7": ("V", "", "7", "b5"), "Fr65": ("V", "", "65", "b5"),
    "Fr42": ("V", "", "2", "b5"),
}  # fmt: skip
"""The augmented sixths, spelled out as the standard does, all applied to V."""
_NAMED = {"It6": ("It", "", "6", ""), "Ger65": ("Ger", "", "6", ""), "Fr43": ("Fr", "", "6", "")}
_LETTERS = {"It": {"": "It6", "6": "It6"}, "Ger": {"": "Ger65", "6": "Ger65"}, "Fr": {"": "Fr43", "6": "Fr43"}}


class DcmlChord(NamedTuple):
    """The features of a chord as the columns of a table name them."""

    numeral: str
    form: str = ""
    figbass: str = ""
    changes: str = ""
    relativeroot: str = ""
    pedal: str = ""  # of one chord over a bass note that it does not hold


def numeral_of(label: Label, *, minor: bool) -> Numeral:
    """The chord of a label as a numeral in a local key of this mode. Changes that musegen cannot name are left out.

    Raises:
        UsageError: the label has no chord, or one that musegen has no name for.

    >>> from musegen.theory.annotations.dcml.labels import parse_label
    >>> texts = "#viio7/ii", "V(64)", "ii%65", "Ger6", "V7(4)/V", "IM7", "I7"
    >>> [numeral_of(parse_label(text), minor=False).figure for text in texts]
    ['viio7/ii', 'Cad64', 'iiø65', 'Ger65', 'V7[no3][add4]/V', 'I7', 'I7[b7]']
    """
    goals = label.relativeroot.split("/") if label.relativeroot else []
    suffix, inner = "", minor
    for goal in reversed(goals):
        head, more = _goal(goal, inner)
        suffix, inner = f"/{head}{more}{suffix}", goal.islower()
    sixth = _sixth(label)
    if sixth:
        kept = suffix if label.numeral in _LETTERS else "".join(f"/{goal}" for goal in suffix.split("/")[2:])
        return parse_numeral(sixth + kept, minor=minor)
    return parse_numeral(_figure(label, inner) + suffix, minor=minor)


def _sixth(label: Label) -> str:
    """The augmented sixth that a label names or spells out; "" where it is none."""
    if label.numeral in _LETTERS:
        figbass = _figbass(label)
        return _LETTERS[label.numeral].get(figbass, label.numeral + figbass)
    spelled = (label.numeral, label.form, label.figbass, label.changes)
    is_applied = label.relativeroot.split("/")[0] == "V"
    return next((name for name, parts in _SIXTHS.items() if is_applied and parts == spelled), "")


def _figbass(label: Label) -> str:
    return "42" if label.figbass == "2" else label.figbass


def _goal(numeral: str, minor: bool) -> tuple[str, str]:
    """A relative root in our convention: ("vi", ""), or ("i", "/VI") for the minor chord on minor's natural sixth."""
    accidentals, roman = parted(numeral)
    if not minor or roman.upper() not in ("VI", "VII"):
        return numeral, ""
    if roman.islower():
        return (roman, "") if accidentals == "#" else ("i", f"/{accidentals}{roman.upper()}")
    return ("I", f"/{roman.lower()}") if accidentals == "#" else (numeral, "")


def _figure(label: Label, minor: bool) -> str:
    """The chord before the slash, in our convention."""
    if label.numeral in ("", "@none"):
        raise UsageError("there is no chord")
    changes = _CHANGE.findall(label.changes)
    if (
        label.numeral == "V"
        and label.figbass in ("", "7")
        and {("", "6"), ("", "4")} <= {(x, n) for x, _, n in changes}
    ):
        return "Cad64"
    if (label.numeral, label.form, label.figbass, label.changes) == ("bII", "", "6", ""):
        return "N6"
    members, bass = _tones(label, minor)
    head, goal = _goal(label.numeral, minor)
    plain = head + _SIGN[label.form] + _figbass(label)
    for figure in (plain, f"{plain}[b7]", f"{plain}[#7]"):
        with suppress(UsageError):
            found = parse_numeral(figure + goal, minor=minor)
            if found.members == members and found.bass == bass:
                return _coloured(figure, goal, changes, minor)
    named = named_chord(members, bass, Key(0, minor))
    if named is None:
        raise UsageError(f"musegen has no name for `{label.chord}`")
    return named.figure


def _tones(label: Label, minor: bool) -> tuple[tuple[int, ...], int]:
    """Root, third, fifth, seventh without the changes, and the bass; from the tonic on the line of fifths."""
    root = degree_of(label.numeral, minor=minor)
    above = (0, -3, 1) if label.form in ("", "M") and label.numeral.islower() else _TRIADS[label.form]
    members = [root + step for step in above]
    if label.figbass in ("7", "65", "43", "2", "42"):
        members.append(root + _SEVENTHS[label.form])
    return tuple(members), members[_INVERSION[label.figbass]]


def _coloured(figure: str, goal: str, changes: list[tuple[str, str, str]], minor: bool) -> str:
    """The figure with the changes that our brackets can say."""
    ninth = [sign for prefix, sign, number in changes if number == "9" and prefix == "+"]
    if ninth and figure.endswith("7") and len(changes) == 1:
        figure, changes = f"{figure[:-1]}9" + (f"[{ninth[0]}9]" if ninth[0] else ""), []
    chord = parse_numeral(figure + goal, minor=minor)
    for change in changes:
        with suppress(UsageError):
            more = _bracket(*change, chord, minor)
            parse_numeral(figure + more + goal, minor=minor)
            figure += more
    return figure + goal


def _bracket(prefix: str, accidentals: str, number: str, chord: Numeral, minor: bool) -> str:
    """One change in our brackets: suspended notes take the place of their resolution, nines and more are added."""
    letter = (int(number) - 1) % 7
    if prefix == "-":
        return f"[no{number}]"
    if prefix == "+" or int(number) > 7:
        return f"[add{accidentals}{number}]"
    own = [tone for tone in chord.members if letters_above(chord.root, tone) == letter]
    if own:
        alter = (_of_scale(chord, letter, minor) + shift(accidentals) - own[0]) // 7
        return f"[{signs(alter)}{number}]" if alter else ""
    rises = prefix == "^" or (prefix == "" and "#" in accidentals)
    gone = int(number) + (1 if rises else -1)
    return f"[no{gone}][add{accidentals}{number}]" if number != "7" else f"[add{accidentals}7]"


def _of_scale(chord: Numeral, letters: int, minor: bool) -> int:
    """The note of the scale so many letters above the root of a chord."""
    return scale_degrees(minor=minor)[(chord.degree - 1 + letters) % 7]


def dcml_of(numeral: Numeral) -> DcmlChord:
    """A numeral of ours in the features of the standard.

    >>> texts = "viio7", "Cad64/V", "N6", "Ger65", "V42", "V9"
    >>> [tuple(filter(None, dcml_of(parse_numeral(text, minor=True)))) for text in texts]
    [('#vii', 'o', '7'), ('V', '64', 'V'), ('bII', '6'), ('Ger', '6'), ('V', '2'), ('V', '7', '+9')]
    """
    head, *goals = numeral.figure.split("/")
    inner, written = numeral.minor, list[str]()
    for goal in reversed(goals):
        written.insert(0, _written_goal(goal, inner))
        inner = parse_numeral(goal, minor=inner).quality in ("minor", "dim")
    chord = _written(head, inner)
    goal = "/".join(part for part in (chord.relativeroot, *written) if part)
    return chord._replace(relativeroot=goal)


def _written_goal(goal: str, minor: bool) -> str:
    found = _OURS.match(goal)
    return _raised(found[1], found[2], minor) if found else "bII"


def _raised(accidentals: str, roman: str, minor: bool) -> str:
    """A degree of ours as the standard writes it: it counts in the natural minor scale."""
    return ("#" if minor and roman in ("vi", "vii") and not accidentals else accidentals.replace("-", "b")) + roman


def _written(head: str, minor: bool) -> DcmlChord:
    """A chord without what it is applied to; the spelled-out augmented sixths bring their own V."""
    plain = head.partition("[")[0]
    brackets = _BRACKET.findall(head)
    if plain.startswith("Cad"):
        return DcmlChord("V", changes="64")
    if plain in _NAMED:
        return DcmlChord(*_NAMED[plain])
    if plain in _SIXTHS:
        return DcmlChord(*_SIXTHS[plain], relativeroot="V")
    if plain.startswith("N"):
        return DcmlChord("bII", figbass="6")
    found = _OURS.match(plain)
    if not found:
        raise UsageError(f"`{head}` cannot be written as a DCML label")
    accidentals, roman, _, figures = found.groups()
    chord = parse_numeral(head.replace("ø9", "ø7"), minor=minor)
    figbass = {"9": "7", "42": "2", "5": "", "53": "", "63": "6"}.get(figures, figures)
    changes, pedal = _written_changes(brackets, chord, figures == "9", minor)
    name = _raised(accidentals, roman, minor)
    return DcmlChord(name, _form(parse_numeral(plain, minor=minor), brackets), figbass, changes, pedal=pedal)


def _form(plain: Numeral, brackets: list[tuple[str, str, str]]) -> str:
    """The sign of triad and seventh; `[b7]` and `[#7]` are part of it."""
    third, fifth = plain.members[1] - plain.root, plain.members[2] - plain.root
    triad = "+" if fifth == 8 else "o" if (third, fifth) == (-3, -6) else ""
    if not plain.is_seventh:
        return triad
    altered = sum(shift(accidentals) for word, accidentals, number in brackets if (word, number) == ("", "7"))
    seventh = plain.members[3] - plain.root + altered
    if triad == "o":
        return "o" if seventh < _SEVENTHS["%"] else "%"
    return triad + ("M" if seventh == _SEVENTHS["M"] else "")


_SUSPENDED = {("3", "4"): "4", ("5", "6"): "6", ("3", "2"): "^2"}


def _written_changes(
    brackets: list[tuple[str, str, str]], chord: Numeral, is_ninth: bool, minor: bool
) -> tuple[str, str]:
    """(changes, pedal) of what stands in our brackets."""
    gone = [number for word, _, number in brackets if word == "no"]
    found, pedal = ["+9"] if is_ninth and not any(number == "9" for _, _, number in brackets) else [], ""
    for word, accidentals, number in brackets:
        pair = next((pair for pair in _SUSPENDED if pair[1] == number and pair[0] in gone and word == "add"), None)
        if pair and not accidentals:
            gone.remove(pair[0])
            found.append(_SUSPENDED[pair])
        elif word == "add" or (word == "" and number == "9"):
            found.append(f"+{accidentals}{number}")
        elif word == "bass":
            pedal = degree_name(chord.bass, Key(0, minor))
        elif word == "" and number != "7":
            found.append(_against_scale(chord, int(number), minor))
    return "".join([*found, *(f"-{number}" for number in gone)]), pedal


def _against_scale(chord: Numeral, number: int, minor: bool) -> str:
    """An altered member as the standard says it: against the scale of the key."""
    letter = (number - 1) % 7
    tone = next(tone for tone in chord.members if letters_above(chord.root, tone) == letter)
    return signs((tone - _of_scale(chord, letter, minor)) // 7) + str(number)
