"""Run with KERAS_BACKEND set: `python -m tests.backend_steps START OWN [OTHER]`.

Takes three steps from START, keeps the state after two of them in OWN, waits for OTHER, another
backend's, goes on from that with the same third step, and prints the four losses as JSON.
"""

import json
import sys
import time
from argparse import Namespace
from pathlib import Path

import keras
import numpy as np

from humanseg.network.model import build_model
from tests.test_model import SMALL
from training.learning.averages import AveragedNetwork
from training.learning.losses import ClassLoss, MaskLoss
from training.learning.run import build_optimizer
from training.learning.schedule import Schedule
from training.learning.state import load_state, save_state
from training.learning.trainee import make_trainee

OPTIONS = Namespace(learning_rate=1e-3, weight_decay=0.01, ema=0.9)
WAIT_SECONDS = 300
SCHEDULE = Schedule(100, None, peak=1e-3, warmup_steps=20, final_share=0.1)


def main(start: Path, own: Path, other: Path | None = None) -> None:
    plain = build_model(SMALL)
    plain.load_weights(start)
    model = make_trainee(plain, with_classes=True)
    model.compile(
        optimizer=build_optimizer(OPTIONS),
        loss=[MaskLoss(), ClassLoss()],
        loss_weights=[1.0, 0.4],
    )
    model.optimizer.build(model.trainable_variables)
    rng = np.random.default_rng(0)
    batches = [
        (
            rng.integers(0, 256, (4, 64, 64, 3), dtype=np.uint8),
            [
                rng.integers(0, 2, (4, 64, 64, 2), dtype=np.uint8) * np.uint8(255),
                rng.integers(0, 21, (4, 4, 4), dtype=np.uint8),
            ],
        )
        for _ in range(3)
    ]

    def step(number: int) -> float:
        # Adam's first steps go by the sign of the gradient, even where it is nearly 0 and rounding
        # decides: hence the warm-up of every run.
        model.optimizer.learning_rate = SCHEDULE.rate(number)
        return float(np.ravel(model.train_on_batch(*batches[number]))[0])

    losses = [step(0), step(1)]
    save_state(own, model, SCHEDULE)
    averaged = AveragedNetwork(plain, SMALL, batches[0][0], 64)
    averaged.update(model)
    averaged.save(own.with_name(f"{keras.backend.backend()}.keras"))
    losses.append(step(2))
    if other:
        end = time.monotonic() + WAIT_SECONDS
        while not other.exists() and time.monotonic() < end:
            time.sleep(0.2)
        load_state(other, model, SCHEDULE)
        losses.append(step(2))
    print(json.dumps(losses))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
