"""What searches that know how `vote` and `winners-take-all` are built leave of them: a yardstick for the suite.

    pip install -r challenges/requirements.txt
    python evaluator/runner/known-broken/dedicated.py

The suite sees a graph; these searches see the three networks of a vote and each layer's threshold. Both start from the
first 200 points of the challenge fashion-mnist-linf at 25/255, are judged on the 8-bit grid, and print what stays after
each search, a point being dropped once it has fallen. For the vote also what each of its networks keeps alone.
docs/decisions/0014 has the figures and what follows from them.
"""

import sys
from importlib import util
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
spec = util.spec_from_file_location("known_broken", HERE / "train.py")  # challenges/train.py has its name
known = util.module_from_spec(spec)
spec.loader.exec_module(known)
base, EPSILON = known.base, known.EPSILON

RESTARTS = 2


def weights(name):
    """The parameters of a stored model, by the names that they had in the network it was exported from."""
    stored = onnx.load(HERE / f"{name}.onnx").graph.initializer
    tensors = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in stored}
    return {key: value for key, value in tensors.items() if key.endswith((".weight", ".bias"))}


def margins(logits, y, target):
    """How far each row [N] has gone from y to class y + `target`, or the best other; fallen if positive."""
    rows = torch.arange(len(y))
    if target is not None:
        return logits[rows, (y + target) % base.CLASSES] - logits[rows, y]
    others = logits.clone()
    others[rows, y] = -torch.inf
    return others.amax(1) - logits[rows, y]


def ascend(objective, x, steps):
    """Signed steps that shrink from epsilon / 2 along a cosine, from a random start; the last iterate."""
    low, high = (x - EPSILON).clamp(min=0), (x + EPSILON).clamp(max=1)
    x_adv = torch.minimum(torch.maximum(x + (2 * torch.rand_like(x) - 1) * EPSILON, low), high)
    for step in range(steps):
        x_adv.requires_grad_()
        (gradient,) = torch.autograd.grad(objective(x_adv).sum(), x_adv)
        size = EPSILON / 4 * (1 + np.cos(np.pi * step / steps))
        with torch.no_grad():
            x_adv = torch.minimum(torch.maximum(x_adv + size * gradient.sign(), low), high)
    return x_adv.detach()


def stay(name, model, objectives, clean, labels, steps, standing=None):
    """Runs every objective, untargeted and at nine targets, and says which points (indices) none of them takes."""
    x, y = base.to_tensor(clean), torch.from_numpy(labels)

    def right(images):
        with torch.no_grad():
            return model(base.to_tensor(images)).argmax(1).numpy()

    standing = np.flatnonzero(right(clean) == labels) if standing is None else standing
    began = len(standing)
    for objective in objectives:
        for target in [None, *range(1, base.CLASSES)]:
            for _ in range(RESTARTS):
                if len(standing) == 0:
                    break
                aim = y[standing]
                found = ascend(lambda x_adv: objective(x_adv, aim, target), x[standing], steps)
                answers = right(base.on_grid(found, clean[standing], EPSILON))
                standing = standing[answers == labels[standing]]
    print(f"{name:44} {began:4} -> {len(standing):3}  {len(standing) / len(labels):.3f}", flush=True)
    return standing


def alone(net):
    return lambda x, y, target: margins(net(x), y, target)


def vote(clean, labels):
    model = known.Vote([base.Cnn(width=8, hidden=32) for _ in range(3)]).eval()
    model.load_state_dict(weights("vote"))
    for number, net in enumerate(model.nets):
        stay(f"vote: network {number} alone", net, [alone(net)], clean, labels, 200)

    def each(x, y, target):
        return torch.stack([margins(net(x), y, target) for net in model.nets])

    objectives = {
        "the second largest margin": lambda *a: each(*a).sort(0).values[1],
        "the two largest, each up to 1": lambda *a: each(*a).clamp(max=1).sort(0).values[1:].sum(0),
        "all three, each up to 1": lambda *a: each(*a).clamp(max=1).sum(0),
        **{f"the less of {i} and {j}": lambda *a, p=[i, j]: each(*a)[p].amin(0) for i, j in [(0, 1), (0, 2), (1, 2)]},
    }
    standing = None
    for name, objective in objectives.items():
        standing = stay(f"vote: {name}", model, [objective], clean, labels, 200, standing)
    stay("vote: the second largest, 1,000 steps", model, list(objectives.values())[:1], clean, labels, 1000, standing)


def winners_take_all(clean, labels):
    model = known.winners_take_all().eval()
    model.load_state_dict(weights("winners-take-all"))
    standing = stay("winners: its own gradient", model, [alone(model)], clean, labels, 200)
    for sharpness in [8, 4, 2, 1, 0]:
        known.WinnersTakeAll.sharpness, known.Gap.bridged = sharpness, True
        standing = stay(f"winners: by degrees of {sharpness}", model, [alone(model)], clean, labels, 200, standing)
    known.Gap.bridged = False
    stay("winners: its own gradient, 1,000 steps", model, [alone(model)], clean, labels, 1000, standing)


def main():
    torch.manual_seed(base.SEED)
    data = known.CHALLENGES / "fashion-mnist-linf" / "data"
    clean = np.load(data / "points_x.npy")[:known.POINTS]
    labels = np.load(data / "points_y.npy")[:known.POINTS].astype(np.int64)
    for part in sys.argv[1:] or ["vote", "winners_take_all"]:
        {"vote": vote, "winners_take_all": winners_take_all}[part](clean, labels)


if __name__ == "__main__":
    main()
