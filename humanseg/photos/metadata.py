"""Copies of picture files without what they say besides their pixels.

Pillow refuses a file whose metadata are damaged, although its pixels are sound. Then
the file is read again without them.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from humanseg.photos import jpeg

PNG_NEEDED = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
PNG_COLORS = {b"iCCP", b"sRGB", b"gAMA", b"cHRM"}

WEBP_NEEDED = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
WEBP_ICC, WEBP_EXIF, WEBP_XMP = 0x20, 0x08, 0x04
"""Flags in VP8X."""

TIFF_NEEDED = {
    *(254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320),
    *(322, 323, 324, 325, 330, 332, 338, 339, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521),
    *(529, 530, 531, 532),
}
TIFF_ICC, TIFF_ORIENTATION = 34675, 274

EXIF = re.compile(rb"(?:exif.{0,12}?|\A)(II\*\0|MM\0\*)", re.DOTALL | re.IGNORECASE)
"""Where EXIF begins, in any file or by itself: it is a small TIFF."""


def mend(data: bytes, file_format: str) -> Iterator[bytes]:
    """Makes copies of a file in which less can be damaged, the best first.

    Args:
        data: The file.
        file_format: One of `humanseg.photos.formats.FORMATS`.

    Yields:
        The file without metadata but for colours, then without these as well.
    """
    strip = STRIP.get(file_format, lambda data, keep_colors: data)
    tried = {data}
    for keep_colors in (True, False):
        try:
            copy = strip(data, keep_colors)
        except (IndexError, struct.error):
            return
        if copy not in tried:
            tried.add(copy)
            yield copy


def find_orientation(data: bytes) -> int:
    """EXIF orientation in a file, or in EXIF by itself, 1 to 8; 1 if it is not to be found."""
    start = EXIF.search(data)
    if start is None:
        return 1
    order = "<" if start[1].startswith(b"II") else ">"
    tiff = data[start.start(1) : start.start(1) + (1 << 16)]
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * entries, 12):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, entry)
            if tag == TIFF_ORIENTATION:
                (value,) = struct.unpack_from(
                    f"{order}{'I' if kind == 4 else 'H'}", tiff, entry + 8
                )
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _strip_png(data: bytes, keep_colors: bool) -> bytes:
    kept, at = [data[:8]], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data.ljust(at + 8, b"\0"), at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        sound = data[end - 4 : end] == zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big")
        wanted = kind == b"tRNS" or (keep_colors and kind in PNG_COLORS)
        if kind in PNG_NEEDED or (wanted and sound):
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _strip_webp(data: bytes, keep_colors: bool) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        at += len(chunk)
        if kind == b"VP8X":
            unwanted = WEBP_EXIF | WEBP_XMP | (0 if keep_colors else WEBP_ICC)
            chunk = chunk[:8] + bytes([chunk[8] & ~unwanted]) + chunk[9:]
        if kind in WEBP_NEEDED or (keep_colors and kind == b"ICCP"):
            kept.append(chunk)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _strip_tiff(data: bytes, keep_colors: bool) -> bytes:
    """Takes entries out of the first directory; where others point to stays as it is."""
    order = "<" if data.startswith(b"II") else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    offset, number, size = ("Q", "Q", 20) if big else ("I", "H", 12)
    (at,) = struct.unpack_from(order + offset, data, 8 if big else 4)
    (entries,) = struct.unpack_from(order + number, data, at)
    first = at + struct.calcsize(order + number)
    end = first + size * entries
    kept = []
    for entry in range(first, min(end, len(data)), size):
        (tag,) = struct.unpack_from(f"{order}H", data, entry)
        if tag in TIFF_NEEDED or (keep_colors and tag == TIFF_ICC):
            kept.append(data[entry : entry + size])
    directory = struct.pack(order + number, len(kept)) + b"".join(kept)
    directory += struct.pack(order + offset, 0)  # there is no other
    return data[:at] + directory.ljust(end - at, b"\0") + data[at + max(end - at, len(directory)) :]


def strip_heif(data: bytes, keep_colors: bool) -> bytes:
    """Renames what describes metadata, as long as before, so that nothing moves.

    Boxes of coded pixels stay as they are: the same bytes may be in them by chance.
    """
    kept, at = [], 0
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        end = at + length if length >= 8 else len(data)
        box = data[at:end]
        kept.append(box if kind == b"mdat" else _rename_metadata(box, keep_colors))
        at = end
    return b"".join(kept)


def _rename_metadata(box: bytes, keep_colors: bool) -> bytes:
    box = re.sub(rb"(infe.{8})(?:Exif|mime)", rb"\1skip", box, flags=re.DOTALL)
    box = box.replace(b"cdsc", b"skip")  # says which picture an item describes
    return box if keep_colors else re.sub(rb"colr(prof|rICC)", rb"free\1", box)


STRIP: dict[str, Callable[[bytes, bool], bytes]] = {
    "JPEG": jpeg.strip,
    "PNG": _strip_png,
    "WEBP": _strip_webp,
    "TIFF": _strip_tiff,
    "AVIF": strip_heif,
    "HEIF": strip_heif,
}
