#!/usr/bin/env python3
"""A linear-chain CRF with features made by hand, for comparison: what is reached without a network.

CRFsuite (L-BFGS, c1 = 0.1, c2 = 0.1, at most 100 iterations) on the features of the sklearn-crfsuite tutorial, less parts of
speech, with prefixes, the word shape and a window of two words either side. Reads two CoNLL columns, word TAB tag; prints one
JSON object: {"version", "seconds" of training, "iterations", "features", "model_bytes", "predicted": tags of each dev sentence}.

Needs python-crfsuite (pip install python-crfsuite).
Usage: crfsuite.py --train train.conll --dev dev.conll
"""
import argparse, itertools, json, os, tempfile, time

WINDOW = 2


def read(path):
    """Sentences as lists of (word, tag)."""
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    groups = itertools.groupby(rows, key=lambda row: row != [""])
    sentences = [[(row[0], row[-1]) for row in group] for is_sentence, group in groups if is_sentence]
    return [sentence for sentence in sentences if sentence[0][0] != "-DOCSTART-"]


def shape(word):
    """Xxx-dd, each run of one kind cut to three."""
    kinds = ("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    return "".join(c for kind, run in itertools.groupby(kinds) for c in itertools.islice(run, 3))


def features(words, i):
    word = words[i]
    found = ["bias", "isdigit=%s" % word.isdigit()]
    found += ["suffix%d=%s" % (n, word[-n:].lower()) for n in (2, 3)]
    found += ["prefix%d=%s" % (n, word[:n].lower()) for n in (2, 3)]
    for offset in range(-WINDOW, WINDOW + 1):
        at = i + offset
        if 0 <= at < len(words):
            near = words[at]
            found += [
                "%+d:lower=%s" % (offset, near.lower()),
                "%+d:shape=%s" % (offset, shape(near)),
                "%+d:istitle=%s" % (offset, near.istitle()),
                "%+d:isupper=%s" % (offset, near.isupper()),
            ]
    if i == 0:
        found.append("BOS")
    if i == len(words) - 1:
        found.append("EOS")
    return found


def rows_of(sentence):
    words = [word for word, _ in sentence]
    return [features(words, i) for i in range(len(words))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True)
    parser.add_argument("--dev", required=True)
    arguments = parser.parse_args()
    import pycrfsuite

    start = time.perf_counter()
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": True})
    for sentence in read(arguments.train):
        trainer.append(rows_of(sentence), [tag for _, tag in sentence])
    with tempfile.TemporaryDirectory() as directory:
        model = os.path.join(directory, "model.crfsuite")
        trainer.train(model)
        seconds = time.perf_counter() - start
        tagger = pycrfsuite.Tagger()
        tagger.open(model)
        result = {
            "version": pycrfsuite.CRFSUITE_VERSION,
            "seconds": seconds,
            "iterations": trainer.logparser.last_iteration["num"],
            "features": trainer.logparser.featgen_num_features,
            "model_bytes": os.path.getsize(model),
            "predicted": [tagger.tag(rows_of(sentence)) for sentence in read(arguments.dev)],
        }
        tagger.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
