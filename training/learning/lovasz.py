"""The Lovász extension of the IoU: a loss that falls as the IoU of a mask grows.

Source: Berman et al., 2018, https://arxiv.org/abs/1705.08790
"""

from typing import Any

from keras import ops


def lovasz_loss(truth: Any, known: Any, probability: Any) -> Any:
    """1 - IoU of people, extended to probabilities; 0 on photos without people.

    It is the mean, over all levels from 0 to 1, of 1 - IoU of a mask that is wrong in just the
    pixels whose error is above the level.

    Args:
        truth: float32 (B, N), 1 person, 0 not.
        known: float32 (B, N), 0 where a pixel does not count, else 1.
        probability: float32 (B, N) in [0, 1].

    Returns:
        float32 (B,) in [0, 1].
    """
    truth = truth * known
    errors, order = ops.top_k(ops.abs(truth - probability) * known, truth.shape[1])
    people = ops.take_along_axis(truth, order, axis=1)
    others = ops.take_along_axis(known, order, axis=1) - people
    total = ops.sum(people, 1, keepdims=True)
    union = ops.maximum(total + ops.cumsum(others, 1), 1.0)
    loss = 1.0 - (total - ops.cumsum(people, 1)) / union
    steps = ops.concatenate([loss[:, :1], loss[:, 1:] - loss[:, :-1]], axis=1)
    anybody = ops.cast(total[:, 0] > 0, "float32")
    return anybody * ops.sum(errors * ops.stop_gradient(steps), 1)
