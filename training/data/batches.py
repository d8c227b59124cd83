"""Batches of augmented samples that depend on the seed and the step alone."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.data.augment import (
    Pixels,
    Sample,
    degrade,
    jitter_colour,
    paste_person,
    random_view,
)
from training.data.cache import PhotoCache
from training.data.photos import Photo

Batch = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
"""Images (B, S, S, 3); labels (B, S, S, 2), target and weight, both from 0 to 255."""


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
        cutouts: People with true alpha: about half of those pasted.
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
        cutouts: Sequence[Photo] = (),
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
        self.cutouts = list(cutouts)
        self.people = [photo for photo in photos if photo.source in paste_sources]
        if self.cutouts:
            self.people += self.cutouts * max(1, round(len(self.people) / len(self.cutouts)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """B, S, S."""
        return self.batch_size, self.size, self.size

    def batch(self, step: int) -> Batch:
        """The batch of one step."""
        images, labels = (np.empty((*self.shape, depth), np.uint8) for depth in (3, 2))
        self.fill(step, images, labels)
        return images, labels

    def fill(self, step: int, images: Pixels, labels: Pixels) -> None:
        """Writes the batch of one step into arrays of its shape."""
        rng = np.random.default_rng((self.seed, step))
        for image, label in zip(images, labels, strict=True):
            sample = self._sample(rng)
            image[:] = sample.image
            label[..., 0], label[..., 1] = sample.target, sample.weight

    def _sample(self, rng: np.random.Generator) -> Sample:
        source = self.sources[rng.choice(len(self.sources), p=self.shares)]
        photos = self.by_source[source]
        photo = self.cache.load(photos[rng.integers(len(photos))])
        sample = random_view(rng, photo, self.size, self.zoom)
        if self.people and rng.random() < self.paste_probability:
            for _ in range(1 + rng.binomial(3, 0.35)):
                person = self.people[rng.integers(len(self.people))]
                paste_person(rng, sample, self.cache.load(person), person.is_cutout)
        sample.image = degrade(rng, jitter_colour(rng, sample.image))
        return sample
