import { type Cell, notebook } from "./notebook.ts";
import type { KitSubject } from "./subject.ts";

/** attack.ipynb: FGSM and PGD against a public model; where models are closed, random draws that ask one. */
export function attackNotebook(subject: KitSubject): string {
  const { title, threatSentence, config } = subject;
  return notebook([
    { markdown: `# Attack: ${title}\n\n${threatSentence}` },
    { code: open(subject) },
    {
      markdown:
        "The points that everybody attacks, as the site keeps them: checked against its SHA-256, kept in a cache.",
    },
    {
      code: `
x, y = challenge.points()
threat = challenge.threat_model
print(x.shape, x.dtype, threat)`,
    },
    ...(config.queries ? byAsking : whiteBox),
    {
      markdown:
        "The site's own rules, here: what would be rejected and which rows would not count. Nothing is sent, no attempt is spent.",
    },
    {
      code: `
check = challenge.check_attack(x_adv, index=chosen)
print(check.problems, check.admissible.mean())
check.require()`,
    },
    {
      markdown:
        "Submitting needs a token (Settings, API tokens) in `GAUNTLET_TOKEN`. Every defense of the challenge is attacked with it.",
    },
    {
      code: `
if os.environ.get("GAUNTLET_TOKEN"):
    submission = challenge.submit_attack(x_adv, index=chosen, name="From the starter kit").wait(progress=True)
    for meeting in submission.evaluations:
        print(f"{meeting.name}: {meeting.broken} of {meeting.attacked} broken")`,
    },
  ]);
}

/** The first cell of both notebooks. */
export function open({ site, slug }: KitSubject): string {
  return `
# Once: pip install ./gauntlet-arena onnx onnxruntime
import os

import numpy as np
from gauntlet_arena import Client

challenge = Client(os.environ.get("GAUNTLET_URL", "${site}")).challenge("${slug}")`;
}

const whiteBox: Cell[] = [
  {
    markdown:
      "## A model to attack\n\nThe first of the board whose model is public now: the very file that the site evaluates.",
  },
  {
    code: `
import onnxruntime

defense = next(each for each in challenge.defenses() if each.refresh().data["model"])
session = onnxruntime.InferenceSession(str(defense.download()), providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name


def scores(rows):
    return session.run(None, {name: rows.astype(np.float32)})[0]


chosen = np.flatnonzero(scores(x).argmax(1) == y)[:20]
x0, y0 = x[chosen], y[chosen]
print(defense.name, "answers", (scores(x).argmax(1) == y).mean(), "of the points rightly")`,
  },
  {
    markdown:
      "## Its gradient\n\nWith PyTorch (`pip install torch onnx2torch`) the exact one. Without, it is estimated from differences of the margin (NES): slower and rougher, but it needs nothing.",
  },
  {
    code: `
try:
    import torch

    model = defense.as_torch()
except Exception as why:
    print("The gradient is estimated:", why)
    torch = None


def margin(rows, labels):
    s = np.atleast_2d(scores(rows)).astype(np.float64)
    own = s[np.arange(len(s)), labels]
    s[np.arange(len(s)), labels] = -np.inf
    return s.max(1) - own


def gradient(rows, labels, draws=60, sigma=0.05):
    if torch is not None:
        t = torch.tensor(rows, requires_grad=True)
        torch.nn.functional.cross_entropy(model(t), torch.from_numpy(labels), reduction="sum").backward()
        return t.grad.numpy()
    total = np.zeros_like(rows)
    for draw in range(draws):
        u = np.random.default_rng(draw).standard_normal(rows.shape).astype(np.float32)
        slope = margin(rows + sigma * u, labels) - margin(rows - sigma * u, labels)
        total += slope.reshape(-1, 1, 1, 1).astype(np.float32) * u
    return total / draws`,
  },
  {
    markdown:
      "## FGSM and PGD\n\n`within` brings rows back into the ball and the range, and onto the grid where there is one. For L1 and L0 the steps below are crude; take them as a frame.",
  },
  {
    code: `
low, high = challenge.range


def within(rows, start):
    change, axes = rows - start, (1, 2, 3)
    if threat.norm == "Linf":
        change = np.clip(change, -threat.epsilon, threat.epsilon)
    elif threat.norm == "L2":
        change *= np.minimum(1, 0.999 * threat.epsilon / np.maximum(np.sqrt((change**2).sum(axes, keepdims=True)), 1e-12))
    elif threat.norm == "L1":
        change *= np.minimum(1, 0.999 * threat.epsilon / np.maximum(np.abs(change).sum(axes, keepdims=True), 1e-12))
    else:
        flat = np.abs(change).reshape(len(change), -1)
        least = np.sort(flat, 1)[:, -int(threat.epsilon)].reshape(-1, 1, 1, 1)
        change = np.where(np.abs(change) >= np.maximum(least, 1e-12), change, 0)
    moved = np.clip(start + change, low, high)
    if threat.grid:
        # Towards the clean value, so that rounding leaves nothing outside of the ball.
        steps, clean = moved * threat.grid, np.round(start * threat.grid)
        moved = (clean + np.trunc(np.round(steps - clean, 4))) / threat.grid
    return moved.astype(np.float32)


def step(g, size):
    if threat.norm == "Linf":
        return size * np.sign(g)
    return size * g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)


def pgd(rows, labels, steps, size):
    x_adv = rows.copy()
    for _ in range(steps):
        x_adv = within(x_adv + step(gradient(x_adv, labels), size), rows)
    return x_adv


fgsm = pgd(x0, y0, 1, threat.epsilon)
x_adv = pgd(x0, y0, 10, threat.epsilon / 4)
for attack, rows in (("FGSM", fgsm), ("PGD-10", x_adv)):
    print(attack, "leaves", (scores(rows).argmax(1) == y0).mean())`,
  },
];

const byAsking: Cell[] = [
  {
    markdown:
      "## By asking\n\nModels of this challenge are closed: they answer, and every row is charged to your budget for the defense. Here ten draws of random signs, the weakest of attacks, to show how it goes; replace them by HopSkipJump (`defense.as_art()`) or your own.",
  },
  {
    code: `
defense = challenge.defenses()[0]
rng = np.random.default_rng(0)
chosen = np.arange(5)
x0, y0 = x[chosen], y[chosen]
x_adv = x0.copy()
low, high = challenge.range
for tries in range(10):
    signs = rng.choice([-1, 1], x0.shape)
    candidate = np.clip(x0 + signs * threat.epsilon, low, high).astype(np.float32)
    answers = defense.predict(candidate)
    labels = answers.argmax(1) if answers.ndim == 2 else answers
    wrong = labels != y0
    x_adv[wrong] = candidate[wrong]
print(defense.name, "still right at", (x_adv == x0).all((1, 2, 3)).sum(), "of", len(x0), defense.budget)`,
  },
];
