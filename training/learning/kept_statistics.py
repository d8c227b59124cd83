"""BatchNormalization by the statistics that a network came with, which training leaves alone.

Scale and offset are trained. So a network that goes on from another is trained as it will be
used, and keeps what its statistics weigh: finding people against inventing them.
"""

from typing import Any

import keras


def keep_statistics(
    norm: type[keras.layers.BatchNormalization],
) -> type[keras.layers.BatchNormalization]:
    """A class like `norm` whose layers compute in training what they compute in use.

    Args:
        norm: Keras's own, or one that computes the same; inputs and outputs are as there.
    """

    class BatchNormalization(norm):  # named as Keras's own
        def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
            return super().call(inputs, training=False, mask=mask)

    return BatchNormalization
