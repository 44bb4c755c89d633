"""The images of a study, and those of which nobody knows whose they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import require_patient
from yilu.clinical.selectors.private import refuse_family
from yilu.diagnostics import permissions
from yilu.diagnostics.models import Study, StudyImage
from yilu.diagnostics.selectors.study_worklist import aim_of, unmatched_images
from yilu.diagnostics.states import ReportState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound

MOST = 200


@dataclass(frozen=True, slots=True)
class ImageLine:
    """One image, or a stack of them."""

    id: UUID
    title: str
    number: int
    frames: int
    is_dicom: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Images that were taken together, in the order of the device."""

    uid: str
    title: str
    modality: str
    images: tuple[ImageLine, ...]

    @property
    def frames(self) -> int:
        return sum(one.frames for one in self.images)


@dataclass(frozen=True, slots=True)
class StudyImages:
    """The images of one study, series by series."""

    study_id: UUID
    site_id: UUID
    accession: str
    patient: PatientBrief
    aim: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A series of which nobody knows whose it is. `told`: of whom, as the device said."""

    id: UUID
    told: str
    title: str
    modality: str
    source: str
    received_at: datetime
    number: int
    version: int


def study_images(actor: Actor, study_id: UUID) -> StudyImages:
    """The images of a study, for staff who may read records or the patient when it is reported.

    Three queries, and the look is recorded. Raises: NotFound.
    """
    row = _seen(actor, study_id)
    found = StudyImage.objects.filter(study=row, removed_at=None)
    by_series: dict[str, list[StudyImage]] = {}
    for one in found.order_by("series_number", "series_uid", "number", "received_at"):
        by_series.setdefault(one.series_uid, []).append(one)
    return StudyImages(
        study_id=row.pk,
        site_id=row.site_id,
        accession=row.accession,
        patient=patient_briefs(actor, [row.patient_id], "images")[row.patient_id],
        aim=aim_of(row),
        series=tuple(
            Series(
                uid,
                many[0].title,
                many[0].modality,
                tuple(
                    ImageLine(one.pk, one.title, one.number, one.frames, one.is_dicom)
                    for one in many
                ),
            )
            for uid, many in by_series.items()
        ),
    )


def image_file(actor: Actor, image_id: UUID) -> tuple[UUID, bool]:
    """The file of an image that may be looked at, and whether it is DICOM. Two queries.

    Raises: NotFound.
    """
    row = StudyImage.objects.filter(pk=image_id, removed_at=None).first()
    if row is None:
        raise NotFound
    if row.study_id is None:
        actor.require_to_see(permissions.EXAMINE, row.site_id)
        actor.require_to_see(clinical.SEE, row.site_id)
    else:
        study = _seen(actor, row.study_id)
        audit.seen(actor, [study.patient_id], "image")
    return row.file_id, row.is_dicom


def unmatched(actor: Actor, site_id: UUID) -> list[Unmatched]:
    """What devices sent that fits no study, series by series, the newest first. One query.

    Raises: NotFound, NotAllowed.
    """
    actor.require_to_see(permissions.SEE, site_id)
    actor.require(permissions.EXAMINE, site_id)
    zone = site_zone(site_id)
    found: dict[str, list[StudyImage]] = {}
    for one in unmatched_images(site_id).order_by("-received_at")[: MOST * 10]:
        found.setdefault(one.series_uid, []).append(one)
    return [
        Unmatched(
            many[0].pk,
            many[0].told,
            many[0].title,
            many[0].modality,
            many[0].source,
            many[0].received_at.astimezone(zone),
            sum(one.frames for one in many),
            many[0].version,
        )
        for many in list(found.values())[:MOST]
    ]


def _seen(actor: Actor, study_id: UUID) -> Study:
    """A study whose images this actor may look at: patients see what was reported to them."""
    row = Study.objects.filter(pk=study_id).first()
    if row is None:
        raise NotFound
    if actor.kind == "patient":
        released = row.reports.filter(state=ReportState.RELEASED).exists()
        if not actor.is_owner(row.patient_id, row.visit_id) or not released:
            raise NotFound
        refuse_family(actor, row.visit_id)
        return row
    actor.require_to_see(permissions.SEE, row.site_id)
    require_patient(actor, row.patient_id, row.site_id)
    return row
