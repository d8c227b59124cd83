"""Quick scores after each epoch, at the network's resolution."""

import keras
import numpy as np

from humanseg.engines.letterbox import letterbox
from training.data.cache import PhotoCache
from training.data.photos import IGNORE, Photo
from training.scoring.scores import score_map, summarize_by_source

BATCH = 16


class ValidationSet:
    """Validation photos, letterboxed once to squares of the network's size.

    A quick stand-in for `training.evaluate`, at network resolution, to choose the
    best epoch by.
    """

    def __init__(self, photos: list[Photo], cache: PhotoCache, size: int):
        self.photos = photos
        self.size = size
        whole = -(-len(photos) // BATCH) * BATCH  # another shape would be compiled again
        self.images = np.zeros((whole, size, size, 3), np.uint8)
        self.labels = np.full((whole, size, size), IGNORE, np.uint8)
        for i, photo in enumerate(photos):
            array = cache.load(photo)
            image, (width, height) = letterbox(np.ascontiguousarray(array[..., :3]), size)
            self.images[i, : image.shape[0], : image.shape[1]] = image
            rows = (np.arange(height) + 0.5) * array.shape[0] / height
            columns = (np.arange(width) + 0.5) * array.shape[1] / width
            mask = array[..., 3][np.ix_(rows.astype(int), columns.astype(int))]
            self.labels[i, :height, :width] = mask

    def score(self, model: keras.Model) -> dict[str, dict[str, float]]:
        """Scores of a network, as from `training.scoring.scores.summarize_by_source`."""
        scores = []
        for start in range(0, len(self.photos), BATCH):
            batch = slice(start, start + BATCH)
            predicted = model.predict_on_batch(self.images[batch])
            for photo, labels, probability in zip(
                self.photos[batch], self.labels[batch], predicted[..., 0], strict=False
            ):
                scores.append(score_map(probability, labels, photo))
        return summarize_by_source(scores)
