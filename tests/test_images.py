"""Every kind of picture comes out upright, RGB and 8 bit, or with one clear sentence."""

import base64
import errno
import io
import os
import struct
import threading
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from humanseg.errors import ImageError
from humanseg.photos.decoding import decode
from humanseg.photos.images import count_pixels, load_image, load_photo
from tests.conftest import EXAMPLES
from tests.pictures import HEIC

RED, GREY, WHITE = (255, 0, 0), (128, 128, 128), (255, 255, 255)


def encoded(image: Image.Image, format: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def palette_with_transparency() -> bytes:
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, 0, 0, 255])
    image.putpixel((1, 0), 1)
    return encoded(image, transparency=1)


def test_heic():
    red_and_blue, half = (load_photo(base64.b64decode(data)) for data in HEIC.values())
    for pixels, _ in (red_and_blue, half):
        assert pixels.shape == (16, 32, 3)
        np.testing.assert_allclose(pixels[4:12, 4:12], np.broadcast_to(RED, (8, 8, 3)), atol=12)
    np.testing.assert_allclose(red_and_blue[0][8, 24], (0, 0, 255), atol=12)
    assert red_and_blue[1] is None
    np.testing.assert_allclose(half[1][8, [4, 28]], [255, 0], atol=12)


def test_heic_without_pi_heif(monkeypatch):
    monkeypatch.setattr("humanseg.photos.decoding.can_read_heif", lambda: False)
    with pytest.raises(ImageError, match=r"is HEIC, for which pi-heif is missing .* as JPEG"):
        load_image(base64.b64decode(HEIC["red and blue"]))


@pytest.mark.parametrize(
    "raised", [RuntimeError("no"), MemoryError(), RecursionError(), EOFError(), AssertionError()]
)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
def test_whatever_a_decoder_raises_is_an_image_error(monkeypatch, format, raised):
    def fail(*arguments):
        raise raised

    data = encoded(Image.new("RGB", (8, 4), RED), format)
    monkeypatch.setattr(Image.Image, "load", fail)
    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(ImageError, match=r"damaged or incomplete|more memory"):
        load_image(data)
    with pytest.raises(ImageError, match=r"damaged or incomplete|more memory"):
        load_image(Image.new("RGB", (8, 4), RED))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
def test_every_format_is_read(format):
    image = load_image(encoded(Image.new("RGB", (8, 4), RED), format))
    assert image.shape == (4, 8, 3)
    assert image.dtype == np.uint8
    np.testing.assert_allclose(image, np.broadcast_to(RED, (4, 8, 3)), atol=3)


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, WHITE),
        ("L", 128, GREY),
        ("LA", (128, 255), GREY),
        ("LA", (128, 0), WHITE),
        ("La", (128, 255), GREY),
        ("P", 0, (0, 0, 0)),
        ("RGB", RED, RED),
        ("RGBX", (*RED, 0), RED),
        ("RGBA", (*RED, 255), RED),
        ("RGBA", (*RED, 0), WHITE),
        ("RGBA", (*RED, 51), (255, 204, 204)),
        ("RGBa", (*RED, 255), RED),
        ("CMYK", (0, 255, 255, 0), RED),
        ("YCbCr", (128, 128, 128), GREY),
        ("HSV", (0, 255, 255), RED),
        ("LAB", (255, 128, 128), (254, 255, 254)),
        ("I", 32896, GREY),
        ("I;16", 32896, GREY),
        ("I;16", 255, (1, 1, 1)),
        ("I;16", 0, (0, 0, 0)),
        ("F", 0.5, GREY),
        ("F", 128.0, GREY),
        ("F", float("nan"), (0, 0, 0)),
    ],
)
def test_every_mode_becomes_rgb(mode, color, expected):
    image = load_image(Image.new(mode, (2, 1), color))
    assert image.dtype == np.uint8
    assert image.tolist() == [[list(expected)] * 2]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (palette_with_transparency(), [[RED, WHITE]]),
        (encoded(Image.new("L", (1, 1), 7), transparency=7), [[WHITE]]),
        (encoded(Image.fromarray(np.array([[0, 65535]], np.uint16))), [[(0, 0, 0), WHITE]]),
        (
            encoded(Image.fromarray(np.array([[0, 65535]], np.uint16)), "TIFF"),
            [[(0, 0, 0), WHITE]],
        ),
    ],
    ids=["palette with transparency", "grey with transparency", "16-bit PNG", "16-bit TIFF"],
)
def test_files_of_rare_kinds(data, expected):
    assert load_image(data).tolist() == np.array(expected).tolist()


def test_sixteen_bit_png_with_a_transparent_grey():
    grey = encoded(Image.fromarray(np.array([[32896]], np.uint16)))
    transparent = struct.pack(">I4sH", 2, b"tRNS", 7)
    transparent += struct.pack(">I", zlib.crc32(transparent[4:]))
    data_start = grey.index(b"IDAT") - 4
    assert load_image(grey[:data_start] + transparent + grey[data_start:]).tolist() == [[[128] * 3]]


def test_cmyk_jpeg():
    image = load_image(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    np.testing.assert_allclose(image, np.broadcast_to(RED, (8, 8, 3)), atol=3)


def test_first_frame_of_an_animation():
    frames = [Image.new("RGB", (2, 2), color) for color in (RED, WHITE)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert load_image(data)[0, 0].tolist() == list(RED)


UPRIGHT = np.array([[10, 20, 30], [40, 50, 60]], np.uint8)
STORED = {
    1: UPRIGHT,
    2: UPRIGHT[:, ::-1],
    3: UPRIGHT[::-1, ::-1],
    4: UPRIGHT[::-1],
    5: UPRIGHT.T,
    6: np.rot90(UPRIGHT, 1),
    7: np.rot90(UPRIGHT, 2).T,
    8: np.rot90(UPRIGHT, -1),
}


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation(orientation, format):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation])).convert("RGB")
    lossless = {"lossless": True} if format == "WEBP" else {}
    image = load_image(encoded(stored, format, exif=exif, **lossless))
    assert image[..., 0].tolist() == UPRIGHT.tolist()


@pytest.mark.parametrize("mode", ["L", "I;16", "P", "CMYK"])
def test_exif_orientation_of_other_modes(mode):
    image = Image.new(mode, (3, 2))
    image.getexif()[0x0112] = 6
    assert load_image(image).shape == (3, 2, 3)
    assert image.size == (3, 2), "the caller's picture stays as it was"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b""])
def test_damaged_exif_is_ignored(exif):
    data = encoded(Image.new("RGB", (8, 8), RED), "JPEG", exif=exif)
    assert load_image(data).shape == (8, 8, 3)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 1), (2, 3, 3), (2, 3, 4)])
def test_arrays(shape):
    assert load_image(np.full(shape, 255, np.uint8)).tolist() == np.full((2, 3, 3), 255).tolist()


def test_bgr_view_of_an_array_keeps_its_order():
    bgr = np.array([[[0, 0, 255]]], np.uint8)
    image = load_image(bgr[..., ::-1])
    assert image.tolist() == [[list(RED)]]
    assert image.flags.c_contiguous


def test_arrays_are_copied():
    frame = np.zeros((2, 3, 3), np.uint8)
    image = load_image(frame)
    frame[:] = 255
    assert image.max() == 0


@pytest.mark.parametrize("shape", [(10_000, 8_901), (10_000, 8_901, 3), (10_000, 8_901, 4)])
def test_arrays_that_are_too_large_are_refused(shape):
    array = np.broadcast_to(np.uint8(0), shape)  # takes no memory
    with pytest.raises(ImageError, match=r"too large; at most 89 megapixels"):
        load_image(array)


def profile_with_swapped_red_and_green() -> bytes:
    """sRGB's own profile, but for the two tags that say what red and green are."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1)
    return profile.replace(b"????", b"gXYZ", 1).replace(b"s\0R\0G\0B", b"t\0e\0s\0t")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_of_another_profile_are_converted(mode):
    data = encoded(
        Image.new(mode, (1, 1), (255, 0, 0)), icc_profile=profile_with_swapped_red_and_green()
    )
    np.testing.assert_allclose(load_image(data)[0, 0], (0, 255, 0), atol=3)


def test_a_profile_that_cannot_be_used_is_ignored():
    data = encoded(Image.new("RGB", (1, 1), RED), icc_profile=b"no profile")
    assert load_image(data).tolist() == [[list(RED)]]


@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["str", "Path"])
def test_paths(tmp_path, kind):
    path = tmp_path / "фото 1.png"
    path.write_bytes(encoded(Image.new("RGB", (3, 2), RED)))
    assert load_image(kind(path)).shape == (2, 3, 3)


NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_truncated_file(format):
    data = encoded(Image.fromarray(NOISE), format)
    with pytest.raises(ImageError, match="The picture is damaged or incomplete"):
        load_image(data[: len(data) // 2])


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"GIF89a"])
def test_the_beginning_of_a_picture(data):
    with pytest.raises(ImageError, match="damaged or incomplete"):
        load_image(data)


def test_the_preview_of_a_raw_photo_is_not_taken_for_it():
    photo = Image.new("RGB", (16, 12), RED)
    raw = encoded(photo, "TIFF", tiffinfo={254: 1, 330: 8})
    with pytest.raises(ImageError, match="is a camera's raw photo, which is not read: save it as"):
        load_image(raw)
    assert load_image(encoded(photo, "TIFF", tiffinfo={254: 1})).shape == (12, 16, 3)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"BMW", b"<svg/>", b"%PDF-1.7", b"\0\0\0\x18ftypqt  "]
)
def test_not_a_picture(data):
    with pytest.raises(ImageError, match="accepted are JPEG, PNG"):
        load_image(data)


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\r" + body + struct.pack(">I", zlib.crc32(body)) + b"\0\0\0\0IDAT"
    )


@pytest.mark.parametrize("width", [8_901, 9_001, 20_001, 1_000_000])
def test_too_large_is_refused_before_decoding(width):
    with pytest.raises(ImageError, match=r"too large; at most 89 megapixels"):
        load_image(png_header(width, 10_000))


def test_file_errors_name_the_file(tmp_path):
    with pytest.raises(ImageError, match=r"There is no file '.*missing\.jpg'"):
        load_image(tmp_path / "missing.jpg")
    with pytest.raises(ImageError, match=r"cannot be opened \(Is a directory\)"):
        load_image(tmp_path)
    (tmp_path / "bad.jpg").write_bytes(b"hello")
    with pytest.raises(ImageError, match=r"^bad\.jpg is not a picture"):
        load_image(tmp_path / "bad.jpg")


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2, 3), np.float32),
        np.zeros((2, 2), bool),
        np.zeros((1, 2, 2, 3), np.uint8),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_other_arrays_are_refused(array):
    with pytest.raises(ImageError, match=r"An array must .* Received") as error:
        load_image(array)
    assert "damaged" not in str(error.value)


@pytest.mark.parametrize("source", [None, 3, ["a.jpg"], io.StringIO("x")])
def test_other_sources_are_refused(source):
    with pytest.raises(ImageError, match=r"A picture is a path, a file open .* Received: "):
        load_image(source)


@pytest.mark.parametrize("name", ["a\0b.jpg", "x" * 300, ""])
def test_paths_that_cannot_be(name):
    with pytest.raises(ImageError, match=r"cannot be opened|is not a picture|There is no file"):
        load_image(name)


def test_what_is_transparent_is_told():
    image = Image.new("RGBA", (3, 1), (*RED, 255))
    image.putpixel((1, 0), (*RED, 51))
    image.putpixel((2, 0), (*RED, 0))
    pixels, opacity = load_photo(image)
    assert opacity.tolist() == [[255, 51, 0]]
    assert pixels.tolist() == [[list(RED), [255, 204, 204], list(WHITE)]]
    assert load_photo(image.convert("RGB"))[1] is None
    assert load_photo(Image.new("RGBA", (3, 1), "red"))[1] is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF"])
def test_a_pipe_is_read_once(tmp_path, format):
    data = encoded(Image.fromarray(NOISE), format)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[data])
    writer.start()
    assert count_pixels(pipe) > 0
    np.testing.assert_array_equal(load_image(pipe), load_image(data))
    writer.join(5)


def test_open_files_and_bytes_in_any_form_are_read(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (3, 2), "red").save(path)
    content = path.read_bytes()
    with path.open("rb") as file:
        assert load_image(file).shape == (2, 3, 3)
    for form in (bytearray(content), memoryview(content), io.BytesIO(content)):
        assert load_image(form).shape == (2, 3, 3)


def test_what_cannot_be_read_at_all_gets_a_sentence(tmp_path):
    with (EXAMPLES / "astronaut.png").open("rb") as file:
        pass
    with pytest.raises(ImageError, match="closed file"):
        load_image(file)
    with pytest.raises(ImageError, match=r"must have pixels. Received: \(0, 5\)"):
        load_image(Image.new("RGB", (0, 5)))
    with pytest.raises(ImageError, match=r"^'' cannot be opened"):
        load_image("")


def test_a_disk_that_fails_gets_a_sentence():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(
        ImageError, match=r"^a\.jpg is damaged or incomplete \(Input/output error\)"
    ):
        decode("a.jpg", Failing())
