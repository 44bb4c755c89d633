"""A made-up ultrasound image: a fan of grey noise with a stone and its shadow. Of nobody."""

from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, UltrasoundImageStorage

SIZE = 384


def scan(study_uid: str, sop_uid: str, n: int) -> bytes:
    """The n-th image of a study, as a DICOM file."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = UltrasoundImageStorage
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = UID(sop_uid)
    made.StudyInstanceUID, made.SeriesInstanceUID = study_uid, f"{study_uid}.1"[:64]
    made.Modality, made.SeriesNumber, made.InstanceNumber = "US", 1, n
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.Rows = made.Columns = SIZE
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 8, 8, 7, 0
    made.PixelData = _pixels(n).tobytes()
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _pixels(n: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    chance = np.random.default_rng(n)
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype("float64")
    across, deep = x - SIZE / 2, y + 40
    angle, depth = np.arctan2(across, deep), np.hypot(across, deep)
    speckle = chance.rayleigh(0.5, (SIZE, SIZE))
    grey = 70 * speckle * (1.2 - depth / (SIZE * 1.4))
    stone_x, stone_y = 30.0 * (1 if n % 2 else -1), 170.0
    bladder = ((across - stone_x) / 62) ** 2 + ((y - stone_y) / 34) ** 2
    grey[bladder < 1] *= 0.12
    grey[(bladder >= 1) & (bladder < 1.18)] *= 1.9
    behind = (np.abs(across - stone_x) < 9) & (y > stone_y + 24)
    grey[behind] *= 0.25
    grey[np.hypot(across - stone_x, y - stone_y - 20) < 8] = 235
    grey[(np.abs(angle) > 0.62) | (depth < 48) | (depth > SIZE + 20)] = 0
    found: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = np.clip(grey, 0, 255).astype("u1")
    return found
