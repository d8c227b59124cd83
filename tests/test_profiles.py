"""Linear, grey and wide profiles, gamma, 16-bit and float pictures: as bright as they are."""

import io
import struct

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from humanseg.photos.images import load_image, load_photo
from tests.pictures import encoded, png_chunk, srgb_profile, with_chunk

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
WHITE = (0.9642, 1.0, 0.8249)


def fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile(space: bytes, name: str, gamma: float, primaries=SRGB) -> bytes:
    """A small ICC profile of version 2."""
    text = name.encode() + b"\0"
    curve = b"curv" + bytes(4)
    curve += bytes(4) if gamma == 1 else struct.pack(">IHH", 1, round(gamma * 256), 0)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78),
        b"wtpt": b"XYZ " + bytes(4) + fixed(*WHITE),
    }
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    for channel, values in zip(b"rgb" if space == b"RGB " else b"", primaries, strict=False):
        tags[bytes([channel]) + b"XYZ"] = b"XYZ " + bytes(4) + fixed(*values)
        tags[bytes([channel]) + b"TRC"] = curve
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for tag, data in tags.items():
        padded = data + b"\0" * (-len(data) % 4)
        table += tag + struct.pack(">II", start + len(body), len(padded))
        body += padded
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"lcms", 2 << 24, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(*WHITE)
    return head.ljust(128, b"\0") + table + body


LINEAR = [profile(b"RGB ", name, 1) for name in ("GIMP built-in Linear sRGB", "sRGB-elle-V2-g10")]


@pytest.mark.parametrize("icc", LINEAR)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_linear_light_is_not_left_dark(mode, icc):
    image = Image.new("RGB", (4, 4), (55, 55, 55)).convert(mode, palette=Image.Palette.ADAPTIVE)
    np.testing.assert_allclose(load_image(encoded(image, icc_profile=icc)), 128, atol=2)


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_linear_grey(mode):
    color = {"L": 55, "LA": (55, 255), "I;16": 55 * 257}[mode]
    data = encoded(Image.new(mode, (4, 4), color), icc_profile=profile(b"GRAY", "linear grey", 1))
    np.testing.assert_allclose(load_image(data), 128, atol=2)


def test_transparent_linear_grey():
    grey = Image.new("LA", (2, 1), (55, 255))
    grey.putpixel((1, 0), (55, 0))
    icc = profile(b"GRAY", "linear grey", 1)
    pixels, opacity = load_photo(encoded(grey, icc_profile=icc))
    np.testing.assert_allclose(pixels[0], [[128] * 3, [255] * 3], atol=2)
    assert opacity.tolist() == [[255, 0]]


def test_what_is_srgb_stays_exactly():
    colors = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    data = encoded(Image.fromarray(colors), icc_profile=srgb_profile())
    np.testing.assert_array_equal(load_image(data), colors)


def test_wide_gamut_as_lcms_says():
    icc = profile(b"RGB ", "Display P3", 2.2, P3)
    color = Image.new("RGB", (2, 2), (180, 110, 60))
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    expected = ImageCms.profileToProfile(color, source, ImageCms.createProfile("sRGB"))
    np.testing.assert_array_equal(load_image(encoded(color, icc_profile=icc)), np.asarray(expected))


def test_a_profile_of_three_colours_is_not_used_for_four():
    cmyk = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    data = encoded(cmyk, "TIFF", icc_profile=LINEAR[0])
    np.testing.assert_array_equal(load_image(data)[0, 0], [255, 0, 0])


@pytest.mark.parametrize(
    ("gamma", "expected"), [(1.0, 128), (1 / 2.2, 55), (0.45455, 55), (0.0, 55), (40.0, 55)]
)
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_gamma_of_a_png(mode, gamma, expected):
    plain = encoded(Image.new("RGB", (2, 2), (55, 55, 55)).convert(mode))
    chunk = png_chunk(b"gAMA", round(gamma * 100_000).to_bytes(4, "big"))
    np.testing.assert_allclose(load_image(with_chunk(plain, chunk)), expected, atol=1)
    srgb = with_chunk(with_chunk(plain, chunk), png_chunk(b"sRGB", b"\0"))
    np.testing.assert_array_equal(load_image(srgb), 55)


def picture_of_floats(kind: str, white: float) -> np.ndarray:
    values = np.linspace(0, white, 400, dtype=np.float32).reshape(20, 20)
    if kind == "one value a little above":
        values[0, 5] = white * 1.0001
    if kind == "highlights":
        values[0] = white * 30
    if kind == "an infinite value":
        values[0, :2] = np.inf, -np.inf
    if kind == "no number":
        values[0, 0] = np.nan
    if kind == "negative values":
        values[0, 0] = -white
    if kind == "mostly black":
        values[:18] = 0
    return values


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0])
@pytest.mark.parametrize(
    "kind",
    [
        "plain",
        "one value a little above",
        "highlights",
        "an infinite value",
        "no number",
        "negative values",
        "mostly black",
    ],
)
def test_float_pictures_are_as_bright_as_they_are(kind, white):
    values = picture_of_floats(kind, white)
    pixels = load_image(encoded(Image.fromarray(values), "TIFF"))[..., 0].astype(float)
    expected = np.clip(np.nan_to_num(values, posinf=np.inf) / white, 0, 1) * 255
    np.testing.assert_allclose(pixels, expected, atol=1)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 3), (4, 5, 4)])
@pytest.mark.parametrize("value", [1, 129, 32896, 65535])
def test_sixteen_bits(suffix, shape, value):
    data = cv2.imencode(suffix, np.full(shape, value, np.uint16))[1].tobytes()
    pixels, opacity = load_photo(data)
    if len(shape) == 3 and shape[2] == 4:
        assert opacity is None or abs(int(opacity[0, 0]) - value / 257) <= 1
    else:
        np.testing.assert_allclose(pixels, value / 257, atol=1)


def test_a_tiff_in_which_zero_is_white():
    data = encoded(Image.fromarray(np.array([[0, 65535, 16448]], np.uint16)), "TIFF")
    at = data.index(struct.pack("<HHIH", 262, 3, 1, 1))
    inverted = data[: at + 8] + b"\0\0" + data[at + 10 :]
    assert load_image(inverted)[0, :, 0].tolist() == [255, 0, 191]


def test_a_transparent_grey_of_sixteen_bits():
    grey = encoded(Image.fromarray(np.array([[32896, 7]], np.uint16)))
    pixels, opacity = load_photo(with_chunk(grey, png_chunk(b"tRNS", (7).to_bytes(2, "big"))))
    assert pixels[0, :, 0].tolist() == [128, 255]
    assert opacity.tolist() == [[255, 0]]
