"""What a file is, by its first bytes. Only kinds that can be told safely are known here."""

import re
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

PDF = "application/pdf"
PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
DICOM = "application/dicom"
CSV = "text/csv"
IMAGES = (PNG, JPEG, WEBP)
# An image opened by somebody takes four bytes a pixel: 40 million are a phone's largest.
PIXELS = 60_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: how it begins, and by which endings its name may call it."""

    media_type: str
    begins: re.Pattern[bytes]
    endings: frozenset[str]

    def is_called(self, name: str) -> bool:
        """Whether a name's ending says the same as the content."""
        return PurePosixPath(name.replace("\\", "/")).suffix.lower() in self.endings


KINDS = (
    Kind(PDF, re.compile(rb"%PDF-[12]\.\d"), frozenset({".pdf"})),
    Kind(PNG, re.compile(rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), frozenset({".png"})),
    Kind(JPEG, re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"), frozenset({".jpg", ".jpeg"})),
    Kind(WEBP, re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL), frozenset({".webp"})),
    # Lists that we write ourselves: known by the mark at their beginning.
    Kind(CSV, re.compile(rb"\xef\xbb\xbf"), frozenset({".csv"})),
    # The preamble is zeros: other beginnings hide programs and pictures in it.
    Kind(DICOM, re.compile(rb"\0{128}DICM"), frozenset({".dcm", ".dicom"})),
)
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def kind_of(content: bytes) -> Kind | None:
    """The kind of a file; None for everything else, such as drawings that can run scripts."""
    return next((kind for kind in KINDS if kind.begins.match(content)), None)


def pixels_of(content: bytes, media_type: str) -> int:
    """How many pixels an image says it has; one that says nothing readable has too many."""
    if media_type not in IMAGES:
        return 0
    try:
        width, height = size_of(content, media_type)
    except (struct.error, IndexError, ValueError):
        return PIXELS + 1
    return width * height


def size_of(content: bytes, media_type: str) -> tuple[int, int]:
    """How wide and high an image says it is; one of ours says so."""
    return {PNG: _png, JPEG: _jpeg, WEBP: _webp}[media_type](content)


def _png(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError
        marker = content[at + 1]
        if marker == 0xFF:  # A filling byte.
            at += 1
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])


def _webp(content: bytes) -> tuple[int, int]:
    form = content[12:16]
    if form == b"VP8X":
        return (
            1 + int.from_bytes(content[24:27], "little"),
            1 + int.from_bytes(content[27:30], "little"),
        )
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF
