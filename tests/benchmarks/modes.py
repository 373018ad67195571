"""The modal reading against what others say of Palestrina's masses, and how long it takes.

python tests/benchmarks/modes.py            # two sections a mass that the weights were not fitted on; a minute or two
python tests/benchmarks/modes.py --fitted   # the four a mass that they were fitted on
python tests/benchmarks/modes.py --all      # all 1,318
With --show every section that disagrees is printed, else those that close a movement.

The masses lie in music21's corpus; musegen reads the notes, this program the words beside them, which musegen does not
read: `*G:dor` (the mode that the encoder, John Miller, gives the whole mass), `!!!RNB: Cadence finals` (the other
degrees on which its sections close) and the titles. Figures:

- final and mode (Glarean's name, authentic or plagal left open) against the encoder's, for sections that close a
  movement and for inner ones, which often close on another degree than their mass;
- whether the last note lies among the encoder's finals at all;
- masses: the mode that most of their closing sections get;
- authentic or plagal: against titles that name a mode, against the mode of the chant that a mass is made of (which the
  polyphony need not keep), and whether the sections of a mass agree;
- clausulae: whether the chord that a human (the RomanText of music21's corpus) hears at the arrival in a madrigal of
  Monteverdi has the clausula's note for its root, with kept and with evaded ones;
- seconds of processor time a section, beyond reading.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from musegen.score.files import corpus_folder, read
from musegen.theory.annotations.alignment import explained, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.keys import Key
from musegen.theory.modal.clausulae import clausulae
from musegen.theory.modal.modes import Mode, mode_of
from musegen.theory.modal.reading import read_by
from musegen.theory.reports import as_text

TONES = {"Missa Primi toni": 1, "Missa Quinti toni": 5, "Missa Octavi toni": 8}
CHANTS = {
    "Missa Salve regina": 1, "Missa Veni Sancte Spiritus": 1, "Missa O Rex gloriae": 2,
    "Missa Alma Redemptoris mater": 5, "Missa Ave regina coelorum": 6, "Missa Regina coeli (1600)": 6,
    "Missa Regina coeli (1601)": 6, "Missa Inviolata": 6, "Missa Lauda Sion": 7, "Missa Ecce sacerdos magnus": 7,
    "Missa Ad coenam Agni": 8, "Missa Iste confessor": 8, "Missa Veni creator Spiritus": 8,
}  # fmt: skip
"""The modes that the Liber usualis gives the chants."""
FITS = 0.8
"""The share of a madrigal's notes that the human's chords must contain: below it text and score do not lie together."""
NAMES = {"ion": "ionian", "mix": "mixolydian", "dor": "dorian", "aeo": "aeolian", "phr": "phrygian"}
CLOSING = re.compile(r"Agnus( I+)?$|.*Hosanna$|Sanctus|Gloria$|Kyrie( II)?$|Amen|Et vitam|Cum Sancto|Credo$|.*coda")
"""Titles of sections that close a movement or stand alone."""


class Section(NamedTuple):
    """One file of the corpus, with the words beside its notes."""

    file: str
    mass: str
    title: str
    final: str  # the encoder's final of the mass, music21's spelling
    mode: str  # the encoder's mode: `dorian`
    finals: frozenset[str]  # the final and the other notes on which sections close


class Read(NamedTuple):
    """A section with the mode that we find."""

    section: Section
    found: Mode

    @property
    def name(self) -> str:
        return self.found.scale_name

    @property
    def is_right(self) -> bool:
        return (self.found.final, self.name) == (self.section.final, self.section.mode)


def sections(which: str) -> list[Section]:
    """The sections of masses whose encoder names one mode: `fitted`, `unseen` or `all`."""
    folder = corpus_folder()
    assert folder is not None
    listed = defaultdict(list)
    for file in sorted((folder / "palestrina").glob("*.krn")):
        section = _section(file)
        if section:
            listed[section.mass].append(section)
    return [section for mass in listed.values() for section in _taken(mass, which)]


def _taken(mass: list[Section], which: str) -> list[Section]:
    count = len(mass)
    fitted = sorted({0, count // 3, 2 * count // 3, count - 1})
    if which == "all":
        return mass
    if which == "fitted":
        return [mass[number] for number in fitted]
    rest = [section for number, section in enumerate(mass) if number not in fitted]
    return [rest[len(rest) // 4], rest[3 * len(rest) // 4]] if len(rest) > 1 else rest


def _section(file: Path) -> Section | None:
    text = file.read_text("latin-1")
    mode = re.search(r"^\*([A-G]-?):(\w{3})\b", text, re.MULTILINE)
    words = dict(re.findall(r"^!!!(OPR|OTL|RNB): *(.*?)\s*$", text, re.MULTILINE))
    if not mode:
        return None
    others = words["RNB"].removeprefix("Cadence finals:").replace("b", "-").split(",")
    finals = frozenset([mode[1], *(note.strip() for note in others)])
    return Section(file.stem, words["OPR"], words["OTL"], mode[1], NAMES[mode[2]], finals)


def share(hits: Iterable[bool]) -> str:
    listed = list(hits)
    return f"{sum(listed)} of {len(listed)} ({sum(listed) / max(len(listed), 1):.3f})"


def finals_and_modes(found: list[Read], *, show: bool) -> None:
    closing = [one for one in found if CLOSING.match(one.section.title)]
    inner = [one for one in found if not CLOSING.match(one.section.title)]
    print("mode as the encoder has it: all", share(one.is_right for one in found))
    print("  sections that close a movement", share(one.is_right for one in closing))
    print("  inner sections", share(one.is_right for one in inner))
    print("  final among those that the encoder lists:", share(one.found.final in one.section.finals for one in found))
    sure = [one for one in found if one.found.confidence >= 0.7]
    print("  where we are surer than 70 %", share(one.is_right for one in sure))
    for one in found if show else closing:
        if not one.is_right:
            section, ours = one.section, one.found
            print(f"    {section.file} ({section.mass}, {section.title}): {section.mode} on {section.final};"
                  f" ours {ours.name} on {ours.final}, {ours.confidence:.2f}; {ours.evidence}")  # fmt: skip


def masses(found: list[Read]) -> None:
    votes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    plagal: dict[str, Counter[bool]] = defaultdict(Counter)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    truth = {}
    for one in found:
        truth[one.section.mass] = (one.section.final, one.section.mode)
        if CLOSING.match(one.section.title):
            votes[one.section.mass][one.found.final, one.name] += 1
        if one.is_right:
            plagal[one.section.mass][one.found.is_authentic] += 1
            types[one.section.mass][one.found.tonal_type] += 1
    print("masses", share(counts.most_common(1)[0][0] == truth[mass] for mass, counts in votes.items()))
    agree = [counts.most_common(1)[0][1] / counts.total() for counts in plagal.values() if counts.total() > 1]
    print(f"sections of a mass that agree on authentic or plagal: {sum(agree) / max(len(agree), 1):.3f}")
    agree = [counts.most_common(1)[0][1] / counts.total() for counts in types.values() if counts.total() > 1]
    print(f"  on the tonal type: {sum(agree) / max(len(agree), 1):.3f}")


def church_modes(found: list[Read], wanted: dict[str, int], words: str) -> None:
    rows = [one for one in found if one.section.mass in wanted and one.is_right]
    print(words, share(one.found.church == wanted[one.section.mass] for one in rows), "sections")
    for mass, church in wanted.items():
        ours = Counter(one.found.church for one in rows if one.section.mass == mass)
        if ours and ours.most_common(1)[0][0] != church:
            print(f"    {mass}: {church}; ours {dict(ours)}")


def clausulae_of_monteverdi() -> None:
    hits: dict[str, list[bool]] = defaultdict(list)
    pieces = 0
    folder = corpus_folder()
    assert folder is not None
    for file in sorted((folder / "monteverdi").glob("*.rntxt")):
        score = read(f"monteverdi/{file.stem}")
        human = place_on(read_roman_text(file.read_text("utf-8", errors="replace")), score)
        if explained(score, human) < FITS:
            continue
        pieces += 1
        for found in clausulae(score):
            chord = next(chord for chord in reversed(human) if chord.onset <= max(found.onset, human[0].onset))
            hits[found.kind].append(chord.key.tonic + chord.numeral.root == Key.parse(found.pitch).tonic)
    print(pieces, "madrigals of Monteverdi; the human's root at the arrival is the clausula's note:")
    for kind, listed in hits.items():
        print(f"  {kind}", share(listed))


def _timed(name: str) -> tuple[Mode, float]:
    score = read(name)
    begun = time.process_time()
    analysis = read_by(score, "modal", with_chords=False)
    as_text(analysis, score)
    spent = time.process_time() - begun
    return mode_of(score), spent


def main(which: str, *, show: bool) -> None:
    found, seconds = [], []
    for section in sections(which):
        mode, spent = _timed(f"palestrina/{section.file}")
        found.append(Read(section, mode))
        seconds.append(spent)
    print(len(found), "sections of", len({one.section.mass for one in found}), "masses")
    finals_and_modes(found, show=show)
    masses(found)
    church_modes(found, TONES, "mode that the title names")
    church_modes(found, CHANTS, "mode of the chant that it is made of")
    clausulae_of_monteverdi()
    seconds.sort()
    print(f"seconds a section beyond reading: median {seconds[len(seconds) // 2]:.3f}, most {seconds[-1]:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--fitted", action="store_const", dest="which", const="fitted", default="unseen")
    which.add_argument("--all", action="store_const", dest="which", const="all")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    main(options.which, show=options.show)
