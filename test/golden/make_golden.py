#!/usr/bin/env python3
"""Writes recurrent.json: what PyTorch computes for the recurrent layers, in float64.

Every tensor is filled with scale * cos(step * i + shift), i = 0, 1, 2, ... in row-major order, so that the test can make the
same inputs without a file (helpers/cosine.ts). Sentences of 5, 3 and 1 tokens go through as a packed sequence, whose data is
laid out as ours: time-major, longest first, no padding. bias_hh is zero and frozen except for the GRU, where it is no
duplicate of bias_ih: the candidate gate multiplies it by the reset gate.

Needs PyTorch. Usage: make_golden.py > recurrent.json
"""
import json

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
LENGTHS, INPUTS, HIDDEN, TAGS = [5, 3, 1], 4, 3, 5
ROWS = sum(LENGTHS)


def cosine(shape, scale, step, shift):
    count = 1
    for side in shape:
        count *= side
    return (scale * torch.cos(step * torch.arange(count) + shift)).reshape(shape)


def fill(module):
    """Each parameter gets its own shift, by its place in the module."""
    for place, (name, parameter) in enumerate(module.named_parameters()):
        with torch.no_grad():
            parameter.copy_(cosine(parameter.shape, 0.5, 0.7, 1 + place))
        if "bias_hh" in name and not isinstance(module, nn.GRU):
            with torch.no_grad():
                parameter.zero_()
            parameter.requires_grad = False


def packed(data):
    active = [sum(length > t for length in LENGTHS) for t in range(max(LENGTHS))]
    return nn.utils.rnn.PackedSequence(data, torch.tensor(active))


def layer(cell, layers=1, bidirectional=False):
    make = {"rnn": nn.RNN, "relu": lambda *a, **k: nn.RNN(*a, nonlinearity="relu", **k), "lstm": nn.LSTM, "gru": nn.GRU}[cell]
    return make(INPUTS, HIDDEN, num_layers=layers, bidirectional=bidirectional)


def case(cell, layers=1, bidirectional=False):
    recurrent = layer(cell, layers, bidirectional)
    fill(recurrent)
    width = HIDDEN * (2 if bidirectional else 1)
    x = cosine((ROWS, INPUTS), 1.0, 0.3, 0.1).requires_grad_()
    y = recurrent(packed(x))[0].data
    (y * cosine((ROWS, width), 1.0, 0.9, 0.2)).sum().backward()
    gradients = {name: p.grad.flatten().tolist() for name, p in recurrent.named_parameters() if p.grad is not None}
    result = {"output": y.flatten().tolist(), "gradients": gradients, "inputGradient": x.grad.flatten().tolist()}

    losses = {}
    for name, make in {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9, eps=1e-8),
        "adam": lambda p: torch.optim.Adam(p, 0.01),
        "adamw": lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1),
    }.items():
        recurrent, output = layer(cell, layers, bidirectional), nn.Linear(width, TAGS)
        fill(recurrent)
        fill(output)
        parameters = [p for m in (recurrent, output) for p in m.parameters() if p.requires_grad]
        # Decoupled decay is for weights alone, so biases get an optimiser group without it.
        groups = [{"params": [p for p in parameters if p.dim() > 1]},
                  {"params": [p for p in parameters if p.dim() == 1], **({"weight_decay": 0.0} if name == "adamw" else {})}]
        optimizer = make(groups)
        targets = torch.tensor([(3 * row) % TAGS for row in range(ROWS)])
        x = cosine((ROWS, INPUTS), 1.0, 0.3, 0.1)
        trajectory = []
        for _ in range(10):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(output(recurrent(packed(x))[0].data), targets)
            loss.backward()
            optimizer.step()
            trajectory.append(loss.item())
        losses[name] = trajectory
    result["losses"] = losses
    return result


if __name__ == "__main__":
    cases = {cell: case(cell) for cell in ("rnn", "relu", "lstm", "gru")}
    cases["lstm-2"] = case("lstm", layers=2)
    cases["rnn-2"] = case("rnn", layers=2)
    cases["gru-bidirectional"] = case("gru", bidirectional=True)
    cases["lstm-2-bidirectional"] = case("lstm", layers=2, bidirectional=True)
    print(json.dumps({"torch": torch.__version__, "lengths": LENGTHS, "inputs": INPUTS, "hidden": HIDDEN, "tags": TAGS, "cases": cases}))
