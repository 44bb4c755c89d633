"""Images as devices pack them: RLE, JPEG and JPEG 2000 are unpacked, and no more than they say."""

import struct
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    RLELossless,
)

from yilu.diagnostics.rules.dicom import (
    RLE_GAIN,
    UNCOUNTED,
    Unreadable,
    facts_of,
    frame_of,
    look_of,
    preview_of,
)
from yilu.diagnostics.tests.study_factories import dicom

pytestmark = pytest.mark.covers("D03")
SIZE = 64
GREY = np.linspace(0, 255, SIZE * SIZE).astype("u1").reshape(SIZE, SIZE)
RED = np.zeros((SIZE, SIZE, 3), "u1")
RED[..., 0] = 200


def jpeg(pixels: np.ndarray, kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def packed(syntax: UID, *frames: bytes, color: str = "MONOCHROME2", size: int = SIZE) -> bytes:
    """An object whose frames are packed already."""
    samples = 1 if color.startswith("MONO") else 3
    read = dcmread(BytesIO(dicom(size=SIZE)))
    read.file_meta.TransferSyntaxUID = syntax
    read.BitsAllocated, read.BitsStored, read.HighBit = 8, 8, 7
    read.SamplesPerPixel, read.PhotometricInterpretation = samples, color
    if samples == 3:
        read.PlanarConfiguration = 0
    read.Rows = read.Columns = size
    read.NumberOfFrames = len(frames)
    read.PixelData = encapsulate(list(frames))
    read["PixelData"].is_undefined_length = True
    out = BytesIO()
    read.save_as(out, enforce_file_format=True)
    return out.getvalue()


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """How many bytes were held at most within."""
    tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    most = before
    try:
        yield lambda: most - before
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def grey(content: bytes, n: int = 0) -> np.ndarray:
    return np.frombuffer(frame_of(content, n), "<u2").reshape(SIZE, SIZE)


def test_rle_is_unpacked_as_it_was():
    plain = dicom(size=SIZE)
    read = dcmread(BytesIO(plain))
    read.compress(RLELossless, generate_instance_uid=False)
    out = BytesIO()
    read.save_as(out, enforce_file_format=True)

    assert frame_of(out.getvalue(), 0) == frame_of(plain, 0)
    assert look_of(out.getvalue()) == look_of(plain)


@pytest.mark.parametrize(
    ("syntax", "kind", "off"),
    [(JPEGBaseline8Bit, "JPEG", 4), (JPEG2000Lossless, "JPEG2000", 0), (JPEG2000, "JPEG2000", 0)],
)
def test_grey_frames_are_unpacked_one_by_one(syntax: UID, kind: str, off: int):
    content = packed(syntax, jpeg(GREY, kind), jpeg(255 - GREY, kind))

    assert look_of(content).frames == 2
    for n, wanted in enumerate((GREY, 255 - GREY)):
        assert np.abs(grey(content, n).astype(int) - wanted).max() <= off
    with pytest.raises(Unreadable):
        frame_of(content, 2)


@pytest.mark.parametrize(
    ("syntax", "kind", "color"),
    [(JPEGBaseline8Bit, "JPEG", "YBR_FULL_422"), (JPEG2000Lossless, "JPEG2000", "YBR_RCT")],
)
def test_colours_are_those_that_were_taken(syntax: UID, kind: str, color: str):
    content = packed(syntax, jpeg(RED, kind), color=color)

    shown = np.frombuffer(frame_of(content, 0), "u1").reshape(SIZE, SIZE, 3)

    assert look_of(content).is_color
    assert np.abs(shown.astype(int) - RED).max() <= 6


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_frame_that_is_larger_than_it_says_is_never_unpacked(kind: str):
    syntax = JPEGBaseline8Bit if kind == "JPEG" else JPEG2000Lossless
    content = packed(syntax, jpeg(np.zeros((2 * SIZE, 2 * SIZE), "u1"), kind))

    with pytest.raises(Unreadable) as refused:
        frame_of(content, 0)
    # Refused by us, before anything was unpacked; not by what unpacks.
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("ask", [facts_of, look_of, preview_of])
def test_what_is_deflated_as_a_whole_is_never_unpacked(ask: Callable[[bytes], object]):
    read = dcmread(BytesIO(dicom(size=SIZE)))
    read.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    read.PixelData = bytes(30_000_000)
    out = BytesIO()
    read.save_as(out, enforce_file_format=True)
    content = out.getvalue()
    assert len(content) < 100_000

    with peak() as held, pytest.raises(Unreadable):
        ask(content)
    assert held() < 5_000_000


def test_runs_that_are_longer_than_the_picture_are_never_unpacked():
    runs = b"\x81\x01" * 2_500_000
    content = packed(RLELossless, struct.pack("<16L", 1, 64, *[0] * 14) + runs)

    with peak() as held, pytest.raises(Unreadable):
        frame_of(content, 0)
    assert held() < 60_000_000


def test_long_runs_of_a_large_picture_are_unpacked():
    """Whose packed frame is long enough to be counted first."""
    noise = np.random.default_rng(1).integers(0, 255, (2300, 2300), "u1")
    read = dcmread(BytesIO(dicom(size=SIZE)))
    read.Rows, read.Columns = noise.shape
    read.BitsAllocated, read.BitsStored, read.HighBit = 8, 8, 7
    read.PixelData = noise.tobytes()
    read.compress(RLELossless, generate_instance_uid=False)
    out = BytesIO()
    read.save_as(out, enforce_file_format=True)
    assert len(out.getvalue()) * RLE_GAIN > UNCOUNTED

    shown = np.frombuffer(frame_of(out.getvalue(), 0), "<u2").reshape(noise.shape)

    assert (shown == noise).all()


def test_a_preview_of_a_large_film_reckons_with_few_of_its_pixels():
    film = np.zeros((4000, 4000), "u1")
    film[:, 2000:] = 200
    content = packed(JPEGBaseline8Bit, jpeg(film), size=4000)

    with peak() as held:
        drawn = preview_of(content)
    assert held() < 12 * film.size
    with Image.open(BytesIO(drawn)) as shown:
        assert shown.size == (480, 480)
        assert (shown.getpixel((10, 240)), shown.getpixel((470, 240))) == (0, 255)


@pytest.mark.parametrize(
    "content",
    [
        packed(JPEGBaseline8Bit, b"\xff\xd8\xff no picture"),
        packed(JPEGBaseline8Bit, jpeg(GREY)[:300]),
        packed(JPEGLosslessSV1, b"\xff\xd8\xff\xc3" + bytes(40)),
    ],
)
def test_what_cannot_be_unpacked_is_said_to_be_unreadable(content: bytes):
    with pytest.raises(Unreadable):
        frame_of(content, 0)


@pytest.mark.parametrize(
    "content",
    [
        dicom(size=SIZE),
        packed(JPEGBaseline8Bit, jpeg(GREY)),
        packed(JPEGBaseline8Bit, jpeg(RED), color="YBR_FULL_422"),
    ],
)
def test_a_preview_is_a_small_picture(content: bytes):
    with Image.open(BytesIO(preview_of(content))) as shown:
        assert (shown.format, shown.size) == ("PNG", (SIZE, SIZE))
        low, high = shown.convert("L").getextrema()
    assert 0 <= low <= high <= 255
    assert high > 50
