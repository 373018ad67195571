"""The parts of the network of progressions as ONNX files."""

from __future__ import annotations

from pathlib import Path

import torch

from musegen.generation.progressions import tunes
from musegen.theory.progressions.encoding import LAGS, POSITION, SAID
from musegen.training.chords_network import LATENT, MEMORY, ChordNetwork
from musegen.training.chords_ranker import HEARS, RECALLS, Ranker
from musegen.training.export import export

_STEP = ("pieces", "pulses")


def export_network(network: ChordNetwork, folder: Path) -> None:
    """Write `encoder.onnx` and `step.onnx`."""
    folder.mkdir(parents=True, exist_ok=True)
    pulses, pieces = 4, 2
    chord = torch.zeros(pieces, pulses, dtype=torch.long)
    position = torch.zeros(pieces, pulses, POSITION)
    export(
        network.encoder,
        folder / "encoder.onnx",
        {"chord": chord, "held": chord, "position": position, "means": torch.zeros(pieces, 1, pulses)},
        {
            "chord": _STEP, "held": _STEP, "position": _STEP, "means": ("pieces", "measures", "pulses"),
            "mean": ("pieces", "measures"), "log_variance": ("pieces", "measures"),
        },
    )  # fmt: skip
    given = {
        "before": chord, "held": chord,
        "lag": chord.unsqueeze(-1).expand(-1, -1, len(LAGS)), "agreed": torch.zeros(pieces, pulses, len(LAGS)),
        "position": position, "said": torch.zeros(pieces, pulses, SAID),
        "latent": torch.zeros(pieces, pulses, 2 * LATENT), "known": torch.zeros(pieces, pulses, 1),
    }  # fmt: skip
    sizes = dict.fromkeys(given, _STEP)
    export(
        network.decoder,
        folder / "step.onnx",
        {**given, "state": torch.zeros(1, pieces, MEMORY)},
        {**sizes, "state": ("one", "pieces"), "change": _STEP, "chord": _STEP, "after": ("one", "pieces")},
    )


def export_ranker(network: Ranker, folder: Path) -> None:
    """Write `hearing.onnx` and `setting.onnx`."""
    slots = ("tunes", "slots")
    heard, alike = torch.zeros(2, 3, tunes.HEARD), torch.zeros(2, 3, len(tunes.LAGS))
    shown = {"heard": slots, "alike": slots}
    export(network.hearing, folder / "hearing.onnx", {"heard": heard, "alike": alike}, {**shown, "told": slots})
    given = {
        "told": torch.zeros(2, 3, 2 * HEARS), "heard": heard, "alike": alike,
        "before": torch.zeros(2, 3, dtype=torch.long), "lag": torch.zeros(2, 3, len(tunes.LAGS), dtype=torch.long),
        "known": torch.zeros(2, 3, 1),
    }  # fmt: skip
    export(
        network.setting,
        folder / "setting.onnx",
        {**given, "state": torch.zeros(1, 2, RECALLS)},
        {**dict.fromkeys(given, slots), "state": ("one", "tunes"), "scores": slots, "after": ("one", "tunes")},
    )
