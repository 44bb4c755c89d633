"""An outage and its forms: every number is entered, or said to be unused, void or missing."""

from datetime import datetime
from uuid import UUID

from yilu.downtime import permissions
from yilu.downtime.errors import BadPeriod, KitGone, OutageOpen, StillOpen
from yilu.downtime.events import OutageChanged
from yilu.downtime.models import Kit, Outage, PaperForm
from yilu.downtime.operations.holding import hold_form, hold_outage
from yilu.downtime.rules import form_number
from yilu.downtime.selectors.kits import downtime_topic
from yilu.downtime.states import BY_HAND, FormState
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import FieldError, Invalid
from yilu.platform.ids import new_id


@operation
def open_outage(*, actor: Actor, kit_id: UUID, began_at: datetime, ended_at: datetime) -> UUID:
    """Say that a site worked on the forms of a kit for a while: its numbers wait to be entered.

    Raises:
        KitGone, NotAllowed.
        BadPeriod: it ends before it begins, or in the future.
        OutageOpen: an earlier one is still being entered.
    """
    kit = Kit.objects.filter(pk=kit_id).first()
    if kit is None:
        raise KitGone
    actor.require(permissions.ENTER, kit.site_id)
    if not (began_at < ended_at <= clock.now()):
        raise BadPeriod
    outage = Outage(
        id=new_id(), site_id=kit.site_id, kit=kit, began_at=began_at, ended_at=ended_at,
        opened_by=actor.user_id,
    )  # fmt: skip
    with on_violation(downtime_outage_one_open=OutageOpen):
        outage.save(force_insert=True)
    numbers = [form_number(kit.code, n) for n in range(1, kit.forms + 1)]
    PaperForm.objects.bulk_create(
        PaperForm(id=new_id(), outage=outage, site_id=kit.site_id, number=number)
        for number in numbers
    )
    _tell(actor, outage, "opened")
    return outage.pk


@operation
def account_for(*, actor: Actor, form_id: UUID, state: str, reason: str = "") -> None:
    """Say of a form that it is unused, void or missing; the last two with a reason.

    Raises:
        NotFound, OutageClosed.
        FormSettled: it is accounted for already, other than as unused.
        Invalid: no such state, or no reason.
    """
    form = hold_form(actor, form_id)
    if state not in BY_HAND:
        raise Invalid(FieldError("state", "unknown", state))
    if state != FormState.UNUSED and not reason.strip():
        raise Invalid(FieldError("reason", "required", "reason"))
    form.state, form.reason = state, reason.strip()
    form.entered_by, form.entered_at = actor.user_id, clock.now()
    form.save()
    audit.record(
        actor, "downtime.form.accounted_for", form, site_id=form.site_id, state=state,
        number=form.number,
    )  # fmt: skip
    _tell(actor, form.outage, "counted", is_recorded=True)


@operation
def rest_is_unused(*, actor: Actor, outage_id: UUID) -> int:
    """Say that all forms not accounted for are blank. Gives back how many. Raises: as above."""
    outage = hold_outage(actor, outage_id)
    rest = PaperForm.objects.select_for_update().filter(outage=outage, state=FormState.OPEN)
    many = rest.update(state=FormState.UNUSED, entered_by=actor.user_id, entered_at=clock.now())
    audit.record(actor, "downtime.forms.unused", outage, site_id=outage.site_id, many=many)
    _tell(actor, outage, "counted", is_recorded=True)
    return many


@operation
def close_outage(*, actor: Actor, outage_id: UUID) -> None:
    """End the entering of an outage: every number is accounted for. Raises: StillOpen, NotFound."""
    outage = hold_outage(actor, outage_id)
    many = PaperForm.objects.filter(outage=outage, state=FormState.OPEN).count()
    if many:
        raise StillOpen(many=many)
    outage.closed_by, outage.closed_at = actor.user_id, clock.now()
    outage.save(update_fields=["closed_by", "closed_at"])
    _tell(actor, outage, "closed")


def _tell(actor: Actor, outage: Outage, what: str, *, is_recorded: bool = False) -> None:
    if not is_recorded:
        audit.record(actor, f"downtime.outage.{what}", outage, site_id=outage.site_id)
    outbox.publish(
        OutageChanged(what), actor=actor, site_id=outage.site_id, subject=outage,
        topics=[downtime_topic(outage.site_id)],
    )  # fmt: skip
