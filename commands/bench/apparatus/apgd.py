"""APGD-CE of torchattacks on one thread, for `npm run bench -- ascents`: prints one JSON object.

python apgd.py model.onnx x.npy y.npy epsilon iterations   (torch, torchattacks, onnx; float inputs [N,C,H,W] in [0,1])

A model whose file has the name of one of networks.py's is that; others are what chain.py reads.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import torch
import torchattacks
from chain import Chain
from networks import NAMES, network

model_file, x_file, y_file, epsilon, iterations = sys.argv[1:]
torch.set_num_threads(1)
name = Path(model_file).stem
model = network(name) if name in NAMES else Chain(onnx.load(model_file).graph).eval()
x = torch.from_numpy(np.load(x_file).astype(np.float32))
y = torch.from_numpy(np.load(y_file).astype(np.int64))
how = {"norm": "Linf", "eps": float(epsilon), "n_restarts": 1, "seed": 0, "loss": "ce"}
torchattacks.APGD(model, steps=2, **how)(x, y)
begun = time.time()
moved = torchattacks.APGD(model, steps=int(iterations), **how)(x, y)
seconds = time.time() - begun
with torch.no_grad():
    standing = (model(moved).argmax(1) == y).sum().item()
print(json.dumps({"standing": standing, "seconds": seconds}))
