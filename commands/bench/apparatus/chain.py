"""Published nets as PyTorch modules, for the benches that compare with PyTorch.

The model must be a chain of Conv, Relu, Gemm, Flatten, Sub and Div, as the published nets are that we compare on; a
Reshape must be what Flatten does, whatever works out its shape.
"""
import torch
from onnx import helper, numpy_helper

# What exporters write around a Reshape to work out the batch.
SHAPES = {"Shape", "Constant", "Gather", "Unsqueeze", "Concat"}


class Chain(torch.nn.Module):
    """An ONNX graph whose nodes each take what the one before put out."""

    def __init__(self, graph, mean=0.0, std=1.0):
        super().__init__()
        self.mean, self.std = mean, std
        weights = {w.name: torch.from_numpy(numpy_helper.to_array(w).copy()) for w in graph.initializer}
        self.steps = []
        for node in graph.node:
            if node.op_type in SHAPES:
                continue
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            constants = [] if node.op_type == "Reshape" else [weights[name] for name in node.input[1:]]
            self.steps.append(step(node.op_type, constants, attributes))

    def forward(self, x):
        if (self.mean, self.std) != (0.0, 1.0):
            x = (x - self.mean) / self.std
        for run in self.steps:
            x = run(x)
        return x


def step(op, weights, attributes):
    if op == "Conv":
        top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
        assert (top, left) == (bottom, right)
        return lambda x: torch.nn.functional.conv2d(x, *weights, stride=attributes["strides"], padding=(top, left))
    if op == "Gemm":
        matrix = weights[0] if attributes.get("transB") else weights[0].T
        return lambda x: torch.nn.functional.linear(x, matrix, weights[1])
    plain = {"Relu": torch.relu, "Flatten": lambda x: x.flatten(1), "Reshape": lambda x: x.flatten(1)}
    if op in plain:
        return plain[op]
    return {"Sub": lambda x: x - weights[0], "Div": lambda x: x / weights[0]}[op]
