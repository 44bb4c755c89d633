"""The ways out, one adapter for each provider: hand over one letter, and say what came of it."""

from collections.abc import Callable

from yilu.messaging.adapters import email, push, sms, wechat
from yilu.messaging.rules.outcomes import Letter, Outcome
from yilu.messaging.states import Channel

SEND: dict[str, Callable[[Letter], Outcome]] = {
    Channel.SMS: sms.send,
    Channel.WECHAT: wechat.send,
    Channel.EMAIL: email.send,
    Channel.PUSH: push.send,
}
