"""Staff sign in with their number and password, and out again."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yilu.platform import actors, audit, throttle
from yilu.platform.actors import Actor
from yilu.platform.errors import TooMany
from yilu.platform.forms import Text
from yilu.platform.web import idle

TEN_MINUTES = 600
# Tries in ten minutes: of one name from one address, of one name, from one address, in all. A
# clinic shares one address; a name alone must not be easy to lock from elsewhere.
HERE, BY_NAME, BY_ADDRESS, IN_ALL = 10, 50, 200, 2000
WRONG = _("This number and password do not go together.")


class SignInForm(forms.Form):
    """Who and the proof. Nothing is said about which of the two was wrong."""

    number = Text(
        label=_("Staff number"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The page and what it sends. Whoever is signed in goes straight to today's board."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_next(request))
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        user = _proved(request, form.cleaned_data["number"], form.cleaned_data["password"])
    except TooMany as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=429, headers={"Retry-After": str(refused.retry_after)})
    if user is None:
        form.add_error(None, str(WRONG))
        return _page(request, form, status=422)
    # Also gives the session a new key, so that one planted before signing in is worth nothing.
    login(request, user)
    idle.begin(request)
    audit.record(actors.load(user), "platform.session.started", user)
    return HttpResponseRedirect(_next(request), status=303)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session, here and now."""
    if request.user.is_authenticated:
        audit.record(actors.load(request.user), "platform.session.ended", request.user)
    logout(request)
    return HttpResponseRedirect("/sign-in", status=303)


def _proved(request: HttpRequest, number: str, password: str) -> Any:
    """The member of staff, or None; an unknown number takes as long as a wrong password."""
    address = request.META.get("REMOTE_ADDR", "")
    here = f"sign-in:{number}:{address}"
    throttle.take("sign-in", IN_ALL, TEN_MINUTES)
    throttle.take(f"sign-in:address:{address}", BY_ADDRESS, TEN_MINUTES)
    throttle.take(f"sign-in:name:{number}", BY_NAME, TEN_MINUTES)
    throttle.take(here, HERE, TEN_MINUTES)
    user: Any = authenticate(request, username=number, password=password)
    if user is None or user.kind != "staff":
        audit.record_plain(Actor.nobody(), "platform.session.refused")
        return None
    throttle.forget(here)
    return user


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else "/"


def _page(request: HttpRequest, form: SignInForm, **options: Any) -> HttpResponse:
    headers = options.pop("headers", {})
    response = render(
        request, "platform/sign_in.html", {"form": form, "next": _next(request)}, **options
    )
    for name, value in headers.items():
        response[name] = value
    return response
