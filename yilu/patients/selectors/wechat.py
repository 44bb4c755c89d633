"""Accounts by what WeChat calls somebody."""

from typing import Any

from django.contrib.auth import get_user_model

from yilu.patients.models import WechatIdentity
from yilu.platform.crypto import blind

PURPOSE = "patients.wechat"


def account_of_openid(openid: str) -> Any | None:
    """The account that an open id signs in to, or None. One query."""
    bound = WechatIdentity.objects.filter(openid_blind=blind(openid, PURPOSE), ended_at=None)
    users = get_user_model().objects
    return users.filter(is_active=True, pk__in=bound.values("user_id")).first()
