"""What follows a visit, and when. Pure functions."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from yilu.pathways.rules import Facts, skip_rule

WORSE = "worse"
"""The recovery that a doctor must hear of."""
DUE_WITHIN = timedelta(hours=24)
TRY_AGAIN = timedelta(hours=3)
MOST_TRIES = 3
LINK_STANDS = timedelta(days=30)


def due_at(left_at: datetime) -> datetime:
    """Until when somebody is asked how they are: within a day of leaving us."""
    return left_at + DUE_WITHIN


def next_try(due: datetime, now: datetime) -> datetime:
    """When to try again after nobody answered; never earlier than it was due."""
    return max(due, now + TRY_AGAIN)


def needs_doctor(recovery: str, reactions: str, *, asked: bool) -> bool:
    """Whether a doctor should look: it is worse, there was a reaction, or somebody asked."""
    return asked or recovery == WORSE or bool(reactions.strip())


@skip_rule("no_concern", says=_("the patient is well"))
def no_concern(facts: Facts) -> bool:
    """The patient is well; no doctor need look at it."""
    return not facts.get("needs_doctor")
