"""A softmax classifier, trained on real digits, that judges generated ones."""
import gzip
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split


@dataclass
class Judgement:
    """What a classifier finds among samples."""
    shares: np.ndarray  # of the samples, by class
    confident: float  # share of the samples whose class has a probability above 0.8

    def classes(self, share):
        """How many classes have at least this share of the samples."""
        return int((self.shares >= share).sum())


class Classifier:
    """Multinomial logistic regression on pixels in 0...1; `accuracy` is the held-out one."""

    def __init__(self, images, labels, rounds):
        train, held_out, train_labels, held_out_labels = train_test_split(
            images, labels, test_size=0.2, random_state=0, stratify=labels)
        self.model = LogisticRegression(C=1.0, max_iter=rounds, tol=1e-3)
        self.model.fit(train, train_labels)
        self.accuracy = self.model.score(held_out, held_out_labels)

    def judge(self, samples):
        """`samples`: [n, ...] with pixels in 0...1."""
        chances = self.model.predict_proba(np.asarray(samples).reshape(len(samples), -1))
        found = np.bincount(chances.argmax(1), minlength=10) / len(samples)
        return Judgement(found, float((chances.max(1) > 0.8).mean()))


def digits_classifier():
    """For the 1,797 digits of 8 by 8 pixels."""
    digits = load_digits()
    return Classifier(digits.data / 16, digits.target, 300)


def mnist_classifier(folder):
    """For MNIST, from the 10,000 images of its test part in gzip IDX files."""
    def read(name, header):
        return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=header)

    images = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255
    return Classifier(images, read("t10k-labels-idx1-ubyte.gz", 8), 60)
