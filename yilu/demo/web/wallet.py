"""Playing the payer's phone: in a demonstration no real WeChat can pay."""

from decimal import Decimal
from typing import Any

import httpx
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from yilu.platform import clinic_clock
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest

PATIENCE = 5.0


@require_http_methods(["GET", "HEAD", "POST"])
def wallet(request: ActorRequest) -> HttpResponseBase:
    """What a code asks for; pressed, it is paid at the sandbox as by somebody's phone.

    Raises: NotFound: in a real clinic.
    """
    if not clinic_clock.is_demonstration():
        raise NotFound
    code = (request.POST or request.GET).get("code", "")
    if request.method == "POST":
        _ask("POST", json={"code_url": code, "quietly": request.POST.get("quietly") == "yes"})
    return _page(request, code)


def _page(request: ActorRequest, code: str) -> HttpResponse:
    shown = _ask("GET", params={"code_url": code})
    context = {
        "code": code,
        "back": _back(request),
        "is_known": bool(shown),
        "what": shown.get("what", ""),
        "sum": Decimal(shown.get("total", 0)) / 100,
        "state": shown.get("state", ""),
    }
    return render(request, "demo/wallet.html", context, status=200 if shown else 404)


def _ask(method: str, **options: Any) -> dict[str, Any]:
    """What the sandbox answers; nothing when it knows no such code, or is away."""
    address = f"http://127.0.0.1:{settings.SANDBOX_PORT}/wechatpay/payer"
    try:
        answer = httpx.request(method, address, timeout=PATIENCE, trust_env=False, **options)
        said: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    except (httpx.HTTPError, ValueError):
        return {}
    return said


def _back(request: ActorRequest) -> str:
    wanted = (request.POST or request.GET).get("back", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else "/my"
