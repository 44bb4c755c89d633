"""The life of a message, and the ways it can go."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    SMS = "sms", _("SMS")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    PHONE_TASK = "phone_task", _("Phone call")
    IN_APP = "in_app", _("In the app")
    PUSH = "push", _("Push")


class MessageState(TextChoices):
    WAITING = "waiting", pgettext_lazy("message", "Waiting")
    SENDING = "sending", pgettext_lazy("message", "Being sent")
    SENT = "sent", pgettext_lazy("message", "Sent")
    DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
    FAILED = "failed", pgettext_lazy("message", "Refused")
    DEAD = "dead", pgettext_lazy("message", "Given up")


S = MessageState
# What a provider's answer or receipt may turn into what. A receipt may come before our own mark.
MOVES: dict[MessageState, frozenset[MessageState]] = {
    S.WAITING: frozenset({S.SENDING, S.SENT, S.DEAD}),
    S.SENDING: frozenset({S.WAITING, S.SENT, S.DELIVERED, S.FAILED, S.DEAD}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    S.DELIVERED: frozenset(),
    S.FAILED: frozenset(),
    S.DEAD: frozenset({S.SENT, S.DELIVERED}),
}
NOT_ARRIVED = (S.FAILED, S.DEAD)
ON_ITS_WAY = (S.WAITING, S.SENDING)
# Channels that a provider serves; the others are done by being written down.
BY_PROVIDERS = (Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.PUSH)
