"""How the networks that ship are made: examples, networks in torch, recipes. Needs the extra `train`."""
