"""AutoAttack's standard version on an ONNX model, for `npm run bench -- autoattack`: prints one JSON object.

python autoattack.py model.onnx x.npy y.npy epsilon [mean std]   (torch, torchattacks, onnx; float inputs [N,C,H,W] in [0,1])

chain.py says which models; with a mean and a deviation, inputs are normalised first.
"""
import json
import sys
import time

import numpy as np
import onnx
import torch
import torchattacks
from chain import Chain

model_file, x_file, y_file, epsilon = sys.argv[1:5]
torch.manual_seed(0)
torch.set_num_threads(2)
model = Chain(onnx.load(model_file).graph, *map(float, sys.argv[5:7])).eval()
x = torch.from_numpy(np.load(x_file).astype(np.float32))
y = torch.from_numpy(np.load(y_file).astype(np.int64))


def answers(inputs):
    with torch.no_grad():
        return torch.cat([model(part).argmax(1) for part in inputs.split(250)])


begun = time.time()
attack = torchattacks.AutoAttack(model, norm="Linf", eps=float(epsilon), version="standard", n_classes=10, seed=0)
clean = answers(x) == y
standing = clean.clone()
for part in torch.nonzero(clean).flatten().split(250):
    standing[part] = answers(attack(x[part], y[part])) == y[part]
print(json.dumps({"clean": clean.sum().item(), "standing": standing.sum().item(), "seconds": time.time() - begun}))
