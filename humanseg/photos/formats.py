"""Which files are pictures: by their first bytes, and by their names."""

from functools import cache

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF", "BMP", "GIF")
"""As Pillow calls them; HEIF, which phones write as .heic, needs pi-heif."""

_ACCEPTED = (
    "jpg jpeg jpe jif jfif pjpeg pjp mpo png apng webp avif avifs heic heics heif heifs hif "
    "tif tiff bmp dib gif"
)
SUFFIXES = tuple(f".{suffix}" for suffix in _ACCEPTED.split())
"""Of accepted files, in lower case."""

_OTHERS = (
    "3fr arw cr2 cr3 crw dng erf exr fff hdr iiq j2k jp2 jpf jpx jxl kdc mef mos mrw nef nrw "
    "orf pcx pef ppm psb psd raf raw rw2 rwl sr2 srf srw tga x3f xcf"
)
OTHER_SUFFIXES = tuple(f".{suffix}" for suffix in _OTHERS.split())
"""Of photos that are not accepted: camera raw, and what editors save."""

HEAD = 64
"""So many first bytes say which format it is."""

SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}

BMP_HEADER_SIZES = frozenset((12, 16, 40, 52, 56, 64, 108, 124))
"""So that a text which begins with "BM" is not taken for one."""

HEIF_BRANDS = frozenset(b"heic heix heim heis hevc hevx hevm hevs mif1 msf1".split())


def identify(head: bytes) -> str | None:
    """One of `FORMATS` by a file's first `HEAD` bytes; None if it is of no such format."""
    for signature, name in SIGNATURES.items():
        if head.startswith(signature):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BMP_HEADER_SIZES:
        return "BMP"
    if head[4:8] != b"ftyp":
        return None
    box = head[8 : int.from_bytes(head[:4], "big")]
    brands = {box[at : at + 4] for at in range(0, len(box), 4)}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIF" if brands & HEIF_BRANDS else None


@cache
def can_read_heif() -> bool:
    """Makes Pillow read HEIF, where there is pi-heif; imported only when it is needed."""
    try:
        from pi_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return True
