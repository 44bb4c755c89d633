"""Designs over photographs: drawn, and signed by the patient and the doctor."""

from dataclasses import dataclass
from uuid import UUID

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import DesignSigned, NotSigned, NotUnderstood, PatientFirst
from yilu.aesthetics.events import DesignChanged
from yilu.aesthetics.models import Design, Photo
from yilu.aesthetics.rules.alignment import WIDTH
from yilu.aesthetics.rules.shapes import NotDrawn, read_shapes
from yilu.aesthetics.selectors.context import looks_topics
from yilu.clinical.rules import strokes as pad
from yilu.clinical.rules.texts import clean_words, required
from yilu.clinical.selectors.context import practitioner, setting
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class Drawn:
    """A design as its editor sent it: shapes as JSON."""

    title: str
    shapes: str


@operation
def draw_design(
    *,
    actor: Actor,
    visit_id: UUID,
    photo_id: UUID,
    drawn: Drawn,
    design_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Keep what is drawn over a photograph, as a new design or as one that nobody has signed.

    Raises:
        NotFound, NotAllowed, VisitOver, Stale.
        NotUnderstood: no title, or shapes that are none. DesignSigned: draw a new one.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    photo = Photo.objects.filter(
        pk=photo_id, patient_id=where.patient_id, withdrawn_at=None
    ).first()  # fmt: skip
    if photo is None:
        raise NotFound
    words = clean_words({"title": 100}, title=drawn.title)
    if errors := required("title", **words):
        raise NotUnderstood(*errors)
    try:
        shapes = read_shapes(drawn.shapes, WIDTH * photo.height / photo.width)
    except NotDrawn:
        raise NotUnderstood from None
    if design_id is None:
        row = Design(
            visit_id=visit_id,
            patient_id=where.patient_id,
            site_id=where.site_id,
            clinic_day=where.day,
            recorded_at=clock.now(),
            recorded_by_id=actor.user_id,
            photo=photo,
            title=words["title"],
            shapes=shapes,
        )
        row.save(force_insert=True)
    else:
        row = _held(actor, design_id)
        if row.photo_id != photo_id:
            raise NotFound
        if row.patient_signed_at is not None:
            raise DesignSigned
        check_version(row, version)
        row.title, row.shapes = words["title"], shapes
        row.version += 1
        row.save(update_fields=["title", "shapes", "version"])
    _tell(actor, row, "drawn")
    return row.pk


@operation
def sign_design_for_patient(
    *, actor: Actor, design_id: UUID, name: str, strokes: str, version: int | None = None
) -> None:
    """Keep the patient's signature under a design, which stays as it is from then on.

    Raises: NotFound, NotAllowed, Stale, DesignSigned, NotSigned; NotUnderstood: no name.
    """
    row = _held(actor, design_id)
    if row.patient_signed_at is not None:
        raise DesignSigned
    check_version(row, version)
    words = clean_words({"name": 60}, name=name)
    if errors := required("name", **words):
        raise NotUnderstood(*errors)
    try:
        row.strokes = pad.kept(pad.read_strokes(strokes))
    except pad.NotDrawn:
        raise NotSigned from None
    row.patient_name, row.patient_signed_at = words["name"], clock.now()
    row.version += 1
    row.save(update_fields=["patient_name", "strokes", "patient_signed_at", "version"])
    _tell(actor, row, "signed_by_patient")


@operation
def sign_design_as_doctor(*, actor: Actor, design_id: UUID, version: int | None = None) -> None:
    """Sign a design that the patient has signed, by one's own sign-in.

    Raises: NotFound, NotAllowed, NotAPractitioner, Stale, PatientFirst, DesignSigned.
    """
    row = _held(actor, design_id)
    actor.require(permissions.WRITE, row.site_id)
    practitioner(actor)
    if row.doctor_signed_at is not None:
        raise DesignSigned
    if row.patient_signed_at is None:
        raise PatientFirst
    check_version(row, version)
    row.doctor_id, row.doctor_signed_at = actor.user_id, clock.now()
    row.version += 1
    row.save(update_fields=["doctor", "doctor_signed_at", "version"])
    _tell(actor, row, "signed_by_doctor")


def _held(actor: Actor, design_id: UUID) -> Design:
    row = Design.objects.select_for_update(of=("self",)).filter(pk=design_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.SEE, permissions.ASSIST)
    return row


def _tell(actor: Actor, row: Design, deed: str) -> None:
    audit.record(
        actor, f"aesthetics.design.{deed}", row,
        site_id=row.site_id, patient_id=row.patient_id, shapes=len(row.shapes),
    )  # fmt: skip
    outbox.publish(
        DesignChanged(row.pk, row.visit_id, row.patient_id), actor=actor, site_id=row.site_id,
        subject=row, topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
