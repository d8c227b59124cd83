"""Damaged metadata never decide whether, and how, pixels are read."""

import base64
import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from humanseg.errors import ImageError
from humanseg.photos.images import load_image
from humanseg.photos.metadata import find_orientation, strip_heif
from tests.pictures import HEIC, encoded, exif, noise, png_chunk, srgb_profile, with_chunk

ODD_EXIF = {
    "XResolution as text": [(0x112, 3, 1, b"\x06\0\0\0"), (0x11A, 2, 4, b"72/1")],
    "ImageWidth as text": [(0x100, 2, 4, b"abc\0"), (0x112, 3, 1, b"\x06\0\0\0")],
    "orientation as LONG": [(0x112, 4, 1, b"\x06\0\0\0")],
    "a pointer beyond the end": [
        (0x112, 3, 1, b"\x06\0\0\0"),
        (0x8769, 4, 1, struct.pack("<I", 60000)),
    ],
    "a type that is none": [(0x110, 77, 1, b"abcd"), (0x112, 3, 1, b"\x06\0\0\0")],
}


def tiff_entries(entries) -> bytes:
    body = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(4)


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    length = (len(content) + 2).to_bytes(2, "big")
    return jpeg[:2] + bytes([0xFF, marker]) + length + content + jpeg[2:]


def with_webp_chunk(webp: bytes, kind: bytes, content: bytes, flag: int) -> bytes:
    """The first chunk of `webp` must be VP8X."""
    assert webp[12:16] == b"VP8X"
    chunk = kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
    data = webp[:20] + bytes([webp[20] | flag]) + webp[21:] + chunk
    return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]


@pytest.mark.filterwarnings("ignore:.*EXIF", "ignore:.*[Mm]etadata", "ignore:.*IFD")
@pytest.mark.parametrize("entries", ODD_EXIF.values(), ids=ODD_EXIF)
@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "PNG"])
def test_a_photo_is_turned_upright_whatever_else_its_exif_says(file_format, entries):
    block = tiff_entries(entries)
    plain = encoded(noise(), file_format, **({"lossless": True} if file_format == "WEBP" else {}))
    if file_format == "JPEG":
        data = with_segment(plain, 0xE1, b"Exif\0\0" + block)
    elif file_format == "PNG":
        data = with_chunk(plain, png_chunk(b"eXIf", block))
    else:
        extended = encoded(noise(), "WEBP", lossless=True, xmp=b"<x/>")
        data = with_webp_chunk(extended, b"EXIF", block, 0x08)
    np.testing.assert_array_equal(load_image(data), np.rot90(load_image(plain), -1))


JPEG = encoded(noise(), "JPEG")
JPEG_SEGMENTS = {
    "JFIF cut off": (0xE0, b"JFIF\0"),
    "EXIF that is none": (0xE1, b"Exif\0\0garbage"),
    "nothing": (0xE1, b""),
    "pictures that are not there": (0xE2, b"MPF\0II*\0" + struct.pack("<IH", 8, 900) + b"\xff" * 9),
    "MPF cut off": (0xE2, b"MPF\0II"),
    "a profile cut off": (0xE2, b"ICC_PROFILE\0\x01"),
    "one part of two of a profile": (0xE2, b"ICC_PROFILE\0\x01\x02" + bytes(200)),
    "Photoshop cut off": (0xED, b"Photoshop 3.0\x008BIM"),
    "Photoshop with another length": (0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0\xff\xff\xff\xff"),
    "Adobe cut off": (0xEE, b"Adobe\0"),
    "a comment in no encoding": (0xFE, b"\xff\xfe\x80"),
}


@pytest.mark.filterwarnings("ignore:.*EXIF", "ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("segment", JPEG_SEGMENTS.values(), ids=JPEG_SEGMENTS)
def test_segments_of_a_jpeg(segment):
    np.testing.assert_array_equal(load_image(with_segment(JPEG, *segment)), load_image(JPEG))


PNG = encoded(noise())
PNG_CHUNKS = {
    "tEXt with a wrong checksum": png_chunk(b"tEXt", b"Comment\0hi", 1),
    "pHYs with a wrong checksum": png_chunk(b"pHYs", bytes(9), 1),
    "tIME with a wrong checksum": png_chunk(b"tIME", bytes(7), 1),
    "iCCP with a wrong checksum": png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(99)), 1),
    "gAMA with a wrong checksum": png_chunk(b"gAMA", (45455).to_bytes(4, "big"), 1),
    "tRNS with a wrong checksum": png_chunk(b"tRNS", bytes(6), 1),
    "pHYs of a wrong length": png_chunk(b"pHYs", b"\0"),
    "gAMA of a wrong length": png_chunk(b"gAMA", b"\0"),
    "cHRM of a wrong length": png_chunk(b"cHRM", b"\0\0\0"),
    "sRGB of a wrong length": png_chunk(b"sRGB", b""),
    "a profile of another compression": png_chunk(b"iCCP", b"x\0\x09" + zlib.compress(bytes(9))),
    "a profile that is not compressed": png_chunk(b"iCCP", b"x\0\0garbage"),
    "a profile without a name": png_chunk(b"iCCP", b"garbage"),
    "a text that becomes very long": png_chunk(
        b"zTXt", b"Comment\0\0" + zlib.compress(bytes(70 << 20))
    ),
    "a text of another compression": png_chunk(b"zTXt", b"Comment\0\x09"),
    "an animation of no frames": png_chunk(b"acTL", bytes(8)),
    "an animation cut off": png_chunk(b"acTL", b"\0"),
    "EXIF that is none": png_chunk(b"eXIf", b"garbage"),
}


@pytest.mark.filterwarnings("ignore:.*APNG")
@pytest.mark.parametrize("chunk", PNG_CHUNKS.values(), ids=PNG_CHUNKS)
def test_chunks_of_a_png(chunk):
    pixels = load_image(PNG)
    np.testing.assert_array_equal(load_image(with_chunk(PNG, chunk)), pixels)
    np.testing.assert_array_equal(load_image(PNG[:-12] + chunk + PNG[-12:]), pixels)


@pytest.mark.parametrize("kind", ["cut off", "a wrong checksum in its palette"])
def test_a_png_whose_pixels_suffer_is_called_damaged(kind):
    if kind == "cut off":
        data = PNG[: len(PNG) // 2]
    else:
        data = bytearray(encoded(noise("P")))
        data[data.index(b"PLTE") + 9] ^= 1
        data = bytes(data)
    with pytest.raises(ImageError, match="is damaged or incomplete"):
        load_image(data)


@pytest.mark.parametrize("tag", [0x11A, 0x11B, 0x128, 0x131, 0x10F])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.filterwarnings("ignore:.*[Mm]etadata", "ignore:Truncated File Read")
def test_tags_of_a_tiff(tag, big):
    options = {"dpi": (72, 72), "tiffinfo": {0x10F: "a camera", 0x131: "software"}, "big_tiff": big}
    data = encoded(noise(), "TIFF", **options)
    pixels = load_image(data)
    number = struct.pack("<H", tag)
    entry = data.find(number, 8)
    for kind in (2, 4, 7, 13, 99):
        odd = data[: entry + 2] + struct.pack("<H", kind) + data[entry + 4 :]
        np.testing.assert_array_equal(load_image(odd), pixels)


@pytest.mark.filterwarnings("ignore:.*[Mm]etadata", "ignore:Truncated File Read")
@pytest.mark.parametrize("orientation", [3, 6])
def test_a_photo_that_says_beside_its_exif_how_it_is_turned_is_turned_once(orientation):
    upright = np.rot90(np.asarray(noise()), {3: 2, 6: -1}[orientation])
    tiff = encoded(noise(), "TIFF", tiffinfo={0x112: orientation, 0x10E: "of the sea"})
    np.testing.assert_array_equal(load_image(tiff), upright)
    pointer = tiff.index(b"\x0e\x01\x02\0") + 8  # to the text, beyond the end
    damaged = tiff[:pointer] + b"\0\xff\xff\xff" + tiff[pointer + 4 :]
    np.testing.assert_array_equal(load_image(damaged), upright)
    avif = encoded(noise(), "AVIF", exif=exif(orientation))
    block = avif.index(b"II*\0") if b"II*\0" in avif else avif.index(b"MM\0*")
    damaged = avif[:block] + bytes(4) + avif[block + 4 :]
    np.testing.assert_array_equal(load_image(damaged), load_image(avif))
    assert load_image(avif).shape == upright.shape


def test_a_profile_is_kept_where_other_metadata_are_damaged():
    profile = srgb_profile().replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1)
    profile = profile.replace(b"????", b"gXYZ", 1)
    red = Image.new("RGB", (16, 16), (255, 0, 0))
    green = np.broadcast_to((0, 255, 0), (16, 16, 3))
    jpeg = with_segment(encoded(red, "JPEG", icc_profile=profile), 0xE0, b"JFIF\0")
    np.testing.assert_allclose(load_image(jpeg), green, atol=4)
    png = with_chunk(encoded(red, icc_profile=profile), png_chunk(b"pHYs", b"\0"))
    np.testing.assert_allclose(load_image(png), green, atol=4)


def same_up_to_orientation(pixels, expected) -> bool:
    turned = [np.rot90(side, k) for side in (expected, expected[:, ::-1]) for k in range(4)]
    return any(np.array_equal(pixels, one) for one in turned)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("seed", range(4))
def test_any_damage_within_exif(file_format, seed):
    options = {"WEBP": {"lossless": True}}.get(file_format, {})
    data = encoded(noise(), file_format, exif=exif(1), **options)
    expected = load_image(encoded(noise(), file_format, **options))
    if file_format == "TIFF":  # its own directory: only what stands outside of it
        start = data.index(b"a camera")
        end = start + len(b"a camera")
    else:
        header = b"MM\0*" if b"MM\0*" in data else b"II*\0"
        start = data.index(header)
        end = data.index(b"a camera") + len(b"a camera")
    rng = random.Random(seed)
    for _ in range(25):
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 3, 10])):
            damaged[rng.randrange(start, end)] = rng.choice([0, 1, 0x7F, 0xFF, rng.randrange(256)])
        if file_format == "PNG":  # its checksum is right for what it holds
            at = data.index(b"eXIf")
            length = int.from_bytes(data[at - 4 : at], "big")
            checksum = zlib.crc32(damaged[at : at + 4 + length])
            damaged[at + 4 + length : at + 8 + length] = checksum.to_bytes(4, "big")
        assert same_up_to_orientation(load_image(bytes(damaged)), expected)


@pytest.mark.parametrize("order", ["II", "MM"])
@pytest.mark.parametrize("value", range(11))
def test_find_orientation(order, value):
    sign = "<" if order == "II" else ">"
    header = b"II*\0" if order == "II" else b"MM\0*"
    block = header + struct.pack(f"{sign}IHHHIHH", 8, 1, 0x112, 3, 1, value, 0)
    expected = value if 1 <= value <= 8 else 1
    assert find_orientation(block) == expected
    assert find_orientation(b"\xff\xd8 pixels Exif\0\0" + block) == expected
    assert find_orientation(b"RIFF EXIF\x1e\0\0\0" + block) == expected
    assert find_orientation(block[:15]) == 1
    assert find_orientation(b"no picture " + block) == 1


PROGRESSIVE = encoded(noise(), "JPEG", progressive=True)
ENDS = {
    "without its end": lambda data: data[:-2],
    "without the last byte": lambda data: data[:-1],
    "with zeros for its end": lambda data: data[:-2] + bytes(4096),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE, encoded(noise("CMYK"), "JPEG")])
def test_a_jpeg_with_all_its_pixels(data, end):
    np.testing.assert_array_equal(load_image(end(data)), load_image(data))


@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE], ids=["baseline", "progressive"])
def test_a_jpeg_that_lacks_pixels(data):
    scans = data.index(b"\xff\xda")
    for share in np.linspace(0, 0.97, 30):
        cut = data[: scans + round(share * (len(data) - scans))]
        for filler in (b"", bytes(4096)):
            with pytest.raises(ImageError, match="damaged or incomplete"):
                load_image(cut + filler)


def test_a_progressive_jpeg_that_lacks_whole_scans():
    scans = [at for at in range(len(PROGRESSIVE)) if PROGRESSIVE[at : at + 2] == b"\xff\xda"]
    assert len(scans) > 3
    for scan in scans:
        with pytest.raises(ImageError):
            load_image(PROGRESSIVE[:scan])


def test_other_files_without_their_last_bytes():
    for data in (encoded(noise(), "PNG")[:-12], encoded(noise(), "GIF")[:-1]):
        assert load_image(data).shape == (43, 61, 3)


def test_profiles_that_do_not_fit_are_left_unused():
    grey = noise("L")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"", b"\0" * 200, srgb_profile()[:200]):
        data = encoded(grey, icc_profile=profile)
        np.testing.assert_array_equal(load_image(data)[..., 0], np.asarray(grey))


@pytest.mark.parametrize("kind", [b"Ex\xe9f", b"\xff\xff\xff\xff", b"mime", b"\0\0\0\0"])
def test_metadata_of_a_heic_of_any_kind(kind):
    heic = base64.b64decode(HEIC["red and blue"])
    at = heic.index(b"Exif", heic.index(b"infe"))
    pixels = load_image(heic)
    np.testing.assert_array_equal(load_image(heic[:at] + kind + heic[at + 4 :]), pixels)
    damaged = heic.replace(b"Exif\0\0MM", b"\0\0\0\xff\xffno")
    np.testing.assert_array_equal(load_image(damaged), pixels)


@pytest.mark.parametrize("length", ["short", "long", "to the end"])
def test_coded_pixels_of_a_heic_stay_whatever_bytes_they_are(length):
    coded = b"cdsc infe12345678Exif colrprof"
    described = struct.pack(">I4s", 8 + len(coded), b"meta") + coded
    head = {
        "short": struct.pack(">I4s", 8 + len(coded), b"mdat"),
        "long": struct.pack(">I4sQ", 1, b"mdat", 16 + len(coded)),
        "to the end": struct.pack(">I4s", 0, b"mdat"),
    }[length]
    after = b"" if length == "to the end" else described
    stripped = strip_heif(described + head + coded + after, keep_colors=False)
    renamed = described[:8] + b"skip infe12345678skip freeprof"
    assert stripped == renamed + head + coded + (renamed if after else b"")
