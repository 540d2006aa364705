"""Every valid step of the tensor fuzz equals what NumPy computes.

The Swift fuzz test writes its random programs, operation by operation, with inputs and results;
here each one is computed again in double precision.
"""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]


def axes_of(axes):
    return None if axes is None else tuple(axes)


def first_axis(axes, default):
    return axes[0] if axes else default


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), 1 - 1 / (1 + np.exp(-np.abs(x))))


def erf(x):
    from math import erf as scalar

    return np.vectorize(scalar, otypes=[float])(x)


def log_softmax(x, axes):
    axis = first_axis(axes, -1)
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def log_sum_exp(x, axes, keep):
    top = x.max(axis=axes_of(axes), keepdims=True)
    result = np.log(np.exp(x - top).sum(axis=axes_of(axes), keepdims=True)) + top
    return result if keep else np.squeeze(result, axis=axes_of(axes))


def matmul(x, y, transpose_x, transpose_y):
    if transpose_x and x.ndim > 1:
        x = np.swapaxes(x, -1, -2)
    if transpose_y and y.ndim > 1:
        y = np.swapaxes(y, -1, -2)
    return x @ y


def slices(x, bounds, steps):
    place = []
    for axis in range(x.ndim):
        low, high = bounds[2 * axis : 2 * axis + 2] if 2 * axis < len(bounds) else (0, x.shape[axis])
        place.append(slice(low, high, steps[axis] if axis < len(steps) else 1))
    return x[tuple(place)]


def argmax(x, axes, keep):
    return np.argmax(x, axis=first_axis(axes, None), keepdims=keep).astype(float)


def split(x, sizes, axis):
    return np.split(x, np.cumsum(sizes)[:-1], axis=axis[0])[1]


def less(compare):
    return lambda x, y: compare(x, y).astype(float)


def reduction(function):
    return lambda x, axes, keep: function(x, axis=axes_of(axes), keepdims=keep)


def taps(x, size, stride, dilation, before, after, fill=0.0):
    """What each place of a window sees: (place, [n, h', w', c])."""
    padded = np.pad(x, [(0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)],
                    constant_values=fill)
    count = [(padded.shape[axis + 1] - (size[axis] - 1) * dilation[axis] - 1) // stride[axis] + 1
             for axis in range(2)]
    for row in range(size[0]):
        for column in range(size[1]):
            top, left = row * dilation[0], column * dilation[1]
            yield (row, column), padded[:, top:top + (count[0] - 1) * stride[0] + 1:stride[0],
                                        left:left + (count[1] - 1) * stride[1] + 1:stride[1]]


def conv(x, kernel, *window):
    return sum(seen @ kernel[place] for place, seen in taps(x, kernel.shape[:2], *window))


def conv_transpose(x, kernel, stride, dilation, before, after, extra):
    """Every pixel spreads the kernel, [height, width, out, in], over the result."""
    whole = [(x.shape[axis + 1] - 1) * stride[axis] + (kernel.shape[axis] - 1) * dilation[axis] + 1
             + extra[axis] for axis in range(2)]
    result = np.zeros((len(x), *whole, kernel.shape[2]))
    for row in range(kernel.shape[0]):
        for column in range(kernel.shape[1]):
            top, left = row * dilation[0], column * dilation[1]
            result[:, top:top + (x.shape[1] - 1) * stride[0] + 1:stride[0],
                   left:left + (x.shape[2] - 1) * stride[1] + 1:stride[1]] += (
                x @ kernel[row, column].T)
    return result[:, before[0]:whole[0] - after[0], before[1]:whole[1] - after[1]]


def max_pool(x, size, *window):
    return np.max([seen for _, seen in taps(x, size, *window, fill=-np.inf)], axis=0)


def avg_pool(x, size, *window):
    return np.mean([seen for _, seen in taps(x, size, *window)], axis=0)


def upsample(x, factor):
    return x.repeat(factor[0], axis=1).repeat(factor[0], axis=2)


def bilinear(x, factor):
    for axis in (1, 2):
        size = x.shape[axis]
        place = np.maximum(0, (np.arange(size * factor[0]) + 0.5) / factor[0] - 0.5)
        low = np.minimum(place.astype(int), size - 1)
        high = np.minimum(low + 1, size - 1)
        share = (place - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
        x = x.take(low, axis=axis) * (1 - share) + x.take(high, axis=axis) * share
    return x


def downsample(x, factor):
    f = factor[0]
    n, h, w, c = x.shape
    return x.reshape(n, h // f, f, w // f, f, c).mean((2, 4))


def batch_norm(x, scale):
    axes = tuple(range(x.ndim - 1))
    deviation = np.sqrt(x.var(axis=axes) + 1e-5)
    return (x - x.mean(axis=axes)) / deviation * scale + scale


OPERATIONS = {
    "conv": conv, "conv_transpose": conv_transpose, "max_pool": max_pool, "avg_pool": avg_pool,
    "upsample": upsample, "bilinear": bilinear, "downsample": downsample,
    "batch_norm": batch_norm,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign,
    "square": np.square, "reciprocal": np.reciprocal, "sin": np.sin, "cos": np.cos,
    "relu": lambda x: np.maximum(x, 0), "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "sigmoid": sigmoid, "tanh": np.tanh, "softplus": lambda x: np.logaddexp(x, 0),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "clamp": lambda x: np.clip(x, -1, 0.5), "negative": np.negative,
    "affine": lambda x: 2 * x - 1, "floor": np.floor, "rounded": np.round,
    "flatten": lambda x: x.reshape(x.shape[0], int(np.prod(x.shape[1:]))) if x.ndim
    else x.reshape(1, 1),
    "gelu": lambda x: x * 0.5 * (1 + erf(x / np.sqrt(2))), "power3": lambda x: x**3,
    "log_sigmoid": lambda x: -np.logaddexp(-x, 0),
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide,
    "maximum": np.maximum, "minimum": np.minimum, "power": lambda x, y: np.abs(x) ** y,
    "equal": less(np.equal), "not_equal": less(np.not_equal), "less": less(np.less),
    "less_equal": less(np.less_equal), "greater": less(np.greater),
    "greater_equal": less(np.greater_equal), "where": lambda x, y: np.where(x > 0, x, y),
    "linear": lambda x, y: np.tanh(x @ y), "embedding": lambda x, y: x[y.astype(int)],
    "matmul": matmul,
    "sum": reduction(np.sum), "mean": reduction(np.mean), "var": reduction(np.var),
    "std": reduction(np.std), "max": reduction(np.max), "min": reduction(np.min),
    "norm": lambda x, axes, keep: np.sqrt(np.sum(x * x, axis=axes_of(axes), keepdims=keep)),
    "log_sum_exp": log_sum_exp, "argmax": argmax,
    "flip": lambda x, axes, keep: np.flip(x, axis=axes_of(axes)),
    "transpose": lambda x, axes, keep: np.transpose(x, axes),
    "softmax": lambda x, axes, keep: np.exp(log_softmax(x, axes)),
    "log_softmax": lambda x, axes, keep: log_softmax(x, axes),
    "reshape": lambda x, shape: x.reshape(shape),
    "broadcast": lambda x, shape: np.broadcast_to(x, shape),
    "slice": slices,
    "pad": lambda x, before, after: np.pad(x, list(zip(before, after)), constant_values=0.5)
    if x.ndim else x,
    "concat": lambda x, y, axis: np.concatenate([x, y], axis=axis[0]),
    "stack": lambda x, y, axis: np.stack([x, y], axis=axis[0]),
    "split": split, "gather": lambda x, rows: x[np.array(rows, dtype=int)],
    "one_hot": lambda x, classes: np.eye(classes[0])[x.astype(int)],
}


def value(argument):
    if isinstance(argument, dict):
        numbers = [float(number) for number in argument["values"]]
        return np.array(numbers, dtype=float).reshape(argument["shape"])
    return argument


def agrees(result, expected):
    """Equal to single precision; beyond it (1e38, 1e-38) float overflows where double does not."""
    if result.shape != expected.shape:
        return False
    with np.errstate(over="ignore"):
        single = expected.astype(np.float32).astype(float)
    scale = np.nanmax(np.abs(single[np.isfinite(single)]), initial=1)
    close = np.isclose(result, single, rtol=2e-4, atol=2e-6 * scale, equal_nan=True)
    # What overflows on the way in single precision need not do so in double.
    return bool(np.all(close | ~np.isfinite(result) & (np.abs(expected) > 1e18) | np.isnan(result) & ~np.isfinite(expected)))


def test_every_valid_step_of_the_fuzz_equals_numpy(tmp_path):
    log = tmp_path / "fuzz.jsonl"
    subprocess.run(
        ["swift", "test", "-c", "release", "--skip-build", "--disable-xctest",
         "--filter", "tenThousandRandomPrograms"],
        cwd=ROOT, check=True, env={**os.environ, "SADDLE_FUZZ_FILE": str(log)},
        stdout=subprocess.DEVNULL, timeout=300)
    check(log)


def check(log):
    seen = Counter()
    wrong = []
    with np.errstate(all="ignore"):
        for line in log.open():
            step = json.loads(line)
            arguments = [value(argument) for argument in step["arguments"]]
            expected = np.asarray(OPERATIONS[step["operation"]](*arguments), dtype=float)
            if not agrees(value(step["result"]), expected):
                wrong.append(line[:400] + f" NumPy: {expected.shape} {expected.ravel()[:8]}")
            seen[step["operation"]] += 1
    assert not wrong, f"{len(wrong)} of {sum(seen.values())}: " + "\n".join(wrong[:10])
    assert set(seen) == set(OPERATIONS), set(OPERATIONS) - set(seen)
    assert sum(seen.values()) > 10_000
