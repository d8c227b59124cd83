"""What `augment.py` does, for a whole batch at once, compiled by JAX; but no bad JPEGs.

Samples are float32 while they are made. Of the samples of a batch the first ones are
pasted on: which ones is the same as long as they are drawn by chance. Each function draws
its chances at once: every call of the generator takes seconds to compile.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jax import random

from training.data.classes import PERSON, STRIDE, UNSURE
from training.data.device_colour import between, degrade, jitter_colour, per_photo
from training.data.device_photos import DevicePhotos, unpack_pixels
from training.data.device_pixels import LEVELS, level_starts

PASTES = (1.0, 0.725, 0.282, 0.043)
"""Share of the pasted samples that get a first, second, third and fourth person."""


@partial(jax.jit, static_argnames=("side", "batch_size", "size", "zoom", "paste_probability"))
def make_batch(
    photos: DevicePhotos,
    seed: int,
    step: int,
    *,
    side: int,
    batch_size: int,
    size: int,
    zoom: tuple[float, float],
    paste_probability: float,
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Makes the batch of one step.

    Args:
        photos: From `load_photos`.
        seed: Of the run; with the step all that a batch depends on.
        step: Of the run.
        side: As for `load_photos`.
        batch_size: As for `TrainingBatches`, like the others.
        size: Pixels.
        zoom: A range.
        paste_probability: In [0, 1].

    Returns:
        Images uint8 (B, S, S, 3) and labels uint8 (B, S, S, 2), as `TrainingBatches` makes them,
        and the teacher's classes uint8 (B, S/16, S/16).
    """
    keys = random.split(random.fold_in(random.key(seed, impl="rbg"), step), 3 + len(PASTES))
    image, target, weight, seen = views(keys[0], photos, side, batch_size, size, zoom)
    for key, share in zip(keys[3:], PASTES, strict=True):
        count = round(batch_size * paste_probability * share)
        if count and photos.people.size:
            old = (image, target, weight, seen)
            pasted = paste(key, photos, side, *(array[:count] for array in old))
            image, target, weight, seen = (
                jnp.concatenate([new, array[count:]])
                for new, array in zip(pasted, old, strict=True)
            )
    image = degrade(keys[2], jitter_colour(keys[1], image))
    labels = jnp.stack([target, weight], -1) * 255
    return _to_uint8(image), _to_uint8(labels), seen.astype(jnp.uint8)


def _to_uint8(values: jax.Array) -> jax.Array:
    return jnp.clip(values + 0.5, 0, 255).astype(jnp.uint8)


def _sample(
    photos: DevicePhotos, side: int, index: jax.Array, x: jax.Array, y: jax.Array, scale: jax.Array
) -> tuple[jax.Array, ...]:
    """Interpolates between pixels of the level that suits the scale.

    Photo `index` (B,) is sampled at `x` and `y` (B, S, S) in pixels of the first level;
    beyond its edges they are repeated. `scale` (B,) is how many pixels of the result come
    to one of the first level. The result is what `unpack_pixels` gives.
    """
    level = jnp.clip(jnp.floor(-jnp.log2(scale)), 0, LEVELS - 1).astype(jnp.int32)
    start = jnp.array(level_starts(side)[:-1])[level][:, None, None]
    stride = (side >> level)[:, None, None]
    sizes = jnp.maximum(1, photos.sizes[index].astype(jnp.int32) >> level[:, None])
    shrunk = 2.0 ** -level[:, None, None].astype(jnp.float32)
    x, y = x * shrunk - 0.5, y * shrunk - 0.5
    left, top = jnp.floor(x), jnp.floor(y)
    total: list[jax.Array] = []
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        column = jnp.clip(left.astype(jnp.int32) + right, 0, sizes[:, 0, None, None] - 1)
        row = jnp.clip(top.astype(jnp.int32) + below, 0, sizes[:, 1, None, None] - 1)
        values = photos.pixels[index[:, None, None], start + row * stride + column]
        share = jnp.abs(1 - right - (x - left)) * jnp.abs(1 - below - (y - top))
        parts = unpack_pixels(values)
        weighed = [parts[0] * share[..., None], *(part * share for part in parts[1:])]
        total = [a + b for a, b in zip(total, weighed, strict=True)] if total else weighed
    return tuple(total)


def _grid(size: int) -> tuple[jax.Array, jax.Array]:
    """Centres of the pixels of a square, x and y, each (1, S, S)."""
    centres = jnp.arange(size) + 0.5
    return centres[None, None, :], centres[None, :, None]


def views(
    key: jax.Array,
    photos: DevicePhotos,
    side: int,
    count: int,
    size: int,
    zoom: tuple[float, float],
) -> tuple[jax.Array, ...]:
    """Random views, as `augment.random_view` makes one: image, target, weight and classes."""
    u = random.uniform(key, (12, count))
    # The last chance is 1 but for rounding.
    index = jnp.searchsorted(photos.chance, u[0] * photos.chance[-1])
    index = jnp.minimum(index, len(photos.chance) - 1)
    sizes = photos.sizes[index]
    scale = size * jnp.exp(between(u[1], *jnp.log(jnp.array(zoom)))) / sizes.max(-1)
    aspect = jnp.exp(between(u[2], -0.12, 0.12))
    turned = jnp.deg2rad(8 * jax.scipy.special.ndtri(between(u[3], 1e-4, 1 - 1e-4)))
    angle = jnp.where(u[4] < 0.4, turned, 0)
    flip = jnp.where(u[5] < 0.5, -1.0, 1.0)
    stretch = jnp.stack([scale * aspect, scale / aspect], -1)
    slack = sizes * stretch - size
    moved = u[6:8].T - 0.5
    centre = size / 2 + moved * jnp.where(slack > 0, slack * 1.1, -slack)
    across, down = (a - c[:, None, None] for a, c in zip(_grid(size), centre.T, strict=True))
    cos, sin = jnp.cos(angle)[:, None, None], jnp.sin(angle)[:, None, None]
    x = (cos * across + sin * down) / (flip * stretch[:, 0])[:, None, None]
    y = (cos * down - sin * across) / stretch[:, 1][:, None, None]
    x, y = x + sizes[:, 0, None, None] / 2, y + sizes[:, 1, None, None] / 2
    image, target, _, ignored = _sample(photos, side, index, x, y, scale)
    width, height = sizes[:, 0, None, None], sizes[:, 1, None, None]
    known = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    known |= (u[8] < 0.5)[:, None, None]
    image = jnp.where(known[..., None], image, 255 * per_photo(u[9:12].T))
    coarse = coarsely(x).astype(jnp.int32), coarsely(y).astype(jnp.int32)
    column, row = (
        jnp.clip(at, 0, sizes[:, axis, None, None].astype(jnp.int32) - 1)
        for axis, at in enumerate(coarse)
    )
    seen = photos.pixels[index[:, None, None], row * side + column] >> 26
    seen = jnp.where(coarsely(known), seen, UNSURE)
    return image, target * known, 1.0 - (known & (ignored > 0)), seen


def coarsely(array: jax.Array) -> jax.Array:
    """One pixel of each cell that has a class: (B, S, S) -> (B, S/16, S/16)."""
    return array[:, STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE]


def paste(
    key: jax.Array,
    photos: DevicePhotos,
    side: int,
    image: jax.Array,
    target: jax.Array,
    weight: jax.Array,
    seen: jax.Array,
) -> tuple[jax.Array, ...]:
    """Pastes a person on each sample, as `augment.paste_person` does on one."""
    count, size = target.shape[:2]
    u = random.uniform(key, (8, count))
    index = photos.people[(u[0] * len(photos.people)).astype(jnp.int32)]
    start, end = photos.boxes[index][:, :2], photos.boxes[index][:, 2:]
    scale = size * jnp.exp(between(u[1], jnp.log(0.15), jnp.log(1.2)))
    scale = scale / (end - start).max(-1)
    length = (end - start) * scale[:, None]
    flip = u[2] < 0.5
    at_start, at_end = start <= 1, end >= photos.sizes[index] - 1
    mirrored = jnp.stack([flip, jnp.zeros_like(flip)], -1)
    at_start, at_end = (
        jnp.where(mirrored, at_end, at_start),
        jnp.where(mirrored, at_start, at_end),
    )
    hidden = 0.15 * u[3:5].T * length
    free = u[5:7].T * (size - 0.4 * length) - 0.3 * length
    at_end &= ~(at_start & mirrored)  # one of the two, by chance
    place = jnp.where(at_end, size - length + hidden, jnp.where(at_start, -hidden, free))
    across, down = (a - p[:, None, None] for a, p in zip(_grid(size), place.T, strict=True))
    here = (across >= 0) & (across < length[:, 0, None, None])
    here &= (down >= 0) & (down < length[:, 1, None, None])
    across = jnp.where(flip[:, None, None], length[:, 0, None, None] - across, across)
    x = start[:, 0, None, None] + across / scale[:, None, None]
    y = start[:, 1, None, None] + down / scale[:, None, None]
    person, _, inner, _ = _sample(photos, side, index, x, y, scale)
    alpha = inner * here
    person = jitter_colour(random.fold_in(key, 1), person)
    area = 3 * per_photo(alpha.sum((1, 2))) + 1
    means = [(alpha[..., None] * a).sum((1, 2, 3), keepdims=True) / area for a in (image, person)]
    gain = jnp.clip((means[0] + 20) / (means[1] + 20), 0.4, 1.6)
    person = jnp.clip(person * gain ** (0.5 * per_photo(u[7])), 0, 255)
    return (
        image + alpha[..., None] * (person - image),
        target + alpha - alpha * target,
        jnp.maximum(weight, alpha > 0.5),
        jnp.where(coarsely(alpha) > 0.5, PERSON, seen),
    )
