"""Papers and people for the tests of the archive."""

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image

from yilu.clinical.tests.factories import Room
from yilu.platform.actors import Actor
from yilu.records.operations.destruction import (
    propose_destruction,
)
from yilu.records.operations.papers import Page, Scanned, file_paper
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit
from yilu.workforce.tests.factories import make_staff

CLERK = Actor.system("clerk", visits.SEE, visits.OPEN, visits.CLOSE)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
GPS = b"GPS 31.2304N"
LONG = timedelta(days=366 * 31)


def photo() -> bytes:
    """A page taken with a phone, which writes more into its files than one sees."""
    made, exif = BytesIO(), Image.Exif()
    exif[0x010E] = GPS.decode()
    Image.new("RGB", (60, 80), (250, 250, 245)).save(made, "JPEG", exif=exif)
    return made.getvalue()


def scanned(**other) -> Scanned:
    facts = {
        "kind": "earlier",
        "title": "2019年外院病历",
        "dated_on": date(2019, 5, 4),
        "pages": [Page(photo(), "IMG_1.jpg"), Page(PDF, "rest.pdf")],
        "shelf": "B-12",
    }
    return Scanned(**(facts | other))


def filed(room: Room, actor=None, patient_id: UUID | None = None, **other) -> UUID:
    return file_paper(
        actor=actor or room.nurse, site_id=room.site_id,
        patient_id=patient_id or room.patient_id, scanned=scanned(**other),
    )  # fmt: skip


def manager(room: Room, name: str = "马经理") -> Actor:
    return make_staff("manager", site_id=room.site_id, name=name).actor()


def left(room: Room, visit_id: UUID | None = None) -> None:
    begin_care(actor=CLERK, visit_id=visit_id or room.visit_id)
    close_visit(actor=CLERK, visit_id=visit_id or room.visit_id)


def proposed(room: Room, by: Actor, *others: UUID) -> UUID:
    return propose_destruction(
        actor=by,
        site_id=room.site_id,
        patient_ids=[room.patient_id, *others],
        reason="年度库房清理",
    )
