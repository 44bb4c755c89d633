"""Whether a patient is told a later time when their doctor runs late: a part of their page."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once
from yilu.scheduling import permissions
from yilu.scheduling.operations.fixed_times import fix_times
from yilu.scheduling.selectors.later import fixed_times
from yilu.scheduling.web.here import site_here


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """What holds for them."""
    site_here(request, permissions.SEE)
    return _part(request, patient_id)


@posted_once
def change(request: ActorRequest, patient_id: UUID) -> HttpResponseBase:
    """They say at the desk what they want."""
    site = site_here(request, permissions.CHANGE)
    is_fixed = "fixed" in request.POST
    fix_times(actor=request.actor, patient_id=patient_id, is_fixed=is_fixed, site_id=site.id)
    said = _("They are told no other time.") if is_fixed else _("They are told a later time again.")
    return with_toast(_part(request, patient_id), said)


def _part(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    context = {
        "is_fixed": bool(fixed_times([patient_id])),
        "patient_id": patient_id,
        "may_change": request.actor.may_anywhere(permissions.CHANGE),
    }
    return render(request, "scheduling/_fixed_times.html", context)
