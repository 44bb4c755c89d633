"""Images of examinations: taken in from devices and people, matched to a study, or assigned."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import ImageKnown, LabMoved, NoSuchStudy, TooManyImages
from yilu.diagnostics.events import ImageAssigned, ImageReceived
from yilu.diagnostics.models import Study, StudyImage
from yilu.diagnostics.operations.studies import hold_study
from yilu.diagnostics.selectors.topics import imaging_topic, visit_exams_topic
from yilu.diagnostics.states import STUDY_HERE, StudyState
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import audit, clock, files, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.ids import new_id
from yilu.platform.media import DICOM, JPEG, PNG

PURPOSE = "diagnostics.image"
PICTURES = (JPEG, PNG)
MOST = 4000


@dataclass(frozen=True, slots=True)
class Came:
    """An object as a device sent it, and what it says of itself. `told`: of whom, in its words."""

    content: bytes
    sop_uid: str
    series_uid: str
    study_uid: str = ""
    accession: str = ""
    patient_number: str = ""
    modality: str = ""
    title: str = ""
    series_number: int = 0
    number: int = 0
    frames: int = 1
    source: str = ""
    told: str = ""


@operation
def take_image(*, actor: Actor, site_id: UUID, came: Came) -> UUID:
    """Keep an object that a device sent, with its study if it says which; sent twice, kept once.

    It is matched by study or accession, and by the patient's number with the kind of device when
    there is one such study under way; never to a study of another patient number. What nobody can
    match waits for a person.

    Raises:
        NotFound, NotAllowed, TooManyImages.
        TooLarge, WrongContent: it is no DICOM file.
    """
    actor.require_to_see(permissions.SEE, site_id)
    actor.require(permissions.EXAMINE, site_id)
    lock_name("diagnostics.image", came.sop_uid)
    known = StudyImage.objects.filter(sop_uid=came.sop_uid).values_list("pk", flat=True).first()
    if known is not None:
        return known
    study = _study_of(actor, site_id, came)
    name = f"{came.sop_uid[-40:]}.dcm"
    stored = files.store(
        actor, came.content, name=name, purpose=PURPOSE, kinds=(DICOM,), site_id=site_id
    )
    row = StudyImage(
        site_id=site_id,
        study=study,
        file_id=stored.id,
        sop_uid=came.sop_uid,
        series_uid=came.series_uid,
        series_number=came.series_number,
        number=came.number,
        modality=came.modality,
        title=came.title[:100],
        frames=came.frames,
        source=came.source[:64],
        told=came.told[:300],
        received_at=clock.now(),
        given_by_id=actor.user_id,
    )
    return _keep(actor, row, study)


@operation
def give_picture(*, actor: Actor, study_id: UUID, content: bytes, name: str) -> UUID:
    """Keep a photograph or a picture of a screen with a study.

    Raises:
        NotFound, NotAllowed, TooManyImages.
        LabMoved: the study is called off.
        TooLarge, WrongContent: no JPEG or PNG.
    """
    study = hold_study(actor=actor, study_id=study_id, permission=permissions.EXAMINE)
    if study.state == StudyState.CANCELLED:
        raise LabMoved(current=StudyState(study.state).label)
    stored = files.store(
        actor, content, name=name, purpose=PURPOSE, kinds=PICTURES, site_id=study.site_id
    )
    image_id = new_id()
    row = StudyImage(
        id=image_id,
        site_id=study.site_id,
        study=study,
        file_id=stored.id,
        sop_uid=f"2.25.{image_id.int}",
        series_uid=f"{study.uid}.1"[:64],
        series_number=900,
        modality=study.modality,
        title=stored.name[:100],
        is_dicom=False,
        told="",
        received_at=clock.now(),
        given_by_id=actor.user_id,
    )
    return _keep(actor, row, study)


@operation
def assign_image(
    *, actor: Actor, image_id: UUID, accession: str, version: int | None = None
) -> UUID:
    """Say whose an image is that nobody could match, or that was matched wrongly.

    Every image of its series that is as it is goes with it. Gives back the study.

    Raises:
        NotFound: there is no such image.
        NoSuchStudy: no study has this number here.
        NotAllowed, Stale, TooManyImages.
        ImageKnown: it belongs to this study already.
    """
    row = StudyImage.objects.select_for_update(no_key=True).filter(pk=image_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.EXAMINE, row.site_id)
    check_version(row, version)
    study = Study.objects.filter(site_id=row.site_id, accession=accession.strip()[:16]).first()
    if study is None:
        raise NoSuchStudy(FieldError("accession", "unknown", str(NoSuchStudy.message)))
    if row.study_id == study.pk:
        raise ImageKnown
    held = StudyImage.objects.select_for_update(no_key=True).filter(
        site_id=row.site_id, series_uid=row.series_uid, study=row.study
    )
    for each in held.order_by("pk"):
        each.study, each.assigned_at, each.assigned_by_id = study, clock.now(), actor.user_id
        each.version += 1
        each.save(update_fields=["study", "assigned_at", "assigned_by", "version"])
        event = ImageAssigned(each.pk, study.pk)
        _trace(actor, each, study, "assigned", event)
    return study.pk


def _study_of(actor: Actor, site_id: UUID, came: Came) -> Study | None:
    here = Study.objects.filter(site_id=site_id).exclude(state=StudyState.CANCELLED)
    study = None
    if came.study_uid:
        study = here.filter(uid=came.study_uid).first()
    if study is None and came.accession:
        study = here.filter(accession=came.accession).first()
    if study is not None:
        number = patient_briefs(actor, [study.patient_id], "image")[study.patient_id].record_no
        return study if came.patient_number in {"", number} else None
    return _only_one(actor, here.filter(state__in=STUDY_HERE, modality=came.modality), came)


def _only_one(actor: Actor, found: QuerySet[Study], came: Came) -> Study | None:
    """The one study under way of a patient's number; none when there are two."""
    if not came.patient_number:
        return None
    studies = list(found.order_by("-arrived_at")[:50])
    patients = patient_briefs(actor, {one.patient_id for one in studies}, "image")
    mine = [one for one in studies if patients[one.patient_id].record_no == came.patient_number]
    return mine[0] if len(mine) == 1 else None


def _keep(actor: Actor, row: StudyImage, study: Study | None) -> UUID:
    if study is not None and StudyImage.objects.filter(study=study).count() >= MOST:
        raise TooManyImages
    row.save(force_insert=True)
    event = ImageReceived(row.pk, study.pk if study else None)
    _trace(actor, row, study, "received", event)
    return row.pk


def _trace(actor: Actor, row: StudyImage, study: Study | None, deed: str, event: object) -> None:
    patient_id = study.patient_id if study else None
    audit.record(
        actor, f"diagnostics.image.{deed}", row, site_id=row.site_id, patient_id=patient_id
    )
    topics = [imaging_topic(row.site_id)]
    topics += [visit_exams_topic(study.visit_id)] if study else []
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
