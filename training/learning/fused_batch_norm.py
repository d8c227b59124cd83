"""BatchNormalization in one TensorFlow operation, for training on a CPU.

Keras 3 spells it out in several passes over memory, which costs a quarter of the
training time. The variables are the same.
"""

import keras
import tensorflow as tf


class BatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` over the last axis of float32 (B, H, W, C).

    Named as Keras's own: checkpoints tell layers by their class, and move freely
    between the two.
    """

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
