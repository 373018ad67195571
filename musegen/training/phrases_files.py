"""Generator and critic of phrases as ONNX files."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from musegen.generation.neural.frames import VOICES
from musegen.generation.phrases.encoding import COLUMNS, NOTES, STEPS
from musegen.training.export import export
from musegen.training.phrases_data import Batch
from musegen.training.phrases_network import GROUP, LATENT, WIDTH, Critic, Generator, variety

_ROWS = ("phrases",)


class _Alone(nn.Module):
    """The critic of a phrase by itself, beside others of Bach's; what it tells of his is 0 on the mean."""

    def __init__(self, critic: Critic, real: Batch) -> None:
        super().__init__()
        self.critic = critic
        with torch.no_grad():
            thought = critic.thought(*real)
            self.usual = float(variety(thought[: len(thought) // GROUP * GROUP]).mean())
            self.level = float(critic.judged(thought, torch.full((len(thought),), self.usual)).mean())

    def forward(self, note: Tensor, attack: Tensor, wish: Tensor) -> Tensor:
        """(phrases,)."""
        thought = self.critic.thought(note, attack, wish)
        return self.critic.judged(thought, torch.zeros_like(thought[:, 0]) + self.usual) - self.level


def export_parts(generator: Generator, critic: Critic, real: Batch, folder: Path) -> None:
    """Write draught.onnx, voice-0 to voice-3.onnx, strokes.onnx and critic.onnx; for `real` phrases it tells 0."""
    folder.mkdir(parents=True, exist_ok=True)
    two = 2
    wish, draught, now = torch.zeros(two, COLUMNS), torch.zeros(two, WIDTH), torch.zeros(two, VOICES * NOTES)
    _write(generator.draught, folder / "draught.onnx", {"latent": torch.zeros(two, LATENT), "wish": wish}, "steps")
    for number, voice in enumerate(generator.voices):
        given = {"draught": draught, "before": now, "above": now[:, : number * NOTES]}
        if not number:
            del given["above"]
        _write(_Top(voice) if not number else voice, folder / f"voice-{number}.onnx", given, "logits")
    _write(generator.strokes, folder / "strokes.onnx", {"draught": draught, "before": now, "now": now}, "logits")
    phrase = {"note": torch.zeros(two, STEPS, VOICES, NOTES), "attack": torch.ones(two, STEPS, VOICES), "wish": wish}
    _write(_Alone(critic.eval(), real), folder / "critic.onnx", phrase, "told")


class _Top(nn.Module):
    """The soprano: nobody sings above it."""

    def __init__(self, voice: nn.Module) -> None:
        super().__init__()
        self.voice = voice

    def forward(self, draught: Tensor, before: Tensor) -> Tensor:
        """Logits (phrases, NOTES)."""
        found: Tensor = self.voice(draught, before, before[:, :0])
        return found


def _write(network: nn.Module, path: Path, given: dict[str, Tensor], told: str) -> None:
    export(network, path, given, dict.fromkeys((*given, told), _ROWS))
