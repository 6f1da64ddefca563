"""Makes the challenge `tiny-nogrid`, which only tests load: float images of 4x4 pixels, three classes, no grid.

    python challenges/tiny.py

Each class has its own bright block; the background and the brightness vary, so that some points are easy and some fall
to the smallest change.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from train import export, pgd, save_attack, train

FOLDER = Path(__file__).parent / "tiny-nogrid"
EPSILON = 0.1
SHAPE = (1, 4, 4)
BLOCKS = ((slice(0, 2), slice(0, 2)), (slice(0, 2), slice(2, 4)), (slice(2, 4), slice(1, 3)))


def sample(random, count):
    """Returns float32 images [count,1,4,4] in [0,1] and uint8 labels [count]."""
    images = random.uniform(0.1, 0.5, (count, *SHAPE))
    labels = random.integers(0, len(BLOCKS), count)
    for image, label in zip(images, labels, strict=True):
        image[0][BLOCKS[label]] += random.uniform(0.1, 0.5)
    return images.astype(np.float32), labels.astype(np.uint8)


def main():
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    (FOLDER / "data").mkdir(exist_ok=True)
    for name in ("points", "holdout"):
        images, labels = sample(random, 60)
        np.save(FOLDER / "data" / f"{name}_x.npy", images)
        np.save(FOLDER / "data" / f"{name}_y.npy", labels)
        if name == "points":
            points, truth = torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))
    images, labels = sample(random, 6000)
    x, y = torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))

    linear = train(nn.Sequential(nn.Flatten(), nn.Linear(16, 3)), x, y, passes=30, peak_rate=2e-2)
    network = nn.Sequential(nn.Flatten(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 3))
    train(network, x, y, passes=30, epsilon=EPSILON, peak_rate=1e-2)
    x_adv = pgd(linear, points, truth, EPSILON, steps=20, step_size=EPSILON / 8)
    save_attack(FOLDER / "attacks" / "pgd-linear.npz", x_adv.numpy())
    for name, model in {"linear": linear, "adversarially-trained": network}.items():
        export(model, FOLDER / "baselines" / f"{name}.onnx", SHAPE)
        right = [(model(inputs).argmax(1) == truth).float().mean().item() for inputs in (points, x_adv)]
        print(f"{name:24} clean {right[0]:.3f}  attacked {right[1]:.3f}")


if __name__ == "__main__":
    main()
