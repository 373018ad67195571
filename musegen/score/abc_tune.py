"""One ABC tune walked line by line: its head, its voices, its words."""

from __future__ import annotations

import re
from fractions import Fraction

from musegen.errors import MalformedScore, ScoreError
from musegen.score.abc_fields import Key, Setting, key_of, meter_of, plain_text, setting_of, unit_of, usual_unit
from musegen.score.abc_lyrics import laid_under
from musegen.score.abc_music import read_line
from musegen.score.abc_voice import Voice
from musegen.score.meter import TimeSignature
from musegen.score.model import Metadata

MAX_VOICES = 64
_LONGEST_FIELD = 400
_FIELD = re.compile(r"[A-Za-z+]:(?![|:\]])")  # `A:|` is music
_WORDS = "TCORZSBN"
_ACCIDENTALS = re.compile(r"(?:%%|I:)\s*(?:propagate-accidentals\s+(\w+)|MIDI\s+nobarlines)")


class TuneReader:
    """Walks a tune; afterwards `voices` hold its notes and `metadata` its title page."""

    def __init__(self, ticks_per_quarter: int) -> None:
        self.ticks_per_quarter = ticks_per_quarter
        self.voices: dict[str, Voice] = {}
        self._words: dict[str, list[str]] = {}
        self._time: TimeSignature | None = None
        self._unit: Fraction | None = None
        self._key: Key | None = None
        self._setting = Setting()
        self._head_settings: dict[str, Setting] = {}
        self._reach = "pitch"
        self._voice: Voice | None = None  # that the next music goes to; None in the head
        self._verse = 0  # of the words under the last music; 0: none yet
        self._paused = False  # after an empty line, where free text may stand

    def read(self, preamble: str, text: str, first_line: int) -> None:
        """Walk the file's own head, then the tune.

        Raises:
            MalformedScore: with the line, or the measure where it is in the music.
        """
        for line in preamble.split("\n"):
            if _FIELD.match(line) and line[0] not in "XK":
                self._line(line)
        number = first_line - 1
        try:
            for line in text.split("\n"):
                number += 1
                self._line(line)
        except ScoreError as error:
            if self._voice is None:
                error.message = f"line {number}: {error.message}"
            elif not error.measure:
                error.measure = self._voice.bars.number
            raise
        if self._voice is None:
            raise MalformedScore("the tune has no key", hint="an ABC tune's head ends with a K: line")
        for voice in self.voices.values():
            voice.close()

    def _line(self, line: str) -> None:
        if line.startswith("%"):
            self._directive(line)
            return
        if not line or line.isspace():
            self._paused = self._voice is not None
            return
        if _FIELD.match(line):
            self._field(line[0], line[2:])
        elif self._voice is not None and (not self._paused or "|" in line):
            self._music(line)

    def _music(self, line: str) -> None:
        assert self._voice is not None
        self._paused = False
        if self._verse:
            for voice in self.voices.values():
                voice.sung.clear()
            self._verse = 0
        self._voice = read_line(line, self._voice, self._inline)

    def _directive(self, line: str) -> None:
        found = _ACCIDENTALS.match(line)
        if found:
            self._reach = found[1] or "not"  # in music without barlines an accidental is for its note alone (abc2midi)
            for voice in self.voices.values():
                self._set_reach(voice)

    def _set_reach(self, voice: Voice) -> None:
        voice.shared_octaves, voice.lasting = self._reach == "pitch", self._reach != "not"

    # ---- fields

    def _field(self, letter: str, text: str) -> None:
        if letter == "w":
            if self._voice is not None:
                self._lyrics(self._voice, text)
        elif letter in "KLMVI":
            self._music_field(letter, text.partition("%")[0].strip())
        elif letter in _WORDS and self._voice is None:
            words = plain_text(text.partition("%")[0])
            if words.endswith("]") and "[" not in words:  # left behind by the conversion of the Essen collection
                words = words[:-1].rstrip()
            self._words.setdefault(letter, []).append(words)

    def _inline(self, letter: str, text: str) -> Voice:
        """A field inside a line of music; the voice that goes on."""
        if letter in "KLMVI":
            self._music_field(letter, text.strip())
        assert self._voice is not None
        return self._voice

    def _music_field(self, letter: str, text: str) -> None:
        voice, text = self._voice, text[:_LONGEST_FIELD]
        if letter == "V":
            self._choose(text)
        elif letter == "I":
            self._directive(f"I:{text}")
        elif letter == "K":
            self._key_field(text)
        elif letter == "L":
            self._unit = unit_of(text)
            if voice is not None:
                voice.lengths.set_unit(self._unit)
        else:
            time = meter_of(text)
            if voice is not None:
                voice.set_time(time)
            else:
                self._time = time

    def _key_field(self, text: str) -> None:
        key, setting = key_of(text), setting_of(text)
        if self._voice is not None:
            if key is not None:
                self._voice.set_key(key)
            return
        self._key, self._setting = key or key_of("none"), setting
        names = list(self._head_settings) or ["1"]
        begun = [self._begin(name) for name in names]
        self._voice = begun[0]

    def _begin(self, name: str) -> Voice:
        """A voice with what the head says of all."""
        if len(self.voices) >= MAX_VOICES:
            raise MalformedScore(f"more than {MAX_VOICES} voices")
        assert self._key is not None
        unit = self._unit if self._unit is not None else usual_unit(self._time)
        voice = Voice(self.ticks_per_quarter, unit, self._time, self._key)
        own = self._head_settings.get(name, Setting())
        stated = (mine if mine is not None else all_ for mine, all_ in zip(own, self._setting, strict=True))
        voice.setting = Setting(*stated)  # type: ignore[arg-type]
        self._set_reach(voice)
        self.voices[name] = voice
        return voice

    def _choose(self, text: str) -> None:
        """The voice that a V: field names, new or known; in the head it is only described."""
        name = text.split(None, 1)[0][:40] if text else "1"
        setting = setting_of(text[len(name) :])
        if self._voice is None:
            self._head_settings.setdefault(name, setting)
            return
        known = self.voices.get(name)
        if known is None:
            self._head_settings[name] = setting
            known = self._begin(name)
        self._voice = known

    def _lyrics(self, voice: Voice, text: str) -> None:
        self._verse += 1
        laid = laid_under(text.partition("%")[0], voice.sung)
        voice.lyrics += [(one.note, str(self._verse), one.text, one.syllabic) for one in laid]

    @property
    def metadata(self) -> Metadata:
        """What the head says besides the music."""
        said = {letter: [word for word in words if word] for letter, words in self._words.items()}
        titles = said.get("T", [""])

        def told(*letters: str) -> str:
            return "; ".join(word for letter in letters for word in said.get(letter, ()))

        return Metadata(
            titles[0] if titles else "", told("C"), place=told("O"), genre=told("R"), editor=told("Z"),
            edition=told("B", "S"),
        )  # fmt: skip
