"""Other light, blur and noise for a whole batch at once, compiled by JAX."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import random


def between(chance: jax.Array, low: Any, high: Any) -> jax.Array:
    """Stretches what is uniform in [0, 1) to [low, high)."""
    return low + chance * (high - low)


def per_photo(values: jax.Array) -> jax.Array:
    """(B,) or (B, C) -> (B, 1, 1, C)."""
    return values.reshape(len(values), 1, 1, -1)


def jitter_colour(key: jax.Array, image: jax.Array) -> jax.Array:
    """As `augment.jitter_colour`, on float32 (B, S, S, 3) from 0 to 255."""
    u = random.uniform(key, (8, len(image)))
    contrast = per_photo(between(u[0], 0.75, 1.3))
    brightness = per_photo(between(u[1], -0.12, 0.12))
    gamma = per_photo(between(u[2], -0.3, 0.3))
    balance = per_photo(between(u[3:6].T, 0.9, 1.1))
    saturation = per_photo(jnp.where(u[6] < 0.04, 0, between(u[7], 0.6, 1.4)))
    image = jnp.clip((image / 255 - 0.5) * contrast + 0.5 + brightness, 1e-4, 1)
    image = jnp.clip(image ** jnp.exp(gamma) * balance, 0, 1)
    grey = (image @ jnp.array([0.299, 0.587, 0.114]))[..., None]
    return jnp.clip(grey + saturation * (image - grey), 0, 1) * 255


def degrade(key: jax.Array, image: jax.Array) -> jax.Array:
    """Sometimes blurs or adds noise, as `augment.degrade` does."""
    count, size = image.shape[:2]
    u = random.uniform(key, (4, count))
    sigma = jnp.where(u[0] < 0.15, between(u[1], 0.4, 1.3), 1e-3)
    kernel = jnp.exp(-0.5 * (jnp.arange(-2, 3) / sigma[:, None]) ** 2)
    kernel = (kernel / kernel.sum(-1, keepdims=True))[:, :, None, None, None]
    rows = jnp.pad(image, ((0, 0), (2, 2), (0, 0), (0, 0)), "edge")
    image = sum(kernel[:, i] * rows[:, i : i + size] for i in range(5))
    columns = jnp.pad(image, ((0, 0), (0, 0), (2, 2), (0, 0)), "edge")
    image = sum(kernel[:, i] * columns[:, :, i : i + size] for i in range(5))
    amount = jnp.where(u[2] < 0.12, between(u[3], 2, 10), 0)
    return image + per_photo(amount) * random.normal(random.fold_in(key, 1), image.shape)
