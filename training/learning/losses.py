"""The loss: boundary-weighted cross-entropy plus soft Dice."""

import keras
from keras import ops

from training.data.classes import CLASSES, UNSURE
from training.learning.lovasz import lovasz_loss


class ClassLoss(keras.losses.Loss):
    """Cross-entropy of the classes a teacher is sure of.

    Shape:
        - `y_true`: (B, h, w), from 0 to 20 or `UNSURE`.
        - `y_pred`: (B, h, w, 21), logits.
        - Result: (B,).
    """

    def __init__(self):
        super().__init__(name="class_loss")

    def call(self, y_true, y_pred):
        known = ops.one_hot(ops.cast(y_true, "int32"), UNSURE + 1)[..., :CLASSES]
        entropy = -ops.sum(known * ops.log_softmax(y_pred), (1, 2, 3))
        return entropy / (ops.sum(known, (1, 2, 3)) + 1.0)


class MaskLoss(keras.losses.Loss):
    """Binary cross-entropy, heavier near the boundary, plus soft Dice per photo.

    Cross-entropy teaches calibrated probabilities, so that a threshold means
    something; Dice (Milletari et al., 2016, https://arxiv.org/abs/1606.04797)
    weighs a small person as much as a large one and, on a photo with nobody in
    it, every pixel marked.

    Args:
        boundary_weight: What a pixel within `boundary_radius` of the mask's edge
            counts more than others.
        boundary_radius: Pixels at network resolution.
        dice_smoothing: Pixels, as a share of the photo, added to both sides of
            the Dice ratio.
        lovasz: Share of Dice, in [0, 1], that `lovasz_loss` takes the place of on photos
            of people.

    Shape:
        - `y_true`: (B, H, W, 2), the target and each pixel's weight, both from 0
          to 255; weight 0 where the pixel is ignored.
        - `y_pred`: (B, H, W, 1), probabilities in [0, 1].
        - Result: (B,).
    """

    def __init__(self, boundary_weight=3.0, boundary_radius=3, dice_smoothing=0.002, lovasz=0.0):
        super().__init__(name="mask_loss")
        self.boundary_weight = boundary_weight
        self.boundary_radius = boundary_radius
        self.dice_smoothing = dice_smoothing
        self.lovasz = lovasz

    def call(self, y_true, y_pred):
        target, weight = y_true[..., :1] / 255, y_true[..., 1:] / 255
        axes = (1, 2, 3)

        band = self._grow(target) + self._grow(-target)
        emphasis = weight * (1.0 + self.boundary_weight * band)
        entropy = ops.binary_crossentropy(target, y_pred)
        entropy = ops.sum(emphasis * entropy, axes) / (ops.sum(emphasis, axes) + 1.0)

        smoothing = self.dice_smoothing * ops.cast(ops.size(target[0]), target.dtype)
        overlap = ops.sum(weight * target * y_pred, axes)
        total = ops.sum(weight * (target + y_pred), axes)
        dice = 1.0 - (2.0 * overlap + smoothing) / (total + smoothing)
        if not self.lovasz:
            return entropy + dice
        truth, known = (ops.cast(_sample(map_) >= 0.5, "float32") for map_ in (target, weight))
        share = self.lovasz * ops.cast(ops.sum(weight * target, axes) >= 1.0, "float32")
        extension = lovasz_loss(truth, known, _sample(y_pred))
        return entropy + (1.0 - share) * dice + share * extension

    def _grow(self, target):
        """Dilates by the boundary radius; one axis after the other is a quarter of the work."""
        size = 2 * self.boundary_radius + 1
        rows = ops.max_pool(target, (size, 1), strides=1, padding="same")
        return ops.max_pool(rows, (1, size), strides=1, padding="same")


def _sample(pixels):
    """Every other row and column, (B, H, W, 1) -> (B, N): all would take too long to sort."""
    chosen = pixels[:, ::2, ::2]
    return ops.reshape(chosen, (-1, chosen.shape[1] * chosen.shape[2]))
