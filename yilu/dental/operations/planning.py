"""What puts items into a dental plan, before the patient, and out of it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.catalogue.selectors.prices import PriceInfo, prices_at
from yilu.catalogue.selectors.services import ServiceInfo
from yilu.clinical.operations.plans import OptionWords, Proposal, propose_plan
from yilu.clinical.selectors.context import Setting, setting
from yilu.dental import permissions
from yilu.dental.errors import NothingToPropose, NotPlannable
from yilu.dental.items import held_item, move, reason_of, record, tell
from yilu.dental.models import PlanItem, ToothEntry
from yilu.dental.operations.charting import Charted, chart_teeth, withdraw_entry
from yilu.dental.rules.findings import FINDINGS
from yilu.dental.rules.mouth import mouth
from yilu.dental.rules.notation import TEETH, surfaces_as_written, surfaces_of
from yilu.dental.rules.plans import EFFECTS, PHASES, steps
from yilu.dental.selectors.services import dental_services
from yilu.dental.states import ItemState, Layer
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, operation
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError
from yilu.platform.inserts import insert_all

MOST_AT_ONCE = 32
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """A service to be done on teeth, or in the mouth as a whole when none is named."""

    service_id: UUID
    teeth: Sequence[str]
    phase: int
    surfaces: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What is said of a plan to the patient, in plain words."""

    title: str
    explanation: str
    benefits: str
    risks: str
    duration: str = ""


@operation
def plan_service(*, actor: Actor, visit_id: UUID, wish: Wish) -> list[UUID]:
    """Put a service into the plan, once for each tooth, and its marks onto the chart.

    Raises:
        NotPlannable: no such service, tooth, surface or phase.
        NotCharted: the tooth is not there any more.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    service = next((s for s in dental_services(where.site_id) if s.id == wish.service_id), None)
    if service is None:
        raise _wrong("service", _("Choose a service."))
    teeth = _teeth(wish, service)
    if wish.phase not in PHASES or len(wish.note) > LONGEST_NOTE or not is_readable(wish.note):
        raise NotPlannable
    price = prices_at([service.fee_item_id], where.day).get(service.fee_item_id or UUID(int=0))
    lock_name("dental.plan", where.patient_id)
    entries = _chart_planned(actor, where, service, teeth)
    rows = []
    for tooth, surfaces in teeth:
        row = _row(actor, where, wish, (service, price))
        row.tooth, row.surfaces, row.planned_entry_id = tooth, surfaces, entries.get(tooth)
        rows.append(row)
    insert_all(rows)
    for row in rows:
        record(actor, row, "planned", service=service.key, tooth=row.tooth)
    tell(actor, rows[0], "planned")
    return [row.pk for row in rows]


@operation
def propose_items(*, actor: Actor, visit_id: UUID, words: PlanWords) -> UUID:
    """Put all that is planned before the patient as a treatment plan; gives the plan's id.

    Its options go phase by phase: the first alone, and so on to all of it, which is recommended.

    Raises:
        NothingToPropose: nothing waits for the patient.
        And what `propose_plan` raises.
    """
    where = setting(actor, visit_id, permissions.SEE, permissions.WRITE)
    lock_name("dental.plan", where.patient_id)
    waiting = PlanItem.objects.filter(patient_id=where.patient_id, site_id=where.site_id)
    rows = list(
        waiting.filter(state=ItemState.PLANNED)
        .select_for_update()
        .order_by("phase", "recorded_at", "id")
    )
    if not rows:
        raise NothingToPropose
    until = steps([row.phase for row in rows])
    codes = _codes(rows, where)
    options = [
        OptionWords(
            name=_option_name(last, n, len(until)),
            benefits=words.benefits,
            risks=words.risks,
            duration=words.duration,
            codes=tuple(codes[row.pk] for row in rows if row.phase <= last and row.pk in codes),
        )
        for n, last in enumerate(until)
    ]
    plan_id = propose_plan(
        actor=actor,
        visit_id=visit_id,
        proposal=Proposal(words.title, words.explanation, options, len(options) - 1),
    )
    for row in rows:
        row.plan_id = plan_id
        row.step = next(n for n, last in enumerate(until) if row.phase <= last)
        row.version += 1
    PlanItem.objects.bulk_update(rows, ["plan", "step", "version"])
    tell(actor, rows[0], "proposed", visit_id)
    return plan_id


@operation
def accept_items(*, actor: Actor, plan_id: UUID, chosen: int) -> None:
    """Have the items of a plan go ahead that the chosen option holds. Twice, it is once."""
    rows = PlanItem.objects.select_for_update().filter(plan_id=plan_id, state=ItemState.PLANNED)
    for row in rows.filter(step__lte=chosen).order_by("pk"):
        move(row, ItemState.ACCEPTED)
        record(actor, row, "accepted", plan=str(plan_id))
        tell(actor, row, "accepted")


@operation
def drop_item(*, actor: Actor, item_id: UUID, reason: str, version: int | None = None) -> None:
    """Take an item out of the plan, with why; its mark leaves the chart.

    Raises: NotFound, NotAllowed, Stale, ItemMoveRefused, WhyMissing.
    """
    row = held_item(actor, item_id, version)
    words = reason_of(reason)
    move(row, ItemState.DROPPED, reason=words)
    _drop_mark(actor, row, words)
    record(actor, row, "dropped", reason=words)
    tell(actor, row, "dropped")


def _drop_mark(actor: Actor, row: PlanItem, words: str) -> None:
    """Withdraw the planned mark of an item from the chart, unless somebody has already."""
    entry_id = row.planned_entry_id
    if entry_id and ToothEntry.objects.filter(pk=entry_id, withdrawn_at=None).exists():
        withdraw_entry(actor=actor, entry_id=entry_id, reason=words)


def _teeth(wish: Wish, service: ServiceInfo) -> list[tuple[str, str]]:
    """The teeth with their surfaces in one form. Raises: NotPlannable."""
    teeth = list(dict.fromkeys(wish.teeth))
    if not set(teeth) <= TEETH or len(teeth) > MOST_AT_ONCE:
        raise _wrong("teeth", _("Name teeth by two digits, such as 36."))
    effect = EFFECTS.get(service.key)
    if effect and not teeth:
        raise _wrong("teeth", _("Name the tooth."))
    is_of_surface = bool(effect and FINDINGS[effect.finding].is_of_surface)
    found = [(one, surfaces_as_written(one, wish.surfaces)) for one in teeth]
    if any(not set(letters) <= set(surfaces_of(one)) for one, letters in found):
        raise _wrong("surfaces", _("Surfaces are M, O or I, D, B and L."))
    if is_of_surface and any(not letters for _one, letters in found):
        raise _wrong("surfaces", _("Name the surfaces."))
    return found or [("", "")]


def _row(
    actor: Actor, where: Setting, wish: Wish, what: tuple[ServiceInfo, PriceInfo | None]
) -> PlanItem:
    """An item but for its tooth."""
    service, price = what
    return PlanItem(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        service_id=service.id,
        name=service.name,
        price_item_id=price.item_id if price else None,
        amount=price.amount if price else None,
        phase=wish.phase,
        note=wish.note.strip(),
    )


def _chart_planned(
    actor: Actor, where: Setting, service: ServiceInfo, teeth: Sequence[tuple[str, str]]
) -> dict[str, UUID]:
    """Mark teeth on the chart that do not carry the mark yet; the entries by tooth."""
    effect = EFFECTS.get(service.key)
    if effect is None:
        return {}
    known = ToothEntry.objects.filter(patient_id=where.patient_id, withdrawn_at=None)
    states = mouth(known.order_by("n", "id"))
    said = [
        Charted(tooth, effect.finding, surfaces, layer=Layer.PLANNED)
        for tooth, surfaces in teeth
        if tooth not in states or effect.finding not in states[tooth].planned
    ]
    if not said:
        return {}
    made = chart_teeth(actor=actor, visit_id=where.visit_id, said=said)
    return {one.tooth: entry for one, entry in zip(said, made, strict=True)}


def _codes(rows: list[PlanItem], where: Setting) -> dict[UUID, str]:
    """The items of the price list by which rows are charged today."""
    known = prices_at([row.price_item_id for row in rows], where.day)
    return {row.pk: known[row.price_item_id].code for row in rows if row.price_item_id in known}


def _option_name(last: int, n: int, many: int) -> str:
    if n == many - 1:
        return pgettext("plan option", "Everything that is planned")
    return pgettext("plan option", "Up to “%(phase)s”") % {"phase": PHASES[last]}


def _wrong(field: str, words: str) -> NotPlannable:
    return NotPlannable(FieldError(field, "not_plannable", words))
