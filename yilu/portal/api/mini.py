"""Signing in from the mini-program: WeChat says who it is, once the phone is bound."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from yilu.messaging.adapters import mini
from yilu.platform import api, throttle
from yilu.platform.actors import Actor
from yilu.portal.api.router import router
from yilu.portal.bindings import openid_in
from yilu.portal.operations.identity import prove_phone, send_code
from yilu.portal.operations.mini import (
    SignedIn,
    bind_phone,
    sign_in_by_openid,
    sign_out,
)

MOST_TRIES, TEN_MINUTES = 30, 600
Code = Annotated[api.Line, Field(min_length=1, max_length=128)]
Binding = Annotated[str, Field(max_length=600)]


class SignIn(api.Shape):
    """The code of `wx.login`."""

    code: Code


class SignedInOut(api.Shape):
    """A token for two hours; or, when no phone is bound yet, what to bind one with."""

    token: str | None
    expires_at: datetime | None
    needs_phone: bool
    binding: str | None


class PhoneAllowed(api.Shape):
    """The code of `getPhoneNumber`."""

    binding: Binding
    code: Code


class PhoneTyped(api.Shape):
    binding: Binding
    phone: Annotated[api.Line, Field(max_length=40)]


class CodeSent(api.Shape):
    nonce: str


class CodeTyped(PhoneTyped):
    nonce: Annotated[api.Line, Field(max_length=80)]
    code: Annotated[api.Line, Field(max_length=12)]


@router.post("/mini/sign-in", response=SignedInOut, auth=None)
def mini_sign_in(request: HttpRequest, given: SignIn) -> HttpResponse:
    """Sign in by the code of `wx.login`. Somebody new gets a `binding` to prove a phone with."""
    _count(request)
    openid = mini.user_of(given.code).openid
    return _answer(sign_in_by_openid(actor=Actor.nobody(), openid=openid))


@router.post("/mini/phone", response=SignedInOut, auth=None)
def mini_phone(request: HttpRequest, given: PhoneAllowed) -> HttpResponse:
    """Bind the phone that WeChat vouches for, and sign in."""
    _count(request)
    openid = openid_in(given.binding)
    return _answer(bind_phone(actor=Actor.nobody(), openid=openid, phone=mini.phone_of(given.code)))


@router.post("/mini/code", response=CodeSent, auth=None)
def mini_code(request: HttpRequest, given: PhoneTyped) -> HttpResponse:
    """Send a code by SMS, for whoever does not want to allow WeChat to give the phone."""
    _count(request)
    openid_in(given.binding)
    issued = send_code(actor=Actor.nobody(), phone=given.phone, address=_address(request))
    return api.answer({"nonce": issued.nonce})


@router.post("/mini/code/verify", response=SignedInOut, auth=None)
def mini_verify(request: HttpRequest, given: CodeTyped) -> HttpResponse:
    """Bind the phone whose code is right, and sign in."""
    _count(request)
    openid = openid_in(given.binding)
    prove_phone(actor=Actor.nobody(), phone=given.phone, nonce=given.nonce, code=given.code)
    return _answer(bind_phone(actor=Actor.nobody(), openid=openid, phone=given.phone))


@router.post("/mini/sign-out", response={204: None})
def mini_sign_out(request: api.ApiRequest) -> HttpResponse:
    """Let the token that is shown open nothing any more."""
    sign_out(actor=request.actor, header=request.headers.get("Authorization", ""))
    return api.nothing()


def _count(request: HttpRequest) -> None:
    throttle.take(f"portal:mini:{_address(request)}", MOST_TRIES, TEN_MINUTES)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _answer(done: SignedIn) -> HttpResponse:
    return api.answer(
        {
            "token": done.token or None,
            "expires_at": done.expires_at,
            "needs_phone": not done.token,
            "binding": done.binding or None,
        }
    )
