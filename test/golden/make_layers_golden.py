#!/usr/bin/env python3
"""Writes layers.json: what PyTorch computes for the layers around the recurrent ones, in float64.

Inputs, parameters and packed rows are those of make_golden.py: row offsets[t] + b is token t of the b-th longest sentence.
Each case names its parameters as Onomast does, in the order in which they are filled; parameter number p holds
0.5 cos(0.7 i + 1 + p). "output" and the gradients come from the loss sum(output * cos(0.9 i + 0.2)); "losses" are ten steps of
a cross-entropy over a linear layer on top, or of the CRF's own loss.

Needs PyTorch. Usage: make_layers_golden.py > layers.json
"""
import itertools
import json

import torch
from torch import nn
from torch.nn import functional as F

from make_golden import HIDDEN, INPUTS, LENGTHS, ROWS, TAGS, cosine, packed

OFFSETS = [sum(min(length, t) for length in LENGTHS) for t in range(max(LENGTHS) + 1)]
SENTENCES = [[OFFSETS[t] + b for t in range(length)] for b, length in enumerate(LENGTHS)]


class Attention(nn.Module):
    """x + W_o (softmax(scores) v) + b_o within each sentence; the key has no bias."""

    def __init__(self, causal):
        super().__init__()
        self.causal = causal
        self.query, self.key = nn.Linear(INPUTS, INPUTS), nn.Linear(INPUTS, INPUTS, bias=False)
        self.value, self.output = nn.Linear(INPUTS, INPUTS), nn.Linear(INPUTS, INPUTS)

    def scores(self, q, k):
        """Scaled dot products: q k^T / sqrt(C)."""
        return q @ k.T / INPUTS**0.5

    def forward(self, x):
        mixed = torch.zeros_like(x)
        for rows in SENTENCES:
            q, k, v = (part(x[rows]) for part in (self.query, self.key, self.value))
            scores = self.scores(q, k)
            if self.causal:
                scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), float("-inf"))
            mixed = mixed.index_add(0, torch.tensor(rows), F.softmax(scores, dim=-1) @ v)
        return x + self.output(mixed)


class AdditiveAttention(Attention):
    def __init__(self, causal):
        super().__init__(causal)
        self.score = nn.Linear(INPUTS, 1, bias=False)

    def scores(self, q, k):
        """w tanh(q + k) for every pair."""
        return self.score(torch.tanh(q[:, None] + k[None, :])).squeeze(-1)


class ResidualStack(nn.Module):
    """Two tanh layers, each normalised; the second, as wide as its input, adds it to its output."""

    def __init__(self, norm):
        super().__init__()
        self.rnns = nn.ModuleList([nn.RNN(INPUTS, HIDDEN), nn.RNN(HIDDEN, HIDDEN)])
        self.norms = nn.ModuleList([norm(HIDDEN), norm(HIDDEN)])

    def forward(self, x):
        first = self.norms[0](self.rnns[0](packed(x))[0].data)
        return first + self.norms[1](self.rnns[1](packed(first))[0].data)


class LookAhead(nn.Module):
    def forward(self, x):
        out = torch.zeros(ROWS, 3 * INPUTS)
        for rows in SENTENCES:
            for t, row in enumerate(rows):
                seen = torch.cat([x[rows[t:t + 3]].flatten(), torch.zeros(3 * INPUTS)])[:3 * INPUTS]
                out = out.index_add(0, torch.tensor([row]), seen[None])
        return out


# Words of 1 to 6 characters, one of them twice; id 0 is the unknown character.
WORDS = [[3, 1, 4, 1, 5, 6], [2], [6, 0], [3, 1, 4, 1, 5, 6], [5, 5, 5], [1, 2, 3, 4], [2, 6, 1], [4, 4], [0]]
CHARACTERS, CHARACTER_DIMENSION, FILTERS, WIDTH = 7, 3, 4, 3


class Characters(nn.Module):
    """Embedding, convolution with zeros at both ends, the greatest value of each filter."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, CHARACTER_DIMENSION)
        self.convolution = nn.Conv1d(CHARACTER_DIMENSION, FILTERS, WIDTH, padding=WIDTH // 2)

    def forward(self, _):
        return torch.stack([self.convolution(self.embedding(torch.tensor(word)).T[None])[0].max(dim=1).values for word in WORDS])


def named(module, names):
    """Parameters under our names. A convolution's weight (F, C, W) lies (F, W, C) with us."""
    by_name = dict(module.named_parameters())
    return {ours: by_name[theirs] for ours, theirs in names.items()}


def ours(tensor):
    return tensor.permute(0, 2, 1) if tensor.dim() == 3 else tensor


def fill(parameters):
    for place, parameter in enumerate(parameters.values()):
        with torch.no_grad():
            values = cosine(ours(parameter).shape, 0.5, 0.7, 1 + place)
            parameter.copy_(ours(values))


def freeze_bias_hh(module):
    for name, parameter in module.named_parameters():
        if "bias_hh" in name:
            with torch.no_grad():
                parameter.zero_()
            parameter.requires_grad = False


def trajectories(make_loss):
    """Ten losses each of SGD and Adam; make_loss returns a fresh model's trainable parameters and its loss."""
    result = {}
    for name, make in {"sgd": lambda p: torch.optim.SGD(p, 0.1), "adam": lambda p: torch.optim.Adam(p, 0.01)}.items():
        parameters, loss_of = make_loss()
        optimizer = make(parameters)
        losses = []
        for _ in range(10):
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        result[name] = losses
    return result


def case(make, names=None, columns=INPUTS):
    module = make()
    freeze_bias_hh(module)
    names = names if names is not None else {name: name for name, _ in module.named_parameters()}
    parameters = named(module, names)
    fill(parameters)
    x = cosine((ROWS, columns), 1.0, 0.3, 0.1).requires_grad_()
    y = module(x)
    (y * cosine(y.shape, 1.0, 0.9, 0.2)).sum().backward()
    result = {
        "parameters": {name: list(ours(p).shape) for name, p in parameters.items()},
        "output": y.flatten().tolist(),
        "gradients": {name: ours(p.grad).flatten().tolist() for name, p in parameters.items()},
        "inputGradient": None if x.grad is None else x.grad.flatten().tolist(),
    }
    running = {name: b.flatten().tolist() for name, b in module.named_buffers() if name.startswith("running")}
    if running:
        module.eval()
        result["running"] = running
        result["evaluated"] = module(x).flatten().tolist()

    def make_loss():
        module, output = make(), nn.Linear(y.shape[1], TAGS)
        freeze_bias_hh(module)
        fill(named(module, names))
        fill(dict(output.named_parameters()))
        targets = torch.tensor([(3 * row) % TAGS for row in range(ROWS)])
        x = cosine((ROWS, columns), 1.0, 0.3, 0.1)
        parameters = [p for m in (module, output) for p in m.parameters() if p.requires_grad]
        return parameters, lambda: F.cross_entropy(output(module(x)), targets)

    result["losses"] = trajectories(make_loss)
    return result


CRF_TAGS = ["O", "B-PER", "I-PER", "E-PER", "S-PER"]
GOLD = [["B-PER", "I-PER", "E-PER", "O", "S-PER"], ["O", "B-PER", "E-PER"], ["S-PER"]]


def may_follow(before, after):
    inside = before[0] in "BI"
    return after[0] in "IE" if inside else after[0] in "OBS"


def crf_loss(emissions, transitions, start, end):
    """Minus the mean over tokens of log(e^score(gold) / sum over all legal sequences of e^score): by enumeration."""
    total = 0
    for rows, gold in zip(SENTENCES, GOLD):
        legal = [
            path
            for path in itertools.product(range(TAGS), repeat=len(rows))
            if CRF_TAGS[path[0]][0] in "OBS" and CRF_TAGS[path[-1]][0] in "OES"
            and all(may_follow(CRF_TAGS[a], CRF_TAGS[b]) for a, b in zip(path, path[1:]))
        ]
        paths = torch.tensor(legal)
        scores = start[paths[:, 0]] + end[paths[:, -1]] + emissions[rows][torch.arange(len(rows)), paths].sum(dim=1)
        scores = scores + transitions[paths[:, :-1], paths[:, 1:]].sum(dim=1)
        total = total + scores.logsumexp(dim=0) - scores[legal.index(tuple(CRF_TAGS.index(tag) for tag in gold))]
    return total / ROWS


def crf_case():
    def scores():
        parameters = {"transitions": torch.zeros(TAGS, TAGS), "start": torch.zeros(TAGS), "end": torch.zeros(TAGS)}
        fill(parameters)
        return {name: p.requires_grad_() for name, p in parameters.items()}

    parameters = scores()
    emissions = cosine((ROWS, TAGS), 1.0, 0.3, 0.1).requires_grad_()
    loss = crf_loss(emissions, **parameters)
    loss.backward()

    def make_loss():
        output, parameters = nn.Linear(INPUTS, TAGS), scores()
        fill(dict(output.named_parameters()))
        x = cosine((ROWS, INPUTS), 1.0, 0.3, 0.1)
        return [*output.parameters(), *parameters.values()], lambda: crf_loss(output(x), **parameters)

    return {
        "tags": CRF_TAGS,
        "gold": GOLD,
        "parameters": {name: list(p.shape) for name, p in parameters.items()},
        "loss": loss.item(),
        "gradients": {name: p.grad.flatten().tolist() for name, p in parameters.items()},
        "inputGradient": emissions.grad.flatten().tolist(),
        "losses": trajectories(make_loss),
    }


def stack_names(norm_names=("weight", "bias")):
    return {
        **{f"{part}_l{l}": f"rnns.{l}.{part}_l0" for l in (0, 1) for part in ("weight_ih", "weight_hh", "bias_ih")},
        **{f"norm_l{l}.{part}": f"norms.{l}.{part}" for l in (0, 1) for part in norm_names},
    }


if __name__ == "__main__":
    cases = {
        "attention": case(lambda: Attention(causal=False)),
        "attention-causal": case(lambda: Attention(causal=True)),
        "attention-additive": case(lambda: AdditiveAttention(causal=False)),
        "attention-additive-causal": case(lambda: AdditiveAttention(causal=True)),
        "layer-norm": case(lambda: nn.LayerNorm(INPUTS)),
        "batch-norm": case(lambda: nn.BatchNorm1d(INPUTS)),
        "residual-layer-norm": case(lambda: ResidualStack(nn.LayerNorm), stack_names()),
        "residual-batch-norm": case(lambda: ResidualStack(nn.BatchNorm1d), stack_names()),
        "look-ahead": case(LookAhead, {}),
        "characters": {**case(Characters), "words": WORDS},
        "crf": crf_case(),
    }
    print(json.dumps({"torch": torch.__version__, "lengths": LENGTHS, "inputs": INPUTS, "hidden": HIDDEN, "tags": TAGS, "cases": cases}))
