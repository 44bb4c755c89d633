"""Joining the waiting list of a service, without a booking to move."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.platform import clock
from yilu.platform.errors import NotSignedIn
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import submit
from yilu.platform.wording import WEEKDAYS
from yilu.portal.operations.waiting import WaitOnline, wait_online
from yilu.portal.selectors.mine import my_people
from yilu.portal.selectors.offers import offered_service
from yilu.portal.web import keeping
from yilu.portal.web.frame import bar
from yilu.scheduling.errors import AlreadyWaiting, DaysOver, UnknownPractitioner
from yilu.scheduling.states import Channel
from yilu.workforce.selectors.practitioners import practitioner_info

USUAL = timedelta(days=14)
DATE, TIME = {"type": "date"}, {"type": "time"}


class WaitForm(forms.Form):
    """For whom, and on which days and at which times they could come."""

    patient = forms.ChoiceField(label=gettext_lazy("For whom"), widget=forms.RadioSelect)
    from_on = forms.DateField(
        label=gettext_lazy("First day that would do"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    until_on = forms.DateField(
        label=gettext_lazy("Last day that would do"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Only on these days of the week"),
        required=False,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
    )
    not_before = forms.TimeField(
        label=gettext_lazy("Not before"),
        required=False,
        widget=forms.TimeInput(attrs=TIME, format="%H:%M"),
    )
    not_after = forms.TimeField(
        label=gettext_lazy("Not after"),
        required=False,
        widget=forms.TimeInput(attrs=TIME, format="%H:%M"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: ActorRequest, site_key: str, service_id: UUID) -> HttpResponseBase:
    """Ask on which days somebody could come, and put them on the list."""
    if request.actor.kind != "patient":
        raise NotSignedIn
    site = site_by_key(site_key)
    doctor_id = _doctor(request)
    form = _form(request, site)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        wait_online(
            actor=request.actor,
            wish=WaitOnline(
                site_id=site.id,
                service_id=service_id,
                practitioner_id=doctor_id,
                patient_id=UUID(typed["patient"]),
                from_on=typed["from_on"],
                until_on=typed["until_on"],
                weekdays=tuple(int(one) for one in typed["weekdays"]),
                not_before=typed["not_before"],
                not_after=typed["not_after"],
                channel=keeping.channel_of(request, Channel.MY),
            ),
        )
        answer = HttpResponseRedirect(reverse("portal:bookings"), status=303)
        said = _("On the waiting list. As soon as something fits, we ask you by SMS and WeChat.")
        return with_toast(answer, said)

    def again(status: int) -> HttpResponseBase:
        context = {
            "form": form,
            "site": site,
            "offer": offered_service(site, service_id),
            "doctor": practitioner_info(doctor_id) if doctor_id else None,
            "has_people": bool(form.fields["patient"].choices),  # type: ignore[attr-defined]
            "ph_menu": bar(request),
            "back_url": reverse("portal:doctors", args=[site.key, service_id]),
        }
        return render(request, "portal/wait.html", context, status=status)

    if request.method != "POST":
        return again(200)
    try:
        return submit(request, form, save, again)
    except (AlreadyWaiting, DaysOver, UnknownPractitioner) as refused:
        form.add_error(None, str(refused))
        return again(refused.status)


def _form(request: ActorRequest, site: SiteInfo) -> WaitForm:
    today = clock.now().astimezone(site.zone).date()
    people = [(str(one.id), str(one.name)) for one in my_people(request.actor)]
    usual = {"from_on": today, "until_on": today + USUAL}
    if people:
        usual |= {"patient": people[0][0]}  # type: ignore[dict-item]
    form = WaitForm(request.POST or None, initial=usual)
    form.fields["patient"].choices = people  # type: ignore[attr-defined]
    return form


def _doctor(request: ActorRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("doctor", ""))
    except ValueError:
        return None
