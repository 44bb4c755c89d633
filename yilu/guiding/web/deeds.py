"""The deeds of one press: on duty, take, there, received, back."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from yilu.facility.selectors.sites import site_by_key
from yilu.guiding.operations.leading import come_on_duty, deliver_task, go_off_duty, take_task
from yilu.guiding.operations.receiving import receive_patient, return_equipment
from yilu.platform import undo
from yilu.platform.web.http import ActorRequest, sent_version, with_toast
from yilu.platform.web.once import posted_once


@posted_once
def on_duty(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Be there to be given tasks."""
    come_on_duty(actor=request.actor, site_id=site_by_key(site_key).id)
    return _said(_("You are on duty: tasks come to you by themselves"))


@posted_once
def off_duty(request: ActorRequest, site_key: str) -> HttpResponseBase:
    """Be given nothing more."""
    go_off_duty(actor=request.actor, site_id=site_by_key(site_key).id)
    return _said(_("You are off duty; what you had not taken up went to others"))


@posted_once
def take(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """Be on the way with the patient."""
    offer = take_task(actor=request.actor, task_id=task_id, version=sent_version(request))
    return _said(_("It is yours: on the way"), undo.address(offer))


@posted_once
def there(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """The patient is there, says the guide."""
    offer = deliver_task(actor=request.actor, task_id=task_id, version=sent_version(request))
    return _said(_("Noted. It is done once the receiving person confirms"), undo.address(offer))


@posted_once
def receive(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """The patient is here, says the receiving person."""
    offer = receive_patient(actor=request.actor, task_id=task_id, version=sent_version(request))
    return _said(_("Confirmed: the patient is with you"), undo.address(offer))


@posted_once
def back(request: ActorRequest, task_id: UUID) -> HttpResponseBase:
    """A wheelchair or stretcher stands ready again."""
    return_equipment(actor=request.actor, task_id=task_id)
    return _said(_("It stands ready again"))


def _said(words: str, way_back: str = "") -> HttpResponseBase:
    return with_toast(HttpResponse(status=204), words, undo=way_back)
