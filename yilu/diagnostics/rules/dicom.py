"""What stands in a DICOM file, read as the hostile bytes that it may be."""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import numpy as np
from PIL import Image
from pydicom import config, dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import get_frame
from pydicom.filereader import _read_file_meta_info, read_preamble
from pydicom.pixels.processing import convert_color_space
from pydicom.pixels.utils import pixel_array
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless

# A frame takes four bytes a pixel in a browser; more is no picture that a clinic takes.
PIXELS = 40_000_000
FRAMES = 2000
PREVIEW = 480
# What a packed frame may unpack to before somebody counts whether it is more than it says.
UNCOUNTED = 256 * 1024 * 1024
RLE_GAIN, RLE_PLANES = 64, 15
LONGEST_UID = 64
_UID = re.compile(r"[0-9]+(\.[0-9]+)*")

config.settings.reading_validation_mode = config.IGNORE


class Unreadable(Exception):
    """These bytes are no DICOM object that we can take."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an object says of itself and of whom it shows."""

    sop_uid: str
    series_uid: str
    study_uid: str
    accession: str
    patient_number: str
    patient_name: str
    born_on: str
    modality: str
    title: str
    series_number: int
    number: int
    frames: int


@dataclass(frozen=True, slots=True)
class Look:
    """How a frame is to be drawn. `spacing`: millimetres between rows and columns, 0 if unknown."""

    rows: int
    columns: int
    frames: int
    is_color: bool
    is_signed: bool
    slope: float
    intercept: float
    center: float
    width: float
    is_inverted: bool
    spacing: tuple[float, float]


def facts_of(content: bytes) -> Facts:
    """What an object says of itself. Raises: Unreadable."""
    with _taken_as_hostile():
        read = _read(content, stop_before_pixels=True)
        found = Facts(
            sop_uid=_uid(read, "SOPInstanceUID"),
            series_uid=_uid(read, "SeriesInstanceUID"),
            study_uid=_uid(read, "StudyInstanceUID"),
            accession=_text(read, "AccessionNumber", 16),
            patient_number=_text(read, "PatientID", 64),
            patient_name=_text(read, "PatientName", 100),
            born_on=_text(read, "PatientBirthDate", 10),
            modality=_text(read, "Modality", 16),
            title=_text(read, "SeriesDescription", 100) or _text(read, "ProtocolName", 100),
            series_number=_number(read, "SeriesNumber"),
            number=_number(read, "InstanceNumber"),
            frames=min(_number(read, "NumberOfFrames") or 1, FRAMES),
        )
    if not found.sop_uid or not found.series_uid:
        raise Unreadable
    return found


def look_of(content: bytes) -> Look:
    """How the frames of an object are to be drawn. Raises: Unreadable."""
    with _taken_as_hostile():
        read = _with_pixels(content)
        slope = _real(read, "RescaleSlope", 1.0) or 1.0
        intercept = _real(read, "RescaleIntercept", 0.0)
        center, width = _real(read, "WindowCenter", 0.0), _real(read, "WindowWidth", 0.0)
        is_color = int(read.get("SamplesPerPixel", 1)) > 1
        if width <= 0 and not is_color:
            frame = _pixels(read, 0)
            ends = [float(end) * slope + intercept for end in (frame.min(), frame.max())]
            center, width = sum(ends) / 2, max(abs(ends[1] - ends[0]), 1.0)
        return Look(
            rows=int(read.Rows),
            columns=int(read.Columns),
            frames=min(_number(read, "NumberOfFrames") or 1, FRAMES),
            is_color=is_color,
            is_signed=int(read.get("PixelRepresentation", 0)) == 1,
            slope=slope,
            intercept=intercept,
            center=center,
            width=width,
            is_inverted=str(read.get("PhotometricInterpretation", "")) == "MONOCHROME1",
            spacing=_spacing(read),
        )


def frame_of(content: bytes, n: int) -> bytes:
    """The pixels of a frame: 16 bit little endian, or three bytes of colour. Raises: Unreadable."""
    with _taken_as_hostile():
        read = _with_pixels(content)
        if not 0 <= n < min(_number(read, "NumberOfFrames") or 1, FRAMES):
            raise Unreadable
        frame = _pixels(read, n)
        if frame.ndim == 3:
            return bytes(frame.astype("uint8").tobytes())
        kind = "<i2" if int(read.get("PixelRepresentation", 0)) == 1 else "<u2"
        return bytes(frame.astype(kind).tobytes())


def preview_of(content: bytes) -> bytes:
    """A small PNG of the first frame, to know an image again. Raises: Unreadable."""
    look, frame = look_of(content), frame_of(content, 0)
    with _taken_as_hostile():
        size = (look.columns, look.rows)
        if look.is_color:
            drawn = Image.frombytes("RGB", size, frame)
        else:
            whole = np.frombuffer(frame, "<i2" if look.is_signed else "<u2")
            # Every n-th pixel: a film of forty million would take a gigabyte to reckon with.
            n = max(1, max(size) // (2 * PREVIEW))
            few = whole.reshape(look.rows, look.columns)[::n, ::n]
            size = (few.shape[1], few.shape[0])
            values = few.astype("float32") * look.slope + look.intercept
            low = look.center - look.width / 2
            grey = np.clip((values - low) / look.width, 0, 1)
            grey = (1 - grey if look.is_inverted else grey) * 255
            drawn = Image.frombytes("L", size, grey.astype("u1").tobytes())
        drawn.thumbnail((PREVIEW, PREVIEW))
        out = BytesIO()
        drawn.save(out, "PNG")
        return out.getvalue()


def _read(content: bytes, *, stop_before_pixels: bool = False) -> FileDataset:
    """An object, unless it is deflated as a whole: a megabyte may unpack to a thousand."""
    head = BytesIO(content)
    read_preamble(head, force=False)
    # The very reader that is used below: what another one sees may be another thing.
    if _read_file_meta_info(head).get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        raise Unreadable
    return dcmread(BytesIO(content), stop_before_pixels=stop_before_pixels)


def _with_pixels(content: bytes) -> FileDataset:
    """The whole object, if a frame of it is of a size that a picture has."""
    read = _read(content)
    rows, columns = int(read.Rows), int(read.Columns)
    samples = int(read.get("SamplesPerPixel", 1))
    if rows < 1 or columns < 1 or samples not in {1, 3} or rows * columns * samples > PIXELS:
        raise Unreadable
    if int(read.get("BitsAllocated", 16)) not in {8, 16}:
        raise Unreadable
    return read


def _pixels(read: FileDataset, n: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.generic]]":
    _require_told_size(read, n)
    frame = pixel_array(read, index=n, raw=True)
    space = str(read.get("PhotometricInterpretation", ""))
    if frame.ndim == 3 and space.startswith("YBR_FULL"):
        frame = convert_color_space(frame, space, "RGB")
    elif space == "PALETTE COLOR" or frame.ndim not in {2, 3}:
        raise Unreadable
    return np.ascontiguousarray(frame)


def _require_told_size(read: FileDataset, n: int) -> None:
    """Unpack nothing that becomes larger than its file says."""
    syntax = read.file_meta.TransferSyntaxUID
    if not syntax.is_encapsulated:
        return
    count = _number(read, "NumberOfFrames") or 1
    packed = get_frame(read.PixelData, n, number_of_frames=count)
    if syntax == RLELossless:
        if len(packed) * RLE_GAIN > UNCOUNTED:
            _require_counted(packed, int(read.Rows) * int(read.Columns))
        return
    with Image.open(BytesIO(packed), formats=("JPEG", "JPEG2000")) as told:
        if told.size != (int(read.Columns), int(read.Rows)):
            raise Unreadable


def _require_counted(packed: bytes, pixels: int) -> None:
    """Count what each plane of a run-length frame unpacks to: at most twice what it may be."""
    count, *begins = struct.unpack_from("<16L", packed)
    if count > RLE_PLANES:
        raise Unreadable
    begins = begins[:count]
    for begin, end in pairwise([*begins, len(packed)]):
        at, unpacked = begin, 0
        while at < end and unpacked <= 2 * pixels:
            run = packed[at]
            literal, repeated = run < 128, run > 128
            unpacked += run + 1 if literal else (257 - run) * repeated
            at += run + 2 if literal else 1 + repeated
        if unpacked > 2 * pixels:
            raise Unreadable


@contextmanager
def _taken_as_hostile() -> Iterator[None]:
    """Whatever reading broken bytes raises, it is one thing to us: they cannot be read."""
    try:
        yield
    except (Unreadable, MemoryError):
        raise Unreadable from None
    except Exception as error:  # A parser raises what it likes on bytes that were made to break it.
        raise Unreadable from error


def _uid(read: Dataset, name: str) -> str:
    text = str(read.get(name, "") or "").strip("\0 ")
    return text if len(text) <= LONGEST_UID and _UID.fullmatch(text) else ""


def _text(read: Dataset, name: str, longest: int) -> str:
    text = str(read.get(name, "") or "")
    kept = "".join(c for c in text if c.isprintable()).strip()
    return kept.encode("utf-8", "ignore").decode()[:longest]


def _number(read: Dataset, name: str) -> int:
    try:
        found = int(read.get(name, 0) or 0)
    except (TypeError, ValueError, OverflowError):
        return 0
    return found if 0 <= found < 2**31 else 0


def _real(read: Dataset, name: str, unless: float) -> float:
    found = read.get(name, unless)
    try:
        first = found[0] if hasattr(found, "__getitem__") and not isinstance(found, str) else found
        number = float(first)
    except (TypeError, ValueError, IndexError):
        return unless
    return number if abs(number) < 1e9 else unless


def _spacing(read: Dataset) -> tuple[float, float]:
    found = read.get("PixelSpacing") or read.get("ImagerPixelSpacing")
    try:
        row, column = (float(one) for one in found)
    except (TypeError, ValueError):
        return (0.0, 0.0)
    return (row, column) if 0 < row < 100 and 0 < column < 100 else (0.0, 0.0)
