"""One network learning: its optimizer and schedule, the slowly moving mean of its weights, checkpoints."""

from __future__ import annotations

import copy
import io
import warnings
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from musegen.errors import UnreadableFile, UsageError
from musegen.score.files import regular_file
from musegen.score.whole_files import write_atomically

RATE, DECAY, WARM_UP, STEEPEST = 2e-3, 2e-2, 0.15, 1.0
"""The highest rate, the decay of weights, the share of all steps before the highest rate, the longest gradient."""
FOLLOWS, SLOWER = 0.995, 20
"""How much of the mean stays at each step; in the first so many steps less."""

PASSES_OF_A_SEED = 10_000

_MOST_BYTES = 1 << 30
_ANEW = "remove it to train anew, or name another place with -o"

_Network = TypeVar("_Network", bound=nn.Module)


def seed_pass(seed: int, number: int) -> None:
    """What is left out in a pass is drawn from its seed and number: the same after an interruption."""
    torch.manual_seed(PASSES_OF_A_SEED * seed + number)


class Course(Generic[_Network]):
    """A network on its way through so many steps. What is kept of it in the end is `mean`."""

    def __init__(self, network: _Network, steps: int, *, rate: float = RATE, decay: float = DECAY) -> None:
        self.network = network
        self.mean: _Network = copy.deepcopy(network)
        self.mean.eval()
        self.steps, self.passes = steps, 0
        self._optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rate, total_steps=steps + 1, pct_start=WARM_UP
        )

    def step(self, loss: Tensor) -> None:
        """Learn from one batch."""
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), STEEPEST)
        self._optimizer.step()
        if self._schedule.last_epoch < self.steps:
            self._schedule.step()
        done = self._schedule.last_epoch
        share = 1 - min(FOLLOWS, done / (done + SLOWER))
        with torch.no_grad():
            for mean, weight in zip(self.mean.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(weight, share)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all.

        Raises:
            EngravingError: the place cannot be written.
        """
        written = io.BytesIO()
        torch.save({name: part.state_dict() for name, part in self._parts().items()} | {"passes": self.passes}, written)
        write_atomically(path, written.getvalue())

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint, if there is one.

        Raises:
            UnreadableFile: it is none of this network.
            UsageError: it is of a run of other length: the rates would not fit.
        """
        if not path.exists():
            return
        content = regular_file(path, _MOST_BYTES)
        try:
            of_steps = self._restored(content)
        except Exception as error:  # torch has no error of its own for what is no checkpoint
            what = f"this is no checkpoint of this network ({type(error).__name__})"
            raise UnreadableFile(what, file=str(path), hint=_ANEW) from None
        if of_steps != self.steps:
            raise UsageError(f"{path} is of a run of {of_steps} steps, not of {self.steps}", hint=_ANEW)

    def _restored(self, content: bytes) -> int:
        """Take over what a checkpoint holds, if it is of a run of this length; the steps of its run."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is no checkpoint: an error follows
            kept: dict[str, Any] = torch.load(io.BytesIO(content), weights_only=True)
        of_steps: int = kept["schedule"]["total_steps"] - 1
        if of_steps == self.steps:
            self.passes = range(self.steps + 1).index(kept["passes"])
            for name, part in self._parts().items():
                part.load_state_dict(kept[name])
        return of_steps

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "mean": self.mean,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }
