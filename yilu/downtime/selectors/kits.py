"""The kits of a site, its outages, and which numbers are accounted for."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from yilu.downtime import permissions
from yilu.downtime.models import Kit, Outage, PaperForm
from yilu.downtime.states import FormState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.visits.selectors.visits import visit_infos
from yilu.workforce.selectors.staff import staff_names

MOST = 48


@dataclass(frozen=True, slots=True)
class KitLine:
    """One kit that can be taken."""

    id: UUID
    made_at: datetime
    code: str
    bookings: int
    forms: int
    size: int


@dataclass(frozen=True, slots=True)
class OutageLine:
    """One outage with its numbers, counted by what became of them."""

    id: UUID
    site_id: UUID
    code: str
    began_at: datetime
    ended_at: datetime
    closed_at: datetime | None
    counts: dict[str, int]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class FormLine:
    """One form: its number, what became of it, and who entered it when."""

    id: UUID
    number: str
    state: str
    reason: str
    patient: PatientBrief | None
    visit_id: UUID | None
    arrived_at: datetime | None
    called_at: datetime | None
    ended_at: datetime | None
    paid_at: datetime | None
    paid: Decimal | None
    entered_by: str
    entered_at: datetime | None

    @property
    def state_label(self) -> str:
        return str(FormState(self.state).label)


def downtime_topic(site_id: UUID) -> str:
    """The live topic of kits and outages of a site. No query."""
    return f"downtime:{site_id}"


def folder_of(site_key: str) -> Path:
    """Where the kits of a site lie, to be read without us. No query."""
    return Path(settings.DOWNTIME_FOLDER) / site_key


def kits(actor: Actor, site_id: UUID) -> list[KitLine]:
    """The kits that are still kept, the newest first. One query."""
    actor.require_to_see(permissions.SEE, site_id)
    zone = site_zone(site_id)
    found = Kit.objects.filter(site_id=site_id, dropped_at=None).order_by("-made_at")[:MOST]
    return [
        KitLine(k.pk, k.made_at.astimezone(zone), k.code, k.bookings, k.forms, k.size)
        for k in found
    ]


def outages(actor: Actor, site_id: UUID) -> list[OutageLine]:
    """The outages of a site, the latest first. Two queries."""
    actor.require_to_see(permissions.SEE, site_id)
    found = list(
        Outage.objects.select_related("kit").filter(site_id=site_id).order_by("-began_at")[:MOST]
    )
    states: dict[UUID, Counter[str]] = {one.pk: Counter() for one in found}
    for outage_id, state in PaperForm.objects.filter(outage__in=found).values_list(
        "outage_id", "state"
    ):
        states[outage_id][state] += 1
    return [_outage(one, states[one.pk]) for one in found]


def outage(actor: Actor, outage_id: UUID) -> OutageLine:
    """One outage. Two queries. Raises: NotFound."""
    found = Outage.objects.select_related("kit").filter(pk=outage_id).first()
    if found is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, found.site_id)
    counts = Counter(PaperForm.objects.filter(outage=found).values_list("state", flat=True))
    return _outage(found, counts)


def forms(actor: Actor, outage_id: UUID) -> list[FormLine]:
    """The forms of an outage in order of their numbers. Seven queries. Raises: NotFound."""
    line = outage(actor, outage_id)
    found = list(PaperForm.objects.filter(outage_id=outage_id))
    visits = visit_infos([one.visit_id for one in found if one.visit_id])
    briefs = patient_briefs(actor, {v.patient_id for v in visits.values()}, "paper forms")
    names = staff_names([one.entered_by for one in found])
    zone = site_zone(line.site_id)
    return [
        _form(
            one,
            zone,
            briefs.get(visits[one.visit_id].patient_id) if one.visit_id else None,
            str(names[one.entered_by]) if one.entered_by in names else "",
        )
        for one in found
    ]


def form_of_visit(visit_id: UUID) -> FormLine | None:
    """The form from which a visit was entered later; None for the others. One query."""
    found = PaperForm.objects.filter(visit_id=visit_id).first()
    return _form(found, site_zone(found.site_id), None, "") if found else None


def _outage(one: Outage, counts: Counter[str]) -> OutageLine:
    zone = site_zone(one.site_id)
    return OutageLine(
        id=one.pk,
        site_id=one.site_id,
        code=one.kit.code,
        began_at=one.began_at.astimezone(zone),
        ended_at=one.ended_at.astimezone(zone),
        closed_at=one.closed_at and one.closed_at.astimezone(zone),
        counts={state: counts.get(state, 0) for state in FormState.values},
    )


def _form(one: PaperForm, zone: ZoneInfo, patient: PatientBrief | None, by: str) -> FormLine:
    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return FormLine(
        id=one.pk,
        number=one.number,
        state=one.state,
        reason=one.reason,
        patient=patient,
        visit_id=one.visit_id,
        arrived_at=local(one.arrived_at),
        called_at=local(one.called_at),
        ended_at=local(one.ended_at),
        paid_at=local(one.paid_at),
        paid=one.paid,
        entered_by=by,
        entered_at=local(one.entered_at),
    )
