"""BatchNormalization in one TensorFlow operation, for training on a CPU.

Keras 3 spells it out in several passes over memory, which costs a quarter of the
training time. Variables are the same, so weights move freely between the two.
"""

import keras
import tensorflow as tf


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` over the last axis of (B, H, W, C)."""

    def call(self, inputs, training=None, mask=None):
        training = bool(training) and self.trainable
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.convert_to_tensor(self.gamma),
            offset=tf.convert_to_tensor(self.beta),
            mean=[] if training else tf.convert_to_tensor(self.moving_mean),
            variance=[] if training else tf.convert_to_tensor(self.moving_variance),
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            pixels = tf.cast(tf.reduce_prod(tf.shape(inputs)[:3]), variance.dtype)
            variance *= 1.0 - 1.0 / pixels  # the operation returns the unbiased estimate
            for moving, batch in ((self.moving_mean, mean), (self.moving_variance, variance)):
                moving.assign(moving * self.momentum + batch * (1.0 - self.momentum))
        return outputs


def fuse_batch_norm(model: keras.Model) -> keras.Model:
    """Returns a copy of a functional model with fused normalization and equal weights."""

    def clone(layer):
        kind = type(layer)
        if kind is keras.layers.BatchNormalization:
            kind = FusedBatchNormalization
        return kind.from_config(layer.get_config())

    copy = keras.models.clone_model(model, clone_function=clone)
    copy = keras.Model(copy.inputs[0], copy.outputs[0], name=model.name)
    copy.set_weights(model.get_weights())
    return copy
