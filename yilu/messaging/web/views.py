"""The message centre, one patient's history, and the clinic's own words."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.messaging import permissions
from yilu.messaging.operations.again import close_call, edit_template, resend_message
from yilu.messaging.selectors.centre import (
    failed_messages,
    message_centre,
    message_line,
    messages_of,
    troubled_providers,
)
from yilu.messaging.selectors.topics import centre_topic, patient_topic
from yilu.messaging.selectors.wordings import wording, wordings
from yilu.messaging.states import Channel, MessageState
from yilu.patients.selectors.detail import visible_brief
from yilu.platform.errors import NotAllowed
from yilu.platform.forms import Text
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once, submit


class ReasonForm(forms.Form):
    """Why something is said again."""

    reason = Text(label=gettext_lazy("Reason"), max_length=200)


class WordsForm(forms.Form):
    """The clinic's own words for one template."""

    chinese = Text(label="中文", widget=forms.Textarea(attrs={"rows": 4}), max_length=500)
    english = Text(label="English", widget=forms.Textarea(attrs={"rows": 4}), max_length=600)
    is_active = forms.BooleanField(label=gettext_lazy("Is sent"), required=False)


@require_GET
def centre(request: ActorRequest) -> HttpResponse:
    """All messages of a site, live."""
    site = _site(request)
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "state", "channel")}
    return render_page(
        request,
        "messaging/centre.html",
        part="messaging/_lines.html",
        lines=message_centre(request.actor, site.id, **asked),
        asked=asked,
        topic=centre_topic(site.id),
        can_send=request.actor.may(permissions.SEND, site.id),
        can_edit=request.actor.may_anywhere(permissions.EDIT),
        states=MessageState.choices,
        channels=Channel.choices,
        troubled=troubled_providers(),
    )


@require_GET
def failed(request: ActorRequest) -> HttpResponse:
    """What did not arrive, and what to do about it."""
    site = _site(request)
    return render_page(
        request,
        "messaging/failed.html",
        part="messaging/_lines.html",
        lines=failed_messages(request.actor, site.id),
        topic=centre_topic(site.id),
        can_send=request.actor.may(permissions.SEND, site.id),
    )


@require_GET
def of_patient(request: ActorRequest, patient_id: UUID) -> HttpResponse:
    """What one patient was told: a part of the patient's page."""
    visible_brief(request.actor, patient_id)
    context = {
        "lines": messages_of(request.actor, patient_id),
        "topic": patient_topic(patient_id),
        "url": request.path,
    }
    inner = "messaging/_lines.html" if "lines" in request.GET else "messaging/_history.html"
    return render(request, inner, context)


def resend(request: ActorRequest, message_id: UUID) -> HttpResponseBase:
    """The dialog for saying something again, and what comes of it."""
    form = ReasonForm(request.POST or None)

    def again(status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "url": request.path,
            "line": message_line(request.actor, message_id),
        }
        return render(request, "messaging/_resend.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        resend_message(actor=request.actor, message_id=message_id, reason=typed["reason"])
        return with_toast(HttpResponse(), _("It is being sent again"))

    return submit(request, form, save, again) if request.method == "POST" else again()


@posted_once
def call(request: ActorRequest, message_id: UUID) -> HttpResponseBase:
    """How a phone call ended."""
    has_reached = request.POST.get("reached") == "1"
    close_call(actor=request.actor, message_id=message_id, has_reached=has_reached)
    return with_toast(HttpResponse(), _("Call closed"))


@require_GET
def templates(request: ActorRequest) -> HttpResponse:
    """All templates as they hold now."""
    request.actor.require_anywhere(permissions.EDIT)
    return render(request, "messaging/templates.html", {"wordings": wordings()})


def template(request: ActorRequest, key: str) -> HttpResponseBase:
    """The form for the words of one template."""
    request.actor.require_anywhere(permissions.EDIT)
    held = next((one for one in wordings() if one.key == key), None) or wording(key)
    words = held.bodies["sms"]
    started = {
        "chinese": words.get("zh-Hans"),
        "english": words.get("en"),
        "is_active": held.is_active,
    }
    form = WordsForm(request.POST or None, initial=started)

    def again(status: int = 200) -> HttpResponse:
        context = {"form": form, "wording": held, "url": request.path}
        return render(request, "messaging/_template.html", context, status=status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        version = request.POST.get("version", "0")
        edit_template(
            actor=request.actor,
            key=key,
            sms={"zh-Hans": typed["chinese"], "en": typed["english"]},
            is_active=typed["is_active"],
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
        )
        response = go_to(request, reverse("messaging:templates"))
        return with_toast(response, _("Saved")) if isinstance(response, HttpResponse) else response

    return submit(request, form, save, again) if request.method == "POST" else again()


def _site(request: ActorRequest) -> SiteInfo:
    sites = [s for s in visible_sites(request.actor) if request.actor.may(permissions.SEE, s.id)]
    if not sites:
        raise NotAllowed(permission=permissions.SEE)
    wanted = request.GET.get("site") or str(request.session.get("site", ""))
    return next((site for site in sites if str(site.id) == wanted), sites[0])
