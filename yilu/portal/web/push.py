"""The account's page about the app: being told by push, in which devices, and installing it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yilu.facility.selectors.sites import open_sites
from yilu.messaging.errors import BadSubscription
from yilu.messaging.operations.messages import send_test_push
from yilu.messaging.operations.subscriptions import (
    LONGEST,
    Browser,
    remove_device,
    subscribe,
    unsubscribe,
)
from yilu.messaging.rules import vapid
from yilu.messaging.rules.devices import device_name
from yilu.messaging.selectors.subscriptions import device_at, devices_of
from yilu.platform import throttle
from yilu.platform.errors import NotFound, NotSignedIn
from yilu.platform.web.http import ActorRequest, go_to, with_toast
from yilu.platform.web.once import posted_once
from yilu.portal.web import keeping
from yilu.portal.web.app import SubscriptionForm
from yilu.portal.web.frame import bar

MOST_CHANGES, HOUR, MOST_TESTS, TEN_MINUTES = 60, 3600, 5, 600


def _own(request: ActorRequest) -> None:
    if request.actor.kind != "patient":
        raise NotSignedIn


@require_safe
def page(request: ActorRequest) -> HttpResponse:
    """Push on or off here, the devices in which it is on, and how to install the app."""
    _own(request)
    devices = devices_of(request.actor)
    here = keeping.device(request)
    context: dict[str, Any] = {
        "devices": devices,
        "here": here,
        "is_known": any(one.id == here for one in devices),
        "push_key": push_key(),
        "ph_menu": bar(request),
        "back_url": reverse("portal:me"),
    }
    return render(request, "portal/my_app.html", context)


def push_key() -> str:
    """What a browser subscribes with; empty where the clinic has not set push up."""
    return vapid.public_key() if vapid.is_set() else ""


@require_POST
def turn_on(request: ActorRequest) -> HttpResponse:
    """Tell the account by push in this browser."""
    _own(request)
    _count(request)
    form = SubscriptionForm(request.POST)
    if not form.is_valid() or not vapid.is_set():
        raise BadSubscription
    name = device_name(request.headers.get("User-Agent", ""))
    kept = subscribe(actor=request.actor, browser=Browser(**form.cleaned_data, device=name))
    keeping.say_device(request, kept)
    return HttpResponse(status=204)


@require_POST
def turn_off(request: ActorRequest) -> HttpResponse:
    """No longer; off already, it changes nothing."""
    _own(request)
    forget_device(request, request.POST.get("endpoint", ""))
    return HttpResponse(status=204)


def forget_device(request: ActorRequest, endpoint: str = "") -> None:
    """Tell the account nothing more in this browser, by its address and as this session knows it:
    either may be older than the other."""
    here = keeping.device(request)
    if endpoint:
        unsubscribe(actor=request.actor, endpoint=endpoint)
    if here is not None:
        remove_device(actor=request.actor, subscription_id=here)
    keeping.say_device(request, None)


@require_POST
def known(request: ActorRequest) -> HttpResponse:
    """Whether what this browser subscribed to is this account's. A browser forgets what is not."""
    _own(request)
    _count(request)
    found = device_at(request.actor, request.POST.get("endpoint", "")[:LONGEST])
    keeping.say_device(request, found)
    return JsonResponse({"known": found is not None})


@posted_once
def remove(request: ActorRequest, device_id: UUID) -> HttpResponseBase:
    """Tell the account nothing more in one of its devices, perhaps another than this."""
    _own(request)
    remove_device(actor=request.actor, subscription_id=device_id)
    return _back(request, _("Nothing is pushed to that device any more."))


@posted_once
def test(request: ActorRequest) -> HttpResponseBase:
    """Push a word to all devices of the account, to see that it works."""
    _own(request)
    throttle.take(f"portal:push-test:{request.actor.user_id}", MOST_TESTS, TEN_MINUTES)
    site = next(iter(open_sites()), None)
    if site is None:
        raise NotFound
    send_test_push(actor=request.actor, site_id=site.id)
    return _back(request, _("On its way: it should show within a minute."))


def _count(request: ActorRequest) -> None:
    throttle.take(f"portal:push:{request.actor.user_id}", MOST_CHANGES, HOUR)


def _back(request: ActorRequest, said: str) -> HttpResponseBase:
    return with_toast(go_to(request, reverse("portal:app")), said)
