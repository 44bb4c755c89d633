"""Setting how long one may wait at a site, and what is offered to who had to wait longer."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from yilu.platform.forms import Text, VersionedForm
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.queueing import permissions
from yilu.queueing.operations.limits import (
    Figures,
    add_amends,
    restore_amends,
    retire_amends,
    set_wait_rule,
)
from yilu.queueing.selectors.limits import offered_amends, wait_rule
from yilu.queueing.selectors.topics import long_waits_topic
from yilu.scheduling.web.here import site_here, sites_here

SOONEST = 5
FIGURES = (
    "longest_minutes",
    "grace_minutes",
    "notice_minutes",
    "most_messages",
    "tells_later",
    "later_gain_minutes",
    "later_leave_minutes",
    "later_margin_minutes",
)


class WaitRuleForm(VersionedForm):
    """After how many minutes a wait is to be explained."""

    longest_minutes = forms.IntegerField(
        label=gettext_lazy("A wait is explained after (minutes)"), min_value=5, max_value=240
    )
    grace_minutes = forms.IntegerField(
        label=gettext_lazy("A promised time may be exceeded by (minutes)"),
        min_value=0,
        max_value=120,
    )
    notice_minutes = forms.IntegerField(
        label=gettext_lazy("Patients are told how it goes every (minutes; 0: never)"),
        min_value=0,
        max_value=240,
    )
    most_messages = forms.IntegerField(
        label=gettext_lazy("Messages in one wait, at most"), min_value=0, max_value=20
    )
    tells_later = forms.BooleanField(
        label=gettext_lazy("When a doctor runs late, tell patients automatically to come later"),
        required=False,
    )
    later_gain_minutes = forms.IntegerField(
        label=gettext_lazy("… if they wait less by at least (minutes)"), min_value=5, max_value=120
    )
    later_leave_minutes = forms.IntegerField(
        label=gettext_lazy("… and are still at home: more than so many minutes before their time"),
        min_value=0,
        max_value=180,
    )
    later_margin_minutes = forms.IntegerField(
        label=gettext_lazy("They come so many minutes before their turn could be at the earliest"),
        min_value=0,
        max_value=60,
    )

    def clean_notice_minutes(self) -> int:
        """Never, or every five minutes at the most."""
        minutes: int = self.cleaned_data["notice_minutes"]
        if 0 < minutes < SOONEST:
            raise forms.ValidationError(_("Every five minutes at the most."), code="too_often")
        return minutes


class AmendsForm(forms.Form):
    """What is offered, in both languages."""

    chinese = Text(label=pgettext_lazy("amends", "In Chinese"), max_length=60)
    english = Text(label=pgettext_lazy("amends", "In English"), max_length=60)


@require_http_methods(["GET", "HEAD", "POST"])
def wait_limits(request: ActorRequest) -> HttpResponseBase:
    """The figures of a site, and what it offers."""
    site = site_here(request, permissions.SET_UP)
    rule = wait_rule(site.id)
    form = WaitRuleForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(rule, name) for name in (*FIGURES, "version")},
    )

    def save(data: dict[str, Any]) -> HttpResponseBase:
        set_wait_rule(
            actor=request.actor,
            site_id=site.id,
            figures=Figures(**{name: data[name] for name in FIGURES}),
            version=data["version"],
        )
        answer: Any = go_to(request, f"{reverse('queueing:wait-limits')}?site={site.id}")
        return with_toast(answer, _("This holds for who comes from now on"))

    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "queueing/wait_limits.html",
            part="queueing/_amends.html",
            status=status,
            form=form,
            site=site,
            sites=sites_here(request, permissions.SET_UP),
            offered=offered_amends(site.id),
            here=f"{request.path}?site={site.id}",
            topic=long_waits_topic(site.id),
        )

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_amends(request: ActorRequest) -> HttpResponseBase:
    """Ask what is to be offered; then offer it."""
    site = site_here(request, permissions.SET_UP)
    form = AmendsForm(request.POST if request.method == "POST" else None)

    def save(data: dict[str, Any]) -> HttpResponse:
        add_amends(
            actor=request.actor, site_id=site.id, chinese=data["chinese"], english=data["english"]
        )
        return with_toast(HttpResponse(), _("This is offered from now on"))

    def show(status: int) -> HttpResponse:
        return render_page(
            request,
            "platform/form.html",
            part="platform/_dialog.html",
            status=status,
            form=form,
            title=_("Offer one thing more"),
            text=_("Staff choose it when they explain to somebody why they wait so long."),
            url=f"{request.path}?site={site.id}",
            label=_("Offer it"),
        )

    return submit(request, form, save, show) if request.method == "POST" else show(200)


@posted_once
def retire(request: ActorRequest, amends_id: UUID) -> HttpResponseBase:
    """Offer something no longer."""
    retire_amends(actor=request.actor, amends_id=amends_id)
    back = reverse("queueing:restore-amends", args=[amends_id])
    return with_toast(HttpResponse(), _("This is offered no longer"), undo=back)


@posted_once
def restore(request: ActorRequest, amends_id: UUID) -> HttpResponseBase:
    """Offer something again."""
    restore_amends(actor=request.actor, amends_id=amends_id)
    return with_toast(HttpResponse(), _("This is offered from now on"))
