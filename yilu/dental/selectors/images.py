"""The films and photographs of a patient's teeth, and whether one may look at them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.clinical.selectors.context import Setting
from yilu.dental import permissions
from yilu.dental.models import ToothImage
from yilu.dental.rules.notation import teeth_text
from yilu.dental.selectors.context import chair
from yilu.dental.states import ImageKind
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound

MOST = 300


@dataclass(frozen=True, slots=True)
class ImageLine:
    """One picture, in words."""

    id: UUID
    kind: str
    teeth: str
    taken_on: date
    note: str
    version: int

    @property
    def kind_label(self) -> str:
        return str(ImageKind(self.kind).label)

    @property
    def teeth_label(self) -> str:
        return teeth_text(self.teeth)

    @property
    def title(self) -> str:
        return " · ".join(one for one in (self.kind_label, self.teeth_label) if one)


@dataclass(frozen=True, slots=True)
class ImagesPart:
    """The pictures of a visit's patient, the newest first."""

    where: Setting
    images: tuple[ImageLine, ...]
    can_assist: bool

    def one(self, image_id: UUID | None) -> ImageLine | None:
        return next((each for each in self.images if each.id == image_id), None)


def images_part(actor: Actor, visit_id: UUID) -> ImagesPart:
    """The pictures of a visit's patient. Three queries. Raises: NotFound."""
    where = chair(actor, visit_id)
    rows = ToothImage.objects.filter(patient_id=where.patient_id, withdrawn_at=None)
    lines = tuple(
        ImageLine(one.pk, one.kind, one.teeth, one.taken_on, one.note, one.version)
        for one in rows.order_by("-taken_on", "-recorded_at", "id")[:MOST]
    )
    return ImagesPart(where, lines, actor.may(permissions.ASSIST, where.site_id))


def image_is_of(image_id: UUID, patient_id: UUID) -> bool:
    """Whether a picture is of this patient. One query."""
    return ToothImage.objects.filter(pk=image_id, patient_id=patient_id).exists()


def image_file(actor: Actor, visit_id: UUID, image_id: UUID, *, small: bool) -> UUID:
    """The file of a picture, for who may see the teeth of its patient. Three queries.

    Raises: NotFound.
    """
    where = chair(actor, visit_id)
    rows = ToothImage.objects.filter(pk=image_id, patient_id=where.patient_id, withdrawn_at=None)
    row = rows.first()
    if row is None:
        raise NotFound
    if not small:
        audit.seen(actor, [row.patient_id], "dental image")
    found: UUID = row.small_id if small else row.file_id
    return found


def image_kinds() -> list[tuple[str, str]]:
    """The kinds of pictures in the reader's words. No query."""
    return [(kind.value, str(kind.label)) for kind in ImageKind]
