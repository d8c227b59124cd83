"""People before another background: a colour, another picture, or their own blurred."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.edges.foreground import Colors, add_detail, estimate_colors
from humanseg.errors import OptionError
from humanseg.photos.images import RGBImage
from humanseg.pictures.colors import Color, to_rgb

Float = npt.NDArray[np.float32]

BLUR = 0.02
"""Standard deviation of the usual blur, as a share of the photo's long side."""


def replace_background(
    image: RGBImage,
    alpha: Float,
    background: Color | RGBImage = "white",
    colors: Colors | None = None,
) -> RGBImage:
    """Puts the people before another background.

    Args:
        image: uint8 RGB (H, W, 3).
        alpha: Opacity of the people, float32 (H, W) in [0, 1].
        background: A colour, RGB or as in CSS, or a uint8 RGB picture (h, w, 3) of
            any size, which is scaled to cover the photo and cut around its middle.
        colors: Of the photo, if `humanseg.edges.foreground.estimate_colors` was asked before.

    Returns:
        uint8 RGB (H, W, 3).

    Raises:
        OptionError: `background` is neither.
    """
    if isinstance(background, np.ndarray) and background.ndim > 1:
        is_rgb = background.dtype == np.uint8 and background.shape[2:] == (3,)
        if not (is_rgb and background.size):
            raise OptionError(
                "A background picture must be uint8 RGB of shape (h, w, 3), and have pixels. "
                f"Received: {background.dtype} {background.shape}"
            )
        behind = cover(background, (image.shape[1], image.shape[0]))
    else:
        behind = np.full_like(image, to_rgb(background))
    people = add_detail(image, alpha, colors or estimate_colors(image, alpha))
    return composite(people, alpha, behind)


def blur_background(
    image: RGBImage, alpha: Float, strength: float = BLUR, colors: Colors | None = None
) -> RGBImage:
    """Blurs all but the people.

    Args:
        image: uint8 RGB (H, W, 3).
        alpha: Opacity of the people, float32 (H, W) in [0, 1].
        strength: Standard deviation of the blur, as a share of the photo's long
            side, so that it looks the same at any resolution.
        colors: As for `replace_background`.

    Returns:
        uint8 RGB (H, W, 3).

    Raises:
        OptionError: `strength` is outside (0, 0.2].
    """
    if not 0.0 < strength <= 0.2:
        raise OptionError(f"strength must be above 0 and at most 0.2. Received: {strength}")
    behind = _blur_around(image, alpha, strength * max(alpha.shape))
    people = add_detail(image, alpha, colors or estimate_colors(image, alpha))
    return composite(people, alpha, behind)


def composite(foreground: RGBImage, alpha: Float, background: RGBImage) -> RGBImage:
    """Mixes two pictures: alpha * foreground + (1 - alpha) * background.

    Args:
        foreground: uint8 (H, W, 3).
        alpha: float32 (H, W) in [0, 1].
        background: uint8 (H, W, 3).
    """
    return np.asarray(cv2.blendLinear(foreground, background, alpha, 1 - alpha), np.uint8)


def cover(picture: RGBImage, image_wh: tuple[int, int]) -> RGBImage:
    """Scales a picture until it covers `image_wh`, and cuts off what stands out."""
    height, width = picture.shape[:2]
    scale = max(image_wh[0] / width, image_wh[1] / height)
    wide, high = min(width, round(image_wh[0] / scale)), min(height, round(image_wh[1] / scale))
    left, top = (width - wide) // 2, (height - high) // 2
    middle = picture[top : top + max(high, 1), left : left + max(wide, 1)]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(middle, image_wh, interpolation=how), np.uint8)


def _blur_around(image: RGBImage, alpha: Float, sigma: float) -> RGBImage:
    """Blurs with weights that are 0 on people, so that they leave no glow around them.

    Strong blur has no detail: it is made from a small copy of the photo.
    """
    scale = min(1.0, 4.0 / sigma)
    wh = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    small = cv2.resize(image, wh, interpolation=cv2.INTER_AREA).astype(np.float32)
    # The square: what is half person should count less than half.
    weight = (1 - cv2.resize(alpha, wh, interpolation=cv2.INTER_AREA)) ** 2 + 1e-4
    blurred = cv2.GaussianBlur(small * weight[..., None], (0, 0), sigma * scale)
    blurred /= cv2.GaussianBlur(weight, (0, 0), sigma * scale)[..., None]
    large_wh = (alpha.shape[1], alpha.shape[0])
    return np.asarray(
        cv2.resize(np.round(blurred).astype(np.uint8), large_wh, interpolation=cv2.INTER_CUBIC)
    )
