"""JPEG files segment by segment: without metadata, and without their end."""

import re
from collections.abc import Iterator

SOI, EOI, SOS, ADOBE, ICC = 0xD8, 0xD9, 0xDA, 0xEE, 0xE2
END = bytes([0xFF, EOI])
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
METADATA = {*range(0xE0, 0xF0), 0xFE}
COEFFICIENTS = 64

MARKER = re.compile(rb"\xff+([\x01-\xfe])")
ALONE = {0x01, *range(0xD0, 0xDA)}
"""Markers without a length."""

CUT_OFF = re.compile(rb"(?:\xff|(?<!\xff)\0)+\Z")
FILLERS = (b"", b"\xaa\x55" * 64)


def strip(data: bytes, keep_colors: bool) -> bytes:
    """A copy without metadata, but for what colours need."""
    kept, at = [data[:2]], 2
    for marker, start, end in _segments(data):
        if marker == SOS:
            break
        content = data[start + 4 : end]
        needed = marker not in METADATA or (marker == ADOBE and len(content) >= 12)
        if needed or (keep_colors and marker == ICC and content.startswith(b"ICC_PROFILE\0")):
            kept.append(data[start:end])
        at = end
    return b"".join(kept) + data[at:]


def has_end(data: bytes) -> bool:
    """Whether pixels are followed by the mark of their end.

    If they are not, a file may have been cut off and filled up with zeros, which Pillow
    takes for pixels.
    """
    scan = next((start for marker, start, _ in _segments(data) if marker == SOS), len(data))
    return data.find(END, scan) >= 0


def put_ends(data: bytes) -> list[bytes]:
    """Copies of a file whose end is missing, with different bytes in its place.

    Some cameras and transfers leave the last bytes out. If all pixels are there, the
    copies show the same picture; else what is missing is made of the added bytes.

    Returns:
        Two copies; none if the file has an end, or if whole scans are missing.
    """
    covered: set[tuple[int, int]] = set()
    components = b""
    for marker, start, end in _segments(data):
        content = data[start + 4 : end]
        if marker == EOI:
            return []
        if marker in FRAMES:
            components = content[6 : 6 + 3 * content[5] : 3]
        if marker == SOS:
            last = 1 + 2 * content[0]
            from_, to, precision = content[last : last + 3]
            if precision & 15 == 0:  # to the last bit
                covered |= {(c, k) for c in content[1:last:2] for k in range(from_, to + 1)}
    if not covered >= {(c, k) for c in components for k in range(COEFFICIENTS)}:
        return []
    body = CUT_OFF.sub(b"", data)
    return [body + filler + END for filler in FILLERS]


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first byte and end of each segment; coded pixels are passed over."""
    at = 2
    while found := MARKER.search(data, at):
        marker, start = found[1][0], found.end() - 2
        if marker in ALONE:
            at = found.end()
            if marker == EOI:
                yield marker, start, at
            continue
        at = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        yield marker, start, at
