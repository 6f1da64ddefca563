"""Writes the models of this folder and their gradients: python onnx/families/export.py [NAME...]

Ran with Python 3.11, torch 2.13.0, numpy 2.4.6, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0.

Each network has random weights, as only its form matters. NAME-ts17.onnx is by the TorchScript exporter at opset 17,
NAME-dynamo18.onnx by the newer one; both hold the same weights. NAME.npz holds what torch.autograd says of them, in
float64 and then rounded, for one loss per row:

    x [B, ...] in [0,1], label [B], target [B], loss [B] (its place in `losses`); noise_0, ... in the order of drawing
    logits [B, 10], loss_value [B], gradient [B, ...]: of that loss with respect to x, zero where torch has none
    straight_gradient: the same, with gradients passed through the steps of a Step (defended.py)
    cut_logits, cut_loss_value, cut_gradient: the same, of the network before its last softmax
"""

import copy
import io
import logging
import re
import sys
import warnings
from functools import partial
from pathlib import Path

import attention
import convolutional
import defended
import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
LARGE, SMALL = (5, 3, 16, 16), (10, 3, 8, 8)

# name: network, shape of x, exports: "ts" or "dynamo" and opset, then "fixed" to keep the batch, "half" or "double" to
# convert weights and input.
MODELS = {
    "resnet": (convolutional.resnet, LARGE, "ts7 ts13 ts17fixed dynamo18 dynamo22"),
    "wide-resnet": (convolutional.wide_resnet, LARGE, "ts17 dynamo18"),
    "resnext": (convolutional.resnext, LARGE, "ts20 dynamo20 dynamo26"),
    "preact-resnet": (convolutional.PreActResNet, LARGE, "ts9 ts13 dynamo18"),
    "vgg": (convolutional.Vgg, LARGE, "ts12 ts17 dynamo18"),
    "vgg-adaptive": (partial(convolutional.Vgg, 3), LARGE, "dynamo18"),
    "densenet": (convolutional.densenet, LARGE, "ts11 ts20 dynamo18"),
    "mobilenet-v2": (convolutional.mobilenet_v2, LARGE, "ts8 ts13 dynamo18"),
    "mobilenet-v3": (convolutional.mobilenet_v3, LARGE, "ts13 ts17 dynamo18"),
    "efficientnet": (convolutional.efficientnet, LARGE, "ts10 ts17 dynamo18 dynamo24"),
    "convnext": (convolutional.convnext, LARGE, "ts13 ts17 ts20 dynamo18 dynamo20"),
    "vit": (attention.vit, LARGE, "ts17 ts20 dynamo18 dynamo20 dynamo23"),
    "vit-qkv": (attention.vit_qkv, LARGE, "ts14 ts20 dynamo18 dynamo23"),
    "swin": (attention.Swin, LARGE, "ts17 dynamo18"),
    "shufflenet": (convolutional.shufflenet, LARGE, "ts13 dynamo18"),
    "unet": (convolutional.UNet, LARGE, "ts13 ts17 dynamo18 dynamo21"),
    "bit-depth": (lambda: defended.Fronted(defended.BitDepth()), SMALL, "ts11 ts13 dynamo18 dynamo25"),
    "bit-depth-integer": (lambda: defended.Fronted(defended.BitDepthInteger()), SMALL, "ts9 ts17 dynamo18"),
    "quantised": (lambda: defended.Fronted(defended.Quantised()), SMALL, "ts13 ts20"),
    "jpeg": (lambda: defended.Fronted(defended.Jpeg(), side=16), LARGE, "ts12 ts17 dynamo18"),
    "median": (lambda: defended.Fronted(defended.Median()), SMALL, "ts13 ts17 dynamo18"),
    "median-stacked": (lambda: defended.Fronted(defended.MedianStacked()), SMALL, "ts11 ts17 dynamo18"),
    "thermometer": (lambda: defended.Fronted(defended.Thermometer(), 15), SMALL, "ts9 ts17 dynamo18"),
    "thermometer-one-hot": (lambda: defended.Fronted(defended.ThermometerOneHot(), 15), SMALL, "ts11 ts17 dynamo18"),
    "codebook": (lambda: defended.Fronted(defended.Codebook()), SMALL, "ts13 ts17 dynamo18"),
    "total-variation": (lambda: defended.Fronted(defended.TotalVariation()), SMALL, "ts13 dynamo18"),
    "resized": (lambda: defended.Fronted(defended.Resized()), SMALL, "ts11 ts13 dynamo18 dynamo20"),
    "warped": (lambda: defended.Fronted(defended.Warped()), SMALL, "ts20 dynamo20"),
    "shuffled": (lambda: defended.Fronted(defended.Shuffled()), SMALL, "ts9 ts13 dynamo18"),
    "noise": (lambda: defended.Fronted(defended.Noise()), SMALL, "ts13 dynamo18"),
    "mask": (lambda: defended.Fronted(defended.Mask()), SMALL, "ts13 dynamo18"),
    "dropout": (lambda: defended.Fronted(defended.Dropout()), SMALL, "ts13 dynamo18"),
    "bernoulli": (lambda: defended.Fronted(defended.Bernoulli()), SMALL, "ts15 dynamo18"),
    "resize-pad": (lambda: defended.Fronted(defended.ResizePad()), SMALL, "ts13 ts17 dynamo18"),
    "smoothed": (defended.Smoothed, SMALL, "ts13 dynamo18"),
    "ensemble": (partial(defended.Ensemble, hard=False), SMALL, "ts13 dynamo18"),
    "vote": (partial(defended.Ensemble, hard=True), SMALL, "ts13 dynamo18"),
    "neighbours": (partial(defended.Neighbours, hard=False), SMALL, "ts13 ts17 dynamo18"),
    "neighbours-vote": (partial(defended.Neighbours, hard=True), SMALL, "ts17 dynamo18"),
    "winners-take-all": (defended.WinnersTakeAll, SMALL, "ts13 ts17 dynamo18"),
    "activations": (defended.Activations, SMALL, "ts13 ts20 dynamo18 dynamo20"),
    "arithmetic": (defended.Arithmetic, SMALL, "ts13 ts17 dynamo18"),
    "pools": (defended.Pools, SMALL, "ts13 ts19 dynamo18"),
    "recurrent": (defended.Recurrent, SMALL, "ts9 ts17 dynamo18"),
    "response-norm": (defended.ResponseNorm, SMALL, "dynamo18"),  # TorchScript puts an If around its squeeze
    "softmax": (lambda: defended.Headed(nn.Softmax(1)), SMALL, "ts7 ts13 dynamo18"),
    "log-softmax": (lambda: defended.Headed(nn.LogSoftmax(1)), SMALL, "ts11 dynamo18"),
    "channels-last": (defended.ChannelsLast, (10, 8, 8, 3), "ts13 dynamo18"),
    "flat": (defended.Flat, (10, 192), "ts7 dynamo18 ts17double"),
    "small": (defended.Small, SMALL, "ts11 ts17half dynamo18half"),
}


# --- references ------------------------------------------------------------------------------------------------------


def losses(z, label, target):
    """The five losses that attacks maximise, [B, 5], of logits [B, K]; the order is that of `loss` in the files."""
    one = F.one_hot(label, z.shape[1]).bool()
    z_y, z_t = z.gather(1, label[:, None])[:, 0], z.gather(1, target[:, None])[:, 0]
    other = z.masked_fill(one, -torch.inf).amax(1)
    ranked = z.sort(1, descending=True).values
    spread = ranked[:, 0] - ranked[:, 2] + 1e-12
    targeted_spread = ranked[:, 0] - (ranked[:, 2] + ranked[:, 3]) / 2 + 1e-12
    cross_entropy = F.cross_entropy(z, label, reduction="none")
    margins = [other - z_y, z_t - z_y, (other - z_y) / spread, (z_t - z_y) / targeted_spread]
    return torch.stack([cross_entropy, *margins], 1)


def reference(net, x, label, target, loss):
    """Logits, loss and gradient of the loss that each row asks for, in float64."""
    x = x.clone().requires_grad_()
    logits = net(x)
    value = losses(logits, label, target).gather(1, loss[:, None])[:, 0]
    gradient = torch.zeros_like(x)
    if value.requires_grad:
        (gradient,) = torch.autograd.grad(value.sum(), x, materialize_grads=True)
    return {"logits": logits.detach(), "loss_value": value.detach(), "gradient": gradient}


def references(net, shape, generator):
    """Everything that NAME.npz holds, as float64 or int64 arrays."""
    draw = partial(torch.rand, generator=generator)
    inputs = {"x": draw(shape), "loss": torch.arange(shape[0]) % 5}
    for i, random in enumerate(part for part in net.modules() if isinstance(part, defended.Random)):
        size = (3,) if isinstance(random, defended.ResizePad) else shape
        normal = isinstance(random, defended.Noise)
        inputs[f"noise_{i}"] = torch.randn(size, generator=generator) if normal else draw(size)
    single, double = (prepared(net, inputs, dtype) for dtype in (torch.float32, torch.float64))
    inputs |= labels(single(inputs["x"]))
    task = [inputs["label"], inputs["target"], inputs["loss"]]
    found = reference(double, inputs["x"].double(), *task)
    warn_of_kinks(reference(single, inputs["x"], *task)["gradient"], found["gradient"])
    if isinstance(net, defended.Headed):
        cut = reference(double.trunk, inputs["x"].double(), *task)
        found |= {f"cut_{name}": value for name, value in cut.items()}
    if any(isinstance(part, defended.Step) for part in net.modules()):
        defended.Step.straight = True
        found["straight_gradient"] = reference(double, inputs["x"].double(), *task)["gradient"]
        defended.Step.straight = False
    return inputs | found


def prepared(net, inputs, dtype):
    """A copy of the network that computes with `dtype` and, where it is random, with the given noises."""
    net = copy.deepcopy(net).to(dtype)
    for i, random in enumerate(part for part in net.modules() if isinstance(part, defended.Random)):
        random.given = inputs[f"noise_{i}"].to(dtype)
    return net


def labels(logits):
    """Labels of every rank but the third, for which the DLR loss is 1 whatever the image; targets two ranks on."""
    ranks = torch.tensor([0, 1, 0, 0, 4, 0, 0, 3, 1, 0])[: len(logits)]
    order = logits.argsort(1, descending=True)
    return {"label": order.gather(1, ranks[:, None])[:, 0], "target": order.gather(1, ranks[:, None] + 2)[:, 0]}


def warn_of_kinks(single, double):
    """Says when a row lies on a kink: float32 takes another side of it than float64. Then change the seed."""
    apart = (single - double).abs().flatten(1).amax(1) / (double.abs().flatten(1).amax(1) + 1e-12)
    if (apart > 1e-3).any():
        print(f"  rows at a kink: {apart.tolist()}")


# --- networks --------------------------------------------------------------------------------------------------------


def build(construct, shape, generator):
    """A network in evaluation mode, with lively layers and logits that depend on the image."""
    net = construct()
    for part in net.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight)
        if isinstance(part, nn.BatchNorm2d):
            part.momentum = 1.0  # takes its statistics from one batch
        if isinstance(part, (nn.BatchNorm2d, nn.LayerNorm, nn.InstanceNorm2d, nn.GroupNorm)):
            nn.init.uniform_(part.weight, 0.5, 1.5)
            nn.init.normal_(part.bias, 0, 0.2)
    images = torch.rand(64, *shape[1:], generator=generator)
    heads = [part.head for part in net.modules() if isinstance(getattr(part, "head", None), nn.Linear)]
    with torch.no_grad():
        net.train()(images)
        hooks = [head.register_forward_hook(standardise) for head in heads]
        net.eval()(images)
    for hook in hooks:
        hook.remove()
    return net


def standardise(head, _, logits):
    """Gives each logit mean 0 and deviation 1 over a batch: an untrained head hardly looks at the image."""
    mean, deviation = logits.mean(0), logits.std(0) + 1e-6
    head.weight.div_(deviation[:, None])
    head.bias.sub_(mean).div_(deviation)
    return (logits - mean) / deviation


# --- files -----------------------------------------------------------------------------------------------------------


def torchscript(net, x, opset, fixed):
    file = io.BytesIO()
    axes = None if fixed else {"image": {0: "batch"}}
    names = {"input_names": ["image"], "output_names": ["logits"], "dynamic_axes": axes}
    torch.onnx.export(net, (x,), file, dynamo=False, opset_version=opset, **names)
    return onnx.load_from_string(file.getvalue())


def dynamo(net, x, opset, fixed):
    batch = None if fixed else ({0: torch.export.Dim("batch", min=1, max=1024)},)
    program = torch.onnx.export(
        net, (x,), dynamo=True, opset_version=opset, dynamic_shapes=batch, external_data=False, verbose=False
    )
    return program.model_proto


def bare(model):
    """Without what only takes room: what exporters note about the machine and the source, and inferred shapes."""
    graph = model.graph
    for part in [model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer]:
        del part.metadata_props[:]
        part.doc_string = ""
    for node in graph.node:
        node.name = ""
    del graph.value_info[:]
    return model


def write(name, net, x, export):
    """Writes one export ("ts17", "dynamo18fixed", ...) and says how far ONNX Runtime's logits are from torch's."""
    exporter, opset, kind = re.fullmatch(r"(ts|dynamo)(\d+)(\w*)", export).groups()
    opset, dtype = int(opset), {"half": torch.float16, "double": torch.float64}.get(kind, torch.float32)
    net, x = copy.deepcopy(net).to(dtype), x.to(dtype)
    model = bare((torchscript if exporter == "ts" else dynamo)(net, x, opset, kind == "fixed"))
    imported = next(entry.version for entry in model.opset_import if entry.domain == "")
    if imported != opset:
        raise ValueError(f"{name}: asked for opset {opset}, got {imported}")
    onnx.checker.check_model(model, full_check=True)
    path = HERE / f"{name}-{exporter}{opset}{kind and '-'}{kind}.onnx"
    path.write_bytes(model.SerializeToString())
    session = onnxruntime.InferenceSession(path.read_bytes())
    (logits,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    apart = np.abs(logits - net(x).detach().numpy()).max()
    ops = sorted({node.op_type for node in model.graph.node})
    print(f"  {path.name:36} {path.stat().st_size:6} bytes  {apart:.1e}", *ops)


def main():
    warnings.filterwarnings("ignore")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    for name in sys.argv[1:] or MODELS:
        construct, shape, exports = MODELS[name]
        torch.manual_seed(0)
        generator = torch.Generator().manual_seed(1)
        net = build(construct, shape, generator)
        arrays = references(net, shape, generator)
        spread, largest = arrays["logits"].std(0).mean(), arrays["gradient"].abs().max()
        print(f"{name}: logits spread over {spread:.2f}, largest gradient {largest:.2g}")
        for export in exports.split():
            write(name, net, arrays["x"], export)
        single = {key: value.float() if value.is_floating_point() else value for key, value in arrays.items()}
        np.savez_compressed(HERE / f"{name}.npz", **{key: value.numpy() for key, value in single.items()})


main()
