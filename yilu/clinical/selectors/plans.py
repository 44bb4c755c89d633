"""Treatment plans as the doctor, the patient and apps that treat see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from yilu.clinical import permissions
from yilu.clinical.errors import OrderHeld, PlanOpen
from yilu.clinical.models import TreatmentPlan
from yilu.clinical.rules import plans as rules
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.private import private_visits, refuse_family
from yilu.clinical.selectors.readiness import readiness
from yilu.clinical.states import PlanState, PlanWay
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.practitioners import practitioner_names

LOOKS = {
    PlanState.PROPOSED: "soon",
    PlanState.ACCEPTED: "done",
    PlanState.DECLINED: "late",
    PlanState.REPLACED: "blocked",
}


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option, as it is read. `n` counts from 0."""

    n: int
    name: str
    benefits: str
    risks: str
    duration: str
    items: tuple[tuple[Localized, Decimal], ...]
    total: Decimal
    is_recommended: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in one line."""

    id: UUID
    visit_id: UUID
    title: str
    state: str
    doctor: PersonName | None
    proposed_at: datetime
    version: int

    @property
    def state_label(self) -> str:
        return str(PlanState(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[PlanState(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state == PlanState.PROPOSED


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture of a plan. `n` counts from 0."""

    n: int
    caption: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan as it is read, chosen from and said back."""

    line: PlanLine
    patient: PatientBrief
    explanation: str
    why: str
    options: tuple[OptionLine, ...]
    pictures: tuple[PictureLine, ...]
    digest: str
    said_back: str
    is_understood: bool | None
    way: str
    witness: str
    has_chosen: bool
    reason: str
    released_because: str
    can_write: bool
    can_lead: bool

    @property
    def way_label(self) -> str:
        return str(PlanWay(self.way).label) if self.way else ""

    @property
    def waits_for_patient(self) -> bool:
        return self.line.is_open and not self.has_chosen

    @property
    def waits_for_hearing(self) -> bool:
        return self.line.is_open and not self.is_understood


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a patient has accepted: `keys` are ids and codes of the price list."""

    visit_id: UUID
    practitioner_id: UUID
    keys: frozenset[str]


def visit_plans(actor: Actor, visit_id: UUID) -> list[PlanLine]:
    """The plans of a visit, the newest first. Five queries. Raises: NotFound."""
    where = setting(actor, visit_id)
    return _lines(TreatmentPlan.objects.filter(visit_id=where.visit_id))


def patient_plans(actor: Actor, patient_ids: Iterable[UUID]) -> list[PlanLine]:
    """What was proposed to the patients of an account, without what was replaced.

    Nor what is a relative's own affair. Three queries, six at most for a family.
    """
    wanted = set(patient_ids) & actor.owns
    rows = TreatmentPlan.objects.filter(patient_id__in=wanted).exclude(state=PlanState.REPLACED)
    rows = rows.exclude(visit_id__in=private_visits(actor))
    audit.seen(actor, wanted, "plans")
    return _lines(rows)


def plan_page(actor: Actor, plan_id: UUID) -> PlanPage:
    """A plan, for staff of its site and for its patient. Five queries. Raises: NotFound."""
    row, patient = _seen(actor, plan_id)
    [line] = _lines(TreatmentPlan.objects.filter(pk=plan_id))
    content = row.content
    return PlanPage(
        line=line,
        patient=patient,
        explanation=content["explanation"],
        why=content["why"],
        options=tuple(
            OptionLine(
                n=n,
                name=one["name"],
                benefits=one["benefits"],
                risks=one["risks"],
                duration=one["duration"],
                items=tuple((Localized(i["name"]), Decimal(i["amount"])) for i in one["items"]),
                total=Decimal(one["total"]),
                is_recommended=content["recommended"] == n,
                is_chosen=row.chosen == n,
            )
            for n, one in enumerate(content["options"])
        ),
        pictures=tuple(
            PictureLine(n, one["caption"]) for n, one in enumerate(content.get("pictures", ()))
        ),
        digest=row.digest,
        said_back=row.said_back,
        is_understood=row.is_understood,
        way=row.way,
        witness=row.witness or "",
        has_chosen=row.chosen is not None,
        reason=row.reason,
        released_because=row.released_because,
        can_write=actor.may(permissions.ASSESS, row.site_id),
        can_lead=actor.practitioner_id is not None and actor.may(permissions.WRITE, row.site_id),
    )


def plan_picture(actor: Actor, plan_id: UUID, n: int) -> UUID:
    """The file of a picture, for whoever may see the plan. Three queries. Raises: NotFound."""
    row, _patient = _seen(actor, plan_id)
    pictures = row.content.get("pictures", ())
    if not 0 <= n < len(pictures):
        raise NotFound
    return UUID(pictures[n]["file_id"])


def require_released(visit_id: UUID) -> None:
    """For the operations of apps that treat: a plan that waits holds back what belongs
    to it, unless an emergency released it. One query.

    Raises: PlanOpen.
    """
    waiting = TreatmentPlan.objects.filter(visit_id=visit_id, state=PlanState.PROPOSED)
    if waiting.filter(released_because="").exists():
        raise PlanOpen


def require_accepted(visit_id: UUID, patient_id: UUID, priced: Iterable[object]) -> None:
    """For the operations of apps that order: what a patient's plan names is not ordered before
    the patient has chosen it. `priced` are ids or codes of the price list.

    A plan holds its items at its own visit; one that still waits, for as long as its link stands.
    An emergency, of the plan or of the visit, holds nothing. One query, two when something is held.

    Raises: OrderHeld, naming what.
    """
    wanted = {str(one) for one in priced if one}
    if not wanted:
        return
    since = clock.now() - rules.LINK_STANDS
    rows = TreatmentPlan.objects.filter(
        Q(visit_id=visit_id) | Q(state=PlanState.PROPOSED, proposed_at__gt=since),
        patient_id=patient_id,
        released_because="",
    ).exclude(state=PlanState.REPLACED)
    held = rules.held_back(
        [(one.content["options"], one.chosen if one.decided_at else None) for one in rows], wanted
    )
    if held and not readiness(visit_id).is_emergency:
        raise OrderHeld(what=", ".join(str(Localized(name)) for name in held))


def chosen_of(plan_id: UUID) -> Chosen | None:
    """What stands in the accepted option of a plan, for apps that order. One query."""
    row = TreatmentPlan.objects.filter(pk=plan_id, state=PlanState.ACCEPTED).first()
    if row is None or row.chosen is None:
        return None
    items = row.content["options"][row.chosen]["items"]
    keys = frozenset(key for one in items for key in (one["item_id"], one["code"]))
    return Chosen(row.visit_id, row.practitioner_id, keys)


def plan_owner(plan_id: UUID) -> tuple[UUID, UUID]:
    """Whose a plan is, and at which site. One query. Raises: NotFound."""
    row = TreatmentPlan.objects.filter(pk=plan_id).values_list("patient_id", "site_id").first()
    if row is None:
        raise NotFound
    return row


def _seen(actor: Actor, plan_id: UUID) -> tuple[TreatmentPlan, PatientBrief]:
    row = TreatmentPlan.objects.filter(pk=plan_id).first()
    if row is None:
        raise NotFound
    if actor.kind != "patient":
        return row, setting(actor, row.visit_id).patient
    found = patient_briefs(actor, [row.patient_id], "plan").get(row.patient_id)
    if found is None:
        raise NotFound
    refuse_family(actor, row.visit_id)
    return row, found


def _lines(rows: QuerySet[TreatmentPlan]) -> list[PlanLine]:
    found = list(rows.order_by("-proposed_at", "-id").defer("strokes", "witness"))
    names = practitioner_names([one.practitioner_id for one in found])
    return [
        PlanLine(
            one.pk,
            one.visit_id,
            one.content["title"],
            one.state,
            names.get(one.practitioner_id),
            one.proposed_at.astimezone(site_zone(one.site_id)),
            one.version,
        )
        for one in found
    ]
