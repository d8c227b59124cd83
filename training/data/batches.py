"""Batches of augmented samples that depend on the seed and the step alone."""

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.data.augment import degrade, jitter_colour, paste_person, random_view
from training.data.photos import Photo, PhotoCache

Batch = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""Images (B, S, S, 3) in [0, 255]; labels (B, S, S, 2), target in [0, 1] and weight."""


class TrainingBatches:
    """A random batch for each step of training; the same ones again after a resume.

    Args:
        photos: What to draw from.
        cache: Where decoded photos are kept.
        size: Side S of the square crops.
        batch_size: B.
        source_weights: How often a photo of each source is drawn relative to the
            others (1.0 where not named): a share of samples, not of photos.
        paste_sources: Sources whose masks are clean enough to cut people out of.
        paste_probability: Share of the samples that get one to four people pasted.
        zoom: As for `augment.random_view`.
        seed: Any integer.
    """

    def __init__(
        self,
        photos: list[Photo],
        cache: PhotoCache,
        *,
        size: int,
        batch_size: int,
        source_weights: dict[str, float],
        paste_sources: set[str],
        paste_probability: float,
        zoom: tuple[float, float],
        seed: int,
    ):
        self.photos, self.cache = photos, cache
        self.size, self.batch_size, self.seed = size, batch_size, seed
        self.paste_probability, self.zoom = paste_probability, zoom

        self.by_source: dict[str, list[Photo]] = {}
        for photo in photos:
            self.by_source.setdefault(photo.source, []).append(photo)
        self.sources = sorted(self.by_source)
        shares = np.array([source_weights.get(name, 1.0) for name in self.sources])
        self.shares = shares / shares.sum()
        self.cutouts = [photo for photo in photos if photo.source in paste_sources]

    def dataset(self, first_step: int, workers: int = 2) -> tf.data.Dataset:
        """The batches from `first_step` on, without end, made ahead in threads."""
        shape = (self.batch_size, self.size, self.size)

        def load(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            images, labels = tf.numpy_function(self.batch, [step], (tf.float32, tf.float32))
            return tf.ensure_shape(images, (*shape, 3)), tf.ensure_shape(labels, (*shape, 2))

        steps = tf.data.Dataset.counter(start=first_step)
        return steps.map(load, num_parallel_calls=workers).prefetch(2)

    def batch(self, step: int) -> Batch:
        """The batch of one step."""
        rng = np.random.default_rng((self.seed, step))
        images = np.empty((self.batch_size, self.size, self.size, 3), np.float32)
        labels = np.empty((self.batch_size, self.size, self.size, 2), np.float32)
        for i in range(self.batch_size):
            images[i], labels[i] = self._sample(rng)
        return images, labels

    def _sample(
        self, rng: np.random.Generator
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
        source = self.sources[rng.choice(len(self.sources), p=self.shares)]
        photos = self.by_source[source]
        photo = self.cache.load(photos[rng.integers(len(photos))])
        sample = random_view(rng, photo, self.size, self.zoom)
        if self.cutouts and rng.random() < self.paste_probability:
            for _ in range(1 + rng.binomial(3, 0.35)):
                cutout = self.cache.load(self.cutouts[rng.integers(len(self.cutouts))])
                paste_person(rng, sample, cutout)
        image = degrade(rng, jitter_colour(rng, sample.image))
        return image, np.dstack([sample.target, sample.weight])
