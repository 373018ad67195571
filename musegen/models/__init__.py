"""Networks at run time: arrays in, arrays out, by onnxruntime; the weights that ship, each beside its card."""
