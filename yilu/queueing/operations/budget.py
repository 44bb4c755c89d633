"""How many messages a wait may still send, and counting one. Only operations use it."""

from datetime import datetime
from uuid import UUID

from yilu.patients.selectors.patients import contact_of
from yilu.queueing.models import ProgressNotice, Ticket
from yilu.queueing.states import NoticeKind, NoticeState, NoticeWay


def has_phone(patient_id: UUID) -> bool:
    """Whether a message may reach this patient. One query."""
    contact = contact_of(patient_id)
    return contact is not None and bool(contact.phone or contact.wechat)


def may_send(visit_id: UUID, kind: NoticeKind, most: int) -> bool:
    """Whether the limit of the site allows one more message to a visit that waits. One query.

    One is kept back for “you are next”, which matters most.
    """
    told = ProgressNotice.objects.filter(visit_id=visit_id, way=NoticeWay.PHONE)
    kinds = list(told.values_list("kind", flat=True))
    kept_back = NoticeKind.NEXT not in kinds and kind != NoticeKind.NEXT
    return len(kinds) + kept_back < most


def count_message(
    ticket: Ticket, kind: NoticeKind, now: datetime, minutes: tuple[int, int]
) -> None:
    """Write down that a visit was sent a message about its wait. One query."""
    ProgressNotice(
        site_id=ticket.site_id,
        clinic_day=ticket.clinic_day,
        visit_id=ticket.visit_id,
        patient_id=ticket.patient_id,
        ticket_id=ticket.pk,
        number=ticket.number,
        kind=kind,
        way=NoticeWay.PHONE,
        state=NoticeState.GIVEN,
        due_at=now,
        made_at=now,
        settled_at=now,
        low_minutes=minutes[0],
        high_minutes=minutes[1],
    ).save(force_insert=True)
