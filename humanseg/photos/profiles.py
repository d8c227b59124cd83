"""Colours as an ICC profile or a PNG's gamma defines them, as sRGB."""

import io
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageCms

Step: TypeAlias = Callable[[Image.Image], Image.Image]
"""Converts a part of a picture."""

CLOSE = 2
"""A profile that moves no colour further than this, of 255, is taken for sRGB."""

SRGB_GAMMA = 1 / 2.2
"""What a PNG says whose colours are about sRGB."""


def to_srgb(image: Image.Image) -> Step:
    """How parts of a picture become sRGB.

    Args:
        image: What its file says of colours is looked at; what is damaged is ignored.

    Returns:
        A function of 8-bit parts of the picture.
    """
    try:
        return _by_profile(image)
    except Exception:  # no profile, or one that cannot be used
        return _by_gamma(image)


def _by_profile(image: Image.Image) -> Step:
    data = image.info["icc_profile"]
    space, transparent = data[16:20], image.has_transparency_data
    if space == b"CMYK" and image.mode == "CMYK":
        mode = "CMYK"
    elif space == b"GRAY" and image.mode[:1] in "1LIF" and image.mode != "LAB":
        mode = "L"
    elif space == b"RGB " and image.mode not in ("CMYK", "LAB", "YCbCr", "HSV"):
        mode = "RGBA" if transparent else "RGB"
    else:
        raise ValueError(f"A profile of {space!r} does not fit a picture of {image.mode}.")
    transform = _build_transform(data, mode)
    if transform is None:
        return _as_it_is

    def step(part: Image.Image) -> Image.Image:
        result = ImageCms.applyTransform(part.convert(mode), transform) or part
        if mode == "L" and transparent:
            result.putalpha(part.convert("LA").getchannel("A"))
        return result

    return step


@lru_cache(maxsize=8)
def _build_transform(data: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None if that changes next to nothing.

    A profile's name does not say so: those of linear ones may contain "sRGB" too.
    """
    profile = ImageCms.getOpenProfile(io.BytesIO(data))
    target = "RGBA" if mode == "RGBA" else "RGB"
    transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, target)
    if mode == "CMYK":
        return transform
    steps = np.arange(0, 256, 15).astype(np.uint8)
    colors = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    before = Image.fromarray(colors).convert(mode)
    after = ImageCms.applyTransform(before, transform) or before
    moved = np.asarray(after.convert("RGB"), int) - np.asarray(before.convert("RGB"), int)
    return None if abs(moved).max() <= CLOSE else transform


def _by_gamma(image: Image.Image) -> Step:
    """As browsers do: what a PNG says of its gamma counts where there is no profile."""
    gamma = image.info.get("gamma")
    if (
        not isinstance(gamma, float)
        or not 0.1 < gamma < 10
        or abs(gamma / SRGB_GAMMA - 1) < 0.05
        or "srgb" in image.info
    ):
        return _as_it_is
    linear = np.linspace(0, 1, 256) ** (1 / gamma)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    table = np.round(curve * 255).astype(int).tolist()
    mode = "RGBA" if image.has_transparency_data else "RGB"
    tables = table * 3 + list(range(256)) * (mode == "RGBA")
    return lambda part: part.convert(mode).point(tables)


def _as_it_is(part: Image.Image) -> Image.Image:
    return part
