"""What the worker does for messages, in threads for each provider that hold up nobody else."""

from functools import partial
from uuid import UUID

from yilu.messaging.adapters import SEND
from yilu.messaging.operations.sending import HAS_DUE, settle, take_next
from yilu.messaging.states import Channel
from yilu.platform import steps
from yilu.platform.actors import Actor

THREADS = {Channel.SMS: 2, Channel.WECHAT: 1, Channel.EMAIL: 1, Channel.PUSH: 1}


def send_next(channel: str) -> float:
    """Send the next message of a channel; says for how many seconds there may be none.

    Taking it, sending it and keeping what came of it are three steps: no database lock is held
    while a provider thinks, and whoever dies in between leaves a lease that runs out.
    """
    actor = Actor.system("messaging.send")
    taken = take_next(actor=actor, channel=channel)
    if taken is None:
        return steps.REST
    letter, tries = taken
    outcome = SEND[channel](letter)
    settle(actor=actor, message_id=UUID(letter.id), tries=tries, outcome=outcome)
    return 0.0


for _channel, _threads in THREADS.items():
    steps.register(
        f"messaging.{_channel}",
        partial(send_next, _channel.value),
        threads=_threads,
        due=HAS_DUE.format(channel=_channel),
    )
