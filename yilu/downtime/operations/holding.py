"""Holding an outage and its forms, so that two who enter its paper do so one after another."""

from uuid import UUID

from yilu.downtime import permissions
from yilu.downtime.errors import FormSettled, OutageClosed
from yilu.downtime.models import Outage, PaperForm
from yilu.downtime.states import ENTERABLE
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound


def hold_form(actor: Actor, form_id: UUID) -> PaperForm:
    """A form that holds no visit and no reason yet, locked until the deed ends.

    Also one said to be unused: a colleague may have said so of the one that is being typed.
    """
    known = PaperForm.objects.filter(pk=form_id).values_list("outage_id", flat=True).first()
    if known is None:
        raise NotFound
    outage = hold_outage(actor, known)
    form = PaperForm.objects.select_for_update().get(pk=form_id)
    form.outage = outage
    if form.state not in ENTERABLE:
        raise FormSettled
    return form


def hold_outage(actor: Actor, outage_id: UUID) -> Outage:
    """The outage, locked: two who enter its paper do so one after another."""
    outage = Outage.objects.select_for_update().filter(pk=outage_id).first()
    if outage is None:
        raise NotFound
    actor.require_to_see(permissions.ENTER, outage.site_id)
    if outage.closed_at is not None:
        raise OutageClosed
    return outage
