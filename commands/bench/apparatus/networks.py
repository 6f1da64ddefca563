"""Networks for 32 x 32 images with random weights, for the benches: as large as what people submit.

python networks.py resnet18|resnet20|vgg11 folder images_x.npy   (torch, numpy; float images [N,3,32,32] or [N,32,32,3]
in [0,1], whose answers by the net become the labels; https://arxiv.org/abs/1512.03385 and https://arxiv.org/abs/1409.1556,
the variants for CIFAR-10)
"""
import sys

import numpy as np
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.straight = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.short = nn.Sequential()
        if stride != 1 or before != after:
            self.short = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        return torch.relu(self.straight(x) + self.short(x))


def resnet(width, stages):
    layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    for after, stride, blocks in stages:
        layers.append(Block(width, after, stride))
        layers += [Block(after, after, 1) for _ in range(blocks - 1)]
        width = after
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


STAGES = {
    "resnet18": (64, ((64, 1, 2), (128, 2, 2), (256, 2, 2), (512, 2, 2))),
    "resnet20": (16, ((16, 1, 3), (32, 2, 3), (64, 2, 3))),
}


VGG11 = (64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool")


def vgg(widths):
    layers, width = [], 3
    for after in widths:
        if after == "pool":
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [nn.Conv2d(width, after, 3, 1, 1), nn.BatchNorm2d(after), nn.ReLU()]
        width = after
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(width, 10))


NAMES = (*STAGES, "vgg11")


def network(name):
    """The net of that name, the same weights each time."""
    torch.manual_seed(0)
    return (vgg(VGG11) if name == "vgg11" else resnet(*STAGES[name])).eval()


def main(name, folder, images):
    net = network(name)
    x = np.load(images).astype("float32")
    x = x if x.shape[1] == 3 else x.transpose(0, 3, 1, 2)
    with torch.no_grad():
        y = net(torch.from_numpy(x.copy())).argmax(1).numpy().astype("int64")
    for part, count in ((name, len(x)), (f"{name}_few", 16)):
        np.save(f"{folder}/images/{part}_x.npy", x[:count])
        np.save(f"{folder}/images/{part}_y.npy", y[:count])
    axes = {"x": {0: "batch"}, "logits": {0: "batch"}}
    how = {"input_names": ["x"], "output_names": ["logits"], "dynamic_axes": axes, "dynamo": False}
    torch.onnx.export(net, torch.from_numpy(x[:2].copy()), f"{folder}/nets/{name}.onnx", **how)


if __name__ == "__main__":
    main(*sys.argv[1:])
