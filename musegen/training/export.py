"""From torch to ONNX: dynamic sizes, weights kept in half as many bytes."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from musegen.score.whole_files import write_atomically

OPSET = 17
LARGE = 256
"""Numbers from which a tensor is kept in 16 bits."""


def export(network: nn.Module, path: Path, inputs: dict[str, Tensor], sizes: dict[str, tuple[str, ...]]) -> None:
    """Write a network as ONNX.

    `inputs` are examples by name, in the order of `forward`; `sizes` names the dimensions that may be of any size, of
    inputs and then of outputs: its other names are those of the outputs, in their order.
    """
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes that might be baked in: the tests play several
        torch.onnx.export(
            network.eval(), tuple(inputs.values()), written, dynamo=False, opset_version=OPSET,
            input_names=list(inputs), output_names=[name for name in sizes if name not in inputs],
            dynamic_axes={name: dict(enumerate(named)) for name, named in sizes.items()},
        )  # fmt: skip
    write_atomically(path, in_half(onnx.load_model_from_string(written.getvalue())).SerializeToString())


def in_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model with its large tensors kept in 16 bits; it still reckons with 32."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < LARGE:
            continue
        name, kept = tensor.name, f"{tensor.name}_half"
        tensor.CopyFrom(numpy_helper.from_array(values.astype("float16"), kept))
        casts.append(helper.make_node("Cast", [kept], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model
