"""Letting somebody else pay: a link that shows what a payer needs, and no more."""

from datetime import timedelta
from uuid import UUID

from yilu.billing.errors import NothingToPay
from yilu.billing.selectors.bills import bill_detail
from yilu.platform import audit, clock, links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.subjects import Subject
from yilu.portal.selectors.payer import PURPOSE

LASTS = timedelta(days=3)


@operation
def make_payer_link(*, actor: Actor, bill_id: UUID) -> str:
    """A reference by which somebody else may pay a bill within three days. Ten queries.

    It can be read here once and never again; several may stand at the same time. Count the
    tries (`throttle`) before calling.

    Raises:
        NotFound: no such bill, or not the actor's.
        NothingToPay: it is paid, or void.
    """
    bill = bill_detail(actor=actor, bill_id=bill_id)
    if not bill.due:
        raise NothingToPay
    reference = links.issue(
        PURPOSE, subject_id=bill.bill_id, expires_at=clock.now() + LASTS, site_id=bill.site_id
    )
    audit.record(
        actor, "portal.payer_link.made", Subject("billing.bill", bill.bill_id),
        site_id=bill.site_id, patient_id=bill.patient_id,
    )  # fmt: skip
    return reference
