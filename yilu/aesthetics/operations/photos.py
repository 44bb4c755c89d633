"""Everything that is done with photographs: what they may be used for, taking, sharing."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import (
    EyesMissing,
    NotSigned,
    NotUnderstood,
    UseNotGiven,
    WhyMissing,
    WithdrawnAlready,
)
from yilu.aesthetics.events import PhotosChanged, PhotoShared, PhotoUseSigned
from yilu.aesthetics.models import Photo, PhotoUse
from yilu.aesthetics.rules.alignment import WIDTH, read_points
from yilu.aesthetics.rules.areas import body_maps, map_of, views_for
from yilu.aesthetics.rules.masking import covered
from yilu.aesthetics.selectors.context import looks_topics
from yilu.aesthetics.selectors.photos import last_use
from yilu.clinical.rules.strokes import NotDrawn, kept, read_strokes
from yilu.clinical.rules.texts import clean_words, required
from yilu.clinical.selectors.context import setting
from yilu.platform import audit, clock, files, outbox, pictures
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.media import JPEG, PNG, size_of

PURPOSE = "aesthetics.photo"
SHARED_FOR = ("teaching", "publicity")


@dataclass(frozen=True, slots=True)
class Uses:
    """What photographs may be used for, and the signature under it."""

    care: bool
    teaching: bool
    publicity: bool
    name: str
    strokes: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One photograph and what it shows."""

    content: bytes
    region: str
    view: str
    area: str = ""


@operation
def sign_uses(*, actor: Actor, visit_id: UUID, uses: Uses) -> UUID:
    """Keep what a patient has signed about photographs; the last signature counts.

    Raises: NotFound, NotAllowed, VisitOver, NotSigned; Invalid: no name.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.ASSIST)
    words = clean_words({"name": 60}, name=uses.name)
    if errors := required("name", **words):
        raise NotUnderstood(*errors)
    try:
        drawn = kept(read_strokes(uses.strokes))
    except NotDrawn:
        raise NotSigned from None
    row = PhotoUse(
        visit_id=visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        care=uses.care,
        teaching=uses.teaching,
        publicity=uses.publicity,
        name=words["name"],
        strokes=drawn,
    )
    row.save(force_insert=True)
    audit.record(
        actor, "aesthetics.photo_use.signed", row, site_id=row.site_id, patient_id=row.patient_id,
        care=row.care, teaching=row.teaching, publicity=row.publicity,
    )  # fmt: skip
    told = PhotoUseSigned(
        visit_id, row.patient_id, care=row.care, teaching=row.teaching, publicity=row.publicity
    )
    outbox.publish(
        told, actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(row.patient_id, visit_id),
    )  # fmt: skip
    return row.pk


@operation
def take_photo(*, actor: Actor, visit_id: UUID, taken: Taken) -> UUID:
    """Keep a photograph, without what its file tells besides.

    Raises:
        NotFound, NotAllowed, VisitOver.
        UseNotGiven: the patient has not signed that photographs are kept for their care.
        NotUnderstood: such a view is none of this part of the body.
        Unreadable: no picture. TooLarge.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.ASSIST)
    use = last_use(where.patient_id)
    if use is None or not use.care:
        raise UseNotGiven
    known = {one.key for one in body_maps()}
    if taken.region not in known or taken.view not in views_for(taken.region):
        raise NotUnderstood(FieldError("view", "unknown_value", _("Choose one of these.")))
    if taken.area and map_of(taken.area) != taken.region:
        raise NotUnderstood(FieldError("area", "unknown_value", _("Choose where.")))
    clean, media_type = pictures.cleaned(taken.content)
    width, height = size_of(clean, media_type)
    stored = _stored(actor, clean, media_type, where.site_id)
    small = pictures.small(clean)
    thumb = _stored(actor, small, media_type, where.site_id)
    row = Photo(
        visit_id=visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        region=taken.region,
        view=taken.view,
        area=taken.area,
        file_id=stored.id,
        small_id=thumb.id,
        width=width,
        height=height,
    )
    row.save(force_insert=True)
    _tell(actor, row, "taken", view=row.view)
    return row.pk


@operation
def set_points(
    *, actor: Actor, photo_id: UUID, points: list[str], version: int | None = None
) -> None:
    """Say where two places are that every photograph of the view shows, such as the eyes.

    Raises: NotFound, NotAllowed, Stale; NotUnderstood: they lie together, or outside.
    """
    row = _held(actor, photo_id)
    check_version(row, version)
    read = read_points(points, WIDTH * row.height / row.width)
    if read is None:
        words = _("Set two points that lie apart.")
        raise NotUnderstood(FieldError("points", "implausible_value", words))
    row.points = [list(one) for one in read]
    row.version += 1
    row.save(update_fields=["points", "version"])
    _tell(actor, row, "marked")


@operation
def withdraw_photo(*, actor: Actor, photo_id: UUID, reason: str) -> None:
    """Take a photograph out of every set: the wrong person, the wrong view. It is shown no more.

    Raises: NotFound, NotAllowed, WhyMissing, WithdrawnAlready.
    """
    row = _held(actor, photo_id)
    if row.withdrawn_at is not None:
        raise WithdrawnAlready
    words = clean_words({"reason": 200}, reason=reason)["reason"]
    if not words:
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.user_id
    row.withdrawn_reason = words
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    _tell(actor, row, "withdrawn", reason=words)


@operation
def share_photo(*, actor: Actor, photo_id: UUID, use: str) -> bytes:
    """A photograph for teaching or publicity: the eyes are covered in the picture itself.

    Raises:
        NotFound, NotAllowed.
        UseNotGiven: the patient has not signed this use, or has withdrawn it.
        EyesMissing: on a face nobody has set the eyes.
    """
    row = _held(actor, photo_id)
    actor.require(permissions.WRITE, row.site_id)
    given = last_use(row.patient_id)
    if use not in SHARED_FOR or given is None or not getattr(given, use):
        raise UseNotGiven
    if row.region == "face" and row.points is None:
        raise EyesMissing
    content = files.read(row.file_id)
    eyes = [float(one) for point in row.points or () for one in point]
    made = covered(content, eyes) if row.region == "face" else content
    audit.record(
        actor, "aesthetics.photo.shared", row,
        site_id=row.site_id, patient_id=row.patient_id, use=use,
    )  # fmt: skip
    outbox.publish(
        PhotoShared(row.pk, row.visit_id, row.patient_id, use), actor=actor, site_id=row.site_id,
        subject=row, topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
    return made


def _stored(actor: Actor, content: bytes, media_type: str, site_id: UUID) -> files.Stored:
    name = "photograph.png" if media_type == PNG else "photograph.jpg"
    return files.store(
        actor, content, name=name, purpose=PURPOSE, kinds=(JPEG, PNG), site_id=site_id
    )


def _held(actor: Actor, photo_id: UUID) -> Photo:
    row = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.SEE, permissions.ASSIST)
    return row


def _tell(actor: Actor, row: Photo, deed: str, **details: object) -> None:
    audit.record(
        actor, f"aesthetics.photo.{deed}", row,
        site_id=row.site_id, patient_id=row.patient_id, **details,
    )  # fmt: skip
    outbox.publish(
        PhotosChanged(row.pk, row.visit_id, row.patient_id), actor=actor, site_id=row.site_id,
        subject=row, topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
