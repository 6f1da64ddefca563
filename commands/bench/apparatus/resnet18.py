"""ResNet-18 for 32 x 32 images with random weights, for `npm run bench -- accelerator`: as large as what people submit.

python resnet18.py folder images_x.npy   (torch, numpy; float images [N,3,32,32] or [N,32,32,3] in [0,1], whose answers
by the net become the labels; https://arxiv.org/abs/1512.03385, the variant for CIFAR-10)
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


def resnet18():
    layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    width = 64
    for after, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Block(width, after, stride), Block(after, after, 1)]
        width = after
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


folder, images = sys.argv[1:]
torch.manual_seed(0)
net = resnet18().eval()
x = np.load(images).astype("float32")
x = x if x.shape[1] == 3 else x.transpose(0, 3, 1, 2)
with torch.no_grad():
    y = net(torch.from_numpy(x.copy())).argmax(1).numpy().astype("int64")
for name, count in (("resnet18", len(x)), ("resnet18_few", 16)):
    np.save(f"{folder}/images/{name}_x.npy", x[:count])
    np.save(f"{folder}/images/{name}_y.npy", y[:count])
file = f"{folder}/nets/resnet18.onnx"
axes = {"x": {0: "batch"}, "logits": {0: "batch"}}
sample = torch.from_numpy(x[:2].copy())
torch.onnx.export(net, sample, file, input_names=["x"], output_names=["logits"], dynamic_axes=axes, dynamo=False)
