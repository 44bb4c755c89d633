"""What somebody who pays for another sees: a masked name, the clinic and the sum."""

from dataclasses import dataclass

from yilu.billing import permissions as billing
from yilu.billing.selectors.bills import BillDetail, bill_detail
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import links, masking
from yilu.platform.actors import Actor

PURPOSE = "payer"
# Reads the bill and the name behind a link; the payer sees the name only as it is masked here.
READER = Actor.system("portal.payer", billing.SEE, patients.SEE)


@dataclass(frozen=True, slots=True)
class Payable:
    """A bill as its payer sees it. `holder` may ask for its code and nothing else."""

    bill: BillDetail
    site: SiteInfo
    patient: str
    holder: Actor


def payable(reference: str, *, actor: Actor) -> Payable:
    """What a payer's link opens. Looking changes nothing. Eight queries.

    Raises:
        NotFound: it was never given out.
        LinkOver: it was withdrawn, or its time is over.
    """
    link = links.look_up(PURPOSE, reference)
    bill = bill_detail(actor=READER, bill_id=link.subject_id)
    patient = patient_briefs(READER, [bill.patient_id], "portal.payer")[bill.patient_id]
    holder = Actor(
        kind="patient", name="payer", owns=frozenset({bill.visit_id or bill.bill_id}),
        correlation_id=actor.correlation_id,
    )  # fmt: skip
    return Payable(bill, site_info(bill.site_id), masking.name(str(patient.name)), holder)
