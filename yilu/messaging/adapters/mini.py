"""The mini-program's sign-in by WeChat's official interface: who a code stands for.

The session key that WeChat gives is not used and not kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yilu.messaging.adapters import wechat
from yilu.platform.errors import DomainError

INVALID, BLOCKED = {40029, 40163, 41008}, 40226


class CodeRefused(DomainError):
    code, status = "code_refused", 422
    message = _("WeChat does not know this code, or it was used already. Please try again.")


class WechatAway(DomainError):
    code, status, retry_after = "wechat_away", 503, 5
    message = _("WeChat does not answer. Please try again in a moment.")


@dataclass(frozen=True, slots=True)
class MiniUser:
    """Who WeChat says somebody is, for our mini-program."""

    openid: str
    unionid: str


def user_of(code: str) -> MiniUser:
    """Who the code of `wx.login` stands for (`code2session`). Call outside a transaction.

    Raises: CodeRefused, WechatAway.
    """
    query = {
        "appid": settings.WECHAT["app_id"],
        "secret": settings.WECHAT["secret"],
        "js_code": code,
        "grant_type": "authorization_code",
    }
    said = _asked(lambda: wechat.get("/sns/jscode2session", **query))
    openid = said.get("openid")
    if not isinstance(openid, str) or not openid:
        raise WechatAway
    return MiniUser(openid, str(said.get("unionid") or ""))


def phone_of(code: str) -> str:
    """The phone whose owner pressed "allow" (`getPhoneNumber`), with its country. Call outside a
    transaction.

    Raises: CodeRefused, WechatAway.
    """
    said = _asked(lambda: wechat.with_token("/wxa/business/getuserphonenumber", {"code": code}))
    info = said.get("phone_info")
    if not isinstance(info, dict) or not info.get("purePhoneNumber"):
        raise WechatAway
    return f"+{info.get('countryCode') or '86'}{info['purePhoneNumber']}"


def _asked(ask: Callable[[], dict[str, object]]) -> dict[str, object]:
    if not settings.WECHAT["app_id"]:
        raise WechatAway
    try:
        said = ask()
    except (httpx.HTTPError, ValueError) as error:
        raise WechatAway from error
    code = said.get("errcode", 0)
    if code in INVALID or code == BLOCKED:
        raise CodeRefused
    if code != 0:
        raise WechatAway
    return said
