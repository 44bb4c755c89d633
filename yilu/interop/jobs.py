"""What the worker does for interop: webhooks, the lists of the night, and tidying up."""

from django.utils.translation import gettext_lazy as _

from yilu.interop.adapters.webhook import send
from yilu.interop.operations.notices import HAS_DUE, KINDS, note_change, settle, take_next
from yilu.interop.operations.reconciling import reconcile
from yilu.interop.operations.upkeep import sweep
from yilu.interop.rules.schedule import RECONCILE
from yilu.interop.selectors.topics import partner_topic
from yilu.platform import steps, timers
from yilu.platform.actors import Actor
from yilu.platform.live import hints
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due

SWEEP_SECONDS = 600.0


@subscriber("interop.tell_partner", *KINDS)
def tell_partner(told: Told) -> None:
    """A partner hears of every change of its bookings, whoever made it."""
    note_change(actor=Actor.system("interop.tell_partner"), told=told)


@timers.handler(RECONCILE, says=_("Write the partners' lists of the day"))
def reconcile_nightly(due: Due) -> None:
    """Write the lists of the days that are over, and come again in the next night."""
    reconcile(actor=Actor.system("interop.reconcile"), partner_id=due.subject_id)


def send_next() -> float:
    """Send the next webhook; says for how many seconds there may be none."""
    actor = Actor.system("interop.send")
    letter = take_next(actor=actor)
    if letter is None:
        return steps.REST
    outcome = send(letter)
    settle(actor=actor, notice_id=letter.id, tries=letter.tries, outcome=outcome)
    hints.hint(partner_topic(letter.partner_id))
    return 0.0


def tidy() -> float:
    """Forget what is over; says when to come again."""
    sweep()
    return SWEEP_SECONDS


steps.register("interop.webhooks", send_next, threads=2, due=HAS_DUE)
steps.register("interop.tidy", tidy)
