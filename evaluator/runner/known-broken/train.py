"""Makes the defenses of this folder, each broken in the literature long ago, to prove the attacks on.

    pip install -r challenges/requirements.txt
    python evaluator/runner/known-broken/train.py --training /usr/share/datasets/fashion-mnist

An attack that is worth its name leaves nearly nothing of any of them at 25/255, but for the adversarially trained net,
which is none of them: it is the yardstick that an attack must not "break" too easily either. All take float32
[N,1,28,28] in [0,1] and answer [N,10]; networks, training and data are those of challenges/train.py, a little narrower.

    plain                  nothing
    adversarially-trained  on PGD examples (Madry et al., 2018): holds
    bit-depth              8 grey levels (Xu et al., 2018: feature squeezing)
    median                 median of 3 x 3 (the same)
    jpeg                   DCT of 8 x 8 blocks, rounded by JPEG's table (Guo et al., 2018)
    thermometer            ten comparisons a pixel, trained so (Buckman et al., 2018)
    winners-take-all       only three tenths of each layer's activations, trained so (Xiao et al., 2020)
    scaled                 logits times 1000: the softmax of float32 has no gradient left (Carlini and Wagner, 2016)
    distilled              trained at temperature 100 on a teacher's answers, run at 1 (Papernot et al., 2016)
    noise                  Gaussian noise on the input, anew each time (Athalye et al., 2018)
    vote                   three networks, one vote each
    neighbours             the 5 nearest of 256 training images in the features of `plain`, one vote each

For each it prints the size, the clean accuracy and what two attacks leave on the first 200 points of the challenge
fashion-mnist-linf: PGD-40 on the defense as it is, and PGD-40 on the margin of what `Gap.bridged` puts in place of the
steps (BPDA), with the mean gradient of 10 draws where it is random (EOT). All examples are judged on the 8-bit grid.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = Path(__file__).resolve().parent
CHALLENGES = HERE.parents[2] / "challenges"
sys.path.insert(0, str(CHALLENGES))
import train as base  # noqa: E402 (challenges/train.py)

EPSILON, POINTS = 25 / 255, 200


# --- defenses --------------------------------------------------------------------------------------------------------


class Gap(nn.Module):
    """A part without a useful derivative. While `bridged`, it is something smooth, for an attacker's gradients."""

    bridged = False

    def straight(self, stepped, x):
        """The stepped value, with the derivative of x while bridged."""
        return x + (stepped - x).detach() if self.bridged else stepped


class BitDepth(Gap):
    def forward(self, x):
        return self.straight(torch.round(x * 7), x * 7) / 7


class Median(nn.Module):
    def forward(self, x):
        padded = F.pad(x, (1, 1, 1, 1), mode="replicate")
        windows = torch.stack([padded[:, :, i : i + 28, j : j + 28] for i in range(3) for j in range(3)], -1)
        return windows.topk(5, dim=-1).values[..., 4]


# JPEG's luminance table (ITU-T T.81, annex K.1), which is its quality of 50.
TABLE = """16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
           18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"""


class Jpeg(Gap):
    """What JPEG loses: a DCT of 8 x 8 blocks, rounded by its table; 28 x 28 is filled up to 32 x 32 by its edges."""

    def __init__(self):
        super().__init__()
        k, i = torch.arange(8.0).view(8, 1), torch.arange(8.0)
        dct = torch.cos(torch.pi * (2 * i + 1) * k / 16) / 2
        dct[0] /= 2**0.5
        self.register_buffer("dct", dct)
        self.register_buffer("table", torch.tensor([float(q) for q in TABLE.split()]).view(8, 8))

    def forward(self, x):
        blocks = F.pad(255 * x - 128, (2, 2, 2, 2), mode="replicate").reshape(-1, 4, 8, 4, 8).transpose(2, 3)
        coefficients = self.dct @ blocks @ self.dct.T / self.table
        coefficients = self.straight(torch.round(coefficients), coefficients) * self.table
        y = (self.dct.T @ coefficients @ self.dct).transpose(2, 3).reshape(-1, 1, 32, 32)[:, :, 2:30, 2:30]
        return ((y + 128) / 255).clamp(0, 1)


class Thermometer(Gap):
    """The tenth that a pixel is in, bridged by a ramp as wide as the attacker's reach."""

    def __init__(self):
        super().__init__()
        self.register_buffer("thresholds", ((torch.arange(10) + 0.5) / 10).view(1, 10, 1, 1))

    def forward(self, x):
        above = (x > self.thresholds).float()
        return self.straight(above, ((x - self.thresholds) * 5 + 0.5).clamp(0, 1))


class WinnersTakeAll(Gap):
    """Keeps the largest three tenths of a layer's activations and zeroes the others; bridged, by degrees."""

    sharpness = 4

    def forward(self, x):
        flat = x.flatten(1)
        threshold = flat.topk(flat.shape[1] * 3 // 10, dim=1).values[:, -1:]
        kept = torch.where(flat >= threshold, flat, torch.zeros_like(flat))
        return self.straight(kept, flat * torch.sigmoid(self.sharpness * (flat - threshold) / flat.std())).view(x.shape)


class Scaled(nn.Module):
    def __init__(self, net, by):
        super().__init__()
        self.net, self.by = net, by

    def forward(self, x):
        return self.net(x) * self.by


class Vote(Gap):
    def __init__(self, nets):
        super().__init__()
        self.nets = nn.ModuleList(nets)

    def forward(self, x):
        logits = [net(x) for net in self.nets]
        if self.bridged:
            return sum(F.softmax(z, 1) for z in logits)
        return sum(F.one_hot(z.argmax(1), base.CLASSES).float() for z in logits)


class Neighbours(Gap):
    """Bridged: every known example votes, the near ones much more."""

    def __init__(self, features, x, y):
        super().__init__()
        self.features = features
        with torch.no_grad():
            self.register_buffer("known", features(x))
        self.register_buffer("answers", F.one_hot(y, base.CLASSES).float())

    def forward(self, x):
        squares = (self.features(x).unsqueeze(1) - self.known).square().sum(2)
        if self.bridged:
            return F.softmax(-squares / squares.mean() * 20, 1) @ self.answers
        return self.answers[squares.topk(5, dim=1, largest=False).indices].sum(1)


def small(front=None, channels=1):
    return base.Cnn(front, channels, width=12, hidden=48)


def winners_take_all():
    return nn.Sequential(*(WinnersTakeAll() if isinstance(layer, nn.ReLU) else layer for layer in small()))


def defenses(x, y):
    """Yields every defense with its name, trained on x [N,1,28,28] and y [N] as it comes to be needed."""
    plain = base.train(small(), x, y, passes=6)
    yield "plain", plain
    yield "bit-depth", nn.Sequential(BitDepth(), plain)
    yield "median", nn.Sequential(Median(), plain)
    yield "jpeg", nn.Sequential(Jpeg(), plain)
    yield "scaled", Scaled(plain, 1000)
    yield "noise", nn.Sequential(base.GaussianNoise(0.1), plain)
    yield "neighbours", Neighbours(nn.Sequential(*list(plain)[:-1]), x[:256], y[:256])
    yield "thermometer", base.train(small(Thermometer(), 10), x, y, passes=6)
    yield "winners-take-all", base.train(winners_take_all(), x, y, passes=6)
    yield "vote", Vote([base.train(base.Cnn(width=8, hidden=32), x, y, passes=4) for _ in range(3)])
    teacher = base.train(Scaled(small(), 1 / 100), x, y, passes=6, peak_rate=1e-2)
    with torch.no_grad():
        answers = torch.cat([F.softmax(teacher(part), 1) for part in x.split(1000)])
    yield "distilled", base.train(Scaled(small(), 1 / 100), x, answers, passes=6, peak_rate=1e-2).net
    yield "adversarially-trained", base.train(small(), x, y, passes=6, epsilon=EPSILON, attack_steps=5, peak_rate=4e-3)


# --- attacks ---------------------------------------------------------------------------------------------------------


def naive(model, x, y):
    """PGD on the cross-entropy of the model as it is; only its random start where that has no gradient at all."""
    steps = 40 if model(x[:1].clone().requires_grad_()).requires_grad else 0
    return base.pgd(model, x, y, EPSILON, steps, EPSILON / 12)


def adaptive(model, x, y, draws, steps=40):
    """PGD on the margin of the bridged model, [N,1,28,28], gradients averaged over the draws."""
    low, high = (x - EPSILON).clamp(min=0), (x + EPSILON).clamp(max=1)
    x_adv = torch.minimum(torch.maximum(x + (2 * torch.rand_like(x) - 1) * EPSILON, low), high)
    right = F.one_hot(y, base.CLASSES).bool()
    Gap.bridged = True
    for _ in range(steps):
        x_adv.requires_grad_()
        logits = sum(model(x_adv) for _ in range(draws))
        margin = logits.masked_fill(right, -torch.inf).amax(1) - logits[right]
        (gradient,) = torch.autograd.grad(margin.sum(), x_adv)
        with torch.no_grad():
            x_adv = torch.minimum(torch.maximum(x_adv + EPSILON / 12 * gradient.sign(), low), high)
    Gap.bridged = False
    return x_adv.detach()


def report(name, model, clean, labels):
    """Prints size, clean accuracy and what is left under PGD-40 and under the adaptive attack."""
    path = HERE / f"{name}.onnx"
    base.export(model, path)
    x, y = base.to_tensor(clean), torch.from_numpy(labels)
    draws = 10 if name == "noise" else 1
    attacks = [naive(model, x, y), adaptive(model, x, y, draws)]
    sets = [clean, *[base.on_grid(x_adv, clean, EPSILON) for x_adv in attacks]]
    figures = [base.accuracy(path, images, labels, 33 if name == "noise" else 1) for images in sets]
    print(f"{name:22} {path.stat().st_size:7} bytes  clean {figures[0]:.3f}", end="  ")
    print(f"PGD-40 {figures[1]:.3f}  adaptive {figures[2]:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--training", type=Path, required=True, help="the folder of Fashion-MNIST's files")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(base.SEED)
    np.random.seed(base.SEED)
    data = CHALLENGES / "fashion-mnist-linf" / "data"
    points, holdout = (np.load(data / f"{part}_x.npy") for part in ("points", "holdout"))
    images, labels = base.without(*base.read_training_set(arguments.training), points, holdout)
    truth = np.load(data / "points_y.npy")[:POINTS].astype(np.int64)
    for name, model in defenses(base.to_tensor(images), torch.from_numpy(labels)):
        report(name, model.eval(), points[:POINTS], truth)


if __name__ == "__main__":
    main()
