"""Who signs in by WeChat: an open id that is bound to a phone's account."""

from typing import Any

from yilu.patients.models import WechatIdentity
from yilu.patients.operations.accounts import ensure_account
from yilu.patients.selectors.wechat import PURPOSE
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.crypto import blind
from yilu.platform.db import operation


@operation
def bind_wechat(*, actor: Actor, openid: str, phone: str) -> Any:
    """Bind an open id to the account of a phone that has just proved itself; gives it back.

    Whom it was bound to before, it no longer opens. Five queries.

    Raises:
        BadPhone: nobody can have this number.
    """
    user = ensure_account(actor=actor, phone=phone)
    mark = blind(openid, PURPOSE)
    held = WechatIdentity.objects.select_for_update().filter(openid_blind=mark, ended_at=None)
    known = held.first()
    if known is not None and known.user_id == user.pk:
        return user
    held.update(ended_at=clock.now())
    bound = WechatIdentity(user=user, openid=openid, openid_blind=mark)
    bound.save(force_insert=True)
    audit.record(actor, "patients.wechat.bound", user)
    return user
