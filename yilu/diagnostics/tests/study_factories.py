"""An imaging post with a visit and three people; studies and images as far as wanted."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from yilu.billing.tests.factories import make_price
from yilu.clinical.tests.factories import Room, make_room
from yilu.diagnostics.models import Study, StudyReport
from yilu.diagnostics.operations.requests import ExamWish, ask_examination
from yilu.diagnostics.operations.studies import (
    Aim,
    Before,
    arrive_study,
    begin_study,
    finish_study,
)
from yilu.diagnostics.operations.study_reports import (
    Written,
    release_study_report,
    write_report,
)
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.tests.lab_factories import RIGHT
from yilu.facility.tests.factories import make_department, words
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.actors import Actor
from yilu.scheduling.tests.factories import make_service
from yilu.workforce.tests.factories import make_staff

NAMES = {
    "chest_film": ("胸片", "Chest film"),
    "mri": ("磁共振", "MRI"),
    "ct_contrast": ("增强 CT", "CT with contrast"),
    "ecg": ("心电图", "ECG"),
}
WRITTEN = Written("两肺纹理清晰，未见实变。", "胸部未见明显异常。")


@dataclass(frozen=True, slots=True)
class Post:
    """One visit, and who works at the imaging post."""

    room: Room
    first: Actor
    second: Actor

    @property
    def visit_id(self) -> UUID:
        return self.room.visit_id

    @property
    def doctor(self) -> Actor:
        return self.room.doctor

    @property
    def record_no(self) -> str:
        brief = patient_briefs(self.first, [self.room.patient_id], "test")
        return brief[self.room.patient_id].record_no


def make_post(*services: str, **about: object) -> Post:
    room = make_room(**about)
    make_department(room.site_id, key="general")
    return post_at(room, *services)


def post_at(room: Room, *services: str) -> Post:
    """Who works at the imaging post of a site where there is a visit already."""
    for key in services or ("chest_film",):
        item = make_price("80.00", "07", since=date(2020, 1, 1))
        make_service(key=key, name=words(*NAMES[key]), fee_item_id=item)
    people = [
        make_staff("imaging", site_id=room.site_id, name=name).actor()
        for name in ("石影像", "白影像")
    ]
    return Post(room, *people)


def asked(post: Post, key: str = "chest_film", *, is_now: bool = True, **wish: object) -> UUID:
    """A study that was asked for."""
    aim = wish.pop("aim", Aim())
    service_id = service_of(key)
    request_id = ask_examination(
        actor=post.doctor,
        wish=ExamWish(post.visit_id, service_id, aim=aim, is_now=is_now, **wish),
    )
    return Study.objects.get(request_id=request_id).pk


def service_of(key: str) -> UUID:
    from yilu.catalogue.models import Service  # noqa: PLC0415

    return Service.objects.get(key=key).pk


def fine(study_id: UUID, **given: str) -> dict[str, str]:
    """Every question before it begins, answered so that all is well."""
    row = Study.objects.select_related("request__service").get(pk=study_id)
    profile = table().profiles[row.request.service.key]
    asked_ = imaging_table().checks_for(profile, row.modality, row.request.flags)
    good = {one.key: "no" if "yes" in {one.stops, one.warns} else "yes" for one in asked_}
    return good | given


def written_of(post: Post, **identifiers: str) -> UUID:
    """A study of another patient, whose report is in force."""
    study_id = asked(post)
    arrive_study(actor=post.first, study_id=study_id)
    before = Before(identifiers, fine(study_id))
    begin_study(actor=post.first, study_id=study_id, before=before)
    finish_study(actor=post.first, study_id=study_id)
    reported_at(post, study_id)
    return study_id


def reported_at(post: Post, study_id: UUID) -> None:
    """Report a study whose images are in."""
    write_report(actor=post.first, study_id=study_id, written=WRITTEN)
    release_study_report(actor=post.second, report_id=entered(study_id).pk)


def begun(post: Post, key: str = "chest_film", **wish: object) -> UUID:
    study_id = asked(post, key, **wish)
    arrive_study(actor=post.first, study_id=study_id)
    before = Before(RIGHT, fine(study_id))
    begin_study(actor=post.first, study_id=study_id, before=before)
    return study_id


def taken(post: Post, key: str = "chest_film", **wish: object) -> UUID:
    study_id = begun(post, key, **wish)
    finish_study(actor=post.first, study_id=study_id)
    return study_id


def written(post: Post, *critical: str) -> UUID:
    """A study whose report waits to be verified."""
    study_id = taken(post)
    said = Written(WRITTEN.findings, WRITTEN.impression, critical)
    write_report(actor=post.first, study_id=study_id, written=said)
    return study_id


def reported(post: Post, *critical: str) -> UUID:
    """A study whose report is in force."""
    study_id = written(post, *critical)
    release_study_report(actor=post.second, report_id=entered(study_id).pk)
    return study_id


def entered(study_id: UUID) -> StudyReport:
    return StudyReport.objects.get(study_id=study_id, state="entered")


def study(study_id: UUID) -> Study:
    return Study.objects.select_related("request").get(pk=study_id)


def dicom(study_id: UUID | None = None, *, size: int = 32, **tags: object) -> bytes:
    """A small grey image as a device would make it."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    made.SeriesInstanceUID = generate_uid()
    made.StudyInstanceUID = study(study_id).uid if study_id else generate_uid()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.Modality, made.SeriesNumber, made.InstanceNumber = "DX", 1, 1
    made.PatientName, made.PatientID = "林半夏", ""
    made.SeriesDescription = "胸部正位"
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.Rows = made.Columns = size
    made.BitsAllocated, made.BitsStored, made.HighBit = 16, 12, 11
    made.PixelRepresentation = 0
    made.PixelSpacing = [0.5, 0.5]
    steps = np.linspace(0, 4095, size * size).astype("<u2")
    made.PixelData = steps.tobytes()
    for name, value in tags.items():
        setattr(made, name, value)
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()
