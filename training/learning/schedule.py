"""The learning rate: warm-up, then half a cosine, by steps or by the clock."""

import math
from functools import partial
from time import monotonic


def learning_rate(
    progress: float, step: int, *, peak: float, warmup_steps: int, final_share: float
) -> float:
    """The learning rate of a step (Loshchilov and Hutter, 2017, https://arxiv.org/abs/1608.03983).

    Args:
        progress: How much of the run is done, in [0, 1].
        step: Number of steps done; below `warmup_steps` the rate grows with it.
        peak: The highest rate.
        warmup_steps: How many steps the rate grows for.
        final_share: What is left of `peak` at the end.
    """
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    decayed = peak * (final_share + (1 - final_share) * cosine)
    return decayed * min(1.0, (step + 1) / max(1, warmup_steps))


class Schedule:
    """Says the learning rate of each step, and when a run is over.

    Args:
        total_steps: Steps of the whole run, where no time is given.
        minutes: Time of the whole run, over all its resumes, or None.
        peak, warmup_steps, final_share: As for `learning_rate`.

    Attributes:
        seconds: Spent so far; set it to go on with the time that was left.
    """

    def __init__(
        self,
        total_steps: int,
        minutes: float | None,
        *,
        peak: float,
        warmup_steps: int,
        final_share: float,
    ):
        self.total_steps, self.minutes = total_steps, minutes
        self._rate = partial(
            learning_rate, peak=peak, warmup_steps=warmup_steps, final_share=final_share
        )
        self.seconds = 0.0
        self._since = 0.0

    def start(self) -> None:
        """Starts the clock; what passed since the last `tick` takes no training time."""
        self._since = monotonic()

    def tick(self) -> None:
        """Counts the time since `start` or the last `tick` as spent."""
        now = monotonic()
        self.seconds += now - self._since
        self._since = now

    def rate(self, step: int) -> float:
        """The learning rate after so many steps."""
        if self.minutes is None:
            return self._rate(step / self.total_steps, step)
        return self._rate(self.seconds / (60 * self.minutes), step)

    def is_over(self, step: int) -> bool:
        """Whether the run ends after so many steps."""
        if self.minutes is None:
            return step >= self.total_steps
        return self.seconds >= 60 * self.minutes
