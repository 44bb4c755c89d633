"""What an answer of the pre-triage means for somebody who came without a booking."""

from uuid import UUID

from django.utils.translation import gettext as _

from yilu.intake import permissions as intake
from yilu.intake.operations.pretriage import tie_answer
from yilu.intake.selectors.pretriage import advice_of
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.issuing import change_level
from yilu.reception import permissions
from yilu.reception.operations.arrivals import CheckedIn
from yilu.visits.selectors.visits import visit_info

LONGEST_REASON = 200


@operation
def follow_answer(*, actor: Actor, pretriage_id: UUID, came: CheckedIn) -> None:
    """Tie an answer to the visit that came of it; after an alarm the ticket has the alarm's level.

    Nothing happens when the answer is about somebody else, or was used before.
    """
    visit = visit_info(came.visit_id)
    actor.require(permissions.WALK_IN, visit.site_id)
    able = actor.lent(intake.SEE, intake.FILL, queueing.SEE, queueing.MOVE)
    level = tie_answer(
        actor=able, pretriage_id=pretriage_id, patient_id=visit.patient_id, visit_id=visit.id
    )
    if level is None:
        return
    advice = advice_of(able, pretriage_id)
    alarms = "、".join(str(one.title) for one in advice.alarms)
    reason = _("Pre-triage: %(alarms)s") % {"alarms": alarms}
    change_level(actor=able, ticket_id=came.ticket_id, level=level, reason=reason[:LONGEST_REASON])
