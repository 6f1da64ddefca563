"""Convolutional families, each with the forms that its published code exports, at a few channels a layer."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10


def conv_bn(inputs, outputs, size=3, stride=1, groups=1, act=nn.ReLU):
    """Convolution without bias, batch normalisation, activation (none where `act` is None)."""
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([act()] if act else []))


class Pooled(nn.Module):
    """A body, the mean over all places, a linear head."""

    def __init__(self, body, channels):
        super().__init__()
        self.body, self.pool, self.head = body, nn.AdaptiveAvgPool2d(1), nn.Linear(channels, CLASSES)

    def forward(self, x):
        return self.head(torch.flatten(self.pool(self.body(x)), 1))


class Residual(nn.Module):
    """ResNet's block: relu(body(x) + shortcut(x)), the shortcut a strided 1x1 convolution where shapes differ."""

    def __init__(self, body, inputs, outputs, stride):
        super().__init__()
        self.body = body
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else conv_bn(inputs, outputs, 1, stride, act=None)

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


def basic(inputs, outputs, stride):
    body = nn.Sequential(conv_bn(inputs, outputs, 3, stride), conv_bn(outputs, outputs, act=None))
    return Residual(body, inputs, outputs, stride)


def bottleneck(inputs, outputs, stride, width, groups=1):
    body = [conv_bn(inputs, width, 1), conv_bn(width, width, 3, stride, groups), conv_bn(width, outputs, 1, act=None)]
    return Residual(nn.Sequential(*body), inputs, outputs, stride)


def resnet():
    stem = [conv_bn(3, 8), nn.MaxPool2d(3, 2, 1)]  # windows overlap
    return Pooled(nn.Sequential(*stem, basic(8, 8, 1), basic(8, 12, 2)), 12)


def wide_resnet():
    return Pooled(nn.Sequential(conv_bn(3, 8, 5, 2), bottleneck(8, 16, 1, 12), bottleneck(16, 16, 2, 12)), 16)


def resnext():
    blocks = [bottleneck(8, 16, 2, 12, groups=3), bottleneck(16, 16, 2, 12, groups=4)]
    return Pooled(nn.Sequential(conv_bn(3, 8), *blocks), 16)


class PreActBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.shortcut = None if stride == 1 else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        out = F.relu(self.bn1(x))
        shortcut = x if self.shortcut is None else self.shortcut(out)
        return self.conv2(F.relu(self.bn2(self.conv1(out)))) + shortcut


class PreActResNet(nn.Module):
    """With the normalisation of RobustBench's models in front and CIFAR's avg_pool2d and view behind."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.49, 0.48, 0.44]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.25, 0.24, 0.26]).view(1, 3, 1, 1))
        self.conv = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.blocks = nn.Sequential(PreActBlock(8, 8, 1), PreActBlock(8, 12, 2))
        self.bn, self.head = nn.BatchNorm2d(12), nn.Linear(48, CLASSES)

    def forward(self, x):
        x = self.blocks(self.conv((x - self.mean) / self.std))
        x = F.avg_pool2d(F.relu(self.bn(x)), 4)
        return self.head(x.view(x.size(0), -1))


class Vgg(nn.Module):
    """`grid` is what the features are pooled to; where it does not divide 4, only dynamo exports it."""

    def __init__(self, grid=2):
        super().__init__()
        self.features = nn.Sequential(
            *(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2)),
        )
        self.pool = nn.AdaptiveAvgPool2d(grid)
        self.dense, self.head = nn.Linear(12 * grid * grid, 24), nn.Linear(24, CLASSES)

    def forward(self, x):
        x = torch.flatten(self.pool(self.features(x)), 1)
        return self.head(F.dropout(F.relu(self.dense(x)), training=self.training))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, 2 * growth, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(2 * growth), nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        new = self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x))))))
        return torch.cat([x, new], 1)


def densenet():
    stem = [conv_bn(3, 8), DenseLayer(8, 4), DenseLayer(12, 4)]
    transition = [nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 8, 1, bias=False), nn.AvgPool2d(2)]
    return Pooled(nn.Sequential(*stem, *transition, DenseLayer(8, 4), nn.BatchNorm2d(12), nn.ReLU()), 12)


class Excitation(nn.Module):
    """Squeeze and excitation: each channel times a gate made from all channels' means."""

    def __init__(self, channels, act, gate):
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)
        self.act, self.gate = act(), gate()

    def forward(self, x):
        return x * self.gate(self.up(self.act(self.down(F.adaptive_avg_pool2d(x, 1)))))


class Inverted(nn.Module):
    """The inverted residual of MobileNet and EfficientNet: widen, depthwise, (excite,) narrow."""

    def __init__(self, inputs, outputs, size, stride, act, excite=None):
        super().__init__()
        wide = 2 * inputs
        layers = [conv_bn(inputs, wide, 1, act=act), conv_bn(wide, wide, size, stride, groups=wide, act=act)]
        layers += [excite(wide)] if excite else []
        self.body = nn.Sequential(*layers, conv_bn(wide, outputs, 1, act=None))
        self.same = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.same else self.body(x)


def mobilenet_v2():
    blocks = [Inverted(8, 8, 3, 1, nn.ReLU6), Inverted(8, 12, 3, 2, nn.ReLU6)]
    return Pooled(nn.Sequential(conv_bn(3, 8, 3, 2, act=nn.ReLU6), *blocks, conv_bn(12, 16, 1, act=nn.ReLU6)), 16)


def mobilenet_v3():
    def excite(channels):
        return Excitation(channels, nn.ReLU, nn.Hardsigmoid)

    blocks = [Inverted(8, 8, 3, 1, nn.ReLU, excite), Inverted(8, 12, 5, 2, nn.Hardswish, excite)]
    return Pooled(nn.Sequential(conv_bn(3, 8, 3, 2, act=nn.Hardswish), *blocks, nn.Hardswish()), 12)


def efficientnet():
    def excite(channels):
        return Excitation(channels, nn.SiLU, nn.Sigmoid)

    blocks = [Inverted(8, 8, 3, 1, nn.SiLU, excite), Inverted(8, 12, 5, 2, nn.SiLU, excite)]
    return Pooled(nn.Sequential(conv_bn(3, 8, 3, 2, act=nn.SiLU), *blocks, conv_bn(12, 16, 1, act=nn.SiLU)), 16)


class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of [N, C, H, W]."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depthwise, self.norm = nn.Conv2d(channels, channels, 7, padding=3, groups=channels), nn.LayerNorm(channels)
        self.up, self.down = nn.Linear(channels, 3 * channels), nn.Linear(3 * channels, channels)
        self.scale = nn.Parameter(torch.rand(channels, 1, 1) + 0.5)

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.down(F.gelu(self.up(y))).permute(0, 3, 1, 2)
        return x + self.scale * y


def convnext():
    stem = [nn.Conv2d(3, 8, 2, 2), LayerNorm2d(8), ConvNeXtBlock(8)]
    down = [LayerNorm2d(8), nn.Conv2d(8, 12, 2, 2), ConvNeXtBlock(12)]
    return Pooled(nn.Sequential(*stem, *down), 12)


class ShuffleUnit(nn.Module):
    """ShuffleNetV2: half of the channels pass (or both halves shrink), then channels are dealt out alternately."""

    def __init__(self, channels, stride):
        super().__init__()
        half = channels if stride == 2 else channels // 2
        self.split = stride == 1
        self.right = nn.Sequential(
            conv_bn(half, half, 1), conv_bn(half, half, 3, stride, half, act=None), conv_bn(half, half, 1)
        )
        self.left = nn.Sequential(conv_bn(half, half, 3, stride, half, act=None), conv_bn(half, half, 1))

    def forward(self, x):
        if self.split:
            left, right = x.chunk(2, dim=1)
            x = torch.cat([left, self.right(right)], 1)
        else:
            x = torch.cat([self.left(x), self.right(x)], 1)
        n, c, h, w = x.size()
        return x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)


def shufflenet():
    return Pooled(nn.Sequential(conv_bn(3, 8, 3, 2), ShuffleUnit(8, 1), ShuffleUnit(8, 2)), 16)


class UNet(nn.Module):
    """A denoiser in front of a classifier: transposed convolution, instance and group normalisation, skips."""

    def __init__(self):
        super().__init__()
        self.down1 = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.InstanceNorm2d(6, affine=True), nn.LeakyReLU(0.2))
        self.down2 = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1), nn.GroupNorm(4, 8), nn.SiLU())
        self.up = nn.ConvTranspose2d(8, 6, 3, stride=2, padding=1, output_padding=1)
        self.out = nn.Conv2d(12, 3, 3, padding=1)
        self.classify = nn.Sequential(nn.Conv2d(3, 8, 4, stride=4), nn.ReLU(), nn.Flatten())
        self.head = nn.Linear(128, CLASSES)

    def forward(self, x):
        first = self.down1(x)
        cleaned = self.out(torch.cat([first, self.up(self.down2(first))], 1))
        return self.head(self.classify(torch.sigmoid(x + cleaned)))
