"""Everything that takes pictures of teeth in, and away again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical.selectors.context import Setting, setting
from yilu.dental import permissions
from yilu.dental.errors import ImageNotTaken, TooManyImages, WhyMissing, WithdrawnAlready
from yilu.dental.events import ToothImageAdded, ToothImageWithdrawn
from yilu.dental.models import ToothImage
from yilu.dental.rules.notation import TEETH
from yilu.dental.selectors.context import teeth_topics
from yilu.dental.states import ImageKind
from yilu.platform import audit, clock, files, outbox, pictures
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.media import JPEG, PNG

KINDS = (JPEG, PNG)
PURPOSE = "dental.image"
MOST, MOST_AT_ONCE, MOST_TEETH, LONGEST_NOTE = 300, 12, 32, 200
ENDINGS = {JPEG: "jpg", PNG: "png"}


@dataclass(frozen=True, slots=True)
class Taken:
    """Pictures as they were sent, and what is said of them."""

    contents: Sequence[bytes]
    kind: str
    teeth: Sequence[str]
    taken_on: date | None = None
    note: str = ""


@operation
def add_images(*, actor: Actor, visit_id: UUID, taken: Taken) -> list[UUID]:
    """Take films or photographs in, all or none; of each only what is seen is kept.

    Raises:
        ImageNotTaken: no such kind, tooth or day, or no picture at all.
        Unreadable, WrongContent, TooLarge: it is no picture that can be kept.
        TooManyImages: there are too many of this patient.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.ASSIST)
    teeth = _checked(where, taken)
    lock_name("dental.images", where.patient_id)
    known = ToothImage.objects.filter(patient_id=where.patient_id, withdrawn_at=None).count()
    if known + len(taken.contents) > MOST:
        raise TooManyImages
    made = [_keep(actor, where, taken, teeth, one) for one in taken.contents]
    for row in made:
        _tell(actor, row, "added", ToothImageAdded(visit_id, row.patient_id, row.teeth))
    return [row.pk for row in made]


@operation
def withdraw_image(
    *, actor: Actor, image_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take a picture away that was taken in by mistake. It stays in the list with its reason.

    Raises: NotFound, NotAllowed, WhyMissing, Stale, WithdrawnAlready.
    """
    row = ToothImage.objects.select_for_update().filter(pk=image_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.SEE, permissions.ASSIST)
    words = reason.strip()[:200]
    if not words or not is_readable(words):
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    if row.withdrawn_at is not None:
        raise WithdrawnAlready
    check_version(row, version)
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.user_id
    row.withdrawn_reason = words
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    _tell(actor, row, "withdrawn", ToothImageWithdrawn(row.visit_id, row.patient_id, row.teeth))


def _checked(where: Setting, taken: Taken) -> str:
    """The teeth in their one form. Raises: ImageNotTaken."""
    teeth = sorted(set(taken.teeth))
    if not 0 < len(taken.contents) <= MOST_AT_ONCE:
        raise _wrong("file", _("Choose one to twelve pictures."))
    if not set(teeth) <= TEETH or len(teeth) > MOST_TEETH:
        raise _wrong("teeth", _("Name teeth by two digits, such as 36."))
    if taken.kind not in ImageKind.values:
        raise _wrong("kind", _("Say what kind of picture it is."))
    if taken.taken_on and not date(1950, 1, 1) <= taken.taken_on <= where.day:
        raise _wrong("taken_on", _("It cannot be taken on that day."))
    if len(taken.note) > LONGEST_NOTE or not is_readable(taken.note):
        raise ImageNotTaken
    return ",".join(teeth)


def _keep(actor: Actor, where: Setting, taken: Taken, teeth: str, content: bytes) -> ToothImage:
    clean, media_type = pictures.cleaned(content)
    stored = [
        files.store(
            actor, one, name=f"{taken.kind}.{ENDINGS[media_type]}", purpose=PURPOSE,
            kinds=KINDS, site_id=where.site_id,
        )
        for one in (clean, pictures.small(clean))
    ]  # fmt: skip
    row = ToothImage(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        kind=taken.kind,
        teeth=teeth,
        taken_on=taken.taken_on or where.day,
        note=taken.note.strip(),
        file_id=stored[0].id,
        small_id=stored[1].id,
    )
    row.save(force_insert=True)
    return row


def _wrong(field: str, words: str) -> ImageNotTaken:
    return ImageNotTaken(FieldError(field, "image_not_taken", words))


def _tell(
    actor: Actor, row: ToothImage, what: str, event: ToothImageAdded | ToothImageWithdrawn
) -> None:
    audit.record(
        actor, f"dental.image.{what}", row,
        site_id=row.site_id, patient_id=row.patient_id, teeth=row.teeth, kind=row.kind,
        reason=row.withdrawn_reason,
    )  # fmt: skip
    outbox.publish(
        event, actor=actor, site_id=row.site_id, subject=row,
        topics=teeth_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
