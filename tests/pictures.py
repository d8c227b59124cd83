"""Small pictures of every accepted format and of many kinds, made here."""

import base64
import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image, ImageCms

from humanseg.photos.formats import FORMATS

HEIC = {
    "red and blue": (
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
        "AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4QABAAAAAAAAAJ8AAgAAAAACgAABAAAAAAAAACQAAAA4aWlu"
        "ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA"
        "/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
        "AAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAA"
        "ABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAIAAAAAEAAAAQAAAAAf///+AA"
        "AAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAA"
        "DmNkc2MAAgABAAEAAADLbWRhdAAAAJsoAa8TIZ3NGPgQ92f/67wV/5VrP/M3uWz/8cKn37ctX/rM96QUevorecIc"
        "nbfPAghZuFJYkUK9GD+m9ucYemXeNoTzGxeUOJwZOlhQ7qi6ICL1ryPnO+ip6oCnuYPdWOLmMZxtEg2Pptd3ztuT"
        "kSAsjC6Ci4DLGanOslqc15BJCBwDDU763y1DsNa0WiiC+OsjMfHZBos1qKmPZgAAAAZFeGlmAABNTQAqAAAACAAB"
        "ARIAAwAAAAEABgAAAAAAAA=="
    ),
    "transparent on its right": (
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAmttZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
        "AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAACjwABAAAAAAAAAJ8AAgAAAAADLgABAAAAAAAAAKwAAAA4aWlu"
        "ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAAACAABodmMxAAAAAA5waXRtAAAAAAABAAAB"
        "qmlwcnAAAAGCaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
        "AAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAA"
        "ABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAIAAAAAEAAAAQAAAAAf///+AA"
        "AAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAcWh2Y0MBBAgAAACf+AAAAAAe8AD8/Pj4AAAPA2AAAQAXQAEM"
        "Af//BAgAAAMAn/gAAAMAAB66AkBhAAEAJkIBAQQIAAADAJ/4AAADAAAewIIEFluqumubAgAAAwAyAAADAAIQYgAB"
        "AAZEAcFzwYkAAAAOcGl4aQAAAAABCAAAACdhdXhDAAAAAHVybjptcGVnOmhldmM6MjAxNTphdXhpZDoxAAAAACBp"
        "cG1hAAAAAAAAAAIAAQWBAgMFhAACBYYDB4iEAAAAGmlyZWYAAAAAAAAADmF1eGwAAgABAAEAAAFTbWRhdAAAAJso"
        "Aa8TIZ3NGPgQ92f/67wV/5VrP/M3uWz/8cKn37ctX/rM96QUevorecIcnbfPAghZuFJYkUK9GD+m9ucYemXeNoTz"
        "GxeUOJwZOlhQ7qi6ICL1ryPnO+ip6oCnuYPdWOLmMZxtEg2Pptd3ztuTkSAsjC6Ci4DLGanOslqc15BJCBwDDU76"
        "3y1DsNa0WiiC+OsjMfHZBos1qKmPZgAAAKgoAa4mQx2V8OfXDbP+G8bt//vQCqoWgJy1t+B7t1djvoWEQZVWMHTd"
        "X0B1ZIIjw7eE0uABbUtbN9u09MkWyrQKLRc0l4+jLJj4zWakjX8Tuzo1bfEworp5SwmuNdu7tVzQuFxnQEk3bc4i"
        "dg2D5qbzHyh6KW4fyhqiQF43jjVRN5eI/hrAz0JU64NJUwLrxdfvJDOMHE10g5g2/w20xx7cLVowsmTLbSQ="
    ),
}
"""Of 32 x 16 pixels: nothing here can write HEIC."""


def encoded(image: Image.Image, file_format: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.copy().save(file, file_format, **options)
    return file.getvalue()


def noise(mode: str = "RGB", wh: tuple[int, int] = (61, 43)) -> Image.Image:
    """Blocks of four by four pixels, so that files are of several kilobytes."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (-(-wh[1] // 4), -(-wh[0] // 4), 4), np.uint8)
    pixels = np.kron(small, np.ones((4, 4, 1), np.uint8))[: wh[1], : wh[0]]
    image = Image.fromarray(pixels if mode == "RGBA" else np.ascontiguousarray(pixels[..., :3]))
    return image if mode in ("RGB", "RGBA") else image.convert(mode)


def exif(orientation: int = 6) -> Image.Exif:
    """With a text and a number besides the orientation."""
    data = Image.Exif()
    data[0x0112], data[0x010F], data[0x011A] = orientation, "a camera", 72.0
    return data


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def with_chunk(png: bytes, chunk: bytes) -> bytes:
    """A PNG with another chunk before its pixels."""
    at = png.index(b"IDAT") - 4
    return png[:at] + chunk + png[at:]


def by_format() -> dict[str, list[bytes]]:
    """Sound files of all formats and of many kinds."""
    rgb, rgba, grey = noise(), noise("RGBA"), noise("L")
    deep = np.asarray(rgb).astype(np.uint16) * 257
    colors = {"exif": exif(), "icc_profile": srgb_profile()}

    def frames():  # new ones each time: Pillow leaves settings of a format in them
        return {"save_all": True, "append_images": [rgb.rotate(180), rgb.rotate(90)]}

    transparent_frames = {"save_all": True, "append_images": [rgba.rotate(180)]}
    pictures = {
        "JPEG": [
            encoded(rgb, "JPEG", **colors),
            encoded(rgb, "JPEG", progressive=True, **colors),
            encoded(grey, "JPEG"),
            encoded(noise("CMYK"), "JPEG"),
            encoded(rgb, "JPEG", subsampling=2, restart_marker_blocks=2, comment=b"hello"),
            encoded(rgb, "MPO", **frames()),
        ],
        "PNG": [
            encoded(rgb, **colors),
            with_chunk(encoded(rgba), png_chunk(b"tEXt", b"Comment\0hello")),
            encoded(noise("P"), transparency=bytes(range(200))),
            encoded(noise("1")),
            encoded(noise("LA"), dpi=(72, 72)),
            cv2.imencode(".png", deep)[1].tobytes(),
            cv2.imencode(".png", deep[..., 0])[1].tobytes(),
            encoded(rgb, **frames()),
        ],
        "WEBP": [
            encoded(rgb, "WEBP", **colors),
            encoded(rgba, "WEBP"),
            encoded(rgba, "WEBP", lossless=True, xmp=b"<x/>"),
            encoded(rgba, "WEBP", **transparent_frames),
        ],
        "AVIF": [
            encoded(rgb, "AVIF", **colors),
            encoded(rgba, "AVIF", speed=9),
            encoded(grey, "AVIF", speed=9),
            encoded(rgb, "AVIF", speed=9, **frames()),
        ],
        "HEIF": [base64.b64decode(data) for data in HEIC.values()],
        "TIFF": [
            encoded(rgb, "TIFF", **colors),
            encoded(rgba, "TIFF", compression="tiff_lzw"),
            encoded(rgb, "TIFF", compression="tiff_adobe_deflate", big_tiff=True),
            encoded(rgb, "TIFF", compression="jpeg"),
            encoded(noise("1"), "TIFF", compression="group4"),
            encoded(noise("P"), "TIFF", compression="packbits"),
            encoded(noise("CMYK"), "TIFF"),
            encoded(noise("F"), "TIFF"),
            encoded(noise("LAB"), "TIFF"),
            cv2.imencode(".tiff", deep)[1].tobytes(),
            encoded(Image.fromarray(np.ascontiguousarray(deep[..., 0])), "TIFF"),
            encoded(rgb, "TIFF", **frames()),
        ],
        "BMP": [
            encoded(rgb, "BMP"),
            encoded(rgba, "BMP"),
            encoded(noise("P"), "BMP"),
            encoded(noise("1"), "BMP"),
            run_length_bmp(),
        ],
        "GIF": [
            encoded(noise("P"), "GIF", transparency=3, comment=b"hello"),
            encoded(rgb, "GIF", **frames()),
            encoded(grey, "GIF", interlace=True),
        ],
    }
    assert set(pictures) == set(FORMATS)
    return pictures


def run_length_bmp() -> bytes:
    """Four by two pixels of a palette, coded as runs."""
    pixels = b"\x04\x01\0\0" + b"\0\x03\0\x01\0\0\x01\x01\0\x01"
    palette = struct.pack("<II", 0x00FF0000, 0x000000FF)
    header = struct.pack("<IiiHHIIiiII", 40, 4, 2, 1, 8, 1, len(pixels), 0, 0, 2, 2)
    start = 14 + len(header) + len(palette)
    return (
        struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + header + palette + pixels
    )
